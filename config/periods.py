"""The periods that an organisation gives names of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, ValidationInfo, field_validator

from config.times import Day
from config.types import Frozen

if TYPE_CHECKING:
    from datetime import date


class PeriodDates(Frozen):
    """A period's first and last day; both are in it, whole, by the reviews' clock."""

    begins: Day = Field(examples=["2026-04-06"])
    ends: Day = Field(examples=["2026-07-05"])

    @field_validator("ends")
    @classmethod
    def _after(cls, ends: date, info: ValidationInfo) -> date:
        begins = info.data.get("begins")
        if begins is not None and ends < begins:
            message = f"is {ends}, before the period begins; write its last day"
            raise ValueError(message)
        return ends
