"""What secrets look like: they are found by their shape, and no message repeats one."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error

_SHAPES = re.compile(
    r"""
      AT[A-Z]TT3x[\w=-]{8,}                              # an Atlassian API token, glued or not
    | ATTA[0-9A-Za-z]{32,}                               # a Trello token
    | (?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])        # a Trello token as it was until 2022
    | eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?             # an OAuth access token
    | (?<=://)[^\s/?\#@]*:[^\s/?\#@]*(?=@)               # a user and password in a URL
    | (?i:(?<=[?&])(?:api_?)?(?:key|token|secret|password|sig)=[^\s&]+)
    | (?<=hooks\.slack\.com/)[\w/-]{8,}                # a Slack webhook
    | (?i:\bBearer\s+(?=\S*[0-9])[\w.~+/=-]{16,})
    """,
    re.VERBOSE,
)
_BASIC = re.compile(r"\bBasic\s+([A-Za-z0-9+/]{8,}={0,2})", re.IGNORECASE)


def hide(text: str) -> str:
    """Replace everything in the text that has the shape of a secret."""
    return _BASIC.sub(_without_credentials, _SHAPES.sub("***", text))


def holds_secret(text: str) -> bool:
    """Tell whether something in the text has the shape of a secret."""
    return hide(text) != text


def _without_credentials(found: re.Match[str]) -> str:
    """Hide what decodes to user:password; "Basic training" is none."""
    try:
        decoded = b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except Base64Error:
        return found[0]
    return "***" if b":" in decoded else found[0]
