"""Reminds the teams, once a week, of key results that nobody scored for a week."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from syncer.core.deliveries import PROGRAMME, Fate, Occasion, What
from syncer.core.plan import key_results
from syncer.delivery.letter import reminder
from syncer.publish.courier import Courier
from syncer.publish.histories import histories
from syncer.review.writing import brief

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from config.destinations import Place
    from config.okrs import Okrs
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter
    from syncer.store.store import Store

WEEK = timedelta(weeks=1)
FROM, UNTIL = 9, 17
"""The hours of a working day in which a reminder is welcome, where the teams are."""

_FRIDAY = 5


def week(okrs: Okrs, now: datetime) -> str | None:
    """Name the week to remind of ("2026-W47"); None outside of working hours."""
    local = now.astimezone(ZoneInfo(okrs.review.timezone if okrs.review else "UTC"))
    year, number, weekday = local.isocalendar()
    if weekday > _FRIDAY or not FROM <= local.hour < UNTIL:
        return None
    return f"{year}-W{number:02}"


@dataclass
class Reminders:
    """Sends the week's reminders to the places that want them."""

    store: Store
    okrs: Okrs
    clock: Clock
    places: tuple[Place, ...]
    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Send what there is to remind of; nothing at night and at the weekend."""
        for place, letter in list(self.waiting()):
            said = Courier(self.store, self.clock, self._occasion()).bring(place, letter)
            if said is not None:
                text = f"reminder: {said.text}"
                (self.problems if said.problem else self.told).append(text)

    def waiting(self) -> Iterator[tuple[Place, Letter]]:
        """Yield the places that want this week's reminder and never had it, with what it says."""
        named = week(self.okrs, self.clock.now())
        wanting = [place for place in self.places if place.told.remind] if named else []
        noted = self.store.deliveries_of(self._occasion()) if wanting else {}
        for place in wanting:
            sent = noted.get(place.name)
            fresh = sent is None or sent.fate is Fate.SENDING
            if fresh and (letter := self.letter(place, named or "")) is not None:
                yield place, letter

    def _occasion(self) -> Occasion:
        return Occasion(What.REMINDER, PROGRAMME, week(self.okrs, self.clock.now()) or "")

    def letter(self, place: Place, named: str) -> Letter | None:
        """Write the reminder for a place; None where all was scored within the week."""
        okrs = self._of(place)
        if not self._old(okrs):
            return None
        now = self.clock.now()
        # Scores and numbers are all that counts here: no cards, no ledger.
        known = histories(self.store, okrs, since=now)
        return reminder(brief(okrs, known, now, dice=random.Random), f"reminder-{named}")

    def _of(self, place: Place) -> Okrs:
        """Take the teams that a place is for; all of them where it has the programme's reports."""
        if place.takes(None):
            return self.okrs
        wanted = tuple(one for one in self.okrs.objectives if place.takes(one.team))
        return self.okrs.model_copy(update={"objectives": wanted})

    def _old(self, okrs: Okrs) -> bool:
        """Tell quickly whether any score is a week old: mostly none is."""
        told = self.store.latest_checkins(kr.id for _, kr in key_results(okrs))
        before = self.clock.now() - WEEK
        scored = [
            max(filter(None, (one.confidence_at, one.value_at)), default=None)
            for one in told.values()
        ]
        return any(at is None or at <= before for at in scored)
