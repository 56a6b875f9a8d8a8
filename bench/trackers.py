"""The served worlds as the bench holds them: started, asked, stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from bench.worlds import Size
    from sandbox.log import Exchange


@dataclass(frozen=True, slots=True)
class TrafficTally:
    """One program's traffic.

    `sent` and `received` are bytes from the program and to it, headers too.
    `waves` is the longest run of requests of which each came after the answer
    to the one before: T >= latency * waves. `span` is the seconds from the
    first request's arrival to the last answer's end. `refused` are answers of
    400 and above.
    """

    requests: int = 0
    sent: int = 0
    received: int = 0
    peak: int = 0
    waves: int = 0
    span: float = 0.0
    refused: int = 0


def tally(exchanges: Sequence[Exchange], latency: float) -> TrafficTally:
    """Add up; `latency` is the seconds that each answer was held back."""
    if not exchanges:
        return TrafficTally()
    first = min(each.arrived for each in exchanges)
    last = max(each.arrived + each.seconds for each in exchanges)
    return TrafficTally(
        requests=len(exchanges),
        sent=sum(each.bytes_in for each in exchanges),
        received=sum(each.bytes_out for each in exchanges),
        peak=max(each.in_flight for each in exchanges),
        waves=waves([each.arrived for each in exchanges], latency),
        span=last - first,
        refused=sum(each.status >= 400 for each in exchanges),  # noqa: PLR2004 - HTTP's own line
    )


def waves(arrivals: Iterable[float], latency: float) -> int:
    """How many requests, at most, came one after the other's answer; 0 without latency.

    Nothing is answered before the latency has passed, so two requests less than
    that apart did not wait for each other. A tenth is left for a timer's haste.
    """
    if latency <= 0:
        return 0
    count, free = 0, float("-inf")
    for at in sorted(arrivals):
        if at >= free:
            count, free = count + 1, at + 0.9 * latency
    return count


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
        addresses = self._hear()
        self.jira: str = addresses["jira"]
        self.trello: str = addresses["trello"]
        self.boards: tuple[str, ...] = tuple(addresses["boards"])

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

    def tally(self) -> TrafficTally:
        """What was asked since the last `clear`."""
        return TrafficTally(**self._ask("tally"))

    def _ask(self, verb: str, **how: float) -> Any:
        assert self._process.stdin is not None  # noqa: S101 - it was opened as a pipe
        self._process.stdin.write(json.dumps({"do": verb, **how}) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 - it was opened as a pipe
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bench's server ended by itself; its own words are above")
        return json.loads(line)
