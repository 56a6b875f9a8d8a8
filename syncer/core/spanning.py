"""A KR whose sources are read one at a time: what one of them alone can say of it; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.core.decide import judge_all, problems
from syncer.core.records import Fail, Write
from syncer.core.sprints import remark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.counting import Counting
    from connectors.base import Pull
    from syncer.core.plan import Target
    from syncer.core.records import Decision, JudgedCard, KrState


def as_far_as_read(target: Target, last: KrState, source: str) -> Target | None:
    """Give a KR with those of its sources that were ever read, or are now.

    None where others have to be read before there is a first reading. A source that
    was linked to later has its say when it is read; until then the number is the others'.
    """
    known = {name for name in target.selectors if name == source or name in last.read_at}
    if len(known) == len(target.selectors):
        return target
    if last.reading is None:
        return None
    return replace(
        target,
        selectors={name: asked for name, asked in target.selectors.items() if name in known},
        counted_by={name: text for name, text in target.counted_by.items() if name in known},
    )


def first_part(
    target: Target, last: KrState, pull: Pull, rules: Mapping[str, Counting]
) -> Decision:
    """Keep what a source has of a KR that has no reading until its other sources are read too."""
    source = pull.source
    asked = target.selectors[source]
    wrong = problems(replace(target, selectors={source: asked}), {source: pull}, last)
    if wrong:
        return Fail(target.id, "; ".join(wrong))
    cards = judge_all(target, pull, rules[source])
    reached = {card.id for card in cards}
    return Write(
        target.id,
        {**last.read_at, source: pull.read_at},
        None,
        upserts=_new_cards(cards, last),
        gone=tuple(
            (c.source, c.id) for c in last.cards if c.source == source and c.id not in reached
        ),
        counted_by={**last.counted_by, source: target.counted_by[source]},
        remarks={source: remark(asked, pull)},
    )


def whole_now(decision: Decision, last: KrState) -> Decision:
    """Leave out of a first reading the cards that are kept already, as they are."""
    if isinstance(decision, Write) and last.reading is None:
        return replace(decision, upserts=_new_cards(decision.upserts, last))
    return decision


def _new_cards(cards: tuple[JudgedCard, ...], last: KrState) -> tuple[JudgedCard, ...]:
    """Give the cards that the store hasn't as they are."""
    stored = {(card.source, card.id): card for card in last.cards}
    return tuple(card for card in cards if stored.get((card.source, card.id)) != card)
