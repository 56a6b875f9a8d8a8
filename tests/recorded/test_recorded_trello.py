"""Real teams' Trello boards, pulled over HTTP and counted, against the second opinion."""

from __future__ import annotations

import json

import pytest

from sandbox.jira.site import JiraSite
from sandbox.trello.world import TrelloWorld
from tests.core import brute
from tests.journeys.office import TRELLO_KEY, TRELLO_TOKEN, Office
from tests.recorded.trello_boards import load_folder
from tests.recorded.works import DATA, cards, lines, needs_data, tally

pytestmark = needs_data

BOARDS = DATA / "trello"
EXPORTS = {
    "HERMES": "Hermes__resources/trello.json",
    "TAP": "tsh7__TapMovies/trello.json",
    "SIMPLE": "christophenne__trello2planka/sample-board-export.json",
    "KANBAN": "maxammann__trello-to-deck/kanban-template.json",
    "WEB": "maxammann__trello-to-deck/web-development.json",
    "TEKKEN": "Humberto-Zayas__trello-clone/trello-export.json",
    "IMPORT": "mclang__nextcloud-deck-import-trello-json/example-trello-data.json",
    "PARSE": "mclang__nextcloud-deck-import-trello-json/trello-board-example.json",
    "WEKAN": "wekan__wekan/trello-project100.json",
}
RAW = {
    "MARKETING": "640987842d1ccfffebb316fd",
    "CLIENTS": "64098772e6751c75dc0dc6bb",
    "AGILE": "6402f643d23aa9af56b28f4b",
    "COPY": "6402f6413ee115cc0084af56",
    "CHINESE": "6402b2d0464d23f06c779ebe",
}
PARTS = {
    "SOME-LISTS": ("HERMES", None, ["to do", "DONE", "Team info"]),
    "CLIENT": ("HERMES", "client", []),
    "CLIENT-DONE": ("HERMES", "Client", ["Done", "Bugs"]),
    "ARCHIVED-LIST": ("KANBAN", None, ["Running"]),
    "IN-CODE-REVIEW": ("KANBAN", None, ["code review", "Done 🎉"]),
    "ON-SERVER": ("AGILE", "On Production Server 🔛", []),
}
BY_HAND = {
    "HERMES": (13, 33, 9),  # 4 archived, and the 5 of an archived list
    "TAP": (23, 38, 1),
    "SIMPLE": (3, 7, 0),
    "KANBAN": (3, 12, 1),
    "WEB": (1, 7, 0),
    "TEKKEN": (0, 11, 0),
    "IMPORT": (0, 5, 0),
    "PARSE": (0, 4, 0),
    "WEKAN": (0, 3, 0),
    "MARKETING": (6, 19, 0),
    "CLIENTS": (0, 9, 0),  # and a template
    "AGILE": (7, 14, 0),  # and two templates
    "COPY": (4, 10, 0),
    "CHINESE": (0, 0, 0),
    "SOME-LISTS": (13, 10, 6),
    "ARCHIVED-LIST": (0, 0, 1),
    "IN-CODE-REVIEW": (3, 4, 0),
}
"""Counted from the files with other means, one by one."""


def recorded():
    """Each board's id, lists and cards, as they are in the files."""
    out = {}
    for name, path in EXPORTS.items():
        export = json.loads((BOARDS / path).read_text(encoding="utf-8"))
        out[name] = export["id"], export["lists"], export["cards"]
    folder = BOARDS / "apache__incubator-devlake"
    lists, of_all = (
        lines(folder / f"_raw_trello_{part}.data.jsonl") for part in ("lists", "cards")
    )
    for name, board in RAW.items():
        own = [[row for row in rows if row["idBoard"] == board] for rows in (lists, of_all)]
        out[name] = (board, *own)
    return out


@pytest.fixture(scope="module")
def files():
    """The recordings, read without the program."""
    return recorded()


@pytest.fixture(scope="module")
def team(tmp_path_factory, street, files):
    """Fourteen boards of eight teams, linked whole and in part, and synced."""
    office = Office(tmp_path_factory.mktemp("boards"), street)
    world = TrelloWorld(office.steps.now)
    loaded = load_folder(world, BOARDS)
    assert set(loaded) == {board for board, _, _ in files.values()}
    world.add_account(TRELLO_KEY, TRELLO_TOKEN)
    office.serve(JiraSite(now=office.steps.now), world)
    links = {name: [f"{{source: trello, board: {board}}}"] for name, (board, _, _) in files.items()}
    for name, (of, label, lists) in PARTS.items():
        link = {"source": "trello", "board": files[of][0], "label": label, "list": lists}
        links[name] = [
            json.dumps({key: value for key, value in link.items() if value}, ensure_ascii=False)
        ]
    office.aim(links)
    office.sync()
    return office


def opinion(files, name):
    """A KR's count by the second opinion."""
    of, label, names = PARTS.get(name, (name, None, []))
    _, lists, raw = files[of]
    linked = [name.lower() for name in names]
    return tally(
        [
            brute.state(work)
            for work in cards(raw, lists)
            if not linked or work.list_name.lower() in linked
            if label is None or label.lower() in [name.lower() for name in work.labels]
        ]
    )


@pytest.mark.parametrize("name", [*EXPORTS, *RAW, *PARTS])
def test_a_kr_on_a_real_board_agrees_with_the_second_opinion(team, files, name):
    """Whole boards, lists and labels of real teams come to what the rules say."""
    assert team.counts(name) == opinion(files, name)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_kr_on_a_real_board_agrees_with_a_count_by_hand(team, name):
    """Neither the program nor the second opinion made these numbers."""
    assert team.counts(name) == BY_HAND[name]


@pytest.mark.parametrize("name", [*EXPORTS, *RAW])
def test_every_card_of_a_real_board_is_explained(team, files, name):
    """No card of the recording is missing in the list, and none stands in it twice."""
    explained = team.explained(name)
    assert len(explained) == len(files[name][2])
    assert tally([card["state"] for card in explained.values()]) == team.counts(name)


def test_boards_on_which_nothing_can_be_done_are_named(team):
    """`check` warns of each real board whose lists don't say what is done, and of no other."""
    result = team.run("check", "--json")
    assert result.code == 0
    never = {
        finding["where"]
        for finding in result.json["findings"]
        if "nothing counts as done" in finding["text"]
    }
    assert never == {"TEKKEN", "IMPORT", "PARSE", "CLIENTS"}


def test_a_real_export_counts_as_its_board_does(tmp_path, street):
    """Each recorded export, read as the file that it is, comes to what was counted by hand."""
    office = Office(tmp_path, street)
    sources = "sources:\n" + "".join(
        f'  {name.lower()}: {{kind: trello-json, file: "{BOARDS / path}"}}\n'
        for name, path in EXPORTS.items()
    )
    links = {name: [f"{{source: {name.lower()}, all: true}}"] for name in EXPORTS}
    links["ARCHIVED-LIST"] = ["{source: kanban, list: Running}"]
    office.aim(links, sources=sources)
    office.sync()
    assert {name: office.counts(name) for name in links} == {name: BY_HAND[name] for name in links}
