"""An okr-tracker: one value a day, and a `lastUpdated` that doesn't show what PUT wrote.

After https://github.com/oslokommune/okr-tracker at 66d697a: public/openapi.yaml,
functions/api/routes/keyres.js, helpers.js, validators.js and
functions/progress/handleKeyResultProgress.js.
"""

from __future__ import annotations

import hashlib
import html
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import PERSON, ToolApp, ToolRefusalError, is_number, json_body

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

MOST, WINDOW = 1000, 300
"""Requests in so many seconds."""


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>okr-tracker, stand-in</title>
<style>body {{ font: 16px/1.5 sans-serif; margin: 2rem; max-width: 60rem }}
table {{ border-collapse: collapse }} th, td {{ text-align: left; padding: .4rem .8rem;
border-bottom: 1px solid #bbb; vertical-align: top }} .n {{ text-align: right }}</style>
<h1>Key results</h1><p>The stand-in for an okr-tracker, as the demo left it.</p>
<table><tr><th>Key result<th class="n">Now<th class="n">Target<th>Last value<th>Comment</tr>
{rows}</table></html>"""


@dataclass
class Point:
    """A value of one day; `archived` is missing in what PUT writes."""

    value: float
    at: datetime
    comment: str = ""
    author: str | None = None
    archived: bool | None = None


@dataclass
class KeyRes:
    """A key result; what it shows as current follows its points by a trigger, so it lags."""

    start: float
    target: float
    current: float
    points: list[Point] = field(default_factory=list)

    def settle(self) -> None:
        """Let the trigger run."""
        newest = max(self.points, key=lambda point: point.at, default=None)
        self.current = newest.value if newest else self.start


class OkrTracker(ToolApp):
    """The API of a team's key results; with `lagging` the trigger waits for `catch_up`."""

    routes = {  # noqa: RUF012 - a ClassVar in the base
        "GET /": "page",
        "GET /keyres/<id_>": "get",
        "PUT /keyres/<id_>/values/<day>": "put",
        "POST /keyres/<id_>": "post",
    }

    def __init__(self, client: str, secret: str, **more: Any) -> None:
        super().__init__(**more)
        self.client = client
        self.digest = hashlib.sha256(secret.encode()).hexdigest()
        self.lagging = False
        self.key_results: dict[str, KeyRes] = {}
        self._asked: deque[datetime] = deque()

    def add(self, id_: str, start: float = 0, target: float = 100) -> None:
        """Put a key result there."""
        self.key_results[id_] = KeyRes(start, target, start)

    def person_sets(self, id_: str, value: float) -> None:
        """Let a person register a value in the app, for now or, where there are later ones, then.

        PUT stamps noon: before that, in the app, one picks a later moment to be seen.
        """
        points = self.key_results[id_].points
        at = max([self.now(), *(point.at + timedelta(minutes=1) for point in points)])
        points.append(Point(value, at, "", PERSON, archived=False))
        self.catch_up()

    def catch_up(self) -> None:
        """Let all triggers run."""
        for key_result in self.key_results.values():
            key_result.settle()

    def sign_in(self, request: Request) -> None:
        """Count the request, and know the client of one that writes."""
        now = self.now()
        while self._asked and (now - self._asked[0]).total_seconds() >= WINDOW:
            self._asked.popleft()
        self._asked.append(now)
        if len(self._asked) > MOST:
            raise ToolRefusalError(429, "Too many requests, please try again later.")
        if request.method == "GET":  # its code asks for no credentials to read
            return
        secret = request.headers.get("okr-client-secret", "")
        known = request.headers.get("okr-client-id") == self.client
        if not known or hashlib.sha256(secret.encode()).hexdigest() != self.digest:
            raise ToolRefusalError(401, {"message": "Invalid client credentials"})

    def page(self, request: Request) -> tuple[int, str]:
        """Show people the key results in a table of this stand-in's own, no copy of the tool's."""
        del request
        rows = "".join(_row(id_, key_result) for id_, key_result in self.key_results.items())
        return 200, PAGE.format(rows=rows)

    def get(self, request: Request, id_: str) -> tuple[int, Any]:
        """Tell where a key result stands."""
        del request
        key_result = self._known(id_, f"Could not find Key Result with ID: {id_}")
        seen = [point for point in key_result.points if point.archived is False]
        newest = max(seen, key=lambda point: point.at, default=None)
        way = (key_result.current - key_result.start) / (key_result.target - key_result.start)
        return 200, {
            "currentValue": key_result.current,
            "progression": min(1.0, max(0.0, way)),
            "description": "",
            "objective": "An objective",
            "createdBy": PERSON,
            "editedBy": PERSON,
            "lastUpdated": newest
            and {
                "value": newest.value,
                "timestamp": newest.at.isoformat(),
                "comment": newest.comment,
                "createdBy": newest.author,
            },
        }

    def put(self, request: Request, id_: str, day: str) -> tuple[int, Any]:
        """Put a day's value in the place of all that the day has."""
        body = json_body(request, lambda text: _invalid("body", text))
        value: Any = body.get("value")
        comment = body.get("comment", "")
        when = self._day(day)
        if not is_number(value) or value < 0:
            raise _invalid("value", "Invalid value")
        key_result = self._known(id_, {"message": f"Could not find key result with ID: {id_}"})
        key_result.points = [point for point in key_result.points if point.at.date() != when]
        # express-validator's escape() takes slashes too.
        escaped = html.escape(str(comment).strip()).replace("/", "&#x2F;")
        key_result.points.append(Point(value, datetime.combine(when, time(12), UTC), escaped))
        if not self.lagging:
            key_result.settle()
        return 200, {"message": f"Updated key result ({id_}) with value: {value}"}

    def post(self, request: Request, id_: str) -> tuple[int, Any]:
        """Append a value, each time."""
        body = json_body(request, lambda text: _invalid("body", text))
        key_result = self._known(id_, f"Could not find Key Result with ID: {id_}")
        key_result.points.append(
            Point(body["progress"], self.now(), "", "API", archived=False),
        )
        key_result.settle()
        return 200, f"Updated Key result ({id_}) with progress: {body['progress']}"

    def _known(self, id_: str, missing: Any) -> KeyRes:
        if id_ not in self.key_results:
            raise ToolRefusalError(404, missing)
        return self.key_results[id_]

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise _invalid("date", "Invalid value") from None
        if day > self.now().date():
            raise _invalid("date", "Future dates not allowed")
        return day


def _row(id_: str, key_result: KeyRes) -> str:
    newest = max(key_result.points, key=lambda point: point.at, default=None)
    by = "a person" if newest and newest.author else "the API"
    last = f"{newest.at:%-d %b} by {by}" if newest else "none yet"
    # What PUT keeps of a comment is escaped already.
    return (
        f"<tr><td>{html.escape(id_)}<td class=n>{key_result.current:.10g}"
        f"<td class=n>{key_result.target:.10g}<td>{last}<td>{newest.comment if newest else ''}</tr>"
    )


def _invalid(field_: str, text: str) -> ToolRefusalError:
    return ToolRefusalError(400, {"message": "Invalid data", "errors": {field_: text}})
