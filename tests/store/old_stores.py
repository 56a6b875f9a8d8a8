"""Makes stores as earlier versions made them, with one of everything in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from syncer.store.database import connect
from syncer.store.schema import migrate

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

SEEN, READ, FAILED = "2026-11-20 06:15:02.123456", "2026-11-21 06:15:02", "2026-11-21 07:00:00"

# A card as it was kept first, and as it was when it got the id of its list.
CARD = [
    "1", "PUB-1", "Card 1", "https://acme.example/1", "base", None, "Story", ["a"], "Done", "done",
    None, None, False, False, None, [["auto", 3.0]], None, "2026-11-01T00:00:00+00:00",
]  # fmt: skip
CARD_WITH_PLACE = [*CARD, "10001"]

ROWS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "0001": [
        ("objectives", {"id": "PUB", "title": "Prepare", "team": "Publishing", "period": "2026-Q4"}
         | {"kind": "delivery", "parent": "YEAR"}),
        ("key_results", {"id": "PUB-1", "objective": "PUB", "title": "Faster", "start": 100.0}
         | {"target": 90.0, "unit": "s", "quality": "", "links": "", "counting": ""}),
        ("changes", {"id": 4, "subject": "PUB-1", "at": SEEN, "what": "target", "before": "80"}
         | {"after": "90"}),
        ("told_values", {"id": 5, "kr": "PUB-1", "at": SEEN, "value": 96.0}),
        ("readings", {"id": 7, "kr": "PUB-1", "at": SEEN, "rebuilt": False, "done": 1}
         | {"remaining": 2, "dropped": 3, "points_done": 1.5, "points_remaining": 0.0}
         | {"unestimated": 1, "discovery_done": 1, "discovery_remaining": 0}
         | {"delivery_done": 0, "delivery_remaining": 2}),
        ("standings", {"kr": "PUB-1", "reading": 7, "problem": "jira is down"}
         | {"problem_since": FAILED}),
        ("looks", {"kr": "PUB-1", "source": "jira", "at": READ}),
        ("cards", {"kr": "PUB-1", "source": "jira", "id": "1", "key": "PUB-1", "title": "Card 1"}
         | {"url": "https://acme.example/1", "state": "done", "rule": "status", "via": '["label"]'}
         | {"thread": "discovery", "points": 1.5, "created": None, "finished": SEEN}),
        *(("entries", {"id": n, "kr": "PUB-1", "at": SEEN, "event": event, "source": "jira"}
           | {"card": "1", "key": "PUB-1", "title": "Card 1", "url": "https://acme.example/1"}
           | {"was": was, "thread": "discovery", "rebuilt": True})
          for n, event, was in ((8, "added", None), (9, "done", "remaining"),
                                (10, "removed", "done"))),
        *(("checkins", {"id": n, "subject": "PUB-1", "at": at, "confidence": n, "value": None}
           | {"note": "", "risk": "the freeze", "ask": ""})
          for n, at in ((3, READ), (6, SEEN))),
        ("runs", {"id": 11, "command": "sync", "began": SEEN, "ended": READ, "exit_code": 1}
         | {"stats": '{"jira.requests": 6.0}'}),
        ("memories", {"source": "jira", "key": "bulkfetch", "value": '"1000"', "at": SEEN}),
    ],
    "0002": [
        ("known_cards", {"source": "jira", "id": "1", "card": json.dumps(CARD_WITH_PLACE)}),
        ("known_cards", {"source": "trello", "id": "1", "card": json.dumps(CARD)}),
    ],
    "0003": [
        ("reports", {"calendar": "", "day": "2026-11-19", "meeting": SEEN, "claim": "one"}
         | {"made": SEEN, "files": '["review.html"]'}),
        ("deliveries", {"what": "report", "calendar": "", "day": "2026-11-19", "place": "slack"}
         | {"fate": "sent", "at": SEEN, "note": "a note"}),
    ],
}  # fmt: skip


def make_old_store(url: str, revision: str) -> None:
    """Make a store as it was at a revision, and put in all that it could hold."""
    database = connect(url, create=True)
    with database.writing() as connection:
        migrate(connection, None, "the store", revision)
        if database.server:
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        for step, rows in ROWS.items():
            if step <= revision:
                _insert(connection, rows)
    database.close()


def _insert(connection: Connection, rows: list[tuple[str, dict[str, Any]]]) -> None:
    for table, row in rows:
        values = ", ".join(f":{name}" for name in row)
        statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"  # noqa: S608 - ours
        connection.execute(text(statement), row)
