"""The briefing as one HTML file: no network, no script, light and dark, on screen and on A4."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

from syncer.report import charts, closing_sentences, glyphs, tool_sentences
from syncer.report.kr_sentences import KrWords
from syncer.report.templating import templates
from syncer.report.text import number, plain, quantity, share, web_address
from syncer.review.attention import Light
from syncer.review.status import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Environment

    from syncer.core.records import Entry, JudgedCard
    from syncer.review.briefing import Briefing, CardRef, KrBrief, ObjectiveBrief

LARGE = 100
"""Of more key results a page leaves out what their rows show as well, to open at once."""

_LEAST = timedelta(days=1)  # of a chart's time


def html(briefing: Briefing) -> str:
    """Draw the briefing as a whole page, its style and charts inside."""
    page = page_environment("syncer.report").get_template("report.html.j2")
    return page.render(**page_parts(briefing))


def page_environment(*packages: str) -> Environment:
    """Give the templates of these packages, with the filters that the report's parts need."""
    environment = templates(*packages)
    environment.filters |= {
        "plain": plain,
        "number": number,
        "quantity": quantity,
        "share": share,
        "card": card_line,
        "card_items": card_items,
        "rail": glyphs.rail,
        "bar": glyphs.bar,
        "cards": glyphs.cards,
        "mood": glyphs.mood,
    }
    return environment


def card_line(card: CardRef | JudgedCard | Entry) -> Markup:
    """Write a card: its title, and its key with a link where its address may be one.

    Not by a macro: a page has tens of thousands of them.
    """
    address, key = web_address(card.url), escape(plain(card.key, 40))
    shown = key if address is None else f'<a href="{escape(address)}" rel="noreferrer">{key}</a>'
    title = escape(plain(card.title, 160))
    return Markup(f'<bdi>{title}</bdi> <span class="key">{shown}</span>')  # noqa: S704 - escaped


def card_items(cards: Iterable[CardRef]) -> Markup:
    """Write cards as the items of a list."""
    return Markup("".join([f"<li>{card_line(card)}</li>\n" for card in cards]))  # noqa: S704 - escaped


def page_parts(briefing: Briefing) -> dict[str, Any]:
    """Give by name what the report's templates draw of a briefing."""
    words, drawings = KrWords(briefing), Charts(briefing)
    return {
        "briefing": briefing,
        "made_at": instant(briefing.made_at),
        "teams": briefing.teams_by_need,
        "asks": words.asks(),
        "scale": glyphs.longest(briefing.key_results),
        "words": words,
        "charts": drawings,
        "timelines": drawings.timelines(),
        "ending": closing_sentences,
        "tools": tool_sentences,
        "Light": Light,
        "kr_href": _within_the_page,
    }


def _within_the_page(kr: str) -> str:
    return f"#kr-{quote(kr)}"


class Charts:
    """A briefing's charts, each over its objective's time; those of one span share a timeline.

    A KR and its objective in, safe SVG out, None for no chart.
    """

    def __init__(self, briefing: Briefing) -> None:
        """Name the timelines."""
        self._briefing = briefing
        self._is_large = len(briefing.key_results) > LARGE
        self._names: dict[charts.Span, str] = {}
        for team in briefing.teams:
            for objective in team.objectives:
                for kr in objective.key_results:
                    self._names.setdefault(self._span(kr, objective), f"t{len(self._names)}")

    def timelines(self) -> Markup:
        """Draw the timelines."""
        parts = (charts.timeline(span, name) for span, name in self._names.items())
        return Markup("".join(parts))  # noqa: S704 - escaped where it is drawn

    def burnup(self, kr: KrBrief, objective: ObjectiveBrief) -> Markup | None:
        """Draw the cards."""
        weekly = not self._is_large
        return self._drawn(partial(charts.burnup, weekly=weekly), kr, objective)

    def path(self, kr: KrBrief, objective: ObjectiveBrief) -> Markup | None:
        """Draw the number's way."""
        return self._drawn(charts.path, kr, objective)

    def mood(self, kr: KrBrief, objective: ObjectiveBrief) -> Markup | None:
        """Draw the confidence; a large page has the last scores in the rows alone."""
        return None if self._is_large else self._drawn(charts.mood, kr, objective)

    def _drawn(
        self,
        draw: Callable[[KrBrief, charts.Span, str], str | None],
        kr: KrBrief,
        objective: ObjectiveBrief,
    ) -> Markup | None:
        span = self._span(kr, objective)
        drawn = draw(kr, span, self._names[span])
        return None if drawn is None else Markup(drawn)  # noqa: S704 - escaped as it is drawn

    def _span(self, kr: KrBrief, objective: ObjectiveBrief) -> charts.Span:
        """Take the objective's period; where it can't be read, the time that the KR was watched."""
        local, now = self._briefing.local, self._briefing.local(self._briefing.made_at)
        known = objective.span
        if known is not None:
            begins, ends = local(known.begins), local(known.ends)
            return charts.Span(begins, ends, min(now, ends))
        first = local(kr.readings[0].at) if kr.readings else now - _LEAST
        return charts.Span(first, now, now)
