"""What a pruned store still has to say: all that any report needs."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.conftest import street  # noqa: F401 - the fixture is used by name
from tests.journeys.office import Office

REVIEW = 'review: {every: 2 weeks, starts: "2026-10-12T10:00", timezone: Europe/London}\n'
MEETINGS = ("2026-10-12T10:00", "2026-10-26T10:00", "2026-11-09T10:00", "2026-11-23T10:00")


@pytest.fixture(scope="module")
def office(tmp_path_factory, street):  # noqa: F811 - the fixture above
    """Eight weeks of a team whose cards move every other day."""
    out = Office(tmp_path_factory.mktemp("office"), street)
    out.steps.at = datetime(2026, 10, 5, 8, tzinfo=UTC)
    out.jira.add_project("PUB")
    for number in range(1, 5):
        out.jira.add_issue(key=f"PUB-{number}", labels=["PUB-1" if number % 2 else "PUB-2"])
    out.aim({"PUB-1": ["{source: jira}"], "PUB-2": ["{source: jira}"]}, more=REVIEW)
    chance = random.Random(11)
    for _ in range(32):
        out.steps.at += timedelta(hours=42)
        state = chance.choice(["To Do", "In Progress", "Done"])
        out.jira.move(f"PUB-{chance.randint(1, 4)}", state)
        out.sync()
    return out


def answers(office):
    """Everything that may still be asked for: reports of meetings and of late, ledgers, cards."""
    moments = [*MEETINGS, "2026-11-25T07:00", "2026-11-29T16:30"]
    out = [office.run("report", "--as-of", at, "--json").out for at in moments]
    for kr in ("PUB-1", "PUB-2"):
        out += [office.explained(kr), office.ledger(kr), office.kr(kr)]
    return out


def test_pruning_shows_first_and_keeps_what_reports_need(office):
    """Without --keep nothing goes; with it every meeting's report and every ledger stays."""
    before, dump = answers(office), office.dump()
    shown = office.run("store", "prune")
    assert shown.code == 0, shown.output
    assert "rows from before 2026-06-0" in shown.out
    assert office.run("store", "prune", "--keep", "1w", "--dry-run").code == 0
    assert office.dump() == dump
    done = office.run("store", "prune", "--keep", "1w", "--json").json
    dropped = {name: table["dropped"] for name, table in done["tables"].items() if table["dropped"]}
    assert set(dropped) == {"past_cards", "source_reads"}
    assert dropped["past_cards"] > 5
    assert done["bytes_after"] < done["bytes"]
    assert answers(office) == before
    assert office.run("store", "check").code == 0
    office.sync()
    again = office.run("store", "prune", "--keep", "1w", "--json").json
    assert sum(table["dropped"] for table in again["tables"].values()) == 0


def test_cards_of_sources_that_left_the_file_go(office):
    """What was fetched from a source that nothing is linked to any more is no use to anybody."""
    office.trello.add_board("Board")
    assert office.rows("SELECT count(*) FROM known_cards WHERE source = 'jira'") == [(4,)]
    sources = "sources:\n  other: {kind: jira, url: JIRA}\n"
    office.environ |= {
        name.replace("JIRA", "OTHER"): value for name, value in office.environ.items()
    }
    office.aim({"PUB-1": ["{source: other}"], "PUB-2": ["{source: other}"]}, sources=sources)
    office.sync("--force")
    assert office.run("store", "prune", "--keep", "1w").code == 0
    assert office.rows("SELECT DISTINCT source FROM known_cards") == [("other",)]
    office.sync()
