"""The briefing: all that a review meeting gets to see, one value that every format draws."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from syncer.core.records import Event, State
from syncer.review.attention import OWN_WORDS, Finding, FindingKind, Light

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from syncer.core.outbox import ToolStanding
    from syncer.core.period import Period
    from syncer.core.records import Change, Progress, Reading
    from syncer.review.closing import Closing
    from syncer.review.delta import Delta
    from syncer.review.forecast import Forecast, NoForecast
    from syncer.review.moves import Move
    from syncer.review.outcome import Confidence, Outcome

EVENTS = tuple(Event)


@dataclass(frozen=True, slots=True)
class CardRef:
    """A card by name and address; the address may be anything that a tracker holds."""

    source: str
    key: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class KrBrief:
    """One KR for the meeting.

    `progress` and `delta` are None for one never read. `number` is None where
    the KR has none. `events` are the cards behind the delta, by event, each
    card once. `unestimated` are the counted cards without an estimate, where
    others have one. `cards` are some of those behind the number, by state, at
    most a hundred in all; `progress` says how many there are. `changes` are
    those of the period, oldest first. `tools` are where its number stands in OKR tools.
    """

    id: str
    title: str
    quality: str | None
    objective: str
    team: str
    light: Light
    findings: tuple[Finding, ...]
    delta: Delta | None
    changes: tuple[Change, ...]
    number: Outcome | None
    progress: Progress | None
    unestimated: tuple[CardRef, ...]
    confidence: Confidence
    forecast: Forecast | NoForecast
    note: str
    synced_at: datetime | None
    problem: str | None
    readings: tuple[Reading, ...]
    events: Mapping[Event, tuple[CardRef, ...]]
    cards: Mapping[State, tuple[CardRef, ...]]
    tools: tuple[ToolStanding, ...] = ()

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Why the light is what it is, the gravest first."""
        return tuple(finding for finding in self.findings if finding.kind not in OWN_WORDS)

    @property
    def asks(self) -> tuple[Finding, ...]:
        """What the team asks of the room."""
        return tuple(finding for finding in self.findings if finding.kind is FindingKind.ASK)

    @property
    def risks(self) -> tuple[Finding, ...]:
        """What the team fears."""
        return tuple(finding for finding in self.findings if finding.kind is FindingKind.RISK)

    @property
    def order(self) -> tuple[int, tuple[int, float, str], str]:
        """Sort what needs help first, by its gravest reason; greens last."""
        gravest = self.reasons[0].order if self.reasons else (0, 0.0, "")
        return list(Light).index(self.light), gravest, self.id


@dataclass(frozen=True, slots=True)
class ObjectiveBrief:
    """One objective with its KRs, those that need help first; `parent` is the year's title.

    `gone` is how much of its period's time (`span`) is over, 0 to 1.
    """

    id: str
    title: str
    team: str
    kind: str
    period: str
    gone: float | None
    span: Period | None
    parent: str | None
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    confidence: Confidence
    note: str
    key_results: tuple[KrBrief, ...]


@dataclass(frozen=True, slots=True)
class TeamBrief:
    """One team and its objectives, in the file's order."""

    name: str
    objectives: tuple[ObjectiveBrief, ...]

    @property
    def key_results(self) -> tuple[KrBrief, ...]:
        """All KRs of the team, those that need help first."""
        every = chain.from_iterable(objective.key_results for objective in self.objectives)
        return tuple(sorted(every, key=lambda kr: kr.order))

    @property
    def need(self) -> tuple[int, ...]:
        """Sort the teams that need most first: by how many of their KRs have each light."""
        return tuple(-sum(kr.light is light for kr in self.key_results) for light in Light)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the team, most pressing first."""
        own = chain.from_iterable(objective.findings for objective in self.objectives)
        of_krs = chain.from_iterable(kr.findings for kr in self.key_results)
        return tuple(sorted([*own, *of_krs], key=lambda finding: finding.order))


@dataclass(frozen=True, slots=True)
class Briefing:
    """A review's briefing at a moment.

    `meeting` is the one it is for and `since` the last one; None without a
    calendar or before its first. `teams` are in the file's order, with what is open.
    `ahead` and `over` are the titles of objectives whose period hasn't begun or is
    over; `closings` what ended since the last report. `moves` are what was put into
    the file and taken out since. `seen` is the moment from which changes are counted: when the
    last review's report was made, or the last review where it had none. `team` is
    whose meeting it is, None for the programme's.
    """

    made_at: datetime
    meeting: datetime | None
    since: datetime | None
    timezone: str
    teams: tuple[TeamBrief, ...]
    ahead: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    closings: tuple[Closing, ...] = ()
    team: str | None = None
    seen: datetime | None = None
    moves: tuple[Move, ...] = ()

    @property
    def key_results(self) -> tuple[KrBrief, ...]:
        """All KRs, those that need help first."""
        every = chain.from_iterable(team.key_results for team in self.teams)
        return tuple(sorted(every, key=lambda kr: kr.order))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, most pressing first."""
        every = chain.from_iterable(team.findings for team in self.teams)
        return tuple(sorted(every, key=lambda finding: finding.order))

    @property
    def teams_by_need(self) -> tuple[TeamBrief, ...]:
        """The teams, those with the most need first, otherwise in the file's order."""
        return tuple(sorted(self.teams, key=lambda team: team.need))

    def local(self, at: datetime) -> datetime:
        """Tell a moment by the clock of the reviews."""
        return at.astimezone(ZoneInfo(self.timezone))
