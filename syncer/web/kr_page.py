"""A key result's own page: its briefing, the cards behind it, its ledger, on any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from connectors.errors import ConfigurationError
from syncer.core.period import period_of
from syncer.core.records import State
from syncer.documents.cards import in_order
from syncer.publish.histories import known_then
from syncer.publish.known_krs import known_kr
from syncer.publish.making import briefing_of
from syncer.report.html import page_parts
from syncer.report.sentences import EVENTS
from syncer.web.faults import Refused
from syncer.web.site import asked, base_of, day_of, moment_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from config.okrs import Okrs
    from syncer.core.records import JudgedCard
    from syncer.review.briefing import Briefing, KrBrief, ObjectiveBrief
    from syncer.review.history import KrHistory
    from syncer.store.store import Store
    from syncer.web.drawing import DrawnPage
    from syncer.web.live import OkrsNow
    from syncer.web.site import WebSite

T = TypeVar("T")

CARDS, ENTRIES, CHECK_INS = 200, 100, 12
"""On one page."""

COUNTS = {
    State.DONE: "done",
    State.REMAINING: "left",
    State.DROPPED: "dropped",
    State.IGNORED: "left out",
}


@dataclass(frozen=True)
class Slice(Generic[T]):
    """A part of a long list: `number` of `pages`, from 1."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class CardFilter:
    """Which cards are shown; None for all. `states`, `rules` and `ways` are what there is."""

    state: str | None
    rule: str | None
    via: str | None
    states: dict[str, int]
    rules: list[str]
    ways: list[str]

    @classmethod
    def of(cls, request: Request, cards: Iterable[JudgedCard]) -> CardFilter:
        """Read it off an address."""
        cards = tuple(cards)
        states = [card.state.value for card in cards]
        return cls(
            state=asked(request, "state"),
            rule=asked(request, "rule"),
            via=asked(request, "link"),
            states={state.value: states.count(state.value) for state in COUNTS},
            rules=sorted({card.rule for card in cards}),
            ways=sorted({way for card in cards for way in card.via}),
        )

    def apply(self, cards: Iterable[JudgedCard]) -> list[JudgedCard]:
        """Leave out the cards that aren't asked for."""
        return [
            card
            for card in in_order(cards, self.state)
            if self.rule in (None, card.rule) and (self.via is None or self.via in card.via)
        ]


class KrPage:
    """Shows one key result."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def show(self, request: Request) -> Response:
        """Show it as of now or a day; also one that left okrs.yaml."""
        now = self._site.live.now()
        return self._site.shown(request, now, lambda: self._draw(request, now))

    def _draw(self, request: Request, now: OkrsNow) -> DrawnPage:
        present = self._site.live.context.now()
        moment = moment_asked(request, now.okrs, present)
        with self._site.live.reading(now) as (store, okrs), store.snapshot() as seen:
            kr, remark = _known(seen, okrs, request.path_params["id"])
            briefing = briefing_of(seen, okrs, moment or present, only=kr)
            history = _history(seen, okrs, kr, moment or present)
            cards = _cards(seen, kr, history, moment)
            readings, ledger = seen.readings(kr), seen.ledger(kr, until=moment)
            first = readings[0].at if readings else present
        card_filter = CardFilter.of(request, cards)
        return self._site.drawing.page(
            "kr_page.html.j2",
            base_of(request),
            page_parts(briefing) | _in_briefing(briefing, kr),
            id=kr,
            history=history,
            remark=remark,
            cards_shown=part_of(card_filter.apply(cards), request, "page", CARDS),
            card_filter=card_filter,
            counts={state.value: name for state, name in COUNTS.items()},
            ledger=part_of(tuple(reversed(ledger)), request, "entries", ENTRIES),
            events=EVENTS,
            check_ins=tuple(reversed(history.checkins))[:CHECK_INS] if history else (),
            as_of=asked(request, "as_of"),
            **_days(okrs, history, first, moment or present, present),
            problem=self._site.live.tidy(now.problem),
            is_closed=_is_closed(okrs, history, present),
        )


def _known(store: Store, okrs: Okrs, name: str) -> tuple[str, str | None]:
    try:
        return known_kr(store, okrs, name)
    except ConfigurationError:
        raise Refused("There is no such key result, and never was.", 404) from None


def _history(store: Store, okrs: Okrs, kr: str, moment: datetime) -> KrHistory | None:
    """Give all that was known of it; None where it wasn't known by then."""
    known = known_then(store, okrs, moment, cards=True, only=kr)
    return next(iter((*known.histories, *known.gone)), None)


def _cards(
    store: Store, kr: str, history: KrHistory | None, moment: datetime | None
) -> tuple[JudgedCard, ...]:
    """Give the cards; what was left out is known of the present alone."""
    if moment is None:
        return store.states([kr])[kr].cards
    return history.state.cards if history else ()


def _in_briefing(briefing: Briefing, kr: str) -> dict[str, KrBrief | ObjectiveBrief | None]:
    """Find it in its briefing; None where its period isn't on, or it wasn't there."""
    for team in briefing.teams:
        for objective in team.objectives:
            for brief in objective.key_results:
                if brief.id == kr:
                    return {"kr": brief, "objective": objective}
    return {"kr": None, "objective": None}


def _is_closed(okrs: Okrs, history: KrHistory | None, now: datetime) -> bool:
    if history is None:
        return False
    span = period_of(okrs, history.objective.period, history.objective.team)
    return span is not None and span.ends <= now


def _days(
    okrs: Okrs, history: KrHistory | None, first: datetime, moment: datetime, present: datetime
) -> dict[str, Any]:
    """Give the days that can be looked back to, by the team's clock, and the one that is shown."""
    zone = okrs.timezone(history.objective.team if history else None)
    days = (day_of(at, zone) for at in (first, moment, present))
    begins, shown, today = map(date.fromisoformat, days)
    return {
        "zone": zone,
        "first_day": str(begins),
        "day": str(shown),
        "today": str(today),
        "days": (today - begins) // timedelta(days=1),
        "days_in": (shown - begins) // timedelta(days=1),
    }


def part_of(rows: Sequence[T], request: Request, name: str, size: int) -> Slice[T]:
    """Give the page of a list that is asked for by `name`; the first or last for none there is."""
    number = asked(request, name) or "1"
    pages = max(1, -(-len(rows) // size))
    at = min(max(int(number) if number.isdecimal() and len(number) < 10 else 1, 1), pages)  # noqa: PLR2004 - digits
    return Slice(rows[(at - 1) * size : at * size], at, pages, len(rows))
