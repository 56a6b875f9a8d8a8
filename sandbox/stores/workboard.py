"""A WorkBoard: metrics with a value for a range of dates, everything in texts.

After the vendor's OpenAPI file of version 1 (api-evangelist/workboard,
openapi/workboard-metric-key-result-api-openapi.yml).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import PERSON, ToolApp, ToolRefusalError, json_body

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


@dataclass
class Metric:
    """A metric: a point for each day that has one, and the confidences given."""

    id: str
    name: str
    points: dict[str, tuple[str, str]] = field(default_factory=dict)
    scores: list[tuple[int, str]] = field(default_factory=list)
    automation: bool = False


class WorkBoard(ToolApp):
    """The API under /wb/apis, of metrics alone."""

    prefix = "/wb/apis"
    routes = {  # noqa: RUF012 - a ClassVar in the base
        "GET /metric": "listing",
        "GET /metric/<id_>": "get",
        "PUT /metric/<id_>": "put",
        "PUT /metric/<id_>/confidence": "score",
    }

    def __init__(self, token: str, **more: Any) -> None:
        super().__init__(**more)
        self.token = token
        self.metrics: dict[str, Metric] = {}

    def sign_in(self, request: Request) -> None:
        """Know the token."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise _refusal(401, "invalid_token")

    def listing(self, request: Request) -> tuple[int, Any]:
        """List the metrics, a page of a team's where it is named."""
        rows = [self._row(metric) for metric in self.metrics.values()]
        if "team_id" in request.args:
            first, most = int(request.args.get("offset", 0)), int(request.args.get("limit", 15))
            rows = rows[first : first + most]
        return 200, _good(rows)

    def get(self, request: Request, id_: str) -> tuple[int, Any]:
        """Tell one metric; its points where they are asked for."""
        metric = self._known(id_)
        row = self._row(metric)
        if request.args.get("include_metric_data") == "yes":
            row["metric_data"] = [
                {
                    "metric_data_id": str(number),
                    "metric_data_value": value,
                    "metric_data_created_by": PERSON,
                    "metric_data_comment": comment,
                }
                for number, (_, (value, comment)) in enumerate(sorted(metric.points.items()), 1)
            ]
        return 200, _good(row)

    def put(self, request: Request, id_: str) -> tuple[int, Any]:
        """Put a day's value over; this stand-in wants the dates."""
        body = json_body(request, lambda text: _refusal(400, text))
        value, begins, ends = (
            body.get(name) for name in ("metric_data", "update_start_date", "update_end_date")
        )
        if not isinstance(value, str):
            raise _refusal(400, "metric_data must be a string")
        float(value)
        if begins is None or begins != ends or not _is_day(begins):
            raise _refusal(400, "update_start_date and update_end_date must be one day")
        metric = self._known(id_)
        metric.points[begins] = (value, str(body.get("metric_comment", "")))
        return 200, _good(self._row(metric))

    def score(self, request: Request, id_: str) -> tuple[int, Any]:
        """Add a confidence, each time."""
        body = json_body(request, lambda text: _refusal(400, text))
        score, comment = body.get("confidence_score"), body.get("confidence_comment")
        if score not in {0, 1, 2, 3} or not comment:
            raise _refusal(400, "confidence_score and confidence_comment are required")
        metric = self._known(id_)
        metric.scores.append((score, str(comment)))
        return 200, _good(self._row(metric))

    def _known(self, id_: str) -> Metric:
        if id_ not in self.metrics:
            raise _refusal(400, "deleted_metric")
        return self.metrics[id_]

    def _row(self, metric: Metric) -> dict[str, Any]:
        plugins = {"source_plugins": [{"name": "jira"}], "external_sources": 1}
        return {
            "metric_id": metric.id,
            "metric_goal_id": "77",
            "metric_owner": PERSON,
            "metric_name": metric.name,
            "metric_unit": {"id": "1", "name": "%"},
            "metric_initial_data": "0",
            "metric_target": "100",
            "metric_confidence": [
                {"confidence": str(score), "comment": comment} for score, comment in metric.scores
            ],
            "metric_automation": plugins if metric.automation else None,
        }


def _is_day(text: Any) -> bool:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return True


def _good(metric: Any) -> dict[str, Any]:
    return {"success": True, "message": "", "data": {"totalCount": 1, "metric": metric}}


def _refusal(status: int, error: str) -> ToolRefusalError:
    body = {"success": False, "error": error, "error_description": error}
    return ToolRefusalError(status, body)
