"""Keeps other sites from writing with somebody's browser: a form's origin, and its token."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

COOKIE = "okr-sync-form"
FIELD = "token"
_TOKEN = re.compile(r"[0-9a-f]{32}")


def token_of(request: Request) -> str:
    """Give the browser's own token, or a new one where it has none."""
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else secrets.token_hex(16)


def keep_token(response: Response, request: Request, token: str, page_url: str) -> None:
    """Let the browser keep the token for as long as it is open; no script can read it."""
    if request.cookies.get(COOKIE) == token:
        return
    page = urlsplit(page_url)
    response.set_cookie(
        COOKIE,
        token,
        path="/",
        secure=page.scheme == "https" and request.headers.get("host") == page.netloc,
        httponly=True,
        samesite="lax",
    )


def comes_from_us(request: Request, page_url: str) -> bool:
    """Tell whether a form was sent from our own pages, as far as the browser says it.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-WebSite is sent
    over TLS and on loopback. With `Referrer-Policy: no-referrer` a form's Origin is null,
    which says nothing: then the token alone decides.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    from_ = request.headers.get("origin")
    if from_ is None or from_ == "null":
        return True
    ours = {request.headers.get("host", ""), urlsplit(page_url).netloc}
    return urlsplit(from_).netloc in ours


def has_token(request: Request, token: str) -> bool:
    """Tell whether a form's token is the one that its browser keeps: a double submit."""
    known = request.cookies.get(COOKIE, "")
    return bool(_TOKEN.fullmatch(known)) and hmac.compare_digest(known.encode(), token.encode())
