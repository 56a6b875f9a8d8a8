"""Real teams' Jira issues, pulled over HTTP and counted, against the second opinion."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from sandbox.trello.world import TrelloWorld
from tests.core import brute
from tests.journeys.office import JIRA_EMAIL, JIRA_TOKEN, Office
from tests.recorded.jira_site import recorded_site
from tests.recorded.works import DATA, issues, lines, needs_data, standing, tally

pytestmark = needs_data


class About(NamedTuple):
    """What queries ask about an issue."""

    key: str
    kind: str
    status: str


SERVER = "jira/tidev__jira-archive"
FILES = [DATA / SERVER / name for name in ("MOD.jsonl", "DAEMON.jsonl", "ALOY.jsonl.gz")]
CHINESE = DATA / "jira" / "apache__incubator-devlake" / "_raw_jira_api_issues.data.jsonl"

LINKS = {
    "MOD": ["{source: jira, jql: project = MOD}"],
    "DAEMON": ["{source: jira, jql: project = DAEMON ORDER BY created DESC}"],
    "ALOY": ["{source: jira, jql: project = ALOY}"],
    "CLOSED": ["{source: jira, jql: 'project = ALOY AND status = Closed'}"],
    "EPICS": ["{source: jira, jql: issuetype = Epic}"],
    "EPICS-APART": ["{source: jira, jql: issuetype = Epic, children: true}"],
    "BIG-EPIC": ["{source: jira, epic: DAEMON-48}"],
    "SOME-EPICS": ["{source: jira, epic: [DAEMON-74, DAEMON-231, ALOY-974, ALOY-1024]}"],
    "EMPTY-EPICS": ["{source: jira, epic: [DAEMON-19, ALOY-349, MOD-2391, MOD-2394]}"],
    "PARENTS": ["{source: jira, epic: [MOD-2586, ALOY-210, ALOY-43]}"],
    "ALLOY": ["{source: jira, label: alloy}"],
    "ANDROID": ["{source: jira, label: Android}"],
    "IOS": ["{source: jira, label: iOS}"],
    "CB-NEXT": ["{source: jira}"],
    "ALL": [
        "{source: jira, label: cb-next}",
        "{source: jira, epic: [DAEMON-48, DAEMON-74]}",
        "{source: jira, jql: 'project = DAEMON AND issuetype = Bug'}",
    ],
}
ASKED = {
    "MOD": lambda issue: issue.key.startswith("MOD-"),
    "DAEMON": lambda issue: issue.key.startswith("DAEMON-"),
    "ALOY": lambda issue: issue.key.startswith("ALOY-"),
    "CLOSED": lambda issue: issue.key.startswith("ALOY-") and issue.status == "Closed",
    "EPICS": lambda issue: issue.kind == "Epic",
    "ALL": lambda issue: issue.key.startswith("DAEMON-") and issue.kind == "Bug",
}
LABELS = {
    "ALLOY": "alloy",
    "ANDROID": "Android",
    "IOS": "iOS",
    "CB-NEXT": "CB-NEXT",
    "ALL": "cb-next",
}
EPICS = {
    "BIG-EPIC": ["DAEMON-48"],
    "SOME-EPICS": ["DAEMON-74", "DAEMON-231", "ALOY-974", "ALOY-1024"],
    "EMPTY-EPICS": ["DAEMON-19", "ALOY-349", "MOD-2391", "MOD-2394"],
    "PARENTS": ["MOD-2586", "ALOY-210", "ALOY-43"],
    "ALL": ["DAEMON-48", "DAEMON-74"],
}
BY_HAND = {
    "MOD": (211, 81, 42),
    "DAEMON": (251, 25, 34),
    "ALOY": (930, 206, 285),
    "EPICS": (0, 0, 0),
    "BIG-EPIC": (48, 0, 0),
    "SOME-EPICS": (7, 13, 0),
    "EMPTY-EPICS": (2, 2, 0),  # each counts as one card, by its own status
    "ALLOY": (95, 36, 57),
    "ANDROID": (59, 30, 17),  # 29 issues and an open epic with nothing under it
    "IOS": (48, 7, 11),
}
"""Counted from the files with other means, one by one."""


@pytest.fixture(scope="module")
def team(tmp_path_factory, street):
    """Three projects of one server, 2,183 issues, linked in every way and synced."""
    return linked_team(tmp_path_factory.mktemp("tidev"), street)


def linked_team(folder, street):
    office = Office(folder, street)
    site = recorded_site(*FILES)
    office.jira_account = site.add_account(JIRA_EMAIL, JIRA_TOKEN)
    office.serve(site, TrelloWorld(office.steps.now))
    office.aim(LINKS)
    office.sync()
    return office


def opinion(kr, works, facts):
    """A KR's count by the second opinion; `facts` is what is to know of every issue, by id."""
    ids = {about.key: number for number, about in facts.items()}
    asked = ASKED.get(kr, lambda _: False)
    query = [number for number, about in facts.items() if asked(about)]
    epics = [ids[key] for key in EPICS.get(kr, [])]
    if kr == "EPICS-APART":
        epics = [number for number, about in facts.items() if about.kind == "Epic"]
    by_id = {work.id: work for work in works}
    reached = brute.reached(works, LABELS.get(kr), epics, query)
    return tally([brute.state(by_id[id_]) for id_ in reached])


@pytest.fixture(scope="module")
def recording():
    """The raw issues in the second opinion's words, and what queries ask about each."""
    raw = [issue for path in FILES for issue in lines(path)]
    return issues(raw), {
        str(issue["id"]): recorded_about(issue["key"], issue["fields"]) for issue in raw
    }


def recorded_about(key, fields):
    return About(key, fields["issuetype"]["name"], fields["status"]["name"])


@pytest.mark.parametrize("kr", LINKS)
def test_a_kr_on_real_issues_agrees_with_the_second_opinion(team, recording, kr):
    """Projects, queries, epics and labels of a real server come to what the rules say."""
    assert team.counts(kr) == opinion(kr, *recording)


@pytest.mark.parametrize("kr", BY_HAND)
def test_a_kr_on_real_issues_agrees_with_a_count_by_hand(team, kr):
    """Neither the program nor the second opinion made these numbers."""
    assert team.counts(kr) == BY_HAND[kr]


@pytest.mark.parametrize("kr", LINKS)
def test_a_kr_on_real_issues_is_the_sum_of_its_cards(team, kr):
    """What explain lists is what was counted, and the rest says why it was left out."""
    cards = team.explained(kr).values()
    assert tally([card["state"] for card in cards]) == team.counts(kr)
    assert all(card["rule"] and card["via"] for card in cards)


def test_the_left_out_of_real_projects_are_epics_and_sub_tasks(team):
    """Of 367, 317 and 1,499 issues, what doesn't count is what isn't at base level."""
    assert len(team.explained("MOD")) == 367
    assert len(team.explained("DAEMON")) == 317
    assert len(team.explained("ALOY")) == 1499
    for kr, ignored in (("MOD", 6 + 27), ("DAEMON", 7), ("ALOY", 7 + 62 + 9)):
        assert sum(team.counts(kr)) == len(team.explained(kr)) - ignored


def test_a_large_site_is_compared_and_the_numbers_stay_right(tmp_path, street):
    """After changes of every kind the next run, which reads only what differs, agrees again."""
    team = linked_team(tmp_path, street)
    site = team.jira
    stories = [issue.key for issue in site.issues.values() if site.types[issue.type].level == 0]
    aloy = [key for key in stories if key.startswith("ALOY-")]
    steps = [
        lambda: site.move(aloy[3], "Open"),
        lambda: site.move(aloy[-5], "Closed", resolution="Fixed"),
        lambda: site.move(aloy[-9], "Closed", resolution="Won't Fix"),
        lambda: site.resolve(aloy[10], "Duplicate"),
        lambda: site.delete(aloy[20]),
        lambda: site.reparent("DAEMON-100", "DAEMON-74"),
        lambda: site.relabel("DAEMON-101", "CB-next"),
        lambda: site.move_project(aloy[30], "MOD"),
        lambda: site.remap_status("In Review", "done"),
        lambda: site.hide(aloy[40]),
    ]
    for step in steps:
        step()
    team.steps.at += timedelta(hours=1)
    team.jira_serving.log.clear()
    team.sync()
    asked = team.jira_serving.log.of("search/jql$")
    assert any(b"updated >= " in exchange.body for exchange in asked)
    facts = {
        str(issue.id): About(
            issue.key, site.types[issue.type].name, site.statuses[issue.status].name
        )
        for issue in site.issues.values()
        if not issue.hidden
    }
    works = [work for work in standing(site) if work.id in facts]
    assert {kr: team.counts(kr) for kr in LINKS} == {kr: opinion(kr, works, facts) for kr in LINKS}
    street.settle()


def test_a_localised_site_is_counted_by_category(tmp_path, street):
    """On a Chinese Cloud, whose statuses contradict their categories, the key alone decides."""
    office = Office(tmp_path, street)
    site = recorded_site(CHINESE)
    site.add_account(JIRA_EMAIL, JIRA_TOKEN)
    office.serve(site, TrelloWorld(office.steps.now))
    office.aim(
        {
            "EE": ["{source: jira, jql: project = EE}"],
            "K5": ["{source: jira, jql: project = K5}"],
            "STORY": ["{source: jira, epic: EE-3}"],
            "EPIC": ["{source: jira, epic: K5-4}"],
            "FRONT": ["{source: jira, label: FrontEnd}"],
        }
    )
    office.sync()
    # EE-1, EE-10 and EE-37 are called finished, and their category's key is `new`.
    by_hand = {"EE": (13, 3, 2), "K5": (0, 2, 0), "STORY": (1, 0, 0), "EPIC": (0, 1, 0)}
    by_hand["FRONT"] = (7, 2, 0)
    assert {kr: office.counts(kr) for kr in by_hand} == by_hand
    works = {key: work for work in issues(lines(CHINESE)) for key in [work.id]}
    keys = {str(issue["id"]): issue["key"] for issue in lines(CHINESE)}
    query = [number for number, key in keys.items() if key.startswith("EE-")]
    reached = brute.reached(list(works.values()), None, [], query)
    assert tally([brute.state(works[id_]) for id_ in reached]) == by_hand["EE"]
    assert len(office.explained("EE")) == 18 + 12
    street.settle()
