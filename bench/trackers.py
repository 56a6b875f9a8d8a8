"""The served worlds as the bench holds them: started, asked, stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

from bench.tally import Tally

if TYPE_CHECKING:
    from types import TracebackType

    from bench.worlds import Size


class Trackers:
    """A server process; a context manager. `jira`, `trello` are addresses, `boards` short links."""

    def __init__(self, size: Size) -> None:
        self.size = size
        numbers = map(str, (size.issues, size.epics, size.boards, size.cards))
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own Python
            [sys.executable, "-m", "bench.server", *numbers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = self._hear()
        self.jira: str = told["jira"]
        self.trello: str = told["trello"]
        self.boards: tuple[str, ...] = tuple(told["boards"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def latency(self, ms: float) -> None:
        """Hold every answer back so long."""
        self._ask("latency", ms=ms)

    def bulkfetch(self, most: int) -> None:
        """Let Jira give at most so many issues in one bulkfetch."""
        self._ask("bulkfetch", most=most)

    def change(self, share: float) -> int:
        """Move a share of Jira's issues on; the number of issues moved."""
        return int(self._ask("change", share=share))

    def clear(self) -> None:
        """Forget the requests so far."""
        self._ask("clear")

    def tally(self) -> Tally:
        """What was asked since the last `clear`."""
        return Tally(**self._ask("tally"))

    def _ask(self, what: str, **how: float) -> Any:
        assert self._process.stdin is not None  # noqa: S101 - it was opened as a pipe
        self._process.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 - it was opened as a pipe
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bench's server ended by itself; its own words are above")
        return json.loads(line)
