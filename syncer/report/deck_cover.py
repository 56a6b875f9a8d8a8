"""The slides that lead: how things stand in all, team by team, and what is asked of the room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Emu, Pt

from syncer.report import slide_parts as parts
from syncer.report.slide_glyphs import undress
from syncer.report.slide_parts import Cell, Paragraph
from syncer.report.text import plain
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncer.report.kr_sentences import KrWords
    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, TeamBrief

_WIDE = 12.33
_TEAMS = 11  # on a slide
_ROW, _TOP, _BOTTOM = 0.38, 2.55, 6.9
_COLUMNS = (3.4, 0.9, 0.9, 0.9, 0.9, 5.33)


def cover(deck: Any, briefing: Briefing, words: KrWords) -> Callable[[TeamBrief, Any], None]:
    """Draw the headline, the lights and a row a team; give what links a team to its slide."""
    teams = briefing.teams_by_need
    chunks = [teams[begin : begin + _TEAMS] for begin in range(0, len(teams), _TEAMS)] or [()]
    slides = [_page(deck, chunk, words, first=not number) for number, chunk in enumerate(chunks)]
    cells = {
        team.name: shape.table.cell(row, 0)
        for chunk, (slide, shape) in zip(chunks, slides, strict=True)
        for row, team in enumerate(chunk, 1)
    }
    _strip(deck, slides[0][0], words)
    parts.note(slides[0][0], [words.meeting(), words.summary(), *map(_line, briefing.findings)])

    def lead(team: TeamBrief, slide: Any) -> None:
        cell = cells[team.name]
        run = cell.text_frame.paragraphs[0].runs[0]
        parts.link(run, cell.part, slide)

    return lead


def _page(deck: Any, teams: Sequence[TeamBrief], words: KrWords, *, first: bool) -> tuple[Any, Any]:
    slide = parts.add_slide(deck, words.headline())
    box = parts.Grid(deck).box
    periods = "; ".join(f"{period.name}: {period.text}" for period in words.periods())
    lines = [f"{words.meeting()} · {words.read()}", f"{periods}. {words.summary()}".lstrip(". ")]
    parts.write(slide, box(0, 1.1, _WIDE, 0.5), [Paragraph(text, quiet=True) for text in lines])
    top = _TOP if first else 1.75
    heads = ("Team", *(f"{words.signs[light]}" for light in Light), "First of all")
    rows = [
        tuple(Cell(text, heading=True) for text in heads),
        *(_row(team, words) for team in teams),
    ]
    if not teams:
        parts.write(slide, box(0, top, _WIDE, 0.3), [Paragraph("No key result is open.")])
        return slide, None
    height = _ROW * len(rows)
    where = box(0, top, _WIDE, min(height, _BOTTOM - top))
    return slide, parts.table(slide, where, rows, _COLUMNS, [_ROW] * len(rows))


def _row(team: TeamBrief, words: KrWords) -> tuple[Cell, ...]:
    counts = [sum(kr.light is light for kr in team.key_results) for light in Light]
    return (
        Cell(plain(team.name, 40)),
        *(Cell(str(count) if count else "") for count in counts),
        Cell(_first(team, words)),
    )


def _first(team: TeamBrief, words: KrWords) -> str:
    """Say what is the gravest of a team; that all is well where it is."""
    krs = [kr for kr in team.key_results if kr.light is not Light.WELL]
    if not krs:
        return "on course" if team.key_results else "no key result yet"
    reason = krs[0].reasons[0].text if krs[0].reasons else words.lamp(krs[0].light)
    return plain(f"{krs[0].id}: {reason}", 95)


def _strip(deck: Any, slide: Any, words: KrWords) -> None:
    """Draw the lights as parts of one bar, as wide as they are many."""
    box = parts.Grid(deck).box
    counts = [(light, count) for light, count in words.lights() if count]
    total = sum(count for _, count in counts)
    left = 0.0
    for light, count in counts:
        width = max(1.5, _WIDE * count / total) if total else 0
        width = min(width, _WIDE - left)
        where = box(left, 1.85, width - 0.04, 0.42)
        shape = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, where.left, where.top, where.width, where.height
        )
        shape.fill.solid()
        shape.fill.fore_color.rgb = parts.COLOURS[words.signs[light]]
        shape.line.fill.background()
        undress(shape)
        frame = shape.text_frame
        frame.word_wrap = False
        frame.margin_left = frame.margin_right = Emu(60_000)
        frame.text = f"{words.signs[light]} {words.of_light(light, count)}"
        run = frame.paragraphs[0].runs[0]
        run.font.size = Pt(parts.TEXT)
        run.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        left += width


def needs(deck: Any, briefing: Briefing, words: KrWords) -> None:
    """Put all that the teams ask of this meeting on slides, every ask whole.

    Where the cover, the slide before, has room for them, they stand there.
    """
    texts = [_ask(ask, words) for ask in words.asks()]
    heading = "What the teams ask of this meeting"
    below = _TOP + _ROW * (len(briefing.teams) + 1) + 0.3
    room = _BOTTOM - below - 0.4
    sizes = [size for size in parts.SIZES if parts.height_of(texts, _WIDE, size) <= room]
    if texts and sizes:
        head = Paragraph(heading, heading=True)
        where = parts.Grid(deck).box(0, below, _WIDE, _BOTTOM - below)
        parts.write(deck.slides[len(deck.slides) - 1], where, [head, *texts], sizes[0])
        return
    room = _BOTTOM - 1.3
    size = next((s for s in parts.SIZES if parts.height_of(texts, _WIDE, s) <= room), parts.TEXT)
    while texts:
        slide = parts.add_slide(deck, heading)
        taken = 1
        while taken < len(texts) and parts.height_of(texts[: taken + 1], _WIDE, size) <= room:
            taken += 1
        parts.write(slide, parts.Grid(deck).box(0, 1.3, _WIDE, room), texts[:taken], size)
        texts = texts[taken:]


def _ask(ask: Finding, words: KrWords) -> Paragraph:
    return Paragraph(plain(ask.text), key=plain(ask.subject, 20), mark=words.asked(ask))


def _line(reason: Finding) -> str:
    return f"{plain(reason.subject, 20)}: {plain(reason.text)}"
