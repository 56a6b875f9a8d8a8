"""Labels that look like key results, and the objectives that the set-up makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.errors import ConfigurationError
from connectors.survey import Survey, counted
from syncer.setup.proposal import (
    candidates,
    linked,
    looks_like_a_kr,
    proposed,
    quarter,
    with_unique_ids,
)
from syncer.setup.writing import write_new


@pytest.mark.parametrize(
    "label",
    [
        "PUB-1",
        "pub-kr2",
        "PUB1",
        "O1-KR2",
        "kr-3",
        "KR3",
        "okr-speed",
        "OKR: faster",
        "SRCH_12",
        "a11y-2",
        "über-3",
        "key-result-7",
    ],
)
def test_these_look_like_key_results(label):
    """A team's or an objective's letters with a number, or a word for key results before it."""
    assert looks_like_a_kr(label)


@pytest.mark.parametrize(
    "label",
    [
        "v2",
        "sprint-12",
        "Q4",
        "2026",
        "2026-Q4",
        "P1",
        "prio-2",
        "http2",
        "python3",
        "web",
        "PUB-120",
        "tech-debt",
        "phase 2",
        "release-10",
        "kw 42",
        "s3",
        "okr",
        "1",
    ],
)
def test_these_do_not(label):
    """Versions, sprints, quarters, priorities, techniques, and keys of issues."""
    assert not looks_like_a_kr(label)


def test_candidates_come_in_their_natural_order():
    """2 before 10, and only those in use."""
    survey = Survey(labels=counted(["PUB-10", "PUB-2", "web", "PUB-2", "pub-2"]))
    assert candidates(survey) == ["PUB-2", "PUB-10"]
    assert survey.labels["PUB-2"] == 3


def test_labels_that_begin_alike_make_an_objective():
    """With a key result for each; its id is the label where that can be one."""
    objectives = proposed(["PUB-1", "pub-2", "SRCH-1", "okr speed"], "2026-Q4")
    assert [objective.id for objective in objectives] == ["PUB", "SRCH", "OKR"]
    krs = {kr.id: dict(kr.link) for objective in objectives for kr in objective.key_results}
    assert krs == {"PUB-1": {}, "pub-2": {}, "SRCH-1": {}, "okr-speed": {"label": "okr speed"}}


def test_ids_that_would_be_the_same_are_numbered():
    """Objectives and key results share one set of ids; the cards keep the label that they have."""
    objectives = [
        *proposed(["KR-1", "OKR-KR1"], "2026"),
        linked([("Map", {"epic": "A-1"})], "2026"),
    ]
    unique = with_unique_ids([*objectives, *proposed(["kr-1"], "2026")])
    ids = [name for each in unique for name in (each.id, *(kr.id for kr in each.key_results))]
    assert len({name.casefold() for name in ids}) == len(ids)
    assert {"label": "kr-1"} in [dict(kr.link) for each in unique for kr in each.key_results]


def test_without_any_link_there_is_a_key_result_to_fill_in():
    """Its id is the label that its cards will carry."""
    objective = linked([], "2026-Q4")
    assert [(kr.id, dict(kr.link)) for kr in objective.key_results] == [("OKR-1", {})]


@pytest.mark.parametrize(
    ("month", "name"), [(1, "Q1"), (3, "Q1"), (4, "Q2"), (9, "Q3"), (12, "Q4")]
)
def test_the_quarter_is_the_moments(month, name):
    """Objectives are proposed for the quarter that it is."""
    assert quarter(datetime(2026, month, 28, tzinfo=UTC)) == f"2026-{name}"


def test_files_are_written_all_or_none(tmp_path):
    """Where the last can't be written, the first is taken back; each has its rights."""
    first, last = tmp_path / ".env", tmp_path / "okrs.yaml"
    last.write_text("mine")
    with pytest.raises(ConfigurationError, match=r"okrs\.yaml is there already; nothing was"):
        write_new({first: ("secret", 0o600), last: ("new", 0o644)})
    assert not first.exists()
    assert last.read_text() == "mine"
    with pytest.raises(ConfigurationError, match="can't be written: No such file or directory"):
        write_new({first: ("secret", 0o600), tmp_path / "gone" / "okrs.yaml": ("new", 0o644)})
    assert not first.exists()
    with pytest.raises(UnicodeEncodeError):
        write_new({first: ("\ud800", 0o600)})
    assert not first.exists()
    write_new({first: ("secret", 0o600)})
    assert (first.read_text(), first.stat().st_mode & 0o777) == ("secret", 0o600)
