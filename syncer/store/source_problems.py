"""Why KRs can't be read, by source: a good read of another source ends none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from syncer.store.fleet_tables import source_problems
from syncer.store.rows import KEYS_AT_ONCE, among, batches, columns_of, grouped, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection


def note_source_problems(
    connection: Connection,
    workspace: str,
    source: str,
    problems: Mapping[str, str],
    well: Iterable[str],
) -> dict[str, str]:
    """Note what a read of one source brought; give the KRs that have problems, and all of each."""
    well = tuple(well)
    forget_source_problems(connection, workspace, well, source)
    rows = [
        {"workspace": workspace, "kr": kr, "source": source, "problem": problem}
        for kr, problem in problems.items()
    ]
    upsert(connection, source_problems, rows, "problem")
    query = select(*columns_of(source_problems, "kr", "problem"))
    query = query.where(source_problems.c.workspace == workspace)
    query = query.order_by(source_problems.c.kr, source_problems.c.source)
    krs = (*problems, *well)
    rows_of_krs = among(connection, query, source_problems.c.kr, krs)
    texts = grouped(krs, ((row.kr, row.problem) for row in rows_of_krs))
    return {kr: "; ".join(dict.fromkeys(each)) for kr, each in texts.items() if each}


def forget_source_problems(
    connection: Connection, workspace: str, krs: Iterable[str], source: str | None = None
) -> None:
    """Forget these KRs' problems with a source, or with all: they were read well."""
    gone = delete(source_problems).where(source_problems.c.workspace == workspace)
    if source is not None:
        gone = gone.where(source_problems.c.source == source)
    for batch in batches(krs, KEYS_AT_ONCE):
        connection.execute(gone.where(source_problems.c.kr.in_(batch)))
