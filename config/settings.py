"""What differs from machine to machine: the store, the file, and the secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from config.environment import SECRETS_DIR, variables
from config.secrets import (
    CalendarSecrets,
    DeliverySecrets,
    PingAddresses,
    SourceSecrets,
    StoreSecrets,
    wrapping,
)
from config.variables import PREFIX
from connectors.errors import ConfigurationError
from connectors.network import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_settings import PydanticBaseSettingsSource

ALONE = frozenset({f"{PREFIX}STORE", f"{PREFIX}OKRS", SECRETS_DIR})
"""Those that name no part of anything."""

_PATTERNS = {
    "sources": re.compile(rf"{PREFIX}SOURCES__(?P<name>.+?)__(?P<part>[^_].*)"),
    "stores": re.compile(rf"{PREFIX}STORES__(?P<name>.+?)__(?P<part>[^_].*)"),
    "delivery": re.compile(rf"{PREFIX}DELIVERY__(?P<name>.+?)__(?P<part>[^_].*)"),
    "reviews": re.compile(rf"{PREFIX}REVIEWS__(?P<name>.+?)__(?P<part>ICAL)"),
    "review": re.compile(rf"{PREFIX}REVIEW__(?P<part>ICAL)"),
    "ping": re.compile(rf"{PREFIX}PING__(?P<part>[^_].*)"),
}
PARTS = {
    "sources": frozenset(SourceSecrets.model_fields),
    "stores": frozenset(StoreSecrets.model_fields),
    "delivery": frozenset(DeliverySecrets.model_fields),
    "reviews": frozenset(CalendarSecrets.model_fields),
    "review": frozenset(CalendarSecrets.model_fields),
    "ping": frozenset(PingAddresses.model_fields),
}
"""What each group's variables end with, in lower case."""

_RELATIVE_FILE = re.compile(r"(?P<driver>sqlite(?:\+\w+)?:///)(?!/|:memory:|file:)(?P<file>[^?]+)")


class Settings(BaseSettings):
    """Settings, and secrets by name: in lower case, with _ for -. No repr shows one.

    It looks nowhere by itself; `read_settings` hands it what there is. `names`
    are the variables that were seen, in capitals, those unknown to us too;
    `network` those that speak of proxies and certificates, with their values.
    `folder` is okrs.yaml's: the store's path and that of a key file are seen
    from there.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, hide_input_in_errors=True
    )

    store: str = Field(default="sqlite:///okr-sync.db", repr=False)
    okrs: Path = Path("okrs.yaml")
    sources: dict[str, SourceSecrets] = {}
    stores: dict[str, StoreSecrets] = {}
    review: CalendarSecrets = CalendarSecrets()
    reviews: dict[str, CalendarSecrets] = {}
    delivery: dict[str, DeliverySecrets] = {}
    ping: PingAddresses = PingAddresses()
    names: frozenset[str] = frozenset()
    network: dict[str, str] = Field(default={}, repr=False)
    folder: Path = Path()

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


def read_settings(
    environ: Mapping[str, str], directory: Path, okrs: str | Path | None = None
) -> Settings:
    """Read the environment, then `.env`, then the secrets directory; the first wins.

    `okrs` is the file's path where the command line says it, seen from
    `directory` as the environment's is; `.env` and all other relative paths are
    seen from the file's folder. Raises ConfigurationError that names every wrong
    variable and no value.
    """
    gathered, path = variables(environ, directory, okrs)
    known = {name: value for name, value in gathered.items() if _is_understood(name)}
    wrapped = [f"{name} {fault}" for name, value in known.items() if (fault := wrapping(value))]
    if wrapped:
        raise ConfigurationError("\n".join(wrapped))
    try:
        values = _Gathered(known)()
        folder = (directory / path).absolute().parent
        network = {name: value for name, value in gathered.items() if name in NAMES}
        names = frozenset(gathered.keys() - network.keys())
        values |= {"okrs": path, "folder": folder, "names": names, "network": network}
        values["store"] = _absolute(values.get("store", Settings().store), folder)
        return Settings(**values)
    except ValidationError as error:
        faults = [_fault(fault["loc"], fault.get("ctx", {})) for fault in error.errors()]
        raise ConfigurationError("\n".join(faults)) from None


def parsed(name: str) -> tuple[str, str, str] | None:
    """Take a variable's name apart: group, name in it ("" where it has none), part."""
    for group, pattern in _PATTERNS.items():
        match = pattern.fullmatch(name)
        if match is not None:
            return group, match.groupdict().get("name") or "", match["part"]
    return None


def _is_understood(name: str) -> bool:
    parts = parsed(name)
    return name in ALONE or (parts is not None and parts[2].lower() in PARTS[parts[0]])


def _absolute(url: str, folder: Path) -> str:
    """Give a store's address with a file's path that is good from any directory."""
    match = _RELATIVE_FILE.match(url)
    return f"{match['driver']}{folder / match['file']}{url[match.end() :]}" if match else url


def _fault(path: tuple[str | int, ...], context: Mapping[str, Any]) -> str:
    variable = PREFIX + "__".join(str(part) for part in path).upper()
    return f"{variable} {context.get('error', 'is not understood; see .env.example')}"
