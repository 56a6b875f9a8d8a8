"""Tables for the terminal: where the KRs stand, what happened to one, the cards behind it."""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from syncer.core.records import State
from syncer.report.text import NONE, age, causes, number, plain, quantity, share, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from syncer.core.records import Entry, JudgedCard, Progress, Reading
    from syncer.review.status import StatusRow

WIDE = 140  # from here on there is room for titles
_NARROW = 80
_SINCE, _SINCE_WIDE = 16, 34
_KEY = 20
_LOW = 4  # confidence out of ten that asks to be seen
_ORDER = (State.REMAINING, State.DONE, State.DROPPED, State.IGNORED)


def status_table(rows: Sequence[StatusRow], width: int, now: datetime) -> RenderableType:
    """Draw the KRs by team: bars, counts, what changed, confidence, number and freshness.

    Fits 80 columns and uses what is wider. No sign is by colour alone.
    """
    if not rows:
        return Text("No key results yet: okrs.yaml has none.")
    parts: list[RenderableType] = [_status_columns(width, show_header=True)]
    for team, group in groupby(rows, key=lambda row: row.team):
        table = _status_columns(width, show_header=False)
        for row in group:
            table.add_row(*_status_cells(row, width, now))
        parts += [Text(plain(team, width), style="bold"), table]
    notes = [_note(row) for row in rows if row.problem]
    remarks = [Text(plain(f"{row.id}: {row.remark}")) for row in rows if row.remark]
    return Group(*parts, *notes, *remarks)


def _status_columns(width: int, *, show_header: bool) -> Table:
    """Lay out one team's table; fixed widths keep the teams' columns in line."""
    wide = width >= WIDE
    spare = max(0, width - _NARROW)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, show_header=show_header)
    table.add_column("Key result", width=10, overflow="ellipsis", no_wrap=True)
    if wide:
        spare = 4
        table.add_column("Title", width=width - 115, overflow="ellipsis", no_wrap=True)
    table.add_column("Cards", width=8 + min(spare, 16))
    table.add_column("", justify="right", width=7)
    table.add_column("Done", justify="right", width=4)
    table.add_column("Left", justify="right", width=4)
    table.add_column("Since review", width=_SINCE_WIDE if wide else _SINCE)
    table.add_column("Conf", justify="right", width=4)
    table.add_column(
        "Number → goal" if wide else "Number", justify="right", width=24 if wide else 12
    )
    table.add_column("Read", justify="right", width=7)
    return table


def _status_cells(row: StatusRow, width: int, now: datetime) -> list[RenderableType]:
    wide = width >= WIDE
    progress = row.progress
    cells: list[RenderableType] = [Text(plain(row.id))]
    if wide:
        cells.append(Text(plain(row.title)))
    cells.append(_bar(progress))
    cells.append(share(progress.percent) if progress else NONE)
    cells.append(str(progress.done) if progress else NONE)
    cells.append(str(progress.remaining) if progress else NONE)
    cells.append(Text(_packed(causes(row.since), _SINCE_WIDE if wide else _SINCE)))
    cells.append(_confidence(row))
    cells.append(Text(_goal(row, with_unit=wide), overflow="ellipsis", no_wrap=True))
    cells.append(_freshness(row, now))
    return cells


def _packed(parts: Sequence[str], width: int) -> str:
    """Put as many whole parts on a line as it holds: rich would break inside them."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 1 + len(part) <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return "\n".join(lines) or NONE


def _bar(progress: Progress | None) -> RenderableType:
    if progress is None or progress.percent is None:
        return Text("no cards" if progress else "not read", style="dim")
    return ProgressBar(
        total=progress.done + progress.remaining,
        completed=progress.done,
        complete_style="green",
        finished_style="bold green",
    )


def _confidence(row: StatusRow) -> Text:
    """Show the score, and by how much it rose or fell since the last review."""
    if row.confidence is None:
        return Text(NONE, style="dim")
    change = 0 if row.confidence_before is None else row.confidence - row.confidence_before
    sign = "▼" if change < 0 else "▲"
    text = f"{row.confidence}{sign}{abs(change)}" if change else f"{row.confidence}"
    return Text(text, style="bold red" if change < 0 or row.confidence <= _LOW else "")


def _goal(row: StatusRow, *, with_unit: bool) -> str:
    if row.metric is None:
        return NONE
    unit = row.metric.unit if with_unit or row.metric.unit == "%" else ""
    now = NONE if row.value is None else number(row.value)
    return f"{now} → {quantity(row.metric.target, unit)}"


def _freshness(row: StatusRow, now: datetime) -> Text:
    if row.stale:
        return Text(f"! {age(row.synced_at, now)}", style="bold yellow")
    return Text(age(row.synced_at, now), style="dim")


def _note(row: StatusRow) -> Text:
    note = Text(f"! {plain(row.id)}: ", style="bold yellow", end="\n")
    return note.append(plain(row.problem or ""), style="not bold default")


def history_table(readings: Iterable[Reading], entries: Iterable[Entry], width: int) -> Group:
    """Draw a KR's readings and its scope ledger, oldest first; times are in UTC.

    A `~` marks what was rebuilt from the trackers' dates and not seen at the time.
    """
    counts = Table("At", title="Readings", box=box.SIMPLE_HEAD, title_justify="left")
    for heading in ("Done", "Left", "Dropped", "Percent"):
        counts.add_column(heading, justify="right")
    for reading in readings:
        progress = reading.progress
        tallies = (progress.done, progress.remaining, progress.dropped)
        counts.add_row(
            _when(reading.at, rebuilt=reading.rebuilt), *map(str, tallies), share(progress.percent)
        )
    ledger = Table(title="Scope", box=box.SIMPLE_HEAD, title_justify="left")
    ledger.add_column("At", no_wrap=True, min_width=18)
    ledger.add_column("Event", no_wrap=True, min_width=8)
    ledger.add_column("Card", no_wrap=True)
    ledger.add_column("Title", overflow="ellipsis", no_wrap=True, max_width=max(20, width - 53))
    for entry in entries:
        ledger.add_row(
            _when(entry.at, rebuilt=entry.rebuilt),
            entry.event.value,
            _linked(entry.key, entry.url),
            Text(plain(entry.title)),
        )
    return Group(counts, ledger)


def explain_table(cards: Iterable[JudgedCard], width: int) -> RenderableType:
    """Draw every card behind a KR's number, by what it counts as, with the rule and the way."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), width=width)
    table.add_column("Card", no_wrap=True)
    table.add_column("Counts as", no_wrap=True)
    table.add_column("Title", ratio=3, overflow="ellipsis", no_wrap=width < WIDE)
    table.add_column("Because", ratio=3)
    table.add_column("Reached by", ratio=2)
    for card in sorted(cards, key=lambda c: (_ORDER.index(c.state), c.source, c.key)):
        table.add_row(
            _linked(card.key, card.url),
            card.state.value,
            Text(plain(card.title)),
            Text(plain(card.rule)),
            Text(plain("; ".join(card.via))),
        )
    return table


def _when(at: datetime, *, rebuilt: bool) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}{' ~' if rebuilt else ''}"


def _linked(key: str, url: str) -> Text:
    """Link a card's key where its address is one that a browser may open."""
    address = web_address(url)
    good = address is not None and " " not in address
    return Text(plain(key, _KEY), style=f"link {address}" if good else "")
