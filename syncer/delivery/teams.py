"""A letter as an Adaptive Card, for a Microsoft Teams Workflows webhook.

Foreign text goes into text runs, which know no Markdown; the card keeps under
the 28 KB that Teams takes (learn.microsoft.com, "Create incoming webhooks").
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from connectors.errors import RejectedError, TransientError, UnsureError
from connectors.redaction import quote
from syncer.delivery.letter import fitting, left_out
from syncer.delivery.webhook import json_of, post

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter, Section

WORDS = """
webhook delivery failed microsoft teams endpoint returned http contextid workflow workflows
trigger triggers manual flow run runs enabled disabled directapiauthorizationrequired
directapiinvalidauthorizationscheme workflowtriggerisnotenabled workflownotfound
workflowtriggernotfound triggerinputschemamismatch triggerrequestmethodnotvalid
invalidrequestcontent invalidtemplate noresponse actionresponseskipped
actionresponsetimedout authorizationfailed authenticationfailed
invalidauthenticationtoken unauthorized forbidden signature sas scheme expired conversation
connector connectors retired removed card adaptive payload throttled oauth authorization shared
access sign could execute
"""
"""What Teams and Power Automate use for their errors, beside what all services do."""

_FAILED = re.compile(
    r"fail|error|not valid|invalid|bad payload|too large|retired|disabled", re.IGNORECASE
)
_BUSY = re.compile(r"error 429|throttl|too many", re.IGNORECASE)

LARGEST = 26_000
"""Bytes of a card; Teams refuses more than 28 KB with what it puts around it."""


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Post the letter; raises `SourceError`, `UnsureError` where it may have arrived."""
    answer = post(destination, message(letter), clock, commit, WORDS)
    _judge(destination, answer)
    return ""


def _judge(destination: Destination, answer: requests.Response) -> None:
    """Take nothing for sent but a workflow's 202 and a connector's `1`.

    A workflow may end with an answer of its own, of which `ok` is the usual one. A
    connector answers 200 with the failure in words (MicrosoftDocs/msteams-docs, issue 400).
    """
    name, status, text = f"deliver {destination.name}", answer.status_code, answer.text.strip()
    failure = json_of(answer).get("error")
    if failure is None and status == HTTPStatus.ACCEPTED:
        return
    if failure is None and status == HTTPStatus.OK and text in ("1", "ok"):
        return
    if failure is not None or _FAILED.search(text):
        words = quote(text, (destination.webhook,), WORDS)
        kind = TransientError if _BUSY.search(text) else RejectedError
        raise kind(f"{name}: Teams refused: {words}", status=status)
    raise UnsureError(f"{name}: {status}, and neither 202 nor Teams' own 1", status=status)


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
    if letter.links:
        card["actions"] = [
            {"type": "Action.OpenUrl", "title": words, "url": address}
            for words, address in letter.links
        ]
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
