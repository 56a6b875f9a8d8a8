"""Check-ins for people without a shell: a team's week on one page, kept as the team's word."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from syncer.checkin.taking import said_back
from syncer.web.drawing import link_to
from syncer.web.faults import Refused
from syncer.web.forgery import FIELD, has_token
from syncer.web.forms import read_form
from syncer.web.sending import check_origin, check_sender
from syncer.web.site import asked, base_of
from syncer.web.week import check_ins, read_week, week

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from config.okrs import Okrs
    from syncer.core.records import CheckIn
    from syncer.web.forms import Form
    from syncer.web.site import WebSite
    from syncer.web.week import WeekRow

_FORM = re.compile(r"[\w-]{16,64}")


class CheckInPage:
    """Shows the form, takes it once, and takes back what was taken."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def show(self, request: Request) -> Response:
        """Show a team's form, or what was just taken, or which teams there are."""
        now = self._site.live.now()
        teams = self._site.roles.teams(request, now.okrs)
        name = asked(request, "team")
        team = now.okrs.find_team(name) if name else (teams[0] if len(teams) == 1 else None)
        if team is None:
            page = self._site.drawing.page("teams.html.j2", base_of(request), {}, teams=teams)
            return page.response(request, now.okrs.page_url or "")
        _check_role(team, teams)
        taken = asked(request, "taken")
        with self._site.live.reading(now) as (store, okrs):
            if taken is not None and (known := store.checkins_of_form(taken)):
                return self._taken(request, okrs, team, taken, known)
            rows = week(store, okrs, team, self._site.live.context.now())
        return self._form(request, now.okrs, team, rows)

    async def take(self, request: Request) -> Response:
        """Take a form: all of it, once, or ask again about what isn't right."""
        form = await read_form(request)
        return await run_in_threadpool(self._take, request, form)

    async def take_back(self, request: Request) -> Response:
        """Take back what somebody has just sent, with a trace."""
        form = await read_form(request)
        return await run_in_threadpool(self._take_back, request, form)

    def _take(self, request: Request, form: Form) -> Response:
        live = self._site.live
        page_url = live.now().okrs.page_url or ""
        check_origin(request, page_url)
        with live.writing() as (store, okrs):
            team = okrs.find_team(form.text("team"))
            _check_role(team, self._site.roles.teams(request, okrs))
            now = live.context.now()
            rows = read_week(form, week(store, okrs, team, now))
            if not has_token(request, form.text(FIELD)):
                text = "The browser had forgotten this form. Look it through and send it again."
                return self._form(request, okrs, team, rows, problem=text, status=403)
            if not all(row.is_right for row in rows):
                return self._form(request, okrs, team, rows, status=422)
            entries = check_ins(rows, now)
            if not entries:
                text = "Nothing was filled in, so nothing was recorded."
                return self._form(request, okrs, team, rows, problem=text, status=422)
            store.add_form(_form_id(form), entries)
        return self._to_what_was_taken(request, team, _form_id(form))

    def _take_back(self, request: Request, form: Form) -> Response:
        live = self._site.live
        check_sender(request, form, live.now().okrs.page_url or "")
        with live.writing() as (store, okrs):
            team = okrs.find_team(form.text("team"))
            _check_role(team, self._site.roles.teams(request, okrs))
            own = {str(checkin.number) for checkin in store.checkins_of_form(_form_id(form))}
            number = form.text("number")
            if number not in own:
                raise Refused("That check-in didn't come by this form.", 422)
            store.undo_checkin(int(number), live.context.now())
        return self._to_what_was_taken(request, team, _form_id(form))

    def _to_what_was_taken(self, request: Request, team: str, form: str) -> Response:
        """Lead on to a page that can be loaded again without sending anything again."""
        address = link_to(base_of(request), "checkin", team=team, taken=form)
        return RedirectResponse(address, 303)

    def _form(
        self,
        request: Request,
        okrs: Okrs,
        team: str,
        rows: Sequence[WeekRow],
        *,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        page = self._site.drawing.page(
            "checkin.html.j2",
            base_of(request),
            {},
            team=team,
            rows=rows,
            form=secrets.token_urlsafe(18),
            problem=problem,
            zone=okrs.timezone(team),
            wrong=[row for row in rows if not row.is_right],
        )
        return page.response(request, okrs.page_url or "", status)

    def _taken(
        self, request: Request, okrs: Okrs, team: str, form: str, known: Sequence[CheckIn]
    ) -> Response:
        page = self._site.drawing.page(
            "taken.html.j2",
            base_of(request),
            {},
            team=team,
            form=form,
            check_ins=[(checkin, said_back(checkin)) for checkin in known],
        )
        return page.response(request, okrs.page_url or "")


def _check_role(team: str, teams: Sequence[str]) -> None:
    """Raise `Refused` for who may not speak for a team."""
    if team not in teams:
        raise Refused("Who signed you in names no team here, or another one.", 403)


def _form_id(form: Form) -> str:
    """Give the form's own name, by which it is taken once."""
    name = form.text("form")
    if not _FORM.fullmatch(name):
        raise Refused("This isn't a form of this page.", 400)
    return name
