"""What came of calling a tool's adapter, which may be anybody's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import NotUnderstoodError, SourceError, UnsureError
from connectors.okr_tool import NumberWrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.core.outbox import OutboxWrite

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

ARRIVED_BELOW = 300
"""An answer that makes no sense, under a status below this, may be one to what was done."""


def guarded(name: str, call: Callable[[], Answer]) -> Answer | SourceError:
    """Call an adapter; whatever it raises is its own store's failure, and stops no other."""
    try:
        return call()
    except SourceError as error:
        return error
    except Exception as error:
        log.debug("store %s", name, exc_info=True)
        return UnsureError(
            f"store {name}: an answer that can't be read ({type(error).__name__}); -v -v logs where"
        )


def is_unsure(error: SourceError) -> bool:
    """Whether what was sent may have arrived all the same; a clear no, a limit too, is none."""
    if isinstance(error, NotUnderstoodError):
        return (error.status or 0) < ARRIVED_BELOW
    return isinstance(error, UnsureError)


def number_write(write: OutboxWrite, *, repeat: bool = False, there: bool = False) -> NumberWrite:
    """Put a write of the outbox as adapters take it."""
    return NumberWrite(
        tool_id=write.target.tool_id,
        number=write.number,
        value=write.value,
        at=write.at,
        day=write.day,
        key=write.key,
        light=write.light,
        note=write.note,
        repeat=repeat,
        there=there,
        before=write.before,
        receipt=write.receipt,
        about=write.about,
    )
