"""Marked secrets in every setting, and every error provoked: nothing marked is anywhere."""

from __future__ import annotations

import re

import pytest

from sandbox.faults import Answer
from tests.connectors.raw import RawServing, answers, says

MARK = "m4rked"
PERSON = "Persephone"
FILE = """\
sources:
  jira: {kind: jira, url: JIRA}
  trello: {kind: trello, url: TRELLO}
stores:
  hook: {kind: webhook}
deliver:
  chat: {kind: slack}
review: {every: 2 weeks, starts: "2026-10-08T10:00", timezone: Europe/London, prepare: 336h}
objectives:
  - id: PUB
    title: Publishing keeps up on launch day
    team: Publishing
    period: 2026-Q4
    key_results:
      - id: J
        title: Jira's
        links: [{source: jira}]
        write_to: [{store: hook, id: J}]
      - id: T
        title: Trello's
        links: [{source: trello, board: AbCd1234}]
"""
SECRETS = {
    "OKR_SYNC_SOURCES__TRELLO__KEY": f"{MARK}1key",
    "OKR_SYNC_SOURCES__TRELLO__TOKEN": f"{MARK}2token",
    "OKR_SYNC_SOURCES__JIRA__EMAIL": f"{MARK}3@example.com",
    "OKR_SYNC_SOURCES__JIRA__TOKEN": f"{MARK}4token",
    "OKR_SYNC_STORES__HOOK__URL": f"http://127.0.0.1:9/{MARK}5path?k={MARK}6query",
    "OKR_SYNC_STORES__HOOK__SECRET": f"{MARK}7secretsecretsecretsecretsecret",
    "OKR_SYNC_DELIVERY__CHAT__WEBHOOK": f"http://127.0.0.1:9/{MARK}8path",
    "HTTP_PROXY": f"http://{MARK}9user:{MARK}10password@127.0.0.1:9",
    "NO_PROXY": "127.0.0.1",
}
ECHO = f"bad {' '.join(SECRETS.values())} of {PERSON} Planted"
FAULTS = {
    "refused": Answer(401, ECHO, "text/plain"),
    "forbidden": Answer(403, f'{{"errorMessages": ["{ECHO}"]}}'),
    "broken": Answer(500, ECHO, "text/html"),
    "changed on the way": Answer(203, f'{{"message": "{ECHO}"}}'),
    "odd": Answer(200, f'{{"id": "{ECHO}", "lists": "{ECHO}", "issues": "{ECHO}"}}'),
    "cut": Answer(200, f'{{"{ECHO}": ['),
    "elsewhere": Answer(302, ECHO, headers=(("Location", f"http://{MARK}11.example/"),)),
    "deep": Answer(200, "[" * 3000 + "]" * 3000),
    "limited": Answer(429, ECHO, headers=(("Retry-After", "1e300"),)),
}
COMMANDS = [("sync",), ("check",), ("status",), ("report", "--due"), ("push",)]


def everything(office):
    """All that a run leaves: the files of the folder, the store's among them."""
    files = (path for path in office.folder.rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files if path.name != ".env").decode("latin-1")


@pytest.mark.parametrize("name", [*FAULTS, "proxied", "nonsense"])
def test_no_marked_secret_is_anywhere(office, name):
    """Whatever goes wrong, no secret and no person is in output, log, store or report."""
    office.write(FILE)
    office.environ |= SECRETS
    with RawServing(says(b"SSH-2.0-" + ECHO.encode())) as raw:
        if name == "proxied":
            office.environ["NO_PROXY"] = "none.example"
        elif name == "nonsense":
            office.environ["OKR_SYNC_SOURCES__JIRA__URL"] = raw.url
        else:
            for faults in (office.jira_faults, office.trello_faults):
                faults.answer("", FAULTS[name], times=None)
        for command in COMMANDS:
            result = office.run("-v", "-v", *command)
            # Not 2: each command got as far as its own errors.
            assert result.code in (0, 1), result.err
            assert not re.search(f"{MARK}|{PERSON}", result.out + result.err)
    assert not re.search(f"{MARK}|{PERSON}", everything(office))


def test_a_delivery_that_is_refused_repeats_nothing(office):
    """What a chat's gateway says of our address isn't repeated."""
    office.write(FILE)
    with RawServing(says(answers(ECHO.encode(), status=400))) as raw:
        office.environ |= SECRETS | {
            "OKR_SYNC_DELIVERY__CHAT__WEBHOOK": f"{raw.url}/{MARK}8path",
            "OKR_SYNC_STORES__HOOK__URL": f"{raw.url}/{MARK}5path",
        }
        for command in COMMANDS:
            result = office.run("-v", "-v", *command)
            assert not re.search(f"{MARK}|{PERSON}", result.out + result.err)
