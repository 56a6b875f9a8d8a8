"""Deliveries of which nobody knows whether they arrived: shown until somebody says what is so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from config.wording import likely
from connectors.errors import ConfigurationError
from syncer.core.deliveries import Delivery, DeliveryStatus, Purpose
from syncer.delivery.letter import Attachment, report, stamp
from syncer.publish.courier import Courier, unsure_text
from syncer.publish.seals import made_briefing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from config.destinations import Destination
    from config.okrs import Okrs
    from connectors.clock import Clock
    from syncer.core.deliveries import UnsureDelivery
    from syncer.delivery.letter import Letter
    from syncer.publish.making import Files
    from syncer.store.store import Store

_UNDER_WAY = timedelta(hours=1)
"""What is on its way for longer than this broke off."""


def unsure_deliveries(store: Store, now: datetime) -> list[UnsureDelivery]:
    """Give those that may or may not have arrived, oldest first."""
    return [
        unsure
        for unsure in store.unsure_deliveries()
        if unsure.delivery.status is DeliveryStatus.UNKNOWN or unsure.delivery.at < now - _UNDER_WAY
    ]


def lines(unsure: Iterable[UnsureDelivery]) -> Iterator[str]:
    """Say for each what was sent when, and what to do."""
    for doubt in unsure:
        named = "reminder" if doubt.occasion.purpose is Purpose.REMINDER else "report"
        calendar = f" for {doubt.occasion.calendar}" if doubt.occasion.calendar else ""
        why = doubt.delivery.note or "the run that sent it broke off"
        text = unsure_text(doubt.destination, why)
        yield f"the {named} of {doubt.occasion.day}{calendar}: {text}"


@dataclass
class Settling:
    """Ends the doubt about one destination's deliveries, as somebody says who has looked.

    The caller holds the store's lock for reports.
    """

    store: Store
    okrs: Okrs
    clock: Clock
    files: Files
    news: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def settle(self, name: str) -> None:
        """Note that what is unsure there arrived, or isn't wanted any more."""
        for unsure in self._of(name):
            settled = Delivery(DeliveryStatus.SENT, self.clock.now(), "settled by hand")
            self.store.end_delivery(unsure.occasion, unsure.destination, settled)
            self.news.append(f"settled: {_named(unsure)}")

    def resend(self, destination: Destination) -> None:
        """Send what is unsure there again, with the content that it had."""
        for unsure in self._of(destination.name):
            letter = self._letter(unsure)
            if letter is None:
                text = f"{_named(unsure)} can't be sent again; --settled {destination.name} ends it"
                self.problems.append(text)
                continue
            self.store.forget_delivery(unsure.occasion, unsure.destination)
            courier = Courier(self.store, self.clock, unsure.occasion)
            result = courier.bring(destination, letter)
            if result is not None:
                (self.problems if result.problem else self.news).append(result.text)

    def _of(self, name: str) -> list[UnsureDelivery]:
        every = [
            delivery for delivery in self.store.unsure_deliveries() if delivery.destination == name
        ]
        if not every:
            self.news.append(f"nothing is unsure at {name}")
        return every

    def _letter(self, unsure: UnsureDelivery) -> Letter | None:
        """Write a report's letter again; None for a reminder, which is of its week alone."""
        occasion = unsure.occasion
        made = self.store.report_of(occasion.calendar, occasion.day)
        if occasion.purpose is not Purpose.REPORT or made is None or made.made_at is None:
            return None
        briefing = made_briefing(self.store, self.okrs, made)
        files = [Attachment(name, self.files.read(name, briefing)) for name in made.files]
        named = stamp(made.calendar, made.day, self.okrs.workspace)
        return report(briefing, named, files, url=self.okrs.report_url or "")


def known_destination(name: str, known: Iterable[str]) -> None:
    """Refuse a name that is none of the file's destinations'."""
    names = list(known)
    if name not in names:
        there = f"{', '.join(names) or 'none'}{likely(name, names)}"
        raise ConfigurationError(f"{name}: okrs.yaml delivers to no such place; there is {there}")


def _named(unsure: UnsureDelivery) -> str:
    what_for = "the reminder" if unsure.occasion.purpose is Purpose.REMINDER else "the report"
    return f"{what_for} of {unsure.occasion.day} to {unsure.destination}"
