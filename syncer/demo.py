"""The demo: a made-up quarter on a real Jira and Trello of our own, synced as cron would."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from connectors.clock import Clock
from connectors.errors import ConfigurationError
from syncer.arguments import parser
from syncer.core.records import CheckIn
from syncer.store.store import open_store

try:
    from sandbox.jira.cloud import cloud_app
    from sandbox.quarter.agenda import checkins, credentials, moments
    from sandbox.quarter.replay import Quarter
    from sandbox.server import Serving
    from sandbox.trello.app import TrelloApp
except ModuleNotFoundError as error:
    raise ConfigurationError(
        f"the demo needs {error.name}: pip install 'okr-sync[demo]'"
    ) from error

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from syncer.context import Context


class Demo:
    """A quarter replayed into a folder."""

    def __init__(self, folder: Path, context: Context) -> None:
        self._folder = folder
        self._quarter = Quarter()
        self._said = checkins()
        self._store = f"sqlite:///{folder / 'okr-sync.db'}"
        self._world = replace(
            context,
            directory=folder,
            environ={**context.environ, **credentials(), "OKR_SYNC_STORE": self._store},
            clock=Clock(self._quarter.clock, context.clock.sleep),
        )

    def play(self) -> int:
        """Sync at every moment of the quarter, silently but for the last; then show it."""
        with ExitStack() as stack:
            jira = stack.enter_context(Serving(cloud_app(self._quarter.jira)))
            trello = stack.enter_context(Serving(TrelloApp(self._quarter.trello)))
            *past, now = moments()
            for moment in past:
                self._advance(moment, jira.url, trello.url)
                silent = replace(self._world, out=io.StringIO(), err=io.StringIO())
                self._must(["sync"], silent)
            self._advance(now, jira.url, trello.url)
            self._world.say("A quarter of three teams, synced from a Jira and a Trello:")
            self._must(["sync"], self._world)
        self._must(["status"], self._world)
        self._must(["report", "--out", "reports"], replace(self._world, out=io.StringIO()))
        return 0

    def _must(self, command: list[str], context: Context) -> None:
        # Everyday mess makes single KRs fail (1); anything above is the demo's own fault.
        module = import_module(f"syncer.commands.{command[0]}")
        if module.run(parser().parse_args(command), context) > 1:
            raise ConfigurationError(f"the demo's own {command[0]} failed: {context.err}")

    def _advance(self, moment: datetime, jira_url: str, trello_url: str) -> None:
        """Let the teams work and speak until then."""
        self._quarter.advance(moment)
        path = self._folder / "okrs.yaml"
        path.write_text(self._quarter.okrs_yaml(jira_url, trello_url), encoding="utf-8")
        with open_store(self._store) as store:
            while self._said and self._said[0].at <= moment:
                checkin = self._said.pop(0)
                store.add_checkin(CheckIn(**checkin._asdict()))
