"""Atlassian's gateway: tokens with scopes and OAuth, with the rights that docs/set-up.md names."""

from __future__ import annotations

import re

import pytest

from sandbox.faults import Answer
from tests.journeys.office import ROOT

SCOPES = {
    "read:jira-work",
    "read:jira-user",
    "read:board-scope.admin:jira-software",
    "read:project:jira",
    "read:sprint:jira-software",
}
LINKS = {
    "LABEL": ["{source: jira}"],
    "EPIC": ["{source: jira, epic: [WEB-1]}"],
    "QUERY": ["{source: jira, jql: 'project = WEB'}"],
    "BOARD": ["{source: jira, board: 1}"],
    "SPRINT": ["{source: jira, board: 1, scope: active-sprint}"],
}
WITHOUT = {
    "read:jira-work": set(LINKS),
    "read:jira-user": set(LINKS),
    "read:board-scope.admin:jira-software": {"BOARD", "SPRINT"},
    "read:project:jira": {"BOARD", "SPRINT"},
    "read:sprint:jira-software": {"SPRINT"},
}


@pytest.fixture
def gateway(office):
    """A team whose Jira is asked through the gateway; `links` writes its file."""
    site = office.jira
    site.add_project("WEB")
    board = site.add_board("Web squad", "project = WEB")
    sprint = site.add_sprint("Sprint 1", board, state="active")
    site.add_issue(key="WEB-1", type="Epic", labels=["LABEL"])
    site.add_issue(key="WEB-2", parent="WEB-1", status="Done", sprints=[sprint])
    office.url = f"{office.jira_serving.url}/ex/jira/{site.cloud_id}"
    office.links = lambda names=LINKS: office.aim(
        {name: LINKS[name] for name in names},
        sources=f'sources:\n  jira: {{kind: jira, url: "{office.url}"}}\n',
    )
    return office


def sign(office, kind, scopes=SCOPES):
    """Let one account alone in: with an e-mail and a scoped token, or by OAuth."""
    office.jira.accounts.clear()
    office.jira.add_account("service@example.com", "a-token", kind=kind, scopes=scopes)
    office.environ["OKR_SYNC_SOURCES__JIRA__TOKEN"] = "a-token"
    office.environ.pop("OKR_SYNC_SOURCES__JIRA__EMAIL", None)
    if kind == "scoped":
        office.environ["OKR_SYNC_SOURCES__JIRA__EMAIL"] = "service@example.com"


@pytest.mark.parametrize("kind", ["scoped", "oauth"])
def test_the_documented_scopes_suffice(gateway, kind):
    """Every kind of link is read with them, and cards lead to the site that people open."""
    sign(gateway, kind)
    gateway.links()
    checked = gateway.run("check")
    assert checked.code == 0, checked.output
    gateway.sync()
    assert {kr: gateway.counts(kr) for kr in LINKS} == dict.fromkeys(LINKS, (1, 0, 0))
    for kr in LINKS:
        url = gateway.explained(kr)["WEB-2"]["url"]
        assert url == f"{gateway.jira_serving.url}/browse/WEB-2"
    assert all(
        exchange.path.startswith("/ex/jira/") for exchange in gateway.jira_serving.log.exchanges
    )


@pytest.mark.parametrize("missing", sorted(SCOPES))
def test_no_documented_scope_is_too_many(gateway, missing):
    """Without any one of them some kind of link can't be read, and nothing is counted from it."""
    sign(gateway, "scoped", SCOPES - {missing})
    for kr in LINKS:
        gateway.links([kr])
        gateway.sync(code=int(kr in WITHOUT[missing]))
        assert (gateway.kr(kr)["done"] is None) is (kr in WITHOUT[missing]), kr


def test_the_documents_name_these_scopes():
    """The set-up's table and .env.example are about the scopes that were tried here."""
    for name in ("docs/set-up-jira-cloud.md", "config/env.example"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"read:[a-z.-]+:?[a-z-]+", text)) == SCOPES


def test_a_site_with_an_address_of_its_own_is_shown_by_it(gateway):
    """Where the site says how people open it, cards lead there; never to the gateway."""
    sign(gateway, "oauth")
    gateway.links(["LABEL"])
    for body, base in [
        ('{"baseUrl": "https://acme.atlassian.net/"}', "https://acme.atlassian.net"),
        (
            '{"baseUrl": "https://acme.atlassian.net", "displayUrl": "https://jira.acme.example"}',
            "https://jira.acme.example",
        ),
        (f'{{"baseUrl": "{gateway.url}", "displayUrl": null}}', gateway.url),
        (
            f'{{"baseUrl": "https://acme.atlassian.net", "displayUrl": "{gateway.url}"}}',
            "https://acme.atlassian.net",
        ),
    ]:
        gateway.jira_faults.clear()
        gateway.jira_faults.answer("/serverInfo$", Answer(200, body), times=None)
        gateway.sync()
        assert gateway.explained("LABEL")["WEB-2"]["url"] == f"{base}/browse/WEB-2"


def test_a_gateway_that_does_not_say_what_it_is_is_not_believed(gateway):
    """Nonsense in the place of the site's address is a problem, and no traceback."""
    sign(gateway, "oauth")
    gateway.links(["LABEL"])
    gateway.jira_faults.answer("/serverInfo$", Answer(200, "[]"), times=None)
    gateway.sync(code=1)
    assert "doesn't say what it is" in gateway.kr("LABEL")["problem"]
