"""What a right okrs.yaml becomes, and what a wrong one is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.load import load
from config.okrs import Link, Metric, Okrs
from connectors.errors import ConfigurationError

START = "`okr-sync init` in an empty folder writes an example to start from"

TITLE = "Publishing pipeline takes 10 % less time"
SITE, URL = "https://acme.atlassian.net", "OKR_SYNC_SOURCES__JIRA__URL"
OWN = "give each objective and KR its own"
MOMENT = 'write one like "2026-10-08T10:00"'

FULL = """\
sources:
  jira:   {kind: jira, url: "https://acme.atlassian.net/", projects: [PUB, WEB]}
  trello: {kind: trello, boards: "https://trello.com/b/AbCd1234/publishing"}
objectives:
  - id: PUB
    title: >
      Prepare publishing
      for launch day
    team: Publishing
    period: 2026-q4
    key_results:
      - id: PUB-1
        title: Publishing takes 10 % less time
        metric: {start: 100, target: 90, current: 96, unit: s}
        quality: and no more failures
        links:
          - {source: jira}
          - {source: jira, label: no}
          - {source: jira, epic: PUB-120}
          - {source: jira, board: 042, scope: sprint, sprint: 12, children: yes}
          - {source: trello, board: "https://trello.com/b/AbCd1234", list: Doing}
review: {every: 2 weeks, starts: 2026-10-08 10:00, timezone: Europe/London, prepare: 1d 12h}
"""


def test_a_whole_file_becomes_frozen_values(okrs):
    """Every part of a right file is in the value, with single texts as lists of one."""
    read = okrs(FULL)
    (objective,) = read.objectives
    (kr,) = objective.key_results
    assert read.sources["jira"].url == "https://acme.atlassian.net"
    assert read.sources["trello"].boards == ("AbCd1234",)
    assert objective.title == "Prepare publishing for launch day"
    assert (objective.period, objective.kind) == ("2026-Q4", "delivery")
    assert kr.metric == Metric(start=100, target=90, current=96, unit="s")
    assert kr.links == (
        Link(source="jira"),
        Link(source="jira", label="no"),
        Link(source="jira", epic=("PUB-120",)),
        Link(source="jira", board="042", scope="sprint", sprint="12", children=True),
        Link(source="trello", board="AbCd1234", list=("Doing",)),
    )
    assert read.review.prepare == timedelta(hours=36)
    assert read.review.starts == "2026-10-08 10:00"


def test_a_file_knows_the_lines_of_its_parts(okrs):
    """Sources, ids and links can be found again, and where they are makes no difference."""
    read = okrs(FULL)
    assert read.lines == {"PUB": 5, "PUB-1": 12}
    assert read.places.sources == {"jira": 2, "trello": 3}
    assert read.places.links == {"PUB-1": (17, 18, 19, 20, 21)}
    moved = okrs(f"\n\n{FULL}")
    assert moved.lines == {"PUB": 7, "PUB-1": 14}
    assert moved == read
    assert okrs(FULL.replace("target: 90", "target: 91")) != read


@pytest.mark.parametrize("written", ["010", "1e3", "no", "2026-10-08", "0x1F", "~x", "1:30", "2_0"])
def test_what_looks_like_another_type_stays_the_text_that_was_written(okrs, written):
    """An id is never read as a number, a date or a truth value."""
    read = okrs(FULL.replace("id: PUB-1", f"id: {written}"))
    assert read.objectives[0].key_results[0].id == written


def test_an_annual_period_may_be_written_as_a_number(okrs):
    """`period: 2026` is the year's objective."""
    assert okrs(FULL.replace("2026-q4", "2026")).objectives[0].period == "2026"


def test_a_byte_order_mark_is_no_problem(okrs):
    """A file as some editors save it is read the same."""
    assert okrs(b"\xef\xbb\xbf" + FULL.encode()) == okrs(FULL)


def test_windows_line_ends_are_no_problem(okrs):
    """A file with CR LF is read the same, with the same lines."""
    read = okrs(FULL.replace("\n", "\r\n").encode())
    assert (read, read.lines) == (okrs(FULL), okrs(FULL).lines)


def test_anchors_and_merges_are_followed(okrs):
    """What is merged in is below what is written, and the earlier of several merges wins."""
    read = okrs(
        """\
        sources:
          one: &one {kind: jira, url: "https://one.example", projects: [A]}
          two: &two {<<: *one, url: "https://two.example"}
          three: {<<: [*two, {projects: [B]}]}
        objectives: [{id: A, title: a, team: t, period: 2026}]
        """
    )
    assert read.sources["two"].projects == ("A",)
    assert read.sources["two"].url == "https://two.example"
    assert read.sources["three"] == read.sources["two"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", f"okrs.yaml:1: the file is empty; {START}"),
        (b"# a comment\n", f"okrs.yaml:1: the file is empty; {START}"),
        (b"- a\n", "okrs.yaml:1: isn't a mapping; begin with sources: and objectives:"),
        (b"sources", "okrs.yaml:1: isn't a mapping; begin with sources: and objectives:"),
        (b"a: 1\n\nb: \xff\n", "okrs.yaml:3: isn't UTF-8; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "okrs.yaml:1: isn't UTF-8; save the file as UTF-8"),
        (b"a: 1\n---\nb: 1\n", "okrs.yaml:2: begins a second document; keep one, without this ---"),
        (b"a: 1\nb: \x00\n", "okrs.yaml:2: holds the unprintable character U+0000; take it out"),
        (b"a: &a [*a]\n", "okrs.yaml:1: repeats too much by aliases"),
        (b"a: &a {<<: *a}\n", "okrs.yaml:1: repeats too much by aliases"),
        (b"[" * 100_000, "okrs.yaml:1: is nested too deep"),
        (b"- " * 100_000, "okrs.yaml:1: is nested too deep"),
        (b"a: [1,\n", "okrs.yaml:"),
        (b"a:\n  - {b: All #1 of it, c: 2}\n", "okrs.yaml:2: isn't YAML: '#1' is a comment"),
        (b"c: 1\nd: [One, Two #2]\n", "okrs.yaml:2: isn't YAML: '#2' is a comment, with all"),
        (b"a: {b: 1\nc: 2 # why\n", "okrs.yaml:2: isn't YAML: did not find expected ',' or '}'"),
        (b"a: *nowhere\n", "okrs.yaml:1: isn't YAML: found undefined alias"),
        (b"a: &x 1\nb: &x 2\n", "okrs.yaml:2: isn't YAML: second occurrence"),
        (b"a: 1\n\tb: 2\n", "okrs.yaml:2: isn't YAML: "),
        (b"a: b: c\n", "okrs.yaml:1: isn't YAML: mapping values are not allowed"),
    ],
)
def test_what_is_no_file_of_ours_has_one_clear_message(problems, text, message):
    """Empty, binary, broken or endless: one line that says where and what."""
    (line,) = problems(text)
    assert line.startswith(message)


def test_aliases_of_aliases_fill_no_memory(problems):
    """A few lines that stand for a billion values are refused, not read."""
    rows = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12)]
    (line,) = problems("\n".join(["x0: &x0 [a]", *rows]))
    assert "repeats too much by aliases" in line


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path):
    """Neither is a traceback, and each says what it is."""
    with pytest.raises(ConfigurationError, match="there is no such file; `okr-sync init`"):
        load(tmp_path / "none.yaml")
    with pytest.raises(ConfigurationError, match="is a directory; name the file in it"):
        load(tmp_path)
    with pytest.raises(ConfigurationError, match="can't be read: "):
        load(tmp_path / "nul\0name")


def test_a_message_calls_the_file_by_its_path_unless_told_otherwise(tmp_path):
    """The operator finds the file that is meant."""
    path = tmp_path / "okrs.yaml"
    path.write_text("a: 1")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:1: ")


def test_every_problem_is_told_at_once_in_the_files_order(problems):
    """Faults of the YAML, of single values and between parts all come in one refusal."""
    lines = problems(
        """\
        sources:
          jira: {kind: jira, ulr: "https://acme.atlassian.net"}
        objectives:
          - id: PUB
            title: Scale
            title: Scale again
            team: Publishing
            period: 2026-Q5
            key_results:
              - {id: pub, links: [{source: jria}]}
        review: {every: 2 weeks, starts: tomorrow}
        """
    )
    assert lines == [
        "okrs.yaml:2: unknown key 'ulr'; did you mean url?",
        f"okrs.yaml:2: url is missing; write for example url: {SITE}, or set {URL}",
        "okrs.yaml:6: key 'title' is already in line 5; keep one of the two",
        "okrs.yaml:8: period is '2026-Q5'; write 2026-Q4 for a quarter, or 2026 for the year",
        f"okrs.yaml:10: title is missing; write for example title: {TITLE}",
        f"okrs.yaml:10: id 'pub' is taken in line 4, whatever the case; {OWN}",
        "okrs.yaml:10: unknown source 'jria'; did you mean jira?",
        f"okrs.yaml:11: starts is 'tomorrow', which is no date and time; {MOMENT}",
    ]


def test_a_file_without_sources_or_objectives_is_sent_to_init(problems):
    """Nothing to read from and nothing to count is told once each."""
    assert problems("sources: {}\n\nobjectives: []\n") == [
        f"okrs.yaml:1: there are no sources; {START}",
        f"okrs.yaml:3: there are no objectives; {START}",
    ]
    assert problems("review: {every: week, starts: 2026-10-08}") == [
        f"okrs.yaml:1: there are no sources; {START}",
        f"okrs.yaml:1: there are no objectives; {START}",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("team: Publishing", "team:", "9: team is missing; write for example team: Publishing"),
        ("team: Publishing", "team: ''", "9: team is empty; write for example team"),
        ("team: Publishing", "team: [a]", "9: team is a list; write for example team: Publishing"),
        ("team: Publishing", "team: t\n    owner: x", "10: unknown key 'owner'; write "),
        ("period: 2026-q4", "period: 2026-Q0", "10: period is '2026-Q0'; write 2026-Q4 for"),
        ("period: 2026-q4", "period: 26", "10: period is '26'; write 2026-Q4 for"),
        ("team: Pub", "kind: delivry\n    team: Pub", "9: kind is 'delivry'; write delivery, "),
        ("id: PUB-1", 'id: "a\\nb"', "12: id holds a line break"),
        ("target: 90", "target: 1e2", "14: target is the same as start, so there is no way to go"),
        ("target: 90", "target: .inf", "14: target is '.inf'; write a number"),
        ("target: 90", "target: nan", "14: target is 'nan'; write a number"),
        ("target: 90", "target: '9,5'", "14: target is '9,5'; write a number"),
        ("target: 90", "goal: 90", "14: unknown key 'goal'; "),
        ("children: yes", "children: often", "20: children is 'often'; write true or false"),
        ("scope: sprint,", "scope: spirnt,", "20: scope is 'spirnt'; write board, active-sprint, "),
        ("epic: PUB-120", "epic: Speed", "19: an item of epic is 'Speed', which is no issue's "),
        (
            "          - {source: jira}",
            "          - jira",
            "17: an item of links is 'jira'; ",
        ),
        ("2 weeks", "a fortnight", "22: every is 'a fortnight'; write for example 2 weeks"),
        ("2 weeks", "0 weeks", "22: every is '0 weeks'; write for example 2 weeks"),
        (
            "Europe/London",
            "Europe/Londn",
            "22: timezone is 'Europe/Londn', which is no time zone",
        ),
        ("Europe/London", "../etc", "22: timezone is '../etc', which is no time zone; write one "),
        ("Europe/London", "Europe", "22: timezone is 'Europe', which is no time zone; write "),
        ("2026-10-08 10:00", "2026-02-30", "22: starts is '2026-02-30', which is no date and time"),
        ("2026-10-08 10:00", "0001-01-01", "22: starts is '0001-01-01', which is no date and time"),
        ("1d 12h", "24", "22: prepare is '24'; write for example 24h"),
        ("1d 12h", "0h", "22: prepare is '0h'; write for example 24h"),
        ("1d 12h", "2 years", "22: prepare is '2 years'; write for example 24h"),
        ("review:", "revue:", "22: unknown key 'revue'; did you mean review?"),
        ("review:", "rules: {}\nreview:", "22: unknown key 'rules'; "),
        ("review:", "lines: {}\nreview:", "22: unknown key 'lines'; "),
        ("review:", "!env x: 1\nreview:", "22: unknown key 'x'; "),
        ("title: Publishing", "title: !env Publishing", "13: has the tag '!env'; write the value"),
        ("title: Publishing", 'title: "\\e[2J" #', "13: holds the unprintable character U+001B"),
        ("review:", "? [a]\n: b\nreview:", "22: has a list or mapping for a key; write one word"),
        ("projects: [PUB", "<<: [x], projects: [PUB", "2: << merges what is no mapping"),
    ],
)
def test_each_fault_has_its_line_and_its_cure(problems, old, new, message):
    """One wrong thing in an otherwise right file: one message, at its line."""
    assert old in FULL
    lines = problems(FULL.replace(old, new, 1))
    assert any(line.startswith(f"okrs.yaml:{message}") for line in lines), lines


@pytest.mark.parametrize("every", ["week", "2 weeks", "10 days", "1 month", "Month", "3 months"])
@pytest.mark.parametrize("starts", ["2026-10-08", "2026-10-08T10:00Z", "2026-10-08T10:00+01:00"])
def test_reviews_may_be_told_in_several_ways(okrs, every, starts):
    """Every number of days, weeks or months, from a day or a moment."""
    read = okrs(FULL.replace("2 weeks", every).replace("2026-10-08 10:00", starts))
    assert (read.review.every, read.review.starts) == (every, starts)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("24h", timedelta(hours=24)),
        ("2d", timedelta(days=2)),
        ("30m", timedelta(minutes=30)),
        ("1 day", timedelta(days=1)),
        ("90 minutes", timedelta(minutes=90)),
        ("1 week 2 days", timedelta(days=9)),
    ],
)
def test_prepare_is_a_time_with_its_unit(okrs, written, meant):
    """The report is made this long before the meeting."""
    assert okrs(FULL.replace("1d 12h", written)).review.prepare == meant


def test_an_id_is_taken_by_an_objective_or_a_kr_whatever_the_case(problems):
    """Objectives and KRs share one namespace, since a label matches without regard to case."""
    lines = problems(
        """\
        sources: {jira: {kind: jira, url: "https://acme.atlassian.net"}}
        objectives:
          - id: PUB
            title: a
            team: t
            period: 2026-Q4
            key_results: [{id: pub-1, title: a}, {id: PUB-1, title: b}]
          - {id: Pub, title: b, team: t, period: 2026-Q4}
        """
    )
    assert [line.split(";")[0] for line in lines] == [
        "okrs.yaml:7: id 'PUB-1' is taken in line 7, whatever the case",
        "okrs.yaml:8: id 'Pub' is taken in line 3, whatever the case",
    ]


def test_a_parent_is_an_objective_of_this_file(problems):
    """A parent that isn't there, or is a KR, is told with the nearest objective."""
    lines = problems(
        """\
        sources: {jira: {kind: jira, url: "https://acme.atlassian.net"}}
        objectives:
          - {id: YEAR, title: a, team: t, period: 2026}
          - {id: Q4, title: a, team: t, period: 2026-Q4, parent: year}
          - {id: Q3, title: a, team: t, period: 2026, parent: K, key_results: [{id: K, title: k}]}
        """
    )
    assert lines == [
        "okrs.yaml:4: parent 'year' is no objective in this file; did you mean YEAR?",
        "okrs.yaml:5: parent 'K' is no objective in this file; write Q4 or YEAR",
    ]


def test_a_circle_of_parents_is_told_once(problems):
    """The circle is named whole, at its first member; who only hangs below it is not blamed."""
    lines = problems(
        """\
        sources: {jira: {kind: jira, url: "https://acme.atlassian.net"}}
        objectives:
          - {id: D, title: a, team: t, period: 2026, parent: A}
          - {id: A, title: a, team: t, period: 2026, parent: B}
          - {id: B, title: a, team: t, period: 2026, parent: A}
          - {id: S, title: a, team: t, period: 2026, parent: S}
        """
    )
    assert lines == [
        "okrs.yaml:4: parent makes a circle, 'A' under 'B' under 'A'; leave one parent out",
        "okrs.yaml:6: parent makes a circle, 'S' under 'S'; leave one parent out",
    ]


def test_okrs_compare_with_nothing_else(okrs):
    """Equality is of the OKRs' content."""
    assert okrs(FULL) != "okrs"
    assert Okrs(sources={}, objectives=()) == Okrs(sources={}, objectives=())
