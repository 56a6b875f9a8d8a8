"""Stores that earlier versions wrote: what they held is there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import Category, Level
from syncer.core.deliveries import Delivery, DeliveryStatus, MeetingReport, Occasion, Purpose
from syncer.core.past import DefinedKr, ReadSpan
from syncer.core.records import (
    Change,
    CheckIn,
    Event,
    JudgedCard,
    PointsTally,
    Progress,
    Reading,
    Run,
    State,
    Tally,
    ThreadName,
)
from syncer.store.store import open_store
from tests.store import old_stores
from tests.store.old_stores import make_old_store
from tests.store.samples import HOUR, entry, key_result, objective, okrs, write


def _moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SEEN, READ, FAILED = map(_moment, (old_stores.SEEN, old_stores.READ, old_stores.FAILED))
EVERY = pytest.mark.parametrize("revision", list(old_stores.ROWS))


@pytest.fixture
def old(url, revision):
    """A store of an earlier shape, opened by this version."""
    make_old_store(url, revision)
    with open_store(url) as store:
        yield store


@EVERY
def test_where_the_krs_stood_is_kept(old):
    """Reading, cards, problem and freshness are as they were."""
    state = old.states(["PUB-1"])["PUB-1"]
    points = PointsTally(1.5, 0.0, 1)
    progress = Progress(1, 2, 3, points, discovery=Tally(1, 0), delivery=Tally(0, 2))
    assert state.reading == Reading("PUB-1", SEEN, progress)
    assert state.read_at == {"jira": READ}
    assert (state.problem, state.problem_since) == ("jira is down", FAILED)
    names = ("jira", "1", "PUB-1", "Card 1", "https://acme.example/1", State.DONE, "status")
    thread = ThreadName.DISCOVERY
    assert state.cards == (JudgedCard(*names, ("label",), thread, 1.5, None, SEEN),)
    assert old.readings("PUB-1") == (state.reading,)


@EVERY
def test_what_is_known_of_the_reads_becomes_spans(old):
    """A source counts as read from the first reading to the last look; a problem follows."""
    spans = (
        ReadSpan("PUB-1", "jira", SEEN, READ),
        ReadSpan("PUB-1", "", FAILED, FAILED, "jira is down"),
    )
    assert old.read_spans(["PUB-1"]) == {"PUB-1": spans}
    between = READ - HOUR
    assert old.read_spans(["PUB-1"], between)["PUB-1"] == (spans[0]._replace(ended=between),)
    assert old.read_spans(["PUB-1"], READ + HOUR / 2)["PUB-1"] == (spans[0],)


@EVERY
def test_the_ledger_says_what_each_card_counted_as(old):
    """Old entries get the state that their event led to."""
    lines = old.ledger("PUB-1")
    assert [(line.event, line.was, line.state) for line in lines] == [
        (Event.ADDED, None, State.REMAINING),
        (Event.DONE, State.REMAINING, State.DONE),
        (Event.REMOVED, State.DONE, None),
    ]
    assert all(line.rebuilt and line.at == SEEN for line in lines)


@EVERY
def test_definitions_and_check_ins_are_kept(old):
    """What was aimed for and said stays, with its numbers and its dates."""
    assert old.changes() == (Change("PUB-1", SEEN, "target", "80", "90"),)
    assert old.reported_values(["PUB-1"]) == {"PUB-1": ((SEEN, 96.0),)}
    kr = DefinedKr("PUB-1", "PUB", "Faster", "Publishing", "2026-Q4", None, 100.0, 90.0, "s")
    assert old.defined() == (kr,)
    checkins = old.checkins()
    assert checkins == (
        CheckIn("PUB-1", SEEN, 6, risk="the freeze"),
        CheckIn("PUB-1", READ, 3, risk="the freeze"),
    )
    assert [(line.number, line.entered_at) for line in checkins] == [(6, READ), (3, READ)]


@EVERY
def test_runs_and_notes_are_kept(old):
    """The last runs and what was learned of the sources stay."""
    stats = {"jira.requests": 6.0}
    assert old.last_runs() == (Run(11, "sync", SEEN, READ, 1, stats),)
    assert old.recall("jira") == {"bulkfetch": ('"1000"', SEEN)}


@pytest.mark.parametrize("revision", ["0002", "0003"])
def test_known_cards_are_read_by_name_or_fetched_anew(old):
    """A card with all our fields is known; one of fewer makes its source unknown, not a fault."""
    (card,) = old.known("jira").cards.values()
    assert (card.title, card.level, card.category) == ("Card 1", Level.BASE, Category.DONE)
    assert (card.standing_id, card.estimates) == ("10001", (("auto", 3.0),))
    assert old.known("trello").cards == {}
    assert old.known("trello").since is None


@pytest.mark.parametrize("revision", ["0003"])
def test_reports_and_deliveries_are_kept(old):
    """What was made and sent is not made or sent again; an old report has no seal."""
    made = MeetingReport("", "2026-11-19", SEEN, SEEN, ("review.html",))
    assert old.claim_report(MeetingReport("", "2026-11-19", SEEN), "two") == made
    assert old.sealed_report("", "2026-11-19") is None
    sent = old.deliveries_of(Occasion(Purpose.REPORT, "", "2026-11-19"))
    assert sent == {"slack": Delivery(DeliveryStatus.SENT, SEEN, "a note")}


@EVERY
def test_an_old_store_goes_on(old):
    """Everything can be written on: the numbers go on after those that there were."""
    at = FAILED + HOUR
    now = okrs(objective(parent="YEAR", key_results=(key_result("PUB-1"), key_result("PUB-2"))))
    old.define(now, at)
    old.apply([write(range(3), at, entries=(entry(1, at=at),))], at)
    assert old.add_checkin(CheckIn("PUB-1", at, 9)) > 6
    assert old.begin_run(at, "sync") > 11
    assert [line.at for line in old.readings("PUB-1")] == [SEEN, at]
    assert old.states(["PUB-1"])["PUB-1"].problem is None
    assert {c.field for c in old.changes("PUB-2")} == {"put in"}
