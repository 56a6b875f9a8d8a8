"""What every page needs: what there is now, how it is drawn, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from syncer.publish.moments import moment_of
from syncer.web.drawing import Drawing, DrawnPage
from syncer.web.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from starlette.requests import Request
    from starlette.responses import Response

    from config.okrs import Okrs
    from syncer.web.live import Live, OkrsNow
    from syncer.web.roles import Roles

_SECOND = timedelta(seconds=1)
_BREATH = 5
"""Seconds for which a page is drawn once, whoever asks: its ages are told in minutes."""


@dataclass
class WebSite:
    """One page that is served, at whatever address."""

    live: Live
    roles: Roles
    drawing: Drawing = field(default_factory=Drawing)
    pages: Kept[DrawnPage] = field(default_factory=Kept)
    documents: Kept[str] = field(default_factory=Kept)

    def shown(self, request: Request, now: OkrsNow, draw: Callable[[], DrawnPage]) -> Response:
        """Answer with a page that is the same for everybody, drawn once."""
        page = self.pages.get(self._key(request, now), draw)
        return page.response(request, now.okrs.page_url or "")

    def document(self, request: Request, now: OkrsNow, write: Callable[[], str]) -> str:
        """Give a JSON text that is the same for everybody, written once."""
        return self.documents.get(self._key(request, now), write)

    def _key(self, request: Request, now: OkrsNow) -> tuple[object, ...]:
        bucket = self.live.context.now().timestamp() // _BREATH
        stamp, query = self.live.stamp(now), str(request.query_params)
        return request.url.path, query, base_of(request), stamp, bucket


def base_of(request: Request) -> str:
    """Give what stands before every path: where a proxy has the page."""
    return str(request.scope.get("root_path", ""))


def asked(request: Request, name: str) -> str | None:
    """Give what is asked for in an address, None for nothing."""
    return request.query_params.get(name, "").strip() or None


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """Name the day that a moment ends or is in: a whole day is asked for by its end."""
    return str((moment - _SECOND).astimezone(zone).date())


def moment_asked(request: Request, okrs: Okrs, now: datetime) -> datetime | None:
    """Give the moment that is looked back from; None for now."""
    day = asked(request, "as_of")
    return moment_of(day, okrs, now, "as_of") if day else None
