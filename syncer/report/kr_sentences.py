"""A key result's sentences, the same in every format."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.core.records import State
from syncer.report.sentences import EVENTS, Words
from syncer.report.text import NONE, age, causes, number, plain, quantity, share
from syncer.review.attention import FindingKind
from syncer.review.forecast import Forecast, NoForecast
from syncer.review.walking import FAR

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.review.briefing import CardRef, KrBrief
    from syncer.review.forecast import Range
    from syncer.review.outcome import Outcome

_NAMED = 3  # cards without an estimate


class KrWords(Words):
    """What is said of each key result, beside what is said of them all."""

    def freshness(self, kr: KrBrief) -> str:
        """Say when a KR's boards were last read whole."""
        if kr.synced_at is None:
            return "Boards never read whole"
        ago = age(kr.synced_at, self._briefing.made_at)
        ago = ago if ago == "now" else f"{ago} ago"
        return f"Boards read {self.time(kr.synced_at)} ({ago})"

    def way(self, outcome: Outcome) -> str:
        """Say how far a number has come, and where a straight line would have it."""
        if outcome.value is None or outcome.reached is None:
            return "Nobody has told the number yet."
        text = f"{round(100 * outcome.reached)} % of the way"
        if outcome.expected is None or outcome.reached_expected is None:
            return f"{text}."
        due = f"{quantity(_rough(outcome.expected), outcome.unit)} by today"
        return f"{text}; a straight line is at {due} ({round(100 * outcome.reached_expected)} %)."

    def step(self, outcome: Outcome) -> str | None:
        """Say how the number moved since the last review; None where that isn't known."""
        if outcome.value is None or outcome.before is None:
            return None
        change = outcome.value - outcome.before
        if change == 0:
            return f"Unmoved since {self.since()}."
        sign = "+" if change > 0 else "\N{MINUS SIGN}"
        return f"{sign}{number(abs(change))} since {self.since()}."

    def forecast(self, foretold: Forecast | NoForecast) -> str:
        """Say how far the cards may get, as a range, or why that isn't said."""
        if isinstance(foretold, NoForecast):
            return f"No forecast: {foretold.reason}."
        done, every = _range(foretold.done), _range(foretold.all)
        text = f"By {self.last_day(foretold.by)}, {done} of {every} cards done"
        return f"{text}; {self._finish(foretold)}."

    def last_day(self, ends: datetime) -> str:
        """Name the last day of a period, whose end is the next day's first moment."""
        return self.day(ends - timedelta(seconds=1))

    def _finish(self, foretold: Forecast) -> str:
        if foretold.early is None:
            return f"not all of them within {FAR} weeks at this pace"
        if foretold.late is None:
            return f"all of them on {self.day(foretold.early)} at the earliest, if ever"
        if foretold.early == foretold.late:
            return f"all of them about {self.day(foretold.early)}"
        return f"all of them between {self.day(foretold.early)} and {self.day(foretold.late)}"

    def rebuilt(self, kr: KrBrief) -> str | None:
        """Say up to when a KR's history was worked out afterwards; None where all was seen."""
        if not kr.readings or not kr.readings[0].rebuilt:
            return None
        seen = next((reading.at for reading in kr.readings if not reading.rebuilt), None)
        return f"Before {self.day(seen)} rebuilt from the cards' own dates." if seen else None

    def number(self, kr: KrBrief) -> str:
        """Say a KR's number, its way and its last step."""
        outcome = kr.number
        if outcome is None:
            return "Number: it has none."
        goal = f"from {number(outcome.start)} to {quantity(outcome.target, outcome.unit)}"
        text = f"Number: {quantity(outcome.value, outcome.unit)}, {goal}. {self.way(outcome)}"
        step = self.step(outcome)
        return f"{text} {step}" if step else text

    def cards(self, kr: KrBrief) -> str:
        """Say a KR's cards, by thread, and its points."""
        progress = kr.progress
        if progress is None:
            return "Cards: not read yet."
        text = f"Cards: {progress.done} of {progress.done + progress.remaining} done"
        text += f" ({share(progress.percent)})" if progress.percent is not None else ""
        text += f", {progress.dropped} dropped" if progress.dropped else ""
        text += "".join(f"; {thread}" for _, thread in self.threads(kr))
        points = progress.points
        if points is None:
            return f"{text}."
        text += f"; points {number(points.done)}/{number(points.done + points.remaining)}"
        missing = f", {points.unestimated} without an estimate" if points.unestimated else ""
        return f"{text}{missing}."

    def moved(self, kr: KrBrief) -> str:
        """Say what changed since the last review, and the forecast."""
        if kr.progress is None:
            return self.forecast(kr.forecast)
        return f"{self.changed(kr)} {self.forecast(kr.forecast)}"

    def changed(self, kr: KrBrief) -> str:
        """Say what changed, cause by cause, and whether that was seen or worked out afterwards."""
        text = ", ".join(causes(kr.delta)) or "No card moved"
        if kr.delta is not None and self._briefing.since is None and kr.delta.rebuilt:
            since = self.day(kr.delta.since)
            return f"{text} since {since}, rebuilt from the cards' own dates."
        rebuilt = ", in part rebuilt" if kr.delta is not None and kr.delta.rebuilt else ""
        return f"{text} since {self.since()}{rebuilt}."

    def mood(self, kr: KrBrief) -> str:
        """Say the confidence, and how it moved."""
        mood = kr.confidence
        if mood.score is None or mood.said_at is None:
            return "Confidence: the team has not scored it."
        text = f"Confidence: {mood.score} of 10"
        if mood.change:
            way = "down" if mood.change < 0 else "up"
            text += f", {way} {abs(mood.change)} since {self.since()}"
        return f"{text}. Scored {self.day(mood.said_at)}."

    def threads(self, kr: KrBrief) -> list[tuple[str, str]]:
        """Say how far discovery and delivery are; a thread without cards in words."""
        progress = kr.progress
        tallies = (
            (("discovery", progress.discovery), ("delivery", progress.delivery)) if progress else ()
        )
        return [
            (name, f"{name} {tally.done} of {tally.done + tally.remaining}")
            if tally.done + tally.remaining
            else (name, f"{name} none")
            for name, tally in tallies
        ]

    def cards_behind(self, kr: KrBrief) -> list[tuple[str, tuple[CardRef, ...], int]]:
        """Give what happened since the last review, then all cards by state, with how many."""
        moved = [
            (f"{EVENTS[event].lower()} since {self.since()}", cards, len(cards))
            for event, cards in kr.events.items()
        ]
        progress = kr.progress
        if progress is None:
            return moved
        counts = (
            (State.DONE, progress.done, "done"),
            (State.REMAINING, progress.remaining, "left"),
            (State.DROPPED, progress.dropped, "dropped"),
        )
        return [*moved, *((name, kr.cards.get(state, ()), count) for state, count, name in counts)]

    def points(self, kr: KrBrief) -> str:
        """Say the estimates done of all, and which cards have none."""
        points = kr.progress.points if kr.progress else None
        if points is None:
            return ""
        text = f"Points: {number(points.done)} of {number(points.done + points.remaining)}"
        if not points.unestimated:
            return f"{text}."
        titles = [f"\u201c{plain(card.title, 60)}\u201d" for card in kr.unestimated[:_NAMED]]
        more = f" and {len(kr.unestimated) - _NAMED} more" if len(kr.unestimated) > _NAMED else ""
        named = f": {', '.join(titles)}{more}" if titles else ""
        return f"{text}; {points.unestimated} without an estimate{named}."

    def no_number(self, kr: KrBrief) -> str:
        """Say why a row shows no number."""
        if kr.number is None:
            return "no number"
        return f"nobody has told it; target {quantity(kr.number.target, kr.number.unit)}"

    def no_cards(self, kr: KrBrief) -> str:
        """Say why a row shows no cards."""
        return "not read yet" if kr.progress is None else "no cards"

    def news(self, kr: KrBrief) -> str:
        """Say what changed since the last review, or since when nothing did, for a row."""
        progress = kr.progress
        if progress is None or not progress.done + progress.remaining:
            return self.no_cards(kr)
        halted = next((r for r in kr.findings if r.kind is FindingKind.HALTED and r.since), None)
        if halted and halted.since and not (kr.delta and kr.delta.moved):
            return f"no card done since {self.day(halted.since)}"
        return ", ".join(causes(kr.delta)) or "no card moved"

    def goal(self, kr: KrBrief) -> str:
        """Write a KR's number and target, short."""
        outcome = kr.number
        if outcome is None:
            return NONE
        now = NONE if outcome.value is None else number(outcome.value)
        return f"{now} → {quantity(outcome.target, outcome.unit)}"

    def done_of_all(self, kr: KrBrief) -> str:
        """Write a KR's cards done of all in words: "11 of 25"."""
        progress = kr.progress
        if progress is None:
            return "not read yet"
        total = progress.done + progress.remaining
        return f"{progress.done} of {total}" if total else "no cards"

    def causes(self, kr: KrBrief) -> str:
        """Write what changed, cause by cause; a dash where nothing did."""
        return ", ".join(causes(kr.delta)) or NONE

    def score(self, kr: KrBrief) -> str:
        """Write the confidence and its change since the last review, short."""
        mood = kr.confidence
        if mood.score is None:
            return NONE
        step = f" {'▼' if mood.change < 0 else '▲'}{abs(mood.change)}" if mood.change else ""
        return f"{mood.score}{step}"


def _rough(value: float) -> float:
    """Round to three digits: a straight line is no measurement."""
    return float(f"{value:.3g}")


def _range(bounds: Range) -> str:
    low, high = bounds.low, bounds.high
    return f"{low}" if low == high else f"{low} to {high}"
