"""The briefing as slides: one a team, with tables and charts that can be edited in PowerPoint."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from pptx import Presentation

from syncer.report import closing_sentences
from syncer.report import slide_parts as parts
from syncer.report.kr_sentences import KrWords
from syncer.report.part_names import count_on
from syncer.report.sentences import EVENTS
from syncer.report.text import plain
from syncer.review.attention import FindingKind, Light

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, KrBrief, TeamBrief
    from syncer.review.closing import Closing, KrClosing

ROWS = 6  # KRs on a slide; a team with more gets another slide
_NAMED = 12  # cards named per KR and event in the notes
_LINES = 9  # findings on the first slide
_Kr = TypeVar("_Kr")
_ASKED = (FindingKind.ASK,)


def slides(briefing: Briefing, template: Path | None = None) -> bytes:
    """Draw an overview and a slide for each team, the appendix in the speaker notes.

    A `template` is an organisation's own .pptx: its size, master, fonts and
    colours are kept, and whatever slides it has come first.
    """
    deck = Presentation(template) if template else parts.own_deck()
    count_on(deck)
    words = KrWords(briefing)
    for one in briefing.closings:
        _closing(deck, one, words)
    _overview(deck, briefing, words)
    for team in briefing.teams:
        chunks = _chunks(team.key_results)
        for number, krs in enumerate(chunks, 1):
            part = f" ({number} of {len(chunks)})" if len(chunks) > 1 else ""
            _team(deck, team, krs, part, words)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _chunks(krs: Sequence[_Kr]) -> list[Sequence[_Kr]]:
    return [krs[start : start + ROWS] for start in range(0, len(krs), ROWS)] or [()]


def _overview(deck: Any, briefing: Briefing, words: KrWords) -> None:
    slide = parts.add_slide(deck, words.headline())
    box = parts.Grid(deck).box
    parts.lines(slide, box(0, 1.25, 12.3, 0.75), [words.meeting(), words.summary()], size=14)
    pressed = [kr for kr in briefing.key_results if kr.findings]
    rows = [_pressing(kr) for kr in pressed[:_LINES]]
    if rows:
        heads = ("Key result", "Team", "What needs help")
        parts.table(slide, box(0, 2.15, 12.3, 4.6), heads, rows, (4.3, 1.8, 6.2))
    more = len(pressed) - len(rows)
    greens = [plain(kr.id, 20) for kr in briefing.key_results if kr.light is Light.WELL]
    foot = [f"And {more} more."] if more > 0 else []
    if greens:
        foot.append(f"On course: {', '.join(greens[:30])}{' …' if len(greens) > 30 else ''}.")  # noqa: PLR2004 - a line's worth
    parts.lines(slide, box(0, 6.8, 12.3, 0.5), foot, size=11)
    parts.note(slide, [words.meeting(), words.summary(), *map(_said, briefing.findings)])


def _closing(deck: Any, closing: Closing, words: KrWords) -> None:
    """Put a team's closed period on slides: the verdict, and each KR's score."""
    heads = ("Key result", "Score", "Reached", "Cards", "Confidence")
    for krs in _chunks(closing.key_results):
        slide = parts.add_slide(deck, closing_sentences.title(closing))
        box = parts.Grid(deck).box
        parts.lines(slide, box(0, 1.2, 12.3, 0.6), [closing_sentences.verdict(closing)], size=14)
        rows = [_closing_row(kr) for kr in krs]
        if rows:
            parts.table(slide, box(0, 2.0, 12.3, 4.8), heads, rows, (4.2, 0.9, 2.2, 2.6, 2.4))
        changes = [f"{kr.id}: {words.change(one)}" for kr in krs for one in kr.changes]
        parts.note(slide, [closing_sentences.verdict(closing), *changes])


def _closing_row(kr: KrClosing) -> tuple[str, ...]:
    name = f"{plain(kr.id, 20)}  {plain(kr.title, 70)}"
    told = (
        closing_sentences.result(kr),
        closing_sentences.scope(kr),
        closing_sentences.foresight(kr),
    )
    return (name, closing_sentences.score(kr), *(plain(text, 70) for text in told))


def _pressing(kr: KrBrief) -> tuple[str, ...]:
    name = f"{parts.sign(kr)} {plain(kr.id, 20)}  {plain(kr.title, 70)}"
    return name, plain(kr.team, 30), plain(" ".join(f.text for f in kr.findings), 150)


def _team(deck: Any, team: TeamBrief, krs: Sequence[KrBrief], part: str, words: KrWords) -> None:
    slide = parts.add_slide(deck, plain(team.name, 60) + part)
    box = parts.Grid(deck).box
    aims = [f"{plain(one.title, 110)} ({plain(one.period, 12)})" for one in team.objectives[:3]]
    parts.lines(slide, box(0, 1.1, 12.3, 0.3 + 0.26 * len(aims)), aims, size=14)
    if krs:
        _figures(slide, box, krs, words, 1.4 + 0.28 * len(aims))
    found = [finding for kr in krs for finding in kr.findings]
    own = [finding for one in team.objectives for finding in one.findings]
    _asks(slide, box, own + found, words)
    parts.note(slide, [*map(_said, own), *_notes(krs, words)])


def _figures(slide: Any, box: Any, krs: Sequence[KrBrief], words: KrWords, top: float) -> None:
    heads = ("Key result", "Number", "Cards done", "Since last review", "Confidence")
    rows = [_row(kr, words) for kr in krs]
    parts.table(slide, box(0, top, 8.2, 3.4), heads, rows, (3.0, 1.5, 1.0, 1.6, 1.1))
    parts.threads_chart(slide, box(8.4, 1.6, 3.9, 2.1), krs)
    parts.confidence_chart(slide, box(8.4, 3.7, 3.9, 1.85), krs, words)


def _row(kr: KrBrief, words: KrWords) -> tuple[str, ...]:
    return (
        f"{parts.sign(kr)} {plain(kr.id, 20)}  {plain(kr.title, 62)}",
        plain(words.goal(kr), 34),
        words.share_of_cards(kr),
        words.causes(kr),
        words.score(kr),
    )


def _asks(slide: Any, box: Any, found: Sequence[Finding], words: KrWords) -> None:
    """Put what worries the team on the left, and what it needs of the room on the right."""
    worries = _by_turns([one for one in found if one.kind not in _ASKED])
    risks = _fitting([_said(one, 118) for one in worries], 4)
    asks = _fitting([_said(one, 150) for one in found if one.kind in _ASKED], 3)
    left = box(0, 5.65, 7.0, 1.35)
    parts.lines(
        slide, left, ["Risks and what needs help", *(risks or ["Nothing."])], size=11, head=True
    )
    right = box(7.3, 5.65, 5.0, 1.35)
    parts.lines(
        slide, right, ["What we need from you", *(asks or ["Nothing now."])], size=11, head=True
    )
    parts.lines(slide, box(0, 7.0, 12.3, 0.3), [words.made()], size=9)


def _by_turns(found: Sequence[Finding]) -> list[Finding]:
    """Take each subject's gravest first, then each one's second: no one fills the slide alone."""
    met: Counter[str] = Counter()
    turns = []
    for finding in found:
        turns.append(met[finding.subject])
        met[finding.subject] += 1
    order = sorted(range(len(found)), key=lambda place: turns[place])
    return [found[place] for place in order]


def _fitting(texts: list[str], most: int) -> list[str]:
    """Leave out what has no room, and say so."""
    if len(texts) <= most:
        return texts
    return [*texts[: most - 1], f"And {len(texts) - most + 1} more in the notes."]


def _said(finding: Finding, limit: int | None = None) -> str:
    return f"{plain(finding.subject, 20)}: {plain(finding.text, limit)}"


def _notes(krs: Sequence[KrBrief], words: KrWords) -> Iterator[str]:
    """Write the appendix: each KR in sentences, then the cards behind its change."""
    for kr in krs:
        yield f"{plain(kr.id)} {plain(kr.title)}"
        yield from map(_said, kr.findings)
        yield from (words.number(kr), words.cards(kr), words.moved(kr), words.mood(kr))
        yield from (words.change(change) for change in kr.changes)
        yield words.freshness(kr)
        for event, cards in kr.events.items():
            for card in cards[:_NAMED]:
                yield f"{EVENTS[event]}: {plain(card.key, 40)} {plain(card.title, 120)}"
            if len(cards) > _NAMED:
                yield f"{EVENTS[event]}: and {len(cards) - _NAMED} more"
        yield ""
