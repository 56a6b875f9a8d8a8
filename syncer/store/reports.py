"""Each meeting's report and its deliveries: claimed before, noted after, each once."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from connectors.errors import StoreError
from syncer.core.deliveries import (
    Delivery,
    DeliveryStatus,
    MeetingReport,
    Occasion,
    Purpose,
    SealedReport,
    UnsureDelivery,
)
from syncer.store.session import Session
from syncer.store.tables import deliveries, reports

if TYPE_CHECKING:
    from datetime import datetime


_CHANGED = "its content isn't what was sealed: put a copy of the store back"


class ReportsMixin(Session):
    """The part of the store that remembers what was made and sent."""

    def claim_report(self, report: MeetingReport, claim: str) -> MeetingReport:
        """Claim a meeting's report, and give it as the store has it: `made_at` is None for ours.

        What was claimed and not made is claimed anew: the caller holds the lock
        for reports, so whoever claimed it before is gone.
        """
        this = self._is(reports, calendar=report.calendar, day=report.day)
        with self._writing() as connection:
            known = connection.execute(select(reports).where(this)).first()
            if known is not None and known.made_at is not None:
                return _report(known)
            row = {"meeting": report.meeting, "claim": claim}
            if known is None:
                row |= {"calendar": report.calendar, "day": report.day, "files": "[]"}
                connection.execute(insert(reports), [self._own(row)])
            else:
                connection.execute(update(reports).where(this).values(row))
            return report

    def seal_report(self, report: MeetingReport, claim: str, content: bytes, sha256: str) -> bool:
        """Keep a claimed report's content for good; False if the claim is no longer ours.

        What was made once is never sealed again. Raises `ValueError` where the hash
        isn't that of the content.
        """
        if hashlib.sha256(content).hexdigest() != sha256:
            message = "this SHA-256 isn't that of the content"
            raise ValueError(message)
        files = json.dumps(report.files, ensure_ascii=False)
        row = {"made_at": report.made_at, "files": files, "content": content, "sha256": sha256}
        this = self._is(reports, calendar=report.calendar, day=report.day, claim=claim)
        open_ = this & reports.c.made_at.is_(None)
        with self._writing() as connection:
            return bool(connection.execute(update(reports).where(open_).values(row)).rowcount)

    def sealed_report(self, calendar: str, day: str) -> SealedReport | None:
        """Give a meeting's report with its content; None where none was sealed.

        Raises `StoreError` where the content isn't what was sealed.
        """
        with self._reading() as connection:
            this = self._is(reports, calendar=calendar, day=day)
            row = connection.execute(select(reports).where(this)).first()
            if row is None or row.content is None:
                return None
            whole = isinstance(row.content, bytes)
            if not whole or hashlib.sha256(row.content).hexdigest() != row.sha256:
                raise StoreError(f"{self._database.name}: the report of {day}: {_CHANGED}")
            return SealedReport(_report(row), row.content, row.sha256)

    def sealed_reports(self) -> tuple[MeetingReport, ...]:
        """Give all reports whose content is kept, by calendar and day."""
        names = ("calendar", "day", "meeting", "made_at", "files")
        query = select(*(reports.c[name] for name in names))
        query = query.where(self._mine(reports), reports.c.content.is_not(None))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(reports.c.calendar, reports.c.day))
            return tuple(_report(row) for row in rows)

    def report_of(self, calendar: str, day: str) -> MeetingReport | None:
        """Give a meeting's report, claimed or made; None where there is none."""
        names = ("calendar", "day", "meeting", "made_at", "files")
        query = select(*(reports.c[name] for name in names))
        with self._reading() as connection:
            this = self._is(reports, calendar=calendar, day=day)
            row = connection.execute(query.where(this)).first()
            return None if row is None else _report(row)

    def begin_delivery(self, occasion: Occasion, destination: str, at: datetime) -> bool:
        """Note that something is about to be sent; False, and nothing noted, if it ever was."""
        row = {
            **_key(occasion, destination),
            "status": DeliveryStatus.SENDING.value,
            "at": at,
            "note": "",
        }
        with self._writing() as connection:
            this = self._is(deliveries, **_key(occasion, destination))
            if connection.execute(select(deliveries).where(this)).first():
                return False
            connection.execute(insert(deliveries), [self._own(row)])
            return True

    def end_delivery(self, occasion: Occasion, destination: str, sent: Delivery) -> None:
        """Note what became of it."""
        row = {"status": sent.status.value, "at": sent.at, "note": sent.note}
        this = self._is(deliveries, **_key(occasion, destination))
        with self._writing() as connection:
            connection.execute(update(deliveries).where(this).values(row))

    def forget_delivery(self, occasion: Occasion, destination: str) -> None:
        """Take the note back: it is sure that nothing was sent."""
        this = self._is(deliveries, **_key(occasion, destination))
        with self._writing() as connection:
            connection.execute(delete(deliveries).where(this))

    def deliveries_of(self, occasion: Occasion) -> dict[str, Delivery]:
        """Give what is noted of an occasion's deliveries, by destination."""
        kind, calendar = occasion.purpose.value, occasion.calendar
        these = self._is(deliveries, kind=kind, calendar=calendar, day=occasion.day)
        with self._reading() as connection:
            return {
                row.destination: Delivery(DeliveryStatus(row.status), row.at, row.note)
                for row in connection.execute(select(deliveries).where(these))
            }

    def deliveries(self) -> tuple[Delivery, ...]:
        """Give all that is noted of deliveries, by occasion and destination."""
        query = select(deliveries).where(self._mine(deliveries))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(*deliveries.primary_key.columns))
            return tuple(delivery.delivery for delivery in map(_noted, rows))

    def unsure_deliveries(self) -> tuple[UnsureDelivery, ...]:
        """Give the deliveries that may or may not have arrived, oldest first."""
        open_ = deliveries.c.status.in_(
            (DeliveryStatus.SENDING.value, DeliveryStatus.UNKNOWN.value)
        )
        query = select(deliveries).where(self._mine(deliveries), open_)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(deliveries.c.at, deliveries.c.destination))
            return tuple(map(_noted, rows))


def _key(occasion: Occasion, destination: str) -> dict[str, str]:
    kind, calendar = occasion.purpose.value, occasion.calendar
    return {"kind": kind, "calendar": calendar, "day": occasion.day, "destination": destination}


def _noted(row: Any) -> UnsureDelivery:
    return UnsureDelivery(
        Occasion(Purpose(row.kind), row.calendar, row.day),
        row.destination,
        Delivery(DeliveryStatus(row.status), row.at, row.note),
    )


def _report(row: Any) -> MeetingReport:
    return MeetingReport(
        row.calendar, row.day, row.meeting, row.made_at, tuple(json.loads(row.files))
    )
