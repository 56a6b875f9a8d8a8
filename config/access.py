"""The way to each source and each OKR tool: what okrs.yaml says, with the environment's secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.addresses import CLEAR, is_clear
from config.secrets import SourceSecrets, StoreSecrets, plain
from config.variables import source_variable, store_variable
from config.wording import listed
from connectors.base import Access
from connectors.errors import ConfigurationError
from connectors.okr_tool import StoreAccess
from connectors.store_kinds import store_kind
from connectors.tracker_kinds import tracker_kind

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from pathlib import Path

    from config.okrs import Okrs
    from config.settings import Settings
    from config.sources import Source
    from config.stores import OkrTool
    from connectors.okr_tool import StoreKind
    from connectors.tracker import TrackerKind

_INSECURE = "write https://, or insecure: true in okrs.yaml"


def access(okrs: Okrs, settings: Settings, only: Container[str] | None = None) -> dict[str, Access]:
    """Give the way to each source, by name; to those in `only`, if it is given.

    The environment's URL wins over the file's. Raises ConfigurationError with
    every variable that has to be set.
    """
    asked = {n: source for n, source in okrs.sources.items() if only is None or n in only}
    secrets = {name: settings.sources.get(_key(name), SourceSecrets()) for name in asked}
    _refuse(text for name in asked for text in _lacking(name, asked[name], secrets[name]))
    return {
        name: _access(name, source, secrets[name], okrs.folder) for name, source in asked.items()
    }


def store_access(
    okrs: Okrs, settings: Settings, only: Container[str] | None = None
) -> dict[str, StoreAccess]:
    """Give the way to each OKR tool, by name; to those in `only`, if it is given.

    Raises ConfigurationError with every variable that has to be set.
    """
    asked = {n: tool for n, tool in okrs.stores.items() if only is None or n in only}
    secrets = {name: _store_secrets(name, settings) for name in asked}
    kinds = {name: store_kind(tool.kind) for name, tool in asked.items()}
    _refuse(
        text
        for name, kind in kinds.items()
        for text in _store_lacking(name, asked[name], kind, secrets[name])
    )
    return {
        name: _store_access(name, asked[name], kind, secrets[name]) for name, kind in kinds.items()
    }


def _refuse(problems: Iterator[str]) -> None:
    every = list(problems)
    if every:
        raise ConfigurationError("\n".join(every))


def _lacking(name: str, source: Source, secrets: SourceSecrets) -> Iterator[str]:
    kind = tracker_kind(source.kind)
    for part in kind.secrets:
        if getattr(secrets, part) is None:
            variable = source_variable(name, part)
            yield f"source {name} has no {part}; set {variable} in the environment or .env"
    if secrets.url and (fault := kind.address_fault(secrets.url)):
        yield f"{source_variable(name, 'url')} {fault}"
    elif secrets.url and is_clear(secrets.url) and not source.insecure:
        yield f"{source_variable(name, 'url')} {CLEAR}; {_INSECURE}"


def _access(name: str, source: Source, secrets: SourceSecrets, folder: Path) -> Access:
    kind = tracker_kind(source.kind)
    return Access(
        name=name,
        kind=source.kind,
        url=secrets.url or source.url or kind.default_url,
        email=plain(secrets.email) or None,
        token=plain(secrets.token),
        key=plain(secrets.key) or None,
        options=_absolute(source, kind, folder),
    )


def _absolute(source: Source, kind: TrackerKind, folder: Path) -> dict[str, Any]:
    """Give a source's own keys, files by a path that is good from any directory."""
    return {
        name: str(folder / value) if name in kind.options and kind.options[name].path else value
        for name, value in source.own.items()
    }


def _store_secrets(name: str, settings: Settings) -> dict[str, str]:
    """Give what the environment says about an OKR tool, by part; a key file by its whole path."""
    secrets = settings.stores.get(_key(name), StoreSecrets())
    out = {
        part: value if isinstance(value, str) else plain(value)
        for part in StoreSecrets.model_fields
        if (value := getattr(secrets, part)) is not None
    }
    if "key_file" in out:
        out["key_file"] = str(settings.folder / out["key_file"])
    return out


def _store_lacking(
    name: str, tool: OkrTool, kind: StoreKind, secrets: Mapping[str, str]
) -> Iterator[str]:
    if not any(all(part in secrets for part in parts) for parts in kind.secrets):
        ways = [
            listed(store_variable(name, part) for part in parts if part not in secrets)
            for parts in kind.secrets
        ]
        yield (
            f"store {name} lacks what opens it; set {', or '.join(ways)} in the environment or .env"
        )
    if is_clear(secrets.get("url", "")) and not tool.insecure:
        yield f"{store_variable(name, 'url')} {CLEAR}; {_INSECURE}"


def _store_access(
    name: str, tool: OkrTool, kind: StoreKind, secrets: Mapping[str, str]
) -> StoreAccess:
    defaults = {key: option.default for key, option in kind.options.items() if option.default}
    url = secrets.get("url") or tool.url or kind.default_url
    rest = {part: value for part, value in secrets.items() if part != "url"}
    return StoreAccess(
        name=name, kind=tool.kind, url=url.rstrip("/"), options={**defaults, **tool.options}, **rest
    )


def _key(name: str) -> str:
    return name.lower().replace("-", "_")
