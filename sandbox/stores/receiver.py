"""A webhook's receiver as its documentation says to write one: it checks, and takes a key once."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import ToolApp, ToolRefusalError

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

OLDEST = 300
"""Seconds after which a signature is too old."""


class Receiver(ToolApp):
    """Takes what is signed with its secret; `posts` are all bodies, `taken` those by key."""

    routes = {"POST /in/<path>": "take"}  # noqa: RUF012 - a ClassVar in the base

    def __init__(self, secret: str, **more: Any) -> None:
        super().__init__(**more)
        self.secret = secret
        self.posts: list[dict[str, Any]] = []
        self.taken: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, set[bytes]] = {}

    def sign_in(self, request: Request) -> None:
        """Check the signature, and that it is fresh."""
        parts = request.headers.get("OKR-Sync-Signature", "").split(",")
        signature = dict(part.partition("=")[::2] for part in parts)
        content = request.get_data()
        signed = f"{signature.get('t')}.".encode() + content
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, signature.get("v1", "")):
            raise ToolRefusalError(401, {"message": "bad signature"})
        age = self.now().timestamp() - int(signature["t"])
        if abs(age) > OLDEST:
            raise ToolRefusalError(401, {"message": "old signature"})

    def take(self, request: Request, path: str) -> tuple[int, Any]:
        """Take a change, and know its key again."""
        del path
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.mimetype != "application/json":
            raise ToolRefusalError(400, {"message": "no key, or no JSON"})
        body = json.loads(request.get_data())
        self.posts.append(body)
        self.bodies.setdefault(key, set()).add(request.get_data())
        self.taken.setdefault(key, body)
        return 202, ""
