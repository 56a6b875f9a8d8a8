"""What was known once: when each KR was read well, and which KRs there were; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

PUT_IN, TAKEN_OUT = "put in", "taken out"
"""Fields of a `Change` of a whole KR or objective."""


class ReadSpan(NamedTuple):
    """A KR was read well from a source from `began` to `ended`, or had a problem all the while.

    Where there was a problem `source` is "": it befell the KR as a whole.
    """

    kr: str
    source: str
    began: datetime
    ended: datetime
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DefinedKr:
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


@dataclass(frozen=True, slots=True)
class DefinedObjective:
    """An objective that okrs.yaml has, or once had; `taken_out_at` as with a KR."""

    id: str
    title: str
    team: str
    period: str
    kind: str
    parent: str | None
    taken_out_at: datetime | None = None
