"""A key result as a badge: a small SVG for wikis and boards that show pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape
from starlette.responses import Response

from syncer.documents.status import status_rows
from syncer.report.lights import LAMPS, SIGNS
from syncer.report.text import plain
from syncer.review.attention import Light
from syncer.web.faults import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

    from syncer.review.status import StatusRow
    from syncer.web.live import OkrsNow
    from syncer.web.site import WebSite

_COLOURS = {
    Light.HELP: "#b3261e",
    Light.BEHIND: "#8f5500",
    Light.UNSURE: "#5d6470",
    Light.WELL: "#1e6b45",
    None: "#5d6470",
}
_LETTER = 6.6
"""Pixels of a letter, at 11 pixels of DejaVu or Verdana."""

_PADDING, _HEIGHT = 8, 20
_LONGEST = 40


class Badge:
    """Draws badges."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def show(self, request: Request) -> Response:
        """Show a key result of okrs.yaml; other sites may show it, too."""
        now = self._site.live.now()
        drawn = self._site.document(request, now, lambda: self._draw(request, now))
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    def _draw(self, request: Request, now: OkrsNow) -> str:
        name = request.path_params["id"].strip().casefold()
        with self._site.live.reading(now) as (store, okrs):
            for _, kr in okrs.key_results():
                if kr.id.casefold() == name:
                    (row,) = status_rows(store, okrs, self._site.live.context.now(), only=kr.id)
                    return badge(row)
        raise Refused("There is no such key result.", 404)


def badge(row: StatusRow) -> str:
    """Draw a key result: its id, its cards, and its light by sign, word and colour."""
    left, right = plain(row.id, _LONGEST), _standing(row)
    ends, width = _width(left), _width(left) + _width(right)
    title = escape(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" role="img" '
        f'aria-label="{title}"><title>{title}</title>'
        f'<rect width="{width}" height="{_HEIGHT}" rx="3" fill="#3b3f46"/>'
        f'<path d="M{ends} 0H{width - 3}q3 0 3 3V17q0 3-3 3H{ends}z" fill="{_COLOURS[row.light]}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" '
        f'text-anchor="middle"><text x="{ends / 2:g}" y="14">{escape(left)}</text>'
        f'<text x="{ends + _width(right) / 2:g}" y="14">{escape(right)}</text></g></svg>\n'
    )


def _standing(row: StatusRow) -> str:
    """Say where it stands in a few words."""
    progress = row.progress
    counted = progress.done + progress.remaining if progress else 0
    cards = f"{progress.done} of {counted} done" if progress and counted else "no cards"
    if row.closed:
        return f"{cards}, closed"
    if row.light is None:
        return f"{cards}, not begun"
    return f"{SIGNS[row.light]} {cards}, {LAMPS[row.light]}"


def _width(text: str) -> int:
    return round(_LETTER * len(text)) + 2 * _PADDING
