"""What the teams said of their KRs and objectives; a sync never touches it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from syncer.core.records import CheckIn, LatestCheckIn
from syncer.store.rows import among, columns_of
from syncer.store.tables import checkins

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.store.rows import AnyRow

_FIELDS = ("confidence", "value", "note", "risk", "ask")
_ORDER = (checkins.c.at, checkins.c.id)


def add_checkin(connection: Connection, one: CheckIn) -> None:
    """Add what a team said; nothing said before is changed."""
    row = {name: getattr(one, name) for name in ("subject", "at", *_FIELDS)}
    connection.execute(insert(checkins), [row])


def add_new(connection: Connection, told: tuple[CheckIn, ...]) -> int:
    """Add what isn't there; raises `ValueError` with what contradicts it, and adds nothing."""
    if connection.dialect.name == "postgresql":  # two imports at once must see each other
        connection.execute(text("LOCK TABLE checkins IN SHARE ROW EXCLUSIVE MODE"))
    there = {(one.subject, one.at): one for one in checkins_of(connection, None, None, None)}
    fresh = [one for one in told if (one.subject, one.at) not in there]
    clashes = [one for one in told if there.get((one.subject, one.at), one) != one]
    if clashes:
        raise ValueError(*clashes)
    for one in fresh:
        add_checkin(connection, one)
    return len(fresh)


def checkins_of(
    connection: Connection, subject: str | None, since: datetime | None, until: datetime | None
) -> tuple[CheckIn, ...]:
    """Give the check-ins after `since` and until `until`, oldest first; None leaves that open."""
    query = select(*columns_of(checkins, "subject", "at", *_FIELDS)).order_by(*_ORDER)
    if subject is not None:
        query = query.where(checkins.c.subject == subject)
    if since is not None:
        query = query.where(checkins.c.at > since)
    if until is not None:
        query = query.where(checkins.c.at <= until)
    return tuple(_said(row) for row in connection.execute(query))


def latest_checkins(
    connection: Connection, subjects: Iterable[str], until: datetime | None
) -> dict[str, LatestCheckIn]:
    """Give what was last said of each thing about each subject, until `until`."""
    found = {subject: LatestCheckIn() for subject in subjects}
    query = select(*columns_of(checkins, "subject", "at", *_FIELDS)).order_by(*_ORDER)
    if until is not None:
        query = query.where(checkins.c.at <= until)
    for row in among(connection, query, checkins.c.subject, found):
        said = _said(row)
        found[said.subject] = _later(found[said.subject], said)
    return found


def _said(row: AnyRow) -> CheckIn:
    return CheckIn(row.subject, row.at, row.confidence, row.value, row.note, row.risk, row.ask)


def _later(before: LatestCheckIn, said: CheckIn) -> LatestCheckIn:
    """Put what was said over what was known; None and "" are "not said"."""
    words: dict[str, Any] = {name: getattr(said, name) for name in _FIELDS}
    fresh = {name: value for name, value in words.items() if value is not None and value != ""}
    dates: dict[str, Any] = {f"{name}_at": said.at for name in fresh}
    return replace(before, at=said.at, **fresh, **dates)
