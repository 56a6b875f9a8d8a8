"""Finds the files that somebody exported for us, and reads each whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import NotAuthorisedError, NotFoundError, NotUnderstoodError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.base import Access, Ask
    from connectors.clock import Clock

MOST_BYTES = 256 << 20
"""More than any export holds."""

QUIET = 1.0
"""Seconds for which a file must have been left alone: a copy over a network writes all the time."""

NEWEST = "newest"
"""The note of as of when the newest file was that has been read."""

MAGIC = "*?["
"""What makes a name a pattern."""

BINARY = 20
"""One NUL among so many characters, and a file is no text."""

KNOWN_BEGINNINGS = (
    (b"PK\x03\x04", "spreadsheet (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "spreadsheet (.xls)"),
    (b"\x1f\x8b", "gzip archive"),
    (b"%PDF", "PDF"),
)
"""What people export beside, by how it begins."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file as it was read; `written` is its own date, and so as of when it speaks."""

    name: str
    content: bytes
    written: datetime


def read_files(access: Access, ask: Ask, clock: Clock) -> tuple[ExportedFile, ...]:
    """Read every file that fits, the newest first; raises a `SourceError` for any that can't be.

    The source's `file` is an absolute path, in whose last parts `*`, `?` and `[…]` are read
    as the shell does where no file is called exactly so. Where all are older than what was
    read last, they are refused, but for a full read.
    """
    source, pattern = access.name, access.options["file"]
    paths = _matching(pattern)
    if not paths:
        raise NotFoundError(f"{source}: there is no file {pattern}; export it anew, or mend file:")
    read = [_read(source, path, clock) for path in paths]
    files = tuple(sorted(read, key=lambda file: (file.written, file.name), reverse=True))
    _refuse_older(source, files[0], ask)
    return files


def text_of(source: str, file: ExportedFile) -> str:
    """Give a file's text: UTF-8 or UTF-16, with or without a mark, or it isn't guessed at."""
    content = file.content
    for beginning, kind in KNOWN_BEGINNINGS:
        if content.startswith(beginning):
            raise NotUnderstoodError(
                f"{source}: {file.name} is a {kind}, no export; export it anew"
            )
    if not content.strip():
        raise NotUnderstoodError(f"{source}: {file.name} is empty; export it anew")
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        message = f"{source}: {file.name} is neither UTF-8 nor UTF-16; save it as UTF-8"
        raise NotUnderstoodError(message) from error
    if text.count("\0") * BINARY > len(text):
        raise NotUnderstoodError(f"{source}: {file.name} is no text; export it anew")
    if text.lstrip()[:1] == "<":
        message = f"{source}: {file.name} is a web page, no export; sign in and export it anew"
        raise NotUnderstoodError(message)
    # Somebody's title may hold one; databases take none.
    return text.replace("\0", "\ufffd")


def _refuse_older(source: str, newest: ExportedFile, ask: Ask) -> None:
    last = ask.known.notes.get(NEWEST)
    if last and not ask.full and newest.written < datetime.fromisoformat(last):
        raise NotUnderstoodError(
            f"{source}: {newest.name} is older than the file that was read last, of {last[:16]}; "
            "if that is right, run okr-sync sync --full"
        )


def as_of(files: Iterable[ExportedFile], now: datetime) -> datetime:
    """Give as of when these files speak together: the oldest of them, and no later than now."""
    return min(now, *(file.written for file in files))


def _matching(pattern: str) -> list[Path]:
    """Give the files that fit; a folder whose name has magic characters is that folder."""
    path = Path(pattern)
    if path.is_file():
        return [path]
    parts: list[str] = []
    while not path.is_dir() and path != path.parent:
        parts.insert(0, path.name)
        path = path.parent
    if not parts or not any(letter in part for part in parts for letter in MAGIC):
        return []
    return sorted(file for file in path.glob("/".join(parts)) if file.is_file())


def _read(source: str, path: Path, clock: Clock) -> ExportedFile:
    """Read a file that nobody writes to meanwhile."""
    try:
        before = path.stat()
        age = clock.now().timestamp() - before.st_mtime
        if 0 <= age < QUIET:
            clock.sleep(QUIET - age)
        if before.st_size > MOST_BYTES:
            raise NotUnderstoodError(f"{source}: {path.name} is larger than any export")
        content = path.read_bytes()
        after = path.stat()
    except PermissionError as error:
        message = f"{source}: {path.name} can't be read: its rights are too narrow; widen them"
        raise NotAuthorisedError(message) from error
    except OSError as error:
        message = f"{source}: {path.name} can't be read: {error.strerror}"
        raise TransientError(message) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise TransientError(f"{source}: {path.name} is being written; the next run reads it")
    return ExportedFile(path.name, content, datetime.fromtimestamp(before.st_mtime, UTC))


def _encoding(content: bytes) -> str:
    """Give the encoding that the first bytes show; without a mark, UTF-16 shows by its zeros."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8-sig"
