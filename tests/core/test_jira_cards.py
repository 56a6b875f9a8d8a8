"""From a Jira issue's JSON to a card, whatever is absent or odd in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import Category, Level
from connectors.boards.jira.cards import card, level
from connectors.boards.jira.fields import (
    AUTO,
    CardFields,
    is_field_list,
    points_fields,
    useful,
)
from connectors.errors import NotUnderstoodError

WANTED = CardFields(
    ("summary",),
    {"auto": ("cf1", "cf2"), "other": ("cf6",)},
    above=("cf3",),
    epic_name=("cf4",),
    numbers=frozenset({"cf6"}),
)
FIELDS = [
    {"id": "cf1", "name": "Story Points", "schema": {"custom": "x:float"}},
    {
        "id": "cf2",
        "name": "Schätzung",
        "schema": {"custom": "com.pyxis.greenhopper.jira:jsw-story-points"},
    },
    {"id": "cf5", "name": "Effort"},
]


def issue(**fields):
    given = {
        "summary": "Draw the map",
        "status": {"id": "3", "name": "In Arbeit", "statusCategory": {"key": "indeterminate"}},
        "issuetype": {"name": "Story", "hierarchyLevel": 0},
        **fields,
    }
    return {"id": "10001", "key": "PUB-1", "fields": given}


def read(**fields):
    return card("jira", "https://x.example", issue(**fields), WANTED)


def test_an_issue_is_a_card():
    """A card has the issue's id, key, title and address, and its status's id and category."""
    card = read(created="2026-10-01T09:00:00.000+0200")
    assert (card.id, card.key, card.title) == ("10001", "PUB-1", "Draw the map")
    assert card.url == "https://x.example/browse/PUB-1"
    assert (card.status, card.standing_id, card.category) == ("In Arbeit", "3", Category.ACTIVE)
    assert card.created == datetime(2026, 10, 1, 7, tzinfo=UTC)


def test_what_is_absent_is_as_what_is_null():
    """Where a value may be missing, real payloads leave it out as often as they say null."""
    assert read(summary=None, resolution=None, resolutiondate=None).title == "PUB-1"
    assert read().labels == ()
    assert read().parent is None


def test_an_unknown_category_is_none():
    """A category key that Jira doesn't have is undefined, never done."""
    status = {"name": "Odd", "statusCategory": {"key": "in-flight"}}
    assert read(status=status).category is Category.UNDEFINED


@pytest.mark.parametrize("category", [{}, {"key": None}, None, ...])
def test_a_status_without_a_category_is_not_believed(category):
    """Every status tells its category: where one doesn't, a done card would count as not done."""
    status = {"name": "Done", **({} if category is ... else {"statusCategory": category})}
    with pytest.raises(NotUnderstoodError, match="no readable statusCategory"):
        read(status=status)


@pytest.mark.parametrize(
    ("kind", "height"),
    [
        ({"hierarchyLevel": -1}, Level.SUBTASK),
        ({"hierarchyLevel": 0, "name": "Epic"}, Level.BASE),
        ({"hierarchyLevel": 1}, Level.CONTAINER),
        ({"hierarchyLevel": 3}, Level.CONTAINER),
        ({"subtask": True}, Level.SUBTASK),
        ({"name": "Epic", "subtask": False}, Level.CONTAINER),
        ({"name": "Bug"}, Level.BASE),
    ],
)
def test_the_hierarchy_is_told_by_level_or_by_type(kind, height):
    """Cloud tells a level; Data Center a boolean and the type's name."""
    assert level(kind) is height


def test_data_center_tells_parents_by_key_and_epics_by_name():
    """An Epic Link is a key; an issue with an Epic Name is an epic whatever its type is called."""
    assert read(cf3="PUB-9").parent == "PUB-9"
    assert read(cf3="PUB-9", parent={"id": "7"}).parent == "7"
    assert read(cf4="Maps", issuetype={"name": "Epos"}).level is Level.CONTAINER


def test_points_are_the_first_number():
    """The first field with a number counts; texts and booleans are none, 0 is one."""
    assert read(cf1=None, cf2=5).estimates == (("auto", 5.0),)
    assert read(cf1=0, cf2=5).estimates == (("auto", 0.0),)
    assert read(cf1="3", cf2=True).estimates == ()


def test_points_fields_are_found_by_name_schema_and_board():
    """`auto` is the boards' estimation, then Story Points, then the schema; time is no points."""
    fields_by_name = points_fields(
        [AUTO, "effort", "cf2", "None"], FIELDS, ["cf9", "timeoriginalestimate"]
    )
    assert fields_by_name == {
        AUTO: ("cf9", "cf1", "cf2"),
        "effort": ("cf5",),
        "cf2": ("cf2",),
        "None": (),
    }
    assert [field["id"] for field in useful(FIELDS, ["Effort", "Story Points"])] == [
        "cf1",
        "cf2",
        "cf5",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "1", "key": "PUB-1"},
        {"id": "1", "key": "PUB-1", "fields": None},
        {"id": "1", "key": "PUB-1", "fields": {"status": {}, "issuetype": {}}},
        {**issue(), "id": 1},
        {**issue(), "key": "<script>"},
        issue(summary=["Draw"]),
        issue(created="yesterday"),
        issue(created="2026-10-01"),
        issue(created=None),
        issue(resolutiondate="9999-12-31T23:59:59.999-1200"),
        issue(statuscategorychangedate=1),
        issue(labels=None),
        issue(labels=[7]),
        issue(labels="PUB-1"),
        issue(parent=None),
        issue(parent={"id": 7}),
        issue(cf3=["PUB-9"]),
        issue(cf4=7),
        issue(resolution="Done"),
        issue(resolution={}),
        issue(cf3=[]),
        issue(resolution={"name": None}),
        issue(status={"id": 3, "name": "Done"}),
        issue(status={"id": "3", "name": 3}),
        issue(status={"id": "3", "name": "Done", "statusCategory": None}),
        issue(status={"id": "3", "name": "Done", "statusCategory": {"key": 3}}),
        issue(issuetype={"name": 3}),
        issue(issuetype={"name": "Bug", "hierarchyLevel": None}),
        issue(issuetype={"name": "Bug", "hierarchyLevel": True}),
        issue(issuetype={"name": "Bug", "hierarchyLevel": 1e300}),
        issue(issuetype={"name": "Bug", "hierarchyLevel": -1, "subtask": False}),
        issue(issuetype={"name": "Bug", "hierarchyLevel": 0, "subtask": True}),
        issue(issuetype={"name": "Bug", "subtask": 1}),
        issue(cf1=float("nan")),
        issue(cf1=10**400),
        issue(cf6="3"),
        17,
    ],
)
def test_an_issue_that_is_none_is_said(broken):
    """What no issue lacks may not be lacking: the source is not understood."""
    with pytest.raises(NotUnderstoodError, match="jira: issue"):
        card("jira", "https://x.example", broken, WANTED)


def test_a_site_that_tells_levels_tells_all():
    """On Cloud a type without a level is no base-level type: it isn't understood."""
    cloud = CardFields(("summary",), levels=True)
    with pytest.raises(NotUnderstoodError, match="hierarchyLevel"):
        card("jira", "https://x.example", issue(issuetype={"name": "Story"}), cloud)


@pytest.mark.parametrize(
    "fields",
    [None, {}, [], [None], [{"id": "summary"}], [{"id": "summary", "name": "Summary"}]],
)
def test_a_field_list_names_what_every_jira_has(fields):
    """A list without summary and status isn't the site's: points would silently be none."""
    assert not is_field_list(fields)
    assert is_field_list([{"id": name, "name": name} for name in ("summary", "status")])
