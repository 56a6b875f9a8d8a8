"""Rows of objectives and key results, and in what two of them differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from syncer.core.records import Change
from syncer.store.columns import storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from config.counting import Counting
    from config.okrs import KeyResult, Objective


def objective_row(objective: Objective) -> dict[str, Any]:
    """Give the values of an objective's columns."""
    return dict(objective.model_dump(include={"id", "title", "team", "period", "kind", "parent"}))


def key_result_row(objective: str, kr: KeyResult, rules: Mapping[str, Counting]) -> dict[str, Any]:
    """Give the values of a KR's columns; `rules` are its counting rules by source."""
    metric = kr.metric
    counting = {source: _without_defaults(rule) for source, rule in rules.items()}
    return {
        "id": kr.id,
        "objective": objective,
        "title": kr.title,
        "start": metric.start if metric else None,
        "target": metric.target if metric else None,
        "unit": metric.unit if metric else "",
        "quality": kr.quality or "",
        "links": _json([_without_defaults(link) for link in kr.links]),
        "counting": _json({source: rule for source, rule in counting.items() if rule}),
    }


def standing(title: str, counts: tuple[int, int, int] | None) -> str:
    """Say as JSON how something stood that was put in or taken out."""
    done, remaining, dropped = counts or (None, None, None)
    cards = {"done": done, "remaining": remaining, "dropped": dropped}
    return json.dumps({"title": title, **cards}, ensure_ascii=False)


def differing(before: dict[str, Any], after: dict[str, Any], at: datetime) -> Iterator[Change]:
    """Give a change for each column whose value is another."""
    for name, value in after.items():
        if name == "position":
            continue
        old, new = _readable(before[name]), _readable(value)
        if old != new:
            yield Change(after["id"], at, name, old, new)


def _without_defaults(value: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = value.model_dump(mode="json", exclude_defaults=True)
    return dumped


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _readable(value: str | float | None) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return storable(value or "")
