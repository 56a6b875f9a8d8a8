"""The demo's quarter, counted by the program and by the second opinion."""

from __future__ import annotations

import pytest
import yaml

from sandbox.quarter.agenda import credentials
from sandbox.quarter.replay import Quarter, world_at
from tests.core import brute
from tests.journeys.office import Office
from tests.recorded.works import cards, standing

STATES = ("done", "remaining", "dropped", "ignored")
KRS = [
    "SERVE-1", "PUB-1", "PUB-2", "PUB-3", "PUB-4", "SRCH-1", "SRCH-2", "SRCH-3", "SRCH-4",
    "ANS-1", "ACC-1", "ACC-2", "ACC-3", "IDV-1",
]  # fmt: skip


@pytest.fixture(scope="module")
def quarter():
    """The quarter as it is in the demo's present."""
    return world_at()


@pytest.fixture(scope="module")
def team(tmp_path_factory, street, quarter):
    """The three teams after their first sync, in the middle of the quarter."""
    office = Office(tmp_path_factory.mktemp("quarter"), street)
    office.steps.at = quarter.moment
    office.serve(quarter.jira, quarter.trello)
    office.environ |= credentials()
    office.write(quarter.okrs_yaml("JIRA", "TRELLO"))
    office.sync()
    return office


def links(team):
    """Each KR's links, as the file has them."""
    file = yaml.safe_load((team.folder / "okrs.yaml").read_text(encoding="utf-8"))
    krs = [kr for objective in file["objectives"] for kr in objective["key_results"]]
    return {kr["id"]: kr["links"] for kr in krs}, file["sources"]["trello"]["boards"]


def on_jira(quarter: Quarter, kr, links):
    """The states of what a KR's links reach on the Jira, counted the long way."""
    site = quarter.jira
    epics, query, label = [], [], None
    for link in links:
        if "epic" in link:
            epics += [str(site.issue(key).id) for key in link["epic"]]
        elif "jql" in link:  # the quarter has one: a component's
            query += of_component(site, "Scheduling")
        elif "board" in link:
            query += on_board(site, link)
        else:
            label = link.get("label", kr)
    works = standing(site)
    by_id = {work.id: work for work in works}
    return [brute.state(by_id[id_]) for id_ in brute.reached(works, label, epics, query)]


def of_component(site, name):
    (component,) = (
        component.id for component in site.components.values() if component.name == name
    )
    return [str(issue.id) for issue in site.issues.values() if component in issue.components]


def on_board(site, link):
    """The quarter links the squad's board for its active sprint, and a whole project's."""
    board = site.boards[int(link["board"])]
    columns = {status for column in board.columns for status in column.statuses}
    active = {sprint.id for sprint in site.sprints.values() if sprint.state == "active"}
    whole = link["scope"] == "board"
    sign_in = {each.id for each in site.projects.values() if each.key == "SIGN"}
    there = None if whole else of_component(site, "Accessibility")
    return [
        str(issue.id)
        for issue in site.issues.values()
        if issue.status in columns
        and (issue.project in sign_in if there is None else str(issue.id) in there)
        and (whole or active & set(issue.sprints))
    ]


def on_trello(quarter, kr, links, through):
    """The states of what a KR's links reach on the Trello, counted the long way."""
    world = quarter.trello
    by_id = {}
    for link in links:
        boards = [link["board"].rsplit("/", 1)[-1]] if "board" in link else through
        lists = [name.lower() for name in link.get("list", [])]
        label = None if "list" in link else link.get("label")
        if label is None and "board" not in link:
            label = kr
        for work, board, name in placed(world):
            if board not in boards or (lists and name.lower() not in lists):
                continue
            if label is None or label.lower() in [name.lower() for name in work.labels]:
                by_id[work.id] = work
    own = {work.id: work for work, _, _ in placed(world)}
    return [brute.state(own[id_]) for id_ in by_id]


def placed(world):
    """Every card with its board's short link and its list's name; sources after their mirrors."""
    raw = sorted(world.cards.values(), key=lambda card: card["mirrorSourceId"] is None)
    for card, work in zip(raw, cards(raw, list(world.lists.values())), strict=True):
        yield work, world.boards[card["idBoard"]]["shortLink"], world.lists[card["idList"]]["name"]


@pytest.mark.parametrize("kr", KRS)
def test_a_kr_of_the_quarter_agrees_with_the_second_opinion(team, quarter, kr):
    """Counted the long way from the rules, every KR has the number that okr-sync wrote."""
    of_kr, through = links(team)
    jira = [link for link in of_kr[kr] if link["source"] == "jira"]
    trello = [link for link in of_kr[kr] if link["source"] == "trello"]
    states = on_jira(quarter, kr, jira) + on_trello(quarter, kr, trello, through)
    assert team.counts(kr) == tuple(map(states.count, STATES[:3]))


@pytest.mark.parametrize("kr", KRS)
def test_a_kr_of_the_quarter_is_the_sum_of_its_cards(team, kr):
    """Done, remaining and dropped are what explain lists, and with the ignored they are all."""
    states = [card["state"] for card in team.explained(kr).values()]
    done, remaining, dropped, ignored = map(states.count, STATES)
    assert team.counts(kr) == (done, remaining, dropped)
    assert done + remaining + dropped + ignored == len(states)
    assert len(states) > 0 or kr == "SRCH-4"


def test_the_quarter_has_these_krs(team):
    """No KR of the quarter is left out above, and most have cards that were left out."""
    assert [row["id"] for row in team.run("status", "--json").json["key_results"]] == KRS
    ignored = [
        card["rule"]
        for kr in KRS
        for card in team.explained(kr).values()
        if card["state"] == "ignored"
    ]
    assert len(ignored) > 10
