"""The log: one line an event on stderr, for people or for machines."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import TextIO

OURS = ("syncer", "connectors", "config")
LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; a traceback goes into the message."""
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps(
            {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": text},
            ensure_ascii=False,
        )


def set_up(stream: TextIO, style: str, verbosity: int) -> None:
    """Log to a stream as `text` or `json`: what we say, at any level, and nothing else.

    What libraries say holds whole answers, people included, and addresses with what
    opens them (urllib3 logs each request's): none of it is for a log that lasts.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        JsonLines() if style == "json" else logging.Formatter("%(levelname)s %(message)s")
    )
    handler.addFilter(lambda record: record.name.partition(".")[0] in OURS)
    level = LEVELS[min(verbosity, len(LEVELS) - 1)]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def complain(text: str, stream: TextIO, style: str) -> None:
    """Say why a run ended: a line of the log where machines read it, else as programs do."""
    if style == "json":
        logging.getLogger("syncer").error(text)
    else:
        print(f"okr-sync: {text}", file=stream)


def origin(error: Exception) -> str:
    """Say what an exception is and where it came from, without its words.

    They may hold what a service said, an address or a person.
    """
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
