"""The rules by which cards are counted: docs/counting.md has the defaults, okrs.yaml changes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from config.types import Frozen, Text, Texts
from config.wording import meant
from connectors.base import Category
from connectors.redaction import quoted


class Names(Frozen):
    """Added names in a counting block; `builtin: false` leaves only these."""

    builtin: bool = Field(default=True, examples=["false"])


class Done(Names):
    """What counts as done beyond the built-in names (rules 4 and 5)."""

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
