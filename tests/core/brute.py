"""A second opinion: what a KR's cards come to, worked out the long way from the written rules.

Written from docs/counting.md alone, with nothing of the counting code. Slow and plain on
purpose: for every card of a board it asks again whether a link reaches it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

GIVEN_UP = {
    "cancelled", "canceled", "wont do", "wont fix", "wont implement", "abandoned", "obsolete",
    "withdrawn",
}  # fmt: skip
CANCELLING = GIVEN_UP | {
    "duplicate", "declined", "rejected", "invalid", "superseded", "out of scope", "incomplete",
    "needs more info", "hold", "later", "unresolved", "auto closed", "bulk closed",
    "cannot reproduce", "cant reproduce", "not reproducible", "works for me", "works as designed",
    "by design", "not a bug", "not a problem", "not our bug",
}  # fmt: skip
FINISHED = {
    "done", "complete", "completed", "finished", "shipped", "released", "live", "deployed",
    "closed", "accepted", "fertig", "erledigt", "hecho", "terminado", "concluido", "feito",
    "concluído", "terminé", "fatto", "klaar", "klar", "完成", "已完成", "完了", "クローズ",
}  # fmt: skip
AROUND = {"sprint", "this", "week", "to", "and"}


@dataclass
class Work:
    """One issue or card, in this file's own words."""

    id: str
    level: int = 0
    parent: str | None = None
    labels: list[str] = field(default_factory=list)
    status: str = "To Do"
    category: str | None = "new"
    resolution: str | None = None
    list_name: str | None = None
    complete: bool = False
    archived: bool = False
    points: float | None = None
    left_out: bool = False


def plain(name: str) -> str:
    return re.sub(r"^\W+|\W+$", "", name.lower().replace("'", "").replace("\u2019", ""))


def is_named(name: str | None, names: set[str]) -> bool:
    if not name:
        return False
    last = re.split(r"[-:/(\[]", name)[-1].rstrip(")] ")
    return plain(name) in names or plain(last) in names


def says_done(name: str) -> bool:
    """Whether a list is named as done: a word for done, and nothing but what people put around."""
    unbracketed = re.sub(r"[(\[][^)\]]*$", "", plain(name))
    words = [word for word in re.findall(r"[^\W\d_]+", unbracketed) if word not in AROUND]
    return bool(words) and all(word in FINISHED for word in words)


def state(work: Work) -> str:
    if work.left_out:
        return "ignored"
    return state_in_workflow(work) if work.list_name is None else state_in_list(work)


def state_in_list(work: Work) -> str:
    name = work.list_name or ""
    if work.complete:
        return "done"
    if is_named(name, GIVEN_UP):
        return "dropped"
    if says_done(name):
        return "done"
    return "dropped" if work.archived else "remaining"


def state_in_workflow(work: Work) -> str:
    if is_named(work.status, GIVEN_UP):
        return "dropped"
    if work.category == "done":
        cancelled = is_named(work.status, CANCELLING) or is_named(work.resolution, CANCELLING)
        return "dropped" if cancelled else "done"
    return "remaining"


def reached(
    everything: list[Work],
    label: str | None,
    epics: list[str],
    query: list[str],
    *,
    subtasks: bool = False,
) -> set[str]:
    """The ids of what counts for a KR with a label link, epic links and a query's result."""
    by_id = {work.id: work for work in everything}
    linked = [
        start
        for start in everything
        if start.id in epics
        or (label is not None and label.lower() in [name.lower() for name in start.labels])
    ]
    out: set[str] = set()
    for work in everything:
        if work.level < 0 and not subtasks:
            continue
        below = [other for other in everything if other.parent == work.id]
        stands_for_others = any(other.level >= 0 or subtasks for other in below)
        if work.level > 0 and stands_for_others:
            continue
        if any(is_under(work, start, by_id) for start in linked):
            out.add(work.id)
        if work.id in query and work.level <= 0:
            out.add(work.id)
    return out


def is_under(work: Work, start: Work, by_id: dict[str, Work]) -> bool:
    """Whether `start` is `work`, or above it with nothing but containers between."""
    at: Work | None = work
    while at is not None:
        if at.id == start.id:
            return True
        at = by_id.get(at.parent) if at.parent else None
        if at is not None and at.level <= 0:
            return False
    return False


def thread(work: Work, by_id: dict[str, Work]) -> str:
    at: Work | None = work
    while at is not None:
        if {"discovery", "spike"} & {name.lower() for name in at.labels}:
            return "discovery"
        at = by_id.get(at.parent) if at.parent else None
    return "delivery"


def percent(done: int, remaining: int) -> float | None:
    if done + remaining == 0:
        return None
    exact = 1000 * done / (done + remaining)
    tenths = round(exact)
    if remaining and tenths == 1000:
        tenths = 999
    if done and tenths == 0:
        tenths = 1
    return tenths / 10
