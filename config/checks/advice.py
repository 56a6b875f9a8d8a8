"""What good OKRs have and these don't: warnings for `okr-sync check`, never errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.okrs import Objective, Okrs

_MOST = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """What to think about: at which line (0 when no file was read), for which id."""

    line: int
    where: str
    text: str


def advice(okrs: Okrs) -> tuple[Advice, ...]:
    """Give the advice on these OKRs, in the file's order.

    A quarter holds one to three objectives a team, and a KR has a number and
    the cards behind it; learning and discovery objectives may do without
    either, for knowing what to do next is their result (GOV.UK's practice).
    """
    texts = [
        *_too_many(okrs),
        *(item for objective in okrs.objectives for item in _incomplete(objective)),
    ]
    lines = okrs.lines
    given = (Advice(lines.get(where, 0), where, text) for where, text in texts)
    return tuple(sorted(given, key=lambda item: item.line))


def _too_many(okrs: Okrs) -> Iterator[tuple[str, str]]:
    counts: dict[tuple[str, str], int] = {}
    for objective in okrs.objectives:
        if "-Q" not in objective.period:
            continue
        team = (objective.team.casefold(), objective.period)
        counts[team] = counts.get(team, 0) + 1
        if counts[team] == _MOST + 1:
            text = f"{objective.team} has more than {_MOST} objectives in {objective.period}"
            yield objective.id, f"{text}; choose the few that matter, daily business isn't one"


def _incomplete(objective: Objective) -> Iterator[tuple[str, str]]:
    if objective.kind != "delivery":
        return
    if not objective.key_results:
        yield objective.id, "no key result tells when this is reached; add one with a number"
    for kr in objective.key_results:
        if kr.metric is None:
            yield kr.id, "no number; add metric: with start and target, or make it kind: learning"
        if not kr.links:
            yield kr.id, "no link, so no cards are counted; add links:"
