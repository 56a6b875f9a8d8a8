"""Reads check-ins out of a CSV file: all of it right, or nothing of it taken."""

from __future__ import annotations

import csv
import io
from argparse import ArgumentTypeError
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, TypeVar

from config.wording import listed, meant
from connectors.errors import ConfigurationError
from connectors.redaction import quoted
from syncer.checkin.taking import far_off, metric_of, refusal
from syncer.command_line import values
from syncer.core.records import CheckIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from config.okrs import Okrs
    from syncer.store.store import Store

_Value = TypeVar("_Value")
COLUMNS = ("id", "at", "confidence", "value", "note", "risk", "ask")
NEEDED = ("id", "at")
_WORDS = ("note", "risk", "ask")
_DAY = len("2026-11-19")
_NOON = time(12)


def read(
    text: str, shown: str, okrs: Okrs, now: datetime, *, anyway: bool = False
) -> tuple[CheckIn, ...]:
    """Give the text's check-ins; raises `ConfigurationError` with every problem and its line.

    A time without an offset is by the reviews' clock, a day alone means its noon.
    """
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    reader = Rows(okrs, now, anyway=anyway)
    try:
        reader.problems += _head(rows.fieldnames or ())
        if not reader.problems:
            for row in rows:
                reader.take(rows.line_num, row)
    except csv.Error as error:
        raise ConfigurationError(f"{shown}:{rows.reader.line_num}: isn't CSV: {error}") from error
    if reader.problems:
        raise ConfigurationError("\n".join(f"{shown}:{problem}" for problem in reader.problems))
    return tuple(reader.checkins)


def add(store: Store, checkins: tuple[CheckIn, ...], shown: str) -> int:
    """Add those that the store doesn't have yet; raises `ConfigurationError` for contradictions."""
    try:
        return store.add_checkins(checkins)
    except ValueError as error:
        clashes = "\n".join(
            f"{shown}: {checkin.subject} was scored otherwise at {checkin.at:%Y-%m-%d %H:%M} UTC, "
            "and no check-in is overwritten; give it another time"
            for checkin in error.args
        )
        raise ConfigurationError(clashes) from error


def text_of(path: Path, shown: str) -> str:
    """Read a file; raises `ConfigurationError` where that can't be."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{shown} isn't UTF-8; save it as CSV UTF-8") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it has no possible name"
        raise ConfigurationError(f"{shown} can't be read: {reason}") from error


def _head(names: Iterable[str]) -> Iterator[str]:
    head = [name.strip().casefold() for name in names]
    for name in head:
        if name not in COLUMNS:
            yield f"1: unknown column {quoted(name)}; {meant(name, COLUMNS, '')}"
    for name in NEEDED:
        if name not in head:
            yield f"1: there is no column {name}; the first line names them: {listed(COLUMNS)}"


class Rows:
    """Turns rows into check-ins, gathering what is wrong with any."""

    def __init__(self, okrs: Okrs, now: datetime, *, anyway: bool = False) -> None:
        self.checkins: list[CheckIn] = []
        self.problems: list[str] = []
        self._now = now
        self._okrs = okrs
        self._anyway = anyway
        self._zone = okrs.timezone()
        ids = [objective.id for objective in okrs.objectives]
        ids += [kr.id for _, kr in okrs.key_results()]
        self._ids = {id_.casefold(): id_ for id_ in ids}
        self._lines: dict[tuple[str, datetime], tuple[int, CheckIn]] = {}

    def take(self, line: int, row: Mapping[Any, Any]) -> None:
        """Read one row, as `csv.DictReader` gives it; an empty one is none."""
        named = {name: cell for name, cell in row.items() if name is not None}
        cells = {name.strip().casefold(): (cell or "").strip() for name, cell in named.items()}
        if not any(cells.values()):
            return
        before = len(self.problems)
        if None in row:
            self._problem(line, "has more cells than columns; put texts with a comma in quotes")
        subject = self._subject(line, cells["id"])
        at = self._read(line, "at", cells, self._moment)
        mood = self._read(line, "confidence", cells, values.confidence)
        value = self._read(line, "value", cells, values.value)
        if len(self.problems) == before and at is not None:
            words: dict[str, Any] = {name: cells.get(name, "") for name in _WORDS}
            self._add(line, CheckIn(subject, at, mood, value, **words, entered_at=self._now))

    def _add(self, line: int, checkin: CheckIn) -> None:
        if checkin == CheckIn(checkin.subject, checkin.at):
            self._problem(line, "says nothing; give a confidence, value, note, risk or ask")
            return
        problem = refusal(self._okrs, checkin, self._now)
        doubt = (
            None if self._anyway else far_off(metric_of(self._okrs, checkin.subject), checkin.value)
        )
        if problem or doubt:
            self._problem(line, problem or f"{doubt}; give --anyway if it is right")
            return
        first, other = self._lines.setdefault((checkin.subject, checkin.at), (line, checkin))
        if other != checkin:
            self._problem(
                line, f"says otherwise of {checkin.subject} than line {first}, at that time"
            )
        elif first == line:
            self.checkins.append(checkin)

    def _subject(self, line: int, name: str) -> str:
        if name.casefold() not in self._ids:
            advice = meant(name, self._ids.values(), "")
            self._problem(line, f"id {quoted(name)} is no KR or objective; {advice}")
        return self._ids.get(name.casefold(), name)

    def _read(
        self, line: int, name: str, cells: Mapping[str, str], read: Callable[[str], _Value]
    ) -> _Value | None:
        """Read a cell; None for an empty one, which only `at` may not be."""
        text = cells.get(name, "")
        if not text and name not in NEEDED:
            return None
        try:
            return read(text)
        except ArgumentTypeError as error:
            self._problem(line, f"{name} {error}")
            return None

    def _moment(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            message = f"{quoted(text)} is no time; write 2026-11-19 or 2026-11-19T15:00"
            raise ArgumentTypeError(message) from None
        if len(text) <= _DAY:
            moment = datetime.combine(moment.date(), _NOON)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        if moment > self._now:
            raise ArgumentTypeError(f"{quoted(text)} is in the future")
        return moment.astimezone(UTC)

    def _problem(self, line: int, text: str) -> None:
        self.problems.append(f"{line}: {text}")
