"""Reminds the teams, once a week, of key results that nobody scored for a week."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from syncer.core.deliveries import PROGRAMME, DeliveryStatus, Occasion, Purpose
from syncer.core.period import period_of
from syncer.delivery.letter import reminder
from syncer.publish.courier import Courier
from syncer.publish.histories import histories
from syncer.review.writing import brief

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from config.destinations import Destination
    from config.okrs import Objective, Okrs
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter
    from syncer.store.store import Store

WEEK = timedelta(weeks=1)
FROM, UNTIL = 9, 17
"""The hours of a working day in which a reminder is welcome, where the teams are."""

_FRIDAY = 5


def week(okrs: Okrs, now: datetime) -> str | None:
    """Name the week to remind of ("2026-W47"); None outside of working hours."""
    local = now.astimezone(okrs.timezone())
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
    destinations: tuple[Destination, ...]
    news: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Send what there is to remind of; nothing at night and at the weekend."""
        for destination, letter in list(self.waiting()):
            result = Courier(self.store, self.clock, self._occasion()).bring(destination, letter)
            if result is not None:
                text = f"reminder: {result.text}"
                (self.problems if result.problem else self.news).append(text)

    def waiting(self) -> Iterator[tuple[Destination, Letter]]:
        """Yield the places that want this week's reminder and never had it, with what it says."""
        named = week(self.okrs, self.clock.now())
        wanting = (
            [destination for destination in self.destinations if destination.settings.remind]
            if named
            else []
        )
        noted = self.store.deliveries_of(self._occasion()) if wanting else {}
        for destination in wanting:
            sent = noted.get(destination.name)
            fresh = sent is None or sent.status is DeliveryStatus.SENDING
            if fresh and (letter := self.letter(destination, named or "")) is not None:
                yield destination, letter

    def _occasion(self) -> Occasion:
        return Occasion(Purpose.REMINDER, PROGRAMME, week(self.okrs, self.clock.now()) or "")

    def letter(self, destination: Destination, named: str) -> Letter | None:
        """Write the reminder for a place; None where all was scored within the week."""
        okrs = self._of(destination)
        if not self._old(okrs):
            return None
        now = self.clock.now()
        # Scores and numbers are all that counts here: no cards, no ledger.
        known = histories(self.store, okrs, since=now)
        briefing = brief(okrs, known, now, dice=random.Random)
        workspace = f"-{self.okrs.workspace}" if self.okrs.workspace else ""
        return reminder(
            briefing,
            f"reminder-{named}{workspace}",
            self.okrs.report_url or "",
            checkin=self._checkin_page(okrs),
        )

    def _checkin_page(self, okrs: Okrs) -> str:
        """Give the address of the check-in on the page; "" where nobody says where that is."""
        if not self.okrs.page_url:
            return ""
        teams = {objective.team for objective in okrs.objectives}
        team = f"?team={quote(teams.pop(), safe='')}" if len(teams) == 1 else ""
        return f"{self.okrs.page_url}/checkin{team}"

    def _of(self, destination: Destination) -> Okrs:
        """Take what a place is reminded of: its teams' objectives whose period goes on.

        One that has the programme's reports is for all teams.
        """
        own = tuple(
            objective
            for objective in self.okrs.objectives
            if (destination.takes(None) or destination.takes(objective.team))
            and self._goes_on(objective)
        )
        return self.okrs.model_copy(update={"objectives": own})

    def _goes_on(self, objective: Objective) -> bool:
        """Tell whether an objective's period has begun and isn't over."""
        read = period_of(self.okrs, objective.period, objective.team)
        return read is None or read.begins <= self.clock.now() < read.ends

    def _old(self, okrs: Okrs) -> bool:
        """Tell quickly whether any score is a week old: mostly none is."""
        latest = self.store.latest_checkins(kr.id for _, kr in okrs.key_results())
        before = self.clock.now() - WEEK
        scored = [
            max(filter(None, (latest_checkin.confidence_at, latest_checkin.value_at)), default=None)
            for latest_checkin in latest.values()
        ]
        return any(at is None or at <= before for at in scored)
