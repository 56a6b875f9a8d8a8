"""What slides are made of: places, text that fits, native tables and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches, Pt

from syncer.report.csv_table import safe
from syncer.report.sentences import SIGNS
from syncer.report.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from syncer.report.kr_sentences import KrWords
    from syncer.review.briefing import KrBrief

_WIDTH, _HEIGHT = 13.333, 7.5  # inches: what the boxes below are drawn for
_MARGIN = 0.5
_NOTES = 12_000
_COLOURS = {
    "▲": RGBColor(0x9C, 0x2F, 0x1C),
    "◆": RGBColor(0x7A, 0x52, 0x00),
    "●": RGBColor(0x2B, 0x61, 0x46),
}
_RULES = tuple(
    f'<a:{side} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="6350">'
    '<a:solidFill><a:srgbClr val="BFBDB6"/></a:solidFill>'
    f"</a:{side}>"
    for side in ("lnB", "lnT")
)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_THEME = "theme"
_REPLACED = (
    ('<a:latin typeface="Calibri"/>', '<a:latin typeface="Arial"/>'),
    ("4F81BD", "2F6690"),
    ("C0504D", "B5541C"),
    ("9BBB59", "3F7D58"),
    ("8064A2", "7B4B94"),
    ("4BACC6", "8A6D00"),
    ("F79646", "5D5B55"),
)


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in EMU."""

    left: Emu
    top: Emu
    width: Emu
    height: Emu


class Grid:
    """Places in inches of a wide slide, carried to whatever size the deck has."""

    def __init__(self, deck: Any) -> None:
        """Measure the deck."""
        self._x = deck.slide_width / Inches(_WIDTH)
        self._y = deck.slide_height / Inches(_HEIGHT)

    def box(self, left: float, top: float, width: float, height: float) -> Box:
        """Give a place; `left` is counted from the margin."""
        across = (Emu(int(Inches(x) * self._x)) for x in (left + _MARGIN, width))
        down = (Emu(int(Inches(y) * self._y)) for y in (top, height))
        (x, w), (y, h) = across, down
        return Box(x, y, w, h)


def own_deck() -> Any:
    """Make an empty wide deck of our own: white, Arial, quiet colours, the title top left."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    master = deck.slide_master
    for relation in master.part.rels.values():
        if relation.reltype.endswith(_THEME):
            part = relation.target_part
            theme = part.blob.decode("utf-8")
            for old, new in _REPLACED:
                theme = theme.replace(old, new)
            part._blob = theme.encode("utf-8")  # noqa: SLF001 - themes have no interface
    for holder in (*master.placeholders, *_title_layout(deck).placeholders):
        if holder.placeholder_format.type in _TITLES:
            _place_title(holder)
    return deck


def _place_title(holder: Any) -> None:
    holder.left, holder.top = Inches(_MARGIN), Inches(0.35)
    holder.width, holder.height = Inches(_WIDTH - 2 * _MARGIN), Inches(0.75)


def _title_layout(deck: Any) -> Any:
    """Choose the layout that has a title and least besides; the first one where none has."""
    titled = [
        layout
        for layout in deck.slide_layouts
        if any(h.placeholder_format.type in _TITLES for h in layout.placeholders)
    ]
    return min(titled, key=lambda one: len(one.placeholders), default=deck.slide_layouts[0])


def add_slide(deck: Any, title: str) -> Any:
    """Add a slide with its title; placeholders that we don't fill are taken away."""
    slide = deck.slides.add_slide(_title_layout(deck))
    for holder in list(slide.placeholders):
        if holder.placeholder_format.type not in _TITLES:
            holder._element.getparent().remove(holder._element)  # noqa: SLF001 - no interface
    if slide.shapes.title is not None:
        frame = slide.shapes.title.text_frame
        frame.text = title
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.margin_left = 0
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        frame.paragraphs[0].font.size = Pt(28)
        frame.paragraphs[0].font.bold = True
    return slide


def lines(slide: Any, box: Box, texts: Sequence[str], *, size: int, head: bool = False) -> None:
    """Put paragraphs into a box; with `head` the first is their heading."""
    frame = slide.shapes.add_textbox(box.left, box.top, box.width, box.height).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = text
        paragraph.font.size = Pt(size)
        paragraph.font.bold = head and number == 0
        paragraph.space_after = Pt(2)


def table(
    slide: Any,
    box: Box,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
) -> None:
    """Put a native table, its columns in these proportions, its rows as low as their text."""
    height = Emu(int(Inches(0.4) * (len(rows) + 1)))
    shape = slide.shapes.add_table(
        len(rows) + 1, len(heads), box.left, box.top, box.width, min(height, box.height)
    )
    grid = shape.table
    grid.horz_banding = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Emu(int(box.width * width / sum(widths)))
    for place, row in enumerate((heads, *rows)):
        for cell, text in zip(grid.rows[place].cells, row, strict=True):
            _fill(cell, text, heading=place == 0)


def _fill(cell: Any, text: str, *, heading: bool) -> None:
    """Fill a cell, ruled above and below; a light's sign at its beginning has its colour."""
    paragraph = cell.text_frame.paragraphs[0]
    light, rest = (text[:1], text[1:]) if text[:1] in _COLOURS else ("", text)
    for part in filter(None, (light, rest)):
        run = paragraph.add_run()
        run.text = part
        run.font.size = Pt(10 if heading else 11)
        run.font.bold = heading
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
        if part == light:
            run.font.color.rgb = _COLOURS[light]
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.background()
    for rule in _RULES:
        cell._tc.get_or_add_tcPr().insert(0, parse_xml(rule))  # noqa: SLF001 - no interface


def sign(kr: KrBrief) -> str:
    """Give a KR's light as a sign that needs no colour."""
    return SIGNS[kr.light]


def threads_chart(slide: Any, box: Box, krs: Sequence[KrBrief]) -> None:
    """Put a native bar chart: per KR how much of each thread's cards is done."""
    data = CategoryChartData(number_format='0"%"')
    data.categories = [safe(plain(kr.id, 20)) for kr in reversed(krs)]
    for name in ("delivery", "discovery"):
        tallies = [getattr(kr.progress, name, None) for kr in reversed(krs)]
        data.add_series(name.title(), [tally.percent if tally else None for tally in tallies])
    chart = _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, box, data, "Cards done, %")
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 100
    chart.plots[0].gap_width = 60
    discovery = chart.plots[0].series[1].format.fill
    discovery.solid()
    discovery.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    discovery.fore_color.brightness = 0.6
    _legend(chart)


def confidence_chart(slide: Any, box: Box, krs: Sequence[KrBrief], words: KrWords) -> None:
    """Put a native line chart of the KRs' confidence; nothing where no team scored."""
    days = {words.day(at): at for kr in krs for at, _ in kr.confidence.series}
    if not days:
        return
    data = CategoryChartData(number_format="0")
    data.categories = ordered = sorted(days, key=lambda day: days[day])
    for kr in krs:
        scores = {words.day(at): score for at, score in kr.confidence.series}
        if scores:
            data.add_series(safe(plain(kr.id, 20)), [scores.get(day) for day in ordered])
    chart = _chart(slide, XL_CHART_TYPE.LINE_MARKERS, box, data, "Confidence, 0 to 10")
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 10
    chart.value_axis.major_unit = 5
    _legend(chart)


def _chart(slide: Any, kind: Any, box: Box, data: Any, title: str) -> Any:
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, data)
    chart = frame.chart
    chart.font.size = Pt(9)
    chart.has_title = True
    chart.chart_title.text_frame.text = title
    chart.chart_title.text_frame.paragraphs[0].font.size = Pt(10)
    chart.chart_title.text_frame.paragraphs[0].font.bold = True
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor(0xD9, 0xD9, 0xD9)
    chart.value_axis.format.line.fill.background()
    return chart


def _legend(chart: Any) -> None:
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.RIGHT
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(9)


def note(slide: Any, texts: Iterable[str]) -> None:
    """Put text into the speaker notes, as much as anybody scrolls through."""
    text = "\n".join(plain(line) for line in texts)
    slide.notes_slide.notes_text_frame.text = text[:_NOTES]
