"""Somebody at the page: a browser without scripts, by Starlette's own client; a real store."""

from __future__ import annotations

import io
import shutil
import sqlite3
from contextlib import closing
from copy import copy
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from syncer.cli import parser
from syncer.context import Context
from syncer.web.app import page_app
from tests.journeys.team import Team

if TYPE_CHECKING:
    from pathlib import Path

HOME = "http://127.0.0.1:8765"
OKRS = """\
sources:
  jira: {kind: jira, url: JIRA}
  trello: {kind: trello, url: TRELLO}
review: {every: 2 weeks, starts: "2026-10-08T10:00", timezone: Europe/London}
objectives:
  - id: PUB
    title: Publishing keeps up on launch day
    team: Publishing
    period: 2026-Q4
    key_results:
      - {id: SPEED, title: Faster, metric: {start: 180, target: 60, unit: s}, links: [ISSUES]}
      - {id: BOTH, title: On both boards, links: [ISSUES, CARDS]}
      - {id: PUB-3, title: More, metric: {start: 3, target: 24, current: 5}, links: [ISSUES]}
      - {id: PUB-4, title: Fewer, metric: {start: 40, target: 5}, links: [ISSUES]}
      - {id: PUB-5, title: Better, metric: {start: 0, target: 10}, links: [ISSUES]}
      - {id: PUB-6, title: Wider, metric: {start: 0, target: 100, unit: "%"}, links: [ISSUES]}
  - id: SRCH
    title: Search finds it
    team: Search & co
    period: 2026-Q4
    key_results:
      - {id: FIND, title: Found, links: [CARDS]}
  - id: OLD
    title: What was before
    team: Publishing
    period: 2026-Q3
    key_results:
      - {id: OLD-1, title: Over, metric: {start: 0, target: 10}, links: [ISSUES]}
"""


class Office(Team):
    """The team of the journeys, with a file for its page."""

    def plan(self, more: str = "", text: str = OKRS) -> None:
        """Put okrs.yaml there."""
        text = text.replace("ISSUES", "{source: jira}")
        text = text.replace("CARDS", f"{{source: trello, board: {self.board}, label: LABEL}}")
        for label in ("BOTH", "FIND"):  # in the order of the file
            text = text.replace("LABEL", label, 1)
        self.write(text + more)

    def take_over(self, other: Office) -> None:
        """Have the store that another office has filled, at the same time."""
        shutil.copy(other.database, self.database)
        with closing(sqlite3.connect(self.database)) as database:
            file = str(self.folder / "okrs.yaml")
            database.execute("UPDATE workspaces SET file = ?", (file,))
            database.commit()
        self.steps.at = other.steps.at


class _Fields(HTMLParser):
    """Reads the fields of a page's forms that are sent as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), []))
        elif tag == "input" and self.forms and "name" in given:
            is_box = given.get("type") == "checkbox"
            if not is_box or "checked" in given:
                self.forms[-1][1].append((given["name"], given.get("value", "")))


class Visitor:
    """Opens pages, fills in forms and sends them."""

    def __init__(self, office: Office, *arguments: str, home: str = HOME, **headers: str) -> None:
        self.office = office
        self.err = io.StringIO()
        context = Context(
            office.environ, office.folder, office.steps.clock, io.StringIO(), self.err
        )
        app = page_app(parser().parse_args(["serve", *arguments]), context)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.client = TestClient(app, base_url=home, headers=named, follow_redirects=False)

    def beside(self) -> Visitor:
        """Give somebody else at the same page."""
        other = copy(self)
        client = self.client
        other.client = TestClient(client.app, base_url=HOME, follow_redirects=False)
        return other

    def get(self, path: str, code: int = 200, **headers: str):
        """Open a page."""
        response = self.client.get(path, headers=headers)
        assert response.status_code == code, response.text[-2000:]
        return response

    def form(self, path: str, action: str = "", **headers: str) -> dict[str, str]:
        """Open a page, and give the fields of its form as they are filled in."""
        return fields_of(self.get(path, **headers).text, action)

    def send(self, path: str, fields: dict[str, str], code: int = 303, **headers: str):
        """Send a form."""
        response = self.client.post(path, data=fields, headers=headers)
        assert response.status_code == code, response.text[-2000:]
        return response

    def check_in(self, team: str = "Publishing", code: int = 303, **changed: str):
        """Score a team's week: fields by name and key result, such as `note_PUB_3`."""
        fields = self.form(f"/checkin?team={team.replace('&', '%26')}")
        return self.send("/checkin", {**fields, **named(fields, **changed)}, code)

    def spoken(self, kr: str) -> list[dict]:
        """Give what was said of a key result, oldest first."""
        return self.office.run("checkins", kr, "--json").json["check_ins"]


def forms_of(html: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give a page's forms: where each goes, and what is filled in."""
    reader = _Fields()
    reader.feed(html)
    return reader.forms


def fields_of(html: str, action: str = "") -> dict[str, str]:
    """Give the fields of the form with this action, or of the page's only one."""
    (fields,) = (fields for at, fields in forms_of(html) if at.endswith(action) and fields)
    krs = [value for name, value in fields if name == "kr"]
    return {**dict(fields), **({"kr": krs} if krs else {})}


def named(fields: dict[str, str], **changed: str) -> dict[str, str]:
    """Give fields their names in the form: `note_PUB_3` is PUB-3's note."""
    positions = {kr.replace("-", "_"): n for n, kr in enumerate(fields["kr"])}
    out = {}
    for name, value in changed.items():
        field, _, kr = name.partition("_")
        out[f"{field}-{positions[kr]}"] = value
    return out


def office_in(folder: Path, street) -> Office:
    """Open an office with its file, before its first sync."""
    office = Office(folder, street)
    office.plan()
    return office
