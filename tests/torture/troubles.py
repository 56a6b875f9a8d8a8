"""Everything that has gone wrong with answers somewhere, by name: for scripts, and by seed.

A trouble makes a `Fault` with a dice; the same dice makes the same fault.
`play` lets a script of them befall requests.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.faults import Answer, Fault
from sandbox.jira.answers import BAD_GATEWAY, LOGIN_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from sandbox.faults import Faults

    Change = Callable[[Any], Any]

PERSON, SECRET = "Quentin Overheard", "hunter2-overheard"
"""They stand in what failing services say, and may be repeated nowhere."""

BOMB = 300_000_000
NESTED = 3000
LISTS = ("issues", "cards", "values", "lists")
ODD_STATUSES = (201, 204, 206, 300, 304, 400, 401, 403, 404, 405, 409, 410, 413, 418, 423, 429)
FAILING = (500, 501, 502, 503, 504, 508, 520, 525, 599)
WAITS = ("1e300", "-5", "soon", "0", "2", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT", "")
DATE = re.compile(r"\d{4}-\d\d-\d\dT")
ODDITIES: tuple[Any, ...] = ([], {}, 7, -1, "", "not-a-date", [[None]], 10**30, float("nan"))


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a script: which trouble, where, and which of the requests there."""

    trouble: str
    path: str = ""
    nth: int = 1
    times: int | None = 1


def play(faults: Faults, script: Iterable[Step], dice: Random) -> None:
    """Let the script's troubles befall the requests that match."""
    for step in script:
        fault = TROUBLES[step.trouble](dice)
        faults.add(step.path, fault, nth=step.nth, times=step.times)


def _answer(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Fault:
    body = f"<html><body>{PERSON} may not do that with {SECRET}</body></html>"
    return Fault(answer=Answer(status, body, "text/html", headers))


def _changed(change: Change) -> Fault:
    """Change a body that is JSON, and leave what isn't."""

    def rewritten(body: bytes) -> bytes:
        try:
            whole = json.loads(body)
        except ValueError:
            return body
        return json.dumps(change(whole)).encode()

    return Fault(change=rewritten)


def _listing(whole: Any) -> list[Any] | None:
    """Find the list that an answer is about."""
    if isinstance(whole, list):
        return whole
    names = [name for name in LISTS if isinstance(whole, dict) and name in whole]
    return whole[names[0]] if names and isinstance(whole[names[0]], list) else None


def _omitting(dice: Random) -> Fault:
    """Leave out one to three, wherever they stand."""
    places = [dice.random() for _ in range(dice.randint(1, 3))]

    def change(whole: Any) -> Any:
        listing = _listing(whole)
        for at in places if listing is not None else ():
            if listing:
                del listing[int(at * len(listing))]
        return whole

    return _changed(change)


def _emptied(_: Random) -> Fault:
    def change(whole: Any) -> Any:
        listing = _listing(whole)
        if listing is not None:
            listing.clear()
        return whole

    return _changed(change)


def _repeating(_: Random) -> Fault:
    """Give every page the token of the first."""

    def change(whole: Any) -> Any:
        if isinstance(whole, dict) and "isLast" in whole:
            whole |= {"nextPageToken": "again", "isLast": False}
        return whole

    return _changed(change)


def _contradicting(dice: Random) -> Fault:
    """Claim more than there is, or an end that is none."""
    surplus = dice.randint(1, 500)

    def change(whole: Any) -> Any:
        if isinstance(whole, dict) and _listing(whole) is not None:
            whole["total"] = len(_listing(whole) or ()) + surplus
        return whole

    return _changed(change)


def _mistyped(dice: Random) -> Fault:
    """Put something of the wrong type into one field of what is listed.

    Another text than a name or a category has nobody could tell from a new one.
    """
    at, odd = dice.random(), dice.choice(ODDITIES)

    def change(whole: Any) -> Any:
        fields = list(_fields(whole))
        if fields:
            holder, name = fields[int(at * len(fields))]
            is_unlike = not (odd and isinstance(odd, str)) or DATE.match(holder[name])
            holder[name] = odd if is_unlike else None
        return whole

    return _changed(change)


def _fields(value: Any) -> Iterable[tuple[dict[str, Any], str]]:
    """Yield every field that holds a name, a number or an object, with its holder."""
    if isinstance(value, list):
        for each in value:
            yield from _fields(each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and inner:
                yield value, name
            yield from _fields(inner)


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * BOMB, 1)


TROUBLES: dict[str, Callable[[Random], Fault]] = {
    "omitted": _omitting,
    "empty": _emptied,
    "repeated": _repeating,
    "contradicting": _contradicting,
    "mistyped": _mistyped,
    "cut": lambda dice: Fault(cut=dice.randint(0, 400)),
    "dripping": lambda _: Fault(drip=0.01),
    "bomb": lambda _: Fault(answer=Answer(200, _bomb(), headers=(("Content-Encoding", "gzip"),))),
    "refusing": lambda dice: _answer(dice.choice(ODD_STATUSES)),
    "failing": lambda dice: _answer(dice.choice(FAILING)),
    "limiting": lambda dice: _answer(429, (("Retry-After", dice.choice(WAITS)),)),
    "headers": lambda dice: _answer(
        503, (("Retry-After", dice.choice(WAITS)), ("Content-Encoding", "gzip"))
    ),
    "nested": lambda _: Fault(answer=Answer(200, "[" * NESTED + "]" * NESTED)),
    "page": lambda dice: Fault(answer=dice.choice((LOGIN_PAGE, BAD_GATEWAY))),
    "partial": lambda _: Fault(answer=Answer(206, '{"issues": []}')),
    "hang up": lambda _: Fault(close=True),
    "reset": lambda _: Fault(reset=True),
    "elsewhere": lambda _: _answer(302, (("Location", "http://127.0.0.1:9/away"),)),
    "nothing": lambda _: Fault(answer=Answer(200, "")),
    "null": lambda _: Fault(answer=Answer(200, "null")),
    "latin": lambda _: Fault(answer=Answer(200, b'{"issues": ["\xe9"]}')),
}
