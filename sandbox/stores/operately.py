"""An Operately: goals with targets; a check-in mails everybody unless it is told not to.

After https://github.com/operately/operately at 8a0d2d1: app/lib/operately_web/api/goals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import PERSON, ToolApp, ToolRefusalError, is_number, json_body

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

STATUSES = ("on_track", "caution", "off_track")


@dataclass
class Target:
    """A target of a goal; `activities` are all values ever set, also the same again."""

    id: str
    name: str
    value: float = 0.0
    activities: list[float] = field(default_factory=list)

    def set(self, value: float) -> None:
        """Set the value, and log it."""
        self.value = value
        self.activities.append(value)


@dataclass
class Goal:
    """A goal, with its check-ins, oldest first."""

    id: str
    name: str
    targets: list[Target]
    check_ins: list[dict[str, Any]] = field(default_factory=list)


class Operately(ToolApp):
    """The external API of goals; `mails` counts the check-ins that everybody was told of."""

    prefix = "/api/external/v1"
    routes = {  # noqa: RUF012 - a ClassVar in the base
        "GET /goals/list": "listing",
        "POST /goals/update_target_value": "set_value",
        "POST /goals/create_check_in": "check_in",
    }

    def __init__(self, token: str, **more: Any) -> None:
        super().__init__(**more)
        self.token = token
        self.goals: dict[str, Goal] = {}
        self.mails = 0

    def sign_in(self, request: Request) -> None:
        """Know the token."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise ToolRefusalError(401, {"error": "Unauthorized"})

    def listing(self, request: Request) -> tuple[int, Any]:
        """List the goals, with the last check-in and its author where asked."""
        last = request.args.get("include_last_check_in") == "true"
        return 200, {"goals": [self._row(goal, last=last) for goal in self.goals.values()]}

    def set_value(self, request: Request) -> tuple[int, Any]:
        """Set a target's value; an activity each time."""
        body = self._body(request)
        target = self._target(self._goal(body), body.get("target_id"))
        if not is_number(body.get("value")):
            raise _bad("value must be a number")
        target.set(body["value"])
        return 200, {"success": True}

    def check_in(self, request: Request) -> tuple[int, Any]:
        """Add a check-in; a draft moves no target."""
        body = self._body(request)
        goal = self._goal(body)
        if body.get("status") not in STATUSES or body.get("content", {}).get("type") != "doc":
            raise _bad("status or content isn't valid")
        try:  # Jason.decode! raises, and that is a 500
            values = json.loads(body.get("new_target_values", "[]"))
        except (TypeError, ValueError):
            raise ToolRefusalError(500, {"error": "Internal server error"}) from None
        if {value["id"] for value in values} != {target.id for target in goal.targets}:
            raise _bad("new_target_values must name every target")
        if body.get("send_notifications_to_everyone", True):
            self.mails += 1
        draft = bool(body.get("post_as_draft"))
        check_in = {"status": body["status"], "content": body["content"], "draft": draft}
        goal.check_ins.append(check_in)
        for value in () if draft else values:
            target = self._target(goal, value["id"])
            if target.value != value["value"]:
                target.set(value["value"])
        return 200, {"update": {"id": str(len(goal.check_ins)), "author": {"full_name": PERSON}}}

    def _row(self, goal: Goal, *, last: bool) -> dict[str, Any]:
        targets = [
            {"id": t.id, "name": t.name, "from": 0, "to": 100, "unit": "%", "value": t.value}
            for t in goal.targets
        ]
        row: dict[str, Any] = {"id": goal.id, "name": goal.name, "targets": targets}
        if last and goal.check_ins:
            check_in = goal.check_ins[-1]
            content = json.dumps(check_in["content"])
            author = {"full_name": PERSON, "email": "persephone@acme.example"}
            row["last_check_in"] = {
                "status": check_in["status"],
                "content": content,
                "author": author,
            }
        return row

    def _body(self, request: Request) -> dict[str, Any]:
        return json_body(request, _bad)

    def _goal(self, body: dict[str, Any]) -> Goal:
        goal = self.goals.get(str(body.get("goal_id")))
        if goal is None:
            raise ToolRefusalError(404, {"error": "Not found"})
        return goal

    def _target(self, goal: Goal, id_: Any) -> Target:
        for target in goal.targets:
            if target.id == id_:
                return target
        raise ToolRefusalError(404, {"error": "Not found"})


def _bad(message: str) -> ToolRefusalError:
    return ToolRefusalError(400, {"error": "Bad request", "message": message})
