"""Which labels look like key results, and the objectives that they make; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from connectors.survey import Survey

_NUMBERED = re.compile(
    r"(?P<objective>[^\W\d_]\w*?(?:[-_.]o?\d+(?=[-_.]))?)[-_. ]?(?:kr)?[-_. ]?"
    r"(?P<number>\d{1,2})",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:okr|kr|key-?result)[-_.: ].+", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:v|ver|version|release|rel|r|sprint|s|iteration|phase|step|stage|part|week|kw|w|quarter|q|"
    r"h|fy|year|prio|priority|p|sev|severity|tier|level|l|t|day|d|iso|http|py|python|java|node|"
    r"web|ipv|utf|oauth|es|mp|round|batch|wave|group|team|squad|size|estimate|points?)",
    re.IGNORECASE,
)
"""What is numbered and no key result: versions, sprints, priorities, techniques."""
OBJECTIVE = "OKR"


@dataclass(frozen=True, slots=True)
class ProposedKr:
    """A key result and its link: the keys beside `source`."""

    id: str
    title: str
    link: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProposedObjective:
    """An objective with the key results that were found for it."""

    id: str
    title: str
    team: str
    period: str
    key_results: tuple[ProposedKr, ...]


def looks_like_a_kr(label: str) -> bool:
    """Whether a label is called as key results are: PUB-1, O1-KR2, kr3, okr-speed."""
    numbered = _NUMBERED.fullmatch(label)
    if numbered:
        return _OTHERS.fullmatch(numbered["objective"]) is None
    return _CALLED.fullmatch(label) is not None


def candidates(survey: Survey) -> list[str]:
    """Give the labels in use that look like key results, in their natural order."""
    return sorted(filter(looks_like_a_kr, survey.labels), key=_natural)


def quarter(now: datetime) -> str:
    """Give the quarter that a moment is in."""
    return f"{now.year}-Q{(now.month + 2) // 3}"


def titled(label: str) -> str:
    """Give a key result a title for as long as nobody has written one."""
    return f"What is labelled {label}"


def proposed(labels: Iterable[str], period: str) -> list[ProposedObjective]:
    """Make an objective of the labels that begin alike, with a key result for each."""
    groups: dict[str, list[ProposedKr]] = {}
    for label in labels:
        numbered = _NUMBERED.fullmatch(label)
        objective = identity(numbered["objective"] if numbered else OBJECTIVE).upper()
        id_ = identity(label)
        link = {} if id_ == label else {"label": label}
        groups.setdefault(objective, []).append(ProposedKr(id_, titled(label), link))
    return [_objective(id_, krs, period) for id_, krs in groups.items()]


def linked(links: Sequence[tuple[str, Mapping[str, str]]], period: str) -> ProposedObjective:
    """Make an objective of links, each with its title; of none, one to fill in."""
    krs = [ProposedKr(f"{OBJECTIVE}-{n}", title, link) for n, (title, link) in enumerate(links, 1)]
    first = ProposedKr(f"{OBJECTIVE}-1", titled(f"{OBJECTIVE}-1"), {})
    return _objective(OBJECTIVE, krs or [first], period)


def with_unique_ids(objectives: Sequence[ProposedObjective]) -> list[ProposedObjective]:
    """Number ids that are there before: objectives and key results share one set of them."""
    taken: set[str] = set()

    def free(name: str) -> str:
        tries = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
        id_ = next(each for each in tries if each.casefold() not in taken)
        taken.add(id_.casefold())
        return id_

    out = []
    for objective in objectives:
        id_ = free(objective.id)
        krs = tuple(_renamed(kr, free(kr.id)) for kr in objective.key_results)
        out.append(replace(objective, id=id_, key_results=krs))
    return out


def identity(name: str) -> str:
    """Give a name as an id may be: letters, digits, dots, dashes."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or OBJECTIVE


def _renamed(kr: ProposedKr, id_: str) -> ProposedKr:
    """Give a key result another id; its cards go on carrying the label that they carry."""
    return replace(kr, id=id_, link=kr.link or ({"label": kr.id} if id_ != kr.id else {}))


def _objective(id_: str, krs: Sequence[ProposedKr], period: str) -> ProposedObjective:
    return ProposedObjective(id_, f"Where {id_} should lead", "Team", period, tuple(krs))


def _natural(label: str) -> list[tuple[int, int, str]]:
    """Let 2 come before 10."""
    parts = re.split(r"(\d+)", label.casefold())
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part]
