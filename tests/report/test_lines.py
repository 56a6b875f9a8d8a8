"""The quick way to a chart ends where pygal's own does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pygal
import pytest

from syncer.report import charts, lines
from syncer.review.writing import brief
from tests.review.sample import NOW, histories, okrs

SPAN = charts.Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), NOW)


@pytest.mark.parametrize("draw", [charts.burnup, charts.path, charts.mood])
def test_what_is_drawn_is_what_pygal_draws(draw, monkeypatch):
    """Every chart of the sample is the same to the last coordinate."""
    krs = brief(okrs(), histories(), NOW, dice=Random).key_results
    ours = [draw(kr, SPAN) for kr in krs]
    monkeypatch.setattr(lines, "LineOverTime", pygal.DateTimeLine)
    theirs = [draw(kr, SPAN) for kr in krs]
    assert any(ours)
    named = [one and one.replace("lineovertime-graph", "datetimeline-graph") for one in ours]
    assert named == theirs


def test_a_chart_can_be_drawn_twice():
    """Nothing of the first drawing is left to disturb the second one."""
    chart = lines.LineOverTime()
    chart.add("done", [(NOW, 1), (NOW + timedelta(days=1), 2)])
    first, second = chart.render_tree(), chart.render_tree()
    assert [one.attrib for one in first.iter()] == [one.attrib for one in second.iter()]
