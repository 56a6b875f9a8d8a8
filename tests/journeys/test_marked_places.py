"""Marked secrets wherever numbers and reports go, and every error provoked: none is anywhere."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from contextlib import contextmanager

import pytest

from tests.connectors.raw import RawServing, answers, says
from tests.journeys.test_marked import MARK, PERSON, everything

FILE = """\
sources:
  trello: {kind: trello, url: TRELLO}
stores:
  goals: {kind: atlassian-goals, url: PLACE}
  tracker: {kind: okr-tracker, url: PLACE}
  sheet: {kind: google-sheets, url: PLACE, spreadsheet: 1AbCdEf, tab: OKRs}
  asana: {kind: asana-goals, url: PLACE}
  appfire: {kind: appfire-okr, url: PLACE}
  board: {kind: workboard, url: PLACE}
  operately: {kind: operately, url: PLACE}
  hook: {kind: webhook}
deliver:
  smtp: {MAIL}
  oauth: {kind: smtp, MAIL}
  slack: {}
  teams: {}
  confluence: {url: PLACE, space: OKR}
review: {event: Review, timezone: Europe/London, prepare: 336h}
objectives:
  - id: PUB
    title: Publishing keeps up on launch day
    team: Publishing
    period: 2026-Q4
    key_results:
      - id: T
        title: Trello's
        links: [{source: trello, board: BOARD}]
        write_to: [WRITE_TO]
"""
MAIL = (
    "server: 127.0.0.1, port: PORT, security: none, user: okr-sync, sender: okr@acme.example, "
    "to: [leads@acme.example]"
)
STORES = ("goals", "tracker", "sheet", "asana", "appfire", "board", "operately", "hook")
WRITE_TO = ", ".join(f"{{store: {name}, id: A-1}}" for name in STORES)
DATED = 'starts: "2026-10-08T10:00", every: 2 weeks'
ASKED = ("start", "failure", "hook", "slack", "teams", "calendar.ics", "tokens", "/wiki")


def secrets(url, key_file):
    """Give a marked secret for every variable of every place."""
    parts = {
        "STORES__GOALS__EMAIL": "goals@example.com",
        "STORES__GOALS__TOKEN": "goals",
        "STORES__TRACKER__KEY": "trackerkey",
        "STORES__TRACKER__SECRET": "trackersecret",
        "STORES__ASANA__TOKEN": "asana",
        "STORES__APPFIRE__TOKEN": "appfire",
        "STORES__BOARD__TOKEN": "board",
        "STORES__OPERATELY__TOKEN": "operately",
        "STORES__HOOK__SECRET": "hooksecret",
        "DELIVERY__SMTP__PASSWORD": "smtp",
        "DELIVERY__OAUTH__CLIENT_ID": "clientid",
        "DELIVERY__OAUTH__CLIENT_SECRET": "clientsecret",
        "DELIVERY__OAUTH__REFRESH_TOKEN": "refresh",
        "DELIVERY__CONFLUENCE__EMAIL": "confluence@example.com",
        "DELIVERY__CONFLUENCE__TOKEN": "confluence",
    }
    addresses = {
        "STORES__HOOK__URL": "hook",
        "DELIVERY__OAUTH__TOKEN_URL": "tokens",
        "DELIVERY__SLACK__WEBHOOK": "slack",
        "DELIVERY__TEAMS__WEBHOOK": "teams",
        "REVIEW__ICAL": "calendar.ics",
        "PING__START": "start",
        "PING__SUCCESS": "success",
        "PING__FAILURE": "failure",
    }
    marked = {f"OKR_SYNC_{name}": f"{MARK}-{text}" for name, text in parts.items()}
    marked |= {
        f"OKR_SYNC_{name}": f"{url}/{MARK}/{path}?k={MARK}" for name, path in addresses.items()
    }
    return marked | {"OKR_SYNC_STORES__SHEET__KEY_FILE": str(key_file)}


def echo(url):
    """Give what a chatty gateway says: all it was told, and who did what."""
    return f"bad {' '.join(secrets(url, '').values())} of {PERSON} Planted"


PLACES = {
    "refused": lambda text: answers(text.encode(), status=401),
    "forbidden": lambda text: answers(json.dumps({"errors": [text]}).encode(), status=403),
    "broken": lambda text: answers(text.encode(), status=500),
    "limited": lambda text: answers(text.encode(), status=429, headers=[("Retry-After", "1e300")]),
    "elsewhere": lambda text: answers(
        text.encode(), status=302, headers=[("Location", f"http://{MARK}.example/")]
    ),
    "odd": lambda text: answers(
        json.dumps({"data": text, "errors": [{"message": text}], "access_token": text}).encode(),
        headers=[("Content-Type", "application/json")],
    ),
    "cut": lambda text: b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + text.encode(),
    "nonsense": lambda text: f"535 5.7.8 {text}\r\n".encode(),
}
COMMANDS = {None: [("report", "--due")], DATED: [("sync",), ("check",), ("report", "--due")]}
"""What is run where a calendar says the meetings, and where okrs.yaml does."""


@contextmanager
def mail_server(text):
    """Serve a mail server that refuses each sign-in, at length; give its port."""

    class Refusing(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 hello\r\n")
            for line in self.rfile:
                greeting = line.lower().startswith(b"ehlo")
                answer = "250-hello\r\n250 AUTH PLAIN LOGIN XOAUTH2" if greeting else f"535 {text}"
                self.wfile.write(f"{answer}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def settle(office, tmp_path, url, port, *, review):
    """Let every place be at one address."""
    key_file = tmp_path / "key.json"
    key_file.write_text(json.dumps({"client_email": f"{MARK}@acme.example", "private_key": MARK}))
    text = FILE.replace("PLACE", url).replace("MAIL", MAIL).replace("PORT", str(port))
    board = next(iter(office.trello.boards.values()))["shortLink"]
    text = text.replace("WRITE_TO", WRITE_TO).replace("BOARD", board)
    office.write(text.replace("event: Review", review) if review else text)
    office.environ |= secrets(url, key_file)
    if review:
        del office.environ["OKR_SYNC_REVIEW__ICAL"]
    return key_file


@pytest.mark.parametrize("name", PLACES)
def test_no_place_s_answer_brings_a_secret_out(office, tmp_path, name):
    """Tools, mail, chats, pages, pings and calendar: whatever they say, nothing marked is said."""
    board = office.trello.add_board("Squad")
    office.trello.add_card(office.trello.add_list(board, "Doing"), "A card")
    with RawServing(None) as raw:
        raw.speak = says(PLACES[name](echo(raw.url)))
        with mail_server(echo(raw.url)) as port:
            for review, commands in COMMANDS.items():
                key_file = settle(office, tmp_path, raw.url, port, review=review)
                for command in commands:
                    result = office.run("-v", "-v", *command)
                    assert result.code in (0, 1), result.err
                    assert not re.search(f"{MARK}|{PERSON}", result.output), result.output
        key_file.unlink()
    assert not re.search(f"{MARK}|{PERSON}", everything(office))
    asked = b"\n".join(raw.requests)
    missing = [path for path in ASKED if path.encode() not in asked]
    assert missing == []


URLS = {
    "closed": "postgresql://m4rkeduser:m4rkedword@127.0.0.1:9/okr",
    "wrong": "postgresql://m4rkeduser:m4rkedword@RAW/okr",
    "options": "postgresql://m4rkeduser:m4rkedword@RAW/okr?options=-cm4rked%3D1&sslmode=disable",
    "unknown": "mysql://m4rkeduser:m4rkedword@127.0.0.1/okr",
    "port": "postgresql://m4rkeduser:m4rkedword@127.0.0.1:m4rked/okr",
    "spaces": "postgresql://m4rkeduser:m4rked word@[127.0.0.1/okr",
    "query": "sqlite:///okr.db?password=m4rkedword",
}


@pytest.mark.parametrize("name", URLS)
def test_no_store_s_address_is_said_whole(office, name):
    """User and password of the store's URL are in no message, whatever fails about it."""
    office.write(
        FILE.replace("PLACE", "http://127.0.0.1:9")
        .replace("MAIL", MAIL)
        .replace("PORT", "9")
        .replace("WRITE_TO", "")
        .replace("event: Review", 'starts: "2026-10-08T10:00", every: 2 weeks')
    )
    office.environ |= {
        k: v for k, v in secrets("http://127.0.0.1:9", "").items() if "ICAL" not in k
    }
    with RawServing(says(b"EM4rked m4rkeduser m4rkedword\0")) as raw:
        office.environ["OKR_SYNC_STORE"] = URLS[name].replace(
            "RAW", raw.url.removeprefix("http://")
        )
        for command in (
            ("sync",),
            ("status",),
            ("check",),
            ("report", "--due"),
            ("store", "check"),
        ):
            result = office.run("-v", "-v", *command)
            assert result.code in (1, 2, 3), (command, result.output)
            assert not re.search("(?i)m4rked", result.output), result.output
