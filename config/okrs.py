"""okrs.yaml as frozen values: what the operator's team aims for, and where the work is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from config.deliveries import DeliverySettings
from config.frozen import Frozen
from config.reviews import Review
from config.types import (
    Board,
    Boards,
    Identity,
    IssueKeys,
    Line,
    Number,
    Period,
    Server,
    Text,
    Texts,
)
from config.wording import meant, quoted
from connectors.base import Category

Kind = Literal["delivery", "learning", "discovery"]
ScopeName = Literal["board", "active-sprint", "sprint", "sprints"]


class Names(Frozen):
    """Added names in a counting block; `builtin: false` leaves only these."""

    builtin: bool = Field(default=True, examples=["false"])


class Done(Names):
    """What counts as done beyond the built-in names (contract, rules 4 and 5)."""

    categories: Texts = Field(default=("done",), examples=["[done]"])
    statuses: Texts = Field(default=(), examples=["[Verified]"])
    columns: Literal["none", "last"] = "none"
    lists: Texts = Field(default=(), examples=["[Handed over]"])
    due_complete: bool = Field(default=True, examples=["false"])

    @field_validator("categories")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(Category)
        for name in names:
            if name not in known:
                advice = meant(name, known, "")
                message = f"holds {quoted(name)}, which is no category's key; {advice}"
                raise ValueError(message)
        return names


class Dropped(Names):
    """What counts as given up: in neither done nor remaining (rules 4 to 6)."""

    resolutions: Texts = Field(default=(), examples=["[Parked]"])
    statuses: Texts = Field(default=(), examples=["[Parked]"])
    lists: Texts = Field(default=(), examples=["[Parked]"])


class Ignore(Names):
    """What isn't the team's work at all."""

    statuses: Texts = Field(default=(), examples=["[Idea]"])
    lists: Texts = Field(default=(), examples=["[Read me]"])
    issue_types: Texts = Field(default=(), examples=["[Risk]"])


class Thread(Frozen):
    """How cards of a thread are known."""

    labels: Texts = Field(default=("discovery", "spike"), examples=["[discovery, spike]"])
    lists: Texts = Field(default=(), examples=["[Research]"])
    issue_types: Texts = Field(default=(), examples=["[Spike]"])


class Threads(Frozen):
    """Discovery is named; everything else is delivery (rule 7)."""

    discovery: Thread = Field(default=Thread(), examples=["{labels: [discovery]}"])


class Points(Frozen):
    """Where a card's estimate is: `auto`, or a field's name or id."""

    field: Text = Field(default="auto", examples=["auto"])


class Counting(Frozen):
    """The counting rules that apply to one KR on one source, defaults filled in."""

    done: Done = Field(default=Done(), examples=["{statuses: [Verified]}"])
    dropped: Dropped = Field(default=Dropped(), examples=["{lists: [Parked]}"])
    ignore: Ignore = Field(default=Ignore(), examples=["{lists: [Read me]}"])
    threads: Threads = Field(default=Threads(), examples=["{discovery: {labels: [discovery]}}"])
    points: Points = Field(default=Points(), examples=["{field: auto}"])
    subtasks: bool = Field(default=False, examples=["true"])


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


class Link(Frozen):
    """Where some of a KR's cards are; a link with nothing but a source is the KR's id as label.

    `board` is a number on Jira, a short link or id on Trello; URLs are resolved.
    """

    source: Text = Field(examples=["jira"])
    label: Text | None = Field(default=None, examples=["publishing-speed"])
    epic: IssueKeys = Field(default=(), examples=["[PUB-120, PUB-133]"])
    jql: Text | None = Field(default=None, examples=["project = PUB AND component = pipeline"])
    board: Board | None = Field(default=None, examples=["42"])
    list: Texts = Field(default=(), examples=["[Doing, Done]"])
    scope: ScopeName = "board"
    sprint: Text | None = Field(default=None, examples=["Sprint 12"])
    children: bool = Field(default=False, examples=["true"])


class KeyResult(Frozen):
    """One key result; `metric` is None where knowing what to do next is the result."""

    id: Identity = Field(examples=["PUB-1"])
    title: Line = Field(examples=["Publishing pipeline takes 10 % less time"])
    metric: Metric | None = Field(default=None, examples=["{start: 100, target: 90}"])
    quality: Line | None = Field(default=None, examples=["and no more failures than before"])
    links: tuple[Link, ...] = Field(default=(), examples=["[{source: jira}]"])
    counting: Counting | None = Field(default=None, examples=["{done: {statuses: [Verified]}}"])


class Objective(Frozen):
    """A direction of one team for one period ("2026-Q4", or "2026" for the year)."""

    id: Identity = Field(examples=["PUB"])
    title: Line = Field(examples=["Prepare publishing for the scale of launch day"])
    team: Line = Field(examples=["Publishing"])
    period: Period = Field(examples=["2026-Q4"])
    kind: Kind = "delivery"
    parent: Text | None = Field(default=None, examples=["YEAR"])
    key_results: tuple[KeyResult, ...] = Field(
        default=(), examples=["[{id: PUB-1, title: Publishing takes 10 % less time}]"]
    )


class Source(Frozen):
    """Where boards live. The secrets to it are in the environment, never here.

    `url` is empty where the kind's default, or the environment's, is meant.
    """

    kind: Text = Field(examples=["jira"])
    url: Server = Field(default="", examples=["https://acme.atlassian.net"])
    projects: Texts = Field(default=(), examples=["[PUB, WEB]"])
    boards: Boards = Field(default=(), examples=["[AbCd1234]"])
    deployment: Literal["cloud", "datacenter"] | None = None
    counting: Counting | None = Field(default=None, examples=["{done: {statuses: [Verified]}}"])


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


class Places(Frozen):
    """Which line of the file says what: `ids` by objective or KR, `links` by KR, in order."""

    file: str = "okrs.yaml"
    sources: dict[str, int] = Field(default={})
    ids: dict[str, int] = Field(default={})
    links: dict[str, tuple[int, ...]] = Field(default={})


class Okrs(File):
    """The whole file, validated.

    `rules` holds, for every KR's id and each source it links to, the counting
    rules that apply there: the file's, under the source's, under the KR's.
    Where the file says it (`places`) makes no difference between two of them.
    """

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
