"""The briefing as slides: what a team shows its leaders, editable to the last line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pptx import Presentation

from syncer.report import closing_sentences, glyphs
from syncer.report import slide_parts as parts
from syncer.report.deck_cover import cover, needs
from syncer.report.kr_sentences import KrWords
from syncer.report.part_names import count_on
from syncer.report.sentences import EVENTS
from syncer.report.slide_parts import Cell, Paragraph
from syncer.report.team_slides import TeamSlides
from syncer.report.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from syncer.review.briefing import Briefing, KrBrief
    from syncer.review.closing import Closing, KrClosing

_NAMED = 12  # cards named per KR and event in the notes
_CLOSED = 7  # KRs of a closing on a slide


def slides(briefing: Briefing, template: Path | io.BytesIO | None = None) -> bytes:
    """Draw a cover that leads, what is asked, and each team's slides; details in the notes.

    A `template` is an organisation's own .pptx: its size, master, fonts and
    colours are kept, and whatever slides it has come first.
    """
    deck = Presentation(template) if template else parts.own_deck()
    count_on(deck)
    words = KrWords(briefing)
    for closing in briefing.closings:
        _closing(deck, closing, words)
    lead = cover(deck, briefing, words)
    needs(deck, briefing, words)
    scale = glyphs.longest(briefing.key_results)
    for team in briefing.teams_by_need:
        first, krs = TeamSlides(deck, team, words, scale).draw()
        parts.note(first, _notes(krs, words))
        lead(team, first)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _closing(deck: Any, closing: Closing, words: KrWords) -> None:
    """Put a team's closed period on slides: the verdict, and each KR's score."""
    heads = ("Key result", "Of its way", "Reached", "Cards", "What confidence foretold")
    krs = closing.key_results
    for begin in range(0, max(len(krs), 1), _CLOSED):
        slide = parts.add_slide(deck, closing_sentences.verdict(closing))
        box = parts.Grid(deck).box
        parts.write(slide, box(0, 1.2, 12.3, 0.4), [Paragraph(closing_sentences.title(closing))])
        shown = krs[begin : begin + _CLOSED]
        rows = [tuple(Cell(text, heading=True) for text in heads), *map(_closing_row, shown)]
        height = min(5.4, 0.35 + 0.72 * len(shown))
        shares = [0.35, *[0.72] * len(shown)]
        parts.table(slide, box(0, 1.75, 12.3, height), rows, (4.2, 1.0, 2.2, 2.6, 2.3), shares)
        changes = [
            f"{kr.id}: {remark}"
            for kr in shown
            for remark in closing_sentences.remarks(kr, closing, words)
        ]
        parts.note(slide, [closing_sentences.verdict(closing), *changes])


def _closing_row(kr: KrClosing) -> tuple[Cell, ...]:
    texts = (
        closing_sentences.score(kr),
        closing_sentences.result(kr),
        closing_sentences.scope(kr),
        closing_sentences.foresight(kr),
    )
    name = Cell(f"{plain(kr.id, 20)}  {plain(kr.title, 90)}", below=plain(kr.quality or "", 60))
    return (name, *(Cell(plain(text, 90)) for text in texts))


def _notes(krs: Sequence[KrBrief], words: KrWords) -> Iterator[str]:
    """Write the appendix: each KR in sentences, then the cards behind its change."""
    for kr in krs:
        yield f"{plain(kr.id)} {plain(kr.title)}"
        yield from (f"{plain(reason.subject, 20)}: {plain(reason.text)}" for reason in kr.findings)
        yield from (words.number(kr), words.cards(kr), words.moved(kr), words.mood(kr))
        yield from (words.change(change) for change in kr.changes)
        yield words.freshness(kr)
        for event, cards in kr.events.items():
            for card in cards[:_NAMED]:
                yield f"{EVENTS[event]}: {plain(card.key, 40)} {plain(card.title, 120)}"
            if len(cards) > _NAMED:
                yield f"{EVENTS[event]}: and {len(cards) - _NAMED} more"
        yield ""
