"""What the teams aim for, as okrs.yaml last had it, and every change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from syncer.core.past import PUT_IN, TAKEN_OUT, DefinedKr, DefinedObjective
from syncer.core.records import Change
from syncer.store.clock_ahead import put_right
from syncer.store.definition_rows import (
    differing,
    key_result_row,
    objective_row,
    standing,
)
from syncer.store.errors import understood
from syncer.store.reads import unlink_sources
from syncer.store.rows import add, among, columns_of, finite, grouped
from syncer.store.session import Session
from syncer.store.tables import (
    changes,
    key_results,
    kr_status,
    objectives,
    readings,
    reported_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from config.okrs import KeyResult, Okrs

    Rows = dict[str, dict[str, Any]]

_CHANGE = ("subject", "at", "field", "before", "after")


class DefinitionsMixin(Session):
    """The part of the store that knows what is aimed for."""

    def define(self, okrs: Okrs, at: datetime) -> bool:
        """Record the file's objectives and KRs, and a `Change` for whatever changed.

        Numbers are written as people do ("90", "0.5"), links and counting rules
        as JSON without their defaults, nothing as "". What is heard of for the first
        time was put in, unless all is new; what left the file was taken out, and is
        kept. A KR's `current` is no change but a value (`reported_values`). Writes
        nothing when nothing changed. Gives whether KRs may stand otherwise than before.
        """
        pairs = [(objective, kr) for objective in okrs.objectives for kr in objective.key_results]
        objective_rows = [
            {**objective_row(objective), "position": position}
            for position, objective in enumerate(okrs.objectives)
        ]
        kr_rows = [
            {**key_result_row(o.id, kr, okrs.rules.get(kr.id, {})), "position": position}
            for position, (o, kr) in enumerate(pairs)
        ]
        with self._writing() as connection:
            moved = put_right(connection, self.workspace, at)
            known_objectives = self._known(connection, objectives)
            known_krs = self._known(connection, key_results)
            self._record(connection, objectives, known_objectives, objective_rows, at)
            edited = self._record(connection, key_results, known_krs, kr_rows, at)
            relinked = {change.subject for change in edited if change.field == "links"}
            for _, kr in pairs:
                if kr.id in relinked:
                    linked = {link.source for link in kr.links}
                    unlink_sources(connection, self.workspace, kr.id, linked, at)
            self._report_values(connection, [kr for _, kr in pairs], at)
        return moved or bool(relinked)

    def changes(
        self, subject: str | None = None, since: datetime | None = None
    ) -> tuple[Change, ...]:
        """Give the changed definitions of a KR or objective, or of all, oldest first."""
        query = select(*columns_of(changes, *_CHANGE)).where(self._mine(changes))
        if subject is not None:
            query = query.where(changes.c.subject == subject)
        if since is not None:
            query = query.where(changes.c.at > since)
        with self._reading() as connection:
            return tuple(Change(*row) for row in connection.execute(query.order_by(changes.c.id)))

    def reported_values(self, krs: Iterable[str]) -> dict[str, tuple[tuple[datetime, float], ...]]:
        """Give each KR's `current` as the file had it, when it was first seen, oldest first."""
        with self._reading() as connection:
            return self._reported(connection, tuple(krs))

    def defined(self, until: datetime | None = None) -> tuple[DefinedKr, ...]:
        """Give every KR that the workspace ever had, as at a moment, in the file's order."""
        with self._reading() as connection:
            rows = self._known(connection, objectives), self._known(connection, key_results)
            query = select(*columns_of(changes, *_CHANGE)).where(self._mine(changes))
            lines = [Change(*row) for row in connection.execute(query.order_by(changes.c.id))]
            for change in reversed(lines):
                if until is not None and change.at > until:
                    _undo(change, *rows)
            taken_out = _taken_out(lines, until)
            teams, krs = rows
            return tuple(
                _defined(kr, teams[kr["objective"]], taken_out.get(id_))
                for id_, kr in sorted(krs.items(), key=_in_the_file)
                if until is None or kr["put_in_at"] is None or kr["put_in_at"] <= until
            )

    def defined_objectives(self, until: datetime | None = None) -> tuple[DefinedObjective, ...]:
        """Give every objective that the workspace ever had, as at a moment, in the file's order."""
        with self._reading() as connection:
            rows = self._known(connection, objectives)
            query = select(*columns_of(changes, *_CHANGE)).where(self._mine(changes))
            lines = [Change(*row) for row in connection.execute(query.order_by(changes.c.id))]
            for change in reversed(lines):
                if until is not None and change.at > until:
                    _undo(change, rows, {})
            taken_out = _taken_out(lines, until)
            return tuple(
                DefinedObjective(
                    id=id_,
                    title=row["title"],
                    team=row["team"],
                    period=row["period"],
                    kind=row["kind"],
                    parent=row["parent"] or None,
                    taken_out_at=taken_out.get(id_),
                )
                for id_, row in sorted(rows.items(), key=_in_the_file)
                if until is None or row["put_in_at"] is None or row["put_in_at"] <= until
            )

    def _known(self, connection: Connection, table: Table) -> Rows:
        names = [column.name for column in table.columns if column.name != "workspace"]
        query = select(*columns_of(table, *names)).where(self._mine(table))
        with understood(self._database.name):
            return {row.id: dict(zip(names, row, strict=True)) for row in connection.execute(query)}

    def _record(
        self,
        connection: Connection,
        table: Table,
        known: Rows,
        rows: list[dict[str, Any]],
        at: datetime,
    ) -> list[Change]:
        """Insert new rows, update changed ones, and note the changes; writes only what differs."""
        new = [row for row in rows if row["id"] not in known]
        back = [row for row in rows if known.get(row["id"], {}).get("taken_out_at") is not None]
        present = {row["id"] for row in rows}
        gone = [
            id_ for id_, row in known.items() if id_ not in present and row["taken_out_at"] is None
        ]
        put_in = [row["id"] for row in (new if known else []) + back]
        titles = {id_: row["title"] for id_, row in known.items()}
        titles |= {row["id"]: row["title"] for row in rows}
        stood = self._counts(connection, put_in + gone) if table is key_results else {}
        noted = _moved(titles, stood, (put_in, gone), at)
        edited = [
            change
            for row in rows
            if row["id"] in known
            for change in differing(known[row["id"]], row, at)
        ]
        add(connection, table, (self._own({**row, "put_in_at": at}) for row in new))
        changed = {change.subject for change in edited} | {row["id"] for row in back}
        changed |= {
            row["id"]
            for row in rows
            if row["id"] in known and known[row["id"]]["position"] != row["position"]
        }
        self._update(connection, table, [row for row in rows if row["id"] in changed])
        if gone:
            left = self._mine(table) & table.c.id.in_(gone)
            connection.execute(update(table).where(left).values(taken_out_at=at))
        self._note_changes(connection, [*noted, *edited])
        return edited

    def _counts(self, connection: Connection, krs: list[str]) -> dict[str, tuple[int, int, int]]:
        query = select(kr_status.c.kr, *columns_of(readings, "done", "remaining", "dropped"))
        query = query.join(readings, kr_status.c.reading == readings.c.id)
        rows = among(connection, query.where(self._mine(kr_status)), kr_status.c.kr, krs)
        return {kr: (done, remaining, dropped) for kr, done, remaining, dropped in rows}

    def _note_changes(self, connection: Connection, lines: Iterable[Change]) -> None:
        rows = ((c.subject, c.at, c.field, c.before, c.after) for c in lines)
        add(connection, changes, (self._own(dict(zip(_CHANGE, row, strict=True))) for row in rows))

    def _update(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """Write these rows over what is there; what was taken out is in again."""
        if not rows:
            return
        names = [name for name in rows[0] if name != "id"]
        fresh: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        statement = update(table).where(self._mine(table), table.c.id == bindparam("known"))
        values = [{"known": r["id"], **{f"new_{name}": r[name] for name in names}} for r in rows]
        connection.execute(statement.values(**fresh, taken_out_at=None), values)

    def _reported(
        self, connection: Connection, krs: tuple[str, ...]
    ) -> dict[str, tuple[tuple[datetime, float], ...]]:
        table = reported_values
        query = select(table.c.kr, table.c.at, table.c.value).where(self._mine(table))
        rows = among(connection, query.order_by(table.c.kr, table.c.id), table.c.kr, krs)
        with understood(self._database.name):
            return grouped(krs, ((kr, (at, finite(value))) for kr, at, value in rows))

    def _report_values(self, connection: Connection, krs: list[KeyResult], at: datetime) -> None:
        """Note the KRs' numbers where the file has others than before."""
        now = {
            kr.id: kr.metric.current for kr in krs if kr.metric and kr.metric.current is not None
        }
        reported = self._reported(connection, tuple(now))
        before = {kr: values[-1][1] for kr, values in reported.items() if values}
        new = [kr for kr, value in now.items() if before.get(kr) != value]
        rows = (self._own({"kr": kr, "at": at, "value": now[kr]}) for kr in new)
        add(connection, reported_values, rows)


def _moved(
    titles: dict[str, str],
    stood: dict[str, tuple[int, int, int]],
    ids: tuple[list[str], list[str]],
    at: datetime,
) -> list[Change]:
    """Give the changes of what was put in and taken out, with where it stood."""
    put_in, gone = ids
    texts = {id_: standing(titles[id_], stood.get(id_)) for id_ in put_in + gone}
    return [
        *(Change(id_, at, PUT_IN, "", texts[id_]) for id_ in put_in),
        *(Change(id_, at, TAKEN_OUT, texts[id_], "") for id_ in gone),
    ]


def _undo(change: Change, objective_rows: Rows, kr_rows: Rows) -> None:
    row = kr_rows.get(change.subject) or objective_rows.get(change.subject, {})
    if change.field in row:
        row[change.field] = change.before


def _taken_out(lines: Iterable[Change], until: datetime | None) -> dict[str, datetime | None]:
    """Give since when each subject is out, as the last change by the moment says."""
    out: dict[str, datetime | None] = {}
    for change in lines:
        if change.field in {PUT_IN, TAKEN_OUT} and (until is None or change.at <= until):
            out[change.subject] = change.at if change.field == TAKEN_OUT else None
    return out


def _defined(kr: dict[str, Any], objective: dict[str, Any], out: datetime | None) -> DefinedKr:
    start, target = (
        finite(float(kr[name])) if kr[name] not in {None, ""} else None
        for name in ("start", "target")
    )
    return DefinedKr(
        id=kr["id"],
        objective=kr["objective"],
        title=kr["title"],
        team=objective["team"],
        period=objective["period"],
        taken_out_at=out,
        start=start,
        target=target,
        unit=kr["unit"],
        quality=kr["quality"],
        links=kr["links"],
    )


def _in_the_file(item: tuple[str, dict[str, Any]]) -> tuple[int, str]:
    """Sort by the place in the file, the last that it had there."""
    id_, row = item
    return -1 if row["position"] is None else row["position"], id_
