"""When a request is sent again, and when it has been sent often enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from connectors import responses
from connectors.errors import SourceError, TransientError

if TYPE_CHECKING:
    from tenacity import RetryCallState

ATTEMPTS = 5
"""How often a failing (not a limiting) service is asked the same thing."""


class AgainError(Exception):
    """This request may be sent again; `after` seconds, if the service said how many."""

    def __init__(self, error: SourceError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


def is_unclear(wrong: SourceError) -> bool:
    """Tell whether a service may have done what was asked although it didn't say so.

    One that limits us (429) hasn't; one that broke inside, or behind its gateway, may have.
    """
    status = wrong.status or 0
    failed = isinstance(wrong, TransientError) and status != responses.TOO_MANY
    return failed or status < responses.REDIRECT


def again_error(state: RetryCallState) -> AgainError:
    """Give the error that a try ended with."""
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, AgainError):  # pragma: no cover - tenacity retries nothing else
        raise TypeError(type(error))
    return error


def tried_enough(state: RetryCallState) -> bool:
    """Tell whether asking again makes no sense; what may be cut is asked for once more."""
    error = again_error(state).error
    if not isinstance(error, TransientError):
        return state.attempt_number > 1
    return error.status != responses.TOO_MANY and state.attempt_number >= ATTEMPTS


def give_up(state: RetryCallState) -> NoReturn:
    """Raise the last try's error."""
    raise again_error(state).error
