"""What came of calling a tool's adapter, which may be anybody's."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import NotUnderstoodError, SourceError, UnsureError
from connectors.okr_tool import NumberWrite, ToolNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from connectors.okr_tool import OkrStore
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


def read_each(name: str, tool: OkrStore, ids: Sequence[str]) -> dict[str, ToolNumber | SourceError]:
    """Ask a tool for numbers, and give what it said of each; one left out is an error.

    Where nothing is known of a number, it might be a person's: nobody writes over it.
    """
    answers = tool.read(ids)
    return {id_: _number_or_error(name, id_, answers.get(id_)) for id_ in ids}


def _number_or_error(name: str, id_: str, answer: object) -> ToolNumber | SourceError:
    if isinstance(answer, SourceError):
        return answer
    if isinstance(answer, ToolNumber) and (answer.value is None or _is_number(answer.value)):
        return answer
    return NotUnderstoodError(
        f"store {name}: no number came for {id_}; tell whoever brings its kind"
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


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
