"""What was known once: when KRs were read well, which there were, what was last said; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.core.records import CheckIn

PUT_IN, TAKEN_OUT = "put in", "taken out"
"""Fields of a `Change` of a whole KR or objective."""


class ReadSpan(NamedTuple):
    """A KR was read well from a source from `began` to `ended`, or had a problem all the while.

    Where there was a problem `source` is "": it befell the KR as a whole. `remark` is what
    a good reading should be known for, None for nothing.
    """

    kr: str
    source: str
    began: datetime
    ended: datetime
    problem: str | None = None
    remark: str | None = None


class FormCheckIn(NamedTuple):
    """What a form says of one KR.

    The form showed what was known up to check-in number `seen`. Where the KR was spoken
    of since, only what the team `changed` in the form is meant, None for nothing.
    """

    checkin: CheckIn
    seen: int = 0
    changed: CheckIn | None = None


class DefinedKr(NamedTuple):
    """A KR that okrs.yaml has, or once had; `taken_out_at` is None for one that it has.

    `links` are JSON, as in the file.
    """

    id: str
    objective: str
    title: str
    team: str
    period: str
    taken_out_at: datetime | None = None
    start: float | None = None
    target: float | None = None
    unit: str = ""
    quality: str = ""
    links: str = ""


class DefinedObjective(NamedTuple):
    """An objective that okrs.yaml has, or once had; `taken_out_at` as with a KR."""

    id: str
    title: str
    team: str
    period: str
    kind: str
    parent: str | None
    taken_out_at: datetime | None = None


class LatestCheckIn(NamedTuple):
    """What was last said of each thing about one subject, and when; they may be of different days.

    `at` is when the team last checked in at all, None if it never did.
    """

    at: datetime | None = None
    confidence: int | None = None
    confidence_at: datetime | None = None
    value: float | None = None
    value_at: datetime | None = None
    note: str = ""
    note_at: datetime | None = None
    risk: str = ""
    risk_at: datetime | None = None
    ask: str = ""
    ask_at: datetime | None = None
