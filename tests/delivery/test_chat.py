"""Slack and Microsoft Teams: what is posted, once, and what is said when it fails."""

from __future__ import annotations

import json

import pytest

from connectors.errors import StoreError
from syncer.delivery import slack, teams
from syncer.delivery.letter import Item, Letter, Section
from syncer.store.store import Store, open_store
from tests.delivery.desk import REVIEW, deliver
from tests.delivery.receivers import Hook, nobody, served

SLACK = REVIEW + deliver("slack: {}")


def texts(value):
    """Give every text of a JSON value."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def test_slack_gets_the_report_once(desk, hook):
    """Posted when the report is made, and by no later run."""
    desk.write(SLACK)
    made = desk.due()
    assert (made.code, "sent to slack\n" in made.out) == (0, True)
    assert desk.due().out == "no report is due\n"
    (body,) = hook.bodies
    assert hook.types == ["application/json"]
    assert body["text"].startswith("OKR review, Thursday 19 November 2026, 10:00: ")
    assert body["blocks"][0]["type"] == "header"
    assert any("PUB-1 Publishing takes 10 % less time" in text for text in texts(body))


def test_what_the_teams_wrote_means_nothing_in_slack(desk, hook):
    """Titles are literal text elements; the notification has no mention and no link."""
    desk.write(SLACK)
    text = (
        (desk.folder / "okrs.yaml")
        .read_text()
        .replace(
            "title: People find what they came for",
            "title: '<!channel> <https://evil.example|x> *b*'",
        )
    )
    (desk.folder / "okrs.yaml").write_text(text)
    desk.run("checkin", "SEA", "--ask", "<!here> & <@U123>")
    assert desk.due().code == 0
    (body,) = hook.bodies
    assert "<" not in body["text"]
    kinds = {
        part["type"]
        for block in body["blocks"][1:]
        for element in block["elements"]
        for line in element.get("elements", [])
        for part in line.get("elements", [line])
    }
    assert kinds <= {"text"}
    assert any("<!here> & <@U123>" in text for text in texts(body["blocks"]))


@pytest.mark.parametrize(
    ("answer", "explanation"),
    [
        ("404 Not Found", "404"),
        ("403 Forbidden", "check OKR_SYNC_DELIVERY__SLACK__WEBHOOK"),
        ("400 Bad Request", "400"),
        ("302 Found", "redirected"),
    ],
)
def test_what_slack_refused_is_sent_by_the_next_run(desk, hook, answer, explanation):
    """A clear no is told, with the report made all the same, and tried again."""
    desk.write(SLACK)
    hook.answers = [answer]
    failed = desk.due()
    assert (failed.code, desk.reports()) == (1, ["review-2026-11-19.html"])
    assert explanation in failed.err
    assert "the next run tries again" in failed.err
    assert hook.bodies == []
    assert (desk.due().code, len(hook.bodies)) == (0, 1)


def test_a_limit_is_waited_out(desk, hook):
    """429 is a no: the same run asks again when it may."""
    desk.write(SLACK)
    hook.answers = ["429 Too Many Requests"]
    assert (desk.due().code, len(hook.bodies)) == (0, 1)


@pytest.mark.parametrize("answer", ["hang up", "500 Internal Server Error", "504 Gateway Timeout"])
def test_what_may_have_arrived_is_never_sent_twice(desk, hook, answer):
    """The doubt is told once, with exit 1; no later run posts again or complains again."""
    desk.write(SLACK)
    hook.answers = [answer]
    failed = desk.due()
    assert failed.code == 1
    assert "nobody knows whether it arrived" in failed.err
    posted = len(hook.bodies)
    later = desk.due()
    assert (later.code, later.out, len(hook.bodies)) == (0, "no report is due\n", posted)
    assert posted == (answer == "hang up")


def test_a_server_that_isnt_there_got_nothing(desk):
    """No connection is no doubt: once the line is back the report is sent."""
    desk.write(SLACK)
    with nobody() as url:
        desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"] = f"{url}/services/hush-hush"
        failed = desk.due()
    assert (failed.code, "the next run tries again" in failed.err) == (1, True)
    hook = Hook()
    with served(hook) as url:
        desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"] = f"{url}/services/hush-hush"
        assert (desk.due().code, len(hook.bodies)) == (0, 1)


@pytest.mark.parametrize("answer", ["404 Not Found", "hang up", "403 Forbidden", ""])
def test_the_webhooks_address_is_never_said(desk, hook, answer):
    """Whoever knows it may post: no message, no file and no log holds it."""
    desk.write(SLACK)
    hook.answers = [answer]
    printed = desk.run("-vv", "report", "--due").printed
    stored = (desk.folder / "okr-sync.db").read_bytes()
    assert "hush-hush" not in printed
    assert b"hush-hush" not in stored


KILLED = """
import os
from pathlib import Path
from tests.delivery.desk import Desk
import syncer.store.store as store
def dies(*_):
    os._exit(9)
store.Store.end_delivery = dies
Desk(Path.cwd(), environ=dict(os.environ)).due()
"""


def test_killed_between_sending_and_noting_it_isnt_sent_again(desk, hook):
    """The process dies after the post: the next run says that nobody knows, and posts nothing."""
    desk.write(SLACK)
    run = desk.outside(KILLED)
    run.communicate(timeout=300)
    assert (run.returncode, len(hook.bodies)) == (9, 1)
    after = desk.due()
    assert (after.code, len(hook.bodies)) == (1, 1)
    assert "the run that sent it broke off" in after.err
    assert (desk.due().code, len(hook.bodies)) == (0, 1)


def test_killed_before_sending_it_is_sent(desk, hook):
    """The process dies once the report is made: the next run sends it."""
    desk.write(SLACK)
    script = KILLED.replace("end_delivery", "begin_delivery")
    run = desk.outside(script)
    run.communicate(timeout=300)
    assert (run.returncode, hook.bodies, desk.reports()) == (9, [], ["review-2026-11-19.html"])
    assert (desk.due().code, len(hook.bodies)) == (0, 1)


def test_nothing_is_sent_once_the_meeting_has_begun(desk, hook):
    """A delivery that failed all day isn't made up for in the meeting."""
    desk.write(SLACK)
    hook.answers = ["404 Not Found"]
    desk.due()
    desk.wait(24 * 3600)
    assert (desk.due().code, hook.bodies) == (0, [])


def test_a_delivery_that_takes_until_the_meeting_isnt_followed_by_another(desk, hook):
    """The clock is looked at before each."""
    desk.write(REVIEW + deliver("slack: {}", "more: {kind: slack}"))
    hook_url = desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"]
    desk.environ["OKR_SYNC_DELIVERY__MORE__WEBHOOK"] = hook_url
    hook.during = lambda: desk.wait(24 * 3600)
    late = desk.due()
    assert (late.code, len(hook.bodies)) == (1, 1)
    assert "the meeting has begun" in late.err


def test_a_missing_webhook_stops_before_anything_is_made(desk):
    """Exit 2, with the variable to set."""
    desk.write(SLACK)
    stopped = desk.due()
    assert (stopped.code, desk.reports()) == (2, [])
    assert "OKR_SYNC_DELIVERY__SLACK__WEBHOOK" in stopped.err


def test_a_dry_run_says_where_it_would_go_and_sends_nothing(desk, hook):
    """Neither the webhook nor an address is in it."""
    desk.write(
        REVIEW
        + deliver(
            "slack: {}",
            "smtp: {server: m.example, sender: a@b.example, to: [c@d.example, e@f.example]}",
        )
    )
    shown = desk.due("--dry-run")
    assert "would send a message to Slack (slack)" in shown.out
    assert "would send a mail to 2 addresses through m.example (starttls)" in shown.out
    assert "hush-hush" not in shown.printed
    assert "@" not in shown.printed
    assert hook.bodies == []


def test_teams_gets_a_card(desk):
    """A Workflows webhook takes an Adaptive Card, and answers 202."""
    hook = Hook(well=("202 Accepted", b""))
    with served(hook) as url:
        desk.write(REVIEW + deliver("teams: {}"))
        desk.environ["OKR_SYNC_DELIVERY__TEAMS__WEBHOOK"] = f"{url}/workflows/1?sig=hush-hush"
        assert desk.due().code == 0
        assert desk.due().code == 0
    (body,) = hook.bodies
    (attachment,) = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert any("PUB-1 Publishing takes" in text for text in texts(card))


@pytest.fixture
def long_letter():
    """Full sections of long emoji titles."""
    items = tuple(Item("🚀" * 120, "👩‍👩‍👧‍👦" * 40) for _ in range(12))
    sections = tuple(Section(title, items) for title in ("Needs help", "Asks", "On course"))
    return Letter("stamp", "Title", "Lead.", "Summary.", sections)


def test_a_card_is_never_larger_than_teams_takes(long_letter):
    """The card leaves out the last items of each section, and says so."""
    body = teams.message(long_letter)
    assert 20_000 < len(json.dumps(body)) <= teams.LARGEST
    assert sum("more in the report" in text for text in texts(body)) == 3


def test_a_message_is_never_longer_than_slack_takes(long_letter):
    """The same for its characters."""
    body = slack.message(long_letter)
    assert 6_000 < sum(map(len, texts(body["blocks"]))) <= slack.LARGEST + 2_000
    assert sum("more in the report" in text for text in texts(body)) == 3


def test_two_places_are_independent_of_each_other(desk, hook):
    """One that refuses doesn't keep the report from the other, nor is that one sent it twice."""
    other = Hook(answers=["404 Not Found"])
    with served(other) as url:
        desk.write(REVIEW + deliver("teams: {}", "slack: {}"))
        desk.environ["OKR_SYNC_DELIVERY__TEAMS__WEBHOOK"] = url
        assert (desk.due().code, len(hook.bodies), len(other.bodies)) == (1, 1, 0)
        assert (desk.due().code, len(hook.bodies), len(other.bodies)) == (0, 1, 1)


def test_a_failed_note_leaves_no_second_message(desk, hook, monkeypatch):
    """The store fails after the post: the run ends with 3, and nothing is posted again."""

    def full(*_):
        raise StoreError("the store: the disk is full")

    desk.write(SLACK)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "end_delivery", full)
        assert desk.due().code == 3
    assert (desk.due().code, len(hook.bodies)) == (1, 1)
    with open_store(desk.store_url) as store:
        assert store.report_of("", "2026-11-19").made_at is not None
