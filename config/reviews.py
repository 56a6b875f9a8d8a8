"""When the review meetings are, as okrs.yaml says it: the programme's, and a team's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from config.times import Dates, Duration, Every, Moment, Rule, Zone
from config.types import Frozen, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Review(Frozen):
    """When the review meetings are, and how long before them the report is made.

    They are told in one of four ways: `every` ("N days|weeks|months|years" or one
    such word) or `rrule` (RFC 5545's), both from `starts` on, an ISO date and
    time; by the name of the `event` in a calendar, whose file is `ical` or whose
    URL is in the environment; or as `dates`. All of it is by the clock of
    `timezone` where it has no offset or zone of its own.
    """

    every: Every | None = Field(default=None, examples=["2 weeks"])
    rrule: Rule | None = Field(default=None, examples=['"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"'])
    ical: Line | None = Field(default=None, examples=["meetings.ics"])
    event: Line | None = Field(default=None, examples=["OKR review"])
    dates: Dates = Field(default=(), examples=['["2026-10-08T10:00", "2026-10-29T10:00"]'])
    starts: Moment | None = Field(default=None, examples=['"2026-10-08T10:00"'])
    timezone: Zone = Field(default="UTC", examples=["Europe/London"])
    prepare: Duration = Field(default=timedelta(hours=24), examples=["24h"])


def completed(
    reviews: Mapping[str, Review], programme: Review | None, teams: Iterable[str]
) -> dict[str, Review]:
    """Give the teams' own reviews under their names as the objectives spell them.

    What a team's leaves out, `timezone` and `prepare`, is as in the programme's.
    """
    spelled = {team.casefold(): team for team in teams}
    out = {}
    for team, review in reviews.items():
        own = review.model_fields_set
        shared = {
            name: getattr(programme, name)
            for name in ("timezone", "prepare")
            if programme is not None and name not in own
        }
        out[spelled.get(team.casefold(), team)] = review.model_copy(update=shared)
    return out
