"""What one place or calendar brings about is its own problem: why it failed, in safe words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.errors import LockedError, OkrSyncError, SourceError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = (StoreError, LockedError)
"""What ends the run, wherever it happens."""

_NO_BUNDLE = "CA certificate bundle"


@contextmanager
def boundary(name: str) -> Iterator[None]:
    """Turn whatever goes wrong within into a `SourceError` of this name, but what ends the run."""
    try:
        yield
    except (*OURS, SourceError):
        raise
    except Exception as error:
        raise SourceError(reason(error, name)) from error


def reason(error: Exception, name: str) -> str:
    """Say why it failed; a foreign error's own words may hold an address or a secret."""
    if isinstance(error, OkrSyncError):
        return str(error)
    # requests raises this bare before it sends anything (its adapters.py, cert_verify).
    if isinstance(error, OSError) and _NO_BUNDLE in str(error):
        return (
            f"{name}: the file of certificates that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or "
            "SSL_CERT_FILE names isn't there; mend the setting or take it out"
        )
    if isinstance(error, UnicodeError):
        return f"{name}: a letter where the service takes none, such as one beyond ASCII"
    return f"{name}: it failed in a way that we don't know ({type(error).__name__})"
