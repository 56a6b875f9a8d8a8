from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import LockedError
from syncer.core.deliveries import Delivery, DeliveryStatus, MeetingReport, Occasion, Purpose
from syncer.core.records import CheckIn
from syncer.store.store import open_store
from tests.store.samples import NOW

REPORT = MeetingReport("Publishing", "2026-11-19", NOW)
OCCASION = Occasion(Purpose.REPORT, "Publishing", "2026-11-19")


def test_a_report_is_claimed_then_made_then_left_alone(store):
    """Once its files are whole, a meeting's report can't be claimed any more."""
    assert store.report_of("Publishing", "2026-11-19") is None
    assert store.claim_report(REPORT, "one") == REPORT
    whole = replace(REPORT, made_at=NOW, files=("review-2026-11-19-publishing.html",))
    assert store.report_made(whole, "one")
    assert store.claim_report(REPORT, "two") == whole
    assert store.report_of("Publishing", "2026-11-19") == whole


def test_a_claim_whose_process_died_is_taken_over(store):
    """Whoever claims it next may make it, and the first claim no longer counts."""
    store.claim_report(REPORT, "dead")
    assert store.claim_report(REPORT, "alive").made_at is None
    assert not store.report_made(replace(REPORT, made_at=NOW), "dead")
    assert store.report_made(replace(REPORT, made_at=NOW), "alive")


def test_each_calendar_and_day_has_its_own_report(store):
    """The programme's report says nothing about a team's, nor one meeting's about the next."""
    store.claim_report(REPORT, "one")
    store.report_made(replace(REPORT, made_at=NOW), "one")
    for other in (replace(REPORT, calendar=""), replace(REPORT, day="2026-12-03")):
        assert store.claim_report(other, "one").made_at is None


def test_a_delivery_begins_once(store):
    """What was begun is never begun again, whatever became of it, unless it is sure it wasn't."""
    assert store.begin_delivery(OCCASION, "slack", NOW)
    assert not store.begin_delivery(OCCASION, "slack", NOW)
    assert store.deliveries_of(OCCASION) == {"slack": Delivery(DeliveryStatus.SENDING, NOW)}
    store.end_delivery(OCCASION, "slack", Delivery(DeliveryStatus.SENT, NOW, "a note"))
    assert not store.begin_delivery(OCCASION, "slack", NOW)
    assert store.deliveries_of(OCCASION) == {"slack": Delivery(DeliveryStatus.SENT, NOW, "a note")}
    store.forget_delivery(OCCASION, "slack")
    assert store.begin_delivery(OCCASION, "slack", NOW)


def test_a_reminder_is_no_report(store):
    """The same place may get both on the same day."""
    store.begin_delivery(OCCASION, "slack", NOW)
    assert store.begin_delivery(replace(OCCASION, purpose=Purpose.REMINDER), "slack", NOW)


def test_making_a_report_keeps_no_sync_out(store, url):
    """The lock for reports is another one than that of the runs, and keeps out its like."""
    with store.lock("report"), open_store(url) as other:
        with other.lock():
            pass
        with pytest.raises(LockedError), other.lock("report"):
            pass


def test_an_import_adds_what_isnt_there_and_nothing_else(store):
    """Said again, the same check-ins add nothing."""
    told = [CheckIn("PUB-1", NOW, 7), CheckIn("PUB-1", NOW + timedelta(days=7), 6, note="slower")]
    assert store.add_checkins(told[:1]) == 1
    assert store.add_checkins(told) == 1
    assert store.add_checkins(told) == 0
    assert store.checkins("PUB-1") == tuple(told)


def test_an_import_overwrites_nothing(store):
    """Another score of the same moment is refused, and nothing beside it is written."""
    said = CheckIn("PUB-1", NOW, 7)
    store.add_checkin(said)
    with pytest.raises(ValueError, match="PUB-1"):
        store.add_checkins([CheckIn("PUB-2", NOW, 3), replace(said, confidence=8)])
    assert store.checkins() == (said,)
