"""What `check` says of links, boards and names, given what the sources answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.counting import Counting, Done, Dropped, Ignore
from config.okrs import KeyResult, Objective, Okrs, Places
from config.sources import Link, Source
from connectors.base import ByKey, Card, Hit, Level, Pull
from connectors.errors import NotFoundError, TransientError
from syncer.core.check import findings, sources_without
from syncer.core.plan import plan

AT = datetime(2026, 11, 21, tzinfo=UTC)
JIRA = Source(kind="jira", url="https://x.example")
TRELLO = Source(kind="trello", boards=("B1",))


def card(key, **more):
    return Card("s", key, key, key, f"https://x.example/{key}", **{"status": "Open", **more})


def one_kr(link, source=JIRA, counting=None, file_counting=None):
    """Give a file with one KR, and what a run asks for it."""
    kr = KeyResult(id="PUB-1", title="t", links=(link,), counting=counting)
    objective = Objective(id="PUB", title="t", team="t", period="2026-Q4", key_results=(kr,))
    layers = counting or file_counting or source.counting or Counting()
    okrs = Okrs(
        sources={"s": source},
        objectives=(objective,),
        counting=file_counting,
        rules={"PUB-1": {"s": layers}},
        places=Places(sources={"s": 2}, ids={"PUB-1": 7}, links={"PUB-1": (9,)}),
    )
    return okrs, plan(okrs)


def answered(planned, *cards, hits=None, lists=None, notes=(), problem=None):
    """Give a pull in which the link reaches these cards."""
    (selector,) = planned.asks["s"].selectors
    reached = tuple(Hit(each.id, "way") for each in (cards if hits is None else hits))
    return Pull(
        "s",
        AT,
        {each.id: each for each in cards},
        {} if problem else {selector: reached},
        {selector: problem} if problem else {},
        lists or {},
        notes=notes,
    )


def texts(okrs, planned, answer):
    return [finding.text for finding in findings(okrs, planned, {"s": answer})]


def test_a_source_that_failed_is_named_once():
    """Its name stands before the finding, so the message needn't begin with it."""
    okrs, planned = one_kr(Link(source="s"))
    (failed,) = findings(okrs, planned, {"s": TransientError("s: GET: 503")})
    assert (failed.where, failed.text, failed.line, failed.error) == ("s", "GET: 503", 2, True)
    (noted,) = findings(okrs, planned, {"s": answered(planned, card("1"), notes=("s: closed",))})
    assert (noted.text, noted.error) == ("closed", False)


def test_a_links_own_problem_is_an_error_at_its_line():
    """The other links are checked all the same."""
    okrs, planned = one_kr(Link(source="s"))
    answer = answered(planned, problem=NotFoundError("s: gone"))
    (finding,) = findings(okrs, planned, {"s": answer})
    assert (finding.where, finding.line, finding.error) == ("PUB-1", 9, True)


@pytest.mark.parametrize(
    ("source", "link"),
    [(JIRA, {"label": "relability"}), (TRELLO, {"board": "b", "label": "relability"})],
)
def test_the_nearest_label_may_be_one_that_no_link_reaches(source, link):
    """Which sources have to be asked for those is told, and no others."""
    okrs, planned = one_kr(Link(source="s", **link), source)
    answers = {"s": answered(planned)}
    assert sources_without(planned, answers) == ("s",)
    (finding,) = findings(okrs, planned, answers, {"s": ("reliability", "speed")})
    assert finding.text.endswith("did you mean reliability?")
    assert sources_without(planned, {"s": answered(planned, card("1"))}) == ()
    assert sources_without(planned, {"s": answered(planned, problem=NotFoundError("s"))}) == ()
    assert sources_without(planned, {"s": TransientError("s: GET: 503")}) == ()
    _, by_epic = one_kr(Link(source="s", epic=("A-1",)))
    assert sources_without(by_epic, {"s": answered(by_epic)}) == ()


@pytest.mark.parametrize("source", [JIRA, TRELLO])
def test_a_label_that_nothing_carries_is_told_with_the_nearest(source):
    """Among the labels that were seen."""
    okrs, planned = one_kr(Link(source="s", label="publishing-speed"), source)
    near = answered(planned, card("1", labels=("publishing-sped",)), hits=())
    assert texts(okrs, planned, near) == [
        "s: no card carries the label publishing-speed yet; did you mean publishing-sped?"
    ]
    assert texts(okrs, planned, answered(planned)) == [
        "s: no card carries the label publishing-speed yet; is it spelled so there?"
    ]


@pytest.mark.parametrize(
    ("link", "source", "named"),
    [
        (Link(source="s", jql="project = P"), JIRA, "jql project = P"),
        (Link(source="s", epic=("P-1", "P-2")), JIRA, "epic P-1, P-2"),
        (Link(source="s", board="42"), JIRA, "board 42"),
        (Link(source="s", list=("Doing", "Done")), TRELLO, "board B1, list Doing, Done"),
    ],
)
def test_a_link_that_reaches_nothing_is_named(link, source, named):
    """As the file has it."""
    okrs, planned = one_kr(link, source)
    assert texts(okrs, planned, answered(planned)) == [
        f"s: a link that reaches no card yet: {named}"
    ]


def test_a_link_by_a_trackers_own_key_is_named():
    """`milestone: v1`, whatever the tracker."""
    okrs, planned = one_kr(Link(source="s"))
    target, ask = planned.targets[0], planned.asks["s"]
    key = ByKey("milestone", ("v1",))
    object.__setattr__(target, "selectors", {"s": (key,)})
    object.__setattr__(ask, "selectors", (key,))
    assert texts(okrs, planned, answered(planned))[0].endswith("reaches no card yet: milestone v1")


@pytest.mark.parametrize(
    ("link", "level", "warned"),
    [
        (Link(source="s", jql="a"), Level.CONTAINER, True),
        (Link(source="s", jql="a", children=True), Level.CONTAINER, False),
        (Link(source="s", jql="a"), Level.BASE, False),
        (Link(source="s"), Level.CONTAINER, False),
    ],
)
def test_a_query_that_reaches_only_containers_counts_nothing(link, level, warned):
    """Unless it takes them apart; a label does so by itself."""
    okrs, planned = one_kr(link)
    warnings = texts(okrs, planned, answered(planned, card("1", level=level)))
    assert any("reaches only containers (jql a)" in text for text in warnings) is warned


@pytest.mark.parametrize(
    ("lists", "cards", "warned"),
    [
        ({"1": "Doing"}, (card("1", list_name="Doing", status=None),), True),
        ({"1": "Done"}, (), False),
        ({"1": "Doing"}, (card("1", complete=True, list_name="Doing", status=None),), False),
        ({}, (card("1", list_name="Doing", status=None),), True),
    ],
)
def test_a_board_on_which_nothing_can_be_done_is_told(lists, cards, warned):
    """Neither by a list's name nor by a mark; with the lists that there are."""
    okrs, planned = one_kr(Link(source="s", board="B1"), TRELLO)
    answer = answered(planned, *cards, lists={"B1": lists})
    warnings = [text for text in texts(okrs, planned, answer) if "nothing counts as done" in text]
    assert bool(warnings) is warned


def test_an_item_that_is_ticked_off_is_a_mark():
    """Where the link counts the items of checklists."""
    okrs, planned = one_kr(Link(source="s", board="B1", children=True), TRELLO)
    whole = card("1", list_name="Doing", status=None)
    item = card("2", parent="1", level=Level.ITEM, complete=True, list_name="Doing", status=None)
    answer = answered(planned, whole, item, hits=(whole,), lists={"B1": {"1": "Doing"}})
    assert texts(okrs, planned, answer) == []


def objective(name, period, parent):
    links = (Link(source="s", label="a"),)
    kr = KeyResult(id=f"{name}-1", title="t", links=links)
    return Objective(id=name, title="t", team="t", period=period, parent=parent, key_results=(kr,))


def shared(parent=None):
    """Give the findings of objectives whose KRs count the same seven cards."""
    between = [objective("MID", "2026-Q3", "YEAR")] if parent == "MID" else []
    objectives = (
        objective("YEAR", "2026", None),
        *between,
        objective("Q", "2026-Q4", parent),
    )
    rules = {f"{each.id}-1": {"s": Counting()} for each in objectives}
    okrs = Okrs(sources={"s": JIRA}, objectives=objectives, rules=rules)
    planned = plan(okrs)
    cards = [card(str(number)) for number in range(7)]
    out = findings(okrs, planned, {"s": answered(planned, *cards)})
    return [(finding.where, finding.text) for finding in out]


def test_cards_that_count_in_two_key_results_are_told():
    """With some of them by name."""
    assert shared() == [
        ("YEAR-1", "7 of its cards count in Q-1 too: 0, 1, 2, 3, 4 and 2 more"),
    ]


def test_key_results_that_share_nothing_are_no_finding():
    """However many there are."""
    objectives = (objective("A", "2026-Q4", None), objective("B", "2026-Q4", None))
    rules = {f"{each.id}-1": {"s": Counting()} for each in objectives}
    okrs = Okrs(sources={"s": JIRA}, objectives=objectives, rules=rules)
    planned = plan(okrs)
    assert findings(okrs, planned, {"s": answered(planned, card("1"), hits=())})[2:] == ()


@pytest.mark.parametrize("parent", ["YEAR", "MID"])
def test_a_years_key_result_may_share_with_those_below_it(parent):
    """That is what they are for, at any depth."""
    assert shared(parent) == []


NAMED = Counting(
    done=Done(statuses=("Verifed", "Open")),
    dropped=Dropped(resolutions=("Parked",), lists=("L*",)),
    ignore=Ignore(issue_types=("Risk",)),
)


@pytest.mark.parametrize("where", ["counting", "s", "PUB-1"])
def test_a_name_under_counting_that_nothing_bears_is_told(where):
    """With the nearest that something does; a kind of name of which nothing is known isn't."""
    source = Source(kind="jira", counting=NAMED if where == "s" else None)
    okrs, planned = one_kr(
        Link(source="s"),
        source,
        counting=NAMED if where == "PUB-1" else None,
        file_counting=NAMED if where == "counting" else None,
    )
    cards = (card("1", status="Verified", kind="Story"), card("2", kind="Bug"))
    warnings = findings(okrs, planned, {"s": answered(planned, *cards)})
    assert [(finding.where, finding.text) for finding in warnings] == [
        (where, "nothing bears Verifed (done.statuses); did you mean Verified?"),
        (where, "nothing bears Risk (ignore.issue_types); is it spelled so there?"),
    ]


def test_no_name_is_blamed_where_a_source_did_not_answer():
    """It may be there."""
    okrs, planned = one_kr(Link(source="s"), counting=NAMED)
    down = TransientError("t: down")
    assert len(findings(okrs, planned, {"s": down})) == 1
    both = {"s": answered(planned, card("1", status="Verified")), "t": down}
    assert [finding.text for finding in findings(okrs, planned, both)] == ["down"]
    assert findings(okrs, planned, {}) == ()
