"""Lists that come page by page, and when they are believed; pure.

An answer that contradicts itself is none. One that is only odd may be true: it is
believed when it comes twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.boards.jira.cards import number
from connectors.errors import NotUnderstoodError, RejectedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.boards.jira.cards import Json

SUMMED_UP = 400
"""The status of a question that Jira refuses; what it only half answers is as good as that."""


def issues_of(page: Any, source: str) -> list[Json]:
    """Give the issues of a search's page, each with its id.

    Raises `RejectedError` where Jira says that it has cut the result: the question
    is at fault, and another try brings no more.
    """
    issues = list_of(page, "issues", source)
    for name in ("warnings", "warningMessages"):
        if page.get(name):
            raise RejectedError(
                f"{source}: Jira answers the search only in part (it warns of a limit or of a "
                "value that it doesn't know); make the query narrower",
                status=SUMMED_UP,
            )
    return [_with_id(issue, source) for issue in issues]


def next_token(page: Json, received: int, source: str) -> str | None:
    """Give the token that leads to the next page, None on the last.

    The last page has no token, and says so by `isLast`. Real ones have been seen to
    say both or neither (https://github.com/simstudioai/sim/issues/4410).
    """
    token, last = page.get("nextPageToken"), _flag(page, "isLast", source)
    if not (token is None or (isinstance(token, str) and token)):
        raise NotUnderstoodError(f"{source}: a search's page with a token that is none")
    if last is not None and last is not (token is None):
        raise NotUnderstoodError(f"{source}: a search's page that both is and isn't the last")
    if token is None and page.get("total", received) != received:
        raise NotUnderstoodError(f"{source}: a search's total isn't what came ({received} issues)")
    return token


def is_even(sizes: Sequence[int], different: int) -> bool:
    """Say whether pages of these sizes, with so many different issues, are nothing odd.

    All but the last are full, and the last, if there are several, isn't empty:
    the page before it said that there is more.
    """
    *full, last = sizes
    even = all(size == full[0] for size in full) and (not full or 0 < last <= full[0])
    return even and sum(sizes) == different


def list_of(page: Any, name: str, source: str) -> list[Any]:
    """Give a page's part that must be a list."""
    if not isinstance(page, dict) or not isinstance(page.get(name), list):
        raise NotUnderstoodError(f"{source}: an answer without {name}")
    values: list[Any] = page[name]
    return values


def count_of(page: Json, name: str, source: str) -> int:
    """Give a page's part that must be a number of things."""
    value = page.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NotUnderstoodError(f"{source}: an answer that doesn't tell its {name}")
    return value


def is_last(page: Json, received: int, source: str) -> bool:
    """Say whether a page of a list by offset is the last, after so many values in all.

    Where neither `isLast` nor `total` is told, an empty page is the last.
    """
    values, last = list_of(page, "values", source), _flag(page, "isLast", source)
    if "total" in page:
        ended = received >= count_of(page, "total", source)
        if received > page["total"] or last is (not ended):
            raise NotUnderstoodError(f"{source}: a list's total isn't what came ({received})")
        last = ended
    if last is False and not values:
        raise NotUnderstoodError(f"{source}: an empty page that isn't the last")
    return not values if last is None else last


def _flag(page: Json, name: str, source: str) -> bool | None:
    value = page.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise NotUnderstoodError(f"{source}: a page that doesn't say whether it is the last")


def _with_id(issue: Any, source: str) -> Json:
    try:
        number(issue["id"], "id")
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstoodError(f"{source}: a search's issue without an id") from error
    named: Json = issue
    return named
