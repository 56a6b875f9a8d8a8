"""okrs.yaml as frozen values: what the operator's team aims for, and where the work is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from config.addresses import Page
from config.counting import Counting
from config.deliveries import DeliverySettings
from config.periods import PeriodDates
from config.reviews import Review
from config.sources import Link, Source
from config.stores import OkrTool, WriteTo
from config.times import PeriodName
from config.types import (
    Frozen,
    Identity,
    Line,
    Number,
    Text,
)
from config.wording import likely
from connectors.errors import ConfigurationError
from connectors.redaction import hide

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["delivery", "learning", "discovery"]
_MOST = 12


class Metric(Frozen):
    """A KR's number: where it began, where it should go, where it is (None: not told)."""

    start: Number = Field(examples=["100"])
    target: Number = Field(examples=["90"])
    current: Number | None = Field(default=None, examples=["96"])
    unit: str = Field(default="", examples=["s"])

    @field_validator("target")
    @classmethod
    def _elsewhere(cls, target: float, info: ValidationInfo) -> float:
        if target == info.data.get("start"):
            message = "is the same as start, so there is no way to go; write the number to reach"
            raise ValueError(message)
        return target


class KeyResult(Frozen):
    """One key result; `metric` is None where knowing what to do next is the result."""

    id: Identity = Field(examples=["PUB-1"])
    title: Line = Field(examples=["Publishing pipeline takes 10 % less time"])
    metric: Metric | None = Field(default=None, examples=["{start: 100, target: 90}"])
    quality: Line | None = Field(default=None, examples=["and no more failures than before"])
    links: tuple[Link, ...] = Field(default=(), examples=["[{source: jira}]"])
    counting: Counting | None = Field(default=None, examples=["{done: {statuses: [Verified]}}"])
    write_to: tuple[WriteTo, ...] = Field(default=(), examples=["[{store: goals, id: ACME-12}]"])


class Objective(Frozen):
    """A direction of one team for one period: a quarter, a year, or one of `periods`."""

    id: Identity = Field(examples=["PUB"])
    title: Line = Field(examples=["Prepare publishing for the scale of launch day"])
    team: Line = Field(examples=["Publishing"])
    period: PeriodName = Field(examples=["2026-Q4"])
    kind: Kind = "delivery"
    parent: Text | None = Field(default=None, examples=["YEAR"])
    key_results: tuple[KeyResult, ...] = Field(
        default=(), examples=["[{id: PUB-1, title: Publishing takes 10 % less time}]"]
    )


class File(Frozen):
    """okrs.yaml as it is written."""

    sources: dict[str, Source] = Field(
        examples=['{jira: {kind: jira, url: "https://acme.atlassian.net"}}']
    )
    objectives: tuple[Objective, ...] = Field(
        examples=["[{id: PUB, title: Scale publishing, team: Publishing, period: 2026-Q4}]"]
    )
    counting: Counting | None = Field(default=None, examples=["{done: {statuses: [Verified]}}"])
    review: Review | None = Field(default=None, examples=["{every: 2 weeks, starts: 2026-10-08}"])
    reviews: dict[str, Review] = Field(
        default={}, examples=["{Publishing: {every: 2 weeks, starts: 2026-10-08}}"]
    )
    deliver: dict[str, DeliverySettings] = Field(default={}, examples=["{slack: {}}"])
    workspace: Identity | None = Field(default=None, examples=["digital"])
    periods: dict[str, PeriodDates] = Field(
        default={}, examples=["{FY27-Q1: {begins: 2026-04-06, ends: 2026-07-05}}"]
    )
    report_url: Page | None = Field(default=None, examples=["https://intranet.acme.example/okr"])
    page_url: Page | None = Field(default=None, examples=["https://okrs.acme.example"])
    stores: dict[str, OkrTool] = Field(default={}, examples=["{goals: {kind: atlassian-goals}}"])


class Places(Frozen):
    """Which line of the file says what: `ids` by objective or KR, `links` by KR, in order.

    `counting` are the blocks of rules, by the source or KR that has them ("counting"
    for the file's own).
    `file` is what messages call it, `folder` where it is: relative paths in it
    and in the environment are seen from there.
    """

    file: str = "okrs.yaml"
    folder: Path = Path()
    sources: dict[str, int] = Field(default={})
    ids: dict[str, int] = Field(default={})
    links: dict[str, tuple[int, ...]] = Field(default={})
    counting: dict[str, int] = Field(default={})


class Okrs(File):
    """The whole file, validated.

    `workspace` tells this file's OKRs from those of others in the same store.
    `rules` holds, for every KR's id and each source it links to, the counting
    rules that apply there: the file's, under the source's, under the KR's.
    Where the file says it (`places`) makes no difference between two of them.
    """

    workspace: str = ""
    rules: dict[str, dict[str, Counting]] = Field(default={})
    places: Places = Places()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Okrs) and all(
            getattr(self, name) == getattr(other, name)
            for name in Okrs.model_fields
            if name != "places"
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def lines(self) -> dict[str, int]:
        """The line of each objective's and KR's id; empty when no file was read."""
        return self.places.ids

    @property
    def folder(self) -> Path:
        """The file's folder; a relative path that an operator writes is seen from there."""
        return self.places.folder

    def key_results(self) -> tuple[tuple[Objective, KeyResult], ...]:
        """Give every KR with its objective, in the file's order."""
        return tuple(
            (objective, kr) for objective in self.objectives for kr in objective.key_results
        )

    def find(self, name: str) -> KeyResult | Objective:
        """Give the KR or objective of this id, whatever its case.

        Raises ConfigurationError, with the nearest id, where there is none.
        """
        every: list[KeyResult | Objective] = [*self.objectives]
        every += [kr for _, kr in self.key_results()]
        for item in every:
            if item.id.casefold() == name.strip().casefold():
                return item
        raise _unknown("no KR or objective has the id", name, [item.id for item in every])

    def find_kr(self, name: str) -> KeyResult:
        """Give the KR of this id, whatever its case; raises ConfigurationError like `find`."""
        every = [kr for _, kr in self.key_results()]
        for kr in every:
            if kr.id.casefold() == name.strip().casefold():
                return kr
        raise _unknown("no KR has the id", name, [kr.id for kr in every])

    def find_team(self, name: str) -> str:
        """Give a team's name as the objectives spell it, whatever the case here.

        Raises ConfigurationError, with the nearest team, where there is none.
        """
        teams = {objective.team.casefold(): objective.team for objective in self.objectives}
        team = teams.get(" ".join(name.split()).casefold())
        if team is None:
            raise _unknown("no team is called", name, teams.values())
        return team

    def find_period(self, name: str, past: Iterable[str] = ()) -> str:
        """Give a period's name as the objectives, `periods` or `past` spell it.

        Raises ConfigurationError, with the nearest period, where nobody does.
        """
        known = [*(objective.period for objective in self.objectives), *self.periods, *past]
        spelled = {period.casefold(): period for period in known}
        period = spelled.get(name.strip().casefold())
        if period is None:
            raise _unknown("no period is called", name, known)
        return period

    def review_of(self, team: str | None = None) -> Review | None:
        """Give the meetings of a team, its own or the programme's; None where there are none."""
        return (self.reviews.get(team) if team else None) or self.review

    def timezone(self, team: str | None = None) -> ZoneInfo:
        """Give the clock of a team's meetings, or of the programme's; UTC where there are none."""
        review = self.review_of(team)
        return ZoneInfo(review.timezone if review else "UTC")


def _unknown(text: str, name: str, known: Iterable[str]) -> ConfigurationError:
    names = list(dict.fromkeys(known))
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    every = f"there is {', '.join(names[:_MOST]) or 'none'}{more}"
    return ConfigurationError(f"{text} {hide(name)}; {every}{likely(name, names)}")
