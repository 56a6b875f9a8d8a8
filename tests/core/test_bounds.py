"""What one KR's cards bring about stays with that KR."""

from __future__ import annotations

import logging

from config.counting import Counting
from config.okrs import KeyResult, Objective, Okrs
from config.sources import Link, Source
from connectors.base import ByLabel, Card, Category, Hit, Pull
from syncer.core.plan import plan
from syncer.core.records import Fail, KrState, Write
from syncer.run import decide_all
from tests.core.worlds import AT


def test_a_kr_that_cannot_be_counted_is_its_own_failure(caplog):
    """The others are decided on; the message names no card, and the log where it was."""
    krs = tuple(KeyResult(id=id_, title="t", links=(Link(source="s"),)) for id_ in ("ODD", "WELL"))
    objective = Objective(id="O", title="t", team="t", period="2026-Q4", key_results=krs)
    okrs = Okrs(
        sources={"s": Source(kind="jira", url="https://x.example")},
        objectives=(objective,),
        rules={kr.id: {"s": Counting()} for kr in krs},
    )
    card = Card("s", "1", "A-1", "Secret", "u", status="Done", category=Category.DONE)
    hits = {
        ByLabel("ODD"): (Hit("an id that no card has", "way"),),
        ByLabel("WELL"): (Hit("1", "way"),),
    }
    answers = {"s": Pull("s", AT, {"1": card}, hits)}
    before = {kr.id: KrState() for kr in krs}
    with caplog.at_level(logging.DEBUG, logger="syncer"):
        odd, well = decide_all(plan(okrs), answers, before, okrs, at=AT, force=False)
    assert odd == Fail("ODD", "could not be counted: KeyError; -v -v logs where")
    assert isinstance(well, Write)
    assert well.reading.progress.done == 1
    assert "ODD: KeyError at " in caplog.text
    assert "an id that no card has" not in caplog.text
