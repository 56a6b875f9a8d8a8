"""What slides are made of: places, text that fits, native tables."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches, Pt

from syncer.report.lights import SIGNS
from syncer.report.text import plain
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_WIDTH, _HEIGHT = 13.333, 7.5  # inches: what the boxes below are drawn for
_MARGIN = 0.5
_NOTES = 12_000
TEXT = 12  # points: nobody reads less from the other end of a room
SIZES = (16, 14, TEXT)  # the largest with which a slide holds all is taken
_LINE = 0.017  # inches that a line takes, for each point of its size
_LETTERS = 12.5  # of it to an inch
_GAP = 0.03
_TITLE, _LONG_TITLE, _SHORT = 28, 20, 55  # points; the letters of a title on one line
_QUIET = 0.35
COLOURS = {
    "▲": RGBColor(0xB3, 0x26, 0x1E),
    "◆": RGBColor(0x8F, 0x55, 0x00),
    "○": RGBColor(0x5D, 0x64, 0x70),
    "●": RGBColor(0x1E, 0x6B, 0x45),
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
    return min(titled, key=lambda layout: len(layout.placeholders), default=deck.slide_layouts[0])


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
        frame.paragraphs[0].font.size = Pt(_TITLE if len(title) <= _SHORT else _LONG_TITLE)
        frame.paragraphs[0].font.bold = True
    return slide


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text on a slide: what comes before it in bold, and how it is set."""

    text: str
    key: str = ""
    heading: bool = False
    quiet: bool = False
    mark: str = ""
    """What comes after it in red."""


def text_height(text: str, width: float, size: float = TEXT) -> float:
    """Estimate how many inches a text takes in a column; rather one line too many."""
    a_line = max(1, int(width * _LETTERS * TEXT / size))
    return _LINE * size * max(1, ceil(len(text) / a_line))


def height_of(paragraphs: Iterable[Paragraph], width: float, size: float = TEXT) -> float:
    """Estimate the height in inches that paragraphs take."""
    return sum(text_height(_whole(content), width, size) + _GAP for content in paragraphs)


def _whole(paragraph: Paragraph) -> str:
    return f"{paragraph.key} {paragraph.text} {paragraph.mark}".strip()


def write(slide: Any, box: Box, paragraphs: Sequence[Paragraph], size: float = TEXT) -> None:
    """Put paragraphs into a box, one below the other; a heading is a little larger."""
    frame = slide.shapes.add_textbox(box.left, box.top, box.width, box.height).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, content in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(2)
        _set(paragraph, content, size)


def _set(paragraph: Any, content: Paragraph, size: float) -> None:
    for text, strong in (
        (content.key, True),
        (content.text, content.heading),
        (content.mark, False),
    ):
        if not text:
            continue
        run = paragraph.add_run()
        run.text = f"{text} " if text != content.mark else text
        run.font.size = Pt(size + 2 if content.heading else size)
        run.font.bold = strong
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
        if content.quiet or text == content.key:
            run.font.color.brightness = _QUIET
        if text == content.mark:
            run.font.color.rgb = COLOURS[SIGNS[Light.HELP]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: its text, what stands in italics under it, and what light is before it."""

    text: str
    below: str = ""
    light: str = ""
    heading: bool = False
    indent: float = 0
    """Inches that a drawing takes before the text."""


def table(
    slide: Any,
    box: Box,
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    heights: Sequence[float],
    *,
    size: float = TEXT,
) -> Any:
    """Put a native table and give it; `widths` are proportions, `heights` shares of the box's."""
    shape = slide.shapes.add_table(len(rows), len(widths), box.left, box.top, box.width, box.height)
    grid = shape.table
    grid.horz_banding = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Emu(int(box.width * width / sum(widths)))
    for drawn, height in zip(grid.rows, heights, strict=True):
        drawn.height = Emu(int(box.height * height / sum(heights)))
    for drawn, row in zip(grid.rows, rows, strict=True):
        for cell, content in zip(drawn.cells, row, strict=True):
            _fill(cell, content, size)
    return shape


def link(run: Any, part: Any, slide: Any) -> None:
    """Make a text lead to another slide of the deck, which python-pptx does for shapes alone."""
    relation = part.relate_to(slide.part, RELATIONSHIP_TYPE.SLIDE)
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - no interface
    click = properties.add_hlinkClick(relation)
    click.set("action", "ppaction://hlinksldjump")


def _fill(cell: Any, content: Cell, size: float) -> None:
    """Fill a cell, ruled above and below; a light's sign at its beginning has its colour."""
    frame = cell.text_frame
    size = TEXT if content.heading else size
    parts = [(content.light, True, False), (content.text, content.heading, False)]
    paragraph = frame.paragraphs[0]
    for text, strong, italic in parts:
        if text:
            _run(paragraph, text, size, strong=strong, italic=italic)
    if content.light:
        paragraph.runs[0].text = f"{content.light} "
        paragraph.runs[0].font.color.rgb = COLOURS[content.light]
    if content.below:
        _run(frame.add_paragraph(), content.below, TEXT, strong=False, italic=True)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.margin_left, cell.margin_right = Inches(0.06 + content.indent), Inches(0.06)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.background()
    for rule in _RULES:
        cell._tc.get_or_add_tcPr().insert(0, parse_xml(rule))  # noqa: SLF001 - no interface


def _run(paragraph: Any, text: str, size: float, *, strong: bool, italic: bool) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size = Pt(size)
    run.font.bold = strong
    run.font.italic = italic
    run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    if italic:
        run.font.color.brightness = _QUIET


def note(slide: Any, texts: Iterable[str]) -> None:
    """Put text into the speaker notes, as much as anybody scrolls through."""
    text = "\n".join(plain(line) for line in texts)
    slide.notes_slide.notes_text_frame.text = text[:_NOTES]
