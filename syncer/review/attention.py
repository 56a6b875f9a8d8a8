"""What a review looks at: findings and lights, and what the teams themselves say."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from syncer.core.period import Period
    from syncer.core.records import CheckIn


class FindingKind(StrEnum):
    """What a finding is about, in the order in which a review takes them."""

    ASK = "ask"
    RISK = "risk"
    CONFIDENCE = "confidence fell"
    HALTED = "progress halted"
    UNMOVED = "output without outcome"
    BEHIND = "number behind"
    SHORT = "forecast short"
    UNSCORED = "not scored"
    UNREAD = "boards not read"
    UNTOLD = "nothing to go by"


class Light(StrEnum):
    """Where a KR stands in the room's attention (rule 16)."""

    HELP = "needs help"
    BEHIND = "behind"
    UNSURE = "not sure"
    WELL = "on course"


OWN_WORDS = (FindingKind.ASK, FindingKind.RISK)
"""What the team itself says: listed first, and no reason for a light."""

_LIGHTS = {
    FindingKind.CONFIDENCE: Light.HELP,
    FindingKind.HALTED: Light.HELP,
    FindingKind.UNMOVED: Light.HELP,
    FindingKind.BEHIND: Light.BEHIND,
    FindingKind.SHORT: Light.BEHIND,
    FindingKind.UNSCORED: Light.UNSURE,
    FindingKind.UNREAD: Light.UNSURE,
    FindingKind.UNTOLD: Light.UNSURE,
}


class Finding(NamedTuple):
    """A reason to look at a KR or an objective (`subject`, its id).

    `text` says it in a sentence; of an ask or a risk it is the team's own words,
    and `times` how many check-ins in a row have said them. `since` is when it
    began, as far as that is known. `weight` puts the graver of a kind first.
    """

    kind: FindingKind
    subject: str
    text: str
    since: datetime | None = None
    weight: float = 0.0
    times: int = 1

    @property
    def order(self) -> tuple[int, float, str]:
        """Sort by kind, then the gravest, then by subject."""
        return list(FindingKind).index(self.kind), -self.weight, self.subject


class Viewpoint(NamedTuple):
    """When we look: now, the last review if there was one, and the period if it can be read.

    `review_before` is the one before the last. `zone` is the clock by which days
    are named.
    """

    now: datetime
    review: datetime | None = None
    period: Period | None = None
    zone: tzinfo = UTC
    review_before: datetime | None = None

    def day(self, at: datetime) -> str:
        """Write a day as people say it, in the year that everybody is in: "3 Dec"."""
        local = at.astimezone(self.zone)
        return f"{local.day} {local:%b}"

    @property
    def is_open(self) -> bool:
        """Whether the period is on, or has no dates that we know: then a KR has a light."""
        return self.period is None or self.period.begins <= self.now < self.period.ends


def light(findings: tuple[Finding, ...]) -> Light:
    """Tell a KR's light: the gravest reason's; without any it is on course."""
    lights = [_LIGHTS[finding.kind] for finding in findings if finding.kind not in OWN_WORDS]
    return min(lights, key=list(Light).index, default=Light.WELL)


def open_words(subject: str, checkins: tuple[CheckIn, ...], view: Viewpoint) -> tuple[Finding, ...]:
    """Find the team's open asks and risks, with since when and how often they were said.

    Open are those said since the last review, and those of the latest check-in:
    a later one that leaves it out closes what the last review has heard. An
    answer closes the asks before it.
    """
    answered = max((n for n, c in enumerate(checkins) if c.answered), default=-1)
    latest = len(checkins) - 1
    out: dict[tuple[FindingKind, str], Finding] = {}
    for index, checkin in enumerate(checkins):
        fresh = view.review is None or checkin.at > view.review
        if not fresh and index != latest:
            continue
        for kind, text in ((FindingKind.ASK, checkin.ask), (FindingKind.RISK, checkin.risk)):
            closed = kind is FindingKind.ASK and index <= answered
            if text.strip() and not closed:
                since, times = _said_since(checkins[: index + 1], kind, text.strip())
                out[kind, text.strip()] = Finding(kind, subject, text.strip(), since, 0.0, times)
    return tuple(out.values())


def _said_since(
    checkins: tuple[CheckIn, ...], kind: FindingKind, text: str
) -> tuple[datetime, int]:
    """Follow words back from check-in to check-in until one leaves them out: since when, how often.

    A check-in that says nothing of the kind, and has no note either, is a score alone.
    """
    since, times = checkins[-1].at, 0
    for checkin in reversed(checkins):
        words = checkin.ask if kind is FindingKind.ASK else checkin.risk
        if words.strip() == text:
            since, times = checkin.at, times + 1
        elif checkin.answered or words.strip() or checkin.note.strip():
            break
    return since, times
