"""Whatever fails in one place is that place's own: the others are served, and it once mended."""

from __future__ import annotations

import pytest
import requests

from tests.delivery.desk import REVIEW, deliver
from tests.delivery.receivers import Pages, served
from tests.delivery.test_pages import BASIC

PLACES = ("teams", "pages", "smtp")
"""One of each way out beside Slack, which is the other that must be served."""


@pytest.fixture
def places(desk, hook, mailbox):
    """A desk with all of them, each of which works."""
    teams, confluence = type(hook)(well=("202 Accepted", b"")), Pages(BASIC)
    with served(teams) as chat, served(confluence) as site:
        entry = f'pages: {{kind: confluence, url: "{site}/wiki", space: OKR}}'
        desk.write(REVIEW + deliver("teams: {}", entry, mailbox.entry, "slack: {}"))
        desk.environ["OKR_SYNC_DELIVERY__TEAMS__WEBHOOK"] = f"{chat}/hush-hush"
        desk.environ["OKR_SYNC_DELIVERY__PAGES__EMAIL"] = "robot@acme.example"
        desk.environ["OKR_SYNC_DELIVERY__PAGES__TOKEN"] = "hush-hush"
        yield {"teams": teams.bodies, "pages": confluence.writes, "smtp": mailbox.mails}


def break_client(monkeypatch, name, error):
    """Let what this place's library does before its first byte fail like this."""

    def fails(*_arguments, **_options):
        raise error

    if name == "smtp":
        monkeypatch.setattr("smtplib.SMTP.ehlo", fails)
        return
    real = requests.Session.send
    named = {"teams": "hush-hush", "pages": "/wiki"}[name]

    def send(session, request, **options):
        return fails() if named in request.url else real(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", send)


@pytest.mark.parametrize("broken", PLACES)
@pytest.mark.parametrize(
    "error",
    [
        OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /hush-hush"),
        UnicodeEncodeError("ascii", "hush-hush", 0, 1, "ordinal not in range"),
        ValueError("hush-hush"),
        RecursionError("hush-hush"),
        MemoryError(),
        KeyError("https://hush-hush"),
        requests.exceptions.InvalidURL("https://hush-hush"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_library_raises_before_the_first_byte(desk, places, monkeypatch, broken, error):
    """It is told without its words, the others get theirs, and this one once it is mended."""
    with monkeypatch.context() as patched:
        break_client(patched, broken, error)
        failed = desk.due()
    assert (failed.code, "the next run tries again" in failed.err) == (1, True)
    assert {name for name, sent in places.items() if sent} == {*PLACES} - {broken}
    assert "hush-hush" not in failed.printed
    assert "Traceback" not in failed.printed
    mended = desk.due()
    assert (mended.code, {name: len(sent) for name, sent in places.items()}) == (
        0,
        dict.fromkeys(PLACES, 1),
    )


def test_certificates_that_are_gone_are_named(desk, hook, monkeypatch):
    """Of all that a CA setting can break the message names the setting, not its value."""
    desk.write(REVIEW + deliver("slack: {}"))
    url = desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"]
    desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"] = url.replace("http:", "https:")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(desk.folder / "gone.pem"))
    failed = desk.due()
    assert (failed.code, "REQUESTS_CA_BUNDLE" in failed.err) == (1, True)
    assert "gone.pem" not in failed.err
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"] = url
    assert (desk.due().code, len(hook.bodies)) == (0, 1)
