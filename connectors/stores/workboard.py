"""WorkBoard: a value for a range of dates, so that the same again is the same.

As the vendor's own OpenAPI file of version 1 has it (api-evangelist/workboard,
openapi/workboard-metric-key-result-api-openapi.yml).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors.errors import NotFoundError, RejectedError
from connectors.okr_tool import Abilities, StoreKind, StoreOption, ToolKeyResult, ToolNumber
from connectors.redaction import quote as quoted
from connectors.stores.session import ToolSession, one_by_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.okr_tool import NumberWrite, StoreAccess

SCORES = {"well": 3, "behind": 2, "help": 1}
PAGE = 50


class WorkBoardStore:
    """Metrics by their number; the light is the confidence, from 1 to 3."""

    can = Abilities(
        lists=True,
        dated=True,
        repeatable=True,
        status=True,
        note=True,
        takes_back=True,
        counts=True,
    )

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Sign in with a token."""
        self.name = access.name
        self._team = access.options.get("team", "")
        headers = {"Authorization": f"Bearer {access.token}"}
        self._tool = ToolSession(access, clock, patience, headers)

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List the team's metrics, or those of the token's owner."""
        return tuple(self._listed(metric) for metric in self._metrics())

    def _metrics(self) -> Iterator[dict[str, Any]]:
        first = 0
        while True:
            # Pages exist for a team's metrics alone.
            page = {"team_id": self._team, "limit": PAGE, "offset": first} if self._team else {}
            answer = self._good(self._tool.get("/metric", page))
            metrics = self._tool.part(answer, "data", "metric")
            metrics = metrics if isinstance(metrics, list) else [metrics]
            yield from metrics
            first += len(metrics)
            if not self._team or len(metrics) < PAGE:
                return

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Ask for each metric with its points."""
        return one_by_one(ids, self._read)

    def _read(self, id_: str) -> ToolNumber:
        try:
            metric = self._metric(id_)
        except RejectedError as error:  # an unknown metric is a 400
            raise NotFoundError(str(error), status=error.status) from error
        points = [p for p in metric.get("metric_data") or [] if p.get("metric_data_value")]
        newest: dict[str, Any] = max(
            points, key=lambda p: int(p.get("metric_data_id") or 0), default={}
        )
        return ToolNumber(
            self._tool.number(newest.get("metric_data_value")),
            start=self._tool.number(metric.get("metric_initial_data")),
            target=self._tool.number(metric.get("metric_target")),
            counts_itself=bool(metric.get("child_kr") or metric.get("metric_automation")),
        )

    def write(self, write: NumberWrite) -> str:
        """Put the day's value, then the confidence."""
        if not write.there:
            self._put(write, write.value, write.note)
        score = SCORES.get(write.light or "")
        if score and not (write.repeat and self._is_scored(write, score)):
            body = {"confidence_score": score, "confidence_comment": write.note or "okr-sync"}
            path = f"/metric/{quote(write.tool_id, safe='')}/confidence"
            self._good(self._tool.send("PUT", path, body))
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Put what stood there before in the day's place; a point can't be deleted."""
        if write.before is None:
            raise RejectedError(
                f"store {self.name}: {write.tool_id} had no value before, and WorkBoard deletes "
                "none by its API; delete the day's value there"
            )
        self._put(write, write.before, "")

    def _put(self, write: NumberWrite, value: float, note: str) -> None:
        # Without dates it would be the latest period's value, whichever that is then.
        body = {
            "metric_data": f"{value:.10g}",
            "update_start_date": write.day,
            "update_end_date": write.day,
            **({"metric_comment": note} if note else {}),
        }
        path = f"/metric/{quote(write.tool_id, safe='')}"
        self._good(self._tool.send("PUT", path, body))

    def _is_scored(self, write: NumberWrite, score: int) -> bool:
        given = self._metric(write.tool_id).get("metric_confidence") or [{}]
        last = (str(given[-1].get("confidence")), given[-1].get("comment"))
        return last == (str(score), write.note or "okr-sync")

    def _metric(self, id_: str) -> dict[str, Any]:
        path = f"/metric/{quote(id_, safe='')}"
        answer = self._good(self._tool.get(path, {"include_metric_data": "yes"}))
        self._tool.part(answer, "data", "metric", "metric_id")
        metric: dict[str, Any] = answer["data"]["metric"]
        return metric

    def _good(self, answer: Any) -> Any:
        """Raise where it says no in a good answer's clothes."""
        if self._tool.part(answer, "success") is not True:
            words = quoted(str(answer.get("message") or answer.get("error") or ""))
            raise RejectedError(f"store {self.name}: WorkBoard refused: {words}")
        return answer

    def _listed(self, metric: Mapping[str, Any]) -> ToolKeyResult:
        goal = str(metric.get("metric_goal_id") or "")
        return ToolKeyResult(
            id=str(self._tool.part(metric, "metric_id")),
            title=str(metric.get("metric_name") or ""),
            objective=goal,
            objective_title=f"Goal {goal}",
            start=self._tool.number(metric.get("metric_initial_data")),
            target=self._tool.number(metric.get("metric_target")),
            unit=str((metric.get("metric_unit") or {}).get("name") or ""),
        )


KIND = StoreKind(
    name="workboard",
    title="WorkBoard",
    can=WorkBoardStore.can,
    secrets=(("token",),),
    opens=WorkBoardStore,
    options={"team": StoreOption("1234")},
    default_url="https://www.myworkboard.com/wb/apis",
)
