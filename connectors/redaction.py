"""What must never be said: secrets and people, taken out of every foreign text; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 200
MARKUP = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")
EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
CREDENTIALS = re.compile(
    r"(?i)\b(token|key|secret|password|authorization|oauth_[a-z_]+)(\s*[=:]\s*)(\"[^\"]*\"|[^\s&,;]+)"
)
TOKENS = re.compile(r"\bAT[AC]TT3[\w=.-]+|\bATTA[0-9a-f]{8,}|\b[0-9a-f]{64}\b")


def quote(text: str, secrets: Iterable[str] = ()) -> str:
    """A foreign text, fit for an error: one line of at most 200 characters, secrets blanked.

    Mail addresses are blanked too, being the one kind of person's name that
    the services put into their error texts.
    """
    line = SPACE.sub(" ", MARKUP.sub(" ", text)).strip()
    for secret in secrets:
        if secret:
            line = line.replace(secret, "***")
    line = EMAIL.sub("***", line)
    line = CREDENTIALS.sub(r"\1\2***", TOKENS.sub("***", line))
    return line if len(line) <= MOST else line[: MOST - 1] + "…"
