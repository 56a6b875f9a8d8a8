"""From what is known and what the sources answered: write, keep, refuse or fail; pure.

Rule 8: a number that can't be trusted isn't written. Rule 14: what comes and goes
because links or rules were edited is told apart from what happened.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.errors import SourceError
from syncer.core.counted_by import read_counted_by
from syncer.core.counting import Judge
from syncer.core.ending import at_the_end
from syncer.core.ledger import compare, counted, rebuild, rebuilt_readings, relink
from syncer.core.linking import LinkedCard, archived_since, link
from syncer.core.records import Fail, Keep, Reading, Refuse, State, Write
from syncer.core.sprints import moved_on, remark, staying
from syncer.core.sums import summed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from config.counting import Counting
    from connectors.base import Pull
    from syncer.core.ledger import CardId
    from syncer.core.plan import Target
    from syncer.core.records import Decision, JudgedCard, KrState

    Cards = tuple[JudgedCard, ...]


def judge_all(target: Target, pull: Pull, rules: Counting, before: Cards = ()) -> Cards:
    """A KR's cards on one source, judged; its selectors must all have been answered.

    `before` are those of the last reading: some may have been archived since, and
    those of a board's active sprint stay as they are until the next begins.
    """
    selectors = target.selectors[pull.source]
    linked = link(selectors, pull, subtasks=rules.subtasks)
    archived = archived_since(before, selectors, pull, linked)
    judged = tuple(map(Judge(pull, rules), (*linked, *archived)))
    return (*judged, *staying(before, {card.id for card in judged}, selectors, pull))


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

    A source that wasn't asked in this run counts as last read, by the links and
    rules of then. A KR whose period is over is counted as of its end (rule 12).
    """
    wrong = problems(target, answers, last)
    if wrong:
        return Fail(target.id, "; ".join(wrong))
    pulls = {name: pull for name, pull in answers.items() if not isinstance(pull, SourceError)}
    stored = {name: tuple(c for c in last.cards if c.source == name) for name in last.read_at}
    now = {
        name: judge_all(target, pulls[name], rules[name], stored.get(name, ()))
        if name in pulls
        else stored[name]
        for name in target.selectors
    }
    former = {
        name: _as_before(target, last, pulls[name], now[name]) if name in pulls else now[name]
        for name in target.selectors
    }
    beside = tuple(card for card in last.cards if card.source not in target.selectors)
    read_at = {n: pulls[n].read_at if n in pulls else last.read_at[n] for n in target.selectors}
    cards, as_before = _flat(now), (*_flat(former), *beside)
    if target.ends is not None and target.is_over(at):
        cards = as_before = at_the_end(as_before, last.cards, target.ends)
    return decide(
        target.id,
        last,
        cards,
        read_at,
        at=at,
        since=target.since,
        former=as_before,
        left=_left_with_sprints(target, last, pulls),
        counted_by=_counted_by(target, last, pulls),
        remarks={n: remark(target.selectors[n], pulls[n]) for n in target.selectors if n in pulls},
        force=force,
    )


def _counted_by(target: Target, last: KrState, pulls: Mapping[str, Pull]) -> dict[str, str]:
    return {
        name: (target if name in pulls else last).counted_by.get(name, "")
        for name in target.selectors
    }


def _flat(by_source: Mapping[str, Cards]) -> Cards:
    return tuple(card for cards in by_source.values() for card in cards)


def _as_before(target: Target, last: KrState, pull: Pull, now: Cards) -> Cards:
    """The cards of a source as they would count now by the links and rules of the last reading.

    A source that the KR wasn't linked to then had none; on a first reading, and
    where it isn't known, the links and rules are taken to be the same.
    """
    source = pull.source
    if last.reading is None or last.counted_by.get(source) == target.counted_by[source]:
        return now
    if source not in last.read_at:
        return ()
    before = read_counted_by(last.counted_by.get(source, ""))
    asked = read_counted_by(target.counted_by[source])
    if before is None or asked is None:
        return now
    answered = [selector for selector in before.selectors if selector in pull.hits]
    judge = Judge(pull, before.rules)
    reached = {c.card.id: judge(c) for c in link(answered, pull, subtasks=before.rules.subtasks)}
    reached |= {c.id: c for c in staying(last.cards, reached, answered, pull)}
    whole = before.whole and len(answered) == len(before.selectors)
    whole = whole and before.projects == asked.projects
    return _with_stored(last, pull, judge, reached, {c.id for c in now}, whole=whole)


def _with_stored(
    last: KrState,
    pull: Pull,
    judge: Judge,
    reached: Mapping[str, JudgedCard],
    present: Collection[str],
    *,
    whole: bool,
) -> Cards:
    """Put in what was in the KR and still is, though not by the former links any more.

    Those are the cards that the present links reach, relabelled perhaps. Where not
    all the former links can be followed (not `whole`), it is all that was there;
    what they reach besides is new if it was made since.
    """
    since = last.read_at[pull.source]
    out = {
        id_: card
        for id_, card in reached.items()
        if whole or (card.created is not None and card.created > since)
    }
    for card in last.cards:
        if card.source != pull.source or (whole and card.id not in present):
            continue
        seen = pull.cards.get(card.id) if card.state is not State.IGNORED else None
        now = judge(LinkedCard(seen, card.via)) if seen else card
        out[card.id] = reached.get(card.id, now)
    return tuple(out.values())


def _left_with_sprints(target: Target, last: KrState, pulls: Mapping[str, Pull]) -> set[CardId]:
    """The cards whose going wouldn't be odd: their sprint is over."""
    return {
        (card.source, card.id)
        for card in last.cards
        if card.source in target.selectors
        and card.source in pulls
        and moved_on(card.via, target.selectors[card.source], pulls[card.source])
    }


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
            out += [str(answer.problems[link]) for link in selectors if link in answer.problems]
        elif name not in last.read_at:
            out.append(f"{name} was never read for this KR: run okr-sync sync without --source")
    return tuple(dict.fromkeys(out))


def decide(
    kr: str,
    last: KrState,
    cards: Cards,
    read_at: Mapping[str, datetime],
    *,
    at: datetime,
    since: datetime | None,
    former: Cards | None = None,
    left: Collection[CardId] = (),
    counted_by: Mapping[str, str] | None = None,
    remarks: Mapping[str, str | None] | None = None,
    force: bool = False,
) -> Decision:
    """What to do about a KR whose sources all answered.

    `cards` are all of the KR's cards now and `read_at` when each of its sources
    was read. `since` is the start of the KR's period, from which a first
    reading rebuilds the past; None to rebuild none. `former` are the cards as they
    would count by the links and rules of the last reading (`counted_by`), None where
    these are the same. `left` are cards whose going wouldn't be odd: their sprint is
    over. `remarks` are for the reading, by source. `force` accepts that cards vanished.
    """
    former = cards if former is None else former
    lost = None if force else _lost(last, former, read_at, left)
    if lost:
        return Refuse(kr, lost)
    count = summed(cards)
    reading = Reading(kr, at, count.progress())
    write = (
        _first(reading, cards, read_at, since)
        if last.reading is None
        else _next(reading, last, (former, cards), read_at)
    )
    kept = None if counted_by == last.counted_by else counted_by
    sums = None if count.text() == last.sums else count.text()
    changed = write.reading or write.upserts or write.gone or write.entries
    keep = Keep(kr, read_at, kept, remarks or {}, sums)
    return replace(write, counted_by=kept, remarks=keep.remarks, sums=sums) if changed else keep


def _first(
    reading: Reading, cards: Cards, read_at: Mapping[str, datetime], since: datetime | None
) -> Write:
    kr, at = reading.kr, reading.at
    entries = rebuild(kr, cards, at)
    return Write(
        kr,
        read_at,
        reading,
        upserts=cards,
        entries=entries,
        rebuilt=rebuilt_readings(kr, cards, entries, since, at) if since and since < at else (),
    )


def _next(
    reading: Reading,
    last: KrState,
    former_and_now: tuple[Cards, Cards],
    read_at: Mapping[str, datetime],
) -> Write:
    former, cards = former_and_now
    kr, at = reading.kr, reading.at
    stored = {(card.source, card.id): card for card in last.cards}
    now = {(card.source, card.id): card for card in cards}
    same = last.reading is not None and last.reading.progress == reading.progress
    return Write(
        kr,
        read_at,
        None if same else reading,
        upserts=tuple(card for key, card in now.items() if stored.get(key) != card),
        gone=tuple(sorted(stored.keys() - now.keys())),
        entries=compare(kr, last.cards, former, at) + relink(kr, former, cards, at),
    )


def _lost(
    last: KrState,
    cards: Cards,
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
