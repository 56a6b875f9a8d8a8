"""Whether what was sent may be taken: by a page of ours, out of the browser that has its token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.web.faults import Refused
from syncer.web.forgery import FIELD, comes_from_us, has_token

if TYPE_CHECKING:
    from starlette.requests import Request

    from syncer.web.forms import Form


def check_origin(request: Request, page_url: str) -> None:
    """Raise `Refused` for a form that another site has sent."""
    if not comes_from_us(request, page_url):
        raise Refused("Another site sent this. Nothing was written.", 403)


def check_sender(request: Request, form: Form, page_url: str) -> None:
    """Raise `Refused` for a form of another site, or of another browser."""
    check_origin(request, page_url)
    if not has_token(request, form.text(FIELD)):
        raise Refused(
            "This form is from before, or the browser keeps no cookies. "
            "Nothing was written; open the page again.",
            403,
        )
