"""A letter as a Slack message, for an incoming webhook.

Foreign text goes into rich text elements, which Slack shows as they are: no
mark, link or mention in them means anything (docs.slack.dev, "Block Kit").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.delivery.letter import fitting, left_out
from syncer.delivery.webhook import post

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter, Section

LARGEST = 8_000
"""Characters of a message: Slack refuses blocks of some 13,000 (`msg_blocks_too_long`)."""

_HEADER, _SHORT = 150, 300  # characters that Slack takes in a header; our own for notifications


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Post the letter; raises `SourceError`, `UnsureError` where it may have arrived."""
    post(destination, message(letter), clock, commit)
    return ""


def message(letter: Letter) -> dict[str, Any]:
    """Make the webhook's body, not too long for Slack; `text` is what a notification shows."""
    letter = fitting(letter, lambda cut: len(cut.text), LARGEST)
    short = f"{letter.title}: {letter.lead}"[:_SHORT]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": letter.title[:_HEADER]}},
        _rich(_line([_text(letter.lead, bold=True), _text(f"\n{letter.summary}")])),
    ]
    blocks += [_rich(_line([_text(one.title, bold=True)]), _list(one)) for one in letter.sections]
    if letter.page:
        link = {"type": "link", "url": letter.page, "text": "The whole report"}
        blocks.append(_rich(_line([link])))
    return {"text": _escaped(short), "blocks": blocks}


def _rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def _line(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": parts}


def _list(section: Section) -> dict[str, Any]:
    lines = [
        _line([_text(item.strong, bold=True), _text(f": {item.text}")]) for item in section.items
    ]
    if section.more:
        lines.append(_line([_text(left_out(section))]))
    return {"type": "rich_text_list", "style": "bullet", "elements": lines}


def _text(text: str, *, bold: bool = False) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "text", "text": text}
    return element | {"style": {"bold": True}} if bold else element


def _escaped(text: str) -> str:
    """Escape what would be a link or a mention in the notification."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
