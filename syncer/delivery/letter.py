"""What is sent, in words and parts that every place can show; pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from mimetypes import guess_type
from typing import TYPE_CHECKING

from syncer.report.kr_sentences import KrWords
from syncer.report.lights import SIGNS
from syncer.report.text import plain, whole
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
    page where there is one. `url` is where people find all reports, `checkin` where the
    week is scored.
    """

    stamp: str
    title: str
    lead: str
    summary: str
    sections: tuple[Section, ...]
    briefing: Briefing | None = None
    files: tuple[Attachment, ...] = ()
    page: str = ""
    url: str = ""
    checkin: str = ""

    @property
    def links(self) -> list[tuple[str, str]]:
        """Give the addresses that a message links to, each with its words."""
        known = (
            ("Check in", self.checkin),
            ("The whole report", self.page),
            ("All reports", self.url),
        )
        return [(words, address) for words, address in known if address]

    @property
    def text(self) -> str:
        """The whole as plain text."""
        lines = [self.title, "", self.lead, self.summary]
        for section in self.sections:
            lines += ["", section.title.upper()]
            lines += [f"- {item.strong}: {item.text}".rstrip(": ") for item in section.items]
            lines += [f"- {left_out(section)}"] if section.more else []
        links = [f"{words}: {address}" for words, address in self.links]
        lines += ["", *links] if links else []
        return "\n".join(lines) + "\n"


def stamp(calendar: str, of: str, workspace: str = "") -> str:
    """Name a report for good, for its mails and pages."""
    whose = "".join(f"\n{name}" for name in (workspace, calendar) if name)
    return f"report-{of}" + (f"-{zlib.crc32(whose[1:].encode()):08x}" if whose else "")


def left_out(section: Section) -> str:
    """Say how many items a section was too long for."""
    return f"and {section.more} more in the report"


def fitting(letter: Letter, size: Callable[[Letter], int], largest: int) -> Letter:
    """Leave out the last items of the longest sections until the letter's size is right."""
    while size(letter) > largest and any(section.items for section in letter.sections):
        longest = max(letter.sections, key=lambda section: len(section.items))
        cut = replace(longest, items=longest.items[:-1], more=longest.more + 1)
        sections = tuple(cut if section is longest else section for section in letter.sections)
        letter = replace(letter, sections=sections)
    return letter


def report(
    briefing: Briefing,
    stamp: str,
    files: Sequence[Attachment] = (),
    page: str = "",
    *,
    url: str = "",
    workspace: str = "",
) -> Letter:
    """Write the letter of a review's report: what needs help first, greens last."""
    words = KrWords(briefing)
    return Letter(
        stamp=stamp,
        title=f"{words.meeting()} ({workspace})" if workspace else words.meeting(),
        lead=f"{words.headline()}.",
        summary=" ".join([words.summary(), *(f"{move}." for move in words.file_moves())]),
        sections=tuple(section for section in _sections(briefing, words) if section.items),
        briefing=briefing,
        files=tuple(files),
        page=page,
        url=url,
    )


def reminder(briefing: Briefing, stamp: str, url: str = "", *, checkin: str = "") -> Letter | None:
    """Write the letter about what wasn't scored for a week; None where all of it was.

    `checkin` is the address of the page's check-in, where there is a page.
    """
    unscored = [finding for finding in briefing.findings if finding.kind is FindingKind.UNSCORED]
    if not unscored:
        return None
    titles = {kr.id: kr.title for kr in briefing.key_results}
    items = [
        Item(_named(finding.subject, titles[finding.subject]), plain(finding.text))
        for finding in unscored
    ]
    asking = "okr-sync checkin asks for one after the other"
    way = "one form has them all" if checkin else asking
    many = "1 key result waits" if len(items) == 1 else f"{len(items)} key results wait"
    return Letter(
        stamp=stamp,
        title="Score the week",
        lead=f"{many} for a score.",
        summary=f"It takes two minutes: {way}.",
        sections=(_cut("Not scored", items),),
        url=url,
        checkin=checkin,
    )


def _sections(briefing: Briefing, words: KrWords) -> list[Section]:
    krs = briefing.key_results
    titles = {kr.id: kr.title for kr in krs}
    asks = [
        Item(_named(ask.subject, titles.get(ask.subject, "")), _asked(ask, words))
        for ask in words.asks()
    ]
    outages = [Item(words.several(ids), whole(text, _TEXT)) for text, ids in words.outages.values()]
    by_light = {light: [kr for kr in krs if kr.light is light] for light in Light}
    well = by_light.pop(Light.WELL)
    return [
        _cut("What the teams ask", asks),
        _cut("Boards not read", outages),
        *(
            _cut(_titled(light, words), [_item(kr, words) for kr in krs])
            for light, krs in by_light.items()
        ),
        _cut("On course", [Item(_named(kr.id, kr.title), _short(kr, words)) for kr in well]),
    ]


def _short(kr: KrBrief, words: KrWords) -> str:
    """Say where a KR stands in a few words."""
    number = f"{words.goal(kr)}; " if kr.number else ""
    return f"{number}{words.done_of_all(kr)} cards done"


def _titled(light: Light, words: KrWords) -> str:
    lamp = words.lamp(light)
    return lamp[0].upper() + lamp[1:]


def _asked(ask: Finding, words: KrWords) -> str:
    times = words.asked(ask)
    return f"{plain(ask.text)} ({times})" if times else plain(ask.text)


def _item(kr: KrBrief, words: KrWords) -> Item:
    reasons = [plain(reason.text) for reason in words.reasons(kr)]
    name = f"{SIGNS[kr.light]} {_named(kr.id, kr.title)}"
    return Item(name, whole(" ".join(map(_ended, reasons)) or words.cards(kr), _TEXT))


def _ended(text: str) -> str:
    """End a sentence that doesn't."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _named(id_: str, title: str) -> str:
    return plain(f"{id_} {title}", _TITLE)


def _cut(title: str, items: Sequence[Item]) -> Section:
    return Section(title, tuple(items[:MOST]), max(0, len(items) - MOST))
