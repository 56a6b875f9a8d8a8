"""Draws the page's templates, on the report's own parts and style."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse

from syncer.report.html import page_environment
from syncer.web.forgery import keep_token, token_of
from syncer.web.guards import POLICY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_STATIC = (("style.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml"))
_MARK = "{{the form's own token}}"
"""Stands in a drawn page for the token of whoever is to get it; no text can hold it, escaped."""


@dataclass(frozen=True)
class StaticFile:
    """A file that every page has."""

    content: bytes
    media_type: str

    @property
    def version(self) -> str:
        """Name its content, so that it may be kept for good."""
        return hashlib.sha256(self.content).hexdigest()[:12]


@dataclass(frozen=True)
class DrawnPage:
    """A page with the policy that lets its own style in, to be sent to anybody."""

    html: str
    policy: str

    def response(self, request: Request, page_url: str, status: int = 200) -> HTMLResponse:
        """Answer with it; forms in it get the token of whoever asks."""
        headers = {"Content-Security-Policy": self.policy}
        if _MARK not in self.html:
            return HTMLResponse(self.html, status, headers)
        token = token_of(request)
        response = HTMLResponse(self.html.replace(_MARK, token), status, headers)
        response.headers["Cache-Control"] = "no-store"
        keep_token(response, request, token, page_url)
        return response


class Drawing:
    """The templates, read once."""

    def __init__(self) -> None:
        """Read the files that every page has."""
        self._environment = page_environment("syncer.web", "syncer.report")
        self._environment.filters["day"] = lambda at, zone: f"{at.astimezone(zone):%-d %b %Y}"
        self._environment.filters["moment"] = lambda at, zone: (
            f"{at.astimezone(zone):%-d %b %Y, %H:%M}"
        )
        self.static = {name: StaticFile(_read(name), kind) for name, kind in _STATIC}

    def page(self, template: str, base: str, parts: Mapping[str, Any], **more: object) -> DrawnPage:
        """Draw a page whose links begin with `base`."""
        whole = {**parts, **more}
        style = ""
        if "words" in whole:
            style = self._environment.get_template("widths.css.j2").render(**whole).strip()
        html = self._environment.get_template(template).render(
            **{
                **whole,
                "style": Markup(style),  # noqa: S704 - of numbers and names of ours alone
                "base": base,
                "link": partial(link_to, base),
                "kr_href": lambda kr: link_to(base, "kr", kr),
                "versions": {name: file.version for name, file in self.static.items()},
                "token": Markup(_MARK),  # noqa: S704 - our own
            }
        )
        return DrawnPage(html, _policy(style))


def link_to(base: str, *path: str, **query: object) -> str:
    """Make an address of the page's own; what is None isn't asked for."""
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    parts = "/".join(quote(part, safe="") for part in path)
    return f"{base}/{parts}" + (f"?{urlencode(asked)}" if asked else "")


def _policy(style: str) -> str:
    if not style:
        return POLICY
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")


def _read(name: str) -> bytes:
    """Read a file of the page's own; its style comes after the report's."""
    own = files("syncer.web").joinpath("static", name).read_bytes()
    if name != "style.css":
        return own
    return files("syncer.report").joinpath("templates", name).read_bytes() + own
