"""Asana's goals: metrics, status updates and comments; some goals count themselves.

After https://github.com/Asana/openapi defs/asana_oas.yaml at fc9f8dc. A percentage's 0.25 is
25 %, and its precision is of the percent shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import PERSON, ToolApp, ToolRefusalError, is_number, json_body

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Request

STATUSES = ("on_track", "at_risk", "off_track", "achieved", "partial", "missed", "dropped")
HELP = "For more information on API status codes and how to handle them, read the docs."
USER = {"gid": "99", "resource_type": "user", "name": PERSON}
METRIC = (
    *("current_number_value", "initial_number_value", "target_number_value"),
    *("precision", "progress_source", "unit"),
)


@dataclass
class Goal:
    """A goal; without a metric, where `unit` is empty."""

    gid: str
    name: str
    parent: str = ""
    unit: str = "percentage"
    precision: int = 2
    initial: float = 0.0
    target: float = 1.0
    values: list[float] = field(default_factory=list)
    progress_source: str = "manual"
    comments: list[str] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Give its metric's parts."""
        current = self.values[-1] if self.values else self.initial
        return {
            "current_number_value": current,
            "initial_number_value": self.initial,
            "target_number_value": self.target,
            "precision": self.precision,
            "progress_source": self.progress_source,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class StatusUpdate:
    """A post about a goal."""

    gid: str
    parent: str
    status_type: str
    text: str
    at: datetime


class AsanaGoals(ToolApp):
    """A workspace's goals under /api/1.0."""

    prefix = "/api/1.0"
    routes = {  # noqa: RUF012 - a ClassVar in the base
        "GET /goals": "listing",
        "GET /goals/<gid>": "get",
        "GET /goals/<gid>/parentGoals": "parents",
        "POST /goals/<gid>/setMetricCurrentValue": "set_value",
        "GET /goals/<gid>/stories": "stories",
        "POST /goals/<gid>/stories": "comment",
        "GET /status_updates": "updates",
        "POST /status_updates": "post",
        "DELETE /status_updates/<gid>": "delete",
    }
    page = 2

    def __init__(self, workspace: str, token: str, **more: Any) -> None:
        super().__init__(**more)
        self.workspace = workspace
        self.token = token
        self.goals: dict[str, Goal] = {}
        self.posts: list[StatusUpdate] = []

    def sign_in(self, request: Request) -> None:
        """Know the personal access token."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise _refusal(401, "Not Authorized")

    def listing(self, request: Request) -> tuple[int, Any]:
        """List the workspace's goals."""
        if request.args.get("workspace") != self.workspace:
            raise _refusal(404, "workspace: Unknown object")
        return self._paged(request, [self._goal(goal, request) for goal in self.goals.values()])

    def get(self, request: Request, gid: str) -> tuple[int, Any]:
        """Tell one goal."""
        return 200, {"data": self._goal(self._known(gid), request)}

    def parents(self, request: Request, gid: str) -> tuple[int, Any]:
        """Tell the goals that one supports."""
        del request
        parent = self.goals.get(self._known(gid).parent)
        return 200, {"data": [{"gid": parent.gid, "name": parent.name}] if parent else []}

    def set_value(self, request: Request, gid: str) -> tuple[int, Any]:
        """Set a metric's value; the same again is the same."""
        goal, data = self._known(gid), self._data(request)
        value = data.get("current_number_value")
        if not goal.unit:
            raise _refusal(400, "Goal must have a metric")
        if goal.progress_source not in {"manual", "external"}:
            raise _refusal(400, "Cannot set the value of an automatic metric")
        if not is_number(value):
            raise _refusal(400, "current_number_value: Not a number")
        places = goal.precision + (2 if goal.unit == "percentage" else 0)
        goal.values.append(round(float(value or 0), places))
        return 200, {"data": self._goal(goal, request, everything=True)}

    def stories(self, request: Request, gid: str) -> tuple[int, Any]:
        """List the comments, oldest first."""
        comments = self._known(gid).comments
        every = [{"gid": str(n), "text": text} for n, text in enumerate(comments)]
        return self._paged(request, every)

    def comment(self, request: Request, gid: str) -> tuple[int, Any]:
        """Add a comment, each time."""
        text = self._data(request).get("text")
        if not isinstance(text, str):
            raise _refusal(400, "text: Missing input")
        self._known(gid).comments.append(text)
        return 201, {"data": {"gid": "1", "text": text, "created_by": USER}}

    def updates(self, request: Request) -> tuple[int, Any]:
        """List a goal's posts since a moment."""
        since = request.args.get("created_since", "")
        posts = [
            {"gid": post.gid, "text": post.text, "status_type": post.status_type}
            for post in self.posts
            if post.parent == request.args.get("parent")
            and post.at.strftime("%Y-%m-%dT%H:%M:%SZ") >= since
        ]
        return self._paged(request, posts)

    def post(self, request: Request) -> tuple[int, Any]:
        """Add a post, each time."""
        data = self._data(request)
        if data.get("status_type") not in STATUSES or not isinstance(data.get("text"), str):
            raise _refusal(400, "status_type: not one of the allowed values")
        parent = self._known(str(data.get("parent")))
        post = StatusUpdate(
            str(7000 + len(self.posts)), parent.gid, data["status_type"], data["text"], self.now()
        )
        self.posts.append(post)
        return 201, {
            "data": {
                "gid": post.gid,
                "text": post.text,
                "author": USER,
                "status_type": post.status_type,
            }
        }

    def delete(self, request: Request, gid: str) -> tuple[int, Any]:
        """Delete a post."""
        del request
        self.posts = [post for post in self.posts if post.gid != gid]
        return 200, {"data": {}}

    def _goal(self, goal: Goal, request: Request, *, everything: bool = False) -> dict[str, Any]:
        """Give the fields that were asked for, and no others."""
        fields = request.args.get("opt_fields", "").split(",")
        out: dict[str, Any] = {"gid": goal.gid, "resource_type": "goal"}
        if "name" in fields or everything:
            out["name"] = goal.name
        if any(name.startswith("time_period") for name in fields):
            period = {"display_name": "Q4 FY26", "start_on": "2026-10-01", "end_on": "2026-12-31"}
            out["time_period"] = {"gid": "5", **period}
        named = {name for name in METRIC if f"metric.{name}" in fields or everything}
        if named:
            shown = {name: value for name, value in goal.shown().items() if name in named}
            out["metric"] = {"gid": f"m{goal.gid}", **shown} if goal.unit else None
        if everything:
            out["owner"] = USER
        return out

    def _paged(self, request: Request, every: list[Any]) -> tuple[int, Any]:
        first = int(request.args.get("offset", 0))
        most = min(int(request.args.get("limit", 20)), self.page)
        more = first + most < len(every)
        offset = str(first + most)
        following = {"offset": offset, "path": "/", "uri": "https://app.asana.com/"}
        page = {"next_page": following} if more else {"next_page": None}
        return 200, {"data": every[first : first + most], **page}

    def _data(self, request: Request) -> dict[str, Any]:
        data = json_body(request, lambda text: _refusal(400, text)).get("data")
        if not isinstance(data, dict):
            raise _refusal(400, "data: Missing input")
        return data

    def _known(self, gid: str) -> Goal:
        if gid not in self.goals:
            raise _refusal(404, f"goal: Unknown object: {gid}")
        return self.goals[gid]


def _refusal(status: int, message: str) -> ToolRefusalError:
    return ToolRefusalError(status, {"errors": [{"message": message, "help": HELP}]})
