"""What the teams said of their KRs and objectives; a sync never touches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text, update

from syncer.core.past import LatestCheckIn
from syncer.core.records import CheckIn
from syncer.store.clock_ahead import AHEAD
from syncer.store.rows import add_one, among, columns_of, finite_or_none
from syncer.store.session import Session
from syncer.store.tables import checkins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.core.past import FormCheckIn
    from syncer.store.rows import AnyRow, AnySelect

_FIELDS = ("confidence", "value", "note", "risk", "ask")
_ALL_FIELDS = (*_FIELDS, "answered")
_COLUMNS = columns_of(
    checkins, "subject", "at", *_FIELDS, "id", "entered_at", "undone_at", "answered"
)  # in the order of a `CheckIn`'s fields

_SCALE = {None, *range(11)}


class CheckInsMixin(Session):
    """The part of the store that holds the teams' check-ins."""

    def add_checkin(self, checkin: CheckIn) -> int:
        """Add a team's check-in, and give its number; what was said before stays.

        Where `entered_at` is None it came in at `at`, and no earlier than those before it.
        """
        with self._writing() as connection:
            return self._add(connection, checkin)

    def add_checkins(self, new: Iterable[CheckIn]) -> int:
        """Add those that aren't there yet, all or none, and tell how many that were.

        What was taken back isn't added again. Raises `ValueError` with those that say
        something else than what stands of the same subject and moment.
        """
        new = tuple(new)
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":  # two imports at once must see each other
                connection.execute(text("LOCK TABLE checkins IN SHARE ROW EXCLUSIVE MODE"))
            lines = _read(connection, self._all())
            standing = {(c.subject, c.at): c for c in lines if c.undone_at is None}
            undone = [replace(c, undone_at=None) for c in lines if c.undone_at is not None]
            fresh = [c for c in new if (c.subject, c.at) not in standing and c not in undone]
            clashes = [c for c in new if standing.get((c.subject, c.at), c) != c]
            if clashes:
                raise ValueError(*clashes)
            for checkin in fresh:
                self._add(connection, checkin)
        return len(fresh)

    def add_form(self, form: str, entries: Iterable[FormCheckIn]) -> None:
        """Add all that a form says, or none; a form that comes again adds nothing."""
        entries = tuple(entries)
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":  # as with imports
                connection.execute(text("LOCK TABLE checkins IN SHARE ROW EXCLUSIVE MODE"))
            if connection.scalar(select(checkins.c.id).where(self._is(checkins, form=form))):
                return
            newest = self._newest(connection, [entry.checkin.subject for entry in entries])
            for entry in entries:
                is_news = newest.get(entry.checkin.subject, 0) > entry.seen
                checkin = entry.changed if is_news else entry.checkin
                if checkin is not None:
                    self._add(connection, checkin, form)

    def checkins_of_form(self, form: str) -> tuple[CheckIn, ...]:
        """Give what came by a form, also what was taken back since."""
        with self._reading() as connection:
            return tuple(_read(connection, self._all().where(checkins.c.form == form)))

    def _newest(self, connection: Connection, subjects: list[str]) -> dict[str, int]:
        """Give the number of the last check-in that stands of each thing."""
        query = select(checkins.c.subject, func.max(checkins.c.id))
        query = query.where(self._mine(checkins), checkins.c.undone_at.is_(None))
        rows = among(connection, query.group_by(checkins.c.subject), checkins.c.subject, subjects)
        return dict(map(tuple, rows))

    def undo_checkin(self, number: int, at: datetime) -> CheckIn | None:
        """Take a check-in back, which leaves its trace; None where no such one stands."""
        mine = self._mine(checkins) & (checkins.c.id == number)
        with self._writing() as connection:
            standing = _read(connection, self._all().where(mine, checkins.c.undone_at.is_(None)))
            if not standing:
                return None
            connection.execute(update(checkins).where(mine).values(undone_at=at))
        return replace(standing[0], undone_at=at)

    def checkins(
        self,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        undone: bool = False,
    ) -> tuple[CheckIn, ...]:
        """Give the check-ins on a KR or objective, or on all, oldest first.

        Those entered at a terminal are in the order in which they came in, imported
        ones by their dates. `until` leaves out what came in later and what speaks of
        later; what was taken back by then is there only with `undone`.
        """
        query = self._all()
        if subject is not None:
            query = query.where(checkins.c.subject == subject)
        with self._reading() as connection:
            known = _as_known(_read(connection, query), until, undone=undone)
        return tuple(checkin for checkin in known if since is None or checkin.at > since)

    def latest_checkins(
        self, subjects: Iterable[str], until: datetime | None = None
    ) -> dict[str, LatestCheckIn]:
        """Give what was last said of each thing; an empty one for a subject never spoken of."""
        latest = {subject: LatestCheckIn() for subject in subjects}
        with self._reading() as connection:
            rows = among(connection, self._all(), checkins.c.subject, latest)
            lines = list(map(_checkin, rows))
        for checkin in _as_known(lines, until, undone=False):
            latest[checkin.subject] = _later(latest[checkin.subject], checkin)
        return latest

    def _all(self) -> AnySelect:
        return select(*_COLUMNS).where(self._mine(checkins)).order_by(checkins.c.id)

    def _add(self, connection: Connection, checkin: CheckIn, form: str | None = None) -> int:
        row = {name: getattr(checkin, name) for name in ("subject", "at", *_ALL_FIELDS)}
        entered_at = checkin.entered_at
        if entered_at is None:
            last = select(func.max(checkins.c.entered_at)).where(self._mine(checkins))
            entered_at = max(connection.scalar(last) or checkin.at, checkin.at)
        return add_one(
            connection, checkins, self._own({**row, "entered_at": entered_at, "form": form})
        )


def _read(connection: Connection, query: AnySelect) -> list[CheckIn]:
    return list(map(_checkin, connection.execute(query)))


def _checkin(row: AnyRow) -> CheckIn:
    """Make the record; raises `ValueError` for one that nobody said."""
    checkin = CheckIn(*row)
    if checkin.confidence not in _SCALE:
        message = "a confidence beyond the scale"
        raise ValueError(message)
    finite_or_none(checkin.value)
    return checkin


def _as_known(lines: Sequence[CheckIn], until: datetime | None, *, undone: bool) -> list[CheckIn]:
    """Put check-ins, given as they came in, in their order, as they were known at a moment.

    Each came in no later than those after it, and speaks of nothing later than that:
    where the clock was ahead for a while it must not rule over what came since.
    """
    entered: datetime | None = None
    known = []
    for checkin in sorted(lines, key=lambda line: line.number or 0, reverse=True):
        came_in = checkin.entered_at or checkin.at
        if entered is not None and timedelta() < came_in - entered < AHEAD:
            came_in = entered
        entered = came_in
        if until is not None and came_in > until:
            continue
        gone = checkin.undone_at
        if gone is not None and until is not None and gone > until:
            gone = None
        if gone is None or undone:
            at = min(checkin.at, came_in)
            known.append(replace(checkin, at=at, entered_at=came_in, undone_at=gone))
    return sorted(known, key=lambda line: (line.at, line.number))


def _later(before: LatestCheckIn, checkin: CheckIn) -> LatestCheckIn:
    """Put what was said over what was known; None and "" are "not said"."""
    values: dict[str, Any] = {name: getattr(checkin, name) for name in _FIELDS}
    fresh = {name: value for name, value in values.items() if value is not None and value != ""}
    dates: dict[str, Any] = {f"{name}_at": checkin.at for name in fresh}
    return before._replace(at=checkin.at, **fresh, **dates)
