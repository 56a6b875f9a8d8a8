"""What makes a key result need help, and what it is said to be: the lights of rule 16."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.okrs import KeyResult, Link, Metric, Objective
from syncer.core.period import period
from syncer.core.records import CheckIn, Entry, Event, KrState, Progress, Reading, State
from syncer.review.attention import Finding, FindingKind, Light, Viewpoint, light
from syncer.review.forecast import Forecast, NoForecast, Range
from syncer.review.history import KrHistory
from syncer.review.outcome import confidence, outcome
from syncer.review.reasons import findings

NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)
REVIEW = datetime(2026, 11, 19, 10, tzinfo=UTC)
BEFORE = datetime(2026, 11, 5, 10, tzinfo=UTC)
MOMENT = Viewpoint(NOW, REVIEW, period("2026-Q4"), review_before=BEFORE)
UNKNOWN = NoForecast("")
FIRST = datetime(2026, 10, 1, 6, tzinfo=UTC)
KR = KeyResult(
    id="A-1", title="KR", metric=Metric(start=0, target=10), links=(Link(source="jira"),)
)


def days_ago(days):
    """A moment before now."""
    return NOW - timedelta(days=days)


def entry(days, event=Event.DONE):
    """A ledger line some days ago."""
    return Entry("A-1", days_ago(days), event, "jira", "1", "A-9", "Card", "", State.REMAINING)


def checkin(days, **words):
    """A check-in some days ago."""
    return CheckIn("A-1", days_ago(days), **words)


def a_kr(progress=None, **parts):
    """A KR on course: read today, a card done lately, scored this week, half of its way gone."""
    progress = progress or Progress(5, 5)
    known = {
        "state": KrState(Reading("A-1", FIRST, progress), read_at={"jira": NOW}),
        "readings": (Reading("A-1", FIRST, progress),),
        "entries": (entry(3),),
        "checkins": (checkin(3, confidence=8, value=5.0),),
    } | parts
    objective = Objective(id="A", title="Aim", team="Team", period="2026-Q4")
    return KrHistory(objective, known.pop("key_result", KR), **known)


def findings_of(kr, view=MOMENT, outlook=UNKNOWN):
    """What is found about a KR."""
    number = outcome(kr, view.period, view.review, view.now)
    mood = confidence(kr.checkins, view.review, view.review_before)
    return findings(kr, number, mood, outlook, view)


def kinds(kr, view=MOMENT):
    """The kinds of what is found, in order."""
    return [each.kind for each in findings_of(kr, view)]


def test_a_kr_on_course_has_no_findings():
    """Nothing is said where nothing is to be said, and that is green."""
    assert findings_of(a_kr()) == ()
    assert light(()) is Light.WELL


def test_confidence_that_fell_says_by_how_much_and_since_when():
    """The peak, the day of the peak, and what the last review knew."""
    checkins = (
        checkin(27, confidence=8),
        checkin(20, confidence=7),
        checkin(3, confidence=4, value=5),
    )
    (finding,) = findings_of(a_kr(checkins=checkins))
    assert finding.text == "Confidence fell to 4, from 8 on 5 Nov (7 at the last review)."
    assert (finding.kind, finding.since, finding.weight) == (
        FindingKind.CONFIDENCE,
        days_ago(27),
        4,
    )


def test_a_fall_from_what_the_review_knew_isnt_told_twice():
    """Where the peak is the last review's own score, once is enough."""
    checkins = (checkin(20, confidence=7), checkin(3, confidence=5, value=5))
    (finding,) = findings_of(a_kr(checkins=checkins))
    assert finding.text == "Confidence fell to 5, from 7 on 12 Nov."


def test_a_small_fall_is_said_where_it_is_the_second_in_a_row():
    """Any fall at each of the last two reviews; one small fall alone is none."""
    one_fall = (checkin(20, confidence=8), checkin(3, confidence=7, value=5))
    assert findings_of(a_kr(checkins=one_fall)) == ()
    (finding,) = findings_of(a_kr(checkins=(checkin(30, confidence=9), *one_fall)))
    assert finding.text == "Confidence fell at each of the last two reviews: 9, 8, 7."


def test_a_dip_far_below_the_last_review_counts_though_it_rose_since():
    """Two below the review's score is a fall, whatever was between."""
    scores = (
        checkin(20, confidence=8),
        checkin(9, confidence=5),
        checkin(3, confidence=6, value=5),
    )
    (finding,) = findings_of(a_kr(checkins=scores))
    assert finding.text == "Confidence fell to 6, from 8 at the last review."


def test_an_old_fall_that_the_review_has_heard_is_no_news():
    """Only a fall since the last review is said, unless confidence is low."""
    scores = (
        checkin(40, confidence=8),
        checkin(20, confidence=5),
        checkin(3, confidence=5, value=5),
    )
    assert findings_of(a_kr(checkins=scores)) == ()


def test_low_confidence_is_said_as_often_as_it_is_low():
    """Three or less needs help even where it didn't fall."""
    checkins = (checkin(20, confidence=3), checkin(3, confidence=3, value=5))
    (finding,) = findings_of(a_kr(checkins=checkins))
    assert finding.text == "Confidence is low: 3 of 10."


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ((entry(14),), "No card done since 18 Nov; 5 cards left."),
        ((), "No card done yet; 5 cards left."),
        ((entry(3, Event.ADDED),), "No card done yet; 5 cards left."),
    ],
)
def test_no_card_done_since_the_review_is_a_halt(entries, text):
    """With work left and nothing finished since the last review, progress halted."""
    (finding,) = findings_of(a_kr(entries=entries))
    assert (finding.kind, finding.text) == (FindingKind.HALTED, text)


def test_one_card_left_is_one_card():
    """The sentence counts like people do."""
    (finding,) = findings_of(a_kr(Progress(5, 1), entries=(entry(20),)))
    assert finding.text.endswith("; 1 card left.")


@pytest.mark.parametrize(
    "parts",
    [
        {"progress": Progress(5, 0), "checkins": (checkin(3, confidence=8, value=9),)},
        {"checkins": (checkin(3, confidence=8, value=10),)},
        {"readings": (Reading("A-1", days_ago(5), Progress(0, 5)),)},
    ],
    ids=["all done", "target reached", "known for five days"],
)
def test_where_nothing_can_halt_there_is_no_halt(parts):
    """Nothing left, the target reached, or known for less than a week is no halt."""
    assert kinds(a_kr(**({"entries": ()} | parts))) == []


def test_a_halt_takes_a_week_whenever_the_review_was():
    """A day after a review nobody is told that no card was done since."""
    view = MOMENT._replace(review=days_ago(1))
    checkins = (checkin(3, confidence=8, value=5.0),)
    assert kinds(a_kr(entries=(entry(5),), checkins=checkins), view) == []
    assert kinds(a_kr(entries=(entry(8),), checkins=checkins), view) == [FindingKind.HALTED]


def test_a_halt_is_judged_by_what_was_read():
    """Where the boards were last read a while ago, later cards aren't missed."""
    state = KrState(Reading("A-1", FIRST, Progress(5, 5)), read_at={"jira": days_ago(12)})
    assert FindingKind.HALTED not in kinds(a_kr(state=state, entries=(entry(15),)))


def test_without_a_review_or_readings_the_halt_is_from_the_reading():
    """A KR known by its state alone is judged from that reading's time."""
    view = Viewpoint(NOW)
    assert kinds(a_kr(entries=(), readings=()), view) == [FindingKind.HALTED]


def test_asks_and_risks_are_the_teams_own_words():
    """Each is a finding, once, with its day."""
    checkins = (
        checkin(9, ask=" A second pair of eyes ", risk="The contract ends"),
        checkin(3, confidence=8, value=5, ask="A second pair of eyes"),
    )
    asked, feared = findings_of(a_kr(checkins=checkins))
    assert (asked.kind, asked.text) == (FindingKind.ASK, "A second pair of eyes")
    assert (feared.kind, feared.text, feared.since) == (
        FindingKind.RISK,
        "The contract ends",
        days_ago(9),
    )


def test_what_the_review_heard_stands_until_a_later_checkin_leaves_it_out():
    """An old ask of the latest check-in is open; one that was left out since is closed."""
    before = checkin(16, confidence=8, value=5, ask="Money")
    assert kinds(a_kr(checkins=(before,))) == [FindingKind.ASK, FindingKind.UNSCORED]
    assert kinds(a_kr(checkins=(before, checkin(3, confidence=8)))) == []


def test_an_ask_is_followed_from_checkin_to_checkin():
    """Since when it is asked and how often; a score alone doesn't break it, a note does."""
    asked = (checkin(30, ask="Money"), checkin(22, confidence=8), checkin(15, ask="Money"))
    (finding, *_) = findings_of(a_kr(checkins=(*asked, checkin(3, confidence=8, ask="Money"))))
    assert (finding.since, finding.times) == (days_ago(30), 3)
    broken = (checkin(30, ask="Money"), checkin(22, note="done"), checkin(3, ask="Money"))
    assert findings_of(a_kr(checkins=broken))[0].since == days_ago(3)


def test_an_answer_closes_the_ask_and_no_risk():
    """Even one that the review hasn't heard; asked again it is open again."""
    earlier = (
        checkin(5, confidence=8, value=5, ask="Money", risk="Time"),
        checkin(3, answered=True),
    )
    assert kinds(a_kr(checkins=earlier)) == [FindingKind.RISK]
    again = (*earlier, checkin(1, ask="Money"))
    assert [f.times for f in findings_of(a_kr(checkins=again)) if f.kind is FindingKind.ASK] == [1]


def test_before_the_first_review_every_ask_is_open():
    """Nobody has heard them yet."""
    checkins = (checkin(30, ask="Money"), checkin(3, confidence=8, value=5))
    assert kinds(a_kr(checkins=checkins), Viewpoint(NOW)) == [FindingKind.ASK]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({}, "95 % of the cards are done and nobody has told the number."),
        ({"value": 1}, "95 % of the cards are done, but the number has gone 10 % of its way."),
    ],
)
def test_cards_done_while_the_number_stands_is_a_finding(words, text):
    """Output without outcome: nine tenths of the cards, hardly any of the way."""
    checkins = (checkin(3, confidence=8, **words),)
    finding, *_ = findings_of(a_kr(Progress(19, 1), checkins=checkins))
    assert (finding.kind, finding.text) == (FindingKind.UNMOVED, text)


def test_a_number_a_quarter_of_its_way_is_no_output_without_outcome():
    """The boundary: short of a quarter is said, a quarter isn't."""
    for value, kinds_ in (
        (2.4, [FindingKind.UNMOVED, FindingKind.BEHIND]),
        (2.5, [FindingKind.BEHIND]),
    ):
        checkins = (checkin(3, confidence=8, value=value),)
        assert kinds(a_kr(Progress(19, 1), checkins=checkins)) == kinds_


@pytest.mark.parametrize(("value", "behind"), [(4.2, True), (4.3, False), (9, False)])
def test_a_number_far_behind_the_straight_line_is_behind(value, behind):
    """By more than a quarter of the way, 67 % of the time being gone."""
    kr = a_kr(checkins=(checkin(3, confidence=8, value=value),))
    assert (FindingKind.BEHIND in kinds(kr)) is behind
    assert (light(findings_of(kr)) is Light.BEHIND) is behind


@pytest.mark.parametrize(
    ("every", "metric", "short"),
    [(Range(9, 12), None, True), (Range(8, 12), None, False), (Range(9, 12), KR.metric, False)],
)
def test_a_forecast_short_of_the_cards_is_behind_where_no_number_was_told(every, metric, short):
    """The whole forecast: its best end is below the fewest cards there may be."""
    outlook = Forecast(NOW, 8, Range(6, 8), every, 0.0, None, None)
    kr = KR.model_copy(update={"metric": metric})
    known = a_kr(key_result=kr, checkins=(checkin(3, confidence=8, value=metric and 6.0),))
    assert (FindingKind.SHORT in [f.kind for f in findings_of(known, outlook=outlook)]) is short


@pytest.mark.parametrize(
    ("progress", "value"), [(Progress(19, 1), 10), (Progress(19, 1), 5), (Progress(8, 2), 0)]
)
def test_a_number_that_moves_or_cards_that_are_left_are_no_finding(progress, value):
    """Target reached, a number on its way, or work still to do: nothing to say."""
    checkins = (checkin(20, value=1), checkin(3, confidence=8, value=value))
    assert FindingKind.UNMOVED not in kinds(a_kr(progress, checkins=checkins))


def test_a_kr_without_a_number_cant_be_unmoved():
    """Where the result is to know what to do next, cards may all be done."""
    plain = KR.model_copy(update={"metric": None})
    assert kinds(a_kr(Progress(9, 0), key_result=plain)) == []


@pytest.mark.parametrize(
    ("checkins", "text"),
    [
        ((checkin(7, confidence=8, value=5),), "Not scored since 25 Nov."),
        ((checkin(3, note="soon"), ), "Never scored."),
    ],
)  # fmt: skip
def test_a_kr_that_nobody_scored_for_a_week_is_stale(checkins, text):
    """A note is no score; the day of the last one is said."""
    (finding,) = findings_of(a_kr(checkins=checkins))
    assert (finding.kind, finding.text) == (FindingKind.UNSCORED, text)
    assert light((finding,)) is Light.UNSURE


def test_in_the_first_week_of_a_period_nobody_is_late():
    """A KR that began three days ago isn't stale yet; without a period it is."""
    begun = MOMENT._replace(period=MOMENT.period._replace(begins=days_ago(3)))
    assert kinds(a_kr(checkins=()), begun) == []
    assert kinds(a_kr(checkins=()), MOMENT._replace(period=None)) == [FindingKind.UNSCORED]


def test_figures_that_couldnt_be_renewed_say_why():
    """The reason and the day of the last look stand with the old number."""
    state = replace(a_kr().state, problem="no such board", problem_since=days_ago(1))
    (finding,) = findings_of(a_kr(state=state))
    assert finding.text == "Not read since 2 Dec: no such board"
    assert (finding.kind, finding.since) == (FindingKind.UNREAD, days_ago(1))


def test_a_kr_never_read_says_so():
    """Without a look there is no day, only the reason."""
    (finding,) = findings_of(a_kr(state=KrState(), readings=(), entries=()))
    assert finding.text == "Not read yet: run okr-sync sync"


def test_boards_that_no_run_looked_at_for_days_are_old():
    """When cron stopped, the report says so."""
    state = KrState(Reading("A-1", FIRST, Progress(5, 5)), read_at={"jira": days_ago(2)})
    (finding,) = findings_of(a_kr(state=state))
    assert finding.text.startswith("Not read since 30 Nov: no run has looked since")


NO_NUMBER = KR.model_copy(update={"metric": None})
SCORED = (checkin(3, confidence=8),)


@pytest.mark.parametrize(
    ("kr", "text"),
    [
        (KR, "No card counts for it, and nobody has told its number."),
        (NO_NUMBER, "No card counts for it, and it has no number."),
    ],
)
def test_a_kr_with_neither_cards_nor_a_number_isnt_on_course(kr, text):
    """Weeks into its period a score alone is nothing to go by."""
    empty = a_kr(Progress(0, 0, 2), key_result=kr, entries=(), checkins=SCORED)
    (finding,) = findings_of(empty)
    assert (finding.kind, finding.text) == (FindingKind.UNTOLD, text)
    assert light((finding,)) is Light.UNSURE


def test_a_kr_that_has_something_to_show_or_has_just_begun_isnt_bare():
    """A number alone will do, and so will cards; in the first weeks neither is missed."""
    begun = MOMENT._replace(period=MOMENT.period._replace(begins=days_ago(27)))
    bare = a_kr(Progress(), entries=(), checkins=SCORED)
    assert kinds(bare, begun) == []
    assert kinds(a_kr(Progress(), entries=())) == []
    assert kinds(a_kr(Progress(1, 5), checkins=SCORED)) == []
    assert kinds(bare, MOMENT._replace(period=None)) == []


def test_help_beats_doubt_and_the_graver_comes_first():
    """The order is the room's: by kind, then by weight, then by name."""
    doubt = Finding(FindingKind.UNREAD, "A-1", "x")
    mild, grave = (Finding(FindingKind.CONFIDENCE, "A-1", "x", None, weight) for weight in (1, 4))
    assert light((doubt, mild)) is Light.HELP
    assert sorted([doubt, mild, grave], key=lambda f: f.order) == [grave, mild, doubt]
