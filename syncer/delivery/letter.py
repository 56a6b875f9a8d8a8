"""What is sent, in words and parts that every place can show; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from mimetypes import guess_type
from typing import TYPE_CHECKING

from syncer.report.kr_sentences import KrWords
from syncer.report.lights import SIGNS
from syncer.report.sentences import LABELS
from syncer.report.text import plain
from syncer.review.attention import FindingKind, Light

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, KrBrief

MOST = 12
"""Items of a section; a longer one says how many more there are."""

_TITLE, _TEXT = 120, 300
_TYPES = {
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".json": "application/json",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A line that begins strongly; both parts are plain text without line breaks."""

    strong: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; `more` is how many were left out."""

    title: str
    items: tuple[Item, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """What it is, by its name's end, as mail and web have it ("text/html")."""
        suffix = self.name[self.name.rfind(".") :]
        return _TYPES.get(suffix) or guess_type(self.name)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Letter:
    """A report or a reminder, ready to be sent.

    `stamp` names it for good ("report-2026-11-19-publishing"): made again, it
    is the same. `lead` is the one sentence that everybody should read. A
    reminder has no `briefing`, `files` or `page`, the address of the report's
    page where there is one.
    """

    stamp: str
    title: str
    lead: str
    summary: str
    sections: tuple[Section, ...]
    briefing: Briefing | None = None
    files: tuple[Attachment, ...] = ()
    page: str = ""

    @property
    def text(self) -> str:
        """The whole as plain text."""
        lines = [self.title, "", self.lead, self.summary]
        for section in self.sections:
            lines += ["", section.title.upper()]
            lines += [f"- {item.strong}: {item.text}".rstrip(": ") for item in section.items]
            lines += [f"- {left_out(section)}"] if section.more else []
        lines += ["", f"The page: {self.page}"] if self.page else []
        return "\n".join(lines) + "\n"


def left_out(section: Section) -> str:
    """Say how many items a section was too long for."""
    return f"and {section.more} more in the report"


def fitting(letter: Letter, size: Callable[[Letter], int], largest: int) -> Letter:
    """Leave out the last items of the longest sections until the letter's size is right."""
    while size(letter) > largest and any(section.items for section in letter.sections):
        longest = max(letter.sections, key=lambda section: len(section.items))
        cut = replace(longest, items=longest.items[:-1], more=longest.more + 1)
        sections = tuple(cut if one is longest else one for one in letter.sections)
        letter = replace(letter, sections=sections)
    return letter


def report(
    briefing: Briefing, stamp: str, files: Sequence[Attachment] = (), page: str = ""
) -> Letter:
    """Write the letter of a review's report: what needs help first, greens last."""
    words = KrWords(briefing)
    return Letter(
        stamp=stamp,
        title=words.meeting(),
        lead=f"{words.headline()}.",
        summary=words.summary(),
        sections=tuple(section for section in _sections(briefing, words) if section.items),
        briefing=briefing,
        files=tuple(files),
        page=page,
    )


def reminder(briefing: Briefing, stamp: str) -> Letter | None:
    """Write the letter about what wasn't scored for a week; None where all of it was."""
    unscored = [finding for finding in briefing.findings if finding.kind is FindingKind.UNSCORED]
    if not unscored:
        return None
    titles = {kr.id: kr.title for kr in briefing.key_results}
    items = [
        Item(_named(finding.subject, titles[finding.subject]), plain(finding.text))
        for finding in unscored
    ]
    many = "1 key result waits" if len(items) == 1 else f"{len(items)} key results wait"
    return Letter(
        stamp=stamp,
        title="Score the week",
        lead=f"{many} for a score.",
        summary="It takes two minutes: okr-sync checkin asks for one after the other.",
        sections=(_cut("Not scored", items),),
    )


def _sections(briefing: Briefing, words: KrWords) -> list[Section]:
    krs = briefing.key_results
    helped = [kr for kr in krs if kr.light is not Light.WELL]
    well = [kr for kr in krs if kr.light is Light.WELL]
    named = {kr.id: kr.title for kr in krs}
    asks = [
        Item(_named(one.subject, named.get(one.subject, "")), _words(one)) for one in words.asks()
    ]
    return [
        _cut("Needs help", [_item(kr) for kr in helped]),
        _cut("Asks", asks),
        _cut("On course", [Item(_named(kr.id, kr.title), words.cards(kr)) for kr in well]),
    ]


def _item(kr: KrBrief) -> Item:
    own_words = (FindingKind.ASK,)
    findings = [
        f"{LABELS[one.kind]}: {_words(one)}" for one in kr.findings if one.kind not in own_words
    ]
    name = f"{SIGNS[kr.light]} {_named(kr.id, kr.title)}"
    return Item(name, plain(" ".join(findings) or "It asks for something.", _TEXT))


def _words(finding: Finding) -> str:
    return plain(finding.text, _TEXT)


def _named(id_: str, title: str) -> str:
    return plain(f"{id_} {title}", _TITLE)


def _cut(title: str, items: Sequence[Item]) -> Section:
    return Section(title, tuple(items[:MOST]), max(0, len(items) - MOST))
