"""Atlassian's goals behind the GraphQL gateway; errors come in three places, two with 200.

There is no public schema. After what working clients send and read:
https://github.com/jinkp/atlassian-go-mcp internal/atlassian/goals, and
https://developer.atlassian.com/platform/goals/goals-graphql-api/using-graphql-api.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import ToolApp, ToolRefusalError, is_number, json_body

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

STATUSES = ("pending", "on_track", "at_risk", "off_track", "done", "paused", "cancelled")
VISIBLE = 280
OPT_IN = {"goals_byKey", "goals_createUpdate"}
FIELDS = frozenset(
    """
    query mutation String ID Int input first after sort optIn to Townsquare NAME_ASC true
    hostNames tenantContexts cloudId goalKey containerId goals_byKey id key name status value
    updates edges node creationDate goalId goals_byId metricTargets startValue targetValue
    metric archived latestValue time searchString goals_search pageInfo hasNextPage endCursor
    TownsquareGoalsCreateMetricValueInput goals_createMetricValue success errors message
    metricValue TownsquareGoalsCreateUpdateInput goals_createUpdate update
    """.split()  # noqa: SIM905 - as a list it would fill a page
)


@dataclass
class Goal:
    """A goal with one metric; each value is another, `updates` are (moment, status, text)."""

    key: str
    name: str
    status: str = "pending"
    target: float = 100.0
    metrics: tuple[str, ...] = ("Progress",)
    values: list[tuple[float, str]] = field(default_factory=list)
    updates: list[tuple[str, str, str]] = field(default_factory=list)


class AtlassianGoals(ToolApp):
    """One site's goals."""

    routes = {"POST /gateway/api/graphql": "graphql"}  # noqa: RUF012 - a ClassVar in the base
    page = 2

    def __init__(self, email: str, token: str, **more: Any) -> None:
        super().__init__(**more)
        self.pair = f"{email}:{token}"
        self.goals: dict[str, Goal] = {}

    def sign_in(self, request: Request) -> None:
        """Know the account."""
        scheme, _, pair = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic" or base64.b64decode(pair).decode() != self.pair:
            raise ToolRefusalError(401, {"message": "Unauthorized"})

    def graphql(self, request: Request) -> tuple[int, Any]:
        """Answer one field; what goes wrong in it is told with a 200."""
        body = json_body(request, lambda text: ToolRefusalError(400, {"message": text}))
        query, values = body["query"], body.get("variables", {})
        unknown = set(re.findall(r"[A-Za-z_]+", query)) - FIELDS
        match = re.search(r"\{\s*([A-Za-z_]+)\s*\(", query)
        name = match[1] if match else ""
        missing = set(re.findall(r"\$(\w+): \w+!", query)) - values.keys()
        if unknown - values.keys() or missing or not hasattr(self, f"_{name}"):
            return 200, _errors(f"Validation error: {sorted(unknown | missing)} of {name}", 400)
        if name in OPT_IN and '@optIn(to: "Townsquare")' not in query:
            return 200, _errors(f"{name} is in beta: opt in", 400)
        answer = getattr(self, f"_{name}")(values.get("input", values))
        return 200, answer if "errors" in answer else {"data": {name: answer["value"]}}

    def _tenantContexts(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - its field
        return {"value": [{"cloudId": "c10d"}] if values["hostNames"] else []}

    def _goals_byKey(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - its field
        if values["containerId"] != "ari:cloud:townsquare::site/c10d":
            return _errors("No such site", 404)
        goal = self.goals.get(values["goalKey"])
        return {"value": self._node(goal) if goal else None}

    def _goals_byId(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - its field
        goal = self.goals.get(values["goalId"].removeprefix("ari:goal/"))
        if goal is None:
            return {"value": None}
        newest = max(reversed(goal.values), key=lambda value: value[1], default=None)
        latest = newest and {"id": "v", "value": newest[0], "time": newest[1]}
        nodes = [
            {
                "id": f"t{number}",
                "startValue": 0,
                "targetValue": goal.target,
                "metric": {
                    "id": f"ari:metric/{goal.key}",
                    "name": name,
                    "archived": False,
                    "latestValue": latest,
                },
            }
            for number, name in enumerate(goal.metrics)
        ]
        return {"value": {"metricTargets": {"edges": [{"node": node} for node in nodes]}}}

    def _goals_search(self, values: dict[str, Any]) -> dict[str, Any]:
        goals = sorted(self.goals.values(), key=lambda goal: goal.name)
        first = int(values.get("after") or 0)
        last = first + min(values["first"], self.page)
        page = {"hasNextPage": last < len(goals), "endCursor": str(last)}
        edges = [{"node": self._node(goal)} for goal in goals[first:last]]
        return {"value": {"edges": edges, "pageInfo": page}}

    def _goals_createMetricValue(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - its field
        goal = self.goals.get(values["metricId"].removeprefix("ari:metric/"))
        if goal is None or not is_number(values["value"]):
            return _refused("The metric value is invalid")
        goal.values.append((values["value"], values["time"]))
        made = {"id": "v", "value": values["value"], "time": values["time"]}
        return {"value": {"success": True, "errors": [], "metricValue": made}}

    def _goals_createUpdate(self, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - its field
        goal = self.goals.get(values["goalId"].removeprefix("ari:goal/"))
        if goal is None or values["status"] not in STATUSES:
            return _refused("The update is invalid")
        summary = values.get("summary", "")
        text = ""
        if summary:
            document = json.loads(summary)
            text = document["content"][0]["content"][0]["text"]
        if len(text) > VISIBLE:
            return _refused("The summary is longer than 280 characters")
        at = f"{self.now():%Y-%m-%dT%H:%M:%SZ}"
        goal.status = values["status"]
        goal.updates.append((at, values["status"], text))
        return {"value": {"success": True, "errors": [], "update": {"id": "u", "creationDate": at}}}

    def _node(self, goal: Goal) -> dict[str, Any]:
        last = [{"node": {"creationDate": at}} for at, _, _ in goal.updates[-1:]]
        return {
            "id": f"ari:goal/{goal.key}",
            "key": goal.key,
            "name": goal.name,
            "status": {"value": goal.status},
            "updates": {"edges": last},
        }


def _errors(message: str, status: int) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"statusCode": status}}], "data": None}


def _refused(message: str) -> dict[str, Any]:
    return {"value": {"success": False, "errors": [{"message": message}]}}
