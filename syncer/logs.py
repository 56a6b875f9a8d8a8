"""The log: one line an event on stderr, each with its time, for people or for machines."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import TextIO

OURS = ("syncer", "connectors", "config")
LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


PROGRAM = "syncer"
"""The logger of what the program says of itself: why it ends, what it warns of."""


class TextLines(logging.Formatter):
    """Time, level and message a line; a message of several lines has them on each.

    A person at a terminal needs neither the time nor the level of what the program
    says of itself (`at_terminal`).
    """

    def __init__(self, *, at_terminal: bool) -> None:
        super().__init__()
        self._at_terminal = at_terminal

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; a traceback goes into the message."""
        text = _text(self, record)
        if record.name == PROGRAM:
            text = f"okr-sync: {text}"
            if self._at_terminal:
                return text
        at = local(datetime.fromtimestamp(record.created, UTC))
        return "\n".join(f"{at} {record.levelname} {line}" for line in text.splitlines())


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message; `in_ascii` where a stream has no more."""

    def __init__(self, *, in_ascii: bool) -> None:
        super().__init__()
        self._in_ascii = in_ascii

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; a traceback goes into the message."""
        text = _text(self, record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps(
            {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": text},
            ensure_ascii=self._in_ascii,
        )


def _text(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info:
        text = f"{text}\n{formatter.formatException(record.exc_info)}"
    return text


def local(moment: datetime) -> str:
    """Write a moment by this machine's clock, with its distance from UTC."""
    return moment.astimezone().isoformat(timespec="seconds")


def set_up(stream: TextIO, style: str, verbosity: int) -> None:
    """Log to a stream as `text` or `json`: what we say, at any level, and nothing else.

    What libraries say holds whole answers, people included, and addresses with what
    opens them (urllib3 logs each request's): none of it is for a log that lasts.
    """
    handler = logging.StreamHandler(stream)
    has_all_letters = (stream.encoding or "utf-8").lower().startswith("utf")
    json_lines = JsonLines(in_ascii=not has_all_letters)
    text_lines = TextLines(at_terminal=stream.isatty())
    handler.setFormatter(json_lines if style == "json" else text_lines)
    handler.addFilter(lambda record: record.name.partition(".")[0] in OURS)
    level = LEVELS[min(verbosity, len(LEVELS) - 1)]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def complain(text: str) -> None:
    """Say why a run ended."""
    logging.getLogger(PROGRAM).error("%s", text)


def warn(text: str) -> None:
    """Say what went wrong where the rest went on."""
    logging.getLogger(PROGRAM).warning("%s", text)


def origin(error: Exception) -> str:
    """Say what an exception is and where it came from, without its words.

    They may hold what a service said, an address or a person.
    """
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
