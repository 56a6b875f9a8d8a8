"""Since when, and until when, a source was being read well."""

from __future__ import annotations

import json

import pytest

from syncer.core.past import ReadSpan
from syncer.core.records import Fail, Keep
from tests.store.samples import DAY, HOUR, NOW, key_result, objective, okrs

MINUTE = HOUR / 60


def _read(store, at, kr="PUB-1", source="jira"):
    store.apply([Keep(kr, {source: at})], at)


def _fail(store, at, problem="jira is down", kr="PUB-1"):
    store.apply([Fail(kr, problem)], at)


def _spans(store, until=None, kr="PUB-1"):
    return [(s.source, s.began, s.ended, s.problem) for s in store.read_spans([kr], until)[kr]]


def test_good_reads_that_follow_each_other_are_one_span(store, ask):
    """Its end moves; no row comes with a run."""
    for hours in range(5):
        _read(store, NOW + hours * HOUR)
    assert _spans(store) == [("jira", NOW, NOW + 4 * HOUR, None)]
    assert store.read_spans(["PUB-2"]) == {"PUB-2": ()}
    assert ask("SELECT count(*) FROM kr_reads") == [(1,)]


def test_a_failure_ends_a_span_and_begins_its_own(store):
    """Failures with the same problem are one span, another problem is another."""
    _read(store, NOW)
    for hours in (1, 2):
        _fail(store, NOW + hours * HOUR)
    _fail(store, NOW + 3 * HOUR, "jira answered nothing")
    for hours in (4, 5):
        _read(store, NOW + hours * HOUR)
    assert _spans(store) == [
        ("jira", NOW, NOW, None),
        ("", NOW + HOUR, NOW + 2 * HOUR, "jira is down"),
        ("", NOW + 3 * HOUR, NOW + 3 * HOUR, "jira answered nothing"),
        ("jira", NOW + 4 * HOUR, NOW + 5 * HOUR, None),
    ]
    assert store.summaries(["PUB-1"])["PUB-1"].read_at == {"jira": NOW + 5 * HOUR}


def test_the_same_problem_after_a_good_read_is_a_new_span(store):
    """Two outages with the same words are two."""
    for hours in (0, 2):
        _fail(store, NOW + hours * HOUR)
        _read(store, NOW + (hours + 1) * HOUR)
    assert [problem for *_, problem in _spans(store)] == ["jira is down", None] * 2


def test_each_source_has_its_spans(store):
    """A source that wasn't asked keeps its moment, and its span goes on later."""
    store.apply([Keep("PUB-1", {"jira": NOW, "trello": NOW})], NOW)
    store.apply([Keep("PUB-1", {"jira": NOW + HOUR, "trello": NOW})], NOW + HOUR)
    assert _spans(store) == [("jira", NOW, NOW + HOUR, None), ("trello", NOW, NOW, None)]


def test_looking_back_a_gap_stays_a_gap(store):
    """Ten days without a run, then one: as of the ninth the last read was before them."""
    for hours in (0, 6):
        _read(store, NOW + hours * HOUR)
    for until in (NOW + 6 * HOUR, NOW + 9 * DAY):
        assert _spans(store, until) == [("jira", NOW, NOW + 6 * HOUR, None)]
    _read(store, NOW + 10 * DAY)
    assert _spans(store) == [("jira", NOW, NOW + 10 * DAY, None)]
    assert _spans(store, NOW + 9 * DAY) == [("jira", NOW, NOW + 6 * HOUR, None)]
    assert _spans(store, NOW + 5 * HOUR) == [("jira", NOW, NOW, None)]
    assert _spans(store, NOW - HOUR) == []


def test_looking_back_gives_what_was_known_then(store):
    """Whatever comes later, the spans as of a moment are those that were read at it."""
    moments, seen = [NOW + n * 5 * HOUR for n in range(12)], {}
    for number, at in enumerate(moments):
        if number % 4 == 3:
            _fail(store, at, "jira is down" if number < 6 else "jira is slow")
        else:
            _read(store, at)
            _read(store, at, "PUB-2")
        seen[at] = _spans(store), _spans(store, kr="PUB-2")
    for at in moments:
        assert (_spans(store, at), _spans(store, at, kr="PUB-2")) == seen[at]


def test_a_read_of_another_kr_is_no_read_of_this_one(store):
    """While a KR fails, its source may be read well for another."""
    _read(store, NOW)
    _fail(store, NOW + HOUR)
    _read(store, NOW + 2 * HOUR, "PUB-2")
    assert _spans(store, NOW + 3 * HOUR)[0] == ("jira", NOW, NOW, None)


def test_what_a_clock_that_was_ahead_noted_is_not_known_yet(store):
    """Its reads count as not noted, and the next run with the right time puts them right."""
    _read(store, NOW)
    ahead = NOW + 2 * DAY
    _read(store, ahead)
    assert _spans(store, NOW + HOUR) == [("jira", NOW, NOW, None)]
    _read(store, NOW + 2 * HOUR)
    assert store.summaries(["PUB-1"])["PUB-1"].read_at == {"jira": NOW + 2 * HOUR}
    assert _spans(store) == [("jira", NOW, NOW + 2 * HOUR, None)]
    _read(store, NOW + 3 * DAY)
    assert _spans(store, NOW + 2 * DAY + HOUR) == [("jira", NOW, NOW + 2 * HOUR, None)]


def test_a_span_that_a_clock_ahead_began_begins_when_it_was_right(store):
    """The first read of all was dated in the future."""
    _read(store, NOW + 2 * DAY)
    _read(store, NOW)
    assert _spans(store) == [("jira", NOW, NOW, None)]


def test_a_source_that_was_linked_again_begins_anew(store):
    """What was read before it was unlinked is history, and no freshness."""
    store.apply([Keep("PUB-1", {"jira": NOW, "trello": NOW})], NOW)
    links = [[{"source": "trello"}], [{"source": "trello"}, {"source": "jira"}]]
    for hours, linked in enumerate(links, start=1):
        kr = key_result("PUB-1", links=linked)
        store.define(okrs(objective(key_results=(kr,))), NOW + hours * HOUR)
    assert store.summaries(["PUB-1"])["PUB-1"].read_at == {"trello": NOW}
    _read(store, NOW + 3 * HOUR)
    assert [span[:3] for span in _spans(store)] == [
        ("jira", NOW, NOW),
        ("trello", NOW, NOW),
        ("jira", NOW + 3 * HOUR, NOW + 3 * HOUR),
    ]


def test_reads_every_second_do_not_make_the_store_grow(store, ask):
    """Of a minute's reads the last is kept, and the last of all."""
    for seconds in range(600):
        _read(store, NOW + seconds * MINUTE / 60)
    ((moments,),) = ask("SELECT moments FROM source_reads")
    assert len(json.loads(moments)) <= 12
    last = NOW + 599 * MINUTE / 60
    assert _spans(store, last + DAY) == [("jira", NOW, last, None)]


@pytest.mark.parametrize("minutes", [1, 15])
def test_reads_by_cron_are_all_known(store, minutes):
    """From a minute up, each read is known to the second."""
    moments = [NOW + n * minutes * MINUTE for n in range(20)]
    for at in moments:
        _read(store, at)
    for at in moments:
        assert _spans(store, at + MINUTE / 2) == [("jira", NOW, at, None)]


def test_a_day_ends_at_midnight_utc(store):
    """The last read of a day is known on the next one until there is another."""
    late = NOW.replace(hour=23, minute=59)
    for at in (late, late + 2 * MINUTE):
        _read(store, at)
    assert _spans(store, late + MINUTE) == [("jira", late, late, None)]
    assert _spans(store, late + 3 * MINUTE) == [("jira", late, late + 2 * MINUTE, None)]


def test_spans_are_records(store):
    """They come by KR, every one that was asked."""
    _read(store, NOW)
    spans = store.read_spans(["PUB-2", "PUB-1"])
    assert spans == {"PUB-2": (), "PUB-1": (ReadSpan("PUB-1", "jira", NOW, NOW),)}
