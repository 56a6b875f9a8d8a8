"""The sites' request budgets, where all workers see them: a short transaction a request."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import text

from syncer.core.budget import Limit, RequestBudget
from syncer.store.errors import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from sqlalchemy.engine import Connection

    from syncer.store.database import Database

    T = TypeVar("T")

# What is lost with the server itself was learned from the last answers, and is learned again.
_HASTY = "SET LOCAL synchronous_commit = off"
_MAKE = text(
    "INSERT INTO sites (site, budget, at) VALUES (:site, '{}', clock_timestamp()) "
    "ON CONFLICT (site) DO NOTHING"
)
# The server's clock is the one that all workers share.
_LOOK = text(
    "SELECT budget, extract(epoch FROM clock_timestamp())::float8 FROM sites "
    "WHERE site = :site FOR UPDATE"
)
_KEEP = text("UPDATE sites SET budget = :budget, at = clock_timestamp() WHERE site = :site")


def read_budget(text_: str) -> RequestBudget:
    """Read a budget as `written_budget` wrote it; what can't be read is learned anew."""
    try:
        known = json.loads(text_)
        limits = {name: Limit(*values) for name, values in known.pop("limits", {}).items()}
        flying = {int(n): (at, asked) for n, (at, asked) in known.pop("under_way", {}).items()}
        return RequestBudget(limits=limits, under_way=flying, **known)
    except (ValueError, TypeError, AttributeError):
        return RequestBudget()


def written_budget(budget: RequestBudget) -> str:
    """Write a budget as JSON."""
    return json.dumps(asdict(budget), separators=(",", ":"))


class SiteBudgets:
    """The budgets of a store's sites, by a connection of their own; for any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._connection: Connection | None = None

    def change(
        self, site: str, change: Callable[[RequestBudget, float], tuple[RequestBudget, T]]
    ) -> T:
        """Change a site's budget by what it is and the time, alone; `StoreError` where it fails."""
        with self._lock, translated(self._database.name), self._begun() as connection:
            connection.exec_driver_sql(_HASTY)
            row = connection.execute(_LOOK, {"site": site}).first()
            if row is None:
                connection.execute(_MAKE, {"site": site})
                row = connection.execute(_LOOK, {"site": site}).one()
            before = read_budget(row[0])
            after, result = change(before, row[1])
            if after != before:
                connection.execute(_KEEP, {"site": site, "budget": written_budget(after)})
            return result

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._database.engine.connect()
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
            raise


def moment(seconds: float) -> datetime | None:
    """Give the moment of a budget's seconds; None for none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
