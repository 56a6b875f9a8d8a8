"""Why a KR needs the room: the rules of the lights (rule 16)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.core.records import Event
from syncer.review.attention import Finding, FindingKind, Viewpoint, open_words
from syncer.review.forecast import NoForecast
from syncer.review.freshness import problem, synced_at

if TYPE_CHECKING:
    from syncer.review.forecast import Forecast
    from syncer.review.history import KrHistory
    from syncer.review.outcome import Confidence, Outcome

WEEK = timedelta(weeks=1)
UNREAD_AFTER = timedelta(days=2)  # cron runs once a day at the least
LOW_CONFIDENCE = 3
FALL = 2  # of ten, since the last review
NEARLY = 90.0  # percent of the cards
QUARTER_WAY = 0.25  # of the way
UNTOLD_AFTER = 4 * WEEK


def findings(
    history: KrHistory,
    number: Outcome | None,
    mood: Confidence,
    outlook: Forecast | NoForecast,
    view: Viewpoint,
) -> tuple[Finding, ...]:
    """Find what is to be said about a KR: what the team says, then the gravest first."""
    subject = history.key_result.id
    every = (
        *open_words(subject, history.checkins, view),
        fallen(subject, mood, view),
        _halted(history, number, view),
        _unmoved(history, number),
        _behind(subject, number),
        _short(subject, number, outlook, view),
        _unscored(history, number, view),
        _unread(history, view),
        _untold(history, number, view),
    )
    return tuple(sorted((f for f in every if f is not None), key=lambda f: f.order))


def fallen(subject: str, mood: Confidence, view: Viewpoint) -> Finding | None:
    """Find a confidence that is low, or that fell far, or fell at each of the last two reviews."""
    if mood.score is None:
        return None
    kind, fall = FindingKind.CONFIDENCE, -mood.change
    if fall >= FALL and mood.peak is not None and mood.peak_at is not None:
        text = f"Confidence fell to {mood.score}, from {mood.peak} on {view.day(mood.peak_at)}"
        if mood.before not in (None, mood.peak):
            text += f" ({mood.before} at the last review)"
        return Finding(kind, subject, f"{text}.", mood.peak_at, mood.peak - mood.score)
    if fall >= FALL:
        text = f"Confidence fell to {mood.score}, from {mood.before} at the last review."
        return Finding(kind, subject, text, None, fall)
    if fall > 0 and mood.change_before < 0:
        steps = f"{mood.before_that}, {mood.before}, {mood.score}"
        text = f"Confidence fell at each of the last two reviews: {steps}."
        return Finding(kind, subject, text, mood.peak_at, fall - mood.change_before)
    if mood.score <= LOW_CONFIDENCE:
        return Finding(kind, subject, f"Confidence is low: {mood.score} of 10.")
    return None


def _halted(history: KrHistory, number: Outcome | None, view: Viewpoint) -> Finding | None:
    """Find a KR with work left and no card done since the last review, a week at the least."""
    reading, looked = history.state.reading, synced_at(history)
    if reading is None or looked is None or not reading.progress.remaining or _there(number):
        return None
    known = history.readings[0].at if history.readings else reading.at
    review = view.review or known
    quiet = min(review, looked - WEEK)
    done = [entry.at for entry in history.entries if entry.event is Event.DONE]
    last = max(done, default=None)
    if known > quiet or (last is not None and last > quiet):
        return None
    left = _cards(reading.progress.remaining)
    text = f"No card done since {view.day(last)}" if last else "No card done yet"
    begun = max(last or known, view.period.begins if view.period else known)
    weight = (looked - begun) / WEEK
    return Finding(FindingKind.HALTED, history.key_result.id, f"{text}; {left} left.", last, weight)


def _unmoved(history: KrHistory, number: Outcome | None) -> Finding | None:
    """Find cards nearly all done while the KR's own number is still near its start."""
    reading = history.state.reading
    share = reading.progress.percent if reading else None
    if number is None or share is None or share < NEARLY:
        return None
    reached, kind, subject = number.reached, FindingKind.UNMOVED, history.key_result.id
    if reached is None:
        text = f"{share:g} % of the cards are done and nobody has told the number."
        return Finding(kind, subject, text)
    if reached >= QUARTER_WAY:
        return None
    way = f"{round(100 * reached)} % of its way"
    text = f"{share:g} % of the cards are done, but the number has gone {way}."
    return Finding(kind, subject, text, number.moved_at, 1 - reached)


def _behind(subject: str, number: Outcome | None) -> Finding | None:
    """Find a number that is behind the straight line by more than a quarter of the way."""
    reached = number.reached if number else None
    expected = number.reached_expected if number else None
    if reached is None or expected is None or expected - reached <= QUARTER_WAY:
        return None
    text = (
        f"The number has gone {round(100 * reached)} % of its way; "
        f"a straight line is at {round(100 * expected)} %."
    )
    return Finding(FindingKind.BEHIND, subject, text, None, expected - reached)


def _short(
    subject: str, number: Outcome | None, outlook: Forecast | NoForecast, view: Viewpoint
) -> Finding | None:
    """Find cards that even the best of the forecast leaves undone, where no number was told."""
    if isinstance(outlook, NoForecast) or not outlook.short:
        return None
    if number is not None and number.value is not None:
        return None
    last = view.day(outlook.by - timedelta(seconds=1))
    text = (
        f"At this pace at most {outlook.done.high} cards are done by {last}, "
        f"of at least {outlook.all.low}."
    )
    return Finding(FindingKind.SHORT, subject, text, None, outlook.all.low - outlook.done.high)


def _unscored(history: KrHistory, number: Outcome | None, view: Viewpoint) -> Finding | None:
    """Find a KR that nobody scored for a week, neither its confidence nor its number."""
    if _there(number):
        return None
    scored = [c.at for c in history.checkins if c.confidence is not None or c.value is not None]
    begun = view.period.begins if view.period else None
    last = max(scored, default=None)
    since = last or begun
    if since is not None and view.now - since < WEEK:
        return None
    text = f"Not scored since {view.day(last)}." if last else "Never scored."
    weight = (view.now - since) / WEEK if since else 0.0
    return Finding(FindingKind.UNSCORED, history.key_result.id, text, since, weight)


def _unread(history: KrHistory, view: Viewpoint) -> Finding | None:
    """Find figures that are old: the last run couldn't renew them, or there was none for days."""
    looked, why, subject = synced_at(history), problem(history), history.key_result.id
    if why is not None:
        when = (
            f"Not read since {view.day(looked)}: {why}" if looked else f"{why[:1].upper()}{why[1:]}"
        )
        return Finding(
            FindingKind.UNREAD, subject, when, history.state.problem_since or looked, 1.0
        )
    if looked is None or view.now - looked < UNREAD_AFTER:
        return None
    text = f"Not read since {view.day(looked)}: no run has looked since; does cron still start it?"
    return Finding(FindingKind.UNREAD, subject, text, looked)


def _untold(history: KrHistory, number: Outcome | None, view: Viewpoint) -> Finding | None:
    """Find a KR that shows nothing weeks into its period: neither a card nor a number."""
    reading, begun = history.state.reading, view.period.begins if view.period else None
    if reading is None or reading.progress.percent is not None or begun is None:
        return None
    if (number is not None and number.value is not None) or view.now - begun < UNTOLD_AFTER:
        return None
    rest = "it has no number" if number is None else "nobody has told its number"
    return Finding(FindingKind.UNTOLD, history.key_result.id, f"No card counts for it, and {rest}.")


def _there(number: Outcome | None) -> bool:
    """Tell whether the target is reached: what else stands still then is no trouble."""
    return number is not None and number.reached is not None and number.reached >= 1


def _cards(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"
