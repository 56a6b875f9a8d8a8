"""Finds variables that are set and mean nothing: mostly a name that was mistyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import ALONE, PARTS, parsed
from config.variables import calendar_variables, delivery_variables
from config.wording import listed, meant

if TYPE_CHECKING:
    from collections.abc import Mapping

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
