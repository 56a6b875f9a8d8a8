"""The core against a second opinion, on random trackers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.counting import Counting
from connectors.base import ByEpic, ByLabel, ByQuery
from syncer.core.counting import Judge
from syncer.core.linking import link
from syncer.core.records import State
from syncer.core.sums import count
from tests.core import brute
from tests.core.worlds import boards, pull, workflows

RULES = Counting()


@pytest.mark.no_cover
@given(st.data(), st.one_of(workflows(), boards()), st.booleans())
def test_every_count_agrees_with_the_second_opinion(data, works, subtasks):
    """Whatever stands on a tracker, the core counts what the written rules say."""
    ids = [work.id for work in works]
    epics = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    query = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    answer = pull(works, "KR-1", epics, query)
    selectors = (ByLabel("KR-1"), ByEpic(tuple(epics)), ByQuery("q"))
    linked = link(selectors, answer, subtasks=subtasks)
    judged = list(map(Judge(answer, RULES), linked))
    progress = count(judged)

    by_id = {work.id: work for work in works}
    reached = brute.reached(works, "KR-1", epics, query, subtasks=subtasks)
    mine = {id_: brute.state(by_id[id_]) for id_ in reached}
    states = list(mine.values())
    assert (progress.done, progress.remaining, progress.dropped) == (
        states.count("done"),
        states.count("remaining"),
        states.count("dropped"),
    )
    assert {card.id: card.state.value for card in judged if card.state is not State.IGNORED} == mine
    assert progress.percent == brute.percent(states.count("done"), states.count("remaining"))
    counted = [id_ for id_, how in mine.items() if how in {"done", "remaining"}]
    discovery = [id_ for id_ in counted if brute.thread(by_id[id_], by_id) == "discovery"]
    assert progress.discovery.done + progress.discovery.remaining == len(discovery)
    assert progress.delivery.done + progress.delivery.remaining == len(counted) - len(discovery)
    points = [by_id[id_].points for id_ in counted]
    known = [value for value in points if value is not None]
    if known:
        assert progress.points is not None
        assert progress.points.done + progress.points.remaining == sum(known)
        assert progress.points.unestimated == len(points) - len(known)
    else:
        assert progress.points is None


@pytest.mark.no_cover
@given(st.one_of(workflows(), boards()))
def test_explain_lists_each_card_once(works):
    """The counts are those of the listed cards, each of which stands there once."""
    answer = pull(works, "kr-1", [work.id for work in works], [work.id for work in works])
    selectors = tuple(answer.hits)
    judged = list(map(Judge(answer, RULES), link(selectors, answer)))
    assert len({card.id for card in judged}) == len(judged)
    progress = count(judged)
    ignored = sum(card.state is State.IGNORED for card in judged)
    assert progress.done + progress.remaining + progress.dropped + ignored == len(judged)
