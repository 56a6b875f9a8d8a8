"""An okrs.yaml out of what a tool has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.load import load
from connectors.okr_tool import ToolKeyResult
from sandbox.stores.asana_goals import Goal
from syncer.push.importing import imported_objectives, objectives_yaml, period_name

NOW = datetime(2026, 11, 21, tzinfo=UTC)
HEAD = """\
sources:
  jira: {kind: jira, url: JIRA}
stores:
  goals: {kind: asana-goals, url: ASANA, workspace: "1200"}
"""


def begun(desk, more=""):
    """Put a file there that has the store, and no objectives."""
    desk.asana.goals["200"] = Goal("200", "Launch: day", unit="")
    desk.asana.goals["121"].parent = "200"
    desk.asana.goals["122"] = Goal("122", "Faster", "200", "none", 0, 100.0, 90.0)
    text = HEAD.replace("ASANA", f"{desk.tools['goals'].url}/api/1.0")
    desk.write(text + more)


@pytest.mark.parametrize("more", ["", "objectives: []\n", "objectives:\n"])
def test_a_file_without_objectives_gets_the_tool_s(desk, more):
    """What stands there stays; objectives and key results come with their write_to."""
    begun(desk, more)
    desk.jira.add_issue(key="PUB-40", labels=["O1-2"])
    result = desk.run("init", "--from-store", "goals")
    assert result.code == 0, result.said
    okrs = load(desk.folder / "okrs.yaml")
    (objective,) = okrs.objectives
    first, second = objective.key_results
    assert (objective.title, objective.period) == ("Launch: day", "2026-Q4")
    assert [kr.title for kr in (first, second)] == ["PUB-1", "Faster"]
    assert [(target.store, target.id) for kr in (first, second) for target in kr.write_to] == [
        ("goals", "121"),
        ("goals", "122"),
    ]
    assert [kr.write_to[0].number for kr in (first, second)] == ["percent", "value"]
    assert (second.metric.start, second.metric.target) == (100.0, 90.0)
    assert [link.source for link in second.links] == ["jira"]
    assert first.links == ()
    desk.sync()


def test_a_file_with_objectives_is_left_alone(desk):
    """The tool's go into a file beside it, which is never written over."""
    desk.goes_to("{store: goals, id: '121'}")
    path = desk.folder / "okrs.yaml"
    text = path.read_text("utf-8").replace("api/1.0,", "api/1.0, workspace: '1200',")
    path.write_text(text, "utf-8")
    assert desk.run("init", "--from-store", "goals").code == 0
    assert path.read_text("utf-8") == text
    assert load(desk.folder / "okrs.goals.yaml").objectives
    again = desk.run("init", "--from-store", "goals")
    assert again.code == 2
    assert "okrs.goals.yaml is there already" in again.err


def test_what_can_t_be_listed_is_said(desk):
    """A store that isn't there, one that lists nothing, and a file that isn't there end with 2."""
    assert "can't be read" in desk.run("init", "--from-store", "goals").err
    desk.goes_to("{store: hook, id: a}")
    assert "there is board, hook, goals" in desk.run("init", "--from-store", "bored").err
    result = desk.run("init", "--from-store", "hook")
    assert (result.code, "can't list" in result.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "begins", "expected"),
    [
        ("Q4 FY26", None, "2026-Q4"),
        ("2025-Q1", None, "2025-Q1"),
        ("Q2 2027", None, "2027-Q2"),
        ("Autumn", datetime(2026, 8, 1, tzinfo=UTC), "2026-Q3"),
        ("", None, "2026-Q4"),
    ],
)
def test_periods_are_read_as_tools_name_them(name, begins, expected):
    """By name, by the days, else the present quarter."""
    kr = ToolKeyResult("1", "T", "o", "O", period=name, begins=begins)
    assert period_name(kr, NOW) == expected


def test_texts_of_a_tool_can_t_break_the_file(tmp_path):
    """Quotes, colons, line breaks and YAML's own words come as they are."""
    titles = ["a: b", 'say "no"', "two\nlines", "- dash", "yes", "#1", "{x}", "ü\u2028"]
    listed = [ToolKeyResult(f"id {n}", title, "o", title) for n, title in enumerate(titles)]
    text = objectives_yaml(imported_objectives(listed, {"o1"}), "goals", NOW, {})
    path = tmp_path / "okrs.yaml"
    stores = "stores: {goals: {kind: asana-goals}}\n"
    path.write_text(f"sources: {{trello: {{kind: trello}}}}\n{stores}{text}", "utf-8")
    krs = [kr for objective in load(path).objectives for kr in objective.key_results]
    assert [kr.title for kr in krs] == [" ".join(title.split()) for title in titles]
