"""Real teams' Jira issues, exported to CSV, count as they do when they are asked for."""

from __future__ import annotations

import pytest

from sandbox.trello.world import TrelloWorld
from tests.connectors.exports import csv_export
from tests.journeys.office import JIRA_EMAIL, JIRA_TOKEN, Office
from tests.recorded.jira_site import recorded_site
from tests.recorded.test_recorded_jira import CHINESE, FILES
from tests.recorded.works import needs_data

pytestmark = needs_data

SOURCES = """\
sources:
  jira: {kind: jira, url: JIRA}
  csv: {kind: jira-csv, file: all.csv}
"""
MOST = 30
COUNTED = ("done", "remaining", "dropped", "points")


@pytest.mark.parametrize(("files", "asked"), [(FILES, 50), ([CHINESE], 3)], ids=["server", "cloud"])
def test_real_labels_and_epics_come_to_the_same(tmp_path, street, files, asked):
    """Types of a site's own, epics without issues, an epic that can't be seen, a NUL in a title."""
    office, site = Office(tmp_path, street), recorded_site(*files)
    site.add_account(JIRA_EMAIL, JIRA_TOKEN)
    office.serve(site, TrelloWorld(office.steps.now))
    (tmp_path / "all.csv").write_text(csv_export(site), encoding="utf-8")
    issues = site.issues.values()
    labels = sorted({label for issue in issues for label in issue.labels})[:MOST]
    epics = [issue.key for issue in issues if site.types[issue.type].level > 0][:MOST]
    links = [*(f"label: '{label}'" for label in labels), *(f"epic: {key}" for key in epics)]
    assert len(links) >= asked
    office.aim(
        {
            f"KR{number}-{source}": [f"{{source: {source}, {link}}}"]
            for number, link in enumerate(links)
            for source in ("jira", "csv")
        },
        sources=SOURCES,
    )
    office.sync()
    rows = office.rows_by_kr()
    differing = {
        link
        for number, link in enumerate(links)
        if [rows[f"KR{number}-jira"][key] for key in COUNTED]
        != [rows[f"KR{number}-csv"][key] for key in COUNTED]
    }
    assert differing == set()
