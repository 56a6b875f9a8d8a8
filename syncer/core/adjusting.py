"""A KR of which some cards changed and nothing else: its last reading, put right; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.decide import judge_all
from syncer.core.ledger import compare
from syncer.core.records import Keep, Reading, Write
from syncer.core.sprints import remark
from syncer.core.sums import Count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from config.counting import Counting
    from connectors.base import Pull
    from syncer.core.plan import Target
    from syncer.core.records import Decision, JudgedCard, KrState


def adjusted(
    target: Target,
    last: KrState,
    changed: Mapping[str, frozenset[str]],
    pulls: Mapping[str, Pull],
    rules: Mapping[str, Counting],
    *,
    at: datetime,
) -> Decision | None:
    """Decide on a KR by its changed cards alone; None where that can't be.

    `changed` are their ids by source, `last.cards` these cards as they were judged, and no
    others. `pulls` are of the sources that answered, and hold at least these cards and
    what they stand under. A card that isn't the KR's any more needs a look at the others:
    they may have vanished too (rule 8).
    """
    now = tuple(
        card
        for name, ids in changed.items()
        for card in judge_all(target, pulls[name], rules[name], _of(last, name))
        if card.id in ids
    )
    stored = {(card.source, card.id): card for card in last.cards}
    present = {(card.source, card.id) for card in now}
    sums = Count.read(last.sums or "")
    if stored.keys() - present or last.reading is None or sums is None:
        return None
    if sums.progress() != last.reading.progress:
        return None
    for card in last.cards:
        sums.add(card, card.state, -1)
    for card in now:
        sums.add(card, card.state)
    progress = sums.progress()
    reading = None if progress == last.reading.progress else Reading(target.id, at, progress)
    upserts = tuple(card for card in now if stored.get((card.source, card.id)) != card)
    entries = compare(target.id, last.cards, now, at)
    read_at, remarks = _read(target, last, pulls)
    if not (reading or upserts or entries):
        return Keep(target.id, read_at, None, remarks)
    text = sums.text()
    kept = None if text == last.sums else text
    return Write(target.id, read_at, reading, upserts, entries=entries, remarks=remarks, sums=kept)


def _read(
    target: Target, last: KrState, pulls: Mapping[str, Pull]
) -> tuple[dict[str, datetime], dict[str, str | None]]:
    read_at = {n: pulls[n].read_at if n in pulls else last.read_at[n] for n in target.selectors}
    remarks = {n: remark(target.selectors[n], pulls[n]) for n in target.selectors if n in pulls}
    return read_at, remarks


def _of(last: KrState, source: str) -> tuple[JudgedCard, ...]:
    return tuple(card for card in last.cards if card.source == source)
