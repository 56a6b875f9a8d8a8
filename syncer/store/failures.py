"""The seam where the databases' exceptions become ours, each with what to do."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connectors.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DISK_FULL = "the disk is full: make room and run again; nothing is half-written"
_READ_ONLY = "it can't be written with this account: give it the right to write there"
_BUSY = "another program keeps it locked: close it, or run again later"
_GONE = "the server went away: see that it runs and can be reached, and run again"
_RIGHTS = "this account may not do that there: give it the rights on the database and its schema"
_CHANGED = "its tables aren't as okr-sync left them: put back what was changed, or a copy of it"

# SQLite tells in English, and always the same (sqlite3ErrStr in its main.c).
_SQLITE = (
    ("file is not a database", "it isn't a database: name another file in OKR_SYNC_STORE"),
    ("malformed", "its file is damaged: put a copy back, or move it away and start anew"),
    ("disk is full", _DISK_FULL),
    ("readonly database", _READ_ONLY),
    ("unable to open", "it can't be opened: see that its folder is there and may be read"),
    ("is locked", _BUSY),
    ("disk i/o error", "reading or writing its disk failed: see that the disk is well"),
    ("no such table", _CHANGED),
    ("no such column", _CHANGED),
)

# https://www.postgresql.org/docs/current/errcodes-appendix.html, the longest match wins.
_POSTGRESQL = {
    "28": "the server refused the sign-in: check the user and the password in OKR_SYNC_STORE",
    "3D000": "the server has no such database: make it, or name another in OKR_SYNC_STORE",
    "3F000": "there is no such schema: make it, or name another in OKR_SYNC_STORE",
    "25006": "the server takes no writing now (a standby?): name the primary in OKR_SYNC_STORE",
    "42501": _RIGHTS,
    "42P01": _CHANGED,
    "42703": _CHANGED,
    "53100": _DISK_FULL,
    "53300": "the server has no connection free: let it take more, or run again later",
    "55P03": _BUSY,
    "40": _BUSY,
    "57014": "the server broke off a question that took too long: raise its statement_timeout",
    "57": _GONE,
    "08": _GONE,
}

# libpq refuses before there is a code; it tells these apart in English alone.
_LIBPQ = (
    ("password authentication failed", _POSTGRESQL["28"]),
    ("no password supplied", _POSTGRESQL["28"]),
    ("no pg_hba.conf entry", _POSTGRESQL["28"]),
    ("does not exist", _POSTGRESQL["3D000"]),
    ("too many clients", _POSTGRESQL["53300"]),
    ("could not translate host name", "no host has that name: check it in OKR_SYNC_STORE"),
)
_UNREACHED = "the server can't be reached: see that it runs, and that its address is right"


@contextmanager
def translated(store: str, *, connecting: bool = False) -> Iterator[None]:
    """Raise every fault of the database inside as a `StoreError` that names the store.

    `store` is its name for people, without a password. Nothing of the
    statement, its values or the account goes into the message.
    """
    try:
        yield
    except SQLAlchemyError as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        raise _told(store, origin, lost=lost or connecting) from error
    except OverflowError as error:
        raise StoreError(f"{store}: a number is too large for the store ({error})") from error
    except OSError as error:
        raise StoreError(f"{store}: {_of_system(error)}") from error


def _told(store: str, error: BaseException | None, *, lost: bool) -> StoreError:
    return StoreError(f"{store}: {_advice(error, lost=lost)}")


def _advice(error: BaseException | None, *, lost: bool) -> str:
    if type(error).__module__.startswith("sqlite3"):
        return _by_words(error, _SQLITE) or f"the database said no ({error})"
    code = getattr(error, "sqlstate", None)
    if code:
        found = _by_code(code)
        return found or f"the server said no, with code {code}: see the server's log"
    if lost:
        return _by_words(error, _LIBPQ) or _UNREACHED
    if type(error).__module__.startswith("psycopg"):
        return _by_words(error, _LIBPQ) or _GONE
    return f"the database's driver failed ({type(error).__name__})"


def _by_words(error: BaseException | None, known: tuple[tuple[str, str], ...]) -> str | None:
    said = str(error).lower()
    return next((advice for words, advice in known if words in said), None)


def _by_code(code: str) -> str | None:
    return next((_POSTGRESQL[code[:n]] for n in (5, 2) if code[:n] in _POSTGRESQL), None)


def _of_system(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _DISK_FULL
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _READ_ONLY
    return f"the system said no: {error.strerror or type(error).__name__}"
