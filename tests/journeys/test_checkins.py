"""What teams say of their KRs and objectives is recorded, and no sync touches it."""

from __future__ import annotations

import json

import pytest

SAID = "SELECT subject, confidence, value, note, risk, ask FROM checkins ORDER BY id"


def number(team, current):
    """Give SPEED a number in the file."""
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    old = text.partition("title: Result SPEED, ")[2].partition("links")[0]
    metric = f"metric: {{start: 100, target: 90, current: {current}, unit: s}}, "
    team.write(text.replace(f"Result SPEED, {old}", f"Result SPEED, {metric}"))


def test_a_checkin_on_a_kr(team):
    """Confidence and number show in status; all that was said is kept, under the file's id."""
    result = team.run(
        *("checkin", "speed", "--confidence", "7", "--value", "96.5"),
        *("--note", "Caching helps", "--risk", "Holidays", "--ask", "A test machine"),
    )
    assert (result.code, result.err) == (0, "")
    said_back = "confidence 7, value 96.5, note: Caching helps, risk: Holidays, ask: A test machine"
    assert result.out.startswith(f"recorded for SPEED: {said_back}\nIt is number 1;")
    assert team.rows(SAID) == [("SPEED", 7, 96.5, "Caching helps", "Holidays", "A test machine")]
    row = team.kr("SPEED")
    assert (row["confidence"], row["value"]) == (7, 96.5)


def test_a_checkin_on_an_objective(team):
    """An objective is spoken of by its id, like a KR."""
    assert team.run("checkin", "PUB", "--ask", "Decide on the provider").code == 0
    assert team.rows(SAID) == [("PUB", None, None, "", "", "Decide on the provider")]


def test_each_thing_is_the_last_that_was_said_of_it(team):
    """Saying only a number leaves the confidence as it was; nothing said before is lost."""
    team.run("checkin", "SPEED", "--confidence", "7", "--value", "96")
    team.later()
    team.run("checkin", "SPEED", "--confidence", "0")
    team.later()
    team.run("checkin", "SPEED", "--value", "-4.5")
    row = team.kr("SPEED")
    assert (row["confidence"], row["value"]) == (0, -4.5)
    assert len(team.rows(SAID)) == 3


def test_a_sync_never_overwrites_a_checkin(team):
    """Whatever a sync writes, what the team said stays as it said it."""
    number(team, 99)
    team.sync()
    assert team.kr("SPEED")["value"] == 99.0
    team.later()
    team.run("checkin", "SPEED", "--confidence", "4", "--value", "95")
    before = team.rows("SELECT * FROM checkins")
    for arguments in ((), ("--force",), ("--full",), ("--kr", "SPEED")):
        team.work_on()
        team.sync(*arguments)
    assert team.rows("SELECT * FROM checkins") == before
    row = team.kr("SPEED")
    assert (row["confidence"], row["value"]) == (4, 95.0)


def test_a_newer_number_in_the_file_is_the_newer_word(team):
    """Of the file's number and the check-ins' the last told is shown."""
    number(team, 99)
    team.sync()
    team.later()
    team.run("checkin", "SPEED", "--value", "95")
    team.later()
    number(team, 93)
    team.sync()
    assert team.kr("SPEED")["value"] == 93.0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--note", "  "),
        ("--confidence", "11"),
        ("--confidence", "-1"),
        ("--confidence", "7.5"),
        ("--confidence", "seven"),
        ("--confidence", ""),
        ("--value", "fast"),
        ("--value", "nan"),
        ("--value", "inf"),
        ("--value", "1e999"),
        ("--assignee", "someone"),
    ],
    ids=" ".join,
)
def test_an_impossible_checkin_is_refused(team, arguments):
    """Exit 2 with a message, and nothing is recorded or made."""
    result = team.run("checkin", "SPEED", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "okr-sync" in result.err
    assert "Traceback" not in result.err
    assert not team.database.exists()


@pytest.mark.parametrize(
    "note",
    [
        "Zwölf Tests 🚀",
        "مرحبا",
        "a\nb\tc",
        "' OR 1=1 --",
        "=1+1",
        "x" * 20_000,
        "\x00\x07",
        "\udcff",
    ],
    ids=ascii,
)
def test_any_words_may_be_said(team, note):
    """Whatever a keyboard or a script gives is recorded, and every reader goes on working."""
    result = team.run("checkin", "SPEED", "--confidence", "5", "--note", note)
    assert (result.code, result.err) == (0, "")
    team.sync()
    assert team.kr("SPEED")["confidence"] == 5
    assert team.run("report", "--out", "reports").code == 0


def listed(team, *arguments):
    """What `checkins` lists."""
    return json.loads(team.run("checkins", *arguments, "--json").out)["check_ins"]


def test_a_checkin_is_listed_and_taken_back(team):
    """With a trace: the list goes on saying that it was there, nothing else knows it."""
    team.run("checkin", "SPEED", "--confidence", "7")
    team.later()
    team.run("checkin", "SPEED", "--confidence", "2", "--note", "oops")
    assert [(c["number"], c["confidence"], c["undone"]) for c in listed(team)] == [
        (1, 7, None),
        (2, 2, None),
    ]
    assert team.run("checkin", "--undo", "2").out.startswith("taken back for SPEED: confidence 2")
    assert team.kr("SPEED")["confidence"] == 7
    assert listed(team, "speed")[1]["undone"] is not None
    assert team.run("checkin", "--undo", "2").code == 2
    assert "taken back" in team.run("checkins").out


def test_a_number_far_off_its_way_is_refused_in_a_script(team):
    """Beyond start or target by more than the whole way; --anyway takes it."""
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    metric = "metric: {start: 100, target: 90}, links: [{source: jira}]}"
    team.write(text.replace("links: [{source: jira}]}", metric, 1))
    assert team.run("checkin", "SPEED", "--value", "110").code == 0
    refused = team.run("checkin", "SPEED", "--value", "1000")
    assert refused.code == 2
    assert "--anyway" in refused.err
    assert team.run("checkin", "SPEED", "--value", "1000", "--anyway").code == 0
    assert team.kr("SPEED")["value"] == 1000


def test_an_objective_has_no_number(team):
    """Its key results have."""
    assert team.run("checkin", "PUB", "--value", "3").code == 2
    assert listed(team) == []


def test_an_ask_is_open_until_it_is_answered(team):
    """`--answered` closes it; where nothing is asked, nothing can be answered."""
    assert team.run("checkin", "SPEED", "--answered").code == 2
    team.run("checkin", "SPEED", "--ask", "A test machine")
    team.later()
    assert [ask["text"] for ask in team.kr("SPEED")["light"]["asks"]] == ["A test machine"]
    assert team.run("checkin", "SPEED", "--answered").code == 0
    team.later()
    assert team.kr("SPEED")["light"]["asks"] == []


def test_what_a_clock_that_was_ahead_took_rules_over_nothing(team):
    """What came in later counts from then on, also once the time that the clock had is there."""
    team.sync()
    team.later(days=2)
    team.run("checkin", "SPEED", "--confidence", "9")
    team.later(days=-2, hours=1)
    team.run("checkin", "SPEED", "--confidence", "4")
    assert team.kr("SPEED")["confidence"] == 4
    team.later(days=3)
    assert team.kr("SPEED")["confidence"] == 4
