"""What a process of its own makes once for its command, and tests' commands in one process share.

The program is the same: what these would build again, letter for letter, is kept.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import patch

from syncer import cli
from syncer.store import database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Engine


@contextmanager
def made_once() -> Iterator[None]:
    """Keep parsers and compiled statements while inside."""
    with (
        patch.object(cli, "parser", cache(cli.parser)),
        patch.object(database, "create_engine", _sharing(database.create_engine)),
    ):
        yield


def _sharing(create: Callable[..., Engine]) -> Callable[..., Engine]:
    """Let all engines on SQLite use the statements that the first one compiled."""
    first: list[Engine] = []

    def create_engine(*arguments: object, **options: object) -> Engine:
        engine = create(*arguments, **options)
        if engine.dialect.name == "sqlite":
            first.append(engine)
            engine.dialect = first[0].dialect
            engine._compiled_cache = first[0]._compiled_cache
            del first[1:]
        return engine

    return create_engine
