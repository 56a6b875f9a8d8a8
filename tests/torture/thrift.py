"""What a process need not do anew for each of thousands of commands; the program is the same.

A command of its own process builds its parser and compiles its statements once. Lives run
their commands in one process: what these would build again, letter for letter, is kept.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from syncer import cli
from syncer.store import database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Engine

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder is made in it, with a name of chance


@contextmanager
def thrift() -> Iterator[None]:
    """Keep parsers and compiled statements while inside."""
    with (
        patch.object(cli, "parser", cache(cli.parser)),
        patch.object(database, "create_engine", _sharing(database.create_engine)),
    ):
        yield


def _sharing(create: Callable[..., Engine]) -> Callable[..., Engine]:
    """Let all engines of a kind use the statements that the first one compiled."""
    first: dict[type, Engine] = {}

    def create_engine(*arguments: object, **options: object) -> Engine:
        engine = create(*arguments, **options)
        shared = first.setdefault(type(engine.dialect), engine)
        engine.dialect = shared.dialect
        engine._compiled_cache = shared._compiled_cache
        return engine

    return create_engine


def folder(prefix: str) -> Path:
    """Make a folder, in memory where that can be: a process that is killed loses nothing there.

    `fsync` is still asked for, and costs nothing.
    """
    there = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=IN_MEMORY if there else None))
