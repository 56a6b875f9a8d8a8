"""Which issues a query finds, and which queries Jira refuses.

https://support.atlassian.com/jira-software-cloud/docs/jql-fields/.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sandbox.jira.jql.moments import Moments
from sandbox.jira.jql.parsing import JqlError, parse
from sandbox.jira.searching import IssueSearch
from tests.sandbox.jira_asking import NOON, Clock, a_site

if TYPE_CHECKING:
    from sandbox.jira.site import JiraSite


def furnish(site: JiraSite) -> JiraSite:
    """One epic with three stories, one of them with a sub-task, and a bug elsewhere."""
    board = site.add_board("Publishing", "project = PUB")
    old = site.add_sprint("Sprint 1", board, state="closed")
    now = site.add_sprint("Sprint 2", board, state="active")
    later = site.add_sprint("Sprint 3", board, state="future")
    site.add_status("Parked", "undefined")
    site.add_component("PUB", "pipeline")
    site.add_issue(key="PUB-1", type="Epic", summary="Faster publishing", labels=["PUB-1"])
    site.add_issue(
        key="PUB-2",
        parent="PUB-1",
        status="Done",
        resolution="Won't Do",
        finished=NOON - timedelta(days=3),
        created=NOON - timedelta(days=9),
        points=3,
        sprints=[old],
    )
    site.add_issue(
        key="PUB-3",
        parent="PUB-1",
        status="In Progress",
        summary="Publish in one step",
        labels=["kr-1", "Spike"],
        created=NOON - timedelta(days=2),
        sprints=[old, now],
        components=["pipeline"],
        points=0,
    )
    site.add_issue(key="PUB-4", parent="PUB-1", status="Parked", labels=["KR-1"], sprints=[later])
    site.add_issue(key="PUB-5", type="Sub-task", parent="PUB-3", description="publishing notes")
    site.add_issue(key="WEB-1", type="Bug", summary="Broken link")
    return site


@pytest.fixture
def site() -> JiraSite:
    return furnish(a_site(Clock()))


@pytest.fixture
def center() -> JiraSite:
    return furnish(a_site(Clock(), deployment="datacenter"))


def keys_of(site: JiraSite, jql: str) -> set[str]:
    ids = IssueSearch(site).find(site.accounts[0], jql).ids
    return {site.issues[id_].key for id_ in ids}


def complaints(site: JiraSite, jql: str) -> tuple[str, ...]:
    with pytest.raises(JqlError) as refused:
        IssueSearch(site).find(site.accounts[0], jql)
    return refused.value.messages


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = pub", "PUB-1 PUB-2 PUB-3 PUB-4 PUB-5"),
        ("project = Website", "WEB-1"),
        ("project != PUB", "WEB-1"),
        ("type = Epic", "PUB-1"),
        ("issuetype in (Epic, Bug)", "PUB-1 WEB-1"),
        ('status = "in progress"', "PUB-3"),
        ("status = 3", "PUB-3"),
        ("status in (Done, Parked)", "PUB-2 PUB-4"),
        ("statusCategory = Done", "PUB-2"),
        ("statusCategory = done or statusCategory = 4", "PUB-2 PUB-3"),
        ('statusCategory = "In Progress"', "PUB-3"),
        ("statusCategory = indeterminate", "PUB-3"),
        ("resolution = \"Won't Do\"", "PUB-2"),
        ("resolution = Unresolved and type = Epic", "PUB-1"),
        ("resolution is EMPTY and type = Epic", "PUB-1"),
        ("resolution in (Unresolved, Done) and type = Bug", "WEB-1"),
        ("labels = kr-1", "PUB-3"),
        ("labels in (kr-1, KR-1, nobody)", "PUB-3 PUB-4"),
        ("labels = EMPTY and project = PUB", "PUB-2 PUB-5"),
        ("sprint in openSprints()", "PUB-3"),
        ("sprint in closedSprints()", "PUB-2 PUB-3"),
        ("sprint in futureSprints()", "PUB-4"),
        ('sprint = "sprint 2"', "PUB-3"),
        ("sprint = 1", "PUB-2 PUB-3"),
        ("sprint not in openSprints()", "PUB-2 PUB-4"),
        ("component = Pipeline", "PUB-3"),
        ("cf[10020] in openSprints()", "PUB-3"),
        ("'Epic Link' = PUB-1", "PUB-2 PUB-3 PUB-4"),
        ("parent = PUB-1", "PUB-2 PUB-3 PUB-4"),
        ("parent in (PUB-3, 10001)", "PUB-2 PUB-3 PUB-4 PUB-5"),
        ("key in (PUB-1, web-1)", "PUB-1 WEB-1"),
        ("id = 10002", "PUB-2"),
        ("issue != PUB-1 and project = PUB", "PUB-2 PUB-3 PUB-4 PUB-5"),
        ("created < -1w", "PUB-2"),
        ("created >= -2d and project = PUB and labels = Spike", "PUB-3"),
        ("resolved is not EMPTY", "PUB-2"),
        ("updated >= -1m and project = WEB", "WEB-1"),
        ("updated <= -1m", "PUB-2 PUB-3"),
        ("created > '1d' or created < '-1w 1d'", "PUB-2"),
    ],
)  # fmt: skip
def test_a_query_finds_what_it_says(site: JiraSite, jql: str, keys: str):
    """Fields, operators, functions and periods mean what the documentation says."""
    assert keys_of(site, jql) == set(keys.split())


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("statusCategory != Done and project = PUB", "PUB-1 PUB-3 PUB-5"),
        ("statusCategory not in (Done) and project = PUB", "PUB-1 PUB-3 PUB-5"),
        ("statusCategory is EMPTY", "PUB-4"),
        ("statusCategory = 'No Category'", "PUB-4"),
        ("labels != kr-1", "PUB-1 PUB-4"),
        ("labels not in (kr-1, KR-1)", "PUB-1"),
        ("resolution != Done", "PUB-2"),
        ("parent != PUB-1", "PUB-5"),
    ],
)
def test_not_equal_passes_over_empty_fields(site: JiraSite, jql: str, keys: str):
    """A field without a value is never "not" something; No Category is no value."""
    assert keys_of(site, jql) == set(keys.split())


def test_labels_are_compared_with_regard_to_case(site: JiraSite):
    """Whether JQL folds case is unverified, so the strict reading is played."""
    assert keys_of(site, "labels = KR-1") == {"PUB-4"}
    site.labels_fold = True
    assert keys_of(site, "labels = KR-1") == {"PUB-3", "PUB-4"}


def test_parent_is_one_level_only(site: JiraSite):
    """A sub-task's parent is its story, not the epic."""
    assert "PUB-5" not in keys_of(site, "parent = PUB-1")


def test_a_moved_issue_is_found_by_both_keys(site: JiraSite):
    """An old key still leads to the issue."""
    site.move_project("PUB-1", "WEB")
    assert keys_of(site, "key = PUB-1") == {"WEB-2"} == keys_of(site, "key = WEB-2")
    assert keys_of(site, "parent = PUB-1") == {"PUB-2", "PUB-3", "PUB-4"}
    assert keys_of(site, "project = WEB") == {"WEB-1", "WEB-2"}


def test_on_data_center_a_parent_is_a_sub_tasks(center: JiraSite):
    """`parent` is for sub-tasks only, "Epic Link" for stories."""
    assert keys_of(center, "parent = PUB-1") == set()
    assert keys_of(center, "parent = PUB-3") == {"PUB-5"}
    assert keys_of(center, '"Epic Link" in (PUB-1)') == {"PUB-2", "PUB-3", "PUB-4"}
    assert keys_of(center, '"Epic Link" is not EMPTY') == {"PUB-2", "PUB-3", "PUB-4"}
    assert keys_of(center, "cf[10101] = PUB-1") == {"PUB-2", "PUB-3", "PUB-4"}


def test_on_data_center_initiatives_go_by_parent_link(center: JiraSite):
    """Above the epic, the Parent Link field takes over."""
    center.add_type("Initiative", 2)
    center.add_issue(key="PUB-9", type="Initiative")
    center.reparent("PUB-1", "PUB-9")
    assert keys_of(center, '"Parent Link" = PUB-9') == {"PUB-1"}
    assert keys_of(center, "parent = PUB-9") == set()


@pytest.mark.parametrize(
    ("jql", "complaint"),
    [
        ("colour = red", "Field 'colour' does not exist or you do not have permission to view it."),
        ("cf[1] = 1", "Field 'cf[1]' does not exist or you do not have permission to view it."),
        ("project = COMOB", "The value 'COMOB' does not exist for the field 'project'."),
        ("project = 99", "A value with ID '99' does not exist for the field 'project'."),
        ("status = Shipped", "The value 'Shipped' does not exist for the field 'status'."),
        ("type = Saga", "The value 'Saga' does not exist for the field 'type'."),
        ("component = x", "The value 'x' does not exist for the field 'component'."),
        ("filter = mine", "The value 'mine' does not exist for the field 'filter'."),
        (
            "sprint = 'Sprint 9'",
            "Sprint with name 'Sprint 9' does not exist or you do not have permission to view it.",
        ),
        ("key = PUB-99", "Issue does not exist or you do not have permission to see it."),
        ("key = PUB", "The issue key 'PUB' for field 'key' is invalid."),
        ("id = 99", "A value with ID '99' does not exist for the field 'id'."),
        ("parent = PUB-99", "An issue with key 'PUB-99' does not exist for field 'parent'."),
        ("labels = membersOf(x)", "Unable to find JQL function 'membersOf(x)'."),
        ("status in openSprints()", "The function 'openSprints' doesn't fit 'status'."),
        ("sprint = openSprints()", "The function 'openSprints' doesn't fit 'sprint'."),
        ("project ~ PUB", "The operator '~' is not supported by the 'project' field."),
        ("labels = (a, b)", "Operator '=' does not support the list for field 'labels'."),
        ("labels in a", "Operator 'in' does not support the non-list for field 'labels'."),
        ("created > now(1)", "Unable to find JQL function 'now(1)'."),
        (
            "updated >= yesterday",
            (
                "Date value 'yesterday' for field 'updated' is invalid. Valid formats include: "
                "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
                "format e.g. '-5d', '4w 2d'."
            ),
        ),
        (
            "project = PUB order by zz",
            "Field 'zz' does not exist or you do not have permission to view it.",
        ),
    ],
)
def test_what_the_site_has_not_got_is_refused(site: JiraSite, jql: str, complaint: str):
    """One unknown name fails the whole query, in the service's words."""
    assert complaints(site, jql) == (complaint,)


def test_every_unknown_name_is_complained_of(site: JiraSite):
    """All that is wrong with the names comes in one answer."""
    assert complaints(site, "project in (PUB, A, B) and colour = red") == (
        "The value 'A' does not exist for the field 'project'.",
        "The value 'B' does not exist for the field 'project'.",
        "Field 'colour' does not exist or you do not have permission to view it.",
    )


def test_a_hidden_or_deleted_key_fails_the_query(site: JiraSite):
    """Deleted and unseen keys are refused alike; a site may also leave them out."""
    site.delete("PUB-2")
    site.hide("PUB-3")
    for key in ("PUB-2", "PUB-3"):
        assert complaints(site, f"parent in (PUB-1, {key})") == (
            f"An issue with key '{key}' does not exist for field 'parent'.",
        )
    site.missing_keys = "omit"
    assert keys_of(site, "key in (PUB-1, PUB-2, PUB-3)") == {"PUB-1"}


def test_dates_are_read_in_the_accounts_zone():
    """An absolute date is local to whoever asks."""
    site = a_site(Clock())
    tokyo = site.add_account("tokyo@example.org", "t", time_zone="Asia/Tokyo")
    at = datetime(2026, 11, 20, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    site.add_issue(key="PUB-1", created=at)
    search = IssueSearch(site)
    assert search.find(tokyo, 'created >= "2026-11-20"').ids
    assert not search.find(site.accounts[0], 'created >= "2026-11-20"').ids
    assert not search.find(tokyo, 'created >= "2026-11-20 00:31"').ids
    assert search.find(tokyo, "created >= startOfDay()").ids


@pytest.mark.parametrize(
    ("call", "local"),
    [
        ("startOfDay()", "2026-11-20 00:00"),
        ("now()", "2026-11-20 12:00"),
        ("-90m", "2026-11-20 10:30"),
        ("'-1w 2d'", "2026-11-11 12:00"),
        ("'2026/11/03'", "2026-11-03 00:00"),
    ],
)
def test_moments(call: str, local: str):
    """Functions and periods start from the site's clock; absolute ones are the account's."""
    where = parse(f"created > {call}").where
    read = Moments(NOON, ZoneInfo("Etc/UTC")).read(where.operands[0], "created")  # type: ignore[union-attr]
    assert f"{read:%Y-%m-%d %H:%M}" == local


def test_a_filter_is_a_query_of_its_own(site: JiraSite):
    """`filter = ID` brings its restriction in, once: cycles are refused."""
    inner = site.add_filter("Epics", "type = Epic")
    outer = site.add_filter("Others", f"filter = {inner.id} or type = Bug")
    assert keys_of(site, f"filter = {outer.id}") == {"PUB-1", "WEB-1"}
    assert keys_of(site, "filter = Epics and project = PUB") == {"PUB-1"}
    assert keys_of(site, "filter not in (Others) and type = Sub-task") == {"PUB-5"}
    site.filters[inner.id] = type(inner)(inner.id, inner.name, "filter = Epics")
    assert "cyclical reference" in complaints(site, "filter = Epics")[0]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("order by key", "PUB-1 PUB-2 PUB-3 PUB-4 PUB-5 WEB-1"),
        ("order by id desc", "WEB-1 PUB-5 PUB-4 PUB-3 PUB-2 PUB-1"),
        ("order by created, key desc", "PUB-2 PUB-3 WEB-1 PUB-5 PUB-4 PUB-1"),
        ("order by updated, Rank asc", "PUB-2 PUB-3 PUB-1 PUB-4 PUB-5 WEB-1"),
        ("order by summary", "WEB-1 PUB-1 PUB-2 PUB-4 PUB-5 PUB-3"),
        ("", "WEB-1 PUB-5 PUB-4 PUB-3 PUB-2 PUB-1"),
    ],
)
def test_the_order_is_as_asked(site: JiraSite, order: str, keys: str):
    """Several fields, both ways."""
    ids = IssueSearch(site).find(site.accounts[0], f"created > -9w {order}").ids
    assert [site.issues[id_].key for id_ in ids] == keys.split()


def test_an_answer_is_remembered_only_while_it_holds(site: JiraSite):
    """A change to an issue, a sprint or a status changes what the same query finds."""
    search, me = IssueSearch(site), site.accounts[0]

    def keys(jql: str) -> set[str]:
        return {site.issues[id_].key for id_ in search.find(me, jql).ids}

    assert keys("sprint in openSprints()") == {"PUB-3"}
    site.change_sprint(site.sprints[2], state="closed")
    assert keys("sprint in openSprints()") == set()
    assert keys("statusCategory = Done") == {"PUB-2"}
    site.remap_status("Parked", "done")
    assert keys("statusCategory = Done") == {"PUB-2", "PUB-4"}
    assert keys("labels = kr-1") == {"PUB-3"}
    assert "PUB-2" not in keys("updated > -1m")
    site.relabel("PUB-2", "kr-1")
    assert keys("labels = kr-1") == {"PUB-2", "PUB-3"}
    assert keys("updated > -1m") >= {"PUB-2"}
    site.now.forward(hours=1)  # type: ignore[attr-defined]
    assert keys("updated > -1m") == set()
