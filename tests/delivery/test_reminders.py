"""Reminders of what nobody scored for a week: weekly, in working hours, where wanted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.delivery.desk import REVIEW, deliver
from tests.delivery.test_chat import texts

REMIND = REVIEW + deliver("slack: {remind: true, only: [programme]}")
MONDAY = datetime.fromisoformat("2026-11-23T09:00+00:00")


@pytest.fixture
def reminded(desk):
    """A desk outside of any window, whose place wants reminders."""
    desk.write(REMIND)
    desk.now = MONDAY
    return desk


def test_what_wasnt_scored_for_a_week_is_reminded_of_once_a_week(reminded, hook):
    """The KRs are named, with since when; the same week says it no second time."""
    first = reminded.due()
    assert (first.code, first.out) == (0, "reminder: sent to slack\n")
    assert reminded.due().out == "no report is due\n"
    (body,) = hook.bodies
    sent_texts = list(texts(body))
    assert "Score the week" in sent_texts
    assert any("PUB-1 Publishing takes 10 % less time" in text for text in sent_texts)
    assert any("Not scored since 11 Nov" in text for text in sent_texts)
    reminded.now += timedelta(weeks=1)
    reminded.due()
    assert len(hook.bodies) == 2


@pytest.mark.parametrize(
    "now", ["2026-11-22T12:00+00:00", "2026-11-23T08:59+00:00", "2026-11-23T17:00+00:00"]
)
def test_nobody_is_reminded_at_night_or_at_the_weekend(reminded, hook, now):
    """Nine to five by the reviews' clock, Monday to Friday."""
    reminded.now = datetime.fromisoformat(now)
    assert (reminded.due().code, hook.bodies) == (0, [])


def test_where_all_was_scored_nobody_is_reminded(reminded, hook):
    """A week without anything to say is silent; a gap later in it is told then."""
    reminded.score("PUB-1", "PUB-2", "SEA-1")
    reminded.due()
    assert hook.bodies == []
    reminded.now += timedelta(weeks=1)
    reminded.score("PUB-2")
    reminded.due()
    (body,) = hook.bodies
    joined = " ".join(texts(body))
    assert "PUB-1" in joined
    assert "PUB-2" not in joined


def test_a_place_for_one_team_is_reminded_of_its_key_results(desk, hook):
    """The team's own channel hears nothing of the others."""
    own = 'reviews: {Search: {every: week, starts: "2026-10-08T10:00"}}\n'
    desk.write(REVIEW, own, deliver("slack: {remind: true, only: [Search]}"))
    desk.now = MONDAY
    desk.due()
    (body,) = hook.bodies
    joined = " ".join(texts(body))
    assert ("SEA-1" in joined, "PUB-1" in joined) == (True, False)


def test_nobody_is_reminded_who_didnt_ask(desk, hook):
    """Without `remind: true` a place gets reports alone."""
    desk.write(REVIEW + deliver("slack: {}"))
    desk.now = MONDAY
    desk.due()
    assert hook.bodies == []


def test_reminders_need_no_calendar(desk, hook):
    """A team without a review may want them too, by UTC."""
    desk.write(deliver("slack: {remind: true}"))
    desk.now = MONDAY
    assert (desk.due().code, len(hook.bodies)) == (0, 1)


@pytest.mark.parametrize(
    ("only", "path"), [("programme", "/checkin"), ("Search", "/checkin?team=Search")]
)
def test_a_reminder_leads_to_the_pages_check_in(desk, hook, mailbox, only, path):
    """In every place, to the team's own form where it is one team's; nowhere without a page."""
    own = 'reviews: {Search: {every: week, starts: "2026-10-08T10:00"}}\n'
    slack = f"slack: {{remind: true, only: [{only}]}}"
    mail = mailbox.entry.replace("smtp: {", f"smtp: {{remind: true, only: [{only}], ")
    page = "page_url: https://okrs.acme.example/now\n"
    desk.write(REVIEW, own, deliver(slack, mail), page)
    desk.now = MONDAY
    desk.due()
    address = f"https://okrs.acme.example/now{path}"
    assert address in " ".join(texts(hook.bodies[0]))
    for kind in ("plain", "html"):
        text = mailbox.mails[0].get_body((kind,)).get_content()
        assert address in text
        assert "one form has them all" in text


def test_a_reminder_is_brought_once_at_most_too(reminded, hook):
    """A broken line leaves the doubt, and no second reminder."""
    hook.answers = ["hang up"]
    failed = reminded.due()
    assert (failed.code, "reminder: slack: nobody knows" in failed.err) == (1, True)
    assert (reminded.due().code, len(hook.bodies)) == (0, 1)


def test_a_dry_run_shows_the_reminder(reminded, hook):
    """And sends none."""
    shown = reminded.due("--dry-run")
    assert "would remind by a message to Slack (slack):" in shown.out
    assert "| Score the week" in shown.out
    assert hook.bodies == []


def test_a_mail_reminds_too(desk, mailbox):
    """In text and HTML, without files."""
    desk.write(REVIEW + deliver(mailbox.entry.replace("smtp: {", "smtp: {remind: true, ")))
    desk.now = MONDAY
    assert desk.due().code == 0
    (message,) = mailbox.mails
    assert message["Subject"] == "Score the week: 3 key results wait for a score"
    assert list(message.iter_attachments()) == []
    assert "PUB-2" in message.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("now", "count"),
    [
        ("2026-09-28T09:00+00:00", 0),
        ("2026-12-28T10:00+00:00", 1),
        ("2027-01-04T10:00+00:00", 0),
    ],
    ids=["ahead", "on", "closed"],
)
def test_only_key_results_whose_period_is_on_are_reminded_of(reminded, hook, now, count):
    """What hasn't begun needs no score yet, and what is closed none any more (rule 12)."""
    reminded.now = datetime.fromisoformat(now)
    assert reminded.due().code == 0
    assert len(hook.bodies) == count
