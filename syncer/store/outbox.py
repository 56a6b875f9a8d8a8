"""What goes to the OKR tools: each write before it is sent, and where each number stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from connectors.okr_tool import NumberKind
from syncer.core.outbox import OutboxWrite, TargetState, TargetStatus, WriteState, WriteTarget
from syncer.core.push import SentNumber
from syncer.store.rows import finite, finite_or_none
from syncer.store.session import Session
from syncer.store.tables import kr_stores, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection


class OutboxMixin(Session):
    """The part of the store that remembers what was written to which tool, and what waits."""

    def outbox_writes(self) -> dict[WriteTarget, tuple[OutboxWrite, ...]]:
        """Give the writes of each number, oldest first, as far as they still matter."""
        out: dict[WriteTarget, tuple[OutboxWrite, ...]] = {}
        with self._reading() as connection:
            query = select(outbox).where(self._mine(outbox)).order_by(outbox.c.id)
            for row in connection.execute(query):
                write = _write(row)
                out[write.target] = (*out.get(write.target, ()), write)
        return out

    def target_statuses(self, until: datetime | None = None) -> dict[WriteTarget, TargetStatus]:
        """Give where each number stands in each tool, or stood at a moment.

        One that was never tried by then is absent.
        """
        last = select(func.max(kr_stores.c.id)).where(self._mine(kr_stores))
        last = last.group_by(kr_stores.c.kr, kr_stores.c.store, kr_stores.c.tool_id)
        if until is not None:
            last = last.where(kr_stores.c.at <= until)
        with self._reading() as connection:
            rows = connection.execute(select(kr_stores).where(kr_stores.c.id.in_(last)))
            return {WriteTarget(row.kr, row.store, row.tool_id): status_of(row) for row in rows}

    def note_push(
        self,
        target: WriteTarget,
        status: TargetStatus | None = None,
        *,
        changed: Iterable[OutboxWrite] = (),
        gone: Iterable[OutboxWrite] = (),
    ) -> None:
        """Note in one transaction where a number stands, and what became of its writes."""
        with self._writing() as connection:
            for write in gone:
                connection.execute(delete(outbox).where(self._is(outbox, key=write.key)))
            for write in changed:
                self._replace(connection, write)
            if status is not None:
                self._add_status(connection, target, _status_row(status))

    def _replace(self, connection: Connection, write: OutboxWrite) -> None:
        row = _row(write)
        known = self._is(outbox, key=write.key)
        if not connection.execute(update(outbox).where(known).values(row)).rowcount:
            connection.execute(insert(outbox), [self._own({"key": write.key, **row})])

    def _add_status(self, connection: Connection, target: WriteTarget, row: dict[str, Any]) -> None:
        """Keep where a number stands beside where it stood; the same again is none."""
        names = [kr_stores.c[name] for name in row]
        mine = self._is(kr_stores, **target._asdict())
        query = select(*names).where(mine).order_by(kr_stores.c.id.desc()).limit(1)
        last = connection.execute(query).first()
        if last is None or dict(zip(row, last, strict=True)) != row:
            connection.execute(insert(kr_stores), [self._own({**target._asdict(), **row})])


def _row(write: OutboxWrite) -> dict[str, Any]:
    return {
        **write.target._asdict(),
        "number": write.number.value,
        "value": write.value,
        "at": write.at,
        "day": write.day,
        "state": write.state.value,
        "light": write.light,
        "note": write.note,
        "about": json.dumps(write.about, ensure_ascii=False),
        "approved": int(write.approved),
        "tries": write.tries,
        "tried_at": write.tried_at,
        "problem": write.problem,
        "value_before": write.before,
        "receipt": write.receipt,
    }


def _write(row: Any) -> OutboxWrite:
    return OutboxWrite(
        target=WriteTarget(row.kr, row.store, row.tool_id),
        number=NumberKind(row.number),
        value=finite(row.value),
        at=row.at,
        day=row.day,
        key=row.key,
        state=WriteState(row.state),
        light=row.light,
        note=row.note,
        about=dict(json.loads(row.about)),
        approved=bool(row.approved),
        tries=int(row.tries),
        tried_at=row.tried_at,
        problem=row.problem,
        before=finite_or_none(row.value_before),
        receipt=row.receipt,
    )


def _status_row(status: TargetStatus) -> dict[str, Any]:
    undone = status.undone or SentNumber(0.0)
    return {
        "state": status.state.value,
        "value": status.value,
        "at": status.at,
        "problem": status.problem,
        "undone_value": undone.value if status.undone else None,
        "undone_light": undone.light,
    }


def status_of(row: Any) -> TargetStatus:
    """Make the record of a row of `kr_stores`; `ValueError`, `TypeError` for a damaged one."""
    value = finite_or_none(row.undone_value)
    undone = None if value is None else SentNumber(value, row.undone_light)
    return TargetStatus(
        TargetState(row.state), finite_or_none(row.value), row.at, row.problem, undone
    )
