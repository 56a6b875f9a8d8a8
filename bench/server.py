"""The trackers in a process of their own: `python -m bench.server ISSUES EPICS BOARDS CARDS`.

Says where it serves as a line of JSON, then answers each line on stdin, a JSON
object with the name of what to do, with another. Ends with stdin.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench import worlds
from bench.obliging import obliging
from bench.remembering import Remembering
from bench.tally import tally
from sandbox.jira.cloud import cloud_app
from sandbox.jira.throttling import CloudLimits
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.worlds import Size

UNLIMITED = 1e9
"""Limits are another test's business: a program without latency would only run into them."""


class Desk:
    """Two served worlds, and what may be asked of them between two runs."""

    def __init__(self, size: Size) -> None:
        self._jira, self._trello = worlds.jira(size), worlds.trello(size)
        limits = CloudLimits(per_second=UNLIMITED, burst=UNLIMITED)
        self._apps = (
            Remembering(obliging(cloud_app(self._jira, limits=limits))),
            Remembering(TrelloApp(self._trello, rates=Rates().scaled(UNLIMITED))),
        )
        self.served = tuple(Serving(app) for app in self._apps)

    def where(self) -> Mapping[str, Any]:
        """The addresses, and the boards' short links."""
        links = [board["shortLink"] for board in self._trello.boards.values()]
        return {"jira": self.served[0].url, "trello": self.served[1].url, "boards": links}

    def latency(self, ms: float) -> None:
        """Hold every answer back so long."""
        for serving in self.served:
            serving.latency_ms = ms

    def bulkfetch(self, most: int) -> None:
        """Let Jira give at most so many issues in one bulkfetch."""
        self._jira.caps.bulkfetch = most
        self._forget()

    def change(self, share: float) -> int:
        """Move a share of the issues on."""
        moved = worlds.change(self._jira, share)
        self._forget()
        return moved

    def clear(self) -> None:
        """Forget the requests so far."""
        for serving in self.served:
            serving.log.clear()

    def tally(self) -> Mapping[str, float]:
        """What was asked since the last `clear`, of both together."""
        exchanges = [each for serving in self.served for each in serving.log.exchanges]
        return asdict(tally(exchanges, self.served[0].latency_ms / 1000))

    def _forget(self) -> None:
        for app in self._apps:
            app.forget()


def main() -> None:
    """Serve until stdin ends."""
    desk = Desk(worlds.Size(*map(int, sys.argv[1:])))
    jira, trello = desk.served
    with jira, trello:
        _say(desk.where())
        for line in sys.stdin:
            asked = json.loads(line)
            _say(getattr(desk, asked.pop("do"))(**asked))


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
