"""A meeting's report is sealed: drawn again it is what it was, whatever came since."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

import pytest

from tests.delivery.desk import DUE, REVIEW, deliver, names

TEAMS = REVIEW + 'reviews: {Search: {dates: ["2026-11-19T09:30"]}}\n'
STEM = "review-2026-11-19"


@pytest.fixture
def made(desk):
    """A desk whose report was made, and much has happened since."""
    desk.write(TEAMS)
    assert desk.due("--format", "json,md,csv,html").code == 0
    desk.wait(86400 * 3)
    desk.sync("PUB-1", 1, 30)
    desk.score("PUB-1", confidence=1)
    text = (desk.folder / "okrs.yaml").read_text()
    (desk.folder / "okrs.yaml").write_text(text.replace("takes 10 % less time", "is quick"))
    return desk


def content(desk, folder, name):
    """Give a file's bytes."""
    return (desk.folder / folder / name).read_bytes()


def test_drawn_again_it_is_the_same_to_the_byte(made):
    """JSON, `made_at` too, and every other format."""
    again = made.run(
        "report", "--meeting", "2026-11-19", "--format", "json,md,csv,html", "--out", "again"
    )
    assert (again.code, again.err) == (0, "")
    for name in names(STEM, ("json", "md", "csv", "html")):
        assert content(made, "again", name) == content(made, "reports", name)
    assert json.loads(content(made, "again", f"{STEM}.json"))["made_at"] == "2026-11-18T12:00:00Z"


def test_it_is_drawn_in_formats_that_nobody_asked_for_then(made):
    """Slides of a report that was made as a page."""
    again = made.run("report", "--meeting", "2026-11-19", "--format", "pptx", "--out", "again")
    assert (again.code, content(made, "again", f"{STEM}.pptx")[:2]) == (0, b"PK")


def test_it_is_printed_as_json(made):
    """Standard output holds the document alone."""
    printed = made.run("report", "--meeting", "2026-11-19", "--json")
    assert printed.out.encode() == content(made, "reports", f"{STEM}.json")


def test_a_teams_own_report_is_asked_for_by_its_name(made):
    """In any case; also once the team has left okrs.yaml."""
    arguments = ("report", "--meeting", "2026-11-19", "--format", "json", "--out", "again")
    made.write(REVIEW.replace("Search", "Find"))
    text = (made.folder / "okrs.yaml").read_text()
    (made.folder / "okrs.yaml").write_text(text.replace("team: Search", "team: Finding"))
    assert made.run(*arguments, "--team", "search").code == 0
    name = f"{STEM}-search.json"
    assert content(made, "again", name) == content(made, "reports", name)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2026-11-20"], "there is 2026-11-19"),
        (["2026-11-19", "--team", "Publishing"], "none of Publishing's own reviews is kept"),
        (["soon"], "give the meeting's day"),
        (["2026-11-19", "--as-of", "2026-11-01"], "leave the other out"),
    ],
)
def test_an_unknown_meeting_is_said_with_those_that_there_are(made, arguments, message):
    """Usage, exit 2."""
    refused = made.run("report", "--meeting", *arguments)
    assert (refused.code, message in refused.err) == (2, True)


@pytest.mark.parametrize(
    "change", ["content = content || ' '", "sha256 = 'ab'", "content = x'7b7d'"]
)
def test_a_broken_seal_is_named(made, change):
    """Exit 3: nothing is drawn of what isn't what it was."""
    with sqlite3.connect(made.folder / "okr-sync.db") as connection:
        connection.execute(f"UPDATE reports SET {change} WHERE calendar = ''")  # noqa: S608
    broken = made.run("report", "--meeting", "2026-11-19", "--out", "again")
    assert (broken.code, "report of 2026-11-19" in broken.err) == (3, True)
    assert not (made.folder / "again").exists()


def test_a_late_delivery_has_what_was_sealed(desk, hook):
    """What a place refused for hours is told as it was when the report was made."""
    desk.write(REVIEW + deliver("slack: {}"))
    hook.answers = ["404 Not Found"]
    desk.due("--format", "md")
    shown = desk.due("--dry-run").out
    desk.wait(3600)
    desk.score("PUB-1", confidence=1)
    desk.sync("PUB-1", 1, 30)
    (desk.folder / "reports" / f"{STEM}.md").unlink()
    assert desk.due("--dry-run").out == shown
    assert desk.due("--format", "md").code == 0
    (body,) = hook.bodies
    assert body["text"].partition(", 10:00: ")[2] in shown


def test_as_of_the_seals_moment_the_figures_are_those_of_the_seal(made):
    """A report of the past is no other than the one made then, for the cards and the lights."""
    made.run("report", "--as-of", DUE.isoformat(), "--format", "json", "--out", "past")
    (past,) = (made.folder / "past").iterdir()
    then = json.loads(content(made, "reports", f"{STEM}.json"))
    assert json.loads(past.read_text())["made_at"] == then["made_at"]


def test_a_moment_of_the_future_is_refused(made):
    """A day or a moment, and none that is still to come."""
    for text in ("2027-01-01", "2026-11-21T13:00+00:00", "yesterday"):
        assert made.run("report", "--as-of", text).code == 2


def test_two_files_of_okrs_in_a_folder_never_write_the_same_report(desk):
    """Each workspace's reports bear its name, on the disk and in what is sent."""
    (desk.folder / "digital.yaml").write_text((desk.folder / "okrs.yaml").read_text())
    assert desk.due().code == 0
    assert desk.run("--okrs", "digital.yaml", "report", "--due").code == 0
    assert desk.reports() == ["digital-review-2026-11-19.html", "review-2026-11-19.html"]


def test_where_reports_are_found_is_linked_in_every_message(desk, hook, mailbox):
    """`report_url`, beside the page where there is one; reminders too."""
    url = "https://intranet.acme.example/okr"
    entry = mailbox.entry.replace("smtp: {", "smtp: {remind: true, ")
    desk.write(REVIEW + deliver("slack: {remind: true}", entry) + f"report_url: {url}\n")
    assert desk.due().code == 0
    desk.now = datetime.fromisoformat("2026-11-23T12:00+00:00") + timedelta(weeks=1)
    desk.due()
    assert len(hook.bodies) == len(mailbox.mails) == 2
    assert all(url in json.dumps(body) for body in hook.bodies)
    for message in mailbox.mails:
        for kind in ("plain", "html"):
            assert url in message.get_body((kind,)).get_content()
