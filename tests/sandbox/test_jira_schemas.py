"""The sandbox's answers against the vendor's description, which is a hint and has its errors."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sandbox.jira.models import Person
from tests.sandbox.jira_asking import Asking, Clock, a_site

OPENAPI = Path(__file__).resolve().parents[3] / "shared" / "openapi"
pytestmark = pytest.mark.skipif(not OPENAPI.is_dir(), reason="the vendor's description isn't here")

ISSUES = ["PUB-1", "PUB-2", "PUB-3"]
SEARCH = {"jql": "project = PUB", "fields": ["*all"], "maxResults": 2}


@pytest.fixture
def jira():
    site = a_site(Clock())
    board = site.add_board("Publishing", "project = PUB", project="PUB", estimation="Story Points")
    site.add_board("Flow", "project = WEB", type="kanban", sub_query="labels is EMPTY")
    sprint = site.add_sprint("Sprint 1", board, state="active", goal="Go")
    ann = Person("Ann Example", "ann@example.org", "712020:ann")
    site.add_component("PUB", "pipeline")
    site.add_issue(key="PUB-1", type="Epic", labels=["kr-1"], assignee=ann, reporter=ann)
    site.add_issue(
        key="PUB-2",
        parent="PUB-1",
        sprints=[sprint],
        points=3,
        components=["pipeline"],
        description="Why",
    )
    site.add_issue(key="PUB-3", type="Sub-task", parent="PUB-2")
    site.move("PUB-2", "Done", resolution="Done")
    site.add_filter("Mine", "project = PUB")
    with Asking(site) as asking:
        yield asking


@cache
def description(name: str) -> dict[str, Any]:
    return json.loads((OPENAPI / f"{name}.json").read_text(encoding="utf-8"))


def check(name: str, path: str, method: str, answer: Any) -> None:
    document = description(name)
    response = document["paths"][path][method]["responses"]["200"]
    schema = response["content"]["application/json"]["schema"]
    whole = {**schema, "components": document["components"]}
    errors = sorted(Draft202012Validator(whole).iter_errors(answer), key=str)
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/rest/api/3/search/jql", SEARCH),
        ("/rest/api/3/search/jql", {"jql": "project = PUB"}),
        ("/rest/api/3/issue/bulkfetch", {"issueIdsOrKeys": ISSUES, "fields": ["*all"]}),
    ],
)
def test_posts_answer_as_described(jira: Asking, path: str, body: dict):
    """What the body asks comes in the described shape."""
    answer = jira.post(path, body)
    assert answer.status_code == 200
    check("jira-platform", path, "post", answer.json())


@pytest.mark.parametrize(
    "path",
    [
        "/rest/api/3/serverInfo",
        "/rest/api/3/myself",
        "/rest/api/3/field",
        "/rest/api/3/label",
    ],
)
def test_lists_answer_as_described(jira: Asking, path: str):
    """Lists come in the described shape."""
    check("jira-platform", path, "get", jira.get(path).json())


@pytest.mark.parametrize(
    ("described", "path"),
    [
        ("/rest/agile/1.0/board", "/rest/agile/1.0/board"),
        ("/rest/agile/1.0/board/{boardId}", "/rest/agile/1.0/board/1"),
        ("/rest/agile/1.0/board/{boardId}/configuration", "/rest/agile/1.0/board/1/configuration"),
        ("/rest/agile/1.0/board/{boardId}/configuration", "/rest/agile/1.0/board/2/configuration"),
    ],
)
def test_boards_answer_as_described(jira: Asking, described: str, path: str):
    """The agile API, too."""
    check("jira-software", described, "get", jira.get(path).json())


def test_sprints_have_the_parts_of_the_example(jira: Asking):
    """Of sprints the description has only an example, no schema."""
    path = "/rest/agile/1.0/board/{boardId}/sprint"
    response = description("jira-software")["paths"][path]["get"]["responses"]["200"]
    example = json.loads(response["content"]["application/json"]["example"])
    page = jira.get("/rest/agile/1.0/board/1/sprint").json()
    assert page.keys() == example.keys()
    known = {name for sprint in example["values"] for name in sprint}
    assert known >= page["values"][0].keys() >= {"id", "self", "state", "name", "originBoardId"}
