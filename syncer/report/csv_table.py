"""The briefing's KRs as CSV, a row each; cells that would begin a formula are defused."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from syncer.report.text import plain
from syncer.review.forecast import Forecast
from syncer.review.status import instant

if TYPE_CHECKING:
    from syncer.review.briefing import Briefing, KrBrief

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page

Cell = str | float | None

HEADINGS = (
    "key_result", "title", "objective", "team", "state", "findings",
    "start", "target", "unit", "value", "expected", "reached_percent",
    "done", "remaining", "dropped", "percent",
    "discovery_done", "discovery_remaining", "delivery_done", "delivery_remaining",
    "points_done", "points_remaining", "points_unestimated",
    "since", "since_done", "since_added", "since_reopened", "since_dropped", "since_removed",
    "since_linked", "since_unlinked",
    "confidence", "confidence_before",
    "forecast_by", "forecast_done_low", "forecast_done_high",
    "forecast_all_low", "forecast_all_high",
    "synced_at", "stale", "problem",
)  # fmt: skip


def csv_text(briefing: Briefing) -> str:
    """Write the table: a heading, then a row for each KR in the order of attention.

    Cells are quoted as RFC 4180 has it, lines end in CR LF; the text begins with
    a byte order mark. What isn't known is an empty cell.
    """
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for kr in briefing.key_results:
        cells = (*_words(kr), *_number(kr), *_cards(kr), *_since(kr), *_outlook(kr))
        writer.writerow([safe(cell) for cell in cells])
    return out.getvalue()


def safe(cell: Cell) -> Cell:
    """Defuse text that a spreadsheet would run: an apostrophe before it keeps it text (OWASP)."""
    if not isinstance(cell, str):
        return cell
    line = plain(cell)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _words(kr: KrBrief) -> tuple[Cell, ...]:
    findings = " ".join(finding.text for finding in kr.findings)
    return kr.id, kr.title, kr.objective, kr.team, kr.light.value, findings


def _number(kr: KrBrief) -> tuple[Cell, ...]:
    number = kr.number
    if number is None:
        return (None,) * 6
    reached = None if number.reached is None else round(100 * number.reached, 1)
    expected = None if number.expected is None else float(f"{number.expected:.6g}")
    return number.start, number.target, number.unit, number.value, expected, reached


def _cards(kr: KrBrief) -> tuple[Cell, ...]:
    progress = kr.progress
    if progress is None:
        return (None,) * 11
    points = progress.points
    estimates = (points.done, points.remaining, points.unestimated) if points else (None,) * 3
    threads = (progress.discovery, progress.delivery)
    return (
        progress.done,
        progress.remaining,
        progress.dropped,
        progress.percent,
        *(count for tally in threads for count in (tally.done, tally.remaining)),
        *estimates,
    )


def _since(kr: KrBrief) -> tuple[Cell, ...]:
    delta = kr.delta
    if delta is None:
        return (None,) * 8
    counts = (delta.done, delta.added, delta.reopened, delta.dropped, delta.removed)
    return instant(delta.since), *counts, delta.linked, delta.unlinked


def _outlook(kr: KrBrief) -> tuple[Cell, ...]:
    outlook = kr.forecast
    bounds: tuple[Cell, ...] = (None,) * 5
    if isinstance(outlook, Forecast):
        bounds = (
            instant(outlook.by),
            outlook.done.low,
            outlook.done.high,
            outlook.all.low,
            outlook.all.high,
        )
    looked = None if kr.synced_at is None else instant(kr.synced_at)
    stale = "yes" if kr.problem else "no"
    mood = kr.confidence
    return mood.score, mood.before, *bounds, looked, stale, kr.problem
