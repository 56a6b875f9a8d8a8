"""How a site of the stand-in changes: what moves with what, and which dates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.jira_asking import NOON, Asking, Clock, a_site

if TYPE_CHECKING:
    from sandbox.jira.site import JiraSite

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def site() -> JiraSite:
    site = a_site(Clock())
    site.add_issue(key="PUB-1", type="Epic", labels=["kr-1"])
    site.add_issue(key="PUB-2", parent="PUB-1", points=3)
    return site


def test_a_move_sets_what_goes_with_a_status(site: JiraSite):
    """Resolution, its date and the category's date go with the move."""
    site.move("PUB-2", "In Progress", at=NOON)
    done = site.move("PUB-2", "Done", resolution="Duplicate", at=LATER)
    assert (done.updated, done.category_changed, done.resolved) == (LATER, LATER, LATER)
    assert site.resolutions[done.resolution or ""].name == "Duplicate"
    back = site.move("PUB-2", "To Do", at=LATER + timedelta(hours=1))
    assert (back.resolution, back.resolved) == (None, None)


def test_a_move_within_a_category_keeps_its_date(site: JiraSite):
    """Statuscategorychangedate is when the category changed, not the status."""
    site.add_status("Review", "indeterminate")
    site.move("PUB-2", "In Progress", at=NOON)
    assert site.move("PUB-2", "Review", at=LATER).category_changed == NOON


def test_an_issue_may_be_resolved_in_any_status(site: JiraSite):
    """Open issues can carry a resolution."""
    issue = site.resolve("PUB-2", "Won't Do", at=LATER)
    assert (issue.resolved, site.category_of(issue)) == (LATER, "new")
    assert site.resolve("PUB-2", None).resolution is None


def test_a_finished_issue_is_added_as_it_is(site: JiraSite):
    """`finished` dates the category, and the resolution where there is one."""
    done = site.add_issue(
        key="PUB-3", status="Done", created=NOON, finished=LATER, resolution="Done"
    )
    assert (done.updated, done.category_changed, done.resolved) == (LATER, LATER, LATER)
    plain = site.add_issue(key="PUB-4", status="Done", created=NOON, finished=LATER)
    assert (plain.resolution, plain.resolved) == (None, None)


def test_labels_parents_sprints_and_points_change(site: JiraSite):
    """Each mutator sets its field and moves `updated`."""
    sprint = site.add_sprint("One", site.add_board("Board", "project = PUB"))
    assert site.relabel("PUB-2", "a", "b", at=LATER).labels == ("a", "b")
    assert site.reparent("PUB-2", None).parent is None
    assert site.plan("PUB-2", sprint).sprints == (sprint.id,)
    assert site.estimate("PUB-2", 5).custom == {"customfield_10028": 5}
    assert site.estimate("PUB-2", None).custom == {}


def test_hiding_and_showing_leaves_no_trace(site: JiraSite):
    """Permission changes don't move `updated`."""
    before = site.issue("PUB-2")
    assert site.hide("PUB-2").updated == before.updated
    assert not site.sees(site.accounts[0], site.issue("PUB-2"))
    assert site.show("PUB-2") == before


def test_a_moved_issue_takes_the_next_number(site: JiraSite):
    """The new key counts on in the new project; deleting it frees both keys."""
    site.add_issue(key="WEB-7")
    moved = site.move_project("PUB-2", "WEB")
    assert (moved.key, moved.former_keys) == ("WEB-8", ("PUB-2",))
    assert site.issue("PUB-2") is site.issue("WEB-8")
    site.delete("PUB-2")
    assert site.find("PUB-2") is None
    assert site.find("WEB-8") is None


def test_renaming_and_remapping_touch_no_issue(site: JiraSite):
    """`updated` doesn't move when a status is renamed or remapped."""
    before = site.issue("PUB-2")
    site.rename_status("To Do", "Backlog")
    site.remap_status("Backlog", "indeterminate")
    assert site.issue("PUB-2") == before
    assert site.category_of(before) == "indeterminate"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "PUB-2"},
        {"key": "NO-1"},
        {"key": "PUB-9", "status": "Shipped"},
        {"key": "PUB-9", "parent": "PUB-99"},
        {"key": "PUB-9", "components": ["x"]},
        {"key": "PUB-9", "id": 10001},
    ],
)
def test_an_author_is_told_of_a_mistake(site: JiraSite, wrong: dict):
    """Keys that are taken and names that aren't there are errors, not guesses."""
    with pytest.raises((KeyError, ValueError)):
        site.add_issue(**wrong)


def test_a_name_that_several_have_must_be_told_apart(site: JiraSite):
    """The same status name may stand in different categories; then the status itself is given."""
    other = site.add_status("Done", "new")
    with pytest.raises(KeyError, match="2 are named 'Done'"):
        site.move("PUB-2", "Done")
    assert site.category_of(site.move("PUB-2", other)) == "new"


def test_a_refusal_has_a_line_for_each_mistake(site: JiraSite):
    """Several messages come at once."""
    with Asking(site) as jira:
        assert jira.refusal("project = COMOB and colour = red") == [
            "The value 'COMOB' does not exist for the field 'project'.",
            "Field 'colour' does not exist or you do not have permission to view it.",
        ]
