"""Where the key results stand, as `status --json` and its siblings give it."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, Any

from syncer.publish.histories import known_then, viewpoints
from syncer.push.telling import stores_json
from syncer.review.forecast import draw, forecast
from syncer.review.status import status_json, status_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.core.outbox import TargetStatus, WriteTarget
    from syncer.review.history import KrHistory
    from syncer.review.status import StatusRow
    from syncer.store.store import Store


def status_document(
    okrs: Okrs, rows: Iterable[StatusRow], standings: Mapping[WriteTarget, TargetStatus]
) -> dict[str, Any]:
    """Give the document of `status`, with where each number stands in the OKR tools."""
    document, tools = status_json(rows), stores_json(okrs, standings)
    for row in document["key_results"]:
        row["stores"] = tools.get(row["id"], [])
    return document


def status_rows(
    store: Store,
    okrs: Okrs,
    now: datetime,
    *,
    team: str | None = None,
    period: str | None = None,
    only: str | None = None,
) -> list[StatusRow]:
    """Draw up the file's KRs, of one team or period; with a period also what left the file.

    The file's calendars are as they are known (`as_known`). `only` is the id of the one KR
    that is asked for: nothing is read of the others.
    """
    known = known_then(store, okrs, now, as_filed=True, only=only)
    gone = known.gone if period else ()
    shown = [
        history
        for history in (*known.histories, *gone)
        if team in {None, history.objective.team}
        and (not period or period.casefold() == history.objective.period.casefold())
    ]
    return _rows(okrs, shown, now)


def _rows(okrs: Okrs, histories: Iterable[KrHistory], now: datetime) -> list[StatusRow]:
    histories = tuple(histories)
    seen_from = viewpoints(okrs, now, {h.objective.id: h.objective for h in histories}.values())
    draws = cache(lambda weeks: draw(random.Random(f"{weeks} weeks"), weeks))  # noqa: S311 - no secret
    return [
        status_row(history, view, forecast(history, now, view.period, draws))
        for history in histories
        for view in (seen_from[history.objective.id],)
    ]
