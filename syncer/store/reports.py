"""Each meeting's report and its deliveries: claimed before, noted after, each once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, select, update

from syncer.core.deliveries import Delivery, DeliveryStatus, MeetingReport, Occasion
from syncer.store.session import Session
from syncer.store.tables import deliveries, reports

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement


class ReportStore(Session):
    """The part of the store that remembers what was made and sent."""

    def claim_report(self, report: MeetingReport, claim: str) -> MeetingReport:
        """Claim a meeting's report, and give it as the store has it: `made_at` is None for ours.

        What was claimed and not made is claimed anew: the caller holds the lock
        for reports, so whoever claimed it before is gone.
        """
        with self._writing() as connection:
            found = connection.execute(_report(report.calendar, report.day)).first()
            if found is not None and found.made is not None:
                return _made(found)
            row = {"meeting": report.meeting, "claim": claim}
            if found is None:
                row |= {"calendar": report.calendar, "day": report.day, "files": "[]"}
                connection.execute(insert(reports), [row])
            else:
                this = _is(reports, calendar=report.calendar, day=report.day)
                connection.execute(update(reports).where(this).values(row))
            return report

    def report_made(self, report: MeetingReport, claim: str) -> bool:
        """Note that a claimed report's files are whole; False if the claim is no longer ours."""
        files = json.dumps(report.files, ensure_ascii=False)
        this = _is(reports, calendar=report.calendar, day=report.day, claim=claim)
        with self._writing() as connection:
            noted = update(reports).where(this).values(made=report.made_at, files=files)
            return bool(connection.execute(noted).rowcount)

    def report_of(self, calendar: str, day: str) -> MeetingReport | None:
        """Give a meeting's report, claimed or made; None where there is none."""
        with self._reading() as connection:
            found = connection.execute(_report(calendar, day)).first()
        return None if found is None else _made(found)

    def begin_delivery(self, occasion: Occasion, place: str, at: datetime) -> bool:
        """Note that something is about to be sent; False, and nothing noted, if it ever was."""
        row = {**_key(occasion, place), "fate": DeliveryStatus.SENDING.value, "at": at, "note": ""}
        with self._writing() as connection:
            if connection.execute(select(deliveries).where(_this(occasion, place))).first():
                return False
            connection.execute(insert(deliveries), [row])
            return True

    def end_delivery(self, occasion: Occasion, place: str, sent: Delivery) -> None:
        """Note what became of it."""
        row = {"fate": sent.status.value, "at": sent.at, "note": sent.note}
        with self._writing() as connection:
            connection.execute(update(deliveries).where(_this(occasion, place)).values(row))

    def forget_delivery(self, occasion: Occasion, place: str) -> None:
        """Take the note back: it is sure that nothing was sent."""
        with self._writing() as connection:
            connection.execute(delete(deliveries).where(_this(occasion, place)))

    def deliveries_of(self, occasion: Occasion) -> dict[str, Delivery]:
        """Give what is noted of an occasion's deliveries, by place."""
        wanted = _is(
            deliveries, what=occasion.purpose.value, calendar=occasion.calendar, day=occasion.day
        )
        with self._reading() as connection:
            rows = connection.execute(select(deliveries).where(wanted)).all()
        return {row.place: Delivery(DeliveryStatus(row.fate), row.at, row.note) for row in rows}


def _key(occasion: Occasion, place: str) -> dict[str, str]:
    purpose, calendar = occasion.purpose.value, occasion.calendar
    return {"what": purpose, "calendar": calendar, "day": occasion.day, "place": place}


def _this(occasion: Occasion, place: str) -> ColumnElement[bool]:
    return _is(deliveries, **_key(occasion, place))


def _is(table: Any, **values: str) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in values.items()))


def _report(calendar: str, day: str) -> Any:
    return select(reports).where(_is(reports, calendar=calendar, day=day))


def _made(row: Any) -> MeetingReport:
    return MeetingReport(row.calendar, row.day, row.meeting, row.made, tuple(json.loads(row.files)))
