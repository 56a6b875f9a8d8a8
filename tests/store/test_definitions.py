"""What okrs.yaml said over time: what was put in, changed and taken out."""

from __future__ import annotations

import json

import pytest

from syncer.core.past import PUT_IN, TAKEN_OUT, DefinedKr
from syncer.core.records import Change, Keep
from tests.store.samples import HOUR, NOW, key_result, metric, objective, okrs, write


def _told(store, okrs_now):
    """Define at `NOW` plus an hour, and give what changed as (subject, what, before, after)."""
    store.define(okrs_now, NOW + HOUR)
    return [(c.subject, c.field, c.before, c.after) for c in _edits(store)]


def _edits(store, *period):
    """Give the changes of fields: nothing that was put in or taken out."""
    return [c for c in store.changes(*period) if c.field not in {PUT_IN, TAKEN_OUT}]


def _moved(store):
    """Give what was put in and taken out, as (subject, what, how it stood)."""
    lines = [c for c in store.changes() if c.field in {PUT_IN, TAKEN_OUT}]
    return [(c.subject, c.field, json.loads(c.before or c.after)) for c in lines]


def _with(**more):
    return okrs(objective(key_results=(key_result("PUB-1", **more),)))


def test_first_definitions_are_no_changes(store):
    """Where all is new nothing has changed."""
    assert store.changes() == ()
    assert _told(store, okrs(objective(), objective("WEB"))) == []


NEVER_READ = {"done": None, "remaining": None, "dropped": None}


def test_what_is_put_in_later_is_told(store):
    """An objective and its KRs that come into a known file are told, once."""
    grown = okrs(objective(), objective("WEB", title="Grow", key_results=(key_result("WEB-1"),)))
    for _ in range(2):
        store.define(grown, NOW + HOUR)
    assert _moved(store) == [
        ("WEB", "put in", {"title": "Grow", **NEVER_READ}),
        ("WEB-1", "put in", {"title": "Title of WEB-1", **NEVER_READ}),
    ]


def test_what_is_taken_out_is_told_with_where_it_stood(store):
    """A KR that leaves the file is told once with its cards, and so is its return."""
    store.apply([write(range(3), kr="PUB-2")], NOW)
    krs = tuple(key_result(f"PUB-{n}") for n in (1, 3))
    for hours in (1, 2):
        store.define(okrs(objective(key_results=krs)), NOW + hours * HOUR)
    stood = {"title": "Title of PUB-2", "done": 3, "remaining": 0, "dropped": 0}
    assert _moved(store) == [("PUB-2", "taken out", stood)]
    store.define(okrs(), NOW + 3 * HOUR)
    assert _moved(store) == [("PUB-2", "taken out", stood), ("PUB-2", "put in", stood)]
    assert store.changes()[1].at == NOW + 3 * HOUR


def test_every_kr_that_there_ever_was_is_known(store):
    """What left the file is known with the moment; looking back, all is as it was then."""
    renamed = key_result("PUB-1", title="Faster")
    store.define(okrs(objective(key_results=(renamed,), team="Web")), NOW + 2 * HOUR)
    store.define(
        okrs(objective(key_results=(renamed, key_result("PUB-2"))), objective("NEW")),
        NOW + 4 * HOUR,
    )
    now = sorted(store.defined(), key=lambda kr: kr.id)
    assert [kr.id for kr in now] == ["NEW-1", "NEW-2", "NEW-3", "PUB-1", "PUB-2", "PUB-3"]
    links = '[{"source": "jira"}]'
    first = DefinedKr("PUB-1", "PUB", "Faster", "Publishing", "2026-Q4", links=links)
    assert now[3] == first
    assert [kr.taken_out_at for kr in now[4:]] == [None, NOW + 2 * HOUR]
    then = sorted(store.defined(NOW + 3 * HOUR), key=lambda kr: kr.id)
    assert [(kr.id, kr.team, kr.taken_out_at) for kr in then] == [
        ("PUB-1", "Web", None),
        ("PUB-2", "Web", NOW + 2 * HOUR),
        ("PUB-3", "Web", NOW + 2 * HOUR),
    ]
    assert [(kr.title, kr.taken_out_at) for kr in store.defined(NOW + HOUR)] == [
        (f"Title of PUB-{n}", None) for n in (1, 2, 3)
    ]


def test_the_same_file_writes_nothing(store, ask):
    """A second run with the same file leaves every row as it is."""
    counted = "SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM reported_values)"
    now = _with(metric=metric(current=96))
    store.define(now, NOW)
    before = store.changes()
    store.define(now, NOW + HOUR)
    assert store.changes() == before
    assert ask(counted)[0] == (len(before), 1)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("title", "Reach the launch"),
        ("team", "Web"),
        ("period", "2027-Q1"),
        ("kind", "learning"),
        ("parent", "YEAR"),
    ],
)
def test_a_changed_objective_is_told(store, name, after):
    """Each thing about an objective is told by its name, before and after."""
    before = getattr(objective(), name) or ""
    assert _told(store, okrs(objective(**{name: after}))) == [("PUB", name, before, after)]


def test_a_changed_target_is_told_as_people_write_numbers(store):
    """Numbers are told short and exact; one that wasn't there is told as nothing."""
    changes = _told(store, _with(metric=metric(0.1, 90, unit="s")))
    assert ("PUB-1", "start", "", "0.1") in changes
    assert ("PUB-1", "target", "", "90") in changes
    assert ("PUB-1", "unit", "", "s") in changes
    changes = _told(store, _with(metric=metric(0.1, 1e300, unit="s")))
    assert changes[3:] == [("PUB-1", "target", "90", "1e+300")]


def test_a_changed_quality_and_title_are_told(store):
    """The quality condition and the title of a KR are told like the rest."""
    changes = _told(store, _with(title="Faster", quality="and no more failures"))
    assert changes == [
        ("PUB-1", "title", "Title of PUB-1", "Faster"),
        ("PUB-1", "quality", "", "and no more failures"),
    ]


def test_changed_links_are_told_as_in_the_file(store):
    """Links are told as a JSON list that holds what the file holds."""
    links = [{"source": "jira", "epic": ["PUB-120"]}, {"source": "trello", "list": ["Fertig ✅"]}]
    ((_, field, before, after),) = _told(store, _with(links=links))
    assert (field, json.loads(before), json.loads(after)) == ("links", [{"source": "jira"}], links)
    assert "✅" in after


def test_changed_counting_rules_are_told_by_source(store):
    """Counting rules are told where they differ from the defaults, source by source."""
    rules = {"PUB-1": {"jira": {"done": {"columns": "last"}}, "trello": {}}}
    ((subject, field, before, after),) = _told(store, okrs(rules=rules))
    assert (subject, field, before) == ("PUB-1", "counting", "")
    assert json.loads(after) == {"jira": {"done": {"columns": "last"}}}


def test_a_kr_that_moves_to_another_objective_is_told(store):
    """A KR under another objective is the same KR, changed."""
    moved = objective("WEB", key_results=(key_result("PUB-1"),))
    assert _told(store, okrs(moved)) == [("PUB-1", "objective", "PUB", "WEB")]


def test_what_left_the_file_stays(store):
    """A KR that is no longer in the file is kept, and its return is no change."""
    assert _told(store, _with()) == []
    store.apply([Keep("PUB-3", {"jira": NOW})], NOW)
    assert _told(store, okrs()) == []
    assert store.summaries(["PUB-3"])["PUB-3"].read_at == {"jira": NOW}


def test_a_value_in_the_file_is_told_and_no_change(store):
    """Each new `current` is kept with the moment it was first seen; the definition is the same."""
    for hours, current in enumerate([96, 96, None, 95, 96]):
        store.define(_with(metric=metric(current=current)), NOW + hours * HOUR)
    changes = ((NOW, 96.0), (NOW + 3 * HOUR, 95.0), (NOW + 4 * HOUR, 96.0))
    assert store.reported_values(["PUB-1", "PUB-2"]) == {"PUB-1": changes, "PUB-2": ()}
    assert {change.field for change in _edits(store)} == {"start", "target"}


def test_a_source_that_is_no_longer_linked_is_forgotten(store):
    """A KR isn't old because of a source that it has no link to any more."""
    store.apply([Keep("PUB-1", {"jira": NOW, "trello": NOW})], NOW)
    store.define(_with(links=[{"source": "trello"}]), NOW)
    assert store.summaries(["PUB-1"])["PUB-1"].read_at == {"trello": NOW}


def test_who_defines_learns_whether_krs_stand_otherwise(store):
    """Only a changed link, or what was noted later than now, changes where KRs stand."""
    store.apply([Keep("PUB-1", {"jira": NOW, "trello": NOW + 5 * HOUR})], NOW)
    assert not store.define(_with(title="Another"), NOW + 6 * HOUR)
    assert store.define(_with(links=[{"source": "trello"}]), NOW + 6 * HOUR)
    run = store.begin_run(NOW + 9 * HOUR, "sync")
    assert run
    assert store.define(_with(links=[{"source": "trello"}]), NOW + 7 * HOUR)


def test_changes_are_found_by_subject_and_moment(store):
    """Changes are those of one subject or of all, after a moment, oldest first."""
    for hours, title in enumerate(["One", "Two"], start=1):
        store.define(
            okrs(objective(title=title, key_results=(key_result("PUB-1", title=title),))),
            NOW + hours * HOUR,
        )
    assert [c.after for c in _edits(store)] == ["One", "One", "Two", "Two"]
    assert store.changes("PUB-1", NOW + HOUR) == (
        Change("PUB-1", NOW + 2 * HOUR, "title", "One", "Two"),
    )
    assert [c.subject for c in store.changes(since=NOW + HOUR)] == ["PUB", "PUB-1"]
    assert store.changes("nobody") == ()


def test_text_that_no_database_takes_is_no_change_either(store):
    """A title with a NUL is stored with a mark, and isn't told as changed at each run."""
    for _ in range(2):
        store.define(_with(title="a\0b"), NOW)
    assert [c.after for c in _edits(store)] == ["a\ufffdb"]
