"""What a process need not do anew for each of thousands of commands; the program is the same.

Lives run their commands in one process: what these would build again, letter for letter, is
kept, beside what all tests share.
"""

from __future__ import annotations

import gc
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from jinja2 import Environment

from config import load, settings
from syncer.documents import status
from syncer.review import writing
from tests.made_once import made_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import CodeType

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.review.forecast import Dice, Trial

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder is made in it, with a name of chance

MOST_FILES = 50
"""So many forms of okrs.yaml are kept; a life has fewer."""


@contextmanager
def thrift() -> Iterator[None]:
    """Keep parsers, compiled statements, files that were read and dice while inside."""
    draws = _once(writing.draw)
    # What is there now stays there: looking for garbage in it would cost a week 20 ms.
    gc.collect()
    gc.freeze()
    with (
        made_once(),
        patch.object(settings, "read_settings", _unchanged(settings.read_settings)),
        patch.object(load, "load", _as_written(load.load)),
        patch.object(Environment, "compile", _compiled(Environment.compile)),
        patch.object(writing, "draw", draws),
        patch.object(status, "draw", draws),
    ):
        yield
    gc.unfreeze()


def _unchanged(read: Callable[..., Settings]) -> Callable[..., Settings]:
    """Read an environment once: there is no `.env` and no secrets directory in a life."""
    known: dict[tuple[object, ...], Settings] = {}

    def read_settings(environ: Mapping[str, str], *where: object) -> Settings:
        key = (frozenset(environ.items()), *where)
        if key not in known:
            known.clear()
            known[key] = read(environ, *where)
        return known[key]

    return read_settings


def _as_written(load: Callable[..., Okrs]) -> Callable[..., Okrs]:
    """Check an okrs.yaml once as long as it is the same to the letter; a wrong one each time."""
    known: dict[tuple[object, ...], Okrs] = {}

    def load_file(path: Path, shown: str, variables: frozenset[str]) -> Okrs:
        key = (path, path.read_bytes(), shown, variables)
        if key not in known:
            if len(known) > MOST_FILES:
                known.clear()
            known[key] = load(path, shown, variables)
        return known[key]

    return load_file


def _compiled(compile_: Callable[..., CodeType]) -> Callable[..., CodeType]:
    """Compile each template once: all environments of the program have the same options."""
    known: dict[tuple[str, str | None], CodeType] = {}

    def compiled(
        environment: Environment, source: str, name: str | None = None, filename: str | None = None
    ) -> CodeType:
        if (source, name) not in known:
            known[source, name] = compile_(environment, source, name, filename)
        return known[source, name]

    return compiled


def _once(
    draw: Callable[[Dice, int], tuple[Trial, ...]],
) -> Callable[[Dice, int], tuple[Trial, ...]]:
    """Draw a forecast's trials once for each count of weeks, which is all that its dice know."""
    known: dict[int, tuple[Trial, ...]] = {}

    def drawn(dice: Dice, count: int) -> tuple[Trial, ...]:
        if count not in known:
            known[count] = draw(dice, count)
        return known[count]

    return drawn


def folder(prefix: str) -> Path:
    """Make a folder, in memory where that can be: a process that is killed loses nothing there.

    `fsync` is still asked for, and costs nothing.
    """
    there = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=IN_MEMORY if there else None))
