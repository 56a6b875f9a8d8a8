"""The projects that a source is held to: one meaning in every link, found out once.

JQL takes keys in any case, former keys, ids and names, and refuses the whole question
for one that it doesn't know or that was archived (https://github.com/go-jira/jira/issues/470,
https://github.com/port-labs/ocean/issues/2704). So it is asked by present keys alone.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.base import ByLabel, ByQuery
from connectors.boards.jira.cards import KEY
from connectors.boards.jira.pages import is_last, list_of
from connectors.boards.jira.vanished import carries
from connectors.errors import NotFoundError, NotUnderstoodError
from connectors.patterns import folded, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.base import Card, Selector
    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.fetching import FetchedIssues

PROJECTS = "projects"
"""The note that tells the keys of the projects that the source names, and since when."""

FIND_EVERY = timedelta(hours=24)


def find_projects(
    fetched: FetchedIssues, notes: Mapping[str, str], learned: dict[str, str]
) -> tuple[str, ...]:
    """Hold a pull to the projects that the source names; give those that aren't there.

    What was found in the last day is not asked for again.
    """
    written = tuple(map(visible, fetched.access.options.get("projects", ())))
    if not written:
        return ()
    noted = json.loads(notes.get(PROJECTS, "{}"))
    keys = noted.get("keys", {})
    recent = noted and fetched.now - datetime.fromisoformat(noted["at"]) < FIND_EVERY
    if not recent or not keys.keys() >= set(written):
        project_keys = fetched.wire.together(partial(_key_of, fetched, name) for name in written)
        keys = {name: key for name, key in zip(written, project_keys, strict=True) if key}
        learned[PROJECTS] = json.dumps({"keys": keys, "at": fetched.now.isoformat()})
    fetched.projects = tuple(dict.fromkeys(keys[name] for name in written if name in keys))
    return tuple(name for name in written if name not in keys)


def problems_without(
    missing: str, selectors: Iterator[Selector], known: Mapping[str, Card], source: str
) -> dict[Selector, NotFoundError]:
    """Say which links can't do without a project: queries that name it, labels it had."""
    error = NotFoundError(missing_project(source, missing))
    word = re.compile(rf"\b{re.escape(missing)}\b", re.IGNORECASE)
    gone = [card for card in known.values() if folded(project_of(card.key)) == folded(missing)]
    return {
        link: error
        for link in selectors
        if (isinstance(link, ByQuery) and word.search(link.query))
        or (isinstance(link, ByLabel) and any(carries(card, [link.label]) for card in gone))
    }


def missing_project(source: str, name: str) -> str:
    """What to tell of a project that isn't there."""
    return f"{source}: project {name} isn't there, is archived, or this account can't see it"


def project_of(key: str) -> str:
    """The project's part of an issue's key."""
    return key.rpartition("-")[0]


def _key_of(fetched: FetchedIssues, name: str) -> str | None:
    """A project's present key, by its id, a key that it has or had, or its name."""
    project = _read(fetched, name) or _named(fetched, name)
    if project is None or project.get("archived") is True:
        return None
    key = project.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(f"{key}-1"):
        raise NotUnderstoodError(f"{fetched.access.name}: a project without a key")
    return key


def _read(fetched: FetchedIssues, name: str) -> Json | None:
    if not re.fullmatch(r"[0-9A-Za-z_]+", name):
        return None
    try:
        return _whole(fetched.wire.get(f"project/{name.upper()}"), fetched.access.name)
    except NotFoundError:
        return None


def _named(fetched: FetchedIssues, name: str) -> Json | None:
    for project in _all(fetched, name):
        if folded(str(_whole(project, fetched.access.name).get("name", ""))) == folded(name):
            named: Json = project
            return named
    return None


def _all(fetched: FetchedIssues, name: str) -> Iterator[Any]:
    source, seen = fetched.access.name, 0
    if not fetched.site.fields_known_upfront:
        yield from list_of({"values": fetched.wire.get("project")}, "values", source)
        return
    while True:
        page = fetched.wire.get("project/search", query=name, startAt=seen)
        projects = list_of(page, "values", source)
        yield from projects
        seen += len(projects)
        if is_last(page, seen, source):
            return


def _whole(project: Any, source: str) -> Json:
    if not isinstance(project, dict):
        raise NotUnderstoodError(f"{source}: a project that can't be read")
    return project
