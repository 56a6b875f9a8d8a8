"""The demo: one command that shows it all, and leaves it behind to look at."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from html.parser import HTMLParser
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from sandbox.quarter.agenda import NOW
from tests.journeys.office import OKR_SYNC, ROOT, Office
from tests.journeys.test_quarter import KRS

ROW = re.compile(r"^(\S+) +[▲◆○●] .*?(?:[\d.]+\s%|\u2013) +(\d+) +(\d+) ", re.MULTILINE)


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


def run_what_it_says_to_try(out, folder):
    """Run each command under "Try next" as it is written; gives what they printed."""
    lines = re.findall(r"^  \S*okr-sync (.+?)   # .+$", out, re.MULTILINE)
    assert len(lines) == 3
    printed = []
    for line in lines:
        if "--stay" not in line:
            command = [OKR_SYNC, *shlex.split(line)]
            environ = {"PATH": f"{OKR_SYNC.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
            done = subprocess.run(
                command, cwd=folder, env=environ, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            printed.append(done.stdout)
    return printed


def test_what_it_says_to_try_next_works(shown):
    """Three commands, as they are printed: the cards, slides, and the demo that stays."""
    office, out = shown
    cards, slides = run_what_it_says_to_try(out, office.folder)
    assert "PUB-2" in cards
    assert ".pptx" in slides
    assert list((office.folder / "demo" / "slides").glob("review-2026-11-23*.pptx"))
    assert "okr-sync demo --stay" in out


def test_it_stays_until_ctrl_c(tmp_path):
    """With --stay the page and the stand-ins answer, and what it says to try works."""
    path = f"{OKR_SYNC.parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        [OKR_SYNC, "demo", "--stay"],
        cwd=tmp_path,
        env={"PATH": path, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        out = ""
        for line in process.stdout:
            out += line
            if "the page is at" in line:
                break
        (address,) = re.findall(r"the page is at (\S+)", out)
        with urlopen(address, timeout=180) as page:  # noqa: S310 - our own, on loopback
            assert "PUB-1" in page.read().decode()
        synced, pushed, _ = run_what_it_says_to_try(out, tmp_path)
        assert "jira: " in synced
        assert "PUB-3" in pushed
    finally:
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        assert process.wait(timeout=180) == 0
    with pytest.raises(URLError):
        urlopen(address, timeout=5)  # noqa: S310 - as above


def test_a_folder_of_somebodys_own_is_left_alone(office):
    """An okrs.yaml that isn't the demo's is never written over."""
    (office.folder / "okrs.yaml").write_text("# mine\n")
    result = office.run("demo", "--out", ".")
    assert result.code == 2
    assert "is no demo's" in result.err
    assert (office.folder / "okrs.yaml").read_text() == "# mine\n"


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
    assert [address for address in parser.loaded if not address.startswith(("data:", "#"))] == []
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|#)", page)
    assert all(kr in page for kr in KRS)


def test_a_second_demo_begins_anew(shown):
    """Run again in the same place it shows the same, not twice as much."""
    office, out = shown
    again = office.run("demo")
    assert again.code == 0
    assert counted(again.out) == counted(out)
