"""The briefing's sentences, the same in every format."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from syncer.core.records import Event
from syncer.report.text import NONE, plain
from syncer.review.attention import FindingKind, Light

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.core.records import Change
    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, KrBrief, ObjectiveBrief

LABELS = {
    FindingKind.CONFIDENCE: "Confidence",
    FindingKind.HALTED: "Halted",
    FindingKind.ASK: "Ask",
    FindingKind.RISK: "Risk",
    FindingKind.UNMOVED: "Cards done, number unmoved",
    FindingKind.UNSCORED: "Not scored",
    FindingKind.UNREAD: "Boards not read",
    FindingKind.UNTOLD: "Nothing to go by",
}
SIGNS = {Light.HELP: "▲", Light.UNSURE: "◆", Light.WELL: "●"}
EVENTS = {
    Event.DONE: "Finished",
    Event.ADDED: "Added",
    Event.REOPENED: "Reopened",
    Event.DROPPED: "Dropped",
    Event.REMOVED: "Removed",
}
_NUMBER = re.compile(r"[-+\d.,eE]+")
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
        meeting, team = self._briefing.meeting, self._briefing.team
        whose = f" of {plain(team, 60)}" if team else ""
        if meeting is None:
            return f"OKR report{whose}, {self.date(self._briefing.made_at)}"
        clock = f"{self._briefing.local(meeting):%H:%M}"
        return f"OKR review{whose}, {self.date(meeting)}, {clock}"

    def headline(self) -> str:
        """Say the one thing that the room should know."""
        every = self._briefing.key_results
        if not every:
            return "No key result is open"
        all_ = _count(len(every), "key result")
        helped = sum(kr.light is Light.HELP for kr in every)
        if helped:
            return f"{helped} of {all_} {'needs' if helped == 1 else 'need'} help"
        unsure = sum(kr.light is Light.UNSURE for kr in every)
        if unsure:
            return f"No call for help; {unsure} of {all_} not sure"
        return f"{all_}, {'all ' if len(every) > 1 else ''}on course"

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
        return f"Since {self.since()}: {', '.join(parts)}." if parts else self.still()

    def still(self) -> str:
        """Say that nothing changed, or that nobody can know."""
        every = self._briefing.key_results
        if every and all(kr.progress is None for kr in every):
            return "No card has been read yet."
        return f"No card moved since {self.since()}."

    def since(self) -> str:
        """Name the moment from which changes are counted."""
        since = self._briefing.since
        return f"the review of {self.day(since)}" if since else "the first reading"

    def change(self, change: Change) -> str:
        """Say what was changed in a definition, from what to what."""
        name = plain(change.field.replace("_", " "))
        if change.field in _QUIET:
            name = {"counting": "counting rules"}.get(change.field, name)
            return f"{self.day(change.at)}: {name} changed"
        before, after = (_told(text) for text in (change.before, change.after))
        return f"{self.day(change.at)}: {name} changed from {before} to {after}"

    def is_new(self, change: Change) -> bool:
        """Whether a change came after the last review."""
        seen = self._briefing.seen or self._briefing.since
        return seen is None or change.at > seen

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
        return [finding for finding in self._briefing.findings if finding.kind is FindingKind.ASK]

    def aim(self, objective: ObjectiveBrief) -> str:
        """Say of an objective which it is, for when, and how much of its time is gone."""
        told = f"{plain(objective.id, 40)}, {plain(objective.period, 20)}"
        if objective.kind != "delivery":
            told += f", {objective.kind}"
        if objective.gone is not None:
            told += f", {round(100 * objective.gone)} % of its time gone"
        return f"{told}."

    def made(self) -> str:
        """Say when the report was made and how old the oldest of its figures is."""
        krs = chain.from_iterable(
            one.key_results for team in self._briefing.teams for one in team.objectives
        )
        looks = [kr.synced_at for kr in krs if kr.synced_at]
        made = f"Made {self.time(self._briefing.made_at)}, {self._briefing.timezone}."
        return f"{made} Oldest reading {self.time(min(looks))}." if looks else made


def _told(text: str) -> str:
    """Quote words; numbers and nothing stand as they are."""
    short = plain(text, 80)
    if not short or _NUMBER.fullmatch(short):
        return short or NONE
    return f"\u201c{short}\u201d"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
