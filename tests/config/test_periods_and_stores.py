"""Periods of an organisation's own, workspaces, and the OKR tools that numbers go to."""

from __future__ import annotations

from datetime import date

import pytest

from config.load import load
from config.periods import PeriodDates
from connectors.errors import ConfigurationError
from tests.config.samples import SOURCES

FY = "FY27-Q1: {begins: 2026-04-06, ends: 2026-07-05}"
STORES = "stores: {goals: {kind: golas}}\n"


def file(period: str = "2026-Q4", more: str = "") -> str:
    """Give a file with one objective for a period, and more lines from the sixth on."""
    return (
        f"{SOURCES}objectives:\n"
        f"  - {{id: PUB, title: a, team: Publishing, period: {period}, key_results: []}}\n{more}"
    )


def test_a_period_of_ones_own_has_its_dates(okrs):
    """An objective names it as it is written; quarters and years go on needing no dates."""
    read = okrs(file("FY27-Q1", f"periods: {{{FY}}}\n"))
    assert read.periods == {"FY27-Q1": PeriodDates(begins=date(2026, 4, 6), ends=date(2026, 7, 5))}
    assert read.objectives[0].period == "FY27-Q1"
    assert okrs(file("2026-q4", f"periods: {{{FY}}}\n")).objectives[0].period == "2026-Q4"


def test_a_period_may_be_one_day(okrs):
    """Its last day is in it."""
    one_day = "periods: {Hackday: {begins: 2026-04-06, ends: 2026-04-06}}\n"
    assert okrs(file("Hackday", one_day)).periods["Hackday"].ends == date(2026, 4, 6)


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        ("{Q: {begins: 2026-07-05, ends: 2026-04-06}}", "ends is 2026-04-06, before the period "),
        ("{Q: {begins: 2026-02-30, ends: 2026-04-06}}", "begins is '2026-02-30', which is no day"),
        ("{Q: {begins: 06.04.2026, ends: 2026-07-05}}", "begins is '06.04.2026', which is no day"),
        ("{Q: {begins: 20260406, ends: 2026-07-05}}", "begins is '20260406', which is no day"),
        ("{Q: {begins: 2026-04-06}}", "ends is missing; write for example ends: 2026-07-05"),
        ("{Q: {begins: 2026-04-06, ends: 2026-07-05, to: a}}", "unknown key 'to'; write begins or"),
        ("{2026-Q4: {begins: 2026-04-06, ends: 2026-07-05}}", "'2026-Q4' reads as a quarter or "),
        ("{2026-q4: {begins: 2026-04-06, ends: 2026-07-05}}", "'2026-q4' reads as a quarter or "),
        ("{2026Q5: {begins: 2026-04-06, ends: 2026-07-05}}", "'2026Q5' reads as a quarter or "),
        ("{2027: {begins: 2026-04-06, ends: 2026-07-05}}", "'2027' reads as a quarter or year "),
        ("[FY27]", "periods is a list; write for example periods: {FY27-Q1: "),
    ],
)
def test_a_period_that_nobody_could_reckon_with_is_told_why(problems, periods, message):
    """One fault, one message, at the period's line."""
    (line,) = problems(file(more=f"periods:\n  {periods}\n"))
    assert line.startswith(f"okrs.yaml:{7 if periods.startswith('[') else 8}: {message}"), line


def test_two_names_that_look_alike_are_one_period(problems):
    """Whatever the case, the width of letters or the number of spaces."""
    dates = "{begins: 2026-04-06, ends: 2026-07-05}"
    lines = problems(file(more=f"periods:\n  FY 27: {dates}\n  fy  27: {dates}\n"))
    assert lines == ["okrs.yaml:9: 'fy  27' is 'FY 27' again; keep one"]


def test_a_period_that_nobody_knows_is_told_with_the_nearest(problems):
    """The objective's line, and the name that was meant."""
    (line,) = problems(file("FY27-Q2", f"periods: {{{FY}}}\n"))
    assert line == (
        "okrs.yaml:6: period is 'FY27-Q2'; write 2026-Q4 for a quarter, or 2026 for the year; "
        "of your own, did you mean FY27-Q1?"
    )


@pytest.mark.parametrize(
    ("name", "line", "workspace"),
    [
        ("okrs.yaml", "", ""),
        ("okrs.yml", "", ""),
        ("search.yaml", "", "search"),
        ("search.okrs.yaml", "", "search.okrs"),
        ("search.yaml", "workspace: digital\n", "digital"),
        ("okrs.yaml", "workspace: digital\n", "digital"),
    ],
)
def test_a_file_has_a_workspace(tmp_path, name, line, workspace):
    """It is what the file says, else the file's name, else nothing."""
    path = tmp_path / name
    path.write_text(file(more=line))
    assert load(path).workspace == workspace
    assert load(path).folder == tmp_path


def test_the_reports_address_is_a_pages(okrs, problems):
    """Messages link to it as it is written, without its last slash, and it opens nothing."""
    read = okrs(file(more="report_url: https://intranet.acme.example/okr/\n"))
    assert read.report_url == "https://intranet.acme.example/okr"
    (line,) = problems(file(more="report_url: intranet.acme.example/okr\n"))
    assert line.startswith("okrs.yaml:7: report_url is no page's address; write one like https://")


def test_the_pages_own_address_is_one_too(okrs, problems):
    """`okr-sync serve` is known by it, under a path or without one."""
    read = okrs(file(more="page_url: https://okrs.acme.example/now/\n"))
    assert read.page_url == "https://okrs.acme.example/now"
    (line,) = problems(file(more="page_url: okrs.acme.example\n"))
    assert line.startswith("okrs.yaml:7: page_url is no page's address; write one like https://")


def test_an_unknown_kind_of_store_is_told(problems):
    """With its line, and with what there is."""
    (line,) = problems(file(more="stores:\n  goals: {kind: golas}\n"))
    assert line.startswith("okrs.yaml:8: unknown kind 'golas'; ")


def test_a_number_goes_to_a_store_of_the_file(problems):
    """A name that is no store's is told with the nearest."""
    kr = "{id: K, title: t, write_to: [{store: gaols, id: A-1}, {store: goals, number: half}]}"
    text = file(more="stores: {goals: {kind: x}}\n").replace(
        "key_results: []", f"key_results: [{kr}]"
    )
    lines = [line.removeprefix("okrs.yaml:6: ") for line in problems(text)]
    assert "unknown store 'gaols'; did you mean goals?" in lines
    assert "number is 'half'; write percent, done, remaining or value" in lines
    assert "id is missing; write for example id: ACME-12" in lines


def test_two_key_results_never_write_to_one_number(problems):
    """Each would overwrite the other for ever; so would two entries of one key result."""
    krs = (
        "[{id: A, title: t, write_to: [{store: goals, id: X}]}, "
        "{id: B, title: t, write_to: [{store: goals, id: X}, {store: goals, id: Y}, "
        "{store: goals, id: Y}]}]"
    )
    text = file(more="stores: {goals: {kind: x}}\n").replace(
        "key_results: []", f"key_results: {krs}"
    )
    lines = [line for line in problems(text) if " already; " in line]
    assert lines == [
        "okrs.yaml:6: 'X' in goals has its number from A already; let one write to it",
        "okrs.yaml:6: 'Y' in goals has its number from B already; let one write to it",
    ]


def test_a_secret_of_a_store_is_no_part_of_the_file(problems):
    """It is told which variable to set, and the value nowhere."""
    entry = "our-goals: {kind: webhook, secret: hunter2hunter2, token: hunter2hunter2}"
    lines = problems(file(more=f"stores:\n  {entry}\n"))
    assert not any("hunter2" in line for line in lines)
    for part in ("SECRET", "TOKEN"):
        assert any(f"set OKR_SYNC_STORES__OUR_GOALS__{part} instead" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "identity"), [("pub", "PUB"), (" PUB ", "PUB"), ("k", "K"), ("K", "K")]
)
def test_what_has_an_id_is_found_whatever_the_case(okrs, name, identity):
    """Objectives and key results share one set of ids."""
    kr = "{id: K, title: t}"
    read = okrs(file().replace("key_results: []", f"key_results: [{kr}]"))
    assert read.find(name).id == identity
    assert [(objective.id, kr.id) for objective, kr in read.key_results()] == [("PUB", "K")]


def test_what_has_no_such_id_is_told_with_the_nearest(okrs):
    """So is a team."""
    read = okrs(file())
    with pytest.raises(
        ConfigurationError, match=r"has the id PUBB; there is PUB; did you mean PUB\?"
    ):
        read.find("PUBB")
    with pytest.raises(ConfigurationError, match=r"called Publshing; there is Publishing; did you"):
        read.find_team("Publshing")
    assert read.find_team("publishing") == "Publishing"


def test_a_team_has_its_own_meetings_and_clock_or_the_programmes(okrs):
    """Without any, the clock is UTC."""
    own = "{every: month, starts: 2026-10-01, timezone: Pacific/Auckland}"
    common = "review: {every: 2 weeks, starts: 2026-10-08, timezone: Europe/London}\n"
    bare, shared = okrs(file()), okrs(file(more=common))
    both = okrs(file(more=f"{common}reviews: {{publishing: {own}}}\n"))
    assert (bare.review_of("Publishing"), bare.timezone().key) == (None, "UTC")
    assert shared.review_of("Publishing") == shared.review
    assert (shared.timezone("Publishing").key, both.timezone().key) == ("Europe/London",) * 2
    assert both.review_of("Publishing") == both.reviews["Publishing"]
    assert both.timezone("Publishing").key == "Pacific/Auckland"
