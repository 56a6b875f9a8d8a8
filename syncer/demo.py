"""The demo: a made-up quarter on a real Jira and Trello of our own, synced as cron would."""

from __future__ import annotations

import io
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from connectors.clock import Clock
from connectors.errors import ConfigurationError
from connectors.extras import missing
from syncer.command_line.arguments import parser
from syncer.core.records import CheckIn
from syncer.store.store import open_store

try:
    from sandbox.jira.cloud import cloud_app
    from sandbox.quarter.agenda import checkins, credentials, moments
    from sandbox.quarter.replay import Quarter
    from sandbox.server import Serving
    from sandbox.stores.okr_tracker import OkrTracker
    from sandbox.trello.app import TrelloApp
except ModuleNotFoundError as error:
    raise ConfigurationError(missing("demo", "the demo")) from error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from syncer.context import Context


TOOL_ID = {"PUB-1": "Kw41TqLs", "PUB-2": "Bn83RcWe", "PUB-3": "Hd20VxPa"}
"""What the okr-tracker calls the key results whose numbers go there."""

CLIENT, SECRET = "okr-sync", "demo"
HOLDING, DRAFTING = "tracker", "careful"
BY_HAND = 55.0
"""What a person sets PUB-2 to, shortly before the last sync."""


def secrets() -> dict[str, str]:
    """Give what opens the stand-ins, by variable; it opens nothing else."""
    tools = {
        f"OKR_SYNC_STORES__{name.upper()}__{part}": value
        for name in (HOLDING, DRAFTING)
        for part, value in (("KEY", CLIENT), ("SECRET", SECRET))
    }
    return {**credentials(), **tools}


class Demo:
    """A quarter replayed into a folder, its numbers written into an okr-tracker."""

    def __init__(self, folder: Path, context: Context) -> None:
        self._folder = folder
        self._quarter = Quarter()
        self._said = checkins()
        self._store = f"sqlite:///{folder / 'okr-sync.db'}"
        self._tracker = OkrTracker(CLIENT, SECRET, now=self._quarter.clock)
        for tool_id in TOOL_ID.values():
            self._tracker.add(tool_id)
        self._world = replace(
            context,
            directory=folder,
            environ={**context.environ, **secrets(), "OKR_SYNC_STORE": self._store},
            clock=Clock(self._quarter.clock, context.clock.sleep),
        )

    @contextmanager
    def playing(self) -> Iterator[Context]:
        """Sync at every moment of the quarter, silently but for the last; then show it.

        Gives the world as the demo sees it: its folder, its secrets and its time. The
        stand-ins answer until the block's end.
        """
        with ExitStack() as stack:
            jira = stack.enter_context(Serving(cloud_app(self._quarter.jira)))
            trello = stack.enter_context(Serving(TrelloApp(self._quarter.trello)))
            tracker = stack.enter_context(Serving(self._tracker))
            urls = jira.url, trello.url, tracker.url
            *past, now = moments()
            for moment in past:
                self._advance(moment, *urls)
                silent = replace(self._world, out=io.StringIO(), err=io.StringIO())
                self._must(["sync"], silent)
            self._advance(now, *urls)
            self._tracker.person_sets(TOOL_ID["PUB-2"], BY_HAND)
            self._world.say("A quarter of three teams, synced from a Jira and a Trello:")
            self._must(["sync"], self._world)
            self._say_what_the_tool_shows()
            self._must(["status"], self._world)
            self._must(["report", "--out", "reports"], replace(self._world, out=io.StringIO()))
            yield self._world

    def _must(self, command: list[str], context: Context) -> None:
        # Everyday mess makes single KRs fail (1); anything above is the demo's own fault.
        module = import_module(f"syncer.commands.{command[0]}")
        if module.run(parser().parse_args(command), context) > 1:
            raise ConfigurationError(f"the demo's own {command[0]} failed: {context.err}")

    def _say_what_the_tool_shows(self) -> None:
        with open_store(self._store, create=False) as store:
            ours = {t.kr: status.value for t, status in store.target_statuses().items()}
        shown = {kr: self._tracker.key_results[id_].current for kr, id_ in TOOL_ID.items()}
        self._world.say(
            f"In an okr-tracker PUB-1 shows our {shown['PUB-1']:.10g}, and PUB-2 a person's "
            f"{shown['PUB-2']:.10g}: ours, {ours['PUB-2']:.10g}, is held back."
        )
        self._world.say(
            f"PUB-3's {ours['PUB-3']:.10g} waits as a draft, until somebody runs "
            "okr-sync push --approve"
        )

    def _advance(self, moment: datetime, jira_url: str, trello_url: str, tool_url: str) -> None:
        """Let the teams work and speak until then."""
        self._quarter.advance(moment)
        path = self._folder / "okrs.yaml"
        text = _with_stores(self._quarter.okrs_yaml(jira_url, trello_url), tool_url)
        path.write_text(text, encoding="utf-8")
        with open_store(self._store) as store:
            while self._said and self._said[0].at <= moment:
                checkin = self._said.pop(0)
                store.add_checkin(CheckIn(**checkin._asdict()))


def _with_stores(text: str, url: str) -> str:
    """Let three numbers of the demo's file go to the okr-tracker, one of them as a draft."""
    for kr, tool_id in TOOL_ID.items():
        store = DRAFTING if kr == "PUB-3" else HOLDING
        line = f"      - id: {kr}\n"
        text = text.replace(line, f"{line}        write_to: [{{store: {store}, id: {tool_id}}}]\n")
    stores = (
        "stores:\n"
        f'  {HOLDING}: {{kind: okr-tracker, url: "{url}"}}\n'
        f'  {DRAFTING}: {{kind: okr-tracker, url: "{url}", approve: true}}\n'
    )
    return text.replace("objectives:\n", f"{stores}\nobjectives:\n", 1)
