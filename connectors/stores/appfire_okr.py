"""Appfire's OKR for Jira: each write is an update; one's own are known again by reading.

As https://okr-ppm-prod.appfire.com/v3/api-docs/public has it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import NotFoundError
from connectors.okr_tool import Abilities, StoreKind, ToolKeyResult, ToolNumber
from connectors.stores.session import ToolSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.okr_tool import NumberWrite, StoreAccess

STATUSES = {"well": "ON TRACK", "behind": "AT RISK", "help": "OFF TRACK"}
YEAR = timedelta(days=366)
EXPAND = {"expand": "OBJECTIVES,TEAMS,PERIODS,LABELS"}


class AppfireOkrStore:
    """Key results by id; those of type AUTO are counted from their issues."""

    can = Abilities(lists=True, status=True, note=True, counts=True)

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Sign in with a token in a header of the tool's own; Authorization is refused."""
        self.name = access.name
        self._tool = ToolSession(access, clock, patience, {"API-Token": access.token})

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List the key results between a year ago and in a year."""
        now = self._tool.clock.now()
        asked = {
            "startDateEpochMilli": _milliseconds(now - YEAR),
            "deadlineEpochMilli": _milliseconds(now + YEAR),
        }
        answer = self._tool.get("/api/v2/api-export/keyResults/byDate", {**asked, **EXPAND})
        names = {
            part: {row.get("id"): row.get("name") for row in answer.get(part) or []}
            for part in ("okrs", "teams", "periods", "labels")
        }
        return tuple(self._listed(row, names) for row in self._tool.part(answer, "krs"))

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Ask for all at once; one that isn't in the answer isn't there."""
        path = "/api/v2/api-export/keyResults/byIds"
        answer = self._tool.get(path, {"keyResultIds": list(ids)})
        rows = {self._tool.part(row, "id"): row for row in self._tool.part(answer, "krs")}
        return {
            id_: self._number(rows[id_])
            if id_ in rows
            else NotFoundError(f"store {self.name}: no key result has the id {id_}")
            for id_ in ids
        }

    def _number(self, row: Mapping[str, Any]) -> ToolNumber:
        progress, latest = row.get("currentProgressDefinition") or {}, row.get("latestUpdate") or {}
        if latest and "value" not in latest:  # a text alone; the value is in an earlier one
            updates = self._updates(self._tool.part(row, "id"))
            latest = next((update for update in updates if "value" in update), {})
        source = latest.get("source")
        return ToolNumber(
            self._tool.number(latest.get("value")),
            by_person=source == "MANUAL" if source else None,
            start=self._tool.number(progress.get("startValue")),
            target=self._tool.number(progress.get("desiredValue")),
            counts_itself=progress.get("type") == "AUTO",
        )

    def write(self, write: NumberWrite) -> str:
        """Add an update with value, status and note; there is no key for repeats."""
        status = STATUSES.get(write.light or "")
        if write.repeat:
            for update in self._updates(write.tool_id):
                if self._is_ours(update, write):
                    return str(self._tool.part(update, "updateId"))
        if write.there and not status:
            return ""
        body: dict[str, Any] = {"keyResultId": write.tool_id}
        body |= {} if write.there else {"newValue": write.value}
        body |= {"status": status} if status else {}
        body |= {"description": write.note} if write.note else {}
        answer = self._tool.send("POST", "/api/v2/api-update/keyResults", body)
        return str(self._tool.part(answer, "updateId"))

    def take_back(self, write: NumberWrite) -> None:
        """Do nothing; the API deletes no update."""

    def _is_ours(self, update: Mapping[str, Any], write: NumberWrite) -> bool:
        by_api = update.get("source") == "API"
        same_note = (update.get("description") or "") == write.note
        created = str(update.get("created", ""))
        return by_api and same_note and created >= f"{write.at:%Y-%m-%dT%H:%M}"

    def _updates(self, id_: str) -> list[dict[str, Any]]:
        asked = {"entityId": id_, "pageSize": 20}
        answer = self._tool.get("/api/v2/api-export/updates", asked)
        updates: list[dict[str, Any]] = self._tool.part(answer, "updates")
        return updates

    def _listed(
        self, row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]
    ) -> ToolKeyResult:
        number, objective = self._number(row), str(row.get("parentObjectiveId") or "")
        teams = [names["teams"].get(id_, "") for id_ in row.get("teamIds") or []]
        labels = [names["labels"].get(id_, "") for id_ in row.get("labelIds") or []]
        begins, ends = row.get("startDate"), row.get("deadline")
        return ToolKeyResult(
            id=str(self._tool.part(row, "id")),
            title=str(row.get("name") or row.get("key") or ""),
            objective=objective,
            objective_title=names["okrs"].get(objective) or str(row.get("name") or ""),
            team=next(filter(None, teams), ""),
            period=names["periods"].get(str(row.get("periodAliasId")), ""),
            begins=datetime.fromisoformat(begins) if begins else None,
            ends=datetime.fromisoformat(ends) if ends else None,
            start=number.start,
            target=number.target,
            current=number.value,
            unit=str((row.get("unit") or {}).get("symbol") or ""),
            labels=tuple(filter(None, labels)),
        )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


KIND = StoreKind(
    name="appfire-okr",
    title="Appfire OKR for Jira",
    can=AppfireOkrStore.can,
    secrets=(("token",),),
    opens=AppfireOkrStore,
    default_url="https://okr-ppm-prod.appfire.com",
)
