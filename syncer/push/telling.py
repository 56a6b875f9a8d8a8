"""What became of the numbers in the OKR tools, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.core.outbox import TargetState, WriteTarget
from syncer.review.status import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.okrs import Okrs
    from syncer.core.outbox import PushResult, TargetStatus


def push_line(result: PushResult) -> str:
    """Tell one number's fate in a line."""
    target = result.target
    return f"{target.kr} -> {target.store} {target.tool_id}: {result.text}"


def push_json(result: PushResult) -> dict[str, Any]:
    """Tell it to programs: what was decided, and where the number stands."""
    target = result.target
    return {"kr": target.kr, "decision": str(result.verdict), **_place(target, result.status)}


def standing_lines(okrs: Okrs, statuses: Mapping[WriteTarget, TargetStatus]) -> list[str]:
    """Tell of each number that isn't in its tool as it should be, and why."""
    named = {WriteTarget(kr.id, p.store, p.id) for _, kr in okrs.key_results() for p in kr.write_to}
    return [
        f"{target.kr} -> {target.store} {target.tool_id}: {status.state}"
        + (f": {status.problem}" if status.problem else "")
        for target, status in sorted(statuses.items())
        if target in named and (status.state is not TargetState.WRITTEN or status.problem)
    ]


def stores_json(
    okrs: Okrs, statuses: Mapping[WriteTarget, TargetStatus]
) -> dict[str, list[dict[str, Any]]]:
    """Tell for each KR where its number stands in each of its tools (rule 17)."""
    return {
        kr.id: [
            _place(target, statuses.get(target))
            for target in (WriteTarget(kr.id, target.store, target.id) for target in kr.write_to)
        ]
        for _, kr in okrs.key_results()
    }


def _place(target: WriteTarget, status: TargetStatus | None) -> dict[str, Any]:
    return {
        "store": target.store,
        "id": target.tool_id,
        "state": str(status.state) if status else "waiting",
        "value": status.value if status else None,
        "at": instant(status.at) if status else None,
        "problem": status.problem if status else None,
    }
