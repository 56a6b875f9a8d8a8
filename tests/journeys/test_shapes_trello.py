"""Trello as teams run it: lists by pattern and id, checklists, moved cards, boards of thousands."""

from __future__ import annotations

import pytest

from sandbox.trello.app import TrelloApp
from sandbox.trello.world import TrelloWorld

TRELLO = "sources:\n  trello: {kind: trello, url: TRELLO}\n"
MANY = 5200


@pytest.fixture
def board(office):
    """A board with four lists, and two cards in each: one's id, its address, its lists' ids."""
    world = office.trello
    number = world.add_board("Search squad")
    names = ("Doing", "Sprint 1 over", "Sprint [2] over", "Parked?")
    lists = {name: world.add_list(number, name) for name in names}
    for name, where in lists.items():
        for card in ("one", "two"):
            world.add_card(where, f"{name}: {card}")
    return number, world.boards[number]["shortLink"], lists


def states(office, kr):
    """What each card behind a KR counts as, by its title."""
    return {card["title"]: card["state"] for card in office.explained(kr).values()}


def fields(office, kr, field):
    """A word that explain has for each card, by its title."""
    return {card["title"]: card[field] for card in office.explained(kr).values()}


def test_a_link_takes_lists_by_name_id_and_pattern(office, board):
    """Each way of naming reaches its lists, and explain shows what was written."""
    _, link, lists = board
    parked = lists["Parked?"]
    office.aim(
        {
            "NAME": [f"{{source: trello, board: {link}, list: [' sprint 1  OVER']}}"],
            "ID": [f"{{source: trello, board: {link}, list: {parked}}}"],
            "PATTERN": [f"{{source: trello, board: {link}, list: ['SPRINT * over']}}"],
            "PLAIN": [f"{{source: trello, board: {link}, list: ['Sprint [2] over', 'Parked?']}}"],
        },
        sources=TRELLO,
    )
    office.sync()
    assert {
        kr: sorted({state.partition(":")[0] for state in states(office, kr)})
        for kr in ("NAME", "ID", "PATTERN", "PLAIN")
    } == {
        "NAME": ["Sprint 1 over"],
        "ID": ["Parked?"],
        "PATTERN": ["Sprint 1 over", "Sprint [2] over"],
        "PLAIN": ["Parked?", "Sprint [2] over"],
    }
    assert fields(office, "PATTERN", "via")["Sprint 1 over: one"] == [
        f"board {link}, list Sprint 1 over (by SPRINT * over)"
    ]
    assert fields(office, "ID", "via")["Parked?: one"] == [
        f"board {link}, list Parked? (by {parked})"
    ]
    assert fields(office, "NAME", "via")["Sprint 1 over: one"] == [
        f"board {link}, list Sprint 1 over"
    ]


@pytest.mark.parametrize("written", ["Sprint ? over", "Sprint * left", "5f0c0ffee0ddba11c0ffee00"])
def test_a_name_pattern_or_id_that_no_list_has_is_a_problem(office, board, written):
    """The old number stays, and the problem says which lists there are."""
    office.aim({"ANY": [f"{{source: trello, board: {board[1]}, list: ['*']}}"]}, sources=TRELLO)
    office.sync()
    office.aim(
        {"ANY": [f"{{source: trello, board: {board[1]}, list: [Doing, '{written}']}}"]},
        sources=TRELLO,
    )
    office.sync(code=1)
    row = office.kr("ANY")
    assert f"has no list named {written}; it has Doing, Sprint 1 over" in row["problem"]
    assert (row["remaining"], row["stale"]) == (8, True)


def test_a_list_known_by_its_id_may_be_renamed(office, board):
    """What is written by id holds whatever people call the list."""
    _, link, lists = board
    office.aim(
        {"ID": [f"{{source: trello, board: {link}, list: {lists['Doing']}}}"]}, sources=TRELLO
    )
    office.sync()
    office.trello.rename_list(lists["Doing"], "In flight")
    office.sync()
    assert set(states(office, "ID")) == {"Doing: one", "Doing: two"}


def test_counting_names_lists_in_the_same_ways(office, board):
    """Done, dropped, ignored and discovery go by pattern and id, and check finds a done list."""
    _, link, lists = board
    office.aim(
        {"ALL": [f"{{source: trello, board: {link}}}"]},
        sources=TRELLO,
        more=f"""\
counting:
  done: {{builtin: false, lists: ['sprint * OVER']}}
  dropped: {{lists: [{lists["Parked?"]}]}}
  threads: {{discovery: {{lists: ['Sprint 1*']}}}}
""",
    )
    checked = office.run("check")
    assert checked.code == 0, checked.output
    assert "nothing counts as done" not in checked.out
    office.sync()
    assert office.counts("ALL") == (4, 2, 2)
    rules = fields(office, "ALL", "rule")
    assert rules["Sprint 1 over: one"] == "in list Sprint 1 over (by sprint * OVER)"
    assert rules["Parked?: two"] == f"in list Parked? (by {lists['Parked?']})"
    threads = fields(office, "ALL", "thread")
    assert threads["Sprint 1 over: one"] == "discovery"
    assert threads["Sprint [2] over: one"] == "delivery"


APART = "{{source: trello, board: {link}, children: true}}"


@pytest.fixture
def apart(office, board):
    """A KR that takes the board's cards apart; five of them have checklists."""
    world, (number, link, lists) = office.trello, board
    done = world.add_list(number, "Done")
    cards = {
        name: world.add_card(where, name)
        for name, where in [
            ("half", lists["Doing"]),
            ("marked", lists["Doing"]),
            ("over", done),
            ("archived", lists["Doing"]),
            ("empty", lists["Doing"]),
        ]
    }
    world.add_card(lists["Doing"], "template", template=True)
    for name in ("half", "marked", "over", "archived"):
        world.add_checklist(cards[name], "Steps", [(f"{name} 1", True), (f"{name} 2", False)])
    world.add_checklist(cards["empty"], "Nothing yet", [])
    world.complete(cards["marked"])
    world.archive_card(cards["archived"])
    office.aim(
        {"APART": [APART.format(link=link)], "WHOLE": [f"{{source: trello, board: {link}}}"]},
        sources=TRELLO,
    )
    office.sync()
    return cards


def test_a_card_taken_apart_stands_for_its_items(office, apart):
    """An item is done when it is checked off or its card is done; else it is what its card is."""
    counted = states(office, "APART")
    assert {name: counted[name] for name in counted if ":" not in name} == {
        "half": "ignored",
        "half 1": "done",
        "half 2": "remaining",
        "marked": "ignored",
        "marked 1": "done",
        "marked 2": "done",
        "over": "ignored",
        "over 1": "done",
        "over 2": "done",
        "archived": "ignored",
        "archived 1": "done",
        "archived 2": "dropped",
        "empty": "remaining",
        "template": "ignored",
    }
    link = office.trello.cards[apart["half"]]["shortLink"]
    cards = office.explained("APART")
    assert cards[f"{link}/2"]["url"] == f"https://trello.com/c/{link}"
    assert cards[f"{link}/1"]["rule"] == "checked off"
    assert cards[f"{link}/2"]["rule"] == "its card: in list Doing"
    assert "container" in cards[link]["rule"]


@pytest.mark.usefixtures("apart")
def test_another_kr_counts_the_same_cards_whole(office):
    """Taking a card apart is one link's wish."""
    counted = states(office, "WHOLE")
    assert {name: counted[name] for name in ("half", "marked", "over", "archived")} == {
        "half": "remaining",
        "marked": "done",
        "over": "done",
        "archived": "dropped",
    }
    assert not any(name.endswith(" 1") for name in counted)


def test_checking_an_item_off_is_progress(office, apart):
    """The ledger knows items as it knows cards, and a second run has nothing to say."""
    (checklist,) = office.trello.checklists_on(apart["half"])
    checklist["checkItems"][1]["state"] = "complete"
    before = len(office.ledger("APART"))
    office.sync()
    link = office.trello.cards[apart["half"]]["shortLink"]
    assert office.ledger("APART")[before:] == [("done", f"{link}/2")]
    (line,) = (line for line in office.sync("-v").err.splitlines() if "INFO APART" in line)
    assert line.endswith("unchanged")


def test_a_board_where_only_items_are_checked_off_is_well(office, board):
    """Check doesn't warn that nothing can be done where items are."""
    _, link, lists = board
    card = office.trello.add_card(lists["Doing"], "card")
    office.trello.add_checklist(card, "Steps", [("step", True)])
    office.aim(
        {"APART": [APART.format(link=link)], "WHOLE": [f"{{source: trello, board: {link}}}"]},
        sources=TRELLO,
    )
    warned = [line for line in office.run("check").out.splitlines() if "counts as done" in line]
    assert len(warned) == 1
    assert "WHOLE" in warned[0]


def test_a_card_that_moves_to_another_board_is_the_same_card(office, board):
    """Where a KR is over both boards, the move is nothing; where over one, the card left."""
    world, link = office.trello, board[1]
    other = world.add_board("Content")
    drafting = world.add_list(other, "Drafting")
    world.add_card(drafting, "draft")
    there = world.boards[other]["shortLink"]
    both = [f"{{source: trello, board: {board}}}" for board in (link, there)]
    office.aim({"BOTH": both, "HERE": both[:1]}, sources=TRELLO)
    office.sync()
    card = next(card for card in world.cards.values() if card["name"] == "Doing: one")
    entries = {kr: len(office.ledger(kr)) for kr in ("BOTH", "HERE")}
    world.move_to_board(card["id"], drafting)
    office.sync()
    assert office.ledger("BOTH")[entries["BOTH"] :] == []
    assert office.ledger("HERE")[entries["HERE"] :] == [("removed", card["shortLink"])]
    assert office.explained("BOTH")[card["shortLink"]]["via"] == [f"board {there}"]
    assert office.counts("BOTH") == (0, 9, 0)


def test_a_board_of_more_than_five_thousand_cards_is_counted_whole(office):
    """Refused in one answer, it comes in pages, and the second run changes nothing."""
    world = office.trello
    number = world.add_board("Support")
    todo, done = (world.add_list(number, name) for name in ("To do", "Done"))
    for card in range(MANY):
        world.add_card(done if card % 4 else todo, f"Card {card}")
    link = world.boards[number]["shortLink"]
    office.aim({"MANY": [f"{{source: trello, board: {link}}}"]}, sources=TRELLO)
    office.sync()
    assert office.counts("MANY") == (MANY * 3 // 4, MANY // 4, 0)
    # An empty page says that there are no more.
    assert len(office.trello_serving.log.of("/cards$")) == MANY // 1000 + 2
    assert "unchanged" in office.sync().out


def test_several_workspaces_are_several_sources(office, board):
    """Each has its own key and token; a KR over both counts both, or keeps its number."""
    second = TrelloWorld(office.steps.now)
    second.add_account("second-key", "second-token")
    there = second.add_board("Elsewhere")
    second.add_card(second.add_list(there, "Done"), "their work")
    apps = {"second-key": TrelloApp(second), None: office.trello_serving.app}

    def by_key(environ, start):
        header = environ.get("HTTP_AUTHORIZATION", "")
        return apps["second-key" if "second-key" in header else None](environ, start)

    office.trello_serving.app = by_key
    office.environ["OKR_SYNC_SOURCES__PARTNER__KEY"] = "second-key"
    office.environ["OKR_SYNC_SOURCES__PARTNER__TOKEN"] = "second-token"
    office.aim(
        {
            "BOTH": [
                f"{{source: trello, board: {board[1]}}}",
                f"{{source: partner, board: {second.boards[there]['shortLink']}}}",
            ]
        },
        sources=TRELLO + "  partner: {kind: trello, url: TRELLO}\n",
    )
    office.sync()
    assert office.counts("BOTH") == (1, 8, 0)
    assert {card["source"] for card in office.explained("BOTH").values()} == {"trello", "partner"}
    second.revoke("second-token")
    office.sync(code=1)
    assert "OKR_SYNC_SOURCES__PARTNER__TOKEN" in office.kr("BOTH")["problem"]
    assert office.counts("BOTH") == (1, 8, 0)
