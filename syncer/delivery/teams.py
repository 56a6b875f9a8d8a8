"""A letter as an Adaptive Card, for a Microsoft Teams Workflows webhook.

Foreign text goes into text runs, which know no Markdown; the card keeps under
the 28 KB that Teams takes (learn.microsoft.com, "Create incoming webhooks").
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from syncer.delivery.letter import fitting, left_out
from syncer.delivery.webhook import post

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter, Section

LARGEST = 26_000
"""Bytes of a card; Teams refuses more than 28 KB with what it puts around it."""


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Post the letter; raises `SourceError`, `UnsureError` where it may have arrived."""
    post(destination, message(letter), clock, commit)
    return ""


def message(letter: Letter) -> dict[str, Any]:
    """Make the webhook's body, with as many items as fit into it."""
    return _message(fitting(letter, lambda cut: len(json.dumps(_message(cut))), LARGEST))


def _message(letter: Letter) -> dict[str, Any]:
    body = [
        _runs(_run(letter.title, weight="Bolder", size="Large")),
        _runs(_run(letter.lead, weight="Bolder")),
        _runs(_run(letter.summary)),
        *(block for section in letter.sections for block in _section(section)),
    ]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if letter.page:
        open_page = {"type": "Action.OpenUrl", "title": "The whole report", "url": letter.page}
        card["actions"] = [open_page]
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _section(section: Section) -> list[dict[str, Any]]:
    blocks = [_runs(_run(section.title, weight="Bolder"), separator=True)]
    blocks += [
        _runs(_run(item.strong, weight="Bolder"), _run(f": {item.text}")) for item in section.items
    ]
    if section.more:
        blocks.append(_runs(_run(left_out(section))))
    return blocks


def _runs(*runs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), **more}


def _run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}
