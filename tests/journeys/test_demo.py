"""The demo: one command that shows it all, and leaves it behind to look at."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from sandbox.quarter.agenda import NOW
from tests.journeys.office import Office
from tests.journeys.test_quarter import KRS

ROW = re.compile(r"^(\S+)\s+(?:[━╸]*\s+[\d.]+\s?%|no cards\s+\S)\s+(\d+)\s+(\d+)\s", re.MULTILINE)


class Addresses(HTMLParser):
    """Every address that a page makes a browser load."""

    def __init__(self):
        super().__init__()
        self.loaded = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            asks = name in {"src", "srcset", "data", "poster", "action", "background"}
            if asks or (tag == "link" and name == "href"):
                self.loaded.append(value)


@pytest.fixture(scope="module")
def shown(tmp_path_factory, street):
    """The demo in an empty folder: the office around it, and what it said."""
    office = Office(tmp_path_factory.mktemp("demo"), street)
    office.environ.clear()
    result = office.run("demo")
    assert (result.code, result.err) == (0, ""), result.output
    return office, result.out


def counted(table):
    """Each KR of a table with its cards done and left."""
    return {kr: (int(done), int(left)) for kr, done, left in ROW.findall(table)}


def test_it_ends_with_the_table_of_all_krs(shown):
    """Every KR of the quarter stands there with its counts."""
    _, out = shown
    assert list(counted(out)) == KRS
    assert sum(done for done, _ in counted(out).values()) > 150


def test_it_writes_to_a_tool_and_leaves_a_person_s_number(shown):
    """Two lines say that a person's value stayed, and that a draft waits."""
    _, out = shown
    assert re.search(r"PUB-1 shows our [\d.]+, and PUB-2 a person's 55: ours, [\d.]+, is held", out)
    assert re.search(r"PUB-3's [\d.]+ waits as a draft, until somebody runs okr-sync push", out)


def test_it_says_where_everything_is(shown):
    """The paths of okrs.yaml, store and report are in the last lines, and the files are there."""
    office, out = shown
    folder = office.folder / "demo"
    paths = [folder / "okrs.yaml", folder / "okr-sync.db", *folder.glob("reports/review-*.html")]
    assert len(paths) == 3
    for path in paths:
        assert path.is_file()
        assert str(path) in out


def test_status_afterwards_equals_the_table(shown, street):
    """With the demo's servers gone, its store shows the same numbers to every reader."""
    office, out = shown
    later = Office(office.folder / "demo", street)
    later.steps.at = NOW
    rows = later.rows_by_kr()
    assert {kr: (row["done"], row["remaining"]) for kr, row in rows.items()} == counted(out)
    assert counted(later.run("status").out) == counted(out)
    assert not any(row["stale"] for row in rows.values())
    for kr, row in rows.items():
        states = [card["state"] for card in later.explained(kr).values()]
        counts = tuple(map(states.count, ("done", "remaining", "dropped")))
        assert counts == (row["done"], row["remaining"], row["dropped"])


def test_the_report_needs_no_network(shown):
    """The page loads nothing: its style, script and pictures are in it."""
    office, _ = shown
    (report,) = (office.folder / "demo" / "reports").glob("review-*.html")
    page = report.read_text(encoding="utf-8")
    parser = Addresses()
    parser.feed(page)
    assert [one for one in parser.loaded if not one.startswith(("data:", "#"))] == []
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|#)", page)
    assert all(kr in page for kr in KRS)


def test_a_second_demo_begins_anew(shown):
    """Run again in the same place it shows the same, not twice as much."""
    office, out = shown
    again = office.run("demo")
    assert again.code == 0
    assert counted(again.out) == counted(out)
