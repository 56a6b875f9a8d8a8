"""The same cards count the same, asked for over HTTP and exported from the menu."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.quarter.agenda import credentials
from sandbox.quarter.replay import world_at
from tests.connectors.exports import (
    ENGLISH,
    IN_FRENCH,
    IN_GERMAN,
    IN_SPANISH,
    csv_export,
    json_export,
)
from tests.journeys.office import Office

SOURCES = """\
sources:
  jira: {kind: jira, url: JIRA}
  trello: {kind: trello, url: TRELLO}
  csv: {kind: jira-csv, file: "exported/*.csv", url: "https://acme.example"}
  json: {kind: trello-json, file: "board-*.json"}
"""
SAVED = [
    ("english", ENGLISH, ",", "utf-8"),
    ("french", IN_FRENCH, ";", "utf-8-sig"),
    ("german", IN_GERMAN, "\t", "utf-16"),
    ("spanish", IN_SPANISH, ";", "utf-16-le"),
]
"""How the same issues are exported and saved."""

COUNTED = ("done", "remaining", "dropped", "percent", "points", "threads")


@pytest.fixture(scope="module")
def quarter():
    """Give the demo's quarter, as it stands at its end."""
    return world_at()


@pytest.fixture
def office(tmp_path, street, quarter):
    """Give an office whose trackers hold the quarter, and whose folder its exports."""
    office = Office(tmp_path, street)
    office.steps.at = quarter.clock()
    office.environ |= credentials()
    office.serve(quarter.jira, quarter.trello)
    (tmp_path / "exported").mkdir()
    for board, json in quarter.trello.boards.items():
        path = tmp_path / f"board-{json['shortLink']}.json"
        path.write_text(json_export(quarter.trello, board), encoding="utf-8")
    return office


def links(quarter):
    """Give a link for every label, epic, sprint and list there is, by what is asked."""
    site, world = quarter.jira, quarter.trello
    labels = {label for issue in site.issues.values() for label in issue.labels}
    out = {f"L-{label}": f"label: {label}" for label in labels}
    epics = [issue.key for issue in site.issues.values() if site.types[issue.type].level > 0]
    out |= {f"E-{key}": f"epic: {key}" for key in epics}
    for board in world.boards.values():
        link = board["shortLink"]
        out[f"B-{link}"] = f"board: {link}"
        out[f"C-{link}"] = f"board: {link}, children: true"
        names = {each["name"] for each in world.lists.values() if each["idBoard"] == board["id"]}
        for number, name in enumerate(sorted(names)):
            out[f"I-{link}-{number}"] = (
                f"board: {link}, list: ['{name.replace(chr(39), chr(39) * 2)}']"
            )
    return out


def test_the_same_cards_count_the_same(office, quarter):
    """Every label, epic, board and list comes to the same, asked or exported, in any language."""
    sources = SOURCES
    for name, language, delimiter, encoding in SAVED:
        path = office.folder / f"{name}.csv"
        text = csv_export(quarter.jira, language=language, delimiter=delimiter)
        path.write_text(text, encoding=encoding)
        sources += f"  {name}: {{kind: jira-csv, file: {name}.csv}}\n"
    krs = {}
    for name, link in links(quarter).items():
        on_trello = name[0] in "BCI"
        exported = ["json"] if on_trello else [saved[0] for saved in SAVED]
        for source in ["trello" if on_trello else "jira", *exported]:
            krs[f"{name}-{source}"] = [f"{{source: {source}, {link}}}"]
    office.aim(krs, sources=sources.replace("  csv:", "  unused:"))
    office.sync()
    rows = office.rows_by_kr()
    counts = {}
    for kr, row in rows.items():
        counts.setdefault(kr.rpartition("-")[0], []).append([row[key] for key in COUNTED])
    differing = {
        name for name, every in counts.items() if any(count != every[0] for count in every)
    }
    assert differing == set()
    assert len(counts) > 35
    assert sum(row["done"] for row in rows.values()) > 300


def test_a_sprint_and_all_of_an_export_come_to_what_queries_find(office, quarter):
    """A sprint by name, and the export of a filter, count as the JQL for them."""
    text = csv_export(quarter.jira)
    (office.folder / "exported" / "all.csv").write_text(text, encoding="utf-8")
    sprint = max(quarter.jira.sprints.values(), key=lambda sprint: sprint.state == "closed").name
    office.aim(
        {
            "SPRINT-api": [f"{{source: jira, jql: 'sprint = \"{sprint}\"'}}"],
            "SPRINT-file": [f"{{source: csv, sprint: '{sprint.upper()}'}}"],
            "ALL-api": ["{source: jira, jql: 'project in (PBL, ACCT, SIGN)'}"],
            "ALL-file": ["{source: csv, all: true}"],
            "APART-api": ["{source: jira, jql: 'type = Epic', children: true}"],
            "APART-file": ["{source: csv, all: true, children: true}"],
            "LISTS-file": ["{source: json, list: [Done], all: false}"],
            "WHOLE-file": ["{source: json, all: true}"],
        },
        sources=SOURCES,
    )
    office.sync()
    rows = office.rows_by_kr()
    for kr in ("SPRINT", "ALL"):
        counts = [[rows[f"{kr}-{way}"][key] for key in COUNTED] for way in ("api", "file")]
        assert counts[0] == counts[1]
        assert counts[0][0] > 0
    assert rows["APART-file"]["done"] >= rows["APART-api"]["done"] > 0
    assert rows["WHOLE-file"]["done"] >= rows["LISTS-file"]["done"] > 0
    assert office.explained("ALL-file").keys() == office.explained("ALL-api").keys()


BROKEN = """\
sources:
  csv: {kind: jira-csv, file: "exported/*.csv"}
  json: {kind: trello-json}
objectives:
  - id: PUB
    title: Scale
    team: Publishing
    period: 2026-Q4
    key_results:
      - id: PUB-1
        title: Faster
        metric: {start: 1, target: 2}
        links:
          - {source: csv, jql: project = PUB}
          - {source: csv, board: 42}
          - {source: csv, sprint: Sprint 1, scope: active-sprint}
          - {source: csv, label: a, all: true}
          - {source: csv, children: true}
          - {source: json, all: true, label: a}
"""


def test_what_a_file_cannot_answer_is_refused_with_its_line(office):
    """`check` says of each link why no export answers it, and what to write instead."""
    office.write(BROKEN)
    result = office.run("check")
    assert result.code == 2
    lines = [line.partition("okrs.yaml:")[2] for line in result.output.splitlines()]
    for start, text in (
        ("3:", "file is missing; write for example file: board.json"),
        ("14:", "a jira-csv link has no jql: a file can't be asked; export the filter"),
        ("15:", "a jira-csv link has no board: an export knows no boards"),
        ("16:", "a jira-csv link has no scope: an export doesn't say which sprint is active"),
        ("17:", "a jira-csv link takes one of"),
        ("18:", "children goes with all or sprint only; take it out"),
        ("19:", "all takes every card of the files"),
    ):
        assert any(line.startswith(start) and text in line for line in lines), (text, lines)


def test_check_and_sync_say_what_is_wrong_with_a_file(office, quarter):
    """A sprint that no column tells is a link's error with its line; a cut file is the source's."""
    path = office.folder / "exported" / "all.csv"
    path.write_text(csv_export(quarter.jira, without=["Sprint"]), encoding="utf-8")
    office.aim({"PUB-1": ["{source: csv, all: true}", "{source: csv, sprint: S}"]}, sources=SOURCES)
    result = office.run("check")
    assert result.code == 1
    assert "okrs.yaml:12: error: PUB-1: csv: all.csv has no column Sprint" in result.out
    path.write_text(csv_export(quarter.jira), encoding="utf-8")
    office.aim({"PUB-1": ["{source: csv, all: true}"]}, sources=SOURCES)
    office.sync()
    before = office.kr("PUB-1")
    path.write_text(path.read_text()[:-40], encoding="utf-8")
    office.steps.at += timedelta(hours=1)
    assert "the file breaks off in this row" in office.sync(code=1).err
    after = office.kr("PUB-1")
    assert after["stale"]
    assert [after[key] for key in (*COUNTED, "synced_at")] == [
        before[key] for key in (*COUNTED, "synced_at")
    ]


def test_a_number_is_as_old_as_its_file(office, quarter):
    """`synced_at` is the file's own date; the same file again is no news, a newer one is."""
    path = office.folder / "exported" / "all.csv"
    path.write_text(csv_export(quarter.jira), encoding="utf-8")
    written = office.steps.at - timedelta(days=3)
    os.utime(path, (written.timestamp(), written.timestamp()))
    office.aim({"PUB-1": ["{source: csv}"]}, sources=SOURCES)
    for _ in range(2):
        office.sync()
        assert datetime.fromisoformat(office.kr("PUB-1")["synced_at"]) == written.astimezone(UTC)
        office.steps.at += timedelta(hours=1)
    assert office.run("status", "--fail-stale", "2d").code == 1
    os.utime(path, (office.steps.at.timestamp(), office.steps.at.timestamp()))
    written = office.steps.at
    office.sync()
    assert datetime.fromisoformat(office.kr("PUB-1")["synced_at"]) == written


def test_most_of_a_file_gone_is_no_reading(office, quarter):
    """A file with far fewer issues than before is judged as any source: the number stays."""
    path = office.folder / "exported" / "all.csv"
    text = csv_export(quarter.jira)
    path.write_text(text, encoding="utf-8")
    office.aim({"PUB-1": ["{source: csv, all: true}"]}, sources=SOURCES)
    office.sync()
    header = csv_export(type(quarter.jira)(now=office.steps.now))
    path.write_text(header, encoding="utf-8")
    assert "answered no card where it had" in office.sync(code=1).err
    office.sync("--force")
    assert office.counts("PUB-1") == (0, 0, 0)


def test_a_report_of_then_knows_no_file_that_was_read_later(office, quarter):
    """What a file of last week says is known from its reading on, and not since it was written."""
    path = office.folder / "exported" / "all.csv"
    path.write_text(csv_export(quarter.jira), encoding="utf-8")
    office.aim({"PUB-1": ["{source: csv}"]}, sources=SOURCES)
    written, read = office.steps.at - timedelta(days=3), office.steps.at
    os.utime(path, (written.timestamp(), written.timestamp()))
    office.sync()
    office.steps.at += timedelta(days=1)
    office.sync()

    def then(moment):
        report = office.run("report", "--json", "--as-of", moment.isoformat()).json
        objectives = [each for team in report["teams"] for each in team["objectives"]]
        return [kr["synced_at"] for each in objectives for kr in each["key_results"]]

    assert then(read - timedelta(days=1)) == [None]
    (known,) = then(read + timedelta(hours=2))
    assert datetime.fromisoformat(known) == written.astimezone(UTC)
