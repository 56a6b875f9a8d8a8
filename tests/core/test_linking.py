"""Which cards a link reaches, and how containers are taken apart."""

from __future__ import annotations

import pytest

from config.okrs import KeyResult, Link, Source
from connectors.base import (
    ByBoard,
    ByEpic,
    ByLabel,
    ByQuery,
    Card,
    Column,
    Hit,
    Level,
    Pull,
    Scope,
)
from syncer.core.linking import (
    LinkedCard,
    ancestry,
    archived_since,
    link,
    selector_of,
    selectors_of,
)
from syncer.core.records import JudgedCard, State
from tests.core.worlds import AT

JIRA = Source(kind="jira", url="https://x.example")
TRELLO = Source(kind="trello", boards=("AbCd1234", "EfGh5678"))
LABEL, EPIC, QUERY = ByLabel("PUB-1"), ByEpic(("E",)), ByQuery("project = X")


def card(id_, level=Level.BASE, parent=None):
    return Card("jira", id_, id_, f"Title {id_}", f"https://x.example/{id_}", level, parent)


def answer(*cards, hits):
    return Pull("jira", AT, {card.id: card for card in cards}, hits)


def states(linked):
    return {linked_card.card.id: linked_card.left_out is None for linked_card in linked}


EPIC_CARD = card("E", Level.CONTAINER)


@pytest.mark.parametrize(
    ("written", "source", "asked"),
    [
        ({}, JIRA, ByLabel("PUB-1")),
        ({"label": "speed"}, JIRA, ByLabel("speed")),
        ({"epic": ("A-1",)}, JIRA, ByEpic(("A-1",))),
        ({"jql": "project = X", "children": True}, JIRA, ByQuery("project = X", children=True)),
        ({"board": "42"}, JIRA, ByBoard(("42",))),
        (
            {"board": "42", "scope": "sprint", "sprint": "Sprint 7"},
            JIRA,
            ByBoard(("42",), scope=Scope.SPRINT, sprint="Sprint 7"),
        ),
        (
            {"board": "42", "scope": "sprints"},
            JIRA,
            ByBoard(("42",), scope=Scope.SPRINTS, since=AT),
        ),
        ({}, TRELLO, ByBoard(("AbCd1234", "EfGh5678"), label="PUB-1")),
        (
            {"children": True},
            TRELLO,
            ByBoard(("AbCd1234", "EfGh5678"), label="PUB-1", children=True),
        ),
        ({"board": "Zz"}, TRELLO, ByBoard(("Zz",))),
        ({"board": "Zz", "label": "x"}, TRELLO, ByBoard(("Zz",), label="x")),
        ({"list": ("Doing",)}, TRELLO, ByBoard(("AbCd1234", "EfGh5678"), lists=("Doing",))),
    ],
)
def test_a_link_is_a_question(written, source, asked):
    """Each kind of link in the file asks its source for what it says."""
    assert selector_of(Link(source="s", **written), "PUB-1", source, AT) == asked


def test_a_kr_asks_each_source_each_question_once():
    """Two links that say the same are one question."""
    kr = KeyResult(
        id="PUB-1",
        title="T",
        links=(Link(source="a"), Link(source="a", label="PUB-1"), Link(source="b", board="Zz")),
    )
    assert selectors_of(kr, {"a": JIRA, "b": TRELLO}) == {
        "a": (ByLabel("PUB-1"),),
        "b": (ByBoard(("Zz",)),),
    }


def test_an_epics_children_count_and_it_does_not():
    """A labelled epic stands for what is under it, and the way says so."""
    pull = answer(EPIC_CARD, card("A", parent="E"), hits={LABEL: (Hit("E", "label PUB-1 on E"),)})
    linked = link([LABEL], pull)
    assert states(linked) == {"A": True, "E": False}
    assert linked[0].via == ("label PUB-1 on E",)
    assert "container" in (linked[1].left_out or "")


def test_children_count_at_any_depth():
    """What is under a container under a container counts."""
    pull = answer(
        card("I", Level.CONTAINER),
        card("E", Level.CONTAINER, "I"),
        card("A", parent="E"),
        hits={EPIC: (Hit("I", "epic I"),)},
    )
    assert states(link([EPIC], pull)) == {"A": True, "E": False, "I": False}


@pytest.mark.parametrize("under", [[], [card("S", Level.SUBTASK, "E")]])
def test_a_container_with_nothing_that_could_count_is_one_card(under):
    """An epic with no child, or with sub-tasks only, counts as one card itself."""
    pull = answer(EPIC_CARD, *under, hits={EPIC: (Hit("E", "epic E"),)})
    assert states(link([EPIC], pull)) == {"E": True} | dict.fromkeys((c.id for c in under), False)


def test_an_empty_container_below_a_linked_one_is_one_card():
    """The rule for empty containers holds wherever below a linked container they stand."""
    pull = answer(
        card("I", Level.CONTAINER),
        card("E", Level.CONTAINER, "I"),
        hits={EPIC: (Hit("I", "epic I"),)},
    )
    assert states(link([EPIC], pull)) == {"E": True, "I": False}


@pytest.mark.parametrize("asked", [QUERY, ByBoard(("42",))])
def test_a_query_leaves_containers_out(asked):
    """Queries and boards take exactly what they have; containers among it are ignored."""
    pull = answer(
        EPIC_CARD,
        card("A", parent="E"),
        card("B"),
        hits={asked: (Hit("E", "q"), Hit("B", "q"))},
    )
    assert states(link([asked], pull)) == {"B": True, "E": False}


def test_a_query_takes_containers_apart_if_told():
    """With `children` a query's containers stand for what is under them."""
    asked = ByQuery("q", children=True)
    pull = answer(EPIC_CARD, card("A", parent="E"), hits={asked: (Hit("E", "jql q"),)})
    assert states(link([asked], pull)) == {"A": True, "E": False}


@pytest.mark.parametrize("subtasks", [False, True])
def test_sub_tasks_count_only_when_asked(subtasks):
    """However a sub-task is reached, it is left out, unless the team counts them."""
    sub, under = card("S", Level.SUBTASK, "A"), card("T", Level.SUBTASK, "E")
    pull = answer(
        sub,
        under,
        EPIC_CARD,
        card("B", parent="E"),
        hits={
            LABEL: (Hit("S", "l"),),
            QUERY: (Hit("S", "q"),),
            EPIC: (Hit("E", "epic E"),),
        },
    )
    linked = link([LABEL, QUERY, EPIC], pull, subtasks=subtasks)
    assert states(linked) == {"S": subtasks, "T": subtasks, "B": True, "E": False}


def test_a_container_of_sub_tasks_stands_for_them_when_they_count():
    """An epic with sub-tasks only is no card beside them, where they are cards."""
    pull = answer(EPIC_CARD, card("S", Level.SUBTASK, "E"), hits={EPIC: (Hit("E", "epic E"),)})
    assert states(link([EPIC], pull, subtasks=True)) == {"S": True, "E": False}


ITEM = card("I", Level.ITEM, "A")
APART = ByBoard(("Zz",), children=True)


def test_a_card_with_a_checklist_is_taken_apart_where_a_link_says_so():
    """Its items count by its way and it does not; a card without items counts itself."""
    pull = answer(
        card("A"),
        ITEM,
        card("B"),
        hits={APART: (Hit("A", "board Zz"), Hit("B", "board Zz"))},
    )
    linked = {linked_card.card.id: linked_card for linked_card in link([APART], pull)}
    assert states(linked.values()) == {"A": False, "I": True, "B": True}
    assert linked["I"].via == ("board Zz",)
    assert linked["A"].left_out == "a container: the items of its checklists count"


def test_a_checklist_is_nothing_where_no_link_says_so():
    """Another KR's wish to take a card apart doesn't change this one's count."""
    board = ByBoard(("Zz",))
    pull = answer(card("A"), ITEM, hits={board: (Hit("A", "board Zz"),)})
    assert states(link([board], pull)) == {"A": True}


def test_sub_tasks_and_base_cards_are_never_taken_apart():
    """A label on a story reaches the story, whatever is under it."""
    pull = answer(card("A"), card("S", Level.SUBTASK, "A"), hits={LABEL: (Hit("A", "l"),)})
    assert states(link([LABEL], pull, subtasks=True)) == {"A": True}


NOW, OTHER = ByBoard(("42",), scope=Scope.ACTIVE_SPRINT), ByBoard(("7",))
NAMED = ByBoard(("42",), scope=Scope.SPRINT, sprint="Sprint 1")


def test_several_links_one_card_once():
    """A card reached three ways stands there once, with the ways in the links' order."""
    pull = answer(
        EPIC_CARD,
        card("A", parent="E"),
        hits={
            LABEL: (Hit("A", "label"), Hit("E", "label on E")),
            EPIC: (Hit("E", "epic E"),),
            QUERY: (Hit("A", "jql"),),
        },
    )
    linked = {linked_card.card.id: linked_card for linked_card in link([QUERY, LABEL, EPIC], pull)}
    assert linked["A"].via == ("jql", "label", "label on E", "epic E")


def test_a_way_that_counts_outweighs_one_that_does_not():
    """An empty epic that a query ignores and a label reaches counts."""
    pull = answer(EPIC_CARD, hits={QUERY: (Hit("E", "jql"),), LABEL: (Hit("E", "label"),)})
    (linked,) = link([QUERY, LABEL], pull)
    assert linked.left_out is None
    assert linked.via == ("label",)


def test_an_issue_without_a_column_is_not_on_the_board():
    """A status that no column maps leaves the issue out, unless another link reaches it."""
    board = ByBoard(("42",))
    hit = Hit("A", "board 42", Column.NONE)
    pull = answer(card("A"), hits={board: (hit,), LABEL: (Hit("A", "label"),)})
    assert states(link([board], pull)) == {"A": False}
    assert states(link([board, LABEL], pull)) == {"A": True}


def test_the_last_column_of_any_board_is_the_last_column():
    """A card in the last column of first of two boards is in the last column."""
    first, second = ByBoard(("1",)), ByBoard(("2",))
    pull = answer(
        card("A"),
        hits={first: (Hit("A", "1", Column.OTHER),), second: (Hit("A", "2", Column.LAST),)},
    )
    (linked,) = link([first, second], pull)
    assert linked.column is Column.LAST


def test_a_circle_of_parents_ends():
    """A tracker that puts two containers under each other doesn't hang us."""
    pull = answer(
        card("E", Level.CONTAINER, "F"),
        card("F", Level.CONTAINER, "E"),
        hits={EPIC: (Hit("E", "epic E"),)},
    )
    assert states(link([EPIC], pull)) == {"E": False, "F": False}
    assert [card.id for card in ancestry(pull.cards["E"], pull)] == ["E", "F"]


@pytest.mark.parametrize(
    ("selector", "via", "kept"),
    [
        (ByQuery("project = PUB"), "jql project = PUB", True),
        (ByQuery("project = WEB"), "jql project = PUB", False),
        (ByBoard(("42",)), "board 42, sprint Sprint 1", True),
        (ByBoard(("42",)), "board 421", False),
        (ByBoard(("42",), label="X"), "board 42", False),
        (ByLabel("PUB-1"), "label PUB-1 on PUB-9", False),
    ],
)
def test_what_a_query_reached_before_it_was_archived_is_still_reached(selector, via, kept):
    """A tracker that leaves archived work out of its searches doesn't take done work away."""
    now = Card("jira", "1", "PUB-9", "Draw", "https://x.example", archived=True)
    pull = Pull("jira", AT, {"1": now, "2": now._replace(id="2", archived=False)}, {selector: ()})
    judged = JudgedCard("jira", "1", "PUB-9", "Draw", "", State.DONE, "", (via,))
    before = (judged, judged._replace(id="2"), judged._replace(id="3"))
    links = list(archived_since(before, [selector], pull, []))
    assert links == ([LinkedCard(now, (via,))] if kept else [])
    assert not list(archived_since([judged._replace(state=State.IGNORED)], [selector], pull, []))
