"""Texts that try to break out of every format, and a KR made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from config.okrs import KeyResult, Link, Metric, Objective
from syncer.core.ledger import compare
from syncer.core.records import Change, CheckIn, JudgedCard, KrState, Reading, State
from syncer.core.sums import count
from syncer.review.history import KrHistory

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "</style></svg><b>bold</b> & \"quoted\" 'single' {{ 7*7 }} {% raw %}",
    "# not a heading\n- no list | a | table |\n[a](javascript:alert(1)) `code` **b** _i_ <!-- c",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2-3",
    "@SUM(1)",
    "\tTabbed\r\nlines",
    "\u202eright to left override\u202c",
    "עברית ועוד عربي",
    "🚀👩‍👩‍👧‍👦🏳️‍🌈 emoji",
    "[bold red]rich markup[/] \x1b[31mescape\x1b]8;;https://evil.example\x1b\\link\x07 \x00 nul",
    "long " * 100,
    "W" * 500,
)
READ = datetime(2026, 12, 1, 6, 15, tzinfo=UTC)
REBUILT = datetime(2026, 11, 1, 6, 15, tzinfo=UTC)


def hostile_history():
    """A KR whose every text is hostile."""
    title = " ".join(HOSTILE)
    kr = KeyResult(
        id="EVIL-1",
        title=title,
        metric=Metric(start=0, target=10, current=2, unit=HOSTILE[0]),
        quality=HOSTILE[1],
        links=(Link(source="jira"),),
    )
    cards = [hostile_card(n, text) for n, text in enumerate(HOSTILE)]
    cards.append(hostile_card(99, "A good link", "https://acme.example/ok"))
    checkin = CheckIn(kr.id, READ, 2, 2.0, HOSTILE[2], HOSTILE[0], HOSTILE[1])
    return KrHistory(
        Objective(id="EVIL", title=title, team=HOSTILE[0], period="2026-Q4", key_results=(kr,)),
        kr,
        KrState(Reading(kr.id, READ, count(cards)), tuple(cards), {"jira": READ}, HOSTILE[2]),
        (Reading(kr.id, REBUILT, count(()), rebuilt=True), Reading(kr.id, READ, count(cards))),
        compare(kr.id, (), cards, READ),
        (checkin,),
        (Change(kr.id, READ, "target", HOSTILE[3], HOSTILE[0]),),
    )


def formula_history():
    """A KR whose id, title and problem a spreadsheet would run."""
    history = hostile_history()
    kr = history.key_result.model_copy(update={"id": "=EVIL(2)", "title": HOSTILE[3]})
    state = replace(history.state, problem="@SUM(1)")
    return replace(history, key_result=kr, state=state)


def hostile_card(n, text, url="javascript:alert(3)"):
    """A card whose title, key, rule and way are one hostile text."""
    state = (State.DONE, State.REMAINING, State.DROPPED)[n % 3]
    return JudgedCard("jira", str(n), text[:40], text, url, state, text, (text,))
