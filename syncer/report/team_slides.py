"""A team's slides: its key results in a table, what it needs and what it fears, nothing cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncer.report import glyphs, slide_glyphs
from syncer.report import slide_parts as parts
from syncer.report.slide_parts import Cell, Paragraph
from syncer.report.text import plain
from syncer.review.attention import FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.report.kr_sentences import KrWords
    from syncer.review.attention import Finding
    from syncer.review.briefing import KrBrief, TeamBrief

_WIDE = 12.33
_COLUMNS = (5.5, 2.7, 2.6, 1.53)  # inches: key result, number, cards, confidence
_RAIL, _BAR, _MOOD = 1.15, 1.45, 0.72  # of it, for the drawings
_HEAD = 0.46
_BOTTOM = 6.95  # where the legend begins
_HALF = 5.95
_LEFT = tuple(sum(_COLUMNS[:number]) for number in range(len(_COLUMNS)))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What a team needs of the room, and its risks: still to be put on a slide."""

    asks: tuple[Paragraph, ...]
    risks: tuple[Paragraph, ...]

    def height(self, size: float) -> float:
        """Estimate how many inches both take, side by side."""
        return 0.4 + max(parts.height_of(side, _HALF, size) for side in (self.asks, self.risks))

    def split(self, room: float, size: float) -> tuple[_Blocks, _Blocks | None]:
        """Take as much of both as there is room for; None where nothing is left."""
        taken, left = zip(
            *(_fitting(side, room - 0.4, size) for side in (self.asks, self.risks)), strict=True
        )
        rest = _Blocks(*left) if any(left) else None
        return _Blocks(*taken), rest


@dataclass
class TeamSlides:
    """Draws one team; `scale` is how many cards the longest bar of the deck has."""

    deck: Any
    team: TeamBrief
    words: KrWords
    scale: int
    size: int = parts.TEXT

    def draw(self) -> tuple[Any, Sequence[KrBrief]]:
        """Draw as many slides as it takes, and give the first one and the KRs on them."""
        krs = self.team.key_results
        blocks = self._blocks()
        self.size = next((size for size in parts.SIZES if self._fits(blocks, size)), parts.TEXT)
        pages = list(self._pages(krs)) or [[]]
        slides = [self._page(page, number, len(pages)) for number, page in enumerate(pages)]
        slide, top = slides[-1]
        # A second slide before anything is cut, and before a block begins on its last line.
        if top + min(blocks.height(self.size), 1.4) > _BOTTOM:
            slide, top = self._titled(" (what we need, and the risks)")
        while True:
            blocks, rest = blocks.split(_BOTTOM - top, self.size)
            self._write(slide, top, blocks)
            if rest is None:
                return slides[0][0], krs
            blocks = rest
            slide, top = self._titled(" (what we need, and the risks)")

    def _fits(self, blocks: _Blocks, size: int) -> bool:
        """Whether one slide holds all of the team in this size."""
        rows = sum(_height(kr, size) for kr in self.team.key_results)
        return self._top() + _HEAD + rows + 0.1 + blocks.height(size) <= _BOTTOM

    def _pages(self, krs: Sequence[KrBrief]) -> Iterator[list[KrBrief]]:
        """Put as many KRs on a page as its height takes."""
        page: list[KrBrief] = []
        room = _BOTTOM - self._top() - _HEAD
        for kr in krs:
            if page and sum(_height(kr, self.size) for kr in (*page, kr)) > room:
                yield page
                page = []
            page.append(kr)
        if page:
            yield page

    def _top(self) -> float:
        return 1.12 + 0.24 * len(self.team.objectives[:3])

    def _titled(self, part: str = "") -> tuple[Any, float]:
        slide = parts.add_slide(self.deck, plain(self.team.name, 60) + part)
        box = parts.Grid(self.deck).box
        aims = [
            Paragraph(self.words.aim_in_full(aim), quiet=True) for aim in self.team.objectives[:3]
        ]
        parts.write(slide, box(0, 1.05, _WIDE, 0.24 * len(aims)), aims)
        parts.write(
            slide, box(0, 7.0, _WIDE, 0.3), [Paragraph(self.words.key_of_slide(), quiet=True)]
        )
        return slide, self._top()

    def _page(self, krs: Sequence[KrBrief], number: int, pages: int) -> tuple[Any, float]:
        slide, top = self._titled(f" ({number + 1} of {pages})" if pages > 1 else "")
        if not krs:
            return slide, top
        heights = [_HEAD, *(_height(kr, self.size) for kr in krs)]
        heads = ("Key result", "Number", self.words.cards_head(self.team), "Confidence")
        rows = [tuple(Cell(text, heading=True) for text in heads), *map(self._row, krs)]
        box = parts.Grid(self.deck).box
        parts.table(
            slide, box(0, top, _WIDE, sum(heights)), rows, _COLUMNS, heights, size=self.size
        )
        down = top + _HEAD
        for kr, height in zip(krs, heights[1:], strict=True):
            self._draw(slide, kr, down, height)
            down += height
        return slide, down + 0.1

    def _row(self, kr: KrBrief) -> tuple[Cell, ...]:
        number = self.words.goal(kr) if kr.number else "no number"
        return (
            Cell(_name(kr), below=plain(kr.quality or ""), light=self.words.signs[kr.light]),
            Cell(number, indent=_RAIL if _has_value(kr) else 0),
            Cell(self.words.done_of_all(kr), indent=_BAR if glyphs.bar(kr) else 0),
            Cell(self.words.score(kr), indent=_MOOD if kr.confidence.series else 0),
        )

    def _draw(self, slide: Any, kr: KrBrief, down: float, height: float) -> None:
        box = parts.Grid(self.deck).box
        if kr.number and _has_value(kr):
            slide_glyphs.rail(slide, box(_LEFT[1] + 0.1, down, _RAIL - 0.15, height), kr.number)
        drawn = glyphs.bar(kr)
        if drawn:
            where = box(_LEFT[2] + 0.08, down, _BAR - 0.1, height)
            slide_glyphs.cards(slide, where, drawn, self.scale)
        if kr.confidence.series:
            where = box(_LEFT[3] + 0.08, down + height / 2 - 0.17, _MOOD - 0.15, 0.34)
            slide_glyphs.scores(slide, where, [score for _, score in kr.confidence.series])

    def _blocks(self) -> _Blocks:
        own = [reason for objective in self.team.objectives for reason in objective.findings]
        every = [*own, *(reason for kr in self.team.key_results for reason in kr.findings)]
        asks = [self._ask(reason) for reason in every if reason.kind is FindingKind.ASK]
        risks = [_risk(reason) for reason in every if reason.kind is FindingKind.RISK]
        # The team's own words first, then what was worked out.
        derived = [
            _risk(reason)
            for reason in every
            if reason.kind not in (FindingKind.ASK, FindingKind.RISK)
        ]
        return _Blocks(
            tuple(asks) or (Paragraph("Nothing now."),),
            (*risks, *derived) or (Paragraph("None is known."),),
        )

    def _ask(self, ask: Finding) -> Paragraph:
        return Paragraph(plain(ask.text), key=plain(ask.subject, 20), mark=self.words.asked(ask))

    def _write(self, slide: Any, top: float, blocks: _Blocks) -> None:
        box = parts.Grid(self.deck).box
        sides = (("What we need from you", blocks.asks, 0.0), ("Risks", blocks.risks, 6.38))
        for heading, texts, left in sides:
            if texts:
                head = Paragraph(heading, heading=True)
                parts.write(slide, box(left, top, _HALF, _BOTTOM - top), [head, *texts], self.size)


def _fitting(
    side: tuple[Paragraph, ...], room: float, size: float
) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    """Divide paragraphs into what fits and what doesn't; one at least fits."""
    count = 1
    while count < len(side) and parts.height_of(side[: count + 1], _HALF, size) <= room:
        count += 1
    return side[:count], side[count:]


def _risk(reason: Finding) -> Paragraph:
    return Paragraph(plain(reason.text), key=plain(reason.subject, 20))


def _name(kr: KrBrief) -> str:
    return f"{plain(kr.id, 20)}  {plain(kr.title)}"


def _has_value(kr: KrBrief) -> bool:
    return kr.number is not None and kr.number.value is not None


def _height(kr: KrBrief, size: float) -> float:
    """Give a row's height in inches, by the lines that its texts take."""
    wide = _COLUMNS[0] - 0.2
    title = parts.text_height(f"▲ {_name(kr)}", wide, size)
    title += parts.text_height(kr.quality, wide) if kr.quality else 0
    number = parts.text_height(plain(_goal(kr)), _COLUMNS[1] - _RAIL - 0.1, size)
    return max(0.4, title + 0.1, number + 0.1)


def _goal(kr: KrBrief) -> str:
    return "" if kr.number is None else f"{kr.number.value} → {kr.number.target} {kr.number.unit}"
