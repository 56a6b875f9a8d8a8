"""Links and sources against what each kind of tracker takes."""

from __future__ import annotations

import pytest

from config.load import load
from connectors.tracker_kinds import kind_names, tracker_kind
from tests.config.samples import SOURCES, YEAR, objective

TAKES_ONE = "a jira link takes one of board, epic, jql and label; write a link each for"


@pytest.mark.parametrize(
    "link",
    [
        "{source: jira}",
        "{source: jira, label: publishing-speed}",
        "{source: jira, epic: [PUB-120, PUB-133]}",
        "{source: jira, jql: project = PUB, children: true}",
        "{source: jira, board: 42}",
        "{source: jira, board: 42, scope: active-sprint, children: false}",
        "{source: jira, board: 42, scope: sprint, sprint: Sprint 12}",
        "{source: jira, board: 42, scope: sprints}",
        "{source: trello}",
        "{source: trello, label: PUB 1}",
        "{source: trello, list: [Doing, Done]}",
        "{source: trello, list: [Sprint *, 5f0c0ffee0ddba11c0ffee00]}",
        "{source: trello, children: true}",
        "{source: trello, list: Doing, children: true}",
        "{source: bare, board: AbCd1234, label: PUB-1, list: Doing}",
        "{source: bare, board: 5f0c0ffee0ddba11c0ffee00}",
    ],
)
def test_every_shape_of_link_in_the_contract_is_taken(okrs, link):
    """What docs/okrs-yaml.md shows loads."""
    assert okrs(SOURCES + objective(links=link)).places.links == {"PUB-1": (11,)}


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("{label: a}", "source is missing; write for example source: jira"),
        ("{source: jria}", "unknown source 'jria'; did you mean jira?"),
        ("{source: Jira}", "unknown source 'Jira'; did you mean jira?"),
        ("{source: gitlab}", "unknown source 'gitlab'; write bare, jira or trello"),
        ("{source: jira, list: Done}", "a jira link has no list; it takes board, children, epic, "),
        (
            "{source: trello, epic: A-1}",
            "a trello link has no epic; it takes board, children, ",
        ),
        ("{source: trello, jql: a}", "a trello link has no jql; it takes board, children, label "),
        ("{source: jira, label: a, epic: A-1}", f"{TAKES_ONE} epic and label"),
        ("{source: jira, jql: a, board: 1}", f"{TAKES_ONE} board and jql"),
        ("{source: jira, epic: []}", "epic is empty; name what it should take, or leave it out"),
        ("{source: trello, list: []}", "list is empty; name what it should take, or leave it out"),
        ("{source: jira, scope: board}", "scope narrows a board, and there is none; add board:"),
        ("{source: jira, board: 1, scope: sprint}", "scope: sprint needs the sprint's name; add "),
        ("{source: jira, board: 1, sprint: a}", "sprint is read with scope: sprint only; add that"),
        (
            "{source: jira, board: 1, scope: active-sprint, sprint: a}",
            "sprint is read with scope: sprint only; add that",
        ),
        ("{source: jira, label: a, children: true}", "children goes with jql or board only; take "),
        ("{source: jira, children: true}", "children goes with jql or board only; take it out"),
        ("{source: jira, scope: sprints}", "scope narrows a board, and there is none; add board:"),
        (
            "{source: jira, board: 1, scope: sprins}",
            "scope is 'sprins'; write board, active-sprint, sprint or sprints",
        ),
        ("{source: trello, childen: true}", "unknown key 'childen'; did you mean children?"),
        ("{source: jira, label: two words}", "jira labels have no spaces, so 'two words' can't be"),
        ("{source: jira, board: AbCd1234}", "board 'AbCd1234' is no jira board; write its number"),
        ("{source: trello, board: Our board}", "board 'Our board' is no trello board; write its "),
        ("{source: trello, board: https://trello.com/c/1a/x}", "board names no board; write a "),
        ("{source: jira, board: https://trello.com/b/1a}", "board '"),
        ("{source: jira, board: [1, 2]}", "board is a list; write for example board: 42"),
        ("{source: bare}", "no board is named; add board: here, or boards: to the source"),
        ("{source: bare, list: Done}", "no board is named; add board: here, or boards: to the "),
        ("{source: trello, lists: Done}", "unknown key 'lists'; did you mean list?"),
    ],
)
def test_a_link_that_nobody_could_follow_is_told_why(linked, link, message):
    """One fault, one message, at the link's line."""
    (line,) = linked(link)
    assert line.startswith(message)


def test_a_kr_whose_id_is_its_label_has_an_id_that_can_be_one(linked):
    """Jira labels have no spaces, so a KR's id with one can't stand for a label there."""
    (line,) = linked("{source: jira}", kr="PUB 1")
    assert line.startswith("jira labels have no spaces, so 'PUB 1' can't be one; write label:")


def test_an_id_with_a_space_is_fine_where_it_is_no_label(okrs):
    """Only a link that would look for the id as a label minds it."""
    assert okrs(SOURCES + objective(kr="PUB 1", links="{source: jira, label: PUB-1}"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://acme.atlassian.net/jira/software/c/projects/PUB/boards/42", "42"),
        ("https://acme.atlassian.net/jira/software/c/projects/PUB/boards/42/backlog?a=1", "42"),
        ("https://jira.example/secure/RapidBoard.jspa?projectKey=P1&rapidView=42", "42"),
        ("https://jira.example/boards/7/", "7"),
    ],
)
def test_a_jira_boards_url_is_its_number(okrs, written, meant):
    """A URL copied from the browser names the board as its number does."""
    link = f'{{source: jira, board: "{written}"}}'
    assert (
        okrs(SOURCES + objective(links=link)).objectives[0].key_results[0].links[0].board == meant
    )


@pytest.mark.parametrize(
    "written",
    [
        "https://trello.com/b/AbCd1234",
        "https://trello.com/b/AbCd1234/our-board-2026",
        "trello.com/b/AbCd1234/our-board",
        "http://127.0.0.1:8080/b/AbCd1234/",
        "AbCd1234",
    ],
)
def test_a_trello_boards_url_is_its_short_link(okrs, written):
    """A URL copied from the browser, or from a stand-in's, names the board as its short link."""
    link = f'{{source: trello, board: "{written}"}}'
    read = okrs(SOURCES + objective(links=link))
    assert read.objectives[0].key_results[0].links[0].board == "AbCd1234"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("kind: jirra", "unknown kind 'jirra'; did you mean jira?"),
        ("kind: gitlab", "unknown kind 'gitlab'; write jira, jira-csv, trello or trello-json"),
        ("kind: jira", "url is missing; write for example url: https://acme.atlassian.net"),
        ("kind: jira, url: acme.atlassian.net", "url is no server's address; write one like"),
        ("kind: jira, url: 'ftp://a.example'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://me@a.example'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://a.example?a=b'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://a.example#b'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://a.example:x'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://[::1'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://a b.example'", "url is no server's address; write one like"),
        ("kind: jira, url: 'https://a.example/rest/api/2'", "url has the API's path in it; write "),
        ("kind: jira, url: 'https://a.atlassian.net/jira'", "url is a page's address; write the "),
        ("kind: trello, url: 'https://api.trello.com/1/'", "url has the API's path in it; write "),
        (
            "kind: trello, projects: [A]",
            "a trello source has no projects; it takes url, insecure, counting ",
        ),
        ("kind: trello, deployment: cloud", "a trello source has no deployment; it takes url, "),
        (
            "kind: jira, url: 'https://a.example', boards: 1",
            "a jira source has no boards; it ",
        ),
        ("kind: trello, boards: Our board", "'Our board' is no trello board; write its URL, or "),
        ("kind: trello, boards: [a, [b]]", "an item of boards is a list; write for example "),
        (
            "kind: jira, url: 'https://a.example', deployment: dc",
            "deployment is 'dc'; write ",
        ),
    ],
)
def test_a_source_that_nobody_could_read_is_told_why(problems, source, message):
    """One fault, one message, at the source's line, and never the address itself."""
    (line,) = problems(f"sources:\n  here: {{{source}}}\n{YEAR}")
    assert line.startswith(f"okrs.yaml:2: {message}")


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.atlassian.net/",
        "https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789",
        "http://127.0.0.1:8080",
        "https://jira.example/context",
        "http://[::1]:2990/jira",
    ],
)
def test_every_address_of_a_jira_server_is_taken(okrs, url):
    """Sites, cloud ids, context paths and stand-ins on loopback, without the last slash."""
    read = okrs(f"sources: {{here: {{kind: jira, url: '{url}'}}}}\n{YEAR}")
    assert read.sources["here"].url == url.rstrip("/")


def test_a_sources_name_can_be_part_of_a_variables_name(problems):
    """Names that no variable can carry, or that would share one, are refused."""
    lines = problems(
        f"""\
sources:
  our jira: {{kind: jira, url: "https://a.example"}}
  my-jira: {{kind: jira, url: "https://a.example"}}
  my_jira: {{kind: jira, url: "https://a.example"}}
  a__b: {{kind: trello}}
{YEAR}"""
    )
    shared = "OKR_SYNC_SOURCES__MY_JIRA__TOKEN"
    assert lines == [
        "okrs.yaml:2: source 'our jira' has no plain name; use letters, digits, - and _",
        f"okrs.yaml:4: source 'my_jira' would share {shared} with my-jira; rename one",
        "okrs.yaml:5: source 'a__b' has no plain name; use letters, digits, - and _",
    ]


def test_a_source_that_is_no_mapping_hides_no_other_problem(problems):
    """Links to it are not unknown, and the rest is still checked."""
    lines = problems("sources: {jira: hello}\n" + objective())
    assert len(lines) == 1
    assert lines[0].startswith("okrs.yaml:1: jira is 'hello'; write for example sources: {jira:")


def test_every_kind_says_what_its_links_take():
    """The table holds together: what excludes each other can be given, and has a connector."""
    for name in kind_names():
        kind = tracker_kind(name)
        assert kind.exclusive <= kind.links.keys()
        assert "token" in kind.secrets or any(key.path for key in kind.options.values())
        assert ":" in kind.connector


def test_each_block_of_rules_is_known_by_its_line(tmp_path):
    """The file's own, a source's and a key result's, so that `check` can point at it."""
    path = tmp_path / "okrs.yaml"
    path.write_text(
        "sources:\n"
        "  jira:\n"
        "    kind: jira\n"
        "    url: https://acme.atlassian.net\n"
        "    counting: {done: {statuses: [Live]}}\n"
        "objectives:\n"
        "  - id: PUB\n"
        "    title: Scale\n"
        "    team: Publishing\n"
        "    period: 2026-Q4\n"
        "    key_results:\n"
        "      - id: PUB-1\n"
        "        title: Faster\n"
        "        counting: {done: {statuses: [Live]}}\n"
        "counting: {done: {statuses: [Live]}}\n"
    )
    lines = load(path).places.counting
    assert (lines["jira"], lines["PUB-1"], lines["counting"]) == (5, 14, 15)
