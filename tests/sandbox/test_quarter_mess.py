"""The everyday mess that the demo promises is really in its quarter."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from sandbox.quarter.agenda import checkins
from sandbox.quarter.batches import read, text
from sandbox.quarter.replay import PEOPLE, story, world_at
from sandbox.quarter.working_hours import NOW


class World:
    """The world at a moment, with a counting of its own, far from the program's."""

    def __init__(self, moment=NOW):
        self.quarter = world_at(moment)
        self.jira, self.trello = self.quarter.jira, self.quarter.trello
        self.boards = {each["name"]: id_ for id_, each in self.trello.boards.items()}

    def issues(self, label=None, level=0):
        return [
            each
            for each in self.jira.issues.values()
            if self.jira.types[each.type].level == level
            and (label is None or self.has(each, label))
        ]

    def has(self, issue, label):
        above = self.jira.issues.get(issue.parent)
        return label in issue.labels or (above is not None and label in above.labels)

    def cards(self, label=None, board=None):
        return [
            each
            for each in self.trello.cards.values()
            if (label is None or label in [x["name"] for x in each["labels"]])
            and (board is None or each["idBoard"] == self.boards[board])
        ]

    def work(self, **which):
        return [x for x in self.cards(**which) if not x["cardRole"] and not x["isTemplate"]]

    def done(self, work):
        if isinstance(work, dict):
            return work["dueComplete"] or self.list_of(work)["name"] == "Done"
        named = self.jira.resolutions.get(work.resolution)
        status = self.jira.statuses[work.status]
        given_up = status.name == "Cancelled" or (named and named.name in ("Won't Do", "Duplicate"))
        return status.category == "done" and not given_up

    def list_of(self, card):
        return self.trello.lists[card["idList"]]

    def percent(self, things):
        return 100 * sum(map(self.done, things)) / len(things)


@pytest.fixture(scope="module")
def now():
    """The world as it is now."""
    return World()


@pytest.fixture(scope="module")
def okrs(now):
    """The demo's okrs.yaml, read."""
    return yaml.safe_load(now.quarter.okrs_yaml("http://jira.example", "http://trello.example"))


def key_results(okrs):
    """The KRs by id."""
    return {kr["id"]: kr for each in okrs["objectives"] for kr in each.get("key_results", [])}


def test_an_epic_was_labelled_late():
    """The cache epic got its KR's label three weeks in, and twelve cards with it."""
    before, after = (World(datetime(2026, 10, day, 6, tzinfo=UTC)) for day in (27, 28))
    assert len(after.issues("PUB-1")) - len(before.issues("PUB-1")) == 11


def test_a_done_list_is_archived_at_sprint_end(now):
    """Three archived lists and an open one are all named Done, with open cards in each."""
    lists = now.trello.lists_on(now.boards["Search quality"])
    done = [each for each in lists if each["name"] == "Done"]
    assert [each["closed"] for each in done] == [True, True, True, False]
    for each in done:
        inside = [x for x in now.cards(board="Search quality") if x["idList"] == each["id"]]
        assert inside
        assert not any(x["closed"] for x in inside)


def test_work_is_given_up_in_every_way_there_is(now):
    """Won't Do, Duplicate, Cancelled, a list of won't-dos, and an archived card not done."""
    named = {now.jira.resolutions[x.resolution].name for x in now.issues() if x.resolution}
    assert named == {"Done", "Won't Do", "Duplicate"}
    assert "Cancelled" in {now.jira.statuses[each.status].name for each in now.issues()}
    assert any("Won't do" in now.list_of(each)["name"] for each in now.work())
    assert any(each["closed"] and not now.done(each) for each in now.work())
    assert any(each["closed"] and now.done(each) for each in now.work())


def test_a_label_has_a_typing_error(now):
    """Two cards were mislabelled; one was put right in November."""
    assert len(World(datetime(2026, 11, 9, tzinfo=UTC)).issues("acount-reuse")) == 2
    assert len(now.issues("acount-reuse")) == 1


def test_a_card_is_under_two_krs(now):
    """Cards carry a second KR's label, in Jira and in Trello."""
    assert any(now.has(x, "PUB-1") and now.has(x, "PUB-2") for x in now.issues())
    both = {"SRCH-1", "SRCH-3"}
    assert any(both <= {y["name"] for y in x["labels"]} for x in now.work())


def test_points_are_there_and_missing(now):
    """In one KR some cards have story points and some have none."""
    pointed = [bool(each.custom) for each in now.issues("reliability")]
    assert any(pointed)
    assert not all(pointed)


def test_cards_are_reopened():
    """Finished cards came back, in Jira and Trello, some to stay."""
    verbs = [(each.where, each.verb) for each in story()]
    assert {where for where, verb in verbs if verb == "reopen"} >= {"SIGN", "delivery", "content"}


def test_scope_grows_after_discovery():
    """PUB-3 was at 80 % of ten discovery cards, then eighteen were added."""
    shares = []
    for day in (22, 29):
        world = World(datetime(2026, 10, day, 6, 15, tzinfo=UTC))
        component = world.jira.component(world.jira.project("PBL"), "Scheduling").id
        cards = [each for each in world.issues() if component in each.components]
        shares.append((len(cards), round(world.percent(cards))))
    assert shares == [(10, 80), (28, 36)]


def test_a_kr_is_halted(now):
    """Nothing of SRCH-3 was done in four weeks, and two cards are still begun."""
    ends = [x.category_changed for x in now.issues("search-speed") if now.done(x)]
    moved = {x["id"] for x in now.work(label="SRCH-3") if now.done(x)}
    dates = [
        datetime.fromisoformat(x["date"])
        for actions in now.trello.actions.values()
        for x in actions
        if x["data"].get("card", {}).get("id") in moved and "listAfter" in x["data"]
    ]
    assert max(ends + dates) < NOW - timedelta(weeks=4)


def test_confidence_falls_and_is_not_always_told():
    """SRCH-3's confidence falls to 3; ACC-3 wasn't scored for weeks; leaders are asked for help."""
    all_checkins = checkins()
    falling = [each.confidence for each in all_checkins if each.subject == "SRCH-3"]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 3
    assert max(each.at for each in all_checkins if each.subject == "ACC-3") < NOW - timedelta(
        weeks=3
    )
    assert any(each.ask for each in all_checkins)
    assert any(each.subject == "SRCH" for each in all_checkins)


def test_what_is_no_work_lies_about(now):
    """Separators by role and by title, templates, mirrors, board and link cards, sub-tasks."""
    roles = {each["cardRole"] for each in now.cards()}
    assert roles == {None, "separator", "board", "link", "mirror"}
    assert any(each["isTemplate"] for each in now.cards())
    assert any(re.fullmatch(r"[-= ]+", each["name"]) for each in now.work())
    assert len(now.issues(level=-1)) == 10


def test_an_epic_has_no_child(now):
    """One labelled epic has nothing under it."""
    parents = {each.parent for each in now.jira.issues.values()}
    childless = [x for x in now.issues("accessible-publishing", level=1) if x.id not in parents]
    assert len(childless) == 1


def test_both_threads_are_there(now):
    """Discovery shows in labels of cards, of spikes and of an epic."""
    labels = Counter(label for each in now.jira.issues.values() for label in each.labels)
    assert labels["discovery"] > 10
    assert labels["spike"] == 2
    assert any("discovery" in each.labels for each in now.issues(level=1))
    assert now.cards("discovery")


def test_no_person_is_named_but_the_planted(now):
    """No part of a planted name is in anything that a report shows, and they are all planted."""
    shown = [x.summary for x in now.jira.issues.values()] + [x["name"] for x in now.cards()]
    shown += [each["name"] for each in now.trello.lists.values()]
    shown += [each.name for each in now.jira.boards.values()]
    shown += [label for each in now.jira.issues.values() for label in each.labels]
    shown += [text("okrs.template.yaml"), str(read("checkins.yaml"))]
    words = set(re.findall(r"\w+", " ".join(shown).lower()))
    names = {part for name in PEOPLE for part in re.findall(r"\w+", name.lower())}
    assert words & names == set()
    assert {each.assignee.name for each in now.jira.issues.values()} == set(PEOPLE)
    assert {each["fullName"] for each in now.trello.members.values()} == set(PEOPLE)


def test_cards_are_done_and_the_number_has_not_moved(now, okrs):
    """SRCH-1 has nine in ten cards done and made a twentieth of its way."""
    assert now.percent(now.work(label="SRCH-1")) == 90.0
    metric = key_results(okrs)["SRCH-1"]["metric"]
    values = [each.value for each in checkins() if each.subject == "SRCH-1"]
    way = (metric["start"] - values[-1]) / (metric["start"] - metric["target"])
    assert 0 <= way < 0.1


def test_a_kr_has_no_cards_yet(now, okrs):
    """SRCH-4's label is on no card."""
    assert [link.get("label") for link in key_results(okrs)["SRCH-4"]["links"]] == ["SRCH-4"]
    assert now.cards("SRCH-4") == []


def test_a_kr_is_fed_by_both_services(now, okrs):
    """SRCH-3 has cards in Jira and in Trello."""
    assert {x["source"] for x in key_results(okrs)["SRCH-3"]["links"]} == {"jira", "trello"}
    assert now.issues("search-speed")
    assert now.work(label="SRCH-3")


def test_its_size(now, okrs):
    """Three teams and the programme, about a dozen KRs, some 400 cards, three Trello boards."""
    assert {each["team"] for each in okrs["objectives"]} == {
        "Publishing",
        "Search",
        "Accounts and identity",
        "Digital service programme",
    }
    assert 12 <= len(key_results(okrs)) <= 14
    assert 370 <= len(now.issues()) + len(now.work()) <= 430
    assert len(now.trello.boards) == 3
