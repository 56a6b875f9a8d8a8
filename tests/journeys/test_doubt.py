"""Rule 8: a number that isn't sure isn't written; the old one stays and says why it is old."""

from __future__ import annotations

import re

import pytest

from sandbox.faults import Answer, Fault
from syncer.review.status import instant
from tests.journeys.team import BOTH, FIND, SPEED

DOWN = Answer(503, "Service Unavailable", "text/plain")
EVERY_JIRA = {"SPEED", "BOTH"}
EVERY_TRELLO = {"FIND", "BOTH"}
WRITTEN = ("readings", "entries", "cards")


def written(team):
    """All that is written of each KR: its readings, its ledger and its cards."""
    tables = team.dump()
    return {
        kr: [row for name in WRITTEN for row in tables[name] if kr in row]
        for kr in ("SPEED", "FIND", "BOTH")
    }


def in_doubt(team, hurt, *says, arguments=()):
    """Sync with something broken: these KRs keep their old number and say why, the others move.

    Both trackers have one more finished card, so that a KR that isn't hurt is written.
    """
    before, synced_at = written(team), instant(team.steps.now())
    team.work_on()
    result = team.sync(*arguments, code=1)
    after, rows = written(team), team.rows_by_kr()
    for kr in ("SPEED", "FIND", "BOTH"):
        row = rows[kr]
        if kr in hurt:
            assert after[kr] == before[kr]
            assert (row["stale"], row["synced_at"]) == (True, synced_at)
            assert all(part in row["problem"] for part in says), row["problem"]
            # Once: cron's log has both, and its mail the second alone.
            assert row["problem"] not in result.out
            warned = rf"WARNING [\w, ]*\b{kr}\b[\w, ]*: kept the old number\. (.+)"
            assert row["problem"] in re.findall(warned, result.err)
        else:
            assert (row["stale"], row["problem"]) == (False, None)
            assert row["synced_at"] > synced_at
            assert kr == "BOTH" or len(after[kr]) == len(before[kr]) + 2
    return result


def well_again(team):
    """Sync with everything mended: no KR is stale, and the work that was done meanwhile shows."""
    team.later()
    team.sync()
    rows = team.rows_by_kr()
    assert [(row["stale"], row["problem"]) for row in rows.values()] == [(False, None)] * 3
    counts = [(row["done"], row["remaining"], row["dropped"]) for row in rows.values()]
    assert counts == [(4, 3, 1), (4, 4, 0), BOTH]


def hurt_by(tracker):
    """The KRs with a link to this tracker."""
    return EVERY_JIRA if tracker == "jira" else EVERY_TRELLO


@pytest.mark.parametrize("tracker", ["jira", "trello"])
def test_a_revoked_token_counts_nothing(team, tracker):
    """Jira answers a wrong token with 200 and no issues; the number stays all the same."""
    team.sync()
    team.lose_token(tracker)
    in_doubt(team, hurt_by(tracker), f"OKR_SYNC_SOURCES__{tracker.upper()}__TOKEN")
    team.renew_token(tracker)
    well_again(team)


@pytest.mark.parametrize(
    "path", ["myself$", "label$", "search/jql$", "bulkfetch$"], ids=lambda path: path.strip("$")
)
def test_a_stranger_in_the_middle_of_a_run_counts_nothing(team, path):
    """Whenever in a run the token ends, what came before it isn't taken for the whole."""
    team.sync()
    team.jira_faults.before(path, lambda: team.lose_token("jira"))
    in_doubt(team, EVERY_JIRA, "OKR_SYNC_SOURCES__JIRA__TOKEN")
    team.jira_faults.clear()
    team.renew_token("jira")
    well_again(team)


@pytest.mark.parametrize("path", ["search/jql$", "bulkfetch$"])
def test_a_jira_page_that_goes_on_failing_counts_nothing(team, path):
    """A search of three pages whose second fails is no search."""
    team.sync()
    team.jira.caps.ids_page = 4
    team.jira_faults.answer(path, DOWN, nth=2 if "search" in path else 1, times=None)
    in_doubt(team, EVERY_JIRA, "503", path.strip("$").rpartition("/")[2])
    assert team.steps.passed <= 300
    team.jira_faults.clear()
    well_again(team)


def test_a_second_page_belongs_to_the_number(team):
    """More issues than a page holds are all counted, whichever page they are on."""
    team.jira.caps.ids_page = 4
    team.sync()
    assert len(team.jira_serving.log.of("search/jql$")) == 3
    assert (team.counts("SPEED"), team.counts("BOTH")) == (SPEED, BOTH)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(answer=DOWN), "503"),
        (Fault(answer=Answer(500, "<h1>Oops</h1>", "text/html")), "500"),
        (Fault(cut=40), "the answer broke off"),
        (Fault(close=True), "no connection"),
        (Fault(answer=Answer(200, "<html>Sign in</html>", "text/html")), "a web page came"),
        (Fault(answer=Answer(200, "{", "application/json")), "cut off"),
        (Fault(answer=Answer(200, "[]", "application/json")), "trello"),
        (Fault(answer=Answer(302, headers=(("Location", "https://x.example/sso"),))), "redirected"),
    ],
)
def test_a_board_that_fails_counts_nothing(team, fault, says):
    """Whatever comes in place of a board, it isn't an empty board."""
    team.sync()
    team.trello_faults.add("/1/boards/", fault, times=None)
    in_doubt(team, EVERY_TRELLO, says)
    team.trello_faults.clear()
    well_again(team)


@pytest.mark.parametrize("tracker", ["jira", "trello"])
def test_a_limit_beyond_patience_says_when_it_ends(team, tracker):
    """A quota that is used up for an hour costs no waiting, and the time it is free is told."""
    team.sync()
    limited = Answer(429, "{}", headers=(("Retry-After", "3600"),))
    (team.jira_faults if tracker == "jira" else team.trello_faults).answer("", limited, times=None)
    in_doubt(team, hurt_by(tracker), "free again at 2026-11-21 08:15")
    assert team.steps.slept == []
    for faults in (team.jira_faults, team.trello_faults):
        faults.clear()
    well_again(team)


def test_a_trello_board_that_is_gone_is_its_own_krs_problem(team):
    """A deleted board stops the KRs that link to it and no other of the same source."""
    other = team.trello.add_board("Content")
    team.trello.add_card(team.trello.add_list(other, "Doing"), "Letter")
    short = team.trello.boards[other]["shortLink"]
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    team.write(text.rstrip() + f"\n      - {{id: WORDS, title: Words, links: [{link(short)}]}}\n")
    team.sync()
    team.trello.delete_board(other)
    in_doubt(team, set())
    row = team.kr("WORDS")
    assert (row["done"], row["remaining"], row["stale"]) == (0, 1, True)
    assert short in row["problem"]


def link(board):
    return f"{{source: trello, board: {board}}}"


def test_a_jira_board_that_is_gone_is_its_own_krs_problem(team):
    """A deleted board stops the KRs that link to it and no other of the same source."""
    board = team.jira.add_board("Web", "project = WEB")
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    kr = f"{{id: WHOLE, title: All, links: [{{source: jira, board: {board.id}}}]}}"
    team.write(text.rstrip() + f"\n      - {kr}\n")
    team.sync()
    del team.jira.boards[board.id]
    in_doubt(team, set())
    row = team.kr("WHOLE")
    assert (row["done"], row["remaining"], row["dropped"], row["stale"]) == (4, 5, 1, True)
    assert f"board/{board.id}" in row["problem"]


@pytest.mark.parametrize(
    "link",
    [
        "{source: jira, epic: [WEB-1, WEB-4711]}",
        "{source: jira, jql: 'project = GONE'}",
        "{source: jira, jql: 'no such thing'}",
        "{source: jira, board: 1, scope: sprint, sprint: Sprint 99}",
    ],
)
def test_a_link_to_what_isnt_there_hurts_only_its_kr(team, link):
    """One KR's mistaken link leaves the source's other KRs alone, and has no number."""
    team.jira.add_board("Web", "project = WEB")
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    team.write(text.rstrip() + f"\n      - {{id: WRONG, title: Wrong, links: [{link}]}}\n")
    team.sync(code=1)
    assert (team.counts("SPEED"), team.counts("BOTH")) == (SPEED, BOTH)
    row = team.kr("WRONG")
    assert (row["done"], row["remaining"], row["dropped"], row["percent"]) == (None,) * 4
    assert row["stale"]
    assert row["problem"].startswith("jira: ")
    assert team.readings("WRONG") == team.ledger("WRONG") == []


@pytest.mark.parametrize("tracker", ["jira", "trello"])
def test_renamed_labels_are_not_an_empty_result(team, tracker):
    """When all cards of a KR lose its label at once, that is refused until somebody says so."""
    kr = "SPEED" if tracker == "jira" else "FIND"
    team.sync()
    if tracker == "jira":
        for number in range(1, 9):
            team.jira.relabel(f"WEB-{number}", "faster")
    else:
        team.trello.rename_label(team.board_id, "FIND", "Search")
    in_doubt(team, {kr}, "answered no card where it had 8", "--force")
    team.later()
    team.sync(code=1)
    assert team.kr(kr)["stale"]

    team.sync("--force")
    row = team.kr(kr)
    assert (row["done"], row["remaining"], row["dropped"], row["percent"]) == (0, 0, 0, None)
    assert (row["stale"], row["problem"]) == (False, None)
    assert sorted(event for event, _ in team.ledger(kr)[-8:]) == ["removed"] * 8
    team.later()
    team.sync()


def test_cards_that_come_back_end_the_doubt(team):
    """A refusal ends by itself when the labels are right again."""
    team.sync()
    for number in range(1, 9):
        team.jira.relabel(f"WEB-{number}", "faster")
    in_doubt(team, {"SPEED"}, "answered no card")
    for number in range(1, 9):
        team.jira.relabel(f"WEB-{number}", "speed")
    well_again(team)


@pytest.mark.parametrize(("lost", "code"), [(4, 0), (5, 1)])
def test_up_to_half_of_the_cards_may_vanish(team, lost, code):
    """Half of a KR's cards gone is a clean-up, more than half is a doubt; dropped ones count."""
    team.sync()
    for number in range(1, lost + 1):
        team.jira.delete(f"WEB-{number}")
    team.later()
    team.sync(code=code)
    row = team.kr("SPEED")
    if code == 0:
        assert (row["done"], row["remaining"], row["dropped"]) == (0, 4, 0)
        assert not row["stale"]
        return
    assert (row["done"], row["remaining"], row["dropped"]) == SPEED
    assert "5 of 8 cards vanished at once" in row["problem"]
    assert "--force" in row["problem"]
    team.sync("--force")
    assert team.counts("SPEED") == (0, 3, 0)


def test_one_tracker_of_two_that_answers_nothing_is_a_doubt(team):
    """Of a KR on two trackers, one side gone is refused although it is only a third."""
    team.sync()
    for number in (9, 10):
        team.jira.relabel(f"WEB-{number}")
    in_doubt(team, {"BOTH"}, "jira answered no card where it had 2")


@pytest.mark.parametrize("tracker", ["jira", "trello"])
def test_force_accepts_no_failure(team, tracker):
    """`--force` is about cards that vanished; a number that nobody read isn't written with it."""
    team.sync()
    team.lose_token(tracker)
    in_doubt(team, hurt_by(tracker), "TOKEN", arguments=("--force",))
    team.renew_token(tracker)
    well_again(team)


def test_a_renamed_list_is_a_problem_of_the_kr_that_names_it(team):
    """A list that a link names and no list has, keeps the KR's number and says what there is."""
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    kr = f"{{id: LISTED, title: L, links: [{{source: trello, board: {team.board}, list: doing}}]}}"
    team.write(text.rstrip() + f"\n      - {kr}\n")
    team.sync()
    assert team.counts("LISTED") == (0, 7, 0)
    team.trello.rename_list(team.doing, "In progress")
    in_doubt(team, set())
    row = team.kr("LISTED")
    assert (row["remaining"], row["stale"]) == (7, True)
    assert "no list named doing" in row["problem"]
    assert "In progress" in row["problem"]
    team.trello.rename_list(team.doing, "DOING")
    team.later()
    team.sync()
    assert team.counts("LISTED") == (0, 6, 0)


@pytest.mark.parametrize("tracker", ["jira", "trello"])
def test_a_first_run_that_fails_leaves_no_number(team, tracker):
    """A KR that was never read has no counts, is stale, and says what stands in the way."""
    team.lose_token(tracker)
    team.sync(code=1)
    for kr in hurt_by(tracker):
        row = team.kr(kr)
        assert (row["done"], row["remaining"], row["dropped"], row["percent"]) == (None,) * 4
        assert (row["points"], row["since_last_review"], row["synced_at"]) == (None,) * 3
        assert row["stale"]
        assert "TOKEN" in row["problem"]
        assert team.readings(kr) == team.ledger(kr) == []
    healthy = "FIND" if tracker == "jira" else "SPEED"
    assert team.counts(healthy) == {"FIND": FIND, "SPEED": SPEED}[healthy]


def test_issues_that_are_found_and_then_not_given_are_no_empty_result(team):
    """Where the search finds issues and fetching them brings none, each is asked for by its id."""
    nothing = Answer(200, '{"issues": [], "issueErrors": []}')
    team.jira_faults.answer("bulkfetch$", nothing, times=None)
    team.sync()
    assert (team.counts("SPEED"), team.counts("FIND")) == (SPEED, FIND)


def test_since_when_a_number_is_old_is_kept(team):
    """Of several failing runs in a row, the first is when the number got old."""
    team.sync()
    team.lose_token("jira")
    for _ in range(3):
        team.later()
        team.sync(code=1)
    since = team.rows("SELECT problem_since FROM kr_status WHERE kr = 'SPEED'")
    assert since == [("2026-11-21 07:15:00.000000",)]
