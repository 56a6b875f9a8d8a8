"""A report is made once and delivered once, whoever dies in the middle of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.errors import LockedError, StoreError
from syncer.core.deliveries import (
    Delivery,
    DeliveryStatus,
    MeetingReport,
    Occasion,
    Purpose,
    SealedReport,
)
from syncer.core.records import CheckIn
from syncer.store.store import open_store
from tests.store.samples import NOW

REPORT = MeetingReport("Publishing", "2026-11-19", NOW)
CONTENT = b'{"title": "Review"}'
HASH = hashlib.sha256(CONTENT).hexdigest()
WHOLE = REPORT._replace(made_at=NOW, files=("review.html",))
OCCASION = Occasion(Purpose.REPORT, "Publishing", "2026-11-19")


def test_a_report_is_claimed_then_made_then_left_alone(store):
    """Once its files are whole, a meeting's report can't be claimed any more."""
    assert store.report_of("Publishing", "2026-11-19") is None
    assert store.claim_report(REPORT, "one") == REPORT
    assert store.seal_report(WHOLE, "one", CONTENT, HASH)
    assert store.claim_report(REPORT, "two") == WHOLE
    assert store.report_of("Publishing", "2026-11-19") == WHOLE


def test_a_claim_whose_process_died_is_taken_over(store):
    """Whoever claims it next may make it, and the first claim no longer counts."""
    store.claim_report(REPORT, "dead")
    assert store.claim_report(REPORT, "alive").made_at is None
    assert not store.seal_report(WHOLE, "dead", CONTENT, HASH)
    assert store.seal_report(WHOLE, "alive", CONTENT, HASH)


def test_each_calendar_and_day_has_its_own_report(store):
    """The programme's report says nothing about a team's, nor one meeting's about the next."""
    store.claim_report(REPORT, "one")
    store.seal_report(WHOLE, "one", CONTENT, HASH)
    for other in (REPORT._replace(calendar=""), REPORT._replace(day="2026-12-03")):
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
    assert store.begin_delivery(OCCASION._replace(purpose=Purpose.REMINDER), "slack", NOW)


def test_making_a_report_keeps_no_sync_out(store, url):
    """The lock for reports is another one than that of the runs, and keeps out its like."""
    with store.lock("report"), open_store(url) as other:
        with other.lock():
            pass
        with pytest.raises(LockedError), other.lock("report"):
            pass


def test_an_import_adds_what_isnt_there_and_nothing_else(store):
    """Said again, the same check-ins add nothing."""
    checkins = [
        CheckIn("PUB-1", NOW, 7),
        CheckIn("PUB-1", NOW + timedelta(days=7), 6, note="slower"),
    ]
    assert store.add_checkins(checkins[:1]) == 1
    assert store.add_checkins(checkins) == 1
    assert store.add_checkins(checkins) == 0
    assert store.checkins("PUB-1") == tuple(checkins)


def test_an_import_overwrites_nothing(store):
    """Another score of the same moment is refused, and nothing beside it is written."""
    checkin = CheckIn("PUB-1", NOW, 7)
    store.add_checkin(checkin)
    with pytest.raises(ValueError, match="PUB-1"):
        store.add_checkins([CheckIn("PUB-2", NOW, 3), replace(checkin, confidence=8)])
    assert store.checkins() == (checkin,)


def test_a_sealed_report_keeps_its_content(store):
    """Content and hash come back to the byte, with what is known of the report."""
    store.claim_report(REPORT, "one")
    assert store.sealed_report("Publishing", "2026-11-19") is None
    assert store.seal_report(WHOLE, "one", CONTENT, HASH)
    assert store.sealed_report("Publishing", "2026-11-19") == SealedReport(WHOLE, CONTENT, HASH)
    assert store.claim_report(REPORT, "two") == WHOLE


def test_a_seal_is_set_once(store):
    """What was sealed is never sealed again, by whomever, and a lost claim seals nothing."""
    store.claim_report(REPORT, "dead")
    store.claim_report(REPORT, "alive")
    assert not store.seal_report(WHOLE, "dead", CONTENT, HASH)
    assert store.seal_report(WHOLE, "alive", CONTENT, HASH)
    other = b"other"
    assert not store.seal_report(WHOLE, "alive", other, hashlib.sha256(other).hexdigest())
    assert store.sealed_report("Publishing", "2026-11-19").content == CONTENT


def test_a_hash_of_something_else_is_no_seal(store):
    """The caller's hash must be that of the content."""
    store.claim_report(REPORT, "one")
    with pytest.raises(ValueError, match="SHA-256"):
        store.seal_report(WHOLE, "one", CONTENT, HASH[::-1])


def test_a_broken_seal_is_said(store, ask):
    """A content that isn't what was sealed isn't given."""
    store.claim_report(REPORT, "one")
    store.seal_report(WHOLE, "one", CONTENT, HASH)
    ask("UPDATE reports SET sha256 = 'another'")
    with pytest.raises(StoreError, match=r"the report of 2026-11-19.*isn't what was sealed"):
        store.sealed_report("Publishing", "2026-11-19")
