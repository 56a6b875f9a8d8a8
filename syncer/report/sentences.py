"""The briefing's sentences, the same in every format."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from syncer.core.records import Event
from syncer.report.change_sentences import ChangeWords
from syncer.report.lights import LAMPS, SIGNS
from syncer.report.text import plain
from syncer.review.attention import FindingKind, Light

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.review.attention import Finding
    from syncer.review.briefing import KrBrief, ObjectiveBrief, TeamBrief

LABELS = {
    FindingKind.BEHIND: "Number behind",
    FindingKind.SHORT: "Cards will be left",
    FindingKind.CONFIDENCE: "Confidence",
    FindingKind.HALTED: "Halted",
    FindingKind.ASK: "Ask",
    FindingKind.RISK: "Risk",
    FindingKind.UNMOVED: "Cards done, number unmoved",
    FindingKind.UNSCORED: "Not scored",
    FindingKind.UNREAD: "Boards not read",
    FindingKind.UNTOLD: "Nothing to go by",
}
EVENTS = {
    Event.DONE: "Finished",
    Event.ADDED: "Added",
    Event.REOPENED: "Reopened",
    Event.DROPPED: "Dropped",
    Event.REMOVED: "Removed",
    Event.LINKED: "Came with changed links or rules",
    Event.UNLINKED: "Went with changed links or rules",
}
_NAMED = 4  # KRs of one outage
_ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh")


class PeriodGone(NamedTuple):
    """A period by its name, and how much of its time is gone in whole percent."""

    name: str
    gone: int

    @property
    def text(self) -> str:
        """Say it."""
        return f"{self.gone} % of its time gone"


class Words(ChangeWords):
    """What a briefing says, in sentences; days and times are by the teams' clock."""

    labels = LABELS
    events = EVENTS

    def meeting(self) -> str:
        """Say what the report is for."""
        meeting, team = self._briefing.meeting, self._briefing.team
        whose = f" of {plain(team, 60)}" if team else ""
        if meeting is None:
            return f"OKR report{whose}, {self.date(self._briefing.made_at)}"
        clock = f"{self._briefing.local(meeting):%H:%M}"
        return f"OKR review{whose}, {self.date(meeting)}, {clock}"

    def read(self) -> str:
        """Say when the report was made, and from boards read when."""
        made = f"made {self.time(self._briefing.made_at)}"
        read_at = [kr.synced_at for kr in self._briefing.key_results if kr.synced_at]
        if not read_at:
            return f"{made}; no board has been read whole"
        oldest, newest = self.time(min(read_at)), self.time(max(read_at))
        return f"{made} from boards read {oldest if oldest == newest else f'{oldest} to {newest}'}"

    def periods(self) -> list[PeriodGone]:
        """Say how much is gone of each period that the report is about, the shortest first."""
        gone = {
            objective.period: objective.gone
            for team in self._briefing.teams
            for objective in team.objectives
            if objective.gone is not None
        }
        shares = sorted(gone.items(), key=lambda period: (-len(period[0]), period[0]))
        return [PeriodGone(name, round(100 * share)) for name, share in shares]

    @cached_property
    def outages(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Give what keeps several KRs from being read: by the problem, one text and their ids."""
        unread: dict[str, list[tuple[str, str]]] = {}
        for kr in self._briefing.key_results:
            for reason in kr.findings:
                if reason.kind is FindingKind.UNREAD and kr.problem:
                    unread.setdefault(kr.problem, []).append((reason.text, kr.id))
        return {
            problem: (krs[0][0], tuple(kr for _, kr in krs))
            for problem, krs in unread.items()
            if len(krs) > 1
        }

    def reasons(self, kr: KrBrief) -> list[Finding]:
        """Give a KR's findings but for its asks, and for what is said of several at once."""
        return [reason for reason in self.said_of(kr) if reason.kind is not FindingKind.ASK]

    def said_of(self, kr: KrBrief) -> list[Finding]:
        """Give a KR's findings but for what is said of several at once."""
        shared = kr.problem in self.outages
        return [r for r in kr.findings if not (shared and r.kind is FindingKind.UNREAD)]

    def several(self, ids: Sequence[str]) -> str:
        """Name a few KRs and count the rest."""
        names = ", ".join(plain(name, 40) for name in ids[:_NAMED])
        return f"{names} and {len(ids) - _NAMED} more" if len(ids) > _NAMED else names

    def asks(self) -> list[Finding]:
        """List what the teams ask of the room, what was asked most often first."""
        asks = [reason for reason in self._briefing.findings if reason.kind is FindingKind.ASK]
        return sorted(asks, key=lambda ask: -ask.times)

    def aim(self, objective: ObjectiveBrief) -> str:
        """Say of an objective which it is, for when, and how much of its time is gone."""
        text = f"{plain(objective.id, 40)}, {plain(objective.period, 20)}"
        if objective.kind != "delivery":
            text += f", {objective.kind}"
        if objective.gone is not None:
            text += f", {round(100 * objective.gone)} % of its time gone"
        return f"{text}."

    def aim_in_full(self, objective: ObjectiveBrief) -> str:
        """Say an objective with its period, how much of it is gone, and its confidence."""
        parts = [plain(objective.title), plain(objective.period, 20)]
        if objective.gone is not None:
            parts.append(f"{round(100 * objective.gone)} % gone")
        mood = objective.confidence
        if mood.score is not None:
            step = f" {'▼' if mood.change < 0 else '▲'}{abs(mood.change)}" if mood.change else ""
            parts.append(f"confidence in the objective {mood.score} of 10{step}")
        return " · ".join(parts)

    def asked(self, ask: Finding) -> str:
        """Say how often something was asked, and since when; empty the first time."""
        if ask.times == 1:
            return ""
        nth = _ORDINALS[ask.times] if ask.times < len(_ORDINALS) else f"{ask.times}th"
        since = f", first {self.day(ask.since)}" if ask.since else ""
        return f"{nth} time asked{since}"

    def cards_head(self, team: TeamBrief) -> str:
        """Head a team's column of cards, with what is done of each thread."""
        totals = [kr.progress for kr in team.key_results if kr.progress]
        parts = []
        for name in ("discovery", "delivery"):
            tallies = [getattr(progress, name) for progress in totals]
            done, left = sum(t.done for t in tallies), sum(t.remaining for t in tallies)
            parts.append(f"{name} {done} of {done + left}" if done + left else f"{name} none")
        return f"Cards done of all ({', '.join(parts)})"

    def key_of_slide(self) -> str:
        """Explain a slide's signs in a line, and say how old its figures are."""
        lights = "   ".join(f"{SIGNS[light]} {LAMPS[light]}" for light in Light)
        since = f"since {self.day(self._briefing.since)}" if self._briefing.since else "lately"
        signs = f"tick: straight line today; light: done {since}; line below: likely by the end"
        read_at = [kr.synced_at for kr in self._briefing.key_results if kr.synced_at]
        read = f"   |   read {self.time(min(read_at))}" if read_at else ""
        return f"{lights}   |   {signs}{read}"

    def made(self) -> str:
        """Say when the report was made and how old the oldest of its figures is."""
        krs = chain.from_iterable(
            objective.key_results for team in self._briefing.teams for objective in team.objectives
        )
        looks = [kr.synced_at for kr in krs if kr.synced_at]
        made = f"Made {self.time(self._briefing.made_at)}, {self._briefing.timezone}."
        return f"{made} Oldest reading {self.time(min(looks))}." if looks else made
