"""Counting rules under the file, a source and a KR."""

from __future__ import annotations

from config.counting import Counting

TEXT = """\
sources:
  jira: {kind: jira, url: "https://acme.example"%s}
  trello: {kind: trello, boards: [AbCd1234]}
objectives:
  - id: A
    title: a
    team: t
    period: 2026
    key_results:
      - {id: A-1, title: a, links: [{source: jira}, {source: trello}, {source: jira, label: x}]}
      - {id: A-2, title: a, links: [{source: jira}]%s}
      - {id: A-3, title: a}
%s
"""


def test_without_blocks_the_defaults_apply_to_every_source_of_a_kr(okrs):
    """There are rules for each source that a KR links to, and no other."""
    rules = okrs(TEXT % ("", "", "")).rules
    assert rules == {
        "A-1": {"jira": Counting(), "trello": Counting()},
        "A-2": {"jira": Counting()},
        "A-3": {},
    }


def test_the_nearest_block_wins_key_by_key(okrs):
    """A key under a KR replaces the source's, that one the file's; other keys stay."""
    source = ", counting: {done: {statuses: [Live]}, ignore: {builtin: false}}"
    kr = ", counting: {done: {statuses: Verified, columns: last}}"
    file = (
        "counting: {done: {statuses: [Done done], lists: [Out]},"
        " threads: {discovery: {labels: spike}}, points: {field: Size}}"
    )
    rules = okrs(TEXT % (source, kr, file)).rules
    assert rules["A-1"]["trello"].done.statuses == ("Done done",)
    assert rules["A-1"]["jira"].done.statuses == ("Live",)
    near = rules["A-2"]["jira"]
    assert (near.done.statuses, near.done.columns) == (("Verified",), "last")
    assert (near.done.lists, near.done.categories) == (("Out",), ("done",))
    assert (near.ignore.builtin, near.done.builtin) == (False, True)
    assert near.threads.discovery.labels == ("spike",)
    assert near.points.field == "Size"


def test_a_default_written_out_replaces_what_is_above(okrs):
    """Saying the default under a KR takes back what the file says."""
    rules = okrs(
        TEXT % ("", ", counting: {done: {lists: []}}", "counting: {done: {lists: [X]}}")
    ).rules
    assert rules["A-1"]["jira"].done.lists == ("X",)
    assert rules["A-2"]["jira"].done.lists == ()


def test_sub_tasks_count_where_the_nearest_block_says_so(okrs):
    """The file may let them count, and a KR take that back."""
    rules = okrs(
        TEXT % ("", ", counting: {subtasks: no}", "counting: {subtasks: true, done: {lists: [X]}}")
    ).rules
    assert rules["A-1"]["jira"].subtasks
    assert not rules["A-2"]["jira"].subtasks
    assert not Counting().subtasks


def test_faults_in_every_block_are_told(problems):
    """Each block is checked where it stands."""
    lines = problems(
        TEXT
        % (
            ", counting: {done: {statusses: [a]}}",
            ", counting: {done: {due_complete: 7, columns: first}}",
            "counting: {done: {categories: [dome]}, drop: {}, subtask: true}",
        )
    )
    assert lines == [
        "okrs.yaml:2: unknown key 'statusses'; did you mean statuses?",
        "okrs.yaml:11: columns is 'first'; write none or last",
        "okrs.yaml:11: due_complete is '7'; write true or false",
        "okrs.yaml:13: categories holds 'dome', which is no category's key; did you mean done?",
        "okrs.yaml:13: unknown key 'drop'; did you mean dropped?",
        "okrs.yaml:13: unknown key 'subtask'; did you mean subtasks?",
    ]
