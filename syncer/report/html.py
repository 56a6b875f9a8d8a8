"""The briefing as one HTML file: no network, no script, light and dark, on screen and on A4."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from syncer.report import charts, closing_sentences, glyphs, tool_sentences
from syncer.report.kr_sentences import KrWords
from syncer.report.templating import templates
from syncer.report.text import number, plain, quantity, share, web_address
from syncer.review.attention import Light
from syncer.review.status import instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from syncer.review.briefing import Briefing, KrBrief, ObjectiveBrief

LARGE = 100
"""Of more key results a page leaves out what their rows show as well, to open at once."""

_LEAST = timedelta(days=1)  # of a chart's time


def html(briefing: Briefing) -> str:
    """Draw the briefing as a whole page, its style and charts inside."""
    words, spans = KrWords(briefing), _Spans(briefing)
    return (
        _environment(spans, large=len(briefing.key_results) > LARGE)
        .get_template("report.html.j2")
        .render(
            briefing=briefing,
            made_at=instant(briefing.made_at),
            teams=briefing.teams_by_need,
            asks=words.asks(),
            scale=glyphs.longest(briefing.key_results),
            words=words,
            timelines=spans.drawn(),
            ending=closing_sentences,
            tools=tool_sentences,
            Light=Light,
        )
    )


def _environment(spans: _Spans, *, large: bool) -> Environment:
    environment = templates("syncer.report")
    environment.filters |= {
        "plain": plain,
        "number": number,
        "quantity": quantity,
        "share": share,
        "href": web_address,
        "rail": glyphs.rail,
        "bar": glyphs.bar,
        "cards": glyphs.cards,
        "mood": glyphs.mood,
        "burnup": spans.chart(partial(charts.burnup, weekly=not large)),
        "path": spans.chart(charts.path),
        "mood_chart": spans.chart(charts.mood) if not large else _undrawn,
    }
    return environment


def _undrawn(*_: object) -> None:
    """Draw nothing: a large page has the last scores in the rows alone."""


class _Spans:
    """The time that each KR's charts show, and the timeline that charts of one span share."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self._names: dict[charts.Span, str] = {}
        for team in briefing.teams:
            for objective in team.objectives:
                for kr in objective.key_results:
                    self._names.setdefault(self._span(kr, objective), f"t{len(self._names)}")

    def drawn(self) -> Markup:
        """Draw the timelines."""
        parts = (charts.timeline(span, name) for span, name in self._names.items())
        return Markup("".join(parts))  # noqa: S704 - escaped where it is drawn

    def chart(
        self, draw: Callable[[KrBrief, charts.Span, str], str | None]
    ) -> Callable[[KrBrief, ObjectiveBrief], Markup | None]:
        """Make a filter of a chart: a KR and its objective in, safe SVG out, None for no chart."""

        def chart(kr: KrBrief, objective: ObjectiveBrief) -> Markup | None:
            span = self._span(kr, objective)
            drawn = draw(kr, span, self._names[span])
            return None if drawn is None else Markup(drawn)  # noqa: S704 - escaped as it is drawn

        return chart

    def _span(self, kr: KrBrief, objective: ObjectiveBrief) -> charts.Span:
        """Take the objective's period; where it can't be read, the time that the KR was watched."""
        local, now = self._briefing.local, self._briefing.local(self._briefing.made_at)
        known = objective.span
        if known is not None:
            begins, ends = local(known.begins), local(known.ends)
            return charts.Span(begins, ends, min(now, ends))
        first = local(kr.readings[0].at) if kr.readings else now - _LEAST
        return charts.Span(first, now, now)
