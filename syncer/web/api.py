"""What the commands' `--json` gives, over HTTP: for programs, and for whoever watches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from connectors.errors import ConfigurationError, OkrSyncError
from syncer.documents.cards import cards_document, in_order
from syncer.documents.history import history_document
from syncer.documents.status import status_document, status_rows
from syncer.publish.known_krs import known_kr
from syncer.publish.making import briefing_of
from syncer.publish.seals import briefing_on
from syncer.report.json_document import json_text
from syncer.web.faults import Refused
from syncer.web.kr_page import COUNTS
from syncer.web.site import asked, moment_asked

if TYPE_CHECKING:
    from starlette.requests import Request

    from config.okrs import Okrs
    from syncer.store.store import Store
    from syncer.web.live import OkrsNow
    from syncer.web.site import WebSite


class Api:
    """Answers with JSON; one text for all who ask at once."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def status(self, request: Request) -> Response:
        """Give `okr-sync status --json`, with ?team= and ?period=."""

        def write(now: OkrsNow) -> str:
            team = asked(request, "team")
            team = team and now.okrs.find_team(team)
            present = self._site.live.context.now()
            with self._site.live.reading(now) as (store, okrs):
                rows = status_rows(store, okrs, present, team=team, period=asked(request, "period"))
                return text_of(status_document(okrs, rows, store.target_statuses()))

        return self._answer(request, write)

    def explain(self, request: Request) -> Response:
        """Give `okr-sync explain KR --json`, with ?state=."""
        state = asked(request, "state")
        if state is not None and state not in {each.value for each in COUNTS}:
            names = ", ".join(each.value for each in COUNTS)
            raise Refused(f"state {state[:40]}: there is {names}", 400)

        def write(now: OkrsNow) -> str:
            with self._site.live.reading(now) as (store, okrs):
                kr = _known(store, okrs, request)
                return text_of(cards_document(kr, in_order(store.states([kr])[kr].cards, state)))

        return self._answer(request, write)

    def history(self, request: Request) -> Response:
        """Give `okr-sync history KR --json`."""

        def write(now: OkrsNow) -> str:
            with self._site.live.reading(now) as (store, okrs), store.snapshot() as seen:
                kr = _known(seen, okrs, request)
                return text_of(history_document(kr, seen.readings(kr), seen.ledger(kr)))

        return self._answer(request, write)

    def report(self, request: Request) -> Response:
        """Give `okr-sync report --json`, with ?team=, and ?as_of= or ?meeting=."""

        def write(now: OkrsNow) -> str:
            present, team = self._site.live.context.now(), asked(request, "team")
            team = team and now.okrs.find_team(team)
            with self._site.live.reading(now) as (store, okrs):
                if meeting := asked(request, "meeting"):
                    return json_text(briefing_on(store, team or "", meeting))
                moment = moment_asked(request, okrs, present) or present
                return json_text(briefing_of(store, okrs, moment, team))

        return self._answer(request, write)

    def health(self, _: Request) -> Response:
        """Say whether the page can show anything; 503 where it can't."""
        now = self._site.live.now()
        problem, store_problem = self._site.live.tidy(now.problem), None
        try:
            with self._site.live.reading(now) as (store, okrs):
                _look_at(store, okrs)
        except OkrSyncError as error:
            store_problem = self._site.live.tidy(str(error))
        state = {
            "status": "ok" if store_problem is None else "failing",
            "store": store_problem,
            "okrs": problem or None,
        }
        return _json(text_of(state), 200 if store_problem is None else 503)

    def _answer(self, request: Request, write: Any) -> Response:
        now = self._site.live.now()
        return _json(self._site.document(request, now, lambda: write(now)))


def _look_at(store: Store, okrs: Okrs) -> None:
    """Read a little of everything that is shown; raises `StoreError` where that can't be."""
    first = [kr.id for _, kr in okrs.key_results()][:1]
    store.last_runs()
    store.states(first)
    store.readings_of(first)
    store.ledger_of(first)
    store.latest_checkins(first)
    store.target_statuses()


def text_of(document: object) -> str:
    """Write a document as the commands print it."""
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n"


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status, media_type="application/json")


def _known(store: Store, okrs: Okrs, request: Request) -> str:
    try:
        kr, _ = known_kr(store, okrs, request.path_params["id"])
    except ConfigurationError as error:
        raise Refused(str(error), 404) from None
    return kr
