"""What needs the room's help, and why: the findings about a KR, most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from syncer.core.records import Event
from syncer.review.status import problem, synced_at

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from syncer.core.period import Period
    from syncer.core.records import CheckIn
    from syncer.review.history import KrHistory
    from syncer.review.outcome import Confidence, Outcome

WEEK = timedelta(weeks=1)
UNREAD_AFTER = timedelta(days=2)  # cron runs once a day at the least
LOW_CONFIDENCE = 3
NEARLY = 90.0  # percent of the cards
MOVED = 0.25  # of the way: below it a number hasn't really moved
UNMOVED_AFTER = 4 * WEEK
UNTOLD_AFTER = 4 * WEEK


class FindingKind(StrEnum):
    """What a finding is about, in the order in which a review takes them."""

    CONFIDENCE = "confidence fell"
    HALTED = "progress halted"
    ASK = "ask"
    RISK = "risk"
    UNMOVED = "output without outcome"
    UNSCORED = "not scored"
    UNREAD = "boards not read"
    UNTOLD = "nothing to go by"


class Light(StrEnum):
    """Where a KR stands in the room's attention."""

    HELP = "needs help"
    BEHIND = "behind"
    UNSURE = "not sure"
    WELL = "on course"


_UNSURE = frozenset((FindingKind.UNSCORED, FindingKind.UNREAD, FindingKind.UNTOLD))


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason to look at a KR or an objective (`subject`, its id).

    `text` says it in a sentence; of an ask or a risk it is the team's own words.
    `since` is when it began, as far as that is known. `weight` puts the graver
    of a kind first.
    """

    kind: FindingKind
    subject: str
    text: str
    since: datetime | None = None
    weight: float = 0.0

    @property
    def order(self) -> tuple[int, float, str]:
        """Sort by kind, then the gravest, then by subject."""
        return list(FindingKind).index(self.kind), -self.weight, self.subject


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """When we look: now, the last review if there was one, and the period if it can be read.

    `zone` is the clock by which days are named.
    """

    now: datetime
    review: datetime | None = None
    period: Period | None = None
    zone: tzinfo = UTC

    def day(self, at: datetime) -> str:
        """Write a day as people say it, in the year that everybody is in: "3 Dec"."""
        local = at.astimezone(self.zone)
        return f"{local.day} {local:%b}"


def light(findings: tuple[Finding, ...]) -> Light:
    """Tell a KR's light: help beats doubt, and without findings it is on course."""
    if any(finding.kind not in _UNSURE for finding in findings):
        return Light.HELP
    return Light.UNSURE if findings else Light.WELL


def findings(
    history: KrHistory, number: Outcome | None, mood: Confidence, view: Viewpoint
) -> tuple[Finding, ...]:
    """Find what is to be said about a KR, most pressing first."""
    subject = history.key_result.id
    found_ = (
        fallen(subject, mood, view),
        _halted(history, number, view),
        *open_words(subject, history.checkins, view),
        _unmoved(history, number, view),
        _unscored(history, number, view),
        _unread(history, view),
        _untold(history, number, view),
    )
    return tuple(sorted((f for f in found_ if f is not None), key=lambda f: f.order))


def fallen(subject: str, mood: Confidence, view: Viewpoint) -> Finding | None:
    """Find a confidence that fell since the last review, or that is low."""
    if mood.score is None:
        return None
    if mood.change < 0 and mood.peak is not None and mood.peak_at is not None:
        text = f"Confidence fell to {mood.score}, from {mood.peak} on {view.day(mood.peak_at)}"
        if mood.before not in (None, mood.peak):
            text += f" ({mood.before} at the last review)"
        return Finding(
            FindingKind.CONFIDENCE, subject, f"{text}.", mood.peak_at, mood.peak - mood.score
        )
    if mood.score <= LOW_CONFIDENCE:
        return Finding(FindingKind.CONFIDENCE, subject, f"Confidence is low: {mood.score} of 10.")
    return None


def open_words(subject: str, checkins: tuple[CheckIn, ...], view: Viewpoint) -> tuple[Finding, ...]:
    """Find the team's open asks and risks.

    Open are those said since the last review, and those of the latest check-in:
    a later one that leaves it out closes what the last review has heard.
    """
    fresh = [c for c in checkins if view.review is None or c.at > view.review]
    heard = fresh or list(checkins[-1:])
    out = {}
    for checkin in heard:
        for kind, text in ((FindingKind.ASK, checkin.ask), (FindingKind.RISK, checkin.risk)):
            if text.strip():
                out[kind, text.strip()] = Finding(kind, subject, text.strip(), checkin.at)
    return tuple(out.values())


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


def _unmoved(history: KrHistory, number: Outcome | None, view: Viewpoint) -> Finding | None:
    """Find cards nearly all done while the KR's own number stands still."""
    reading = history.state.reading
    share = reading.progress.percent if reading else None
    if number is None or share is None or share < NEARLY:
        return None
    reached, subject = number.reached, history.key_result.id
    if reached is None:
        text = f"{share:g} % of the cards are done and nobody has told the number."
        return Finding(FindingKind.UNMOVED, subject, text)
    still = (
        number.told_at is not None
        and view.now - (number.moved_at or number.series[0][0]) >= UNMOVED_AFTER
    )
    if reached >= 1 or (reached >= MOVED and not still):
        return None
    way = f"{round(100 * reached)} % of its way"
    text = f"{share:g} % of the cards are done, but the number has gone {way}"
    since = number.moved_at if still else None
    text += f" and stands since {view.day(since)}." if since else "."
    return Finding(FindingKind.UNMOVED, subject, text, since, 1 - reached)


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
