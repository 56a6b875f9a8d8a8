"""`report --due`: each meeting's report once, whatever cron does."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from pptx import Presentation
from pptx.util import Inches

from syncer.core.deliveries import MeetingReport
from syncer.store.store import open_store
from tests.delivery.desk import DUE, REVIEW

TEAMS = REVIEW + (
    "reviews:\n"
    '  Publishing: {every: week, starts: "2026-10-07T15:00", prepare: 2h}\n'
    '  Search: {dates: ["2026-11-19T09:30"]}\n'
)


def test_a_meetings_report_is_made_once(desk):
    """The first run of the window makes it, the later ones do nothing, and say so."""
    first = desk.due()
    assert (first.code, first.out) == (0, f"{desk.folder}/reports/review-2026-11-19.html\n")
    made = (desk.folder / "reports" / "review-2026-11-19.html").stat().st_mtime_ns
    desk.wait(3600)
    again = desk.due()
    assert (again.code, again.out, again.err) == (0, "no report is due\n", "")
    assert (desk.folder / "reports" / "review-2026-11-19.html").stat().st_mtime_ns == made


@pytest.mark.parametrize("now", ["2026-11-18T09:59+00:00", "2026-11-19T10:00+00:00"])
def test_outside_of_the_window_nothing_is_made(desk, now):
    """Neither before it opens nor for a meeting that has begun."""
    desk.now = datetime.fromisoformat(now)
    assert (desk.due().code, desk.reports()) == (0, [])


def test_after_an_outage_the_report_is_made_while_the_window_is_open(desk):
    """A cron that was dead until a minute before the meeting still has the report ready."""
    desk.now = datetime.fromisoformat("2026-11-19T09:59+00:00")
    assert desk.due().code == 0
    assert desk.reports() == ["review-2026-11-19.html"]


def test_every_format_that_is_asked_for_is_made(desk):
    """All files of a report have one name, each its suffix."""
    assert desk.due("--format", "html,md,json,csv,pptx").code == 0
    suffixes = ("csv", "html", "json", "md", "pptx")
    assert desk.reports() == [f"review-2026-11-19.{suffix}" for suffix in suffixes]


def test_a_report_that_is_due_is_made_in_the_organisations_design(desk):
    """`--template` goes with `--due` too; one that is no .pptx is said before anything is made."""
    own = Presentation()
    own.slide_width = Inches(11)
    own.save(desk.folder / "ours.pptx")
    wrong = desk.due("--format", "pptx", "--template", "theirs.pptx")
    assert (wrong.code, "--template theirs.pptx" in wrong.err) == (2, True)
    assert desk.due("--format", "pptx", "--template", "ours.pptx").code == 0
    made = Presentation(desk.folder / "reports" / "review-2026-11-19.pptx")
    assert made.slide_width == Inches(11)


def test_a_claim_whose_process_died_doesnt_block(desk):
    """What was claimed and never made is made by the next run."""
    with open_store(desk.store_url) as store:
        store.claim_report(MeetingReport("", "2026-11-19", DUE), "dead")
    assert desk.due().code == 0
    assert desk.reports() == ["review-2026-11-19.html"]


KILLED = """
import os
from pathlib import Path
from tests.delivery.desk import Desk
import syncer.store.store as store
def dies(*_):
    os._exit(9)
store.Store.seal_report = dies
Desk(Path.cwd()).due()
"""


def test_killed_before_it_is_noted_the_report_is_made_anew(desk):
    """The files were whole and the store didn't know: the next run makes them and notes it."""
    run = desk.outside(KILLED)
    run.communicate(timeout=300)
    assert (run.returncode, desk.reports()) == (9, ["review-2026-11-19.html"])
    assert "review-2026-11-19.html" in desk.due().out
    assert desk.due().out == "no report is due\n"


def test_while_one_run_makes_it_another_leaves_it_alone(desk):
    """With two crons at once the second has nothing to do, and says why."""
    with open_store(desk.store_url) as store, store.lock("report"):
        other = desk.due()
    assert (other.code, other.out) == (0, "another run is making what is due\n")
    assert desk.reports() == []


MANY = """
from pathlib import Path
from tests.delivery.desk import Desk
desk = Desk(Path.cwd())
print(desk.due().out)
"""


def test_of_two_crons_at_once_one_makes_it(desk):
    """Two processes started together: one file, one that made it."""
    runs = [desk.outside(MANY) for _ in range(3)]
    outputs = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * 3
    assert sum("review-2026-11-19.html" in output for output in outputs) == 1
    assert desk.reports() == ["review-2026-11-19.html"]


def test_a_store_that_was_restored_from_before_the_report_makes_it_again(desk):
    """What the store doesn't know wasn't made: the file is put in place of the old one."""
    before = (desk.folder / "okr-sync.db").read_bytes()
    desk.due()
    (desk.folder / "okr-sync.db").write_bytes(before)
    assert "review-2026-11-19.html" in desk.due().out


def test_a_file_is_whole_or_not_there(desk):
    """Nothing half-written is left under the report's name or beside it."""
    (desk.folder / "reports" / "review-2026-11-19.md").mkdir(parents=True)
    failed = desk.due("--format", "html,md")
    assert (failed.code, "review-2026-11-19.md" in failed.err) == (2, True)
    (desk.folder / "reports" / "review-2026-11-19.md").rmdir()
    assert desk.reports() == ["review-2026-11-19.html"]
    assert desk.due("--format", "html,md").code == 0
    assert desk.reports() == ["review-2026-11-19.html", "review-2026-11-19.md"]


def test_each_team_has_its_own_meetings_report_beside_the_programmes(desk):
    """A team's file has its name, only its own objectives, and its own last review."""
    desk.write(TEAMS)
    desk.now = datetime.fromisoformat("2026-11-18T14:00+00:00")
    assert desk.due("--format", "json").code == 0
    assert desk.reports() == [
        "review-2026-11-18-publishing.json",
        "review-2026-11-19-search.json",
        "review-2026-11-19.json",
    ]
    documents = {
        name: json.loads((desk.folder / "reports" / name).read_text()) for name in desk.reports()
    }
    teams = {name: [team["team"] for team in made["teams"]] for name, made in documents.items()}
    assert teams == {
        "review-2026-11-18-publishing.json": ["Publishing"],
        "review-2026-11-19-search.json": ["Search"],
        "review-2026-11-19.json": ["Publishing", "Search"],
    }
    assert documents["review-2026-11-18-publishing.json"]["since"] == "2026-11-11T15:00:00Z"
    assert documents["review-2026-11-19.json"]["since"] == "2026-11-05T10:00:00Z"


def test_status_counts_from_each_teams_own_last_review(desk):
    """The team's calendar where it has one, else the programme's."""
    desk.write(TEAMS)
    rows = json.loads(desk.run("status", "--json").out)["key_results"]
    since = {row["id"]: row["since_last_review"]["since"] for row in rows}
    assert since["PUB-1"] == "2026-11-11T15:00:00Z"
    first = "2026-10-21T14:00:00Z"  # Search has had no meeting of its own: the first reading
    assert since["SEA-1"] == first


def test_a_team_may_ask_for_its_report_at_any_time(desk):
    """`--team` takes the name without regard to case, and says which there are."""
    desk.write(TEAMS)
    assert "review-2026-11-18-publishing.html" in desk.run("report", "--team", "publishing").out
    unknown = desk.run("report", "--team", "Serach")
    assert (unknown.code, "did you mean Search?" in unknown.err) == (2, True)


def test_a_report_of_the_past_has_a_name_of_its_own(desk):
    """It doesn't take the place of the report that was made for the meeting."""
    desk.due("--format", "md")
    made = (desk.folder / "reports" / "review-2026-11-19.md").read_bytes()
    desk.wait(86400)
    for moment in ("2026-11-16", "2026-11-16T09:00"):
        assert desk.run("report", "--as-of", moment, "--format", "md").code == 0
    assert desk.reports() == ["review-2026-11-19-as-of-2026-11-16.md", "review-2026-11-19.md"]
    assert (desk.folder / "reports" / "review-2026-11-19.md").read_bytes() == made


def test_a_year_later_the_closed_quarter_is_what_it_was(desk):
    """The figures of a report are the same when it is made again, whatever came since."""
    desk.now = datetime.fromisoformat("2027-01-13T12:00+00:00")
    desk.sync_all(dict.fromkeys(("PUB-1", "PUB-2", "SEA-1"), (5, 4)))
    desk.run("report", "--format", "json", "--out", "then")
    desk.now += timedelta(days=365)
    desk.sync("PUB-1", 1, 30)
    desk.score("PUB-1", confidence=1)
    desk.run("report", "--format", "json", "--out", "later", "--as-of", "2027-01-13T12:00+00:00")
    ((then,), (later,)) = (list((desk.folder / out).iterdir()) for out in ("then", "later"))
    document = json.loads(then.read_text())
    assert document["closings"]
    assert document == json.loads(later.read_text())


def test_changes_count_from_the_last_reviews_report(desk):
    """What happened between a report and its meeting is in the next report, and in no other."""
    desk.due("--format", "json")
    first = json.loads((desk.folder / "reports" / "review-2026-11-19.json").read_text())
    desk.wait(20 * 3600)
    desk.sync("PUB-1", 6, 4)
    desk.now = DUE + timedelta(weeks=2)
    desk.due("--format", "json")
    second = json.loads((desk.folder / "reports" / "review-2026-12-03.json").read_text())

    def kr(made):
        return next(
            kr
            for team in made["teams"]
            for objective in team["objectives"]
            for kr in objective["key_results"]
            if kr["id"] == "PUB-1"
        )

    assert kr(second)["since_last_review"]["since"] == first["made_at"]
    assert kr(second)["since_last_review"]["done"] == 2
    assert kr(second)["since_last_review"]["before"]["done"] == kr(first)["cards"]["done"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--due", "--as-of", "2026-11-01"], "take one"),
        (["--due", "--team", "Search"], "leave --team out"),
        (["--dry-run"], "give both"),
    ],
)
def test_options_that_contradict_each_other_are_refused(desk, arguments, message):
    """Usage, exit 2, and nothing made."""
    refused = desk.run("report", *arguments)
    assert (refused.code, message in refused.err, desk.reports()) == (2, True, [])


def test_without_any_calendar_nothing_can_be_due(desk):
    """A cron line for reports that never come is a mistake, and said."""
    desk.write()
    assert desk.due().code == 2


def test_a_dry_run_shows_what_is_due_and_does_nothing(desk):
    """It names the file and the letter, makes no store, and leaves the real run its work."""
    shown = desk.due("--dry-run", "--format", "html,md")
    assert shown.code == 0
    assert "would make review-2026-11-19.html\n  would make review-2026-11-19.md" in shown.out
    assert "| OKR review, Thursday 19 November 2026, 10:00" in shown.out
    assert desk.reports() == []
    assert desk.due().out.endswith("review-2026-11-19.html\n")
    assert "made already: review-2026-11-19.html" in desk.due("--dry-run").out


def test_a_dry_run_outside_of_a_window_says_when_the_next_one_is(desk):
    """So that an operator sees that the calendar is right."""
    desk.now = datetime.fromisoformat("2026-11-20T12:00+00:00")
    assert desk.due("--dry-run").out == (
        "no report is due\nthe next review is on 2026-12-03 10:00 UTC, "
        "its report is made from 2026-12-02 10:00 UTC on\n"
    )


def test_two_teams_with_like_names_dont_share_a_file(desk):
    """Names that come out alike are told apart."""
    desk.write(
        '  - {id: A, title: A, team: "Search!", period: 2026-Q4}\n',
        'reviews: {Search: &day {dates: ["2026-11-19T10:00"]}, "Search!": *day}\n',
    )
    assert desk.due().code == 0
    assert len(desk.reports()) == 2


def test_a_report_made_is_claimed_by_nobody_else(desk):
    """The made row wins over any later claim."""
    desk.due()
    with open_store(desk.store_url) as store:
        made = store.report_of("", "2026-11-19")
        assert store.claim_report(made._replace(made_at=None), "late") == made
