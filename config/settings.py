"""What differs from machine to machine: the store, the file, and the secrets to each source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from config.checks.secrets import variable
from config.checks.sources import address_fault
from config.deliveries import delivery_variables
from config.environment import PREFIX, SECRETS_DIR, variables
from config.frozen import Frozen
from config.reviews import calendar_variables
from config.types import Server
from config.wording import meant
from connectors.base import Access
from connectors.errors import ConfigurationError
from connectors.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from pydantic_settings import PydanticBaseSettingsSource

    from config.okrs import Okrs, Source


def _unspaced(secret: SecretStr) -> SecretStr:
    """Refuse what can't be sent in a header, such as a token with its "Bearer " before it."""
    if not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        message = "holds a space, a line break or a letter beyond ASCII; write it alone"
        raise ValueError(message)
    return secret


def _web_address(secret: SecretStr) -> SecretStr:
    """Refuse what is no https address; one on this machine alone may do without TLS."""
    try:
        parts = urlsplit(secret.get_secret_value())
        plain = bool(parts.hostname) and not re.search(r"[\s\x00-\x20]", parts.geturl())
    except ValueError:
        parts, plain = urlsplit(""), False
    safe = parts.scheme in {"https", "webcal"} or parts.hostname in {"127.0.0.1", "localhost"}
    if not (plain and safe):
        message = "is no address that begins with https://; copy it whole from where it was made"
        raise ValueError(message)
    return secret


Secret = Annotated[SecretStr, AfterValidator(_unspaced)]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]


class SourceSecrets(Frozen):
    """What the environment says about one source; None is "not said"."""

    email: SecretStr | None = None
    token: Secret | None = None
    key: Secret | None = None
    url: Server | None = None


class CalendarSecrets(Frozen):
    """Where a calendar is: whoever knows a private calendar's URL may read it."""

    ical: WebAddress | None = None


class DeliverySecrets(Frozen):
    """What the environment says about one delivery; None is "not said"."""

    webhook: WebAddress | None = None
    password: SecretStr | None = None
    email: SecretStr | None = None
    token: Secret | None = None


_PARTS = frozenset(SourceSecrets.model_fields)
_DELIVERED = "|".join(DeliverySecrets.model_fields).upper()
_ELSEWHERE = re.compile(
    rf"{PREFIX}(REVIEW__ICAL|REVIEWS__.+?__ICAL|DELIVERY__.+?__(?:{_DELIVERED}))"
)
_ALONE = frozenset({f"{PREFIX}STORE", f"{PREFIX}OKRS", SECRETS_DIR})
_OF_SOURCE = re.compile(rf"{PREFIX}SOURCES__(?P<source>.+?)__(?P<part>[^_].*)")


class Settings(BaseSettings):
    """Settings, and secrets by source: its name in lower case, with _ for -. No repr shows one.

    It looks nowhere by itself; `read_settings` hands it what there is. `names`
    are the variables that were seen, in capitals, those unknown to us too.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, hide_input_in_errors=True
    )

    store: str = Field(default="sqlite:///okr-sync.db", repr=False)
    okrs: Path = Path("okrs.yaml")
    sources: dict[str, SourceSecrets] = {}
    review: CalendarSecrets = CalendarSecrets()
    reviews: dict[str, CalendarSecrets] = {}
    delivery: dict[str, DeliverySecrets] = {}
    names: frozenset[str] = frozenset()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the five names are pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is handed over, and nothing from this process's environment."""
        return (init_settings,)


class _Gathered(EnvSettingsSource):
    """Reads variables that were gathered before as pydantic-settings reads an environment."""

    def __init__(self, gathered: Mapping[str, str]) -> None:
        self._gathered = {name.lower(): value for name, value in gathered.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._gathered


def read_settings(environ: Mapping[str, str], directory: Path) -> Settings:
    """Read the environment, then `directory`'s .env, then the secrets directory; first wins.

    Raises ConfigurationError that names every wrong variable and no value.
    """
    gathered = variables(environ, directory)
    known = {name: value for name, value in gathered.items() if _understood(name)}
    try:
        return Settings(**_Gathered(known)(), names=frozenset(gathered))
    except ValidationError as error:
        said = [_fault(fault["loc"], fault.get("ctx", {})) for fault in error.errors()]
        raise ConfigurationError("\n".join(said)) from None


def access(okrs: Okrs, settings: Settings, only: Container[str] | None = None) -> dict[str, Access]:
    """Give the way to each source, by name; to those in `only`, if it is given.

    The environment's URL wins over the file's. Raises ConfigurationError with
    every variable that has to be set.
    """
    wanted = {name: one for name, one in okrs.sources.items() if only is None or name in only}
    problems = [text for name, one in wanted.items() for text in _lacking(name, one, settings)]
    if problems:
        raise ConfigurationError("\n".join(problems))
    return {name: _access(name, one, settings) for name, one in wanted.items()}


def strangers(okrs: Okrs, settings: Settings) -> tuple[str, ...]:
    """Give a warning for each variable with our prefix that means nothing to us or this file."""
    sources = {variable(name, "").split("__")[1]: name for name in okrs.sources}
    elsewhere = {*calendar_variables(okrs), *delivery_variables(okrs)}
    return tuple(
        f"{name} is set, but {text}"
        for name in sorted(settings.names - _ALONE - elsewhere)
        if (text := _strange(name, sources))
    )


def _understood(name: str) -> bool:
    found = _OF_SOURCE.fullmatch(name)
    known = name in _ALONE or _ELSEWHERE.fullmatch(name) is not None
    return known or (found is not None and found["part"].lower() in _PARTS)


def _strange(name: str, sources: Mapping[str, str]) -> str | None:
    found = _OF_SOURCE.fullmatch(name)
    if _ELSEWHERE.fullmatch(name):
        return "okrs.yaml has no such review or delivery, or it needs none; take it out"
    if found is None:
        return f"nothing is called so; {meant(name, _ALONE, '')}"
    if found["source"] not in sources:
        return f"okrs.yaml has no such source; {meant(found['source'], sources, 'take it out')}"
    if found["part"].lower() not in _PARTS:
        return f"a source has no such part; {meant(found['part'], map(str.upper, _PARTS), '')}"
    return None


def _fault(place: tuple[str | int, ...], context: Mapping[str, Any]) -> str:
    named = PREFIX + "__".join(str(part) for part in place).upper()
    return f"{named} {context.get('error', 'is not understood; see .env.example')}"


def _said(name: str, settings: Settings) -> SourceSecrets:
    return settings.sources.get(name.lower().replace("-", "_"), SourceSecrets())


def _lacking(name: str, source: Source, settings: Settings) -> Iterator[str]:
    said, kind = _said(name, settings), KINDS[source.kind]
    for part in kind.secrets:
        if getattr(said, part) is None:
            named = variable(name, part)
            yield f"source {name} has no {part}; set {named} in the environment or .env"
    if said.url and (fault := address_fault(kind.name, said.url)):
        yield f"{variable(name, 'url')} {fault}"


def _access(name: str, source: Source, settings: Settings) -> Access:
    said = _said(name, settings)
    return Access(
        name=name,
        kind=source.kind,
        url=said.url or source.url or KINDS[source.kind].default_url,
        email=_plain(said.email),
        token=_plain(said.token) or "",
        key=_plain(said.key),
        deployment=source.deployment,
        projects=source.projects,
        boards=source.boards,
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
