"""An answer's body: read in bounded pieces, and as JSON that is JSON to the letter."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
import requests

from connectors.errors import NotUnderstoodError
from connectors.foreign_json import brackets_of, read_json

if TYPE_CHECKING:
    from connectors.line import RequestEnd

PIECE = 1 << 20
"""Bytes that are read at a time: before each piece, other threads go first."""

MOST_BYTES = 64 << 20
"""More than any answer holds; counted as unpacked, so that a few kilobytes can't fill a machine."""

MOST_OF_AN_ERROR = 64 << 10
"""What is read of an answer that only says why there is none."""

ERROR = 400


class JsonResponse(requests.Response):
    """A response whose JSON isn't read by Python: most of a large pull's time would go there."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__()
        vars(self).update(vars(response))

    def json(self, **_: Any) -> Any:
        """Give the JSON; raises `ValueError` for what is none, or is nested past all sense.

        What isn't valid to the letter (half of a surrogate pair) is read by Python,
        which takes NaN for a number where it isn't told otherwise.
        """
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return read_json(self.content)


def read(response: requests.Response, end: RequestEnd, subject: str) -> bytes:
    """Read a body to its last byte, or of an error's as much as a message needs.

    Raises `TimeoutError` when the request's time is up, what requests raises where
    a good answer breaks off, and `NotUnderstoodError` for more than any answer has.
    """
    try:
        return (
            _beginning(response) if response.status_code >= ERROR else _all(response, end, subject)
        )
    except BaseException:
        # Else the socket stays open until the exception's frames are forgotten.
        response.close()
        raise


def _all(response: requests.Response, end: RequestEnd, subject: str) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_content(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise NotUnderstoodError(
                f"{subject}: more than {MOST_BYTES >> 20} MB came, which is no answer"
            )
        if end.left() <= 0:
            raise TimeoutError
    return b"".join(pieces)


def _beginning(response: requests.Response) -> bytes:
    """Read how an error begins; that it breaks off, or drips, makes it no other error."""
    pieces = bytearray()
    with suppress(requests.RequestException):
        for piece in response.iter_content(MOST_OF_AN_ERROR):
            pieces += piece
            if len(pieces) >= MOST_OF_AN_ERROR:
                response.close()
                break
    return bytes(pieces[:MOST_OF_AN_ERROR])


def is_cut(content: bytes) -> bool:
    """Tell whether what began as JSON ends before it is over, or never began.

    Most answers need no second reading: where each bracket has its counterpart,
    nothing is missing.
    """
    text = content.strip()
    if not text:
        return True
    if text[:1] not in b"{[":
        return False
    # Counting in the whole text would stop at every bracket of megabytes, ten times as slow.
    brackets = brackets_of(text)
    closed = text[-1:] == (b"}" if text[:1] == b"{" else b"]")
    if closed and all(
        brackets.count(a) == brackets.count(b) for a, b in ((b"{", b"}"), (b"[", b"]"))
    ):
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return True
    return False


def words_of(request: requests.PreparedRequest) -> str:
    """Give what a request says, in its address and its body."""
    content = request.body or ""
    return f"{request.path_url} {content if isinstance(content, str) else content.decode()}"


def size_of(request: requests.PreparedRequest) -> int:
    """Give how many bytes a request has, about."""
    return len(request.body or b"") + len(request.url or "")
