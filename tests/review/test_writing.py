"""The whole briefing of a sample quarter, and as of any day in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from config.okrs import Okrs
from syncer.core.past import PUT_IN, TAKEN_OUT
from syncer.core.records import Change, CheckIn, State
from syncer.report.json_document import document
from syncer.review.attention import FindingKind, Light
from syncer.review.briefing import EVENTS
from syncer.review.calendar import meetings
from syncer.review.forecast import Forecast
from syncer.review.writing import brief
from tests.review.sample import LAST_REVIEW, NOW, REVIEW, START, histories, okrs

SNAPSHOT = Path(__file__).parent / "briefing.json"


def briefed(now=NOW, file=None, known=None, **parts):
    """The sample's briefing."""
    return brief(file or okrs(), histories() if known is None else known, now, dice=Random, **parts)


def test_chance_is_drawn_once_for_all_krs():
    """KRs with as many weeks behind them share their trials, so that many KRs cost little more."""
    seeds = []

    def dice(seed):
        seeds.append(seed)
        return Random(seed)

    made = brief(okrs(), histories(), NOW, dice=dice)
    forecasts = [kr for kr in made.key_results if isinstance(kr.forecast, Forecast)]
    assert len(forecasts) > len(seeds) == len(set(seeds)) > 0


def test_the_briefing_is_as_it_was_when_somebody_last_looked():
    """The sample's whole briefing as data; after a wanted change, look, and write it anew."""
    written = json.loads(json.dumps(document(briefed())))
    assert written == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_the_same_state_gives_the_same_briefing():
    """Made twice, by two crons say, it is the same to the last forecast."""
    assert briefed() == briefed()


def test_what_needs_help_comes_first_and_greens_last():
    """The order is the lights', and within them the gravest finding's."""
    lights = [list(Light).index(kr.light) for kr in briefed().key_results]
    assert lights == sorted(lights)
    assert [kr.id for kr in briefed().key_results][:2] == ["PUB-2", "PUB-4"]
    kinds = [list(FindingKind).index(finding.kind) for finding in briefed().findings]
    assert kinds == sorted(kinds)


def test_teams_stand_in_the_files_order():
    """Each team has its objectives and KRs, and none is lost."""
    made = briefed()
    assert [team.name for team in made.teams] == ["Publishing", "Search", "Accounts"]
    assert {kr.id for kr in made.key_results} == {h.key_result.id for h in histories()}


def test_made_again_as_of_a_day_it_is_that_days_briefing():
    """The report made later, as of a past day, has the figures that it had on the day."""
    then = datetime(2026, 11, 10, 6, 15, tzinfo=UTC)
    fresh, again = briefed(then, known=histories(now=then)), briefed(then)
    for kr in fresh.key_results:
        (other,) = (each for each in again.key_results if each.id == kr.id)
        assert (kr.progress, kr.delta) == (other.progress, other.delta)
        assert (kr.confidence, kr.forecast) == (other.confidence, other.forecast)
        assert (kr.events, kr.readings) == (other.events, other.readings)
        if kr.problem is None:
            assert kr.findings == other.findings


@pytest.mark.no_cover
def test_deltas_add_up_from_report_to_report_over_the_whole_quarter():
    """Each review's counts before are the counts that the review before it ended with."""
    last = {}
    for meeting in meetings(REVIEW, START):
        if meeting > NOW:
            break
        just_before = meeting - timedelta(seconds=1)
        made = briefed(meeting, known=histories(now=just_before))
        assert made.since == meeting
        made = briefed(just_before, known=histories(now=just_before))
        for kr in made.key_results:
            if kr.progress:
                before = (kr.delta.before.done, kr.delta.before.remaining, kr.delta.before.dropped)
                assert last.get(kr.id, before) == before
                progress = kr.progress
                last[kr.id] = (progress.done, progress.remaining, progress.dropped)
    assert len(last) == 11


def test_the_cards_behind_the_delta_are_its_events():
    """Each event's cards are named, at most as many as there were events."""
    for kr in briefed().key_results:
        if kr.delta:
            for event in EVENTS:
                count = getattr(kr.delta, event.value)
                assert len(kr.events[event]) <= count
                assert bool(kr.events[event]) == bool(count)


def test_unestimated_cards_are_named_where_others_have_points():
    """As many as the counts say, and none where nothing is estimated."""
    krs = {kr.id: kr for kr in briefed().key_results}
    assert len(krs["PUB-1"].unestimated) == krs["PUB-1"].progress.points.unestimated > 0
    assert krs["PUB-3"].unestimated == ()


def test_an_objectives_own_words_are_in_its_brief():
    """Confidence, asks, notes and changes of the objective itself; later ones not."""
    at = NOW - timedelta(days=2)
    checkins = [
        CheckIn("PUB", LAST_REVIEW - timedelta(days=1), confidence=9),
        CheckIn("PUB", at, confidence=6, note=" Launch moved ", ask="A decision on the date"),
        CheckIn("PUB", NOW + timedelta(days=1), confidence=1),
    ]
    changed = [
        Change("PUB", datetime(2026, 9, 1, tzinfo=UTC), "title", "Old", "Older"),
        Change("PUB", at, "title", "Old", "New"),
    ]
    objective = briefed(checkins={"PUB": checkins}, changes={"PUB": changed}).teams[0].objectives[0]
    assert [finding.kind for finding in objective.findings] == [
        FindingKind.ASK,
        FindingKind.CONFIDENCE,
    ]
    assert (objective.confidence.score, objective.note) == (6, "Launch moved")
    assert objective.changes == (changed[1],)


def test_a_teams_asks_and_risks_stand_beside_the_reasons():
    """Both are read off a key result's brief, and are no reason for its light."""
    checkin = CheckIn("PUB-1", NOW - timedelta(days=1), ask="A second tester", risk="Two are ill")
    (first, *_) = histories()
    first = replace(first, checkins=(*first.checkins, checkin))
    (kr,) = briefed(known=(first,)).key_results
    assert ["A second tester" in finding.text for finding in kr.asks] == [True]
    assert ["Two are ill" in finding.text for finding in kr.risks] == [True]
    assert not {*kr.asks, *kr.risks} & {*kr.reasons}


def test_a_card_that_does_not_count_is_not_behind_the_number():
    """What was reached and left out is in no list of cards."""
    (first, *_) = histories()
    card = first.state.cards[0]._replace(key="LEFT-OUT", state=State.IGNORED)
    state = replace(first.state, cards=(card, *first.state.cards))
    (kr,) = briefed(known=(replace(first, state=state),)).key_results
    assert "LEFT-OUT" not in {card.key for cards in kr.cards.values() for card in cards}


def test_an_annual_objective_is_named_where_a_quarter_steers_towards_it():
    """The parent's title stands with the child; a parent that isn't there is none."""
    file = okrs()
    year = file.objectives[0].model_copy(
        update={"id": "Y", "title": "The year", "period": "2026", "key_results": ()}
    )
    children = [objective.model_copy(update={"parent": "Y"}) for objective in file.objectives[:1]]
    made = briefed(file=file.model_copy(update={"objectives": (year, *children)}))
    titles = {
        objective.id: objective.parent for team in made.teams for objective in team.objectives
    }
    assert titles == {"Y": None, "PUB": "The year"}


@pytest.mark.parametrize(
    ("period", "ahead", "over", "shown"),
    [
        ("2027-Q1", 1, 0, 2),
        ("2026-Q3", 0, 1, 2),
        ("2026", 0, 0, 3),
        ("sometime", 0, 0, 3),
    ],
)
def test_only_open_objectives_are_reviewed(period, ahead, over, shown):
    """What hasn't begun, or had ended by the last review, is named and no more."""
    first, *others = okrs().objectives
    moved = first.model_copy(update={"period": period})
    made = briefed(file=okrs().model_copy(update={"objectives": (moved, *others)}))
    assert (len(made.ahead), len(made.over), len(made.teams)) == (ahead, over, shown)


@pytest.mark.parametrize(("now", "closed"), [("2027-01-05", 3), ("2027-01-15", 0)])
def test_a_quarter_that_ended_is_closed_once(now, closed):
    """The first review after its end has the closing, the one after that doesn't."""
    coming = okrs().objectives[0].model_copy(update={"id": "NEW", "period": "2027-Q1"})
    file = okrs().model_copy(update={"objectives": (*okrs().objectives, coming)})
    made = briefed(datetime.fromisoformat(now).replace(tzinfo=UTC), file)
    assert len(made.closings) == closed
    assert [objective.id for team in made.teams for objective in team.objectives] == ["NEW"]
    assert len(made.over) == 3


def test_a_closing_waits_for_the_next_report_where_the_first_review_had_none():
    """It is counted from the last report that was made, whichever review that was for."""
    now = datetime(2027, 1, 15, tzinfo=UTC)
    made = briefed(now, closed_since=datetime(2026, 12, 17, tzinfo=UTC))
    assert len(made.closings) == 3


def test_what_left_the_file_is_closed_and_named():
    """A quarter's KRs that were replaced by the next quarter's have their closing all the same."""
    now, out = datetime(2027, 1, 5, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
    stood = '{"title": "T", "done": 4, "remaining": 2, "dropped": 0}'
    moved = Change("PUB-1", out, TAKEN_OUT, stood, "")
    gone = [replace(history, taken_out_at=out, changes=(moved,)) for history in histories()[:2]]
    coming = okrs().objectives[0].model_copy(update={"id": "NEW", "period": "2027-Q1"})
    put_in = Change("NEW", out, PUT_IN, "", '{"title": "New", "done": null}')
    file = okrs().model_copy(update={"objectives": (coming,)})
    made = briefed(now, file, (), gone=gone, changes={"NEW": [put_in]})
    assert [len(closing.key_results) for closing in made.closings] == [2]
    assert [(move.id, move.taken_out, move.done) for move in made.moves] == [
        ("NEW", False, None),
        ("PUB-1", True, 4),
        ("PUB-1", True, 4),
    ]


def test_without_a_calendar_changes_count_from_the_first_reading():
    """No meeting, no last one, UTC; the deltas begin where the readings do."""
    file = okrs().model_copy(update={"review": None})
    made = briefed(file=file)
    assert (made.meeting, made.since, made.timezone) == (None, None, "UTC")
    pub = next(kr for kr in made.key_results if kr.id == "PUB-1")
    assert pub.delta.since == START


def test_nothing_at_all_is_a_briefing_too():
    """No objective, no KR, no data."""
    made = brief(Okrs(sources={}, objectives=()), (), NOW, dice=Random)
    assert (made.key_results, made.findings) == ((), ())


def test_a_kr_without_readings_has_no_delta_and_no_crash():
    """A KR never read, and one whose readings are lost, are shown as far as known."""
    odd = replace(histories()[0], readings=())
    made = briefed(file=okrs().model_copy(update={"review": None}), known=(odd,))
    (kr,) = made.key_results
    assert kr.delta is None
    assert kr.progress is not None
    assert not any(kr.events.values())


def test_times_are_told_by_the_teams_clock():
    """The briefing knows the zone that its reader lives in."""
    summer = datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert briefed().local(summer).hour == 10


def test_between_a_report_and_its_meeting_nothing_falls_out_of_sight():
    """What was done after the last report was made is in the next one, not in neither."""
    seen = LAST_REVIEW - timedelta(days=3)
    by_meeting, by_report = briefed(), briefed(seen=seen)
    assert (by_report.since, by_report.seen) == (LAST_REVIEW, seen)
    done = [
        sum(kr.delta.done for kr in made.key_results if kr.delta)
        for made in (by_meeting, by_report)
    ]
    assert done[0] < done[1]
    before = briefed(seen)
    for kr in before.key_results:
        after = next(key_result for key_result in by_report.key_results if key_result.id == kr.id)
        if kr.progress:
            assert after.delta.before.done == kr.progress.done, kr.id
