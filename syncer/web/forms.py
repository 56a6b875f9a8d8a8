"""Forms as browsers send them, read by Python alone and never beyond measure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.requests import Request

LONGEST = 1_000_000
"""Bytes of a form."""

MOST = 5_000
"""Fields of a form: three hundred key results have half of that."""


class FormError(ValueError):
    """A body that is no form of ours; `status` is what to answer."""

    def __init__(self, text: str, status: int) -> None:
        """Keep both."""
        super().__init__(text)
        self.status = status


class Form:
    """A form's fields; those of a name that comes more than once are all there."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        """Wrap them."""
        self._fields = fields

    def text(self, name: str) -> str:
        """Give a field on one line, without spaces around it; "" where it isn't there."""
        values = self._fields.get(name, [""])
        return " ".join(values[-1].split())

    def texts(self, name: str) -> list[str]:
        """Give all fields of a name."""
        return self._fields.get(name, [])


async def read_form(request: Request) -> Form:
    """Read a form; raises `FormError` for what is none, or too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise FormError("This isn't a form of this page.", 415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise FormError("This form is too long.", 413)
    try:
        fields = parse_qs(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST
        )
    except ValueError:
        raise FormError("This form can't be read.", 400) from None
    return Form(fields)
