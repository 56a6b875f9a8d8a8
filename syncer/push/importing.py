"""Objectives and key results as a tool lists them, written as an okrs.yaml has them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.push import plain_number, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.okr_tool import ToolKeyResult

PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*-\d+")
QUARTER = re.compile(r"(?i)(?:Q([1-4])\D*?(?:20)?(\d\d)\b|(?:20)?(\d\d)\D*?Q([1-4]))")
WHOLE = 100.0
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class ImportedKr:
    """A tool's key result under an id of ours."""

    id: str
    kr: ToolKeyResult

    @property
    def labels(self) -> tuple[str, ...]:
        """What cards of it may be labelled with."""
        return tuple(dict.fromkeys([self.id, *self.kr.labels]))


@dataclass(frozen=True, slots=True)
class ImportedObjective:
    """An objective under an id of ours, with its key results in the tool's order."""

    id: str
    key_results: tuple[ImportedKr, ...]


def imported_objectives(
    listed: Sequence[ToolKeyResult], taken: Collection[str] = ()
) -> tuple[ImportedObjective, ...]:
    """Give each an id: the tool's own where people would type it, else a number in a row."""
    groups: dict[str, list[ToolKeyResult]] = {}
    for kr in listed:
        groups.setdefault(kr.objective or kr.objective_title, []).append(kr)
    used = {id_.casefold() for id_ in taken}
    out: list[ImportedObjective] = []
    for number, krs in enumerate(groups.values(), start=1):
        objective = _free(f"O{number}", used)
        named = [
            _free(kr.id if PLAIN_ID.fullmatch(kr.id) else f"{objective}-{position}", used)
            for position, kr in enumerate(krs, start=1)
        ]
        pairs = zip(named, krs, strict=True)
        out.append(ImportedObjective(objective, tuple(ImportedKr(id_, kr) for id_, kr in pairs)))
    return tuple(out)


def objectives_yaml(
    objectives: Sequence[ImportedObjective],
    store: str,
    now: datetime,
    links: Mapping[str, Sequence[Mapping[str, str]]],
) -> str:
    """Write them; `links` are those proposed, by key result."""
    lines = [line for objective in objectives for line in _objective(objective, store, now, links)]
    return "\n".join(["objectives:", *lines, ""])


def _free(wish: str, used: set[str]) -> str:
    name, number = wish, 1
    while name.casefold() in used:
        number += 1
        name = f"{wish}.{number}"
    used.add(name.casefold())
    return name


def _objective(
    objective: ImportedObjective,
    store: str,
    now: datetime,
    links: Mapping[str, Sequence[Mapping[str, str]]],
) -> Iterator[str]:
    first = objective.key_results[0].kr
    yield f"  - id: {_text(objective.id)}"
    yield f"    title: {_text(first.objective_title or first.title)}"
    yield f"    team: {_text(first.team or 'Our team')}"
    yield f"    period: {period_name(first, now)}"
    yield "    key_results:"
    for imported in objective.key_results:
        kr = imported.kr
        yield f"      - id: {_text(imported.id)}"
        yield f"        title: {_text(kr.title or imported.id)}"
        if not _counts_to_whole(kr) and _has_way(kr):
            yield f"        metric: {_metric(kr)}"
        number = "" if _counts_to_whole(kr) else ", number: value"
        yield f"        write_to: [{{store: {_text(store)}, id: {_text(kr.id)}{number}}}]"
        yield from _links(links.get(imported.id, ()))


def _links(links: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not links:
        yield "        links: []   # no card carries its label yet; say where its cards are"
        return
    yield "        links:"
    for link in links:
        parts = ", ".join(f"{key}: {_text(value)}" for key, value in link.items())
        yield f"          - {{{parts}}}"


def period_name(kr: ToolKeyResult, now: datetime) -> str:
    """Name the quarter that a key result is for: by its name, by its days, else the present one."""
    match = QUARTER.search(kr.period)
    if match:
        year, quarter = match[2] or match[3], match[1] or match[4]
        return f"20{year}-Q{quarter}"
    moment = kr.begins or now
    return f"{moment.year}-Q{(moment.month - 1) // MONTHS_A_QUARTER + 1}"


def _counts_to_whole(kr: ToolKeyResult) -> bool:
    """Whether a percent of the cards makes sense there."""
    return kr.target is None or same(kr.target, WHOLE)


def _has_way(kr: ToolKeyResult) -> bool:
    return kr.start is not None and kr.target is not None and not same(kr.start, kr.target)


def _metric(kr: ToolKeyResult) -> str:
    parts = {"start": kr.start, "target": kr.target, "current": kr.current}
    written = [f"{name}: {plain_number(v)}" for name, v in parts.items() if v is not None]
    return "{" + ", ".join([*written, *([f"unit: {_text(kr.unit)}"] if kr.unit else [])]) + "}"


def _text(text: str) -> str:
    """Quote a text as YAML reads it; JSON's quoting is YAML's too."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", text) and text.casefold() not in RESERVED
    return text if plain else json.dumps(" ".join(text.split()), ensure_ascii=False)


RESERVED = frozenset(("yes", "no", "on", "off", "true", "false", "null", "y", "n"))
