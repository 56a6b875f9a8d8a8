"""What Jira's links and sources take in okrs.yaml, and what a link asks it for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Scope
from connectors.boards.jira.notation import issue_key, label_fault
from connectors.redaction import quoted
from connectors.tracker import Key, SetupQuestion, TrackerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from connectors.base import Selector

SITE = "https://acme.atlassian.net"
_APART = frozenset({"jql", "board"})


def board_number(text: str) -> str:
    """Give a board's number, also that in a board's URL as browsers have it."""
    number = _number_in(text) if "/" in text else text
    if not number:
        raise ValueError("names no board; write a board's number, such as 42, or its URL")
    if not re.fullmatch(r"[0-9]+", number):
        message = f"{quoted(number)} is no jira board; write its number, such as 42, or its URL"
        raise ValueError(message)
    return number


def _number_in(url: str) -> str:
    """Find the number in /boards/42, in rapidView=42 (Data Center), or at the path's end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    view = parse_qs(parts.query).get("rapidView", [""])[0]
    path = parts.path.rstrip("/")
    match = (
        re.fullmatch(r"([0-9]+)", view)
        or re.search(r"/boards/([0-9]+)(?:/|$)", path)
        or re.search(r"/([0-9A-Za-z]+)$", path)
    )
    return match[1] if match else ""


def selector(
    keys: Mapping[str, Any], _source: Mapping[str, Any], kr: str, since: datetime | None
) -> Selector:
    """Say what a link asks for; one that names nothing asks for the KR's id as label."""
    children = keys.get("children", False)
    if keys.get("epic"):
        return ByEpic(keys["epic"])
    if "jql" in keys:
        return ByQuery(keys["jql"], children)
    if "board" not in keys:
        return ByLabel(keys.get("label", kr))
    scope = Scope(keys.get("scope", Scope.BOARD))
    return ByBoard(
        boards=(keys["board"],),
        scope=scope,
        sprint=keys.get("sprint"),
        children=children,
        since=since if scope is Scope.SPRINTS else None,
    )


def _link_faults(keys: Mapping[str, Any], _source: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find keys that mean nothing without another one."""
    if "scope" in keys and "board" not in keys:
        yield "scope", "scope narrows a board, and there is none; add board:"
    if keys.get("scope") == "sprint" and "sprint" not in keys:
        yield "scope", "scope: sprint needs the sprint's name; add sprint: NAME"
    if "sprint" in keys and keys.get("scope") != "sprint":
        yield "sprint", "sprint is read with scope: sprint only; add that"
    if "children" in keys and not keys.keys() & _APART:
        yield "children", "children goes with jql or board only; take it out"


def address_fault(url: str) -> str | None:
    """Say what is too much in a site's address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    if "/rest" in path:
        return "has the API's path in it; write the server without /rest and what follows"
    if path and (parts.hostname or "").endswith(".atlassian.net"):
        return f"is a page's address; write the site alone, like {SITE}"
    return None


KIND = TrackerKind(
    name="jira",
    connector="connectors.boards.jira.source:JiraSource",
    links={
        "label": Key("publishing-speed"),
        "epic": Key("[PUB-120, PUB-133]", many=True, read=issue_key),
        "jql": Key("project = PUB AND component = pipeline"),
        "board": Key("42", read=board_number),
        "scope": Key("board", choices=tuple(Scope), assumed=Scope.BOARD),
        "sprint": Key("Sprint 12"),
        "children": Key("true", flag=True),
    },
    selector=selector,
    options={
        "projects": Key("[PUB, WEB]", many=True),
        "deployment": Key("cloud", choices=("cloud", "datacenter")),
    },
    exclusive=frozenset({"label", "epic", "jql", "board"}),
    label_fault=label_fault,
    link_faults=_link_faults,
    url_example=SITE,
    address_fault=address_fault,
    narrows="projects",
    title="Jira",
    questions=(
        SetupQuestion("url", "The site, as the browser shows it", hint=f"such as {SITE}"),
        SetupQuestion(
            "email",
            "E-mail of the token's account",
            optional=True,
            hint="Enter alone for a Data Center's personal token, or an OAuth token",
        ),
        SetupQuestion(
            "token",
            "Token",
            secret=True,
            hint="made at https://id.atlassian.com/manage-profile/security/api-tokens, "
            "on a Data Center under Profile > Personal Access Tokens",
        ),
    ),
    survey="connectors.boards.jira.survey:survey",
)
