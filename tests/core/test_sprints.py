"""What a board's active sprints bring and take, and what stays between two."""

from __future__ import annotations

import pytest

from connectors.base import ByBoard, ByLabel, Pull, Scope
from syncer.core.records import JudgedCard, State
from syncer.core.sprints import moved_on, remark, staying
from tests.core.worlds import AT

LABEL = ByLabel("PUB-1")
NOW, OTHER = ByBoard(("42",), scope=Scope.ACTIVE_SPRINT), ByBoard(("7",))
NAMED = ByBoard(("42",), scope=Scope.SPRINT, sprint="Sprint 1")
SPRINT, LABELLED = "board 42, sprint Sprint 1", "label PUB-1 on A-1"


def answer(ways):
    return Pull("jira", AT, {}, dict.fromkeys(ways, ()), ways=ways)


@pytest.mark.parametrize(
    ("via", "left"),
    [
        (("board 42, sprint Sprint 1",), True),
        (("board 42, sprint Sprint 1", "board 42, sprint Sprint 0"), True),
        (("board 42, sprint Sprint 2",), False),
        (("board 42, sprint Sprint 1", "board 42, sprint Sprint 3"), False),
        (("board 42, sprint Sprint 1", "label PUB-1 on A-1"), False),
        (("board 42",), False),
        (("board 7, sprint Sprint 1",), False),
        (("board 42, sprints since 2026-10-01",), False),
        ((), False),
    ],
)
def test_a_card_left_with_its_sprint_if_nothing_else_reached_it(via, left):
    """Only a way through a sprint that the board's link no longer means explains a leaving."""
    ways = {
        NOW: ("board 42, sprint Sprint 2", "board 42, sprint Sprint 3"),
        OTHER: ("board 7",),
    }
    pull = answer(ways)
    assert moved_on(via, [LABEL, NOW, OTHER], pull) is left


def test_a_sprint_that_a_link_names_is_not_over():
    """A link to the sprint by name means it still, whatever is active now."""
    ways = {NOW: ("board 42, sprint Sprint 2",), NAMED: ("board 42, sprint Sprint 1",)}
    pull = answer(ways)
    assert not moved_on(("board 42, sprint Sprint 1",), [NOW, NAMED], pull)
    assert moved_on(("board 42, sprint Sprint 1",), [NOW], pull)


def judged(id_, *via, source="jira"):
    return JudgedCard(source, id_, id_, "T", "u", State.DONE, "r", via)


@pytest.mark.parametrize(
    ("ways", "ids"),
    [
        ({NOW: ()}, ["A", "B"]),
        ({NOW: ("board 42, sprint Sprint 2",)}, []),
        ({}, []),
        ({OTHER: ()}, []),
        ({NAMED: ()}, []),
    ],
)
def test_a_sprints_cards_stay_until_the_next_begins(ways, ids):
    """What a link to the active sprint reached stays where it means none, by that way alone."""
    before = [
        judged("A", SPRINT),
        judged("B", LABELLED, SPRINT),
        judged("REACHED", SPRINT),
        judged("LABELLED", LABELLED),
        judged("ELSEWHERE", "board 43, sprint Sprint 1"),
        judged("ON TRELLO", SPRINT, source="trello"),
    ]
    cards = list(staying(before, {"REACHED"}, [LABEL, *ways], answer(ways)))
    assert [card.id for card in cards] == ids
    assert {card.via for card in cards} <= {(SPRINT,)}


def test_it_is_said_on_which_boards_no_sprint_is_active():
    """Each board is named once; where every board has its sprint, there is nothing to say."""
    twice = ByBoard(("42",), scope=Scope.ACTIVE_SPRINT, children=True)
    pull = answer({NOW: (), twice: (), OTHER: ("board 7",)})
    text = "jira: no sprint is active on board 42; the number stays until the next one begins"
    assert remark([LABEL, NOW, twice, OTHER], pull) == text
    assert remark([LABEL, OTHER], pull) is None
