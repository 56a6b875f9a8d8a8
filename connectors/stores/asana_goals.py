"""Asana Goals: a goal's metric, a status update or a comment beside it.

As https://developers.asana.com/reference/goals has it (Asana/openapi, defs/asana_oas.yaml).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors.errors import RejectedError, SourceError
from connectors.okr_tool import Abilities, StoreKind, StoreOption, ToolKeyResult, ToolNumber
from connectors.stores.session import ToolSession, one_by_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from connectors.clock import Clock
    from connectors.okr_tool import NumberWrite, StoreAccess

METRIC = ",".join(
    f"metric.{name}"
    for name in (
        "current_number_value",
        "initial_number_value",
        "target_number_value",
        "precision",
        "progress_source",
        "unit",
    )
)
STATUSES = {"well": "on_track", "behind": "at_risk", "help": "off_track"}
BY_HAND = {"manual", "external", None}
PERCENT = 100
PLACES = 10


class AsanaGoalsStore:
    """Goals with a metric; the value set again is the same value, an update is another."""

    can = Abilities(lists=True, status=True, note=True, takes_back=True, counts=True)

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Sign in with a personal access token."""
        self.name = access.name
        self._workspace = access.options.get("workspace", "")
        headers = {"Authorization": f"Bearer {access.token}"}
        self._tool = ToolSession(access, clock, patience, headers)

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List the goals that have a metric, each under the goal that it supports."""
        if not self._workspace:
            raise RejectedError(f"store {self.name}: to list its goals okrs.yaml needs workspace")
        fields = f"name,time_period.display_name,time_period.start_on,time_period.end_on,{METRIC}"
        asked = {"workspace": self._workspace, "opt_fields": fields}
        return tuple(
            self._listed(goal) for goal in self._pages("/goals", asked) if goal.get("metric")
        )

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Ask for each goal's metric; 0.25 of a percentage is 25 %."""
        return one_by_one(ids, self._read)

    def _read(self, id_: str) -> ToolNumber:
        metric, scale = self._metric(id_)
        current, start, target = (
            None if value is None else round(value * scale, PLACES)
            for value in (
                self._tool.number(metric.get(f"{name}_number_value"))
                for name in ("current", "initial", "target")
            )
        )
        return ToolNumber(
            current,
            start=start,
            target=target,
            decimals=metric.get("precision"),
            counts_itself=metric.get("progress_source") not in BY_HAND,
        )

    def write(self, write: NumberWrite) -> str:
        """Set the metric, then say why: as a status update, or without a light as a comment."""
        if not write.there:
            self._set(write.tool_id, write.value)
        status = STATUSES.get(write.light or "")
        if status:
            return self._update(write, status, write.note or "okr-sync")
        if write.note:
            self._comment(write)
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Set what stood there before, and delete the status update; a comment stays."""
        self._set(write.tool_id, write.before or 0.0)
        if write.receipt:
            self._tool.request("DELETE", f"/status_updates/{quote(write.receipt, safe='')}")

    def _set(self, id_: str, value: float) -> None:
        _, scale = self._metric(id_)
        body = {"data": {"current_number_value": round(value / scale, PLACES)}}
        self._tool.send("POST", f"/goals/{quote(id_, safe='')}/setMetricCurrentValue", body)

    def _update(self, write: NumberWrite, status: str, text: str) -> str:
        if write.repeat:
            since = write.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            asked = {"parent": write.tool_id, "created_since": since}
            fields = {"opt_fields": "text,status_type"}
            for post in self._pages("/status_updates", asked | fields):
                if (post.get("text"), post.get("status_type")) == (text, status):
                    return str(self._tool.part(post, "gid"))
        data = {"parent": write.tool_id, "status_type": status, "text": text}
        answer = self._tool.send("POST", "/status_updates", {"data": data})
        return str(self._tool.part(answer, "data", "gid"))

    def _comment(self, write: NumberWrite) -> None:
        path = f"/goals/{quote(write.tool_id, safe='')}/stories"
        # A note tells when its number was read, so it is no other's.
        if write.repeat and any(
            story.get("text") == write.note for story in self._pages(path, {"opt_fields": "text"})
        ):
            return
        self._tool.send("POST", path, {"data": {"text": write.note}})

    def _metric(self, id_: str) -> tuple[dict[str, Any], int]:
        """Give a goal's metric, and what its numbers are to be multiplied by for people."""
        answer = self._tool.get(f"/goals/{quote(id_, safe='')}", {"opt_fields": METRIC})
        metric = self._tool.part(answer, "data", "metric")
        if not isinstance(metric, dict):
            raise RejectedError(f"store {self.name}: goal {id_} has no metric; give it one there")
        return metric, PERCENT if metric.get("unit") == "percentage" else 1

    def _pages(self, path: str, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        offset: dict[str, Any] = {}
        while True:
            answer = self._tool.get(path, {**asked, "limit": 100, **offset})
            yield from self._tool.part(answer, "data")
            following = answer.get("next_page")
            if not following:
                return
            offset = {"offset": self._tool.part(following, "offset")}

    def _listed(self, goal: Mapping[str, Any]) -> ToolKeyResult:
        id_, period = str(self._tool.part(goal, "gid")), goal.get("time_period") or {}
        above = self._tool.get(f"/goals/{quote(id_, safe='')}/parentGoals", {"opt_fields": "name"})
        parents = self._tool.part(above, "data") or [goal]
        scale = PERCENT if goal["metric"].get("unit") == "percentage" else 1
        start, target, current = (
            None if value is None else round(value * scale, PLACES)
            for value in (
                self._tool.number(goal["metric"].get(f"{name}_number_value"))
                for name in ("initial", "target", "current")
            )
        )
        return ToolKeyResult(
            id=id_,
            title=str(goal.get("name") or id_),
            objective=str(self._tool.part(parents, 0, "gid")),
            objective_title=str(parents[0].get("name") or id_),
            period=str(period.get("display_name") or ""),
            begins=_day(period.get("start_on")),
            ends=_day(period.get("end_on")),
            start=start,
            target=target,
            current=current,
            unit="%" if scale == PERCENT else "",
        )


def _day(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


KIND = StoreKind(
    name="asana-goals",
    title="Asana Goals",
    can=AsanaGoalsStore.can,
    secrets=(("token",),),
    opens=AsanaGoalsStore,
    options={"workspace": StoreOption("1200000000000000")},
    default_url="https://app.asana.com/api/1.0",
)
