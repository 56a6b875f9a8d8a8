"""Answers that leave out, cut and repeat by chance: the true count is written, or nothing."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.counting import Counting
from config.okrs import KeyResult, Objective
from connectors.base import Ask, ByEpic, ByLabel, Known, Watch
from connectors.registry import open_source
from sandbox.faults import Fault
from syncer import background
from syncer.core.decide import decision
from syncer.core.plan import Target
from syncer.core.records import Fail, KrState, Refuse
from tests.connectors.test_jira_contract import CloudTracker, DataCenterTracker
from tests.connectors.test_trello_contract import TrelloTracker

OBJECTIVE = Objective(id="O", title="O", team="T", period="2026-Q4")
KR = KeyResult(id="KR", title="KR")
CARDS = range(1, 9)
PARTS = ("issues", "cards", "values")


def left_out(items, chance):
    """Leave out some that are there."""
    return [item for item in items[1:] if chance.random() > 0.2]


def cut(items, chance):
    """Give the beginning alone."""
    return items[: chance.randrange(len(items))]


def repeated(items, chance):
    """Give one twice."""
    return [*items, chance.choice(items)]


def warped(warp, seed):
    """Change the lists of cards in a JSON answer."""
    chance = Random(seed)

    def change(body):
        answer = json.loads(body)
        for part in PARTS:
            if isinstance(answer, dict) and isinstance(answer.get(part), list) and answer[part]:
                answer[part] = warp(answer[part], chance)
        return json.dumps(answer).encode()

    return Fault(change=change)


class JiraWorld(CloudTracker):
    """Stories that a label, an epic and a board reach."""

    # A search may leave something out once; what it named may be withheld as often as it likes.
    paths = ((r"/search(/jql)?$", 1), (r"/issue/bulkfetch$", 4))

    def fill(self, states):
        self.site.add_issue(key="PUB-100", type="Epic")
        for number, (labelled, below, is_done) in states.items():
            self.site.add_issue(
                key=f"PUB-{number}",
                labels=["KR"] if labelled else [],
                parent="PUB-100" if below else None,
                status="Done" if is_done else "To Do",
            )

    def turn(self, number, *, is_done):
        self.site.move(f"PUB-{number}", "Done" if is_done else "To Do")

    def take(self, number):
        self.site.delete(f"PUB-{number}")

    def links(self, names):
        ways = {"label": ByLabel("KR"), "epic": ByEpic(("PUB-100",)), "board": self.board}
        return tuple(ways[name] for name in names)


class DataCenterWorld(JiraWorld, DataCenterTracker):
    """The same on Data Center."""

    app = staticmethod(DataCenterTracker.app)
    make = DataCenterTracker.make
    email = None
    kind = "personal"
    paths = ((r"/search$", 1),)


class TrelloBoard(TrelloTracker):
    """Cards on a board, some with the label; a list of theirs stands for the epic."""

    paths = ((r"/1/boards/[^/]+$", 1),)

    def fill(self, states):
        self.cards = {
            number: self.world.add_card(
                self.done if is_done else self.doing, f"Card {number}", labels=["KR"] * labelled
            )
            for number, (labelled, _, is_done) in states.items()
        }

    def turn(self, number, *, is_done):
        self.world.move(self.cards[number], self.done if is_done else self.doing)

    def take(self, number):
        self.world.delete(self.cards[number])

    def links(self, names):
        ways = {"label": self.labelled("KR"), "epic": self.labelled("KR"), "board": self.board}
        return tuple(dict.fromkeys(ways[name] for name in names))


def is_reached(state, names, world):
    labelled, below, _ = state
    by_epic = labelled if isinstance(world, TrelloBoard) else below
    return "board" in names or ("label" in names and labelled) or ("epic" in names and by_epic)


def true_count(states, names, world):
    """Count by hand what stands on the tracker: done and remaining."""
    done = [is_done for *_, is_done in (s for s in states.values() if is_reached(s, names, world))]
    return sum(done), len(done) - sum(done)


class Run:
    """A KR over its source, from run to run, as the store would keep it."""

    def __init__(self, world, links):
        self.world, self.name = world, world.access.name
        text = {self.name: "the same"}
        self.target = Target(OBJECTIVE, KR, {self.name: links}, None, counted_by=text)
        self.known, self.last = Known(), KrState()

    def decide(self):
        world, name = self.world, self.name
        source, _ = open_source(world.access, world.steps.clock, 60)
        ask = Ask(self.target.selectors[name], known=self.known)
        answer = background.bounded(name, lambda: source.pull(ask, Watch()))
        rules, at = {name: Counting()}, world.steps.now()
        decided = decision(self.target, self.last, {name: answer}, rules, at=at)
        if not isinstance(decided, Fail | Refuse):
            self.known = Known(answer.cards, None, answer.learned)
        return decided


def keep(run, decided):
    """Give the counts that stand after a decision; None where it wrote nothing."""
    if isinstance(decided, Fail | Refuse):
        return None
    reading = getattr(decided, "reading", None) or run.last.reading
    if run.last.reading is None:
        run.last = KrState(reading, decided.upserts, decided.read_at, counted_by=decided.counted_by)
    return reading.progress.done, reading.progress.remaining


MOSTLY = st.integers(0, 3).map(lambda number: number < 3)
FLAGS = st.tuples(MOSTLY, MOSTLY, st.booleans())


@pytest.mark.parametrize("make", [JiraWorld, DataCenterWorld, TrelloBoard])
@settings(max_examples=8)
@given(data=st.data())
def test_a_count_is_true_or_not_written(make, data):
    """Whatever answers leave out, cut or repeat after a whole reading, no wrong number stands."""
    states = data.draw(st.fixed_dictionaries(dict.fromkeys(CARDS, FLAGS)), label="states")
    names = data.draw(st.sets(st.sampled_from(["label", "epic", "board"]), min_size=1))
    world = make()
    with world.serving:
        world.serve()
        world.fill(states)
        run = Run(world, world.links(sorted(names)))
        assert keep(run, run.decide()) == true_count(states, names, world)
        for number in data.draw(st.sets(st.sampled_from(CARDS), max_size=3), label="turned"):
            labelled, below, is_done = states[number]
            states[number] = labelled, below, not is_done
            world.turn(number, is_done=not is_done)
        for number in data.draw(st.sets(st.sampled_from(CARDS), max_size=2), label="deleted"):
            world.take(number)
            del states[number]
        for path, times in world.paths:
            warp = data.draw(st.sampled_from([cut, left_out, repeated]), label="warp")
            fault = warped(warp, data.draw(st.integers(0, 9), label="seed"))
            nth = data.draw(st.integers(1, 2), label="nth")
            world.faults.add(path, fault, nth=nth, times=times)
        assert keep(run, run.decide()) in {None, true_count(states, names, world)}
        world.faults.clear()
        decided = run.decide()
        if not isinstance(decided, Refuse):
            assert keep(run, decided) == true_count(states, names, world)
