"""The rows of one export, once it is seen to be one, and whole; pure."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from connectors.boards.files.jira_csv.columns import Columns, CsvColumn
from connectors.boards.files.jira_csv.words import CATEGORIES, plain
from connectors.errors import NotUnderstoodError
from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from connectors.base import Category

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+")
NUMBER = re.compile(r"(?P<number>[0-9]+)(?:\.0+)?")
"""An id; programs that take the column for numbers write a zero behind it."""

DELIMITERS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(r'"?sep=(?P<delimiter>.)"?\s*\Z')
"""The line that tells spreadsheets which delimiter follows."""

SPRINT_TEXT = re.compile(r"com\.atlassian\..*\bname=(?P<name>[^,\]]*)")
"""How older servers write a sprint: their program's own notes on it."""

LARGEST_CELL = (1 << 31) - 1
ENGLISH = "export it with all fields, from an account set to English"
DATED = (CsvColumn.CREATED, CsvColumn.UPDATED, CsvColumn.RESOLVED, CsvColumn.CATEGORY_CHANGED)


class Row(NamedTuple):
    """One issue as its row tells it; "" where it tells nothing.

    `category` is None where the export has no such column. `parent` is what the issue
    stands under: a number, or a key. `fields` are those that were asked for, by name.
    """

    id: str
    key: str
    type: str
    summary: str
    status: str
    category: Category | None
    resolution: str
    labels: tuple[str, ...]
    sprints: tuple[str, ...]
    parent: str
    parent_key: str
    parent_summary: str
    epic_link: str
    epic_name: str
    dates: Mapping[CsvColumn, str]
    fields: Mapping[str, str]


class Export(NamedTuple):
    """One file's issues by id, in its order; `size` is how many rows it has."""

    name: str
    columns: Columns
    rows: Mapping[str, Row]
    size: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A row's cells, and where they stand."""

    source: str
    file: str
    number: int
    cells: Sequence[str]

    def fault(self, text: str) -> NotUnderstoodError:
        return NotUnderstoodError(f"{self.source}: {self.file}:{self.number}: {text}")


def read_export(source: str, file: str, text: str, field_names: Sequence[str]) -> Export:
    """Read a file's rows; `field_names` are the fields to keep beside what always counts.

    Raises `NotUnderstoodError` for what is no Jira export, was cut off, or has a row
    that can't be what the header says.
    """
    first, *lines = list(_lines(source, file, text))
    columns = Columns.read(first.cells)
    if columns.missing:
        missing = ", ".join(columns.missing)
        raise NotUnderstoodError(
            f"{source}: {file} has no column {missing} whose name is known; {ENGLISH}"
        )
    lines = [line for line in lines if any(line.cells)]
    if lines and len(lines[-1].cells) < columns.width and not text.endswith(("\n", "\r")):
        raise lines[-1].fault("the file breaks off in this row; export it anew")
    rows: dict[str, Row] = {}
    for line in lines:
        row = _row(line, columns, field_names)
        if rows.setdefault(row.id, row) != row:
            raise line.fault(f"{row.key} is there before with other values; export it anew")
    return Export(file, columns, rows, len(lines))


def _lines(source: str, file: str, text: str) -> Iterator[_Line]:
    """Take the text apart; a field may have as many lines as it likes, of any length."""
    # For the whole process, since csv knows no other way: descriptions go past its 131,072.
    csv.field_size_limit(LARGEST_CELL)
    raw = [f"{line}\n" for line in text.split("\n")]
    separator = SEPARATOR_LINE.match(raw[0])
    begin = 1 if separator else 0
    delimiter = separator["delimiter"] if separator else _delimiter(raw[0])
    reader = csv.reader(raw[begin:], delimiter=delimiter, strict=True)
    number = begin + 1
    try:
        for cells in reader:
            yield _Line(source, file, number, cells)
            number = begin + reader.line_num + 1
    except csv.Error as error:
        fault = _Line(source, file, number, ())
        if "unexpected end" in str(error):
            raise fault.fault("the file breaks off in this row; export it anew") from error
        raise fault.fault("this isn't CSV; export it anew") from error


def _delimiter(header: str) -> str:
    """Give what parts the header into the most columns that are known."""

    def known(delimiter: str) -> int:
        cells = (cell.strip().strip('"') for cell in header.split(delimiter))
        return len(Columns.read(list(cells)).parts)

    return max(DELIMITERS, key=known)


def _row(line: _Line, columns: Columns, field_names: Sequence[str]) -> Row:
    def value(part: CsvColumn) -> str:
        return columns.value(line.cells, part)

    key = value(CsvColumn.KEY)
    if not KEY.fullmatch(key):
        raise line.fault("no issue's key stands where it should; export it anew")
    for part in (CsvColumn.TYPE, CsvColumn.STATUS):
        if not value(part):
            raise line.fault(f"{key} has no {part}; export it anew")
    labels = columns.values(line.cells, CsvColumn.LABELS)
    beyond = any(cell.strip() for cell in line.cells[columns.width :])
    if beyond and any(" " in label for label in labels):
        raise line.fault(f"{key}'s cells don't stand under their headers; export it anew")
    return Row(
        id=_number(line, value(CsvColumn.ID)) if CsvColumn.ID in columns.parts else key,
        key=key,
        type=value(CsvColumn.TYPE),
        summary=value(CsvColumn.SUMMARY),
        status=value(CsvColumn.STATUS),
        category=_category(line, value(CsvColumn.CATEGORY))
        if CsvColumn.CATEGORY in columns.parts
        else None,
        resolution=value(CsvColumn.RESOLUTION),
        labels=tuple(label for cell in labels for label in cell.split()),
        sprints=tuple(_sprint(cell) for cell in columns.values(line.cells, CsvColumn.SPRINT)),
        parent=_above(line, value(CsvColumn.PARENT)),
        parent_key=_key(line, value(CsvColumn.PARENT_KEY)),
        parent_summary=value(CsvColumn.PARENT_SUMMARY),
        epic_link=_key(line, value(CsvColumn.EPIC_LINK)),
        epic_name=value(CsvColumn.EPIC_NAME),
        dates={part: text for part in DATED if (text := value(part))},
        fields={name: text for name in field_names if (text := columns.field(line.cells, name))},
    )


def _number(line: _Line, text: str) -> str:
    match = NUMBER.fullmatch(text)
    if match is None:
        raise line.fault("no issue's number stands where it should; export it anew")
    return match["number"]


def _key(line: _Line, text: str) -> str:
    if text and not KEY.fullmatch(text):
        raise line.fault("no epic's or parent's key stands where it should; export it anew")
    return text


def _above(line: _Line, text: str) -> str:
    """Give a parent's number, or its key where a file has that instead."""
    return text if not text or KEY.fullmatch(text) else _number(line, text)


def _category(line: _Line, text: str) -> Category:
    for category, names in CATEGORIES.items():
        if plain(text) in names:
            return category
    raise line.fault(f"the status category {quoted(text)} isn't known by its name; {ENGLISH}")


def _sprint(text: str) -> str:
    match = SPRINT_TEXT.match(text)
    return match["name"] if match else text
