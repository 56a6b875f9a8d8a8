"""The trackers that every program is asked to read: made-up, the same each time, of any size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from sandbox.jira.models import Person
from sandbox.jira.site import JiraSite
from sandbox.trello.world import TrelloWorld

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.jira.models import Sprint, SprintState

PROJECT = "ACME"
EMAIL, TOKEN = "bench@example.com", "a-made-up-token"
KEY = "a-made-up-key"
ISSUES_JQL = f"project = {PROJECT} AND issuetype != Epic"

ISSUES_A_SPRINT = 1000
STATES = ("To Do",) * 7 + ("In Progress",) * 4 + ("Done",) * 8 + ("Won't Do",)
"""How twenty issues of an epic stand; the last is resolved so, in the status Done."""
NEXT = {"To Do": "In Progress", "In Progress": "Done", "Done": "To Do"}
LISTS = ("Ideas", "Next", "Ready", "Doing", "Review", "Testing", "Waiting", "Done")
SUMMARY = "Publish the scheduled pages of a department in one go, and say what failed"
DESCRIPTION = "What we know so far, what we tried, and what is still to be found out. " * 12


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to read: Jira issues under epics, Trello boards of so many cards."""

    issues: int = 0
    epics: int = 0
    boards: int = 0
    cards: int = 0

    @property
    def counted(self) -> int:
        """How many cards the KRs have, all together."""
        return self.issues + self.boards * self.cards


def jira(size: Size) -> JiraSite:
    """A Cloud site: epics labelled as KRs, issues below them, a board with sprints.

    Epics are numbered first, so that the first KR's epic is ACME-1.
    """
    site = JiraSite()
    site.add_account(EMAIL, TOKEN)
    site.add_project(PROJECT)
    started = site.now() - timedelta(days=90)
    for n in range(1, size.epics + 1):
        site.add_issue(key=epic(n), type="Epic", labels=[kr(n)], created=started)
    sprints = list(_sprints(site, size.issues))
    people = [Person(f"Person {n}", f"p{n}@example.com", f"712020:{n:024x}") for n in range(9)]
    for n in range(size.issues):
        _add(site, size, n, sprints[n // ISSUES_A_SPRINT], people[n % len(people)])
    return site


def kr(number: int) -> str:
    """The id, and the label, of the so manieth KR, from 1."""
    return f"KR-{number}"


def epic(number: int) -> str:
    """The key of the so manieth KR's epic."""
    return f"{PROJECT}-{number}"


def _sprints(site: JiraSite, issues: int) -> Iterator[Sprint]:
    board = site.add_board("Delivery", f"project = {PROJECT}", project=PROJECT)
    number = -(-issues // ISSUES_A_SPRINT)
    for n in range(number):
        state: SprintState = "active" if n == number - 1 else "closed"
        start = site.now() - timedelta(days=14 * (number - n))
        end = start + timedelta(days=14)
        yield site.add_sprint(f"Sprint {n + 1}", board, state=state, start=start, end=end)


def _add(site: JiraSite, size: Size, n: int, sprint: Sprint, who: Person) -> None:
    position = n // size.epics
    state = STATES[position % len(STATES)]
    given_up = state == "Won't Do"
    # Primes, so that each epic's issues were made and finished on days of their own;
    # all of it before yesterday, so that what changed since the last run is what we change.
    age = 3 + n * 7919 % 80
    created = site.now() - timedelta(days=age)
    finished = created + timedelta(days=n * 104_729 % (age - 2), minutes=n % 1440)
    site.add_issue(
        key=f"{PROJECT}-{size.epics + 1 + n}",
        type=("Story", "Task", "Bug")[position % 3],
        summary=f"{SUMMARY} ({n})",
        description=DESCRIPTION,
        status="Done" if given_up else state,
        resolution="Won't Do" if given_up else None,
        created=created,
        finished=None if state == "To Do" else finished,
        parent=epic(1 + n % size.epics),
        sprints=[sprint],
        points=float(position % 8) if position % 4 else None,
        assignee=who,
        reporter=who,
    )


def change(site: JiraSite, share: float) -> int:
    """Move this share of the issues on by one status, now; the number of issues moved."""
    issues = [each for each in site.issues.values() if each.parent is not None]
    step = round(1 / share)
    # Not each hundredth, which would all be under the same epics, in the same status.
    places = [step * n + 37 * n % step for n in range(len(issues) // step)]
    for position in places:
        issue = issues[position]
        site.move(issue.key, NEXT[site.statuses[issue.status].name])
    return len(places)


def trello(size: Size) -> TrelloWorld:
    """Boards of eight lists with an equal share of the cards each; the last list is Done.

    All of it was made a month ago: an id tells when, and some ask for what is older than now.
    """
    made = datetime.now(UTC) - timedelta(days=30)
    world = TrelloWorld(lambda: made)
    world.add_account(KEY, TOKEN)
    for n in range(1, size.boards + 1):
        board = world.add_board(f"Board {n}")
        lists = [world.add_list(board, name) for name in LISTS]
        for card in range(size.cards):
            name = f"{SUMMARY} ({card})"
            world.add_card(lists[card % len(lists)], name, labels=[f"team-{card % 3}"])
    return world


def okrs(size: Size, jira: str, trello: str, boards: Sequence[str], by: str = "epic") -> str:
    """An okrs.yaml with one KR for each epic and each board.

    `boards` are their short links; `by` says how an epic is linked: by its key
    ("epic"), or by the KR's id, which it has as a label ("label").
    """
    sources = {}
    if size.epics:
        sources["jira"] = {"kind": "jira", "url": jira, "deployment": "cloud"}
    if size.boards:
        sources["trello"] = {"kind": "trello", "url": trello}
    links: list[dict[str, object]] = [{"source": "jira"} for _ in range(size.epics)]
    if by == "epic":
        links = [{"source": "jira", "epic": [epic(n)]} for n in range(1, size.epics + 1)]
    links += [{"source": "trello", "board": board} for board in boards]
    key_results = [
        {"id": kr(n), "title": f"Result {n}", "links": [link]} for n, link in enumerate(links, 1)
    ]
    return as_yaml(sources, [objective("BENCH", "Bench", key_results)])


def objective(name: str, team: str, key_results: list[dict[str, Any]]) -> dict[str, Any]:
    """An objective of this year, as it stands in an okrs.yaml."""
    year = str(datetime.now(UTC).year)
    about = {"id": name, "title": "Be read quickly", "team": team, "period": year}
    return {**about, "key_results": key_results}


def as_yaml(sources: object, objectives: object, **more: object) -> str:
    """The text of an okrs.yaml; all JSON is YAML."""
    return json.dumps({"sources": sources, "objectives": objectives, **more}, indent=1)


IN_FLIGHT = 8
"""Polite by default: no more requests at once to one service."""
IDS_A_PAGE = 5000
WHO_AM_I = 1


def first_waves(size: Size, bulkfetch: int) -> int:
    """Waves of a first read: ids in the largest pages side by side, then every issue in bulk."""
    requests = WHO_AM_I + ceil(size.issues / IDS_A_PAGE) + ceil(size.issues / bulkfetch)
    return max(2, ceil(requests / IN_FLIGHT))


def steady_waves(size: Size) -> int:
    """Waves of a later read: what changed, all ids in scope, and the ids of the done, at once."""
    return ceil((WHO_AM_I + 1 + ceil(size.issues / IDS_A_PAGE) + 1) / IN_FLIGHT)


def board_waves(size: Size) -> int:
    """Waves of one nested question a board."""
    return ceil((WHO_AM_I + size.boards) / IN_FLIGHT)
