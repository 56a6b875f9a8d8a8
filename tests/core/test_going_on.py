"""When a key result's kept sums are gone on from: each single reason against it is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.counting import Counting
from config.okrs import KeyResult, Objective
from config.sources import Link
from connectors.base import (
    ByBoard,
    ByLabel,
    ByQuery,
    Card,
    Category,
    Changes,
    Hit,
    Level,
    Pull,
    Scope,
)
from connectors.errors import NotFoundError, TransientError
from connectors.gathered import GatheredCards
from connectors.shelf import Shelf
from syncer.core.adjusting import adjusted
from syncer.core.counted_by import counted_by_text
from syncer.core.decide import decision
from syncer.core.plan import Target
from syncer.core.records import KrState, Tally
from syncer.core.touched import narrowed, reached, work

LAST = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
NOW = LAST + timedelta(hours=1)
LINK, OTHER = ByQuery("q"), ByQuery("other")
RULES = {"s": Counting(), "t": Counting()}
KR = KeyResult(id="A", title="A", links=(Link(source="s"),))
OBJECTIVE = Objective(id="O", title="O", team="T", period="2026-Q4", key_results=(KR,))


def target(links=(LINK,), *, ends=None, rules=RULES["s"], **more):
    selectors = {"s": tuple(links), **more}
    counted_by = {name: counted_by_text(asked, (), rules) for name, asked in selectors.items()}
    return Target(OBJECTIVE, KR, selectors, None, ends, counted_by)


def issue(number, **traits):
    values = {"status": "To Do", "category": Category.NEW, "labels": (), "estimates": ()} | traits
    return Card("s", f"{number}", f"X-{number}", "title", "u", Level.BASE, **values)


def pull(cards, links=(LINK,), at=LAST):
    hits = {link: tuple(Hit(card.id, "jql q") for card in cards) for link in links}
    return Pull("s", at, {card.id: card for card in cards}, hits)


def compared(cards, known, links=(LINK,), **changes):
    """The pull of now, of which all that is known and the same is trusted."""
    shelf = Shelf.of({card.id: card for card in known})
    gathered = GatheredCards(shelf)
    same = {card.id for card in cards if shelf.get(card.id) == card}
    gathered.trust(same)
    gathered |= {card.id: card for card in cards if card.id not in same}
    touched = {card.id for card in (*cards, *known)} - same
    seen = Changes(LAST, frozenset(touched))._replace(**changes)
    return replace(pull(cards, links, NOW), cards=gathered, changes=seen)


def read(aim, answer):
    """Where a KR stands after a first reading of this answer."""
    first = decision(aim, KrState(None), {"s": answer}, RULES, at=LAST)
    return KrState(
        first.reading,
        first.upserts,
        read_at=first.read_at,
        counted_by=first.counted_by or {},
        sums=first.sums,
    )


CARDS = (issue(1), issue(2))


def is_whole(aim, last, answers, at=NOW):
    return work([aim], answers, {"A": last}, at).whole == {"A"}


def test_what_nothing_speaks_against_is_gone_on_from():
    """The state that the other tests change in one respect is gone on from itself."""
    aim = target()
    assert not is_whole(aim, read(aim, pull(CARDS)), {"s": compared(CARDS, CARDS)})


@pytest.mark.parametrize(
    "otherwise",
    [
        {"reading": None},
        {"problem": "s: down"},
        {"sums": None},
        {"read_at": {"s": LAST - timedelta(microseconds=1)}},
        {"read_at": {"s": LAST, "t": LAST}},
        {"counted_by": {}},
        {"counted_by": {"s": counted_by_text((LINK,), (), RULES["s"]), "t": ""}},
        {"counted_by": {"s": counted_by_text((LINK,), ("WEB",), RULES["s"])}},
    ],
    ids=[
        "never read",
        "problem",
        "no sums",
        "another pull",
        "link gone",
        "unknown",
        "unlinked",
        "narrowed",
    ],
)
def test_a_state_that_is_otherwise_is_counted_anew(otherwise):
    """What the store has of a KR must be of the very pull that was compared with, and whole."""
    aim = target()
    last = replace(read(aim, pull(CARDS)), **otherwise)
    assert is_whole(aim, last, {"s": compared(CARDS, CARDS)})


@pytest.mark.parametrize(
    "aim",
    [
        target(ends=NOW),
        target(rules=Counting(subtasks=True)),
        target((LINK, OTHER)),
        target(t=(OTHER,)),
    ],
    ids=["period over", "rules", "another link", "another source"],
)
def test_a_target_that_is_otherwise_is_counted_anew(aim):
    """An edit of the links or the rules, or the period's end, has all cards looked at."""
    last = read(target(), pull(CARDS))
    assert is_whole(aim, last, {"s": compared(CARDS, CARDS, aim.selectors["s"])})


@pytest.mark.parametrize(
    "answer",
    [
        TransientError("s: down"),
        pull(CARDS, at=NOW),
        compared(CARDS, CARDS, since=LAST + timedelta(microseconds=1)),
        compared(CARDS, CARDS, hits=frozenset([LINK])),
        replace(compared(CARDS, CARDS), problems={LINK: NotFoundError("s: gone")}),
    ],
    ids=["failed", "not compared", "with another pull", "other hits", "link failed"],
)
def test_an_answer_that_is_otherwise_is_counted_anew(answer):
    """A source that failed, wasn't compared, or reaches other cards, has all of them looked at."""
    aim = target()
    assert is_whole(aim, read(aim, pull(CARDS)), {"s": answer})


def test_a_link_to_the_active_sprint_is_counted_anew():
    """A sprint may end while no card changes."""
    link = ByBoard(("1",), scope=Scope.ACTIVE_SPRINT)
    aim = target((link,))
    last = read(aim, pull(CARDS, (link,)))
    assert is_whole(aim, last, {"s": compared(CARDS, CARDS, (link,))})


@pytest.mark.parametrize(
    "later",
    [
        issue(1, parent="2"),
        issue(1)._replace(level=Level.SUBTASK),
        issue(1)._replace(key="Y-1"),
        issue(1)._replace(level=Level.CONTAINER),
    ],
    ids=["moved", "sub-task", "another key", "container"],
)
def test_a_card_whose_place_changed_has_its_key_result_counted_anew(later):
    """What stands elsewhere, or is something else, may change what others count as."""
    aim = target()
    assert is_whole(aim, read(aim, pull(CARDS)), {"s": compared((later, CARDS[1]), CARDS)})


@pytest.mark.parametrize("way", ["gains", "loses"])
def test_a_card_that_gains_or_loses_its_only_child_is_counted_anew(way):
    """A container counts itself while nothing is under it, and not beside its children."""
    alone = (issue(1, labels=("web",))._replace(level=Level.CONTAINER),)
    both = (*alone, issue(2, parent="1"))
    before, now = (alone, both) if way == "gains" else (both, alone)
    link = ByLabel("web")
    aim, hits = target((link,)), {link: (Hit("1", "label web on X-1"),)}
    last = read(aim, replace(pull(before), hits=hits))
    assert is_whole(aim, last, {"s": replace(compared(now, before), hits=hits)})


def test_an_epic_that_becomes_discovery_has_what_stands_under_it_counted_anew():
    """A link that reaches the child alone is concerned all the same: its thread is read above."""
    epic = issue(1)._replace(level=Level.CONTAINER)
    child, other = issue(2, parent="1"), issue(3, parent="1")
    before, now = (epic, child, other), (epic._replace(labels=("spike",)), child, other)
    aim, hits = target(), {LINK: (Hit("2", "jql q"),)}
    last = read(aim, replace(pull(before), hits=hits))
    assert is_whole(aim, last, {"s": replace(compared(now, before), hits=hits)})


def test_a_card_that_several_links_reach_is_taken_out_and_put_in_once():
    """Two links of a KR reach the same card: its points and its state count once."""
    links = (LINK, OTHER)
    aim = target(links)
    cards = (issue(1, estimates=(("auto", 3.0),)), issue(2, estimates=(("auto", 0.1),)))
    later = (issue(1, status="Done", category=Category.DONE, estimates=(("auto", 5.0),)), cards[1])
    last, answer = read(aim, pull(cards, links)), compared(later, cards, links)
    changed = work([aim], {"s": answer}, {"A": last}, NOW).cards["A"]
    assert changed == {"s": frozenset("1")}
    part = replace(last, cards=tuple(card for card in last.cards if card.id == "1"))
    light = adjusted(aim, part, changed, {"s": narrowed(answer, "1", links)}, RULES, at=NOW)
    whole = decision(aim, last, {"s": pull(later, links, NOW)}, RULES, at=NOW)
    assert (light.reading, light.upserts, light.entries, light.sums) == (
        whole.reading,
        whole.upserts,
        whole.entries,
        whole.sums,
    )
    assert (light.reading.progress.done, light.reading.progress.points.done) == (1, 5.0)


def test_a_changed_card_keeps_the_thread_that_is_written_above_it():
    """Of what didn't change, what a changed card stands under is looked at too."""
    epic = issue(1, labels=("spike",))._replace(level=Level.CONTAINER)
    before = (epic, issue(2, parent="1"))
    now = (epic, issue(2, parent="1", status="Done", category=Category.DONE))
    aim, hits = target(), {LINK: (Hit("2", "jql q"),)}
    last = read(aim, replace(pull(before), hits=hits))
    answer = narrowed(replace(compared(now, before), hits=hits), "2", [LINK])
    light = adjusted(aim, last, {"s": frozenset("2")}, {"s": answer}, RULES, at=NOW)
    assert light.reading.progress.discovery == Tally(1, 0)


def test_what_a_key_result_had_is_looked_at_though_no_link_reaches_it():
    """A card that was archived since leaves every search, and is still dropped, not gone."""
    answer = replace(compared(CARDS, CARDS), hits={LINK: (Hit("1", "jql q"),)})
    assert reached(answer, [LINK], ["2"]).cards.keys() == {"1", "2"}
    assert reached(answer, [LINK]).cards.keys() == {"1"}


def test_a_card_that_counts_as_before_is_written_as_it_is_now():
    """A new title or status changes no number and is what `explain` has to show."""
    aim, later = target(), (issue(1, status="Doing")._replace(title="renamed"), CARDS[1])
    last = read(aim, pull(CARDS))
    part = replace(last, cards=tuple(card for card in last.cards if card.id == "1"))
    answer = narrowed(compared(later, CARDS), "1", [LINK])
    light = adjusted(aim, part, {"s": frozenset("1")}, {"s": answer}, RULES, at=NOW)
    assert (light.reading, light.entries, light.sums) == (None, (), None)
    assert [(card.title, card.rule) for card in light.upserts] == [
        ("renamed", "status Doing (category new)")
    ]


def test_a_number_that_is_put_right_is_as_fresh_as_what_answered():
    """A source that answered is read as of then, one that didn't as of before."""
    aim, later = target(), (issue(1, status="Doing"), CARDS[1])
    last = read(aim, pull(CARDS))
    part = replace(last, cards=tuple(card for card in last.cards if card.id == "1"))
    then = NOW + timedelta(hours=1)
    answer = replace(narrowed(compared(later, CARDS), "1", [LINK]), read_at=then)
    assert adjusted(aim, part, {"s": frozenset("1")}, {"s": answer}, RULES, at=then).read_at == {
        "s": then
    }
    assert adjusted(aim, replace(part, cards=()), {}, {}, RULES, at=then).read_at == last.read_at
