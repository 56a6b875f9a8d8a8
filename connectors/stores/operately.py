"""Operately: a goal's target, and a check-in beside it where the light is to show.

As https://github.com/operately/operately at 8a0d2d1: app/lib/operately_web/api/goals,
cli/docs/commands.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors.errors import NotFoundError, RejectedError, SourceError
from connectors.okr_tool import Abilities, StoreKind, StoreOption, ToolKeyResult, ToolNumber
from connectors.stores.session import ToolSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.clock import Clock
    from connectors.okr_tool import NumberWrite, StoreAccess

STATUSES = {"well": "on_track", "behind": "caution", "help": "off_track"}
BASE = "/api/external/v1/goals"


class OperatelyStore:
    """Targets, written as GOAL/TARGET, or as GOAL alone where it has one."""

    can = Abilities(lists=True, status=True, note=True, takes_back=True, drafts=True)

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Sign in with a full token; a read-only one can't write."""
        self.name = access.name
        self._space = access.options.get("space", "")
        self._drafts = access.options.get("check_ins") == "drafts"
        headers = {"Authorization": f"Bearer {access.token}"}
        self._tool = ToolSession(access, clock, patience, headers)

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List every target of every goal."""
        return tuple(
            ToolKeyResult(
                id=f"{goal['id']}/{self._tool.part(target, 'id')}",
                title=str(target.get("name") or ""),
                objective=str(goal["id"]),
                objective_title=str(goal.get("name") or ""),
                start=self._tool.number(target.get("from")),
                target=self._tool.number(target.get("to")),
                current=self._tool.number(target.get("value")),
                unit=str(target.get("unit") or ""),
            )
            for goal in self._goals()
            for target in goal.get("targets") or []
        )

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Ask for all goals at once."""
        goals = self._goals()
        return {id_: self._read(id_, goals) for id_ in ids}

    def _read(self, id_: str, goals: list[dict[str, Any]]) -> ToolNumber | SourceError:
        try:
            _, target = self._target(id_, goals)
        except SourceError as error:
            return error
        value, start, to = (self._tool.number(target.get(key)) for key in ("value", "from", "to"))
        return ToolNumber(value, start=start, target=to)

    def write(self, write: NumberWrite) -> str:
        """Set the value; with a light by a check-in, which nobody is mailed about."""
        status = STATUSES.get(write.light or "")
        if not status:
            if not write.there:
                self._set(write.tool_id, write.value)
            return ""
        goal, target = self._target(write.tool_id, self._goals())
        content = _rich_text(write.note)
        if write.repeat and self._is_checked_in(goal, status, content):
            return ""
        # All of the goal's targets, as the app sends them, in a text that holds JSON.
        values = [
            {
                "id": goal_target["id"],
                "value": write.value if goal_target is target else goal_target.get("value"),
            }
            for goal_target in goal["targets"]
        ]
        body = {
            "goal_id": goal["id"],
            "status": status,
            "content": content,
            "new_target_values": json.dumps(values),
            "post_as_draft": self._drafts,
            "send_notifications_to_everyone": False,  # left out, the API takes it for true
        }
        self._tool.part(self._tool.send("POST", f"{BASE}/create_check_in", body), "update")
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Set what stood there before; a check-in stays."""
        self._set(write.tool_id, write.before or 0.0)

    def _set(self, id_: str, value: float) -> None:
        goal, target = self._target(id_, self._goals())
        body = {"goal_id": goal["id"], "target_id": target["id"], "value": value}
        answer = self._tool.send("POST", f"{BASE}/update_target_value", body)
        if self._tool.part(answer, "success") is not True:
            raise RejectedError(f"store {self.name}: Operately didn't take the value")

    def _goals(self) -> list[dict[str, Any]]:
        asked = {"include_last_check_in": "true"}
        answer = self._tool.get(
            f"{BASE}/list", asked | ({"space_id": self._space} if self._space else {})
        )
        goals: list[dict[str, Any]] = self._tool.part(answer, "goals")
        for number in range(len(goals)):
            self._tool.part(goals, number, "id")
        return goals

    def _target(
        self, id_: str, goals: list[dict[str, Any]]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        name, _, part = id_.partition("/")
        goal = next((goal for goal in goals if goal["id"] == name), None)
        if goal is None:
            raise NotFoundError(f"store {self.name}: no goal has the id {name}")
        targets = [
            goal_target
            for goal_target in goal.get("targets") or []
            if part in ("", goal_target.get("id"))
        ]
        if not targets:
            raise NotFoundError(f"store {self.name}: goal {name} has no target {part}".rstrip())
        if len(targets) > 1:
            raise RejectedError(f"store {self.name}: goal {name} has several; write GOAL/TARGET")
        return goal, targets[0]

    def _is_checked_in(self, goal: Mapping[str, Any], status: str, content: Any) -> bool:
        last = goal.get("last_check_in") or {}
        shown = last.get("content")
        shown = json.loads(shown) if isinstance(shown, str) else shown
        return (last.get("status"), shown) == (status, content)


def _rich_text(note: str) -> dict[str, Any]:
    """Put a note as the app's editor does."""
    words = [{"type": "text", "text": note}] if note else []
    return {"type": "doc", "content": [{"type": "paragraph", "content": words}]}


KIND = StoreKind(
    name="operately",
    title="Operately",
    can=OperatelyStore.can,
    secrets=(("token",),),
    opens=OperatelyStore,
    options={"space": StoreOption("product-4xT"), "check_ins": StoreOption("drafts")},
    default_url="https://app.operately.com",
)
