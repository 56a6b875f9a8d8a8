"""What the teams aim for, as last told by okrs.yaml, and every change of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

from syncer.core.records import Change
from syncer.store.columns import storable
from syncer.store.rows import add, among, columns_of, grouped
from syncer.store.tables import changes, key_results, looks, objectives, told_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from config.counting import Counting
    from config.okrs import KeyResult, Objective, Okrs


def define(connection: Connection, okrs: Okrs, at: datetime) -> None:
    """Record objectives and KRs, and a `Change` for each thing about a known one that changed.

    What is no longer in the file stays as it was: another file may hold it.
    """
    _record(connection, objectives, [_objective_row(one) for one in okrs.objectives], at)
    pairs = [(o, kr) for o in okrs.objectives for kr in o.key_results]
    rows = [_key_result_row(o.id, kr, okrs.rules.get(kr.id, {})) for o, kr in pairs]
    told = _record(connection, key_results, rows, at)
    relinked = {change.subject for change in told if change.field == "links"}
    _forget_sources(connection, [kr for _, kr in pairs if kr.id in relinked])
    _tell(connection, [kr for _, kr in pairs], at)


def changes_of(
    connection: Connection, subject: str | None, since: datetime | None
) -> tuple[Change, ...]:
    """Give the changes after `since`, oldest first; of every subject where it is None."""
    query = select(*columns_of(changes, "subject", "at", "what", "before", "after"))
    if subject is not None:
        query = query.where(changes.c.subject == subject)
    if since is not None:
        query = query.where(changes.c.at > since)
    rows = connection.execute(query.order_by(changes.c.id))
    return tuple(Change(row.subject, row.at, row.what, row.before, row.after) for row in rows)


def told_values_of(
    connection: Connection, krs: Iterable[str]
) -> dict[str, tuple[tuple[datetime, float], ...]]:
    """Give each KR's numbers as the file told them, oldest first; none is an empty tuple."""
    table = told_values
    query = select(table.c.kr, table.c.at, table.c.value).order_by(table.c.kr, table.c.id)
    rows = among(connection, query, table.c.kr, krs)
    return grouped(krs, ((kr, (at, value)) for kr, at, value in rows))


def _objective_row(one: Objective) -> dict[str, Any]:
    told = one.model_dump(include={"id", "title", "team", "period", "kind", "parent"})
    return dict(told)


def _key_result_row(
    objective: str, one: KeyResult, rules: Mapping[str, Counting]
) -> dict[str, Any]:
    metric = one.metric
    return {
        "id": one.id,
        "objective": objective,
        "title": one.title,
        "start": metric.start if metric else None,
        "target": metric.target if metric else None,
        "unit": metric.unit if metric else "",
        "quality": one.quality or "",
        "links": _json([_without_defaults(link) for link in one.links]),
        "counting": _json({s: told for s, r in rules.items() if (told := _without_defaults(r))}),
    }


def _without_defaults(value: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = value.model_dump(mode="json", exclude_defaults=True)
    return dumped


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _record(
    connection: Connection, table: Table, rows: list[dict[str, Any]], at: datetime
) -> tuple[Change, ...]:
    """Insert new rows, update changed ones and tell the changes; writes only what differs."""
    known = _known(connection, table, [row["id"] for row in rows])
    told = tuple(
        change
        for row in rows
        if row["id"] in known
        for change in _differing(known[row["id"]], row, at)
    )
    add(connection, table, (row for row in rows if row["id"] not in known))
    changed = {change.subject for change in told}
    _update(connection, table, [row for row in rows if row["id"] in changed])
    add(connection, changes, map(_change_row, told))
    return told


def _known(connection: Connection, table: Table, ids: list[str]) -> dict[str, dict[str, Any]]:
    names = [column.name for column in table.columns]
    rows = among(connection, select(table), table.c.id, ids)
    return {row.id: dict(zip(names, row, strict=True)) for row in rows}


def _differing(before: dict[str, Any], after: dict[str, Any], at: datetime) -> Iterator[Change]:
    for what, value in after.items():
        old, new = _readable(before[what]), _readable(value)
        if old != new:
            yield Change(after["id"], at, what, old, new)


def _readable(value: str | float | None) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return storable(value or "")


def _change_row(change: Change) -> dict[str, Any]:
    edit = {"what": change.field, "before": change.before, "after": change.after}
    return {"subject": change.subject, "at": change.at, **edit}


def _update(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("known"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    values = [{"known": r["id"], **{f"new_{name}": r[name] for name in names}} for r in rows]
    connection.execute(statement, values)


def _forget_sources(connection: Connection, krs: list[KeyResult]) -> None:
    """A source that a KR no longer links to must not make its number look old."""
    for kr in krs:
        linked = {link.source for link in kr.links}
        connection.execute(delete(looks).where(looks.c.kr == kr.id, looks.c.source.not_in(linked)))


def _tell(connection: Connection, krs: list[KeyResult], at: datetime) -> None:
    """Note the KRs' numbers that the file tells anew."""
    now = {kr.id: kr.metric.current for kr in krs if kr.metric and kr.metric.current is not None}
    before = {kr: told[-1][1] for kr, told in told_values_of(connection, now).items() if told}
    new = [kr for kr, value in now.items() if before.get(kr) != value]
    add(connection, told_values, ({"kr": kr, "at": at, "value": now[kr]} for kr in new))
