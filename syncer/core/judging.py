"""From pulls to decisions, one KR at a time; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import SourceError
from syncer.core.counting import Judge
from syncer.core.decide import decide
from syncer.core.linking import link, moved_on
from syncer.core.records import Fail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from config.okrs import Counting
    from connectors.base import Pull
    from syncer.core.ledger import CardId
    from syncer.core.plan import Target
    from syncer.core.records import Decision, Judged, KrState


def judge_all(target: Target, pull: Pull, rules: Counting) -> tuple[Judged, ...]:
    """A KR's cards on one source, judged; its selectors must all have been answered."""
    linked = link(target.selectors[pull.source], pull, subtasks=rules.subtasks)
    return tuple(map(Judge(pull, rules), linked))


def decision(
    target: Target,
    last: KrState,
    answers: Mapping[str, Pull | SourceError],
    rules: Mapping[str, Counting],
    *,
    at: datetime,
    force: bool = False,
) -> Decision:
    """What to do about a KR, given what its sources answered.

    A source that wasn't asked in this run counts as last read.
    """
    wrong = problems(target, answers, last)
    if wrong:
        return Fail(target.id, "; ".join(wrong))
    cards: list[Judged] = []
    read_at: dict[str, datetime] = {}
    left: set[CardId] = set()
    for name in target.selectors:
        answer = answers.get(name)
        if answer is None or isinstance(answer, SourceError):
            cards += [card for card in last.cards if card.source == name]
            read_at[name] = last.read_at[name]
        else:
            cards += judge_all(target, answer, rules[name])
            read_at[name] = answer.read_at
            left |= {
                (name, card.id)
                for card in last.cards
                if card.source == name and moved_on(card.via, target.selectors[name], answer)
            }
    return decide(
        target.id,
        last,
        tuple(cards),
        read_at,
        at=at,
        since=target.since,
        left=left,
        force=force,
    )


def problems(
    target: Target, answers: Mapping[str, Pull | SourceError], last: KrState
) -> tuple[str, ...]:
    """Why a KR can't be counted now: each source or link that gave no whole answer."""
    out: list[str] = []
    for name, wanted in target.selectors.items():
        answer = answers.get(name)
        if isinstance(answer, SourceError):
            out.append(str(answer))
        elif answer is not None:
            out += [str(answer.problems[one]) for one in wanted if one in answer.problems]
        elif name not in last.read_at:
            out.append(f"{name} was never read for this KR: run okr-sync sync without --source")
    return tuple(dict.fromkeys(out))
