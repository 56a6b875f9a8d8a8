"""From what is known and what the sources answered: write, keep, refuse or fail; pure.

Rule 8: a number that can't be trusted isn't written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import SourceError
from syncer.core.counting import Judge, count
from syncer.core.ledger import compare, counted, rebuild, rebuilt_readings
from syncer.core.linking import link, moved_on
from syncer.core.records import Fail, Keep, Reading, Refuse, Write

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from config.counting import Counting
    from connectors.base import Pull
    from syncer.core.ledger import CardId
    from syncer.core.plan import Target
    from syncer.core.records import Decision, JudgedCard, KrState


def judge_all(target: Target, pull: Pull, rules: Counting) -> tuple[JudgedCard, ...]:
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
    cards: list[JudgedCard] = []
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
    for name, selectors in target.selectors.items():
        answer = answers.get(name)
        if isinstance(answer, SourceError):
            out.append(str(answer))
        elif answer is not None:
            out += [str(answer.problems[one]) for one in selectors if one in answer.problems]
        elif name not in last.read_at:
            out.append(f"{name} was never read for this KR: run okr-sync sync without --source")
    return tuple(dict.fromkeys(out))


def decide(
    kr: str,
    last: KrState,
    cards: tuple[JudgedCard, ...],
    read_at: Mapping[str, datetime],
    *,
    at: datetime,
    since: datetime | None,
    left: Collection[CardId] = (),
    force: bool = False,
) -> Decision:
    """What to do about a KR whose sources all answered.

    `cards` are all of the KR's cards now and `read_at` when each of its sources
    was read. `since` is the start of the KR's period, from which a first
    reading rebuilds the past; None to rebuild none. `left` are cards whose
    going wouldn't be odd: their sprint is over. `force` accepts that cards
    vanished.
    """
    lost = None if force else _lost(last, cards, read_at, left)
    if lost:
        return Refuse(kr, lost)
    write = (
        _first(kr, cards, read_at, at, since)
        if last.reading is None
        else _next(kr, last, cards, read_at, at)
    )
    changed = write.reading or write.upserts or write.gone or write.entries
    return write if changed else Keep(kr, read_at)


def _first(
    kr: str,
    cards: tuple[JudgedCard, ...],
    read_at: Mapping[str, datetime],
    at: datetime,
    since: datetime | None,
) -> Write:
    entries = rebuild(kr, cards, at)
    return Write(
        kr,
        read_at,
        Reading(kr, at, count(cards)),
        upserts=cards,
        entries=entries,
        rebuilt=rebuilt_readings(kr, cards, entries, since, at) if since and since < at else (),
    )


def _next(
    kr: str,
    last: KrState,
    cards: tuple[JudgedCard, ...],
    read_at: Mapping[str, datetime],
    at: datetime,
) -> Write:
    stored = {(card.source, card.id): card for card in last.cards}
    now = {(card.source, card.id): card for card in cards}
    progress = count(cards)
    same = last.reading is not None and last.reading.progress == progress
    return Write(
        kr,
        read_at,
        None if same else Reading(kr, at, progress),
        upserts=tuple(card for key, card in now.items() if stored.get(key) != card),
        gone=tuple(sorted(stored.keys() - now.keys())),
        entries=compare(kr, last.cards, cards, at),
    )


def _lost(
    last: KrState,
    cards: tuple[JudgedCard, ...],
    read_at: Mapping[str, datetime],
    left: Collection[CardId],
) -> str | None:
    """Why so many cards vanishing can't be believed; None where it can (rule 8).

    A card that is still reached but no longer counted hasn't vanished: we see
    it. One that left with its sprint hasn't either: we know where it went.
    """
    had = counted(last.cards)
    present = {(card.source, card.id) for card in cards}
    gone = had.keys() - present - set(left)
    for source in sorted({source for source, _ in gone} & read_at.keys()):
        if not any(name == source for name, _ in present):
            held = sum(name == source for name, _ in had)
            return f"{source} answered no card where it had {held}; {_FORCE}"
    if 2 * len(gone) > len(had):
        return f"{len(gone)} of {len(had)} cards vanished at once; {_FORCE}"
    return None


_FORCE = "if that is right, run okr-sync sync --force"
