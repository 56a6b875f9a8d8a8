"""Why a request had no answer, in words of our own: the libraries' hold addresses."""

from __future__ import annotations

import requests
from urllib3.exceptions import NewConnectionError

from connectors.line import BETWEEN

BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
"""The line failed, at any point up to the answer's last byte."""

CERTIFICATES = "REQUESTS_CA_BUNDLE names your own"


def failure(error: Exception) -> str:
    """Say why the line failed, in words that hold no URL (requests' own do)."""
    if isinstance(error, requests.exceptions.SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return f"the server's certificate isn't trusted ({CERTIFICATES})"
        return f"no safe connection; is it https that the server speaks? ({CERTIFICATES})"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused or isn't there"
    if isinstance(error, requests.Timeout):
        return f"no answer in {BETWEEN:.0f} s"
    if isinstance(error, requests.ConnectionError):
        return "no connection; is the address right, and the network up?"
    return "the answer broke off"


def oddity(error: Exception) -> str:
    """Say what a library raised that has no words of ours: by its class, never by its text."""
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        # requests raises a bare one where it can't open the authorities' file.
        return f"can't be asked ({type(error).__name__}); {CERTIFICATES}: is it there?"
    return f"can't be asked, or answers what no library reads ({type(error).__name__})"


def is_unsent(error: Exception) -> bool:
    """Tell whether the line failed before anything of the request was on it."""
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    if isinstance(error, requests.exceptions.ProxyError):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
