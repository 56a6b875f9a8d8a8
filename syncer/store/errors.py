"""The seam where the databases' exceptions become ours, each with what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from connectors.errors import StoreError
from syncer.store.file import DISK_FULL, NOT_WRITABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY = "another program keeps it locked: close that one, or run again later"
_CHANGED = "its tables aren't as okr-sync made them: put a copy of the whole store back"
_GONE = "the server went away: see that it runs and can be reached, and run again"
_SIGN_IN = "the server refused the sign-in: check the user and the password in OKR_SYNC_STORE"
_FULL_SERVER = "the server has no connection free: let it take more, or run again later"
_NO_DATABASE = "the server has no such database: make it, or name another in OKR_SYNC_STORE"
_NOT_REACHED = (
    "the server can't be reached, or refuses us: see that it runs, and check the address, "
    "the user and the password in OKR_SYNC_STORE"
)

NO_DATABASE = "the file isn't a database: name another in OKR_SYNC_STORE"
DAMAGED = (
    "see what okr-sync store check says of it, and put a copy back, or move it away and start "
    "anew with okr-sync sync --new-store"
)

# https://www.sqlite.org/rescode.html
_SQLITE = {
    "SQLITE_NOTADB": NO_DATABASE,
    "SQLITE_CORRUPT": f"the file is damaged: {DAMAGED}",
    "SQLITE_FULL": DISK_FULL,
    "SQLITE_READONLY": NOT_WRITABLE,
    "SQLITE_CANTOPEN": "the file can't be opened: see that its folder is there and may be read",
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_IOERR_SHMSIZE": DISK_FULL,
    "SQLITE_IOERR": "the disk fails: see that it is well and can be reached, and run again",
    "SQLITE_ERROR": _CHANGED,
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html; a code before its class.
_POSTGRESQL = {
    "08": _GONE,
    "28": _SIGN_IN,
    "3D000": _NO_DATABASE,
    "3F000": "there is no such schema: make it, or name another in OKR_SYNC_STORE",
    "25006": "the server takes no writing now: name the primary server in OKR_SYNC_STORE",
    "40": _BUSY,
    "42501": "this account may not do that: give it the rights on the database and its schema",
    "42": _CHANGED,
    "53100": DISK_FULL,
    "53300": _FULL_SERVER,
    "55P03": _BUSY,
    "57014": "the server broke off a question for taking long: raise its statement_timeout",
    "57": _GONE,
}

# What libpq says when there was no connection to have a code (its fe-connect.c).
_LIBPQ = {
    "password authentication failed": _SIGN_IN,
    "no password supplied": _SIGN_IN,
    "no pg_hba.conf entry": _SIGN_IN,
    'role "': _SIGN_IN,
    'database "': _NO_DATABASE,
    "too many clients": _FULL_SERVER,
    "remaining connection slots": _FULL_SERVER,
}


@contextmanager
def translated(store: str, *, connecting: bool = False) -> Iterator[None]:
    """Raise every fault of the database inside as a `StoreError` that names the store.

    `store` is its name for people. Nothing of a statement, of its values or of
    the account goes into the message. A value that is no fault of the
    database's (a moment without a zone) stays the `ValueError` that it is.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{store}: {_advice(error, connecting=connecting)}") from error
    except StatementError as error:
        raise error.orig or error from error
    except SQLAlchemyError as error:
        raise StoreError(f"{store}: the driver failed ({type(error).__name__})") from error


@contextmanager
def understood(store: str) -> Iterator[None]:
    """Raise what can't be made of the rows inside as a `StoreError`: nobody wrote that.

    Of a row, only the kind of fault goes into the message.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise never_written(store, type(error).__name__) from error


def never_written(store: str, fault: str) -> StoreError:
    """Give the error that a store holds something that nobody wrote."""
    return StoreError(f"{store}: it holds what okr-sync never writes ({fault}): {DAMAGED}")


def driver_advice(error: object) -> str:
    """Say what to do about an error of SQLite's driver; "" for one that isn't SQLite's."""
    name = getattr(error, "sqlite_errorname", None)
    if not name:
        return ""
    known = _SQLITE.get(name) or _SQLITE.get("_".join(name.split("_")[:2]))
    return known or f"the database said no ({name})"


def _advice(error: DBAPIError, *, connecting: bool) -> str:
    advice = driver_advice(error.orig)
    if advice:
        return advice
    code = getattr(error.orig, "sqlstate", None)
    if code:
        known = _POSTGRESQL.get(code) or _POSTGRESQL.get(code[:2])
        return known or f"the server said no (code {code}): its log says why"
    message = str(error.orig)
    unknown = _NOT_REACHED if connecting else _GONE
    return next((advice for words, advice in _LIBPQ.items() if words in message), unknown)
