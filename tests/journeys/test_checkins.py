"""What teams say of their KRs and objectives is recorded, and no sync touches it."""

from __future__ import annotations

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
    assert (result.code, result.out, result.err) == (0, "recorded for SPEED\n", "")
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
