"""Atlassian Goals: a goal's metric gets a dated value, and an update tells why.

There is no public schema; the calls are those of
https://developer.atlassian.com/platform/goals/goals-graphql-api/using-graphql-api and of
https://github.com/jinkp/atlassian-go-mcp internal/atlassian/goals.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.errors import NotAuthorisedError, NotFoundError, RejectedError
from connectors.okr_tool import Abilities, StoreKind, StoreOption, ToolKeyResult, ToolNumber
from connectors.redaction import quote
from connectors.stores.session import ToolSession, one_by_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.okr_tool import NumberWrite, StoreAccess

STATUSES = {"well": "on_track", "behind": "at_risk", "help": "off_track"}
STRANGER, FORBIDDEN, MISSING = 401, 403, 404
SITE = "query($hostNames: [String!]!){ tenantContexts(hostNames: $hostNames){ cloudId } }"
BY_KEY = """query($goalKey: String!, $containerId: ID!){
  goals_byKey(goalKey: $goalKey, containerId: $containerId) @optIn(to: "Townsquare") {
    id key name status { value } updates(first: 1) { edges { node { creationDate } } }
  }
}"""
METRICS = """query($goalId: ID!){
  goals_byId(goalId: $goalId) {
    metricTargets { edges { node { id startValue targetValue
      metric { id name archived latestValue { id value time } } } } }
  }
}"""
SEARCH = """query($containerId: ID!, $searchString: String, $first: Int, $after: String){
  goals_search(containerId: $containerId, searchString: $searchString, first: $first,
    after: $after, sort: [NAME_ASC]) {
    edges { node { id key name } } pageInfo { hasNextPage endCursor }
  }
}"""
VALUE = """mutation($input: TownsquareGoalsCreateMetricValueInput!){
  goals_createMetricValue(input: $input) {
    success errors { message } metricValue { id value time }
  }
}"""
UPDATE = """mutation($input: TownsquareGoalsCreateUpdateInput!){
  goals_createUpdate(input: $input) @optIn(to: "Townsquare") {
    success errors { message } update { id creationDate }
  }
}"""


class AtlassianGoalsStore:
    """Goals by key, such as ACME-12; with several metrics written ACME-12/Name of the metric."""

    can = Abilities(lists=True, dated=True, status=True, note=True)

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Sign in as Jira's users do: with an account's address and a classic API token."""
        self.name = access.name
        pair = base64.b64encode(f"{access.email}:{access.token}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
        self._tool = ToolSession(access, clock, patience, headers)
        self._questions = ToolSession(access, clock, patience, headers, once=False)
        self._variable = access.variable("token")
        self._host = urlsplit(access.url).hostname or ""
        self._cloud = access.options.get("cloud_id", "")

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List each metric of each goal."""
        after: dict[str, str] = {}
        listed: list[ToolKeyResult] = []
        while True:
            asked = {"containerId": self._site(), "searchString": "", "first": 50, **after}
            page = self._ask(SEARCH, asked, "goals_search")
            for edge in self._tool.part(page, "edges"):
                listed += self._listed(self._tool.part(edge, "node"))
            if not self._tool.part(page, "pageInfo", "hasNextPage"):
                return tuple(listed)
            after = {"after": self._tool.part(page, "pageInfo", "endCursor")}

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Ask for each goal, then for its metrics."""
        return one_by_one(ids, self._read)

    def _read(self, id_: str) -> ToolNumber:
        target = self._metric(id_, self._goal(id_))
        latest = self._tool.part(target, "metric").get("latestValue") or {}
        return ToolNumber(
            self._tool.number(latest.get("value")),
            at=_moment(latest.get("time")),
            start=self._tool.number(target.get("startValue")),
            target=self._tool.number(target.get("targetValue")),
        )

    def write(self, write: NumberWrite) -> str:
        """Add a value, as each call does; then an update, whose status stays without a light."""
        goal = self._goal(write.tool_id)
        if not write.there:
            metric = self._tool.part(self._metric(write.tool_id, goal), "metric", "id")
            at = write.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            value = {"metricId": metric, "value": write.value, "time": at}
            self._change(VALUE, value, "goals_createMetricValue")
        status = STATUSES.get(write.light or "")
        if not (status or write.note) or (write.repeat and self._is_updated(goal, write.at)):
            return ""
        present = (goal.get("status") or {}).get("value")
        update = {"goalId": goal["id"], "status": status or present or "pending"}
        if write.note:
            update["summary"] = json.dumps(_document(write.note), ensure_ascii=False)
        self._change(UPDATE, update, "goals_createUpdate")
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Do nothing; no documented call deletes a value."""

    def _site(self) -> str:
        if not self._cloud:
            sites = self._ask(SITE, {"hostNames": [self._host]}, "tenantContexts")
            self._cloud = str(self._tool.part(sites, 0, "cloudId"))
        return f"ari:cloud:townsquare::site/{self._cloud}"

    def _goal(self, id_: str) -> dict[str, Any]:
        key = id_.partition("/")[0]
        asked = {"goalKey": key, "containerId": self._site()}
        goal: dict[str, Any] = self._ask(BY_KEY, asked, "goals_byKey")
        if goal is None:
            raise NotFoundError(f"store {self.name}: no goal has the key {key}")
        self._tool.part(goal, "id")
        return goal

    def _metric(self, id_: str, goal: Mapping[str, Any]) -> dict[str, Any]:
        name = id_.partition("/")[2]
        targets = [
            target
            for target in self._targets(goal["id"])
            if name in ("", self._tool.part(target, "metric", "name"))
        ]
        if len(targets) != 1:
            several = "several metrics; write KEY/name of the metric" if targets else "no metric"
            raise RejectedError(f"store {self.name}: {id_} has {several}")
        return targets[0]

    def _targets(self, goal: str) -> list[dict[str, Any]]:
        answer = self._ask(METRICS, {"goalId": goal}, "goals_byId")
        edges = self._tool.part(answer, "metricTargets", "edges")
        nodes = [self._tool.part(edge, "node") for edge in edges]
        return [node for node in nodes if not self._tool.part(node, "metric").get("archived")]

    def _is_updated(self, goal: Mapping[str, Any], since: datetime) -> bool:
        edges = self._tool.part(goal, "updates", "edges")
        last = _moment(self._tool.part(edges, 0, "node", "creationDate")) if edges else None
        return last is not None and last >= since.replace(microsecond=0)

    def _listed(self, goal: Mapping[str, Any]) -> list[ToolKeyResult]:
        targets = self._targets(self._tool.part(goal, "id"))
        key = str(self._tool.part(goal, "key"))
        return [
            ToolKeyResult(
                id=f"{key}/{target['metric']['name']}" if len(targets) > 1 else key,
                title=str(target["metric"]["name"]),
                objective=key,
                objective_title=str(goal.get("name") or key),
                start=self._tool.number(target.get("startValue")),
                target=self._tool.number(target.get("targetValue")),
            )
            for target in targets
        ]

    def _ask(self, query: str, variables: Mapping[str, Any], field: str) -> Any:
        return self._answered(self._questions, query, variables, field)

    def _change(self, mutation: str, values: Mapping[str, Any], field: str) -> None:
        """Send a mutation; it may say no in its own part of a good answer."""
        answer = self._answered(self._tool, mutation, {"input": values}, field)
        if self._tool.part(answer, "success") is not True:
            raise RejectedError(f"store {self.name}: {field}: {_words(answer.get('errors'))}")

    def _answered(
        self, session: ToolSession, query: str, variables: Mapping[str, Any], field: str
    ) -> Any:
        body = {"query": query, "variables": variables}
        answer = session.send("POST", "/gateway/api/graphql", body)
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if errors:  # with status 200, as GraphQL has it
            raise self._refusal(field, errors)
        return self._tool.part(answer, "data", field)

    def _refusal(self, field: str, errors: Any) -> SourceError:
        status = 0
        if isinstance(errors, list) and errors and isinstance(errors[0], dict):
            status = (errors[0].get("extensions") or {}).get("statusCode") or 0
        text = f"store {self.name}: {field}: {_words(errors)}"
        if status in {STRANGER, FORBIDDEN}:
            return NotAuthorisedError(f"{text}; check {self._variable}", status=status)
        return (NotFoundError if status == MISSING else RejectedError)(text, status=status)


def _words(errors: Any) -> str:
    listed = errors if isinstance(errors, list) else []
    words = [str(error.get("message", "")) for error in listed if isinstance(error, dict)]
    return quote("; ".join(words)) or "refused without a reason"


def _document(note: str) -> dict[str, Any]:
    """Put a note as Atlassian's document format; the field takes it as a text."""
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": note}]}
    return {"version": 1, "type": "doc", "content": [paragraph]}


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


KIND = StoreKind(
    name="atlassian-goals",
    title="Atlassian Goals",
    can=AtlassianGoalsStore.can,
    secrets=(("email", "token"),),
    opens=AtlassianGoalsStore,
    options={"cloud_id": StoreOption("11111111-2222-3333-4444-555555555555")},
)
