"""When each KR was read well from each source, and when it wasn't: as spans, for good."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, delete, func, select, update

from syncer.core.past import ReadSpan
from syncer.store.rows import add, among, columns_of, grouped, upsert
from syncer.store.session import Session
from syncer.store.tables import kr_reads, source_reads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.engine import Connection

    ReadAt = Mapping[str, Mapping[str, datetime]]
    Remarks = Mapping[str, Mapping[str, str | None]]

# Reads that are nearer to each other than this are one, the later: cron's finest is a minute.
_NEAR = 59 * 1_000_000
# No run takes so long between its question and its writing.
_LONG_AGO = timedelta(hours=6)
_MICROSECOND = timedelta(microseconds=1)


class ReadsMixin(Session):
    """The part of the store that knows how well the KRs were read."""

    def read_spans(
        self, krs: Iterable[str], until: datetime | None = None
    ) -> dict[str, tuple[ReadSpan, ...]]:
        """Give each KR's spans in the order in which they came, as they were known at `until`.

        A good span's `ended` is then when its source was last read up to that
        moment, to the minute. What was noted by a clock that was ahead isn't known yet.
        """
        krs = tuple(krs)
        query = select(*columns_of(kr_reads, "kr", "source", "began", "ended", "problem", "remark"))
        query = query.where(self._mine(kr_reads)).order_by(kr_reads.c.kr, kr_reads.c.id)
        if until is not None:
            query = query.where(kr_reads.c.began <= until)
        with self._reading() as connection:
            spans = [ReadSpan(*row) for row in among(connection, query, kr_reads.c.kr, krs)]
            if until is not None:
                spans = _as_known(connection, self.workspace, spans, until)
        return grouped(krs, ((span.kr, span) for span in spans))

    def source_reads(self, sources: Iterable[str], days: int | None = None) -> dict[str, int]:
        """Count by source how often it was noted as read well, on its last days or ever."""
        noted = {}
        with self._reading() as connection:
            for source in sources:
                query = select(source_reads.c.moments).where(self._is(source_reads, source=source))
                query = query.order_by(source_reads.c.day.desc()).limit(days)
                noted[source] = sum(len(_moments(text)) for text in connection.scalars(query))
        return noted


def _as_known(
    connection: Connection, workspace: str, spans: Iterable[ReadSpan], until: datetime
) -> list[ReadSpan]:
    """Put back the ends that have moved on since."""
    last: dict[str, datetime | None] = {}
    known = []
    for span in spans:
        ended = span.ended
        if ended > until and span.problem is None:
            if span.source not in last:
                last[span.source] = _last_read(connection, workspace, span.source, until)
            # Before its reads were noted, a source is taken as read all the while.
            ended = max(last[span.source] or until, span.began)
        known.append(span._replace(ended=min(ended, until)))
    return known


def _last_read(
    connection: Connection, workspace: str, source: str, until: datetime
) -> datetime | None:
    day, limit = _day_and_microseconds(until)
    query = select(source_reads.c.day, source_reads.c.moments).where(
        source_reads.c.workspace == workspace,
        source_reads.c.source == source,
        source_reads.c.day <= day,
    )
    for known_day, moments in connection.execute(
        query.order_by(source_reads.c.day.desc()).limit(2)
    ):
        early = [m for m in _moments(moments) if known_day < day or m <= limit]
        if early:
            begun = datetime.fromisoformat(known_day).replace(tzinfo=UTC)
            return begun + timedelta(microseconds=early[-1])
    return None


def last_reads(
    connection: Connection, workspace: str, krs: tuple[str, ...]
) -> dict[str, dict[str, datetime]]:
    """Give when each KR was last read whole, by source; without those no longer linked."""
    last = (
        select(func.max(kr_reads.c.id))
        .where(
            kr_reads.c.workspace == workspace,
            kr_reads.c.problem.is_(None),
            kr_reads.c.unlinked_at.is_(None),
        )
        .group_by(kr_reads.c.kr, kr_reads.c.source)
    )
    query = select(*columns_of(kr_reads, "kr", "source", "ended")).where(kr_reads.c.id.in_(last))
    read_at: dict[str, dict[str, datetime]] = {}
    for kr, source, ended in among(
        connection, query.order_by(kr_reads.c.source), kr_reads.c.kr, krs
    ):
        read_at.setdefault(kr, {})[source] = ended
    return read_at


def note_good_reads(
    connection: Connection,
    workspace: str,
    read_at: ReadAt,
    remarks: Remarks,
    at: datetime,
    *,
    standing: Collection[str] = (),
) -> None:
    """Note by KR and source when these were read whole, and what should be known of that.

    The problems of those in `standing` are of other sources: they go on beside it.
    """
    last = _last_spans(connection, workspace, read_at)
    remarked = _remarked_spans(connection, workspace, read_at)
    moved, begun = [], []
    for kr, sources in read_at.items():
        failed = 0 if kr in standing else last.get((kr, ""), 0)
        for source, moment in sources.items():
            number = last.get((kr, source), 0)
            remark = remarks[kr].get(source, remarked.get(number))
            if number > failed and remark == remarked.get(number):
                moved.append({"number": number, "moment": moment})
            else:
                # An exported file speaks as of long ago; that it does is known from now on.
                known_since = at if _is_long_ago(moment, at) else moment
                span = _span(workspace, kr, source, moment, None)
                begun.append({**span, "began": known_since, "remark": remark})
    _move(connection, moved, at)
    add(connection, kr_reads, begun)
    pairs = {pair for sources in read_at.values() for pair in sources.items()}
    for source, moment in sorted(pairs):
        _note_source_read(connection, workspace, source, moment, at)


def _is_long_ago(moment: datetime, at: datetime) -> bool:
    # A moment without a zone can't be compared: its column refuses it.
    return moment.tzinfo is not None and at - moment > _LONG_AGO


def note_problems(
    connection: Connection, workspace: str, problems: Mapping[str, str], at: datetime
) -> None:
    """Note that these KRs couldn't be read, and why."""
    last = _last_spans(connection, workspace, problems)
    newest: dict[str, int] = {}
    for (kr, _), number in last.items():
        newest[kr] = max(number, newest.get(kr, 0))
    query = select(kr_reads.c.id, kr_reads.c.problem).where(kr_reads.c.id.in_(newest.values()))
    same = dict(map(tuple, connection.execute(query))) if newest else {}
    moved, begun = [], []
    for kr, problem in problems.items():
        number = newest.get(kr, 0)
        if same.get(number) == problem:
            moved.append({"number": number, "moment": at})
        else:
            begun.append(_span(workspace, kr, "", at, problem))
    _move(connection, moved, at)
    add(connection, kr_reads, begun)


def unlink_sources(
    connection: Connection, workspace: str, kr: str, linked: Iterable[str], at: datetime
) -> None:
    """Note that a KR has no link to other sources any more: they can't make its number old."""
    gone = (
        kr_reads.c.workspace == workspace,
        kr_reads.c.kr == kr,
        kr_reads.c.source.not_in(["", *linked]),
        kr_reads.c.unlinked_at.is_(None),
    )
    connection.execute(update(kr_reads).where(*gone).values(unlinked_at=at))


def _last_spans(
    connection: Connection, workspace: str, krs: Iterable[str]
) -> dict[tuple[str, str], int]:
    """Give the number of the last span of each KR and source, "" for problems."""
    query = select(kr_reads.c.kr, kr_reads.c.source, func.max(kr_reads.c.id)).where(
        kr_reads.c.workspace == workspace, kr_reads.c.unlinked_at.is_(None)
    )
    query = query.group_by(kr_reads.c.kr, kr_reads.c.source)
    return {(kr, source): n for kr, source, n in among(connection, query, kr_reads.c.kr, krs)}


def _remarked_spans(connection: Connection, workspace: str, krs: Iterable[str]) -> dict[int, str]:
    """Give the remarks of the spans that have one, by their number."""
    query = select(*columns_of(kr_reads, "id", "remark")).where(
        kr_reads.c.workspace == workspace, kr_reads.c.remark.is_not(None)
    )
    return dict(map(tuple, among(connection, query, kr_reads.c.kr, krs)))


def _span(
    workspace: str, kr: str, source: str, moment: datetime, problem: str | None
) -> dict[str, object]:
    span = {"kr": kr, "source": source, "began": moment, "ended": moment, "problem": problem}
    return {"workspace": workspace, **span}


def _move(connection: Connection, moved: list[dict[str, object]], at: datetime) -> None:
    """Move the ends of spans; one that began when the clock was ahead begins now."""
    if moved:
        moment = bindparam("moment", type_=kr_reads.c.ended.type)
        began = case((kr_reads.c.began > at, moment), else_=kr_reads.c.began)
        statement = update(kr_reads).where(kr_reads.c.id == bindparam("number"))
        connection.execute(statement.values(ended=moment, began=began), moved)


def _note_source_read(
    connection: Connection, workspace: str, source: str, moment: datetime, at: datetime
) -> None:
    """Add a moment to its day's; forget those that a clock which was ahead has noted."""
    day, microseconds = _day_and_microseconds(moment)
    newest_day, newest = _day_and_microseconds(max(moment, at))
    mine = (source_reads.c.workspace == workspace, source_reads.c.source == source)
    connection.execute(delete(source_reads).where(*mine, source_reads.c.day > newest_day))
    query = select(source_reads.c.moments).where(*mine, source_reads.c.day == day)
    text = connection.scalar(query)
    before = _moments(text or "[]")
    after = [m for m in before if day < newest_day or m <= newest]
    if microseconds not in after:
        after = _thinned(sorted([*after, microseconds]))
    if after != before:
        row = {"workspace": workspace, "source": source, "day": day}
        moments = json.dumps(after, separators=(",", ":"))
        upsert(connection, source_reads, [{**row, "moments": moments}], "moments")


def _moments(text: str) -> list[int]:
    """Read a day's moments; raises `ValueError`, `TypeError` for what nobody wrote."""
    moments: list[int] = json.loads(text)
    if not all(isinstance(moment, int) for moment in moments):
        message = "a moment that is no number"
        raise TypeError(message)
    return moments


def _thinned(moments: list[int]) -> list[int]:
    """Leave out the one before the last where both lie near the one before that."""
    *before, last = moments
    return [*before[:-1], last] if before[1:] and last - before[-2] < _NEAR else moments


def _day_and_microseconds(moment: datetime) -> tuple[str, int]:
    moment = moment.astimezone(UTC)
    begun = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return begun.date().isoformat(), (moment - begun) // _MICROSECOND
