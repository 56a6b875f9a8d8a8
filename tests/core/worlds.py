"""Random trackers for Hypothesis: the same work as a pull and in the second opinion's words."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from connectors.base import ByEpic, ByLabel, ByQuery, Card, Category, Hit, Level, Pull
from tests.core.brute import Work

AT = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
LEVELS = {-1: Level.SUBTASK, 0: Level.BASE, 1: Level.CONTAINER, 2: Level.CONTAINER}
STATUSES = ["To Do", "In Progress", "Done", "Closed (Won't Do)", "Cancelled", "Fertig", "On Hold"]
RESOLUTIONS = [None, "Fixed", "Duplicate", "Won\u2019t Do", "Cannot Reproduce", "Done"]
CATEGORIES = ["new", "indeterminate", "done", "undefined"]
LISTS = ["Backlog", "Doing", "Done", "Completed", "Not done", "Won't do", "Closed (Won't Do)"]
LABELS = ["KR-1", "kr-1", "Spike", "web", "discovery"]


@st.composite
def workflows(draw: st.DrawFn) -> list[Work]:
    """A tracker of issues: up to five levels, orphans and empty containers included."""
    out: list[Work] = []
    for number in range(draw(st.integers(0, 14))):
        level = draw(st.sampled_from([-1, 0, 0, 0, 1, 1, 2]))
        parents = [work.id for work in out if work.level > level or (level < 0 and work.level >= 0)]
        out.append(
            Work(
                id=f"X-{number}",
                level=level,
                parent=draw(st.sampled_from([None, "gone", *parents])),
                labels=draw(st.lists(st.sampled_from(LABELS), max_size=2)),
                status=draw(st.sampled_from(STATUSES)),
                category=draw(st.sampled_from(CATEGORIES)),
                resolution=draw(st.sampled_from(RESOLUTIONS)),
                points=draw(st.sampled_from([None, 0.0, 1.0, 2.5, 8.0])),
            )
        )
    return out


@st.composite
def boards(draw: st.DrawFn) -> list[Work]:
    """A tracker of lists."""
    return [
        Work(
            id=f"card{number}",
            labels=draw(st.lists(st.sampled_from(LABELS), max_size=2)),
            category=None,
            list_name=draw(st.sampled_from(LISTS)),
            complete=draw(st.booleans()),
            archived=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


def card(work: Work) -> Card:
    """The neutral card for a piece of work."""
    return Card(
        source="s",
        id=work.id,
        key=work.id,
        title=work.id,
        url="https://x.example/" + work.id,
        level=LEVELS[work.level],
        parent=work.parent,
        labels=tuple(work.labels),
        status=None if work.category is None else work.status,
        category=None if work.category is None else Category(work.category),
        resolution=work.resolution,
        list_name=work.list_name,
        complete=work.complete,
        archived=work.archived,
        estimates=() if work.points is None else (("auto", work.points),),
    )


def pull(works: list[Work], label: str, epics: list[str], query: list[str]) -> Pull:
    """What an honest tracker answers when asked for a label, epics and a query."""
    cards = {work.id: card(work) for work in works}
    labelled = [
        work.id for work in works if label.lower() in [name.lower() for name in work.labels]
    ]
    return Pull(
        source="s",
        read_at=AT,
        cards=cards,
        hits={
            ByLabel(label): tuple(Hit(id_, f"label {label} on {id_}") for id_ in labelled),
            ByEpic(tuple(epics)): tuple(Hit(id_, f"epic {id_}") for id_ in epics),
            ByQuery("q"): tuple(Hit(id_, "jql q") for id_ in query),
        },
    )
