"""The bench counts what it says it counts."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial

import pytest
import requests

from bench import jobs, measuring, peers, tables, worlds
from bench.__main__ import DOCUMENT, STORED
from bench.comparing import Job, Row, measured
from bench.history import Past, fill
from bench.measuring import ProgramError, Run
from bench.office import Miscounted, Office
from bench.peers import JIRA_TWO, TRELLO_OPEN, Program, read
from bench.reporting import ReportDesk
from bench.targets import judged
from bench.trackers import Trackers, TrafficTally, waves
from bench.worlds import Size
from syncer.core.records import Event
from syncer.core.sums import count
from syncer.review.delta import Counts, delta
from syncer.store.store import open_store

TINY = Size(issues=40, epics=4, boards=2, cards=16)
EDITS = (Event.LINKED, Event.UNLINKED)
KRS = ("KR-1", "KR-2", "KR-3")
AUTH = (worlds.EMAIL, worlds.TOKEN)


@pytest.fixture(scope="module")
def trackers():
    """Serve a tiny world."""
    with Trackers(TINY) as served:
        yield served


@pytest.mark.parametrize(
    ("size", "counted", "key_results"),
    [
        (jobs.ISSUES, 10_000, 50),
        (jobs.BOARDS, 6_000, 20),
        (jobs.MANY, 100_000, 500),
    ],
)
def test_the_jobs_are_as_large_as_told(size, counted, key_results):
    """(a), (c) and (d) have the cards and the KRs of their titles."""
    assert (size.counted, size.epics + size.boards) == (counted, key_results)


def test_a_world_has_the_size_asked():
    """Issues are spread evenly under the epics, cards over the boards' lists."""
    site, trello = worlds.jira(TINY), worlds.trello(TINY)
    below = [each.parent for each in site.issues.values() if each.parent is not None]
    assert len(site.issues) == 44
    assert {below.count(epic) for epic in set(below)} == {10}
    assert len(trello.boards) == 2
    assert len(trello.cards) == 32
    homes = [card["idList"] for card in trello.cards.values()]
    assert {homes.count(home) for home in trello.lists} == {2}


def test_the_change_is_one_percent():
    """A changed world differs in just the share asked, in issues of more than one status."""
    site = worlds.jira(Size(issues=1000, epics=5))
    before = dict(site.issues)
    moved = worlds.change(site, 0.01)
    differing = [each for each in site.issues.values() if before[each.id].status != each.status]
    assert moved == len(differing) == 10
    assert len({before[each.id].status for each in differing}) > 1


def test_requests_and_bytes_are_the_wires(trackers):
    """The tally has the requests made and the bytes of their bodies, with some for the headers."""
    trackers.clear()
    session = requests.Session()
    answers = [
        session.get(f"{trackers.jira}/rest/api/3/myself", auth=AUTH, timeout=60) for _ in range(3)
    ]
    bodies = sum(len(answer.content) for answer in answers)
    heads = sum(len(f"{k}: {v}\r\n") for answer in answers for k, v in answer.headers.items())
    seen = trackers.tally()
    assert (seen.requests, seen.peak) == (3, 1)
    assert seen.received == bodies + heads + 3 * len("HTTP/1.1 200 OK\r\n\r\n")
    assert seen.sent > 3 * len("GET /rest/api/3/myself HTTP/1.1")


def test_an_answer_from_memory_is_the_answer(trackers):
    """What is asked a second time is answered the same, and anew once the world changed."""

    def statuses():
        body = {"jql": worlds.ISSUES_JQL, "fields": ["status"], "maxResults": 100}
        where = f"{trackers.jira}/rest/api/3/search/jql"
        page = requests.post(where, json=body, auth=AUTH, timeout=60).json()
        return {each["key"]: each["fields"]["status"]["name"] for each in page["issues"]}

    first, second = statuses(), statuses()
    trackers.change(0.1)
    third = statuses()
    assert first == second
    assert sum(first[key] != third[key] for key in first) == 4


def test_what_only_other_programs_ask_for_is_answered(trackers):
    """A search with a history has an empty one for each issue; an issue has no comments."""

    def get(path, **query):
        return requests.get(f"{trackers.jira}{path}", query, auth=AUTH, timeout=60)

    query = {"jql": worlds.ISSUES_JQL, "expand": "changelog", "validateQuery": "strict"}
    page = get("/rest/api/3/search/jql", fields="*all", maxResults=7, **query).json()
    assert [issue["changelog"]["histories"] for issue in page["issues"]] == [[]] * 7
    assert page["nextPageToken"]
    assert get("/rest/api/2/issue/ACME-5/comment").json()["comments"] == []
    assert get("/rest/api/3/search/jql", jql="((", expand="changelog").status_code == 400


def test_programs_read_all_cards_and_are_counted(tmp_path):
    """okr-sync and the jira client read the same world; both runs' traffic is seen."""
    size = Size(issues=40, epics=4)
    with Trackers(size) as served:
        ours = Office(served, tmp_path).sync()
        theirs = read(JIRA_TWO, served, tmp_path)
    assert ours.tally.requests > 0
    # The client asks for the server and its fields before it searches one page.
    assert theirs.tally.requests == 3
    assert theirs.cpu > 0
    assert theirs.memory > 10e6


def test_a_program_that_reads_too_little_is_no_comparison(trackers, tmp_path):
    """A program that saw only one of the two trackers is told so."""
    with pytest.raises(Miscounted, match="read 32 cards of 72"):
        read(TRELLO_OPEN, trackers, tmp_path)


def test_our_own_program_is_held_to_the_same(tmp_path):
    """A run of okr-sync over fewer KRs than there are is no comparison either."""
    with Trackers(Size(issues=40, epics=4)) as served:
        office = Office(served, tmp_path)
        less = worlds.okrs(Size(epics=3), jira=served.jira, trello="", boards=())
        (tmp_path / "okrs.yaml").write_text(less)
        with pytest.raises(Miscounted, match="counted 30 cards of 40"):
            office.sync()


def test_a_failing_program_is_quoted(tmp_path):
    """A program that exits with an error is named with its own last words."""
    with pytest.raises(ProgramError, match="out of coffee"):
        measuring.run([sys.executable, "-c", "raise SystemExit('out of coffee')"], tmp_path)


def test_waves_are_requests_that_waited_for_each_other():
    """Eight at once are one wave; each after the other's answer, eight."""
    assert waves([0.001 * n for n in range(8)], 0.15) == 1
    assert waves([0.151 * n for n in range(8)], 0.15) == 8
    assert waves([0.0, 0.001, 0.152, 0.153, 0.304], 0.15) == 3


def test_the_floors_are_those_of_the_plans():
    """Whoever reads ids and then issues in bulk waits twice; a hundred bulks go by eights."""
    assert worlds.first_waves(jobs.ISSUES, 1000) == 2
    assert worlds.first_waves(jobs.ISSUES, 100) == 13
    assert worlds.steady_waves(jobs.ISSUES) == 1
    assert worlds.board_waves(jobs.BOARDS) == 3


def test_rows_written_are_counted(tmp_path):
    """Each row inserted, changed or deleted counts once, by its table; rows read don't."""
    store = tmp_path / "store.db"
    with closing(sqlite3.connect(store)) as database, database:
        database.execute("CREATE TABLE cards (id TEXT PRIMARY KEY, n INT) WITHOUT ROWID")
        database.execute("CREATE TABLE still (id INT)")
        database.executemany("INSERT INTO cards VALUES (?, 0)", [("a",), ("b",), ("c",)])
    measuring.watch(store)
    put = "INSERT INTO cards VALUES (?, 1) ON CONFLICT DO UPDATE SET n = 1"
    with closing(sqlite3.connect(store)) as database, database:
        database.executemany(put, [("a",), ("d",)])
        database.execute("DELETE FROM cards WHERE id = 'b'")
        database.execute("SELECT * FROM cards").fetchall()
    assert measuring.written(store) == {"cards": 3}


def test_the_reports_job_is_as_large_as_told():
    """300 KRs, 100,000 ledger entries, each KR with its share."""
    past = jobs.QUARTER
    shares = [past.of(number) for number in range(1, past.key_results + 1)]
    assert (len(shares), sum(shares), set(shares)) == (300, 100_000, {333, 334})


def test_a_made_up_past_adds_up(tmp_path):
    """Each KR has its entries, readings that the entries lead to, the cards, and a score a week."""
    now = datetime(2026, 11, 19, tzinfo=UTC)
    with open_store(fill(tmp_path, Past(3, 400), now)) as store:
        ledger, states = store.ledger_of(KRS), store.states(KRS)
        assert [len(ledger[kr]) for kr in KRS] == [133, 133, 134]
        for kr in KRS:
            readings = store.readings(kr)
            assert readings[-1] == states[kr].reading
            assert readings[-1].progress == count(states[kr].cards)
            assert len(readings) > 30
            assert len({entry.event for entry in ledger[kr]}) == len(Event) - len(EDITS)
            assert len(store.checkins(kr)) == 13
            changed = delta(ledger[kr], readings[-1].progress, readings[9].at)
            before = readings[9].progress
            assert changed.before == Counts(before.done, before.remaining, before.dropped)


def test_a_report_is_measured_and_looked_at(tmp_path):
    """A format is made of that past, weighed, and held to have all KRs."""
    desk = ReportDesk(tmp_path, Past(3, 400))
    (row,) = desk.rows(["csv"])
    assert (row.program, row.note) == ("csv", "")
    assert row.size > 500
    assert row.swift.cpu > 0
    desk.past = Past(4, 400)
    with pytest.raises(Miscounted, match="all 4 KRs"):
        desk.written("csv")


@pytest.mark.parametrize(
    ("side", "figure", "verdict"),
    [
        ("at most", 16, "reached"),
        ("at most", 17, "**not reached**"),
        ("at least", 16, "reached"),
        ("at least", 15, "**not reached**"),
    ],
)
def test_targets_are_judged_by_their_side(side, figure, verdict):
    """At most and at least include the figure itself."""
    target = {"subject": "requests", "side": side, "bound": "16", "form": "{:.0f}"}
    assert judged(target, figure) == ["requests", f"{side} 16", str(figure), verdict]


def test_every_target_has_its_figure():
    """Each line of the targets is drawn of a result of its job, as the document asks it."""
    run = Run(1.5, 0.5, 10, TrafficTally(requests=3))
    job = Job((Row("okr-sync", run, run, 2),) * 3, loading=0.5, opened=0.5)
    results = dict.fromkeys(jobs.JOBS, job)
    texts = tables.sections(results, peers.kept())
    asked = [line.split(" | ")[:2] for line in DOCUMENT.read_text("utf-8").splitlines()]
    lines = texts["targets"].splitlines()
    assert len(lines) == 2 + 22
    for line in lines[2:]:
        assert line.split(" | ")[:2] in asked
    assert len(texts["page"].splitlines()) == 2 + 2


def test_tables_go_between_their_markers():
    """A table replaces what stood between its two markers, twice over, and nothing else."""
    text = "before\n<!-- bench a -->\nold\n<!-- /bench a -->\nafter\n"
    once = tables.put(text, {"a": "new"})
    assert once == "before\n<!-- bench a -->\n\nnew\n\n<!-- /bench a -->\nafter\n"
    assert tables.put(once, {"a": "new"}) == once
    with pytest.raises(ValueError, match="no place"):
        tables.put(text, {"b": "new"})


def test_the_document_has_a_place_for_every_job():
    """docs/performance.md has the markers of each job and of the targets."""
    places = dict.fromkeys((*jobs.JOBS, "page", "targets"), "a table")
    assert tables.put(DOCUMENT.read_text("utf-8"), places).count("a table") == len(places)


def test_what_can_not_be_measured_says_why(trackers, monkeypatch, tmp_path):
    """A program that pip can't install, or that fails, is a row with the reason."""
    monkeypatch.setattr(peers, "BUILD", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    runs = {
        "not installed: pip has no tap==1 for this Python": Program("tap", ["tap_jira"], "tap==1"),
        "failed: ": Program("tap", ["no_such_program"]),
    }
    for reason, program in runs.items():
        row = measured("tap", trackers, partial(read, program, trackers, tmp_path))
        assert row.note.startswith(reason)
        table = tables.sections({"c": Job((Row("okr-sync"), row))}, {})["c"]
        assert f"| tap: {reason}" in table


def test_results_are_kept_whole():
    """What is written down is read back the same."""
    run = Run(1.5, 0.5, 10, TrafficTally(requests=3), times=3)
    rows = (Row("okr-sync", run, run, 2), Row("tap", note="failed: so"))
    results = {"b": Job(rows, 70, 0.2, 0.3, {"cards": 100}, 5, 0.5)}
    assert STORED.validate_json(STORED.dump_json(results)) == results


def test_the_others_rows_are_data_with_a_date():
    """Each job's table has the rows that its peers had when they were measured, and says when."""
    run = Run(1.5, 0.5, 10, TrafficTally(requests=3))
    job = Job((Row("okr-sync", run, run, 2),))
    for name, rows in peers.kept().items():
        table = tables.sections({name: job}, peers.kept())[name] if name != "a" else ""
        for row in rows:
            assert date.fromisoformat(row["measured"]) <= datetime.now(UTC).date()
            assert name == "a" or f"| {row['program']} | {row['requests']} |" in table
            assert name == "a" or row["measured"] in table


def test_every_peer_has_a_runner_and_a_row():
    """What stands in the data can be measured again by its name."""
    for job, rows in peers.kept().items():
        names = [peer.name for peer in peers.PEERS[job]]
        assert len(rows) == len(names)
        for row, name in zip(rows, names, strict=True):
            assert row["program"].startswith(name)


def test_a_page_is_weighed_beside_its_cards_and_opened(tmp_path):
    """The HTML report is smaller without its cards; a browser says when it is open."""
    desk = ReportDesk(tmp_path, Past(3, 400))
    desk.report("html")
    assert 0 < desk.beside_cards() < desk.written("html")
    opened = desk.opened()
    assert opened is None or 0 < opened < 60
