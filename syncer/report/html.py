"""The briefing as one HTML file: no network, no script, light and dark, on screen and on A4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from syncer.core.period import period
from syncer.report import charts, closing_sentences
from syncer.report.kr_sentences import KrWords
from syncer.report.text import age, causes, number, plain, quantity, share, web_address
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.review.briefing import Briefing, KrBrief, ObjectiveBrief

APPENDIX_ROWS = 60  # cards named per KR and event; a longer list is counted


def html(briefing: Briefing) -> str:
    """Draw the briefing as a whole page, its style and charts inside."""
    return (
        _environment(briefing)
        .get_template("report.html.j2")
        .render(
            briefing=briefing,
            words=KrWords(briefing),
            ending=closing_sentences,
            Light=Light,
            limit=APPENDIX_ROWS,
        )
    )


def _environment(briefing: Briefing) -> Environment:
    environment = Environment(
        loader=PackageLoader("syncer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "plain": plain,
        "number": number,
        "quantity": quantity,
        "share": share,
        "age": age,
        "causes": causes,
        "href": web_address,
        "burnup": _drawn(charts.burnup, briefing),
        "path": _drawn(charts.path, briefing),
        "mood": _drawn(charts.mood, briefing),
    }
    return environment


def _drawn(
    draw: Callable[[KrBrief, charts.Span], str | None], briefing: Briefing
) -> Callable[[KrBrief, ObjectiveBrief], Markup | None]:
    """Make a filter of a chart: a KR and its objective in, safe SVG out, None for no chart."""

    def chart(kr: KrBrief, objective: ObjectiveBrief) -> Markup | None:
        drawn = draw(kr, _span(kr, objective, briefing))
        return None if drawn is None else Markup(drawn)  # noqa: S704 - escaped by ElementTree

    return chart


def _span(kr: KrBrief, objective: ObjectiveBrief, briefing: Briefing) -> charts.Span:
    """Take the objective's period; where it can't be read, the time that the KR was watched."""
    found = period(objective.period, briefing.timezone)
    if found is not None:
        return charts.Span(found.begins, found.ends, min(briefing.made_at, found.ends))
    first = kr.readings[0].at if kr.readings else briefing.made_at
    return charts.Span(briefing.local(first), briefing.made_at, briefing.made_at)
