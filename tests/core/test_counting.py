"""What a card counts as, by which rule, in which thread, with which points."""

from __future__ import annotations

import pytest

from config.counting import Counting, Done, Dropped, Ignore, Points, Thread, Threads
from connectors.base import Card, Category, Column, Level, Pull
from syncer.core.counting import Judge
from syncer.core.linking import LinkedCard
from syncer.core.records import JudgedCard, PointsTally, State, Tally, ThreadName, percent
from syncer.core.sums import count
from tests.core.worlds import AT


def issue(**given):
    given = {"status": "To Do", "category": Category.NEW, **given}
    return Card("jira", "1", "PUB-1", "T", "https://x.example/PUB-1", **given)


def trello(**given):
    given = {"list_name": "Doing", **given}
    return Card("trello", "1", "AbCd", "T", "https://x.example/AbCd", **given)


def verdict(card, rules=None, column=None, left_out=None):
    pull = Pull("s", AT, {card.id: card}, {})
    return Judge(pull, rules or Counting())(LinkedCard(card, ("way",), column, left_out))


NAMES = {"erledigt": ("Done",), "duplikat": ("Duplicate",), "aufgabe": ("Task",)}


@pytest.mark.parametrize(
    ("rules", "card", "state"),
    [
        (Counting(done=Done(statuses=("Erledigt",))), issue(status="Done"), State.DONE),
        (
            Counting(dropped=Dropped(statuses=("Duplikat",))),
            issue(status="Duplicate"),
            State.DROPPED,
        ),
        (Counting(ignore=Ignore(issue_types=("Aufgabe",))), issue(kind="Task"), State.IGNORED),
        (Counting(ignore=Ignore(statuses=("Erledigt",))), issue(status="Done"), State.IGNORED),
        (Counting(done=Done(statuses=("Fertig",))), issue(status="Done"), State.REMAINING),
    ],
)
def test_rules_hold_in_both_languages(rules, card, state):
    """What a team wrote in its account's language means what the cards are told to be called."""
    pull = Pull("s", AT, {card.id: card}, {}, names=NAMES)
    assert Judge(pull, rules)(LinkedCard(card, ("way",))).state is state


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"category": Category.DONE, "status": "Fertig"}, State.DONE),
        ({"category": Category.DONE, "status": "Closed", "resolution": "Fixed"}, State.DONE),
        ({"category": Category.DONE, "status": "Closed", "resolution": None}, State.DONE),
        ({"category": Category.DONE, "status": "Closed", "resolution": "Won't Do"}, State.DROPPED),
        ({"category": Category.DONE, "status": "Duplicate"}, State.DROPPED),
        ({"category": Category.DONE, "status": "Closed (Won't Do)"}, State.DROPPED),
        ({"category": Category.NEW, "status": "Cancelled"}, State.DROPPED),
        ({"category": Category.UNDEFINED, "status": "Withdrawn"}, State.DROPPED),
        ({"category": Category.NEW, "status": "Duplicate"}, State.REMAINING),
        ({"category": Category.NEW, "status": "Done"}, State.REMAINING),
        ({"category": Category.NEW, "resolution": "Won't Do"}, State.REMAINING),
        ({"category": Category.ACTIVE, "status": "In Review"}, State.REMAINING),
        ({"category": Category.UNDEFINED, "status": "Odd"}, State.REMAINING),
    ],
)
def test_an_issue_counts_by_its_category_and_what_cancels_it(given, state):
    """Rule 4: the category's key decides, cancelling names take out, names alone finish nothing."""
    assert verdict(issue(**given)).state is state


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"list_name": "✅ Done (Sprint 4)"}, State.DONE),
        ({"complete": True}, State.DONE),
        ({"complete": True, "archived": True, "list_name": "Ideas"}, State.DONE),
        ({"list_name": "Done", "archived": True}, State.DONE),
        ({"archived": True}, State.DROPPED),
        ({"list_name": "❌ Cancelled"}, State.DROPPED),
        ({"list_name": "Closed (Won't Do)"}, State.DROPPED),
        ({"list_name": "Duplicate"}, State.REMAINING),
        ({"list_name": "Almost done"}, State.REMAINING),
        ({"list_name": ""}, State.REMAINING),
    ],
)
def test_a_trello_card_counts_by_mark_list_and_archive(given, state):
    """Rule 5: done stays done in the archive; what isn't done is dropped there."""
    assert verdict(trello(**given)).state is state


@pytest.mark.parametrize("why", ["a template", "a separator"])
def test_what_is_no_work_is_ignored(why):
    """Templates, separators and the like are listed and counted nowhere."""
    judged = verdict(trello(not_work=why, list_name="Done"))
    assert (judged.state, judged.rule) == (State.IGNORED, why)


def test_what_the_hierarchy_leaves_out_is_ignored():
    """The reason for leaving a card out is the rule that explain shows."""
    judged = verdict(issue(level=Level.SUBTASK), left_out="a sub-task")
    assert (judged.state, judged.rule) == (State.IGNORED, "a sub-task")


@pytest.mark.parametrize(
    ("card", "rules"),
    [
        (issue(status="Parked"), Counting(ignore=Ignore(statuses=("parked",)))),
        (issue(kind="Incident"), Counting(ignore=Ignore(issue_types=("incident",)))),
        (trello(list_name="Ideas"), Counting(ignore=Ignore(lists=("IDEAS",)))),
    ],
)
def test_the_team_says_what_is_not_its_work(card, rules):
    """Ignored statuses, types and lists are the team's to name, whole and without case."""
    assert verdict(card, rules).state is State.IGNORED
    assert verdict(card).state is State.REMAINING


@pytest.mark.parametrize(
    ("card", "rules", "state"),
    [
        (issue(status="Verified"), Counting(done=Done(statuses=("verified",))), State.DONE),
        (issue(status="Cancelled"), Counting(done=Done(statuses=("Cancelled",))), State.DONE),
        (issue(status="Binned"), Counting(dropped=Dropped(statuses=("Binned",))), State.DROPPED),
        (issue(status="Cancelled"), Counting(dropped=Dropped(builtin=False)), State.REMAINING),
        (
            issue(category=Category.DONE, resolution="Moved"),
            Counting(dropped=Dropped(resolutions=("Moved",))),
            State.DROPPED,
        ),
        (
            issue(category=Category.DONE, resolution="Duplicate"),
            Counting(dropped=Dropped(builtin=False)),
            State.DONE,
        ),
        (
            issue(category=Category.ACTIVE),
            Counting(done=Done(categories=("done", "indeterminate"))),
            State.DONE,
        ),
        (trello(list_name="Passed UAT"), Counting(done=Done(lists=("Passed UAT",))), State.DONE),
        (trello(list_name="Done"), Counting(done=Done(builtin=False)), State.REMAINING),
        (trello(complete=True), Counting(done=Done(due_complete=False)), State.REMAINING),
        (trello(list_name="Bin"), Counting(dropped=Dropped(lists=("bin",))), State.DROPPED),
        (trello(list_name="Cancelled"), Counting(dropped=Dropped(builtin=False)), State.REMAINING),
    ],
)
def test_the_team_says_what_done_and_dropped_mean(card, rules, state):
    """Names given are added to the built-in ones; `builtin: false` leaves only them."""
    assert verdict(card, rules).state is state


LIST = "5f0c0ffee0ddba11c0ffee00"


@pytest.mark.parametrize(
    ("card", "rules", "expected"),
    [
        (
            trello(list_name="Sprint 4 over"),
            Counting(done=Done(lists=("Sprint * over",))),
            (State.DONE, "in list Sprint 4 over (by Sprint * over)"),
        ),
        (
            trello(list_name="Won't do", standing_id=LIST),
            Counting(done=Done(lists=(LIST,))),
            (State.DONE, f"in list Won't do (by {LIST})"),
        ),
        (
            trello(list_name="Done", standing_id=LIST),
            Counting(dropped=Dropped(lists=(LIST,))),
            (State.DROPPED, f"in list Done (by {LIST})"),
        ),
        (
            trello(list_name="Ideas (2)"),
            Counting(ignore=Ignore(lists=("ideas*",))),
            (State.IGNORED, "list Ideas (2) (by ideas*) is ignored"),
        ),
        (
            issue(status="Geprüft", standing_id="10042"),
            Counting(done=Done(statuses=("10042",))),
            (State.DONE, "status Geprüft (by 10042)"),
        ),
        (
            issue(status="Liegt", standing_id="10042"),
            Counting(dropped=Dropped(statuses=("10042",))),
            (State.DROPPED, "status Liegt (by 10042)"),
        ),
        (
            issue(status="Idee", standing_id="10042"),
            Counting(ignore=Ignore(statuses=("10042",))),
            (State.IGNORED, "status Idee (by 10042) is ignored"),
        ),
        (
            issue(status="To Do", standing_id="10042"),
            Counting(ignore=Ignore(lists=("10042",)), done=Done(lists=("10042",))),
            (State.REMAINING, "status To Do (category new)"),
        ),
        (
            trello(list_name="Parked ideas"),
            Counting(dropped=Dropped(lists=("*parked",)), done=Done(lists=("doing*",))),
            (State.REMAINING, "in list Parked ideas"),
        ),
    ],
)
def test_statuses_and_lists_go_by_pattern_and_id_too(card, rules, expected):
    """The team's own names, patterns and ids win over built-in names, and explain shows them."""
    judged = verdict(card, rules)
    assert (judged.state, judged.rule) == expected


def test_a_list_marks_discovery_by_pattern():
    """Threads name lists in the same ways."""
    rules = Counting(threads=Threads(discovery=Thread(lists=("Research *",))))
    assert verdict(trello(list_name="research 4"), rules).thread is ThreadName.DISCOVERY
    assert verdict(trello(list_name="research"), rules).thread is ThreadName.DELIVERY


def item(above, *, checked=False, rules=None):
    """The verdict on an item of a card's checklist."""
    card = Card("trello", "2", "AbCd/1", "I", "u", Level.ITEM, above.id, complete=checked)
    pull = Pull("s", AT, {above.id: above, "2": card}, {})
    return Judge(pull, rules or Counting())(LinkedCard(card, ("way",)))


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ({}, (State.REMAINING, "its card: in list Doing")),
        ({"list_name": "Done"}, (State.DONE, "its card: in list Done")),
        ({"complete": True}, (State.DONE, "its card: marked complete")),
        ({"archived": True}, (State.DROPPED, "its card: archived and not done (list Doing)")),
        ({"not_work": "a template"}, (State.IGNORED, "its card: a template")),
    ],
)
def test_an_item_that_is_open_is_what_its_card_is(above, expected):
    """An unchecked item is judged where its card is."""
    judged = item(trello(**above))
    assert (judged.state, judged.rule) == expected


@pytest.mark.parametrize("above", [{}, {"archived": True}, {"list_name": "Cancelled"}])
def test_an_item_that_is_checked_off_is_done(above):
    """Done is done, wherever its card went, and whether or not marks on cards count."""
    strict = Counting(done=Done(due_complete=False))
    for rules in (None, strict):
        judged = item(trello(**above), checked=True, rules=rules)
        assert (judged.state, judged.rule) == (State.DONE, "checked off")
    assert item(trello(complete=True, **above), rules=strict).state is not State.DONE


def test_an_item_of_no_work_is_no_work():
    """Templates and ignored lists stay out, checked off or not; the thread is the card's."""
    assert item(trello(not_work="a template"), checked=True).state is State.IGNORED
    rules = Counting(ignore=Ignore(lists=("Doing",)))
    assert item(trello(), checked=True, rules=rules).state is State.IGNORED
    assert item(trello(labels=("spike",))).thread is ThreadName.DISCOVERY


def test_a_sub_task_that_counts_says_that_it_is_one():
    """Someone who reads the list of cards sees why it is so long."""
    assert verdict(issue(level=Level.SUBTASK)).rule == "status To Do (category new), a sub-task"


@pytest.mark.parametrize(
    ("category", "column", "state"),
    [
        (Category.ACTIVE, Column.LAST, State.DONE),
        (Category.DONE, Column.OTHER, State.REMAINING),
        (Category.DONE, None, State.DONE),
    ],
)
def test_the_boards_last_column_decides_if_told(category, column, state):
    """With `columns: last` a board's last mapped column is its done; off boards the category is."""
    rules = Counting(done=Done(columns="last"))
    assert verdict(issue(category=category), rules, column).state is state
    assert verdict(issue(category=Category.ACTIVE), column=Column.LAST).state is State.REMAINING


def test_a_cancelled_card_in_the_last_column_is_dropped():
    """Cancelling names apply wherever a card would be done."""
    rules = Counting(done=Done(columns="last"))
    card = issue(category=Category.ACTIVE, resolution="Duplicate")
    assert verdict(card, rules, Column.LAST).state is State.DROPPED


def test_archived_work_that_was_done_stays_done():
    """Rule 4: archived and done is done, archived and not done is dropped, as on Trello."""
    done = issue(category=Category.DONE, archived=True)
    given_up = issue(category=Category.DONE, archived=True, resolution="Won't Do")
    open_ = issue(category=Category.ACTIVE, archived=True)
    assert verdict(done)[5:7] == (State.DONE, "archived")
    assert verdict(given_up)[5:7] == (State.DROPPED, "resolution Won't Do")
    assert verdict(open_).state is State.DROPPED
    assert verdict(open_).rule.startswith("archived, not done (status")


def test_explain_names_what_decided():
    """The rule says by which name or mark a card counts."""
    assert verdict(trello(complete=True)).rule == "marked complete"
    assert "Done" in verdict(trello(list_name="Done")).rule
    assert "Duplicate" in verdict(issue(category=Category.DONE, resolution="Duplicate")).rule
    assert "last column" in verdict(issue(), Counting(done=Done(columns="last")), Column.LAST).rule


@pytest.mark.parametrize(
    "signs",
    [
        Thread(labels=("Research",)),
        Thread(lists=("Research",), labels=()),
        Thread(issue_types=("research",), labels=()),
    ],
)
def test_a_thread_is_known_by_its_signs(signs):
    """Rule 7: discovery by label, list or type, without regard to case."""
    rules = Counting(threads=Threads(discovery=signs))
    card = issue(labels=("research",), kind="Research", list_name="Research")
    assert verdict(card, rules).thread is ThreadName.DISCOVERY
    assert verdict(issue(), rules).thread is ThreadName.DELIVERY


def test_the_nearest_ancestor_says_the_thread():
    """A card without a sign is in its nearest ancestor's thread, and so are those beside it."""
    epic = Card("jira", "2", "PUB-2", "E", "u", Level.CONTAINER, labels=("Spike",))
    card, sibling = issue(parent="2"), issue(parent="2")._replace(id="3")
    judge = Judge(Pull("jira", AT, {"1": card, "2": epic, "3": sibling}, {}), Counting())
    threads = {judge(LinkedCard(each, ())).thread for each in (card, sibling)}
    assert threads == {ThreadName.DISCOVERY}


def test_points_are_the_fields_the_team_names():
    """The points field is the configured one; 0 is an estimate and none is none."""
    card = issue(estimates=(("auto", 0.0), ("Effort", 8.0)))
    assert verdict(card).points == 0.0
    assert verdict(card, Counting(points=Points(field="Effort"))).points == 8.0
    assert verdict(card, Counting(points=Points(field="Other"))).points is None


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), float("nan")])
def test_an_estimate_is_a_finite_number(odd):
    """What a tracker may put where a number should be (1e999 in JSON) is no estimate."""
    assert verdict(issue(estimates=(("auto", odd),))).points is None


def test_points_add_up_exactly_in_any_order():
    """The same cards in another order never look like another number of points."""
    cards = [judged(State.DONE, points) for points in (0.1, 0.2, 0.3, 1e15, 0.7)]
    assert count(cards) == count(cards[::-1])
    assert count(cards[:3]).points.done == 0.6


def judged(state, points=None):
    return JudgedCard("s", "1", "K", "T", "u", state, "r", (), points=points)


def test_points_of_dropped_cards_are_out():
    """Points are of done and remaining cards; the unestimated among those are named."""
    cards = [
        judged(State.DONE, 3.0),
        judged(State.REMAINING, 0.0),
        judged(State.REMAINING),
        judged(State.DROPPED, 8.0),
        judged(State.IGNORED, 5.0),
    ]
    assert count(cards).points == PointsTally(3.0, 0.0, 1)
    assert count([judged(State.DROPPED, 8.0), judged(State.DONE)]).points is None


@pytest.mark.parametrize(
    ("done", "remaining", "expected"),
    [
        (0, 0, None),
        (0, 7, 0.0),
        (7, 0, 100.0),
        (12, 8, 60.0),
        (1, 2, 33.3),
        (9999, 1, 99.9),
        (1, 9999, 0.1),
    ],
)
def test_percent_never_claims_too_much(done, remaining, expected):
    """Rule 6: 100 only when nothing remains, 0 only when nothing is done, null without cards."""
    assert percent(done, remaining) == expected
    assert Tally(done, remaining).percent == expected
