"""The report says where the numbers stand in the OKR tools, as it was at its moment."""

from __future__ import annotations

import json

from tests.stores.test_push import BOARD, GOALS


def standings(desk, *arguments):
    """Give where PUB-1's number stood in each store, as a report says it."""
    document = json.loads(desk.run("report", "--json", *arguments).out)
    (objective,) = document["teams"][0]["objectives"]
    (kr,) = objective["key_results"]
    return {row["store"]: row for row in kr["stores"]}


def markdown(desk):
    """Give the report as people read it."""
    desk.run("report", "--format", "md", "--out", "reports")
    return "".join(
        path.read_text(encoding="utf-8") for path in sorted(desk.folder.glob("reports/*.md"))
    )


def test_the_report_says_what_status_says(desk):
    """Each place in a tool is in the JSON as in status, and in the text with its number."""
    desk.goes_to(BOARD, GOALS)
    desk.finish(10)
    desk.sync()
    assert standings(desk) == desk.places()
    text = markdown(desk)
    assert "In board kr1: 50 written 21 Nov 06:15." in text
    assert "In the OKR tools" not in text


def test_what_is_held_back_and_refused_is_on_the_first_screen(desk):
    """Counted and named in a line, with the reason where the key result is."""
    desk.goes_to(BOARD, GOALS)
    desk.finish(10)
    desk.sync()
    desk.tracker.person_sets("kr1", 70.0)
    del desk.asana.goals["121"]
    desk.finish(12)
    desk.days(1)
    desk.run("sync")
    text = markdown(desk)
    assert "In the OKR tools: 1 number held back (PUB-1), 1 number refused (PUB-1)." in text
    assert "In board kr1: 60 held back 22 Nov 06:15: somebody set it to 70 there" in text
    assert text.index("In the OKR tools") < text.index("## ")


def test_as_of_a_moment_it_says_what_was_so_then(desk):
    """Made later as of then it is what was made then; before the first push there is nothing."""
    desk.goes_to(BOARD)
    desk.finish(10)
    desk.sync()
    then, made = desk.steps.at.isoformat(), standings(desk)
    desk.tracker.person_sets("kr1", 70.0)
    desk.finish(12)
    desk.days(1)
    desk.sync()
    assert standings(desk)["board"]["state"] == "held"
    desk.push("--approve")
    assert standings(desk)["board"]["state"] == "written"
    assert standings(desk, "--as-of", then) == made
    assert standings(desk, "--as-of", "2026-11-20") == {}


def test_a_place_taken_out_of_the_file_is_in_no_report(desk):
    """What isn't written to any more says nothing."""
    desk.goes_to(BOARD, GOALS)
    desk.finish(10)
    desk.sync()
    desk.goes_to(BOARD)
    assert list(standings(desk)) == ["board"]
