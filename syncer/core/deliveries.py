"""Reports made and what was sent of them, as the store keeps it; pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

PROGRAMME = ""
"""The name of the calendar that is nobody's own."""


class Purpose(StrEnum):
    """What a letter is for."""

    REPORT = "report"
    REMINDER = "reminder"


class DeliveryStatus(StrEnum):
    """What became of something sent.

    `SENDING` was noted before the last step, `SENT` after the service said yes.
    `UNKNOWN` is what was on its way when the line or the process broke: it is
    never sent again.
    """

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


class Occasion(NamedTuple):
    """What something is sent for: a calendar's day ("2026-11-19"), or a week ("2026-W47").

    `calendar` is the team's name, `PROGRAMME` for the programme's.
    """

    purpose: Purpose
    calendar: str
    day: str


class MeetingReport(NamedTuple):
    """A meeting's report: `files` are names in the folder; `made_at` is None while claimed."""

    calendar: str
    day: str
    meeting: datetime
    made_at: datetime | None = None
    files: tuple[str, ...] = ()


class SealedReport(NamedTuple):
    """A meeting's report with its content, which never changes, and the SHA-256 of that in hex."""

    report: MeetingReport
    content: bytes
    sha256: str


class Delivery(NamedTuple):
    """What is noted of one delivery; `note` is a page's address or a message's id."""

    status: DeliveryStatus
    at: datetime
    note: str = ""


class UnsureDelivery(NamedTuple):
    """A delivery to a destination, by name, of which nobody knows whether it arrived."""

    occasion: Occasion
    destination: str
    delivery: Delivery
