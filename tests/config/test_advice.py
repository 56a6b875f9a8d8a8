"""What `check` advises on OKRs that are valid and could be better."""

from __future__ import annotations

from config.checks.advice import Advice, advice
from tests.config.samples import SOURCES


def test_good_okrs_need_no_advice(okrs):
    """Three objectives with numbers and links, and a year beside them, are fine."""
    kr = "{metric: {start: 1, target: 2}, links: [{source: jira}], title: k, id: "
    quarter = "".join(
        f"  - {{id: O{n}, title: a, team: t, period: 2026-Q4, key_results: [{kr}K{n}}}]}}\n"
        for n in range(3)
    )
    year = f"  - {{id: Y, title: a, team: t, period: 2026, key_results: [{kr}YK}}]}}\n"
    assert advice(okrs(f"{SOURCES}objectives:\n{quarter}{year}")) == ()


def test_more_than_three_objectives_of_a_team_in_a_quarter_are_many(okrs):
    """The fourth is told, once; other teams, quarters and the year have their own count."""
    text = "objectives:\n" + "".join(
        f"  - {{id: O{n}, title: a, team: {team}, period: {period}, kind: learning}}\n"
        for n, (team, period) in enumerate(
            [("Pub", "2026-Q4")] * 3
            + [("Web", "2026-Q4"), ("Pub", "2026-Q3"), ("Pub", "2026")]
            + [("pub", "2026-Q4"), ("Pub", "2026-Q4")]
        )
    )
    (advised,) = advice(okrs(SOURCES + text))
    assert (advised.line, advised.where) == (12, "O6")
    assert advised.text.startswith("pub has more than 3 objectives in 2026-Q4; ")


def test_a_delivery_objective_wants_krs_with_numbers_and_links(okrs):
    """Each lack is told at its line, in the file's order."""
    advised = advice(
        okrs(
            SOURCES
            + """\
objectives:
  - id: A
    title: a
    team: t
    period: 2026-Q4
    key_results:
      - {id: A-1, title: k}
      - {id: A-2, title: k, metric: {start: 1, target: 2}, links: [{source: jira}]}
  - {id: B, title: a, team: t, period: 2025-Q1}
"""
        )
    )
    assert advised == (
        Advice(
            11, "A-1", "no number; add metric: with start and target, or make it kind: learning"
        ),
        Advice(11, "A-1", "no link, so no cards are counted; add links:"),
        Advice(13, "B", "no key result tells when this is reached; add one with a number"),
    )


def test_learning_and_discovery_may_do_without(okrs):
    """Their result is knowing what to do next."""
    text = "objectives:\n" + "".join(
        f"  - {{id: {kind}, title: a, team: t, period: 2026-Q4, kind: {kind}{krs}}}\n"
        for kind, krs in [("learning", ""), ("discovery", ", key_results: [{id: K, title: k}]")]
    )
    assert advice(okrs(SOURCES + text)) == ()
