"""The first page: the briefing as of now or any day, with what waits and how sources are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.core.period import period_of
from syncer.publish.making import briefing_of
from syncer.report.html import LARGE, page_parts
from syncer.web.fleet import own_fleet
from syncer.web.outbox import waiting_numbers
from syncer.web.site import asked, base_of, day_of, moment_asked
from syncer.web.sources import health

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from config.okrs import Okrs
    from syncer.review.briefing import Briefing
    from syncer.web.drawing import DrawnPage
    from syncer.web.live import OkrsNow
    from syncer.web.site import WebSite


@dataclass(frozen=True)
class PeriodLink:
    """A period to look at; `last_day` is that of one that is over, None for one that isn't."""

    name: str
    last_day: str | None


class BriefingPage:
    """Shows the briefing."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def show(self, request: Request) -> Response:
        """Show it, of all teams or one, all periods or one, now or as of a day."""
        now = self._site.live.now()
        return self._site.shown(request, now, lambda: self._draw(request, now))

    def _draw(self, request: Request, now: OkrsNow) -> DrawnPage:
        live, present = self._site.live, self._site.live.context.now()
        team, period = asked(request, "team"), asked(request, "period")
        team = team and now.okrs.find_team(team)
        moment = moment_asked(request, now.okrs, present)
        with live.reading(now) as (store, okrs), store.snapshot() as seen:
            briefing = briefing_of(seen, okrs, moment or present, team)
            waiting = () if moment else waiting_numbers(seen, okrs)
            sources = None if moment else health(seen, okrs)
            fleet = None if moment else own_fleet(seen, present)
        if period:
            briefing = _of_period(briefing, okrs, period)
        zone = okrs.timezone(team)
        return self._site.drawing.page(
            "briefing.html.j2",
            base_of(request),
            page_parts(briefing),
            all_teams=list(dict.fromkeys(objective.team for objective in okrs.objectives)),
            periods=_periods(okrs, present, team),
            team=team,
            period=period,
            as_of=asked(request, "as_of"),
            day=day_of(moment or present, zone),
            today=day_of(present, zone),
            waiting=[each for each in waiting if team in (None, each.team)],
            sources=sources,
            fleet=fleet,
            zone=zone,
            problem=live.tidy(now.problem),
            is_large=len(briefing.key_results) > LARGE,
        )


def _of_period(briefing: Briefing, okrs: Okrs, period: str) -> Briefing:
    """Leave out of a briefing what is of other periods."""
    folded = period.casefold()
    if folded not in {objective.period.casefold() for objective in okrs.objectives}:
        raise ConfigurationError(f"no objective has the period {period[:40]}")
    teams = tuple(
        replace(
            team,
            objectives=tuple(o for o in team.objectives if o.period.casefold() == folded),
        )
        for team in briefing.teams
    )
    return replace(
        briefing,
        teams=tuple(team for team in teams if team.objectives),
        closings=tuple(c for c in briefing.closings if c.period.casefold() == folded),
    )


def _periods(okrs: Okrs, now: datetime, team: str | None) -> list[PeriodLink]:
    """Give the periods of the file's objectives; one that is over as of its last day."""
    out: dict[str, PeriodLink] = {}
    for objective in okrs.objectives:
        if team in (None, objective.team):
            span = period_of(okrs, objective.period, objective.team)
            ends = span.ends if span is not None and span.ends <= now else None
            last = ends.astimezone(okrs.timezone(objective.team)) if ends else None
            day = str(last.date() - timedelta(days=1)) if last else None
            out.setdefault(objective.period, PeriodLink(objective.period, day))
    return list(out.values())
