"""What values of okrs.yaml are made of, and what its texts and names look like."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from config.wording import quoted

_ISSUE_KEY = re.compile(r"[^\W\d]\w*-[0-9]+")


class Frozen(BaseModel):
    """A value of the file: unknown keys are errors, nothing changes after loading.

    A known key with nothing behind it counts as not written. A field's
    `examples` are what a message suggests to write.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = cls.model_fields
        return {key: value for key, value in data.items() if value is not None or key not in known}


def _one_line(text: str) -> str:
    """Fold a text of several lines into one, as YAML does with plain ones."""
    return " ".join(text.split())


def _identity(text: str) -> str:
    if not text.isprintable():
        message = "holds a line break or an unprintable character; write it in one line"
        raise ValueError(message)
    return text


def listed_texts(value: Any) -> Any:
    """Take one text for a list of one."""
    return (value,) if isinstance(value, str) else value


def _issue_key(text: str) -> str:
    if not _ISSUE_KEY.fullmatch(text):
        message = f"is {quoted(text)}, which is no issue's key; write one like PUB-120"
        raise ValueError(message)
    return text


def board_id(text: str) -> str:
    """Tell the short link in a Trello board's URL and the number in a Jira board's.

    Anything that is no URL is returned as it is. Raises ValueError, without
    repeating it, for a URL that names no board.
    """
    if "/" not in text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    view = parse_qs(parts.query).get("rapidView", [""])[0]
    path = parts.path.rstrip("/")
    named = (
        re.search(r"/b/([A-Za-z0-9]+)(?:/|$)", path)
        or re.fullmatch(r"([0-9]+)", view)
        or re.search(r"/boards/([0-9]+)(?:/|$)", path)
        or re.search(r"/([0-9]+)$", path)
    )
    if named is None:
        message = (
            "names no board; write a Trello board's URL or short link, "
            "or the number of a Jira board"
        )
        raise ValueError(message)
    return named[1]


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line = Annotated[Text, AfterValidator(_one_line)]
Identity = Annotated[Text, AfterValidator(_identity)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed_texts)]
IssueKey = Annotated[Text, AfterValidator(_issue_key)]
IssueKeys = Annotated[tuple[IssueKey, ...], BeforeValidator(listed_texts)]
Board = Annotated[Text, AfterValidator(board_id)]
Boards = Annotated[tuple[Board, ...], BeforeValidator(listed_texts)]
Number = Annotated[float, Field(allow_inf_nan=False)]
