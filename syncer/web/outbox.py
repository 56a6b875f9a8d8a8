"""Numbers that wait for a person on their way to OKR tools, and the button that lets them go."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from syncer.core.outbox import TargetState, WriteTarget
from syncer.push.job import PushJob
from syncer.push.telling import push_line
from syncer.report.text import number
from syncer.web.faults import Refused
from syncer.web.forms import read_form
from syncer.web.sending import check_sender
from syncer.web.site import base_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.core.outbox import PushResult, TargetStatus
    from syncer.store.store import Store
    from syncer.web.forms import Form
    from syncer.web.site import WebSite

_WAITING = (TargetState.DRAFT, TargetState.HELD)
_PATIENCE = 20.0
"""Seconds that whoever has pressed a button waits for a tool that is limited."""


@dataclass(frozen=True)
class WaitingNumber:
    """A number that waits for a person: a draft, or one held back since a person's stands there."""

    target: WriteTarget
    team: str
    status: TargetStatus

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft."""
        return self.status.state is TargetState.DRAFT

    @property
    def value(self) -> str:
        """Write the number."""
        return "" if self.status.value is None else number(self.status.value)

    @property
    def key(self) -> str:
        """Name it with its value: another value is to be seen before it is let go."""
        return json.dumps([*self.target, self.status.value])


def waiting_numbers(store: Store, okrs: Okrs) -> tuple[WaitingNumber, ...]:
    """Give what waits for a person, in the file's order."""
    return tuple(_waiting(okrs, store.target_statuses()))


def _waiting(okrs: Okrs, statuses: Mapping[WriteTarget, TargetStatus]) -> Iterator[WaitingNumber]:
    for objective, kr in okrs.key_results():
        for goal in kr.write_to:
            target = WriteTarget(kr.id, goal.store, goal.id)
            status = statuses.get(target)
            if status is not None and status.state in _WAITING:
                yield WaitingNumber(target, objective.team, status)


class OutboxPage:
    """Lets go what somebody has seen and chosen: the same as `okr-sync push --approve`."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    async def let_go(self, request: Request) -> Response:
        """Let the chosen numbers go, and show what became of them."""
        form = await read_form(request)
        return await run_in_threadpool(self._let_go, request, form)

    def _let_go(self, request: Request, form: Form) -> Response:
        site = self._site
        now = site.live.now()
        check_sender(request, form, now.okrs.page_url or "")
        teams = site.roles.teams(request, now.okrs)
        okrs, settings = site.live.configured()
        with site.live.writing() as (store, _), store.lock():
            chosen = _chosen(waiting_numbers(store, okrs), form.texts("number"), teams)
            results = [
                result
                for each in chosen
                for result in self._push(store, okrs, settings, each.target)
            ]
        page = site.drawing.page(
            "let_go.html.j2", base_of(request), {}, lines=[push_line(each) for each in results]
        )
        return page.response(request, okrs.page_url or "")

    def _push(
        self, store: Store, okrs: Okrs, settings: Settings, target: WriteTarget
    ) -> tuple[PushResult, ...]:
        clock = self._site.live.context.clock
        job = PushJob.of(okrs, settings, clock, _PATIENCE, tool=target.store, kr=target.kr)
        return job.push(store, approved=True)


def _chosen(
    waiting: Collection[WaitingNumber], keys: Collection[str], teams: Collection[str]
) -> list[WaitingNumber]:
    """Find what was chosen; raises `Refused` where it isn't as it was seen."""
    if not keys:
        raise Refused("Nothing was chosen, so nothing went out.", 422)
    known = {each.key: each for each in waiting}
    if any(key not in known for key in keys):
        raise Refused("Meanwhile another number waits there; look at it before it goes.", 409)
    chosen = [known[key] for key in dict.fromkeys(keys)]
    if any(each.team not in teams for each in chosen):
        raise Refused("These numbers are another team's.", 403)
    return chosen
