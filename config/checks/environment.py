"""Finds variables that are set and mean nothing, and a `.env` that others may read."""

from __future__ import annotations

from stat import S_IRGRP, S_IROTH
from typing import TYPE_CHECKING

from config.settings import ALONE, PARTS, parsed
from config.variables import calendar_variables, delivery_variables
from config.wording import listed, meant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from config.okrs import Okrs
    from config.settings import Settings

_GROUPS = {"sources": "source", "stores": "store"}


def strangers(okrs: Okrs, settings: Settings) -> tuple[str, ...]:
    """Give a warning for each variable with our prefix that means nothing to us or this file."""
    names = {
        "sources": {_part(name): name for name in okrs.sources},
        "stores": {_part(name): name for name in okrs.stores},
    }
    elsewhere = {*calendar_variables(okrs), *delivery_variables(okrs)}
    return tuple(
        f"{name} is set, but {text}"
        for name in sorted(settings.names - ALONE - elsewhere)
        if (text := _strange(name, names))
    )


def open_to_others(folder: Path) -> Iterator[str]:
    """Give a warning if the folder's `.env` may be read by whoever has an account here."""
    path = folder / ".env"
    mode = path.stat().st_mode if path.is_file() else 0
    if mode & (S_IRGRP | S_IROTH):
        yield f"{path} may be read by others; take that right from them: chmod 600 {path}"


def _strange(variable: str, names: Mapping[str, Mapping[str, str]]) -> str | None:
    group, name, part = parsed(variable) or ("", "", "")
    known = part.lower() in PARTS.get(group, ())
    if group in _GROUPS and name not in names[group]:
        advice = meant(name, names[group], "take it out")
        return f"okrs.yaml has no such {_GROUPS[group]}; {advice}"
    if group in _GROUPS and not known:
        advice = meant(part, map(str.upper, PARTS[group]), "")
        return f"a {_GROUPS[group]} has no such part; {advice}"
    if group and not known:
        return f"nothing is called so; write {listed(map(str.upper, sorted(PARTS[group])), 'or')}"
    if group in {"", *_GROUPS, "ping"}:
        return None if group else f"nothing is called so; {meant(variable, ALONE, '')}"
    return "okrs.yaml has no such review or delivery, or it needs none; take it out"


def _part(name: str) -> str:
    return name.upper().replace("-", "_")
