"""Which tests ran a line of the core, and whether they pass: for mutants, thousands of times."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TESTS = ("tests/core", "tests/review")
LOADED = ("pytest", "hypothesis", "coverage", "pydantic", "requests", "sqlalchemy", "yaml")
"""Libraries that each child finds loaded; nothing of the project is, which is what changes."""

QUIET = ("-q", "-x", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist")


@dataclass(frozen=True)
class Covering:
    """The tests that ran each line, by file (seen from the root) and line."""

    by_line: dict[str, dict[int, list[str]]]

    @classmethod
    def of(cls, copy: Path) -> Covering:
        """Run the core's tests once in a copy of the project, and note who runs what."""
        traced = ("--cov=syncer.core", "--cov-context=test", "--cov-report=", "--cov-fail-under=0")
        if not passes(copy, (*traced, *TESTS), None):
            raise RuntimeError("the tests fail as they are: nothing can be learned of mutants")
        from coverage import CoverageData  # noqa: PLC0415 - it belongs to this part of the work

        data = CoverageData(str(copy / ".coverage"))
        data.read()
        by_line = {}
        for name in data.measured_files():
            contexts = data.contexts_by_lineno(name)
            file = os.path.relpath(os.path.realpath(name), os.path.realpath(copy))
            by_line[file] = {
                line: sorted({context.partition("|")[0] for context in ran if context})
                for line, ran in contexts.items()
            }
        return cls(by_line)

    def tests(self, file: str, line: int) -> Sequence[str]:
        """Name the tests of a line, a file's own first; of what runs at import, the file's all."""
        lines = self.by_line.get(file, {})
        every = {test for tests in lines.values() for test in tests}
        near = next((lines[at] for at in range(line, line + 4) if lines.get(at)), None)
        own = f"test_{file.rpartition('/')[2]}"
        return sorted(near or every or TESTS, key=lambda test: (own not in test, test))


def passes(copy: Path, arguments: Sequence[str], seconds: int | None) -> bool:
    """Run tests in a child, in this folder, and tell whether all pass in time."""
    for library in LOADED:
        import_module(library)
    child = os.fork()
    if child == 0:
        os._exit(_run(copy, arguments, seconds))
    _, status = os.waitpid(child, 0)
    return status == 0


def _run(copy: Path, arguments: Sequence[str], seconds: int | None) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds or 0)
    sink = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(sink, number)
    os.chdir(copy)
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in PROJECT]:
        del sys.modules[name]
    sys.path.insert(0, str(copy))
    with suppress(SystemExit):
        import pytest  # noqa: PLC0415 - as the others

        return int(pytest.main([*QUIET, *arguments]))
    return 1


PROJECT = ("bench", "config", "connectors", "sandbox", "syncer", "tests")
"""What a child loads from its own folder."""
