"""Pieces of okrs.yaml."""

from __future__ import annotations

SOURCES = """\
sources:
  jira: {kind: jira, url: "https://acme.atlassian.net"}
  trello: {kind: trello, boards: [AbCd1234]}
  bare: {kind: trello}
"""
YEAR = "objectives: [{id: YEAR, title: a, team: t, period: 2026}]\n"


def objective(links: str = "{source: jira}", kr: str = "PUB-1") -> str:
    """One objective with one KR; below `SOURCES`, its links are in the eleventh line."""
    return f"""\
objectives:
  - {{id: PUB, title: Scale, team: Publishing, period: 2026-Q4, key_results: [{{
      id: {kr},
      title: Faster,
      metric: {{start: 100, target: 90}},
      links: [
        {links}
      ]}}]}}
"""
