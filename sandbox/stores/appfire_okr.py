"""Appfire's OKR for Jira: every write is another update; some key results count themselves.

After https://okr-ppm-prod.appfire.com/v3/api-docs/public.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import ToolApp, ToolRefusalError, is_number, json_body

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

SHOWN = {
    "NOT STARTED": "NOT_STARTED",
    "ON TRACK": "ON_TRACK",
    "AT RISK": "AT_RISK",
    "OFF TRACK": "ACTION_REQUIRED",
}
OWNER = "557058:5aedf933-2312-40bc-b328-0c21314167f0"


@dataclass
class KeyResult:
    """A key result, with its updates, oldest first."""

    id: str
    name: str
    kind: str = "STANDARD"
    start: float = 0.0
    desired: float = 100.0
    updates: list[dict[str, Any]] = field(default_factory=list)


class AppfireOkr(ToolApp):
    """The API that is documented for updates and exports."""

    routes = {  # noqa: RUF012 - a ClassVar in the base
        "GET /api/v2/api-export/keyResults/byIds": "by_ids",
        "GET /api/v2/api-export/keyResults/byDate": "by_date",
        "GET /api/v2/api-export/updates": "updates",
        "POST /api/v2/api-update/keyResults": "update",
    }

    def __init__(self, token: str, **more: Any) -> None:
        super().__init__(**more)
        self.token = token
        self.key_results: dict[str, KeyResult] = {}

    def add_update(self, id_: str, source: str, **values: Any) -> dict[str, Any]:
        """Add an update of a person (MANUAL), the API or the tool itself (AUTO)."""
        key_result = self.key_results[id_]
        update = {
            "updateId": f"u{len(key_result.updates)}-{id_}",
            "entityId": id_,
            "created": f"{self.now():%Y-%m-%dT%H:%M:%S+0000}",
            "startValue": key_result.start,
            "desiredValue": key_result.desired,
            "source": source,
            **values,
        }
        key_result.updates.append(update)
        return update

    def sign_in(self, request: Request) -> None:
        """Know the token, in the header of its own alone."""
        if request.headers.get("API-Token") != self.token or "Authorization" in request.headers:
            raise _refusal(401, "Invalid or missing API token")

    def by_ids(self, request: Request) -> tuple[int, Any]:
        """Give those that are there; the others are left out."""
        ids = request.args.getlist("keyResultIds")
        return 200, {"krs": [self._row(id_) for id_ in ids if id_ in self.key_results]}

    def by_date(self, request: Request) -> tuple[int, Any]:
        """Give all; this stand-in's are all of now."""
        if "startDateEpochMilli" not in request.args or "deadlineEpochMilli" not in request.args:
            raise _refusal(400, "startDateEpochMilli and deadlineEpochMilli are required")
        return 200, {
            "okrs": [{"id": "o1", "name": "Launch day"}],
            "teams": [{"id": "t1", "name": "Publishing"}],
            "periods": [{"id": "p1", "name": "Q4 2026"}],
            "labels": [],
            "krs": [self._row(id_) for id_ in self.key_results],
        }

    def updates(self, request: Request) -> tuple[int, Any]:
        """Give a key result's updates, newest first."""
        known = self.key_results.get(request.args.get("entityId", ""))
        rows = list(reversed(known.updates)) if known else []
        return 200, {"updates": rows[: int(request.args.get("pageSize", 1000))]}

    def update(self, request: Request) -> tuple[int, Any]:
        """Add an update, each time."""
        body = json_body(request, lambda text: _refusal(400, text))
        known = self.key_results.get(str(body.get("keyResultId")))
        if known is None:
            raise _refusal(404, "Key result not found")
        value, status = body.get("newValue"), body.get("status")
        if status is not None and status not in SHOWN:
            raise _refusal(400, "Unknown status")
        if value is not None and not is_number(value):
            raise _refusal(400, "newValue must be a number")
        if value is not None and known.kind == "AUTO":
            raise _refusal(403, "Progress of auto key results can't be changed")
        values = {"value": value} if value is not None else {}
        values |= {"status": SHOWN[status]} if status else {}
        values |= {"description": body["description"]} if body.get("description") else {}
        return 201, self.add_update(known.id, "API", **values)

    def _row(self, id_: str) -> dict[str, Any]:
        known = self.key_results[id_]
        progress = {"type": known.kind, "startValue": known.start, "desiredValue": known.desired}
        return {
            "id": id_,
            "key": f"KR-{id_}",
            "name": known.name,
            "parentObjectiveId": "o1",
            "ownerAccountId": OWNER,
            "teamIds": ["t1"],
            "periodAliasId": "p1",
            "currentProgressDefinition": progress,
            **({"latestUpdate": known.updates[-1]} if known.updates else {}),
        }


def _refusal(status: int, message: str) -> ToolRefusalError:
    return ToolRefusalError(status, {"message": message})
