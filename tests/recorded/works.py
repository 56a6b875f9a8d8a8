"""A tracker's own JSON in the second opinion's words, read with nothing of the program's code."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.brute import Work

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the recorded payloads aren't here")

ROLES = {"separator", "board", "link"}


def lines(path: Path) -> list[Any]:
    """The JSON values of a file that holds one a line; only line feeds end a line."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    return [json.loads(line) for line in content.decode().split("\n") if line.strip()]


def issues(raw: list[Any]) -> list[Work]:
    """Jira issues; without a level in the recording, a type named Epic is one."""
    out = []
    for issue in {issue["id"]: issue for issue in reversed(raw)}.values():
        fields = issue["fields"]
        kind = fields["issuetype"]
        level = kind.get("hierarchyLevel")
        if level is None:
            level = -1 if kind.get("subtask") else int(kind["name"] == "Epic")
        above = fields.get("parent") or fields.get("epic") or {}
        out.append(
            Work(
                id=str(issue["id"]),
                level=level,
                parent=str(above["id"]) if above else None,
                labels=list(fields.get("labels") or []),
                status=fields["status"]["name"],
                category=fields["status"]["statusCategory"]["key"],
                resolution=(fields.get("resolution") or {}).get("name"),
            )
        )
    return out


def cards(raw: list[Any], lists: list[Any]) -> list[Work]:
    """Trello cards that stand in these lists; a mirror goes by its source's id."""
    named = {row["id"]: row for row in lists}
    return [
        Work(
            id=card.get("mirrorSourceId") or card["id"],
            labels=[label["name"] for label in card.get("labels") or []],
            category=None,
            list_name=named[card["idList"]]["name"],
            complete=bool(card.get("dueComplete")),
            archived=bool(card.get("closed") or named[card["idList"]].get("closed")),
            left_out=bool(card.get("isTemplate"))
            or card.get("cardRole") in ROLES
            or not any(letter.isalnum() for letter in card["name"]),
        )
        for card in raw
    ]


def standing(site: Any) -> list[Work]:
    """The issues of a stand-in's site as they are now, after a test has changed some."""
    return [
        Work(
            id=str(issue.id),
            level=site.types[issue.type].level,
            parent=None if issue.parent is None else str(issue.parent),
            labels=list(issue.labels),
            status=site.statuses[issue.status].name,
            category=site.category_of(issue),
            resolution=site.resolutions[issue.resolution].name if issue.resolution else None,
        )
        for issue in site.issues.values()
    ]


def tally(states: list[str]) -> tuple[int, int, int]:
    """How many are done, remaining and dropped."""
    return states.count("done"), states.count("remaining"), states.count("dropped")
