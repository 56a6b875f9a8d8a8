"""Issues that others recorded become a site of the sandbox, with nothing added or lost."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.recorded.jira_site import recorded_site
from tests.sandbox.jira_asking import EMAIL, TOKEN, Asking

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "jira"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the recorded payloads aren't here")


def raw(id_: int, key: str, **fields: object) -> dict:
    return {
        "id": str(id_),
        "key": key,
        "fields": {
            "summary": f"Title\u2028of {key}",
            "issuetype": {"id": "1", "name": "Story", "subtask": False},
            "project": {"id": "7", "key": "OLD", "name": "Old"},
            "status": {"id": "6", "name": "Closed", "statusCategory": {"key": "done"}},
            "created": "2020-06-12T08:13:13.360+0800",
            "labels": [],
            **fields,
        },
    }


def kind(name: str, *, subtask: bool = False) -> dict:
    return {"id": name, "name": name, "subtask": subtask}


SPRINT = {"id": 9, "name": "S", "state": "closed", "originBoardId": 3}
LINES = [
    raw(1, "OLD-1", issuetype=kind("Saga")),
    raw(2, "OLD-2", epic={"id": 1, "key": "OLD-1"}, closedSprints=[SPRINT], labels=["a", "A"]),
    raw(3, "OLD-3", issuetype=kind("Sub-task", subtask=True), parent={"id": "2", "key": "OLD-2"}),
    raw(4, "OLD-4", epic={"id": 77, "key": "ELSE-5"}, resolution={"id": "2", "name": "Won't Fix"}),
    raw(5, "OLD-5", status={"id": "6", "name": "Closed", "statusCategory": {"key": "new"}}),
    raw(5, "OLD-5", labels=["a second time"]),
]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES) + "\n"
    (tmp_path / "old.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


def test_line_files_are_read_by_newlines_alone(lines: Path):
    """Titles hold U+2028, which isn't the end of a line; gzip is understood."""
    site = recorded_site(lines)
    assert len(site.issues) == 5
    assert site.issues[1].summary == "Title\u2028of OLD-1"


def test_levels_that_are_not_told_are_derived(lines: Path):
    """A sub-task by its mark, an epic by its name or by being some issue's epic."""
    site = recorded_site(lines)
    levels = {issue.key: site.types[issue.type].level for issue in site.issues.values()}
    assert levels == {"OLD-1": 1, "OLD-2": 0, "OLD-3": -1, "OLD-4": 0, "OLD-5": 0}


def test_a_category_that_contradicts_its_status_is_kept(lines: Path):
    """The issue keeps the key that was recorded with it."""
    site = recorded_site(lines)
    assert site.category_of(site.issues[5]) == "new"
    assert site.category_of(site.issues[4]) == "done"


def test_parents_outside_of_the_file_stay_unseen(lines: Path):
    """An epic that isn't there is told by its key, and can't be asked for."""
    site = recorded_site(lines)
    site.add_account(EMAIL, TOKEN)
    assert (site.issues[2].parent, site.issues[3].parent, site.issues[4].parent) == (1, 2, 77)
    with Asking(site) as jira:
        page = jira.page("key = OLD-4", fields=["parent", "resolution"])
        assert page["issues"][0]["fields"]["parent"]["key"] == "ELSE-5"
        assert page["issues"][0]["fields"]["resolution"]["name"] == "Won't Fix"
        assert jira.refusal("parent = ELSE-5")
        assert jira.keys("sprint in closedSprints()") == ["OLD-2"]


def test_an_issue_that_comes_twice_is_taken_once(lines: Path):
    """The first time counts."""
    assert recorded_site(lines).issues[5].labels == ()


def test_dates_keep_their_moment(lines: Path):
    """Offsets are understood, and drawn in the account's zone."""
    assert recorded_site(lines).issues[1].created.isoformat() == "2020-06-12T00:13:13.360000+00:00"


@needs_data
@pytest.mark.parametrize(
    ("project", "categories", "epics", "sub_tasks"),
    [
        ("MOD", {"done": 276, "indeterminate": 15, "new": 76}, 6, 27),
        ("DAEMON", {"done": 287, "new": 30}, 7, 0),
        ("ALOY", {"done": 1284, "indeterminate": 3, "new": 212}, 7, 71),
    ],
)
def test_the_recorded_server_has_the_counts_that_its_index_names(
    project: str, categories: dict[str, int], epics: int, sub_tasks: int
):
    """Issues by category key, epics and sub-tasks, asked by JQL on both deployments."""
    for deployment in ("cloud", "datacenter"):
        site = recorded_site(DATA / "tidev__jira-archive", deployment=deployment)
        site.add_account(EMAIL, TOKEN, kind="api-token" if deployment == "cloud" else "personal")
        with Asking(site) as jira:

            def count(jql: str, jira: Asking = jira) -> int:
                if jira.cloud:
                    return len(jira.keys(jql))
                return int(jira.post("/rest/api/2/search", {"jql": jql}).json()["total"])

            for category, expected in categories.items():
                asked = f"project = {project} and statusCategory = {category}"
                assert count(asked) == expected
            assert count(f"project = {project} and type = Epic") == epics
            names = {f'"{each.name}"' for each in site.types.values() if each.level < 0}
            assert count(f"project = {project} and type in ({', '.join(names)})") == sub_tasks


@needs_data
def test_the_recorded_cloud_keeps_its_contradictions():
    """25 done and 8 new by key; statuses with repeated names; Chinese names."""
    site = recorded_site(DATA / "apache__incubator-devlake")
    categories = Counter(site.category_of(issue) for issue in site.issues.values())
    assert categories == {"done": 25, "new": 8}
    names = Counter(status.name for status in site.statuses.values())
    assert len(site.statuses) == 53
    assert names.most_common(1)[0][1] > 1
    site.add_account(EMAIL, TOKEN)
    with Asking(site) as jira:
        assert len(jira.keys("status = 已完成")) == 30


@needs_data
def test_a_recorded_page_of_v3_is_a_site_too():
    """A search page is its issues."""
    site = recorded_site(DATA / "digitalservicebund__hack-jira-cfd")
    assert {issue.key for issue in site.issues.values()} == {"ISSUE-1", "ISSUE-2", "ISSUE-3"}
    assert site.project("ISSUE").simplified
