"""What Trello says no with: mostly plain text, sometimes JSON."""

from __future__ import annotations

import json


class Refusal(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """An answer that isn't 200; a `body` that is a dict goes out as JSON."""

    def __init__(self, status: int, body: str | dict[str, str]) -> None:
        super().__init__(status, body)
        self.status = status
        self.text = body if isinstance(body, str) else json.dumps(body)
        self.kind = "text/plain" if isinstance(body, str) else "application/json"


def invalid(name: str) -> Refusal:
    """Refuse a value, or a parameter, that isn't understood."""
    return Refusal(400, f"invalid value for {name}")


def unknown_parameter(name: str) -> Refusal:
    """Refuse a parameter that this Trello doesn't know."""
    return Refusal(400, f"unknown parameter {name}")


def invalid_id() -> Refusal:
    """Refuse something that is neither an id nor a short link."""
    return Refusal(400, "invalid id")


def not_allowed() -> Refusal:
    """Refuse someone who may not see what was asked for."""
    return Refusal(401, "unauthorized permission requested")


def not_found(message: str = "The requested resource was not found.") -> Refusal:
    """Say that there is no such thing, or that it is gone."""
    return Refusal(404, message)


def too_many_cards() -> Refusal:
    """Refuse a nested board that is too large; a 403 that has nothing to do with permission."""
    return Refusal(
        403, {"error": "API_TOO_MANY_CARDS_REQUESTED", "message": "Too many cards requested"}
    )


def limited(code: str) -> Refusal:
    """Refuse a request too many; there is no Retry-After."""
    if code == "RATE_LIMIT_EXCEEDED":
        return Refusal(429, {"error": code, "message": "Exceeded rate limit to /1/member"})
    return Refusal(429, {"error": code, "message": "Rate limit exceeded"})
