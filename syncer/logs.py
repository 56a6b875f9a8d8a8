"""The log: one line an event on stderr, for people or for machines."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

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
    """Log to a stream as `text` or `json`; libraries only from warnings on.

    The clients' own debug logs hold whole answers, people included: they stay off.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        JsonLines() if style == "json" else logging.Formatter("%(levelname)s %(message)s")
    )
    level = LEVELS[min(verbosity, len(LEVELS) - 1)]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("syncer", "connectors", "config"):
        logging.getLogger(name).setLevel(level)
    for name in ("jira", "urllib3", "trello"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def complain(text: str, stream: TextIO, style: str) -> None:
    """Say why a run ended: a line of the log where machines read it, else as programs do."""
    if style == "json":
        logging.getLogger("syncer").error(text)
    else:
        print(f"okr-sync: {text}", file=stream)
