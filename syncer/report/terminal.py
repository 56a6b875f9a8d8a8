"""A table for the terminal: what happened to a KR, and when."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from syncer.report.text import plain, share, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from rich.console import RenderableType

    from syncer.core.records import Entry, Reading

NARROW = 60
"""Columns below which a title has a line of its own."""

_KEY = 20


def history_table(readings: Iterable[Reading], entries: Iterable[Entry], width: int) -> Group:
    """Draw a KR's readings and its scope ledger, oldest first; times are in UTC.

    A `~` marks what was rebuilt from the trackers' dates and not seen at the time.
    """
    if width < NARROW:
        return Group(*_narrow_history(readings, entries))
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
            linked_key(entry.key, entry.url),
            Text(plain(entry.title)),
        )
    return Group(counts, ledger)


def _narrow_history(
    readings: Iterable[Reading], entries: Iterable[Entry]
) -> Iterator[RenderableType]:
    """Give the same as lines that may be broken anywhere."""
    yield Text("Readings", style="italic")
    for reading in readings:
        progress, when = reading.progress, _when(reading.at, rebuilt=reading.rebuilt)
        counts = f"{progress.done} done, {progress.remaining} left, {progress.dropped} dropped"
        yield Text(f"{when} {counts}, {share(progress.percent)}")
    yield Text("Scope", style="italic")
    for entry in entries:
        when = _when(entry.at, rebuilt=entry.rebuilt)
        yield Text(f"{when} {entry.event.value} ").append_text(linked_key(entry.key, entry.url))
        yield Padding(Text(plain(entry.title)), (0, 0, 0, 2), expand=False)


def _when(at: datetime, *, rebuilt: bool) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}{' ~' if rebuilt else ''}"


def linked_key(key: str, url: str) -> Text:
    """Link a card's key where its address is one that a browser may open."""
    address = web_address(url)
    good = address is not None and " " not in address
    return Text(plain(key, _KEY), style=f"link {address}" if good else "")
