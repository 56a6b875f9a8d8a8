"""okrs.yaml as frozen values: what the operator's team aims for, and where the work is."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["delivery", "learning", "discovery"]
ScopeName = Literal["board", "active-sprint", "sprint"]


class Frozen(BaseModel):
    """A value of the file: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(Frozen):
    """Added names in a counting block; `builtin: false` leaves only these."""

    builtin: bool = True


class Done(Names):
    """What counts as done beyond the built-in names (contract, rules 4 and 5)."""

    categories: tuple[str, ...] = ("done",)
    statuses: tuple[str, ...] = ()
    columns: Literal["none", "last"] = "none"
    lists: tuple[str, ...] = ()
    due_complete: bool = True


class Dropped(Names):
    """What counts as given up: in neither done nor remaining (rules 4 to 6)."""

    resolutions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class Ignore(Names):
    """What isn't the team's work at all."""

    statuses: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    issue_types: tuple[str, ...] = ()


class Thread(Frozen):
    """How cards of a thread are known."""

    labels: tuple[str, ...] = ("discovery", "spike")
    lists: tuple[str, ...] = ()
    issue_types: tuple[str, ...] = ()


class Threads(Frozen):
    """Discovery is named; everything else is delivery (rule 7)."""

    discovery: Thread = Thread()


class Points(Frozen):
    """Where a card's estimate is: `auto`, or a field's name or id."""

    field: str = "auto"


class Counting(Frozen):
    """The counting rules that apply to one KR on one source, defaults filled in."""

    done: Done = Done()
    dropped: Dropped = Dropped()
    ignore: Ignore = Ignore()
    threads: Threads = Threads()
    points: Points = Points()


class Metric(Frozen):
    """A KR's number: where it began, where it should go, where it is (None: not told)."""

    start: float
    target: float
    current: float | None = None
    unit: str = ""


class Link(Frozen):
    """Where some of a KR's cards are; a link with nothing but a source is the KR's id as label."""

    source: str
    label: str | None = None
    epic: tuple[str, ...] = ()
    jql: str | None = None
    board: str | None = None
    list: tuple[str, ...] = ()
    scope: ScopeName = "board"
    sprint: str | None = None
    children: bool = False


class KeyResult(Frozen):
    """One key result; `metric` is None where knowing what to do next is the result."""

    id: str
    title: str
    metric: Metric | None = None
    quality: str | None = None
    links: tuple[Link, ...] = ()


class Objective(Frozen):
    """A direction of one team for one period ("2026-Q4", or "2026" for the year)."""

    id: str
    title: str
    team: str
    period: str
    kind: Kind = "delivery"
    parent: str | None = None
    key_results: tuple[KeyResult, ...] = ()


class Source(Frozen):
    """Where boards live. The secrets to it are in the environment, never here."""

    kind: str
    url: str = ""
    projects: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    deployment: Literal["cloud", "datacenter"] | None = None


class Review(Frozen):
    """When the review meetings are, and how long before them the report is made."""

    every: str
    starts: str
    timezone: str = "UTC"
    prepare: timedelta = timedelta(hours=24)


class Okrs(Frozen):
    """The whole file, validated.

    `rules` holds, for every KR's id and each source it links to, the counting
    rules that apply there: the file's, under the source's, under the KR's.
    """

    sources: dict[str, Source]
    objectives: tuple[Objective, ...]
    review: Review | None = None
    rules: dict[str, dict[str, Counting]] = {}
