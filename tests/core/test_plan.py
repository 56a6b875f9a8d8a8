"""What a run asks for, and why it doesn't."""

from __future__ import annotations

import pytest

from config.counting import Counting
from config.okrs import KeyResult, Objective, Okrs
from config.sources import Link, Source
from connectors.errors import ConfigurationError, TransientError
from syncer.core.decide import decision
from syncer.core.plan import plan
from syncer.core.records import Fail, Keep, KrState, Reading
from syncer.core.sums import count
from tests.core.worlds import AT

RULES = {"jira": Counting(), "other": Counting()}


def file():
    """Two KRs on one Jira, one of them on another too."""
    links = Link(source="jira"), Link(source="other")
    krs = (
        KeyResult(id="PUB-1", title="t", links=links[:1]),
        KeyResult(id="PUB-2", title="t", links=links),
    )
    objective = Objective(id="PUB", title="t", team="t", period="2026-Q4", key_results=krs)
    jira = Source(kind="jira", url="https://x.example")
    return Okrs(
        sources={"jira": jira, "other": jira},
        objectives=(objective,),
        rules={kr.id: RULES for kr in krs},
    )


def test_a_run_is_over_all_or_a_part():
    """A source's run takes the KRs on it, a KR's run that one, written in any case."""
    assert [target.id for target in plan(file()).targets] == ["PUB-1", "PUB-2"]
    others = plan(file(), source="other")
    assert [target.id for target in others.targets] == ["PUB-2"]
    assert list(others.asks) == ["other"]
    single = plan(file(), kr="pub-1")
    assert ([target.id for target in single.targets], single.whole) == (["PUB-1"], False)


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"source": "jra"}, "no source is named jra; there is jira, other"),
        ({"kr": "PUB-3"}, "no KR has the id PUB-3"),
    ],
)
def test_what_the_file_does_not_know_is_no_run(part, problem):
    """The message says what there is."""
    with pytest.raises(ConfigurationError, match=problem):
        plan(file(), **part)


def test_each_source_without_an_answer_is_said():
    """One that failed says why, one that was never read how to read it; one read before stands."""
    _, target = plan(file()).targets
    down = {"jira": TransientError("jira: it is down")}
    failed = decision(target, KrState(), down, RULES, at=AT)
    never = "other was never read for this KR: run okr-sync sync without --source"
    assert failed == Fail("PUB-2", f"jira: it is down; {never}")
    read_at = {"jira": AT, "other": AT}
    last = KrState(Reading("PUB-2", AT, count(())), (), read_at, counted_by=target.counted_by)
    assert decision(target, last, {}, RULES, at=AT) == Keep("PUB-2", read_at)
