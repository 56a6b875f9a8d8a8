"""For the terminal: where the KRs stand, a line each, on whatever width there is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from syncer.report.lights import SIGNS, of_light
from syncer.report.text import NONE, age, causes, number, plain, quantity, share
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from syncer.core.records import Progress
    from syncer.review.status import StatusRow

WIDE = 140
"""Columns from which there is room for units, and for more on a line."""

_ROOMY = 100
_ID, _BAR, _BAR_WIDE, _TITLE, _TITLE_LEAST = 16, 6, 24, 70, 16
_SINCE_NARROW, _SINCE, _SINCE_WIDE = 12, 16, 34
_MOST = 10  # key results that a line names where one problem has struck them
_LOW = 4  # confidence out of ten that asks to be seen
_STYLES = {Light.HELP: "bold red", Light.BEHIND: "yellow", Light.UNSURE: "cyan"}
_LEAST_NEEDED = ("bar", "since", "number", "confidence", "read", "left", "done")
"""What goes first where a terminal is too narrow for all."""


@dataclass
class StatusColumn:
    """A heading, and what stands below it in each row."""

    heading: str
    cell: Callable[[StatusRow], RenderableType]
    width: int = 0
    right: bool = False

    def fit(self, rows: Iterable[StatusRow]) -> None:
        """Be as wide as what stands in it, and no wider."""
        texts = (cell for row in rows if isinstance(cell := self.cell(row), Text))
        lines = [self.heading, *(line for text in texts for line in text.plain.splitlines())]
        self.width = max(self.width, *map(cell_len, lines))


def status_table(rows: Sequence[StatusRow], width: int, now: datetime) -> RenderableType:
    """Draw the KRs by team: light, title, cards, what changed, confidence, number, freshness.

    Each column takes what it needs; the rest is the titles', and what these leave
    the bars'. No sign is by colour alone: below the table it is said what they mean.
    """
    if not rows:
        return Text("No key results yet: okrs.yaml has none.")
    columns = _fitted(rows, width, now)
    parts: list[RenderableType] = [_drawn(columns, (), show_header=True)]
    for team, group in groupby(rows, key=lambda row: row.team):
        parts += [Text(plain(team, width), style="bold"), _drawn(columns, group, show_header=False)]
    notes = [_note(ids, problem) for problem, ids in _problems(rows).items()]
    remarks = [Text(plain(f"{row.id}: {row.remark}")) for row in rows if row.remark]
    return Group(*parts, _legend(rows), *notes, *remarks)


def _fitted(rows: Sequence[StatusRow], width: int, now: datetime) -> list[StatusColumn]:
    """Give the columns that there is room for, as wide as they need to be."""
    columns = _columns(width, now)
    for column in columns.values():
        column.fit(rows)
    columns["id"].width = min(columns["id"].width, _ID)
    title = columns.pop("title")
    for name in _LEAST_NEEDED:
        if _room(columns, width) < 0:
            del columns[name]
    bar = columns.get("bar")
    if bar and _room(columns, width) < _TITLE_LEAST <= _room(columns, width) + bar.width + 1:
        del columns["bar"]  # the share says it, too
    title.width = min(_room(columns, width) - 1, title.width, _TITLE)
    fitted = list(columns.values())
    if title.width >= min(_TITLE_LEAST, max(cell_len(plain(row.title)) for row in rows)):
        columns["title"] = title
        fitted.insert(2, title)
    if "bar" in columns:
        columns["bar"].width += max(0, min(_BAR_WIDE - _BAR, _room(columns, width)))
    return fitted


def _room(columns: dict[str, StatusColumn], width: int) -> int:
    return width - sum(column.width + 1 for column in columns.values()) + 1


def _columns(width: int, now: datetime) -> dict[str, StatusColumn]:
    """Give all columns in the order in which they stand."""
    wide = width >= WIDE
    since = _SINCE_WIDE if wide else _SINCE if width >= _ROOMY else _SINCE_NARROW
    return {
        "id": StatusColumn("KR", lambda row: Text(plain(row.id))),
        "light": StatusColumn("", _light, 1),
        "title": StatusColumn("Title", lambda row: Text(plain(row.title))),
        "bar": StatusColumn("Cards", _bar, _BAR),
        "share": StatusColumn("", lambda row: _text(row, lambda p: share(p.percent)), right=True),
        "done": StatusColumn("Done", lambda row: _text(row, lambda p: p.done), right=True),
        "left": StatusColumn("Left", lambda row: _text(row, lambda p: p.remaining), right=True),
        "since": StatusColumn("Since review", lambda row: Text(_packed(causes(row.since), since))),
        "confidence": StatusColumn("Conf", _confidence, right=True),
        "number": StatusColumn(
            "Number → goal" if wide else "Number",
            lambda row: Text(_goal(row, with_unit=wide)),
            right=True,
        ),
        "read": StatusColumn("Read", lambda row: _freshness(row, now), right=True),
    }


def _drawn(
    columns: Iterable[StatusColumn], rows: Iterable[StatusRow], *, show_header: bool
) -> Table:
    """Draw one team's rows; fixed widths keep the teams' columns in line."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0, show_header=show_header)
    columns = tuple(columns)
    for column in columns:
        table.add_column(
            column.heading,
            width=column.width,
            justify="right" if column.right else "left",
            overflow="ellipsis",
            no_wrap=True,
        )
    for row in rows:
        table.add_row(*(column.cell(row) for column in columns))
    return table


def _text(row: StatusRow, of: Callable[[Progress], object]) -> Text:
    return Text(str(of(row.progress)) if row.progress else NONE)


def _packed(parts: Sequence[str], width: int) -> str:
    """Put as many whole parts on a line as it holds: rich would break inside them."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 1 + len(part) <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return "\n".join(lines) or NONE


def _bar(row: StatusRow) -> RenderableType:
    progress = row.progress
    if progress is None or progress.percent is None:
        return Text("none" if progress else "unread", style="dim")
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


def _problems(rows: Sequence[StatusRow]) -> dict[str, list[str]]:
    """Give the ids of the KRs that each problem has struck, in the table's order."""
    ids: dict[str, list[str]] = {}
    for row in rows:
        if row.problem:
            ids.setdefault(row.problem, []).append(row.id)
    return ids


def _note(ids: Sequence[str], problem: str) -> Text:
    more = f" and {len(ids) - _MOST} more" if len(ids) > _MOST else ""
    named = plain(", ".join(ids[:_MOST])) + more
    return Text(f"! {named}: ", style="bold yellow").append(
        plain(problem), style="not bold default"
    )


def _light(row: StatusRow) -> Text:
    return (
        Text(SIGNS[row.light], style=_STYLES.get(row.light, "green")) if row.light else Text(NONE)
    )


def _legend(rows: Sequence[StatusRow]) -> Text:
    """Say what the signs mean, by how many have them."""
    counts = {light: sum(row.light is light for row in rows) for light in Light}
    parts = [
        Text(f"{SIGNS[light]} {of_light(light, count)}", style=_STYLES.get(light, "green"))
        for light, count in counts.items()
        if count
    ]
    if without := sum(row.light is None for row in rows):
        parts.append(Text(f"{NONE} {without} not on: closed, or not begun", style="dim"))
    return Text("   ").join(parts)
