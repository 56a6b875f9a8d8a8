"""A letter as a Slack message, for an incoming webhook.

Foreign text goes into rich text elements, which Slack shows as they are: no
mark, link or mention in them means anything (docs.slack.dev, "Block Kit").
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from connectors.errors import RejectedError, UnsureError
from syncer.delivery.letter import fitting, left_out
from syncer.delivery.webhook import json_of, post

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter, Section

LARGEST = 8_000
"""Characters of a message: Slack refuses blocks of some 13,000 (`msg_blocks_too_long`)."""

CODES = frozenset(
    """
    invalid_payload user_not_found channel_not_found channel_is_archived action_prohibited
    posting_to_general_channel_denied no_service no_service_id no_team team_disabled
    invalid_token no_text too_many_attachments invalid_blocks invalid_blocks_format
    msg_blocks_too_long msg_too_long invalid_attachments no_active_hooks rollup_error
    rate_limited ratelimited message_limit_exceeded not_in_channel is_archived not_authed
    invalid_auth account_inactive token_revoked token_expired missing_scope access_denied
    ekm_access_denied enterprise_is_restricted org_login_required team_access_not_granted
    restricted_action restricted_action_read_only_channel posting_forbidden fatal_error
    internal_error service_unavailable request_timeout accesslimited invalid_form_data
    invalid_post_type missing_post_type invalid_arguments invalid_charset two_factor_setup_required
    """.split()  # noqa: SIM905 - as a list it would fill pages
)
"""Slack's own words for why not; they name nobody."""

_HEADER, _SHORT = 150, 300  # characters that Slack takes in a header; our own for notifications


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Post the letter; raises `SourceError`, `UnsureError` where it may have arrived."""
    answer = post(destination, message(letter), clock, commit, " ".join(CODES))
    _judge(destination, answer)
    return ""


def _judge(destination: Destination, answer: requests.Response) -> None:
    """Take nothing for sent but Slack's own `ok`: its refusals come with status 200 too.

    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    """
    name, status = f"deliver {destination.name}", answer.status_code
    content = json_of(answer)
    if status == HTTPStatus.OK and (answer.text.strip() == "ok" or content.get("ok") is True):
        return
    code = content.get("error") if content.get("ok") is False else answer.text.strip()
    if content.get("ok") is False or code in CODES:
        word = code if code in CODES else "a reason that we don't know"
        raise RejectedError(f"{name}: Slack refused: {word}", status=status, code=str(word))
    raise UnsureError(f"{name}: {status}, and not Slack's own ok", status=status)


def message(letter: Letter) -> dict[str, Any]:
    """Make the webhook's body, not too long for Slack; `text` is what a notification shows."""
    letter = fitting(letter, lambda cut: len(cut.text), LARGEST)
    short = f"{letter.title}: {letter.lead}"[:_SHORT]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": letter.title[:_HEADER]}},
        _rich(_line([_text(letter.lead, bold=True), _text(f"\n{letter.summary}")])),
    ]
    blocks += [
        _rich(_line([_text(section.title, bold=True)]), _list(section))
        for section in letter.sections
    ]
    blocks += [
        _rich(_line([{"type": "link", "url": address, "text": words}]))
        for words, address in letter.links
    ]
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
