"""The briefing's sentences, the same in every format."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.records import Event
from syncer.report.plain import NONE, age, causes, number, plain, quantity, share
from syncer.review.attention import Kind, Light
from syncer.review.forecast import FAR, Forecast, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.records import Change
    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, KrBrief, ObjectiveBrief
    from syncer.review.outcome import Outcome

LABELS = {
    Kind.CONFIDENCE: "Confidence",
    Kind.HALTED: "Halted",
    Kind.ASK: "Ask",
    Kind.RISK: "Risk",
    Kind.UNMOVED: "Cards done, number unmoved",
    Kind.UNSCORED: "Not scored",
    Kind.UNREAD: "Boards not read",
}
SIGNS = {Light.HELP: "▲", Light.UNSURE: "◆", Light.WELL: "●"}
EVENTS = {
    Event.DONE: "Finished",
    Event.ADDED: "Added",
    Event.REOPENED: "Reopened",
    Event.DROPPED: "Dropped",
    Event.REMOVED: "Removed",
}
_QUIET = ("links", "counting")  # their before and after are the file's own language


class Words:
    """What a briefing says, in sentences; days and times are by the teams' clock."""

    def __init__(self, briefing: Briefing) -> None:
        """Speak for one briefing."""
        self._briefing = briefing

    labels = LABELS
    signs = SIGNS
    events = EVENTS

    def day(self, at: datetime) -> str:
        """Write a day without its year: "3 Dec"."""
        local = self._briefing.local(at)
        return f"{local.day} {local:%b}"

    def date(self, at: datetime) -> str:
        """Write a day in full: "Thursday 3 December 2026"."""
        local = self._briefing.local(at)
        return f"{local:%A} {local.day} {local:%B %Y}"

    def time(self, at: datetime) -> str:
        """Write a day and a time: "2 Dec 06:15"."""
        return f"{self.day(at)} {self._briefing.local(at):%H:%M}"

    def meeting(self) -> str:
        """Say what the report is for."""
        meeting = self._briefing.meeting
        if meeting is None:
            return f"OKR report, {self.date(self._briefing.made_at)}"
        clock = f"{self._briefing.local(meeting):%H:%M}"
        return f"OKR review, {self.date(meeting)}, {clock}"

    def headline(self) -> str:
        """Say the one thing that the room should know."""
        every = self._briefing.key_results
        if not every:
            return "No key result is open"
        helped = sum(kr.light is Light.HELP for kr in every)
        if not helped:
            return (
                f"All {_count(len(every), 'key result')} on course or unknown"
                if any(kr.light is Light.UNSURE for kr in every)
                else f"{_count(len(every), 'key result')}, all on course"
            )
        needs = "needs" if helped == 1 else "need"
        return f"{helped} of {_count(len(every), 'key result')} {needs} help"

    def summary(self) -> str:
        """Say what changed in all, cause by cause, and since when."""
        deltas = [kr.delta for kr in self._briefing.key_results if kr.delta is not None]
        total: Counter[str] = Counter()
        for delta in deltas:
            total.update(
                done=delta.done,
                added=delta.added,
                reopened=delta.reopened,
                dropped=delta.dropped,
                removed=delta.removed,
            )
        parts = [f"{count} {what}" for what, count in total.items() if count]
        told = ", ".join(parts) if parts else "no card moved"
        return f"Since {self.since()}: {told}."

    def since(self) -> str:
        """Name the moment from which changes are counted."""
        since = self._briefing.since
        return f"the review of {self.day(since)}" if since else "the first reading"

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
        told = f"{round(100 * outcome.reached)} % of the way"
        if outcome.expected is None or outcome.reached_expected is None:
            return f"{told}."
        due = f"{quantity(_rough(outcome.expected), outcome.unit)} by today"
        return f"{told}; a straight line is at {due} ({round(100 * outcome.reached_expected)} %)."

    def step(self, outcome: Outcome) -> str | None:
        """Say how the number moved since the last review; None where that isn't known."""
        if outcome.value is None or outcome.before is None:
            return None
        change = outcome.value - outcome.before
        if change == 0:
            return f"Unmoved since {self.since()}."
        sign = "+" if change > 0 else "\N{MINUS SIGN}"
        return f"{sign}{number(abs(change))} since {self.since()}."

    def forecast(self, told: Forecast | Refused) -> str:
        """Say how far the cards may get, as a range, or why that isn't said."""
        if isinstance(told, Refused):
            return f"No forecast: {told.reason}."
        low, high = told.done_low, told.done_high
        done = f"{low}" if low == high else f"{low} to {high}"
        shares = f"{share(told.percent_low)} to {share(told.percent_high)}"
        if told.percent_low == told.percent_high:
            shares = share(told.percent_low)
        text = f"By {self.last_day(told.by)}, {done} cards done ({shares})"
        return f"{text}; {self._finish(told)}."

    def last_day(self, ends: datetime) -> str:
        """Name the last day of a period, whose end is the next day's first moment."""
        return self.day(ends - timedelta(seconds=1))

    def _finish(self, told: Forecast) -> str:
        if told.early is None:
            return f"not all of them within {FAR} weeks at this pace"
        if told.late is None:
            return f"all of them on {self.day(told.early)} at the earliest, if ever"
        if told.early == told.late:
            return f"all of them about {self.day(told.early)}"
        return f"all of them between {self.day(told.early)} and {self.day(told.late)}"

    def change(self, change: Change) -> str:
        """Say what was changed in a definition, from what to what."""
        what = plain(change.what.replace("_", " "))
        if change.what in _QUIET:
            what = {"counting": "counting rules"}.get(change.what, what)
            return f"{self.day(change.at)}: {what} changed"
        before, after = (plain(text, 80) or NONE for text in (change.before, change.after))
        return f"{self.day(change.at)}: {what} changed from {before} to {after}"

    def is_new(self, change: Change) -> bool:
        """Whether a change came after the last review."""
        return self._briefing.since is None or change.at > self._briefing.since

    def new_changes(self) -> list[tuple[KrBrief | ObjectiveBrief, Change]]:
        """List the definitions changed since the last review, in the order of the teams."""
        out: list[tuple[KrBrief | ObjectiveBrief, Change]] = []
        for team in self._briefing.teams:
            for objective in team.objectives:
                out += [(objective, change) for change in objective.changes]
                out += [(kr, change) for kr in objective.key_results for change in kr.changes]
        return [(one, change) for one, change in out if self.is_new(change)]

    def asks(self) -> list[Finding]:
        """List what the teams ask of the room."""
        return [finding for finding in self._briefing.findings if finding.kind is Kind.ASK]

    def rebuilt(self, kr: KrBrief) -> str | None:
        """Say up to when a KR's history was worked out afterwards; None where all was seen."""
        if not kr.readings or not kr.readings[0].rebuilt:
            return None
        seen = next((reading.at for reading in kr.readings if not reading.rebuilt), None)
        return f"Before {self.day(seen)} rebuilt from the cards' own dates." if seen else None

    def aim(self, objective: ObjectiveBrief) -> str:
        """Say of an objective which it is, for when, and how much of its time is gone."""
        told = f"{plain(objective.id, 40)}, {plain(objective.period, 20)}"
        if objective.kind != "delivery":
            told += f", {objective.kind}"
        if objective.gone is not None:
            told += f", {round(100 * objective.gone)} % of its time gone"
        return f"{told}."

    def number(self, kr: KrBrief) -> str:
        """Say a KR's number, its way and its last step."""
        outcome = kr.number
        if outcome is None:
            return "Number: it has none."
        goal = f"from {number(outcome.start)} to {quantity(outcome.target, outcome.unit)}"
        told = f"Number: {quantity(outcome.value, outcome.unit)}, {goal}. {self.way(outcome)}"
        step = self.step(outcome)
        return f"{told} {step}" if step else told

    def cards(self, kr: KrBrief) -> str:
        """Say a KR's cards, by thread, and its points."""
        progress = kr.progress
        if progress is None:
            return f"Cards: {kr.problem}."
        told = f"Cards: {progress.done} of {progress.done + progress.remaining} done"
        told += f" ({share(progress.percent)})" if progress.percent is not None else ""
        told += f", {progress.dropped} dropped" if progress.dropped else ""
        for thread, tally in (("discovery", progress.discovery), ("delivery", progress.delivery)):
            told += f"; {thread} {tally.done}/{tally.done + tally.remaining}"
        points = progress.points
        if points is None:
            return f"{told}."
        told += f"; points {number(points.done)}/{number(points.done + points.remaining)}"
        missing = f", {points.unestimated} without an estimate" if points.unestimated else ""
        return f"{told}{missing}."

    def moved(self, kr: KrBrief) -> str:
        """Say what changed since the last review, and the forecast."""
        if kr.progress is None:
            return self.forecast(kr.forecast)
        told = ", ".join(causes(kr.delta)) or "No card moved"
        return f"{told} since {self.since()}. {self.forecast(kr.forecast)}"

    def mood(self, kr: KrBrief) -> str:
        """Say the confidence, and how it moved."""
        mood = kr.confidence
        if mood.score is None or mood.said_at is None:
            return "Confidence: the team has not scored it."
        told = f"Confidence: {mood.score} of 10"
        if mood.change:
            way = "down" if mood.change < 0 else "up"
            told += f", {way} {abs(mood.change)} since {self.since()}"
        return f"{told}. Scored {self.day(mood.said_at)}."

    def goal(self, kr: KrBrief) -> str:
        """Write a KR's number and target, short."""
        outcome = kr.number
        if outcome is None:
            return NONE
        now = NONE if outcome.value is None else number(outcome.value)
        return f"{now} → {quantity(outcome.target, outcome.unit)}"

    def share_of_cards(self, kr: KrBrief) -> str:
        """Write a KR's cards done of all, short."""
        progress = kr.progress
        if progress is None:
            return "not read"
        return f"{progress.done}/{progress.done + progress.remaining}"

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

    def made(self) -> str:
        """Say when the report was made and how old the oldest of its figures is."""
        looks = [kr.synced_at for kr in self._briefing.key_results if kr.synced_at]
        made = f"Made {self.time(self._briefing.made_at)}, {self._briefing.timezone}."
        return f"{made} Oldest reading {self.time(min(looks))}." if looks else made


def _rough(value: float) -> float:
    """Round to three digits: a straight line is no measurement."""
    return float(f"{value:.3g}")


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
