"""How Jira writes what links name: keys of issues, and labels; in its exports as on its sites."""

from __future__ import annotations

import re

from connectors.redaction import quoted

_ISSUE_KEY = re.compile(r"[^\W\d]\w*-[0-9]+")


def issue_key(text: str) -> str:
    """Keep an issue's key; raises ValueError where it is none."""
    if not _ISSUE_KEY.fullmatch(text):
        message = f"is {quoted(text)}, which is no issue's key; write one like PUB-120"
        raise ValueError(message)
    return text


def label_fault(label: str) -> str | None:
    """Say what is wrong with a label: Jira splits them at spaces, so that none can have one."""
    if re.fullmatch(r"\S+", label):
        return None
    return f"jira labels have no spaces, so {quoted(label)} can't be one"
