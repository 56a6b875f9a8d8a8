"""Every kind of link to a Trello reaches the cards that docs/counting.md says."""

from __future__ import annotations

import pytest

from tests.journeys.office import TRELLO_KEY, TRELLO_TOKEN, Office

SOURCES = """\
sources:
  trello: {kind: trello, url: TRELLO, boards: [SEARCH, CONTENT]}
"""
LINKS = {
    "BOARD": ["{source: trello, board: SEARCH}"],
    "BOARD-URL": ["{source: trello, board: 'https://trello.com/b/SEARCH/search-squad'}"],
    "BOARD-ID": ["{source: trello, board: SEARCHID}"],
    "FIND": ["{source: trello}"],
    "NAMED": ["{source: trello, label: Maps and plans}"],
    "LABEL": ["{source: trello, board: SEARCH, label: FIND}"],
    "LISTS": ["{source: trello, board: SEARCH, list: [doing, '❌ CANCELLED', done]}"],
    "BOTH": ["{source: trello, board: SEARCH, label: find, list: Doing}"],
    "ALL": [
        "{source: trello, board: SEARCH, label: FIND}",
        "{source: trello, board: SEARCH, list: Doing}",
        "{source: trello, board: CONTENT}",
    ],
    "NOBODY": ["{source: trello}"],
}
WITH_RULES = """\
      - id: MARKED
        title: Result MARKED
        links: [{source: trello, board: SEARCH}]
        counting:
          done: {builtin: false}
          ignore: {lists: [Definition of done]}
          dropped: {lists: [almost done]}
      - id: OURS
        title: Result OURS
        links: [{source: trello, board: CONTENT}]
        counting: {done: {lists: [Drafting], due_complete: false}}
"""
ON_SEARCH = {
    "plain": "remaining",
    "with label": "remaining",
    "archived": "dropped",
    "marked": "done",
    "template": "ignored",
    "-- — --": "ignored",
    "this quarter": "ignored",
    "a board": "ignored",
    "a link": "ignored",
    "doing": "remaining",
    "doing with label": "remaining",
    "finished": "done",
    "finished and archived": "done",
    "cancelled": "dropped",
    "cancelled, then marked": "done",
    "in an archived list": "done",  # and that list was named Done
    "idea": "dropped",
    "almost": "remaining",
    "a definition": "remaining",
}
LABELLED = {
    "with label": "remaining",
    "doing with label": "remaining",
    "finished and archived": "done",
}
ON_CONTENT = {"draft": "remaining", "fertig": "done", "finished": "done", "secret": "done"}
IN_LISTS = ("doing", "doing with label", "cancelled", "cancelled, then marked")
EXPECTED = {
    "BOARD": ON_SEARCH,
    "BOARD-URL": ON_SEARCH,
    "BOARD-ID": ON_SEARCH,
    "FIND": {**LABELLED, "draft": "remaining", "finished": "done"},
    "NAMED": {"fertig": "done"},
    "LABEL": LABELLED,
    "LISTS": {**{name: ON_SEARCH[name] for name in IN_LISTS}, "in an archived list": "done"},
    "BOTH": {"doing with label": "remaining"},
    "ALL": {**LABELLED, "doing": "remaining", **ON_CONTENT},
    "NOBODY": {},
    "MARKED": {
        **ON_SEARCH,
        "finished": "remaining",
        "finished and archived": "dropped",
        "in an archived list": "dropped",
        "almost": "dropped",
        "a definition": "ignored",
    },
    "OURS": {**ON_CONTENT, "draft": "done"},
}


def fill(world):
    """Two boards that the team sees, and one that it doesn't; each board's short link."""
    search, content, closed = map(world.add_board, ("Search squad", "Content", "Other team"))
    names = ("Backlog", "Doing", "✅ Done (Sprint 4)", "❌ Cancelled", "Done", "Ideas")
    more = ("Almost done", "Definition of done")
    backlog, doing, done, cancelled, old, ideas, almost, defined = (
        world.add_list(search, name) for name in (*names, *more)
    )
    cards = {
        name: world.add_card(where, name, labels=labels)
        for where, name, labels in [
            (backlog, "plain", ["Find it"]),
            (backlog, "with label", ["FIND", "Spike"]),
            (backlog, "archived", []),
            (backlog, "marked", []),
            (backlog, "-- — --", []),
            (doing, "doing", []),
            (doing, "doing with label", ["find"]),
            (done, "finished", []),
            (done, "finished and archived", ["Find"]),
            (cancelled, "cancelled", []),
            (cancelled, "cancelled, then marked", []),
            (old, "in an archived list", []),
            (ideas, "idea", []),
            (almost, "almost", []),
            (defined, "a definition", []),
        ]
    }
    world.add_card(backlog, "template", template=True)
    world.add_card(backlog, "this quarter", role="separator")
    world.add_card(backlog, "a board", role="board")
    world.add_card(backlog, "a link", role="link")
    world.complete(cards["marked"])
    world.complete(cards["cancelled, then marked"])
    world.archive_card(cards["archived"])
    world.archive_card(cards["finished and archived"])
    world.archive_list(old)
    world.archive_list(ideas)
    points = world.add_custom_field(search, "Story Points", "number")
    world.set_custom_field(cards["doing"], points, "2.5")

    fill_content(world, content, closed, cards["finished"])
    world.accounts.clear()
    world.add_account(TRELLO_KEY, TRELLO_TOKEN, boards=[search, content])
    return search, *(world.boards[board]["shortLink"] for board in (search, content))


def fill_content(world, content, closed, finished):
    """A board with mirrors of a card that can be seen, and of one that can't."""
    drafting, ready = world.add_list(content, "Drafting"), world.add_list(content, "Fertig")
    world.add_card(drafting, "draft", labels=["FIND"])
    world.add_card(ready, "fertig", labels=["maps and PLANS"])
    world.relabel(world.add_mirror(drafting, finished), add=["FIND"])
    hidden = world.add_card(world.add_list(closed, "Doing"), "secret")
    world.rename_card(world.add_mirror(ready, hidden), "secret")


@pytest.fixture(scope="module")
def team(tmp_path_factory, street):
    """A team that has linked in every way, after one sync."""
    office = Office(tmp_path_factory.mktemp("links"), street)
    number, search, content = fill(office.trello)
    office.aim(LINKS, sources=SOURCES, more=WITH_RULES)
    text = (office.folder / "okrs.yaml").read_text(encoding="utf-8")
    for name, board in (("SEARCHID", number), ("SEARCH", search), ("CONTENT", content)):
        text = text.replace(name, board)
    office.write(text)
    office.sync()
    return office


def by_title(team, kr):
    """The cards behind a KR's number, by their titles."""
    return {card["title"]: card for card in team.explained(kr).values()}


@pytest.mark.parametrize("kr", EXPECTED)
def test_a_link_reaches_exactly_these_cards(team, kr):
    """Each kind of link counts and leaves out what docs/counting.md says, and nothing else."""
    cards = by_title(team, kr)
    assert {title: card["state"] for title, card in cards.items()} == EXPECTED[kr]
    assert len(cards) == len(team.explained(kr))


@pytest.mark.parametrize("kr", EXPECTED)
def test_the_counts_are_those_of_the_explained_cards(team, kr):
    """Done, remaining and dropped are the numbers of cards that explain lists as such."""
    states = list(EXPECTED[kr].values())
    assert team.counts(kr) == tuple(map(states.count, ("done", "remaining", "dropped")))


def test_every_kind_of_result_was_linked(team):
    """No KR of the file was left out of the table above."""
    rows = team.run("status", "--json").json["key_results"]
    assert [row["id"] for row in rows] == list(EXPECTED)


def test_explain_says_by_which_rule_and_link(team):
    """Each card says what it counts as, why, and every way in which it was reached."""
    world = team.trello
    card = next(card for card in world.cards.values() if card["name"] == "doing with label")
    board = world.boards[card["idBoard"]]["shortLink"]
    assert team.explained("ALL")[card["shortLink"]] == {
        "key": card["shortLink"],
        "source": "trello",
        "title": "doing with label",
        "url": f"https://trello.com/c/{card['shortLink']}",
        "state": "remaining",
        "rule": "in list Doing",
        "via": [f"board {board}, label FIND", f"board {board}, list Doing"],
        "thread": "delivery",
        "points": None,
    }
    cards = by_title(team, "BOARD")
    assert cards["doing"]["points"] == 2.5
    assert cards["with label"]["thread"] == "discovery"
    assert cards["marked"]["rule"] == "marked complete"
    assert cards["archived"]["rule"] == "archived and not done (list Backlog)"
    assert cards["template"]["rule"] == "a template"
    assert cards["-- — --"]["rule"] == cards["this quarter"]["rule"] == "a separator"


def test_a_mirror_is_its_source(team):
    """On whichever board a card is reached, it is one card under its source's key."""
    source = next(card for card in team.trello.cards.values() if card["name"] == "finished")
    ours, theirs = by_title(team, "OURS")["finished"], by_title(team, "BOARD")["finished"]
    assert ours["key"] == theirs["key"] == source["shortLink"]
    assert ours["rule"] == theirs["rule"] == "in list ✅ Done (Sprint 4)"


def test_a_mirror_of_what_we_cant_see_is_judged_where_it_is(team):
    """A source on another team's board doesn't make the work vanish."""
    assert by_title(team, "OURS")["secret"]["rule"] == "in list Fertig"
