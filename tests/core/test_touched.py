"""Cost follows change: what a run looks at is enough, whatever happened since the last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.counting import Counting, Done, Dropped
from config.okrs import KeyResult, Objective, Okrs
from config.sources import Link
from connectors.base import ByEpic, ByLabel, ByQuery, Changes, Hit, Known, Pull
from connectors.errors import TransientError
from connectors.gathered import GatheredCards, LabelHits
from connectors.patterns import folded
from connectors.shelf import Shelf
from syncer.core import deciding
from syncer.core.adjusting import adjusted
from syncer.core.counted_by import counted_by_text
from syncer.core.deciding import Deciding, in_parts, in_short
from syncer.core.plan import Plan, Target
from syncer.core.records import Entry, Event, Keep, KrState, Progress, Reading, Tally, Write
from syncer.core.touched import work
from syncer.run import decide_all
from syncer.store.store import open_store
from tests.core.brute import Work as Issue
from tests.core.worlds import STATUSES, card, workflows
from tests.store.samples import judged

BEGUN = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
ENDS = BEGUN + timedelta(hours=30)
KRS = ("A", "B", "C", "D", "E")
RULES = (
    Counting(),
    Counting(subtasks=True, done=Done(statuses=("On Hold",))),
    Counting(dropped=Dropped(statuses=("Fertig",))),
)
LINKS = (ByLabel("KR-1"), ByLabel("web"), ByQuery("q"))
QUIET = {"fresh": 3, "down": False, "both": True, "force": False, "kept": True}
_numbers = count()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('touched')}/s.db") as opened:
        yield opened


def okrs_of(rules):
    krs = tuple(KeyResult(id=kr, title=kr, links=(Link(source="s"),)) for kr in KRS)
    objective = Objective(id="O", title="O", team="T", period="2026-Q4", key_results=krs)
    file = Okrs.model_validate({"sources": {}, "objectives": (objective,)})
    return file, {kr: {"s": rules[kr], "t": Counting()} for kr in KRS}


class Past:
    """One tracker's history, read twice: by what changed, and always anew."""

    def __init__(self, store):
        number = next(_numbers)
        self.light, self.full = (
            type(store)(store._database, f"{way} {number}") for way in ("light", "full")
        )
        self.known, self.hits, self.links = Known(), {}, {}
        for workspace in (self.light, self.full):
            workspace.define(okrs_of(dict.fromkeys(KRS, Counting()))[0], BEGUN)

    def read(self, works, queried, links, rules, *, at, how):
        """Read both ways, and have the same of both."""
        file, rules_by_kr = okrs_of(rules)
        okrs = _Rules(file, rules_by_kr)
        plan = Plan(tuple(target(kr, links[kr], rules[kr], file) for kr in KRS), {})
        former = {link for kr in KRS for link in self.links.get(kr, ())}
        asked = {link for kr in KRS for link in links[kr]} | former
        whole = answer(works, asked, at, queried)
        light = compared(whole, self.known, self.hits, how["fresh"])
        self.links = links
        for workspace, pull in ((self.light, light), (self.full, whole)):
            run(workspace, plan, okrs, pull, at=at, how=how)
        assert everything(self.light) == everything(self.full)
        if how["kept"] and not how["down"]:
            self.known = Known(whole.cards, at, {}, at)
            self.hits = whole.hits


class _Rules:
    """The part of an okrs.yaml that deciding needs."""

    def __init__(self, file, rules):
        self.file, self.rules = file, rules


def target(kr, links, rules, file):
    spanning = {"t": (ByQuery("other"),)} if kr == "D" else {}
    ends = ENDS if kr == "E" else None
    selectors = {"s": tuple(links), **spanning}
    counted_by = {
        name: counted_by_text(asked, (), rules if name == "s" else Counting())
        for name, asked in selectors.items()
    }
    (objective,) = file.objectives
    (key_result,) = (key_result for key_result in objective.key_results if key_result.id == kr)
    return Target(objective, key_result, selectors, None, ends, counted_by)


def answer(works, links, at, queried=()):
    """What an honest tracker answers."""
    cards = {work.id: card(work) for work in works}
    return Pull("s", at, cards, {link: tuple(reached(link, works, queried)) for link in links})


def reached(link, works, queried):
    for issue in works:
        if isinstance(link, ByLabel):
            if folded(link.label) in {folded(label) for label in issue.labels}:
                yield Hit(issue.id, f"label {link.label} on {issue.id}")
        elif isinstance(link, ByEpic):
            if issue.id in link.keys:
                yield Hit(issue.id, f"epic {issue.id}")
        elif issue.id in queried:
            yield Hit(issue.id, "jql q")


def compared(whole, known, hits_before, fresh):
    """The same answer as one that was compared with what is known."""
    if known.whole is None:
        return whole
    shelf = Shelf.of(known.cards)
    cards = GatheredCards(shelf)
    same = {id_ for id_, card in whole.cards.items() if known.cards.get(id_) == card}
    trusted = {id_ for number, id_ in enumerate(sorted(same)) if number % 3 != fresh}
    cards.trust(trusted)
    cards |= {id_: card for id_, card in whole.cards.items() if id_ not in trusted}
    touched = (whole.cards.keys() | known.cards.keys()) - same
    moved = {link for link, hits in whole.hits.items() if hits_before.get(link) != hits}
    hits = {
        link: LabelHits(link.label, cards, [hit.card for hit in queried])
        if isinstance(link, ByLabel)
        else queried
        for link, queried in whole.hits.items()
    }
    moved = frozenset(link for link in moved if not isinstance(link, ByLabel))
    return replace(
        whole, cards=cards, hits=hits, changes=Changes(known.whole, frozenset(touched), moved)
    )


def run(workspace, plan, okrs, pull, *, at, how):
    answers = {"s": TransientError("s: down") if how["down"] else pull}
    if how["both"]:
        answers["t"] = replace(answer([], [ByQuery("other")], at), source="t")

    def whole(targets, answers, states):
        part = plan._replace(targets=tuple(targets))
        return decide_all(part, answers, states, okrs, at=at, force=how["force"])

    with workspace.alone() as alone:
        choosing = Deciding(plan, okrs, alone, at, whole)
        alone.apply(list(choosing.decisions(answers, {})), at)


def everything(workspace):
    """All that a run leaves."""
    states = workspace.states(KRS)
    sums = {kr: state.sums for kr, state in states.items()}
    return states, sums, workspace.readings_of(KRS), workspace.ledger_of(KRS)


def otherwise(issue, works, change):
    """An issue after one of the `CHANGES`."""
    above = [None, *(other.id for other in works if other.level > issue.level)]
    values = {
        "move": ("parent", above),
        "label": ("labels", [[], ["KR-1"], ["web", "spike"]]),
        "status": ("status", STATUSES),
        "category": ("category", ["new", "done"]),
        "points": ("points", [None, 0.1, 0.2, 1.0, 3.0]),
        "level": ("level", [-1, 0, 1]),
    }
    if change not in values:
        return st.just(issue)
    name, among = values[change]
    return st.sampled_from(among).map(lambda value: replace(issue, **{name: value}))


@st.composite
def happenings(draw, works):
    """The same work some time later: little of it has changed."""
    changes = draw(
        st.dictionaries(st.integers(0, len(works)), st.sampled_from(CHANGES), max_size=2)
    )
    later = [
        draw(otherwise(issue, works, changes.get(number)))
        for number, issue in enumerate(works)
        if changes.get(number) != "gone"
    ]
    if len(works) in changes:
        number = max(int(issue.id[2:]) for issue in works) + 1
        above = draw(st.sampled_from([None, *(issue.id for issue in works if issue.level)]))
        later.append(Issue(id=f"X-{number}", parent=above, labels=["web"]))
    return later


@st.composite
def trackers(draw):
    """Two epics with an issue or two below, and anything else."""
    below = [
        Issue(id=f"X-{number}", parent=f"X-{100 + number % 2}", points=0.1 * number)
        for number in range(101 + 1, 101 + draw(st.integers(1, 6)))
    ]
    return [Issue(id="X-100", level=1), Issue(id="X-101", level=1), *below, *draw(workflows())]


CHANGES = ("gone", "move", "label", "status", "status", "category", "points", "level")


@settings(max_examples=40)
@given(st.data())
def test_a_run_over_what_changed_leaves_what_a_full_run_leaves(store, data):
    """After any history both have the same cards, sums, readings, ledgers and problems."""
    past, draw = Past(store), data.draw
    works, links, rules = draw(trackers()), {}, dict.fromkeys(KRS, RULES[0])
    queried = {issue.id for issue in works[:3]}
    for step in range(draw(st.integers(2, 5))):
        if draw(st.integers(0, 3)) == 0:
            queried = draw(st.sets(st.sampled_from([issue.id for issue in works] or [""])))
        epics = [work.id for work in works if work.level > 0] or ["none"]
        for kr in KRS:
            if not step or draw(st.integers(0, 19)) == 0:
                epic = ByEpic((draw(st.sampled_from(epics)),))
                links[kr] = tuple(dict.fromkeys(draw(st.permutations([*LINKS, epic]))[:2]))
            if step and draw(st.integers(0, 19)) == 0:
                rules[kr] = draw(st.sampled_from(RULES))
        past.read(
            works,
            queried,
            dict(links),
            dict(rules),
            at=BEGUN + timedelta(hours=8 * step),
            how={
                "fresh": draw(st.integers(0, 3)),
                "down": draw(st.integers(0, 9)) == 0,
                "both": not step or draw(st.booleans()),
                "force": draw(st.booleans()),
                "kept": draw(st.integers(0, 5)) > 0,
            },
        )
        works = draw(happenings(works))


def test_a_key_result_that_nothing_touched_is_not_looked_at(store):
    """One changed card is all that is judged anew, and its KR alone is written."""
    past = Past(store)
    works = [
        Issue(id="X-1", level=1),
        Issue(id="X-2", level=1),
        *(
            Issue(id=f"X-{n}", parent=f"X-{1 + n % 2}", status="To Do", category="new")
            for n in range(3, 9)
        ),
    ]
    links = {kr: (ByEpic((f"X-{1 + (kr == 'B')}",)),) for kr in KRS}
    rules = dict.fromkeys(KRS, RULES[0])
    past.read(works, (), links, rules, at=BEGUN, how=QUIET)
    later = [replace(work, category="done") if work.id == "X-3" else work for work in works]
    at = BEGUN + timedelta(hours=1)
    file, rules_by_kr = okrs_of(rules)
    targets = tuple(target(kr, links[kr], rules[kr], file) for kr in "BCE")
    whole = answer(later, {link for kr in KRS for link in links[kr]}, at)
    light = compared(whole, past.known, past.hits, 3)
    todo = work(targets, {"s": light}, past.light.summaries("BCE"), at)
    assert todo.whole == frozenset()
    assert todo.cards == {"B": {"s": frozenset(["X-3"])}, "C": {}, "E": {}}
    run(
        past.light,
        Plan(targets, {}),
        _Rules(file, rules_by_kr),
        light,
        at=at,
        how={**QUIET, "both": False},
    )
    done = {kr: state.reading.progress.done for kr, state in past.light.summaries("BCE").items()}
    assert done == {"B": 1, "C": 0, "E": 0}


def test_kept_cards_that_cannot_be_read_are_the_sources_failure(store):
    """Where the store's copy of a changed source's cards is damaged, the old numbers stay."""
    past = Past(store)
    works = [Issue(id="X-1", level=1), Issue(id="X-2", parent="X-1")]
    links = dict.fromkeys(KRS, (ByEpic(("X-1",)),))
    past.read(works, (), links, dict.fromkeys(KRS, RULES[0]), at=BEGUN, how=QUIET)
    at = BEGUN + timedelta(hours=1)
    works[1] = replace(works[1], category="done")
    light = compared(answer(works, links["A"], at), past.known, past.hits, 3)
    light.cards.shelf._loaded = {}
    file, rules_by_kr = okrs_of(dict.fromkeys(KRS, RULES[0]))
    targets = tuple(target(kr, links[kr], RULES[0], file) for kr in "AB")
    run(past.light, Plan(targets, {}), _Rules(file, rules_by_kr), light, at=at, how=QUIET)
    for state in past.light.states("AB").values():
        assert state.reading.progress.done == 0
        assert "run okr-sync sync --full" in state.problem


def test_a_card_that_leaves_has_its_key_result_looked_at_whole(store):
    """A label taken off is no reason to trust the other cards: they may have vanished too."""
    past = Past(store)
    works = [Issue(id=f"X-{number}", labels=["web"]) for number in range(4)]
    links = dict.fromkeys(KRS, (ByLabel("web"),))
    for number, later in enumerate((works, [replace(works[0], labels=[]), *works[1:]])):
        at = BEGUN + timedelta(hours=number)
        past.read(later, (), links, dict.fromkeys(KRS, RULES[0]), at=at, how=QUIET)
    assert past.light.summaries("A")["A"].reading.progress.remaining == 3


def test_archived_work_stays_though_no_link_reaches_it_any_more(store):
    """A query finds no archived card: it is looked at because the key result had it."""
    past = Past(store)
    works = [Issue(id=f"X-{number}") for number in range(4)]
    links = dict.fromkeys(KRS, (ByQuery("q"),))
    for number, later in enumerate((works, [replace(works[0], archived=True), *works[1:]])):
        queried = [work.id for work in later if not work.archived]
        at = BEGUN + timedelta(hours=number)
        past.read(later, queried, links, dict.fromkeys(KRS, RULES[0]), at=at, how=QUIET)
    progress = past.light.summaries("A")["A"].reading.progress
    assert (progress.remaining, progress.dropped) == (3, 1)


def test_a_key_result_that_is_over_keeps_its_last_number_when_its_source_fails(store):
    """Nothing is decided on it; on the others it is that they failed."""
    past = Past(store)
    works = [Issue(id=f"X-{number}", labels=["web"]) for number in range(4)]
    links = dict.fromkeys(KRS, (ByLabel("web"),))
    for at, down in ((BEGUN, False), (ENDS + timedelta(hours=1), True)):
        how = {**QUIET, "down": down}
        past.read(works, (), links, dict.fromkeys(KRS, RULES[0]), at=at, how=how)
    states = past.light.summaries("AE")
    assert (states["A"].problem, states["E"].problem) == ("s: down", None)
    assert states["E"].reading.progress.remaining == 4


def test_sums_that_do_not_fit_the_reading_are_not_gone_on_with():
    """What can't be read, or comes to something else, has its KR counted anew."""
    file, _ = okrs_of(dict.fromkeys(KRS, RULES[0]))
    pull = answer([Issue(id="X-1")], [ByQuery("q")], BEGUN, {"X-1"})
    aim = target("A", [ByQuery("q")], RULES[0], file)
    reading = Reading("A", BEGUN, Progress(done=1, delivery=Tally(1, 0)))
    for sums in ("{", None, '{"cards": {}, "points": {}, "estimated": {}}'):
        last = KrState(reading, read_at={"s": BEGUN}, sums=sums)
        changed = {"s": frozenset(["X-1"])}
        assert adjusted(aim, last, changed, {"s": pull}, {"s": RULES[0]}, at=BEGUN) is None
        assert work([aim], {"s": pull}, {"A": last}, BEGUN).whole == {"A"}


def test_decisions_are_handed_on_in_parts_and_in_short(monkeypatch):
    """No more is held at once than is written at once, and of that only what is told."""
    monkeypatch.setattr(deciding, "MUCH", 2)
    cards = tuple(judged(number) for number in range(2))
    writes = [Write(kr, {}, None, upserts=cards) for kr in "AB"]
    kept = Keep("C", {})
    assert list(in_parts([*writes, kept])) == [[writes[0]], [writes[1]], [kept]]
    old, new = (
        Entry("A", BEGUN, Event.ADDED, "s", "1", "1", "1", "u", rebuilt=r) for r in (True, False)
    )
    short = in_short(replace(writes[0], entries=(old, new)))
    assert (short.upserts, short.entries, in_short(kept)) == ((), (new,), kept)
