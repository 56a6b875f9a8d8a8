"""Everything that can go wrong, sorted by what the run does next.

OkrSyncError
|-- ConfigurationError   stop, exit 2; nothing touched
|-- StoreError           stop, exit 3; nothing half-written
|-- LockedError          stop, exit 4; another run is at work
`-- SourceError          skip this source or link, go on, exit 1
    |-- NotAuthorisedError   the credentials; a person must act
    |-- NotFoundError        a board, epic, list or sprint that isn't there
    |-- RejectedError        the service understood the question and said no
    |-- TransientError       retried first; the next run may find it well
    |   |-- LimitedError     a rate limit; carries the time it is free again
    |   `-- UnsureError      sent, and nobody knows whether it was heard
    `-- NotUnderstoodError   an answer that makes no sense; never guessed at

A message says what happened, where, and what to do. It never holds a secret,
a request's query, an answer's whole body, or a person's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class OkrSyncError(Exception):
    """Something the operator should read; `str()` of it is the message."""

    exit_code = 1


class ConfigurationError(OkrSyncError):
    """The file, the environment or the command line is wrong."""

    exit_code = 2


class StoreError(OkrSyncError):
    """The OKR store can't be opened, read or written."""

    exit_code = 3


class LockedError(OkrSyncError):
    """Another run holds the lock."""

    exit_code = 4


class SourceError(OkrSyncError):
    """A tracker didn't give a whole, trustworthy answer.

    `status` is the HTTP status where there was one; `code` the service's own
    word for the error (Trello's `API_TOO_MANY_CARDS_REQUESTED`), if it has one.
    """

    def __init__(self, message: str, *, status: int | None = None, code: str = "") -> None:
        """Keep the message for people and the status for the plan."""
        super().__init__(message)
        self.status = status
        self.code = code


class NotAuthorisedError(SourceError):
    """The service doesn't know us, or doesn't let us in."""


class NotFoundError(SourceError):
    """What a link names isn't there, or can't be seen with these credentials."""


class RejectedError(SourceError):
    """The service refused the question itself; asking again won't help."""


class TransientError(SourceError):
    """The service failed, and went on failing while we retried."""


class LimitedError(TransientError):
    """The service limits us for longer than the run may wait."""

    def __init__(self, message: str, *, free_at: datetime, status: int | None = 429) -> None:
        """Carry `free_at`, the moment (with its zone) when asking makes sense again."""
        super().__init__(message, status=status)
        self.free_at = free_at


class UnsureError(TransientError):
    """What must not be said twice was sent, and no clear answer came back."""


class NotUnderstoodError(SourceError):
    """The answer isn't what the service documents: a login page, cut JSON, a missing part."""
