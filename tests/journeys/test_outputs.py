"""Whatever okr-sync writes to, and reads from: pipes, files, terminals of any encoding."""

from __future__ import annotations

import csv
import io
import json
import subprocess

import pytest

from tests.journeys.office import OKR_SYNC

CHECKINS = "id,at,confidence\nSPEED,2026-11-20,7\nFIND,2026-11-20,4\n"
HOSTILE = "Größe \u2192 \u202egnp\u2066.exe\u2069 \x1b[31mred\x1b[0m 上线"


@pytest.fixture
def team(team):
    """The team after a first sync, with a card whose title is made to harm a terminal."""
    team.jira.add_issue(key="WEB-99", summary=HOSTILE, labels=["speed"])
    team.sync()
    return team


def output(team, *command, encoding="utf-8", tail="", **environ):
    """What a process writes that was started with this encoding; bytes."""
    line = [str(OKR_SYNC), *command]
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'"$@" {tail}', "-", *line],
        cwd=team.folder,
        env={**team.outside(), "PYTHONIOENCODING": encoding, **environ},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_is_written_in(team, encoding):
    """What has no letter there has the nearest, no column moves, and nothing fails."""
    code, out, err = output(team, "explain", "SPEED", encoding=encoding)
    assert (code, err) == (0, b"")
    text = out.decode(encoding)
    assert "\x1b" not in text
    assert not set(text) & set("\u202e\u2066\u2069")
    assert ("Gr\u00f6\u00dfe" in text) is (encoding != "ascii")


def test_json_is_the_same_in_any_encoding(team):
    """What a program reads is whole, whatever the terminal takes; its log is JSON, too."""
    _, narrow, _ = output(team, "explain", "SPEED", "--json", encoding="ascii")
    _, wide, _ = output(team, "explain", "SPEED", "--json")
    assert json.loads(narrow) == json.loads(wide)
    _, _, err = output(team, "--log-format", "json", "explain", "Größe", encoding="ascii")
    assert "Größe" in json.loads(err)["message"]


def test_the_old_locale_is_written_in(team):
    """LANG=C and nothing else said: cron's own surroundings."""
    environ = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    code, out, err = output(team, "status", encoding="", **environ)
    assert (code, err) == (0, b"")
    assert out.isascii()


@pytest.mark.parametrize("command", [["history", "SPEED"], ["--help"], ["sync", "-v"]])
def test_who_has_seen_enough_may_leave(team, command):
    """`| head -1` ends nothing with an error, and says nothing of a broken pipe."""
    code, _, err = output(team, *command, tail="| head -1")
    assert code == 0
    assert b"rror" not in err
    assert b"Broken" not in err


def test_closed_outputs_are_no_fault(team):
    """Who closes stdout or stderr gets the exit code alone."""
    assert output(team, "status", tail=">&-")[0] == 0
    assert output(team, "status", tail="2>&-")[:1] == (0,)
    assert output(team, "explain", "NOBODY", tail="2>&-")[0] == 2


def test_a_report_goes_to_stdout(team):
    """`--out -` writes the one format's bytes, and makes no folder."""
    code, out, err = output(team, "report", "--format", "md", "--out", "-", encoding="ascii")
    assert (code, err) == (0, b"")
    assert out.decode("utf-8").startswith("# ")
    _, deck, _ = output(team, "report", "--format", "pptx", "--out", "-")
    assert deck.startswith(b"PK")
    rows = list(csv.DictReader(io.StringIO(team.run("report", "--format=csv", "--out=-").out)))
    assert len(rows) >= 3
    assert not (team.folder / "reports").exists()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("report", "--out", "-", "--format", "html,md"), "takes one format"),
        (("report", "--out", "-", "--due"), "needs a folder"),
        (("--okrs", "-", "status"), "known by its place"),
        (("status", "--period", "2026-Q5"), "did you mean 2026-Q4?"),
        (("status", "--team", "Publishin"), "did you mean Publishing?"),
        (("report", "--format", "htm"), "did you mean html?"),
        (("explain", "SPED"), "did you mean SPEED?"),
        (("sync", "--source", "jirra"), "did you mean jira?"),
        (("--okrs", "okr.yaml", "status"), "did you mean okrs.yaml?"),
    ],
)
def test_what_cant_be_is_refused(team, command, says):
    """With 2, and with what there is."""
    result = team.run(*command)
    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_check_ins_come_from_stdin(team):
    """`--from -` takes what is piped in, whole or not at all, and once."""
    for expected in (b"recorded 2 check-ins\n", b"recorded 0 check-ins, 2 were known\n"):
        done = subprocess.run(
            [OKR_SYNC, "checkin", "--from", "-"],
            cwd=team.folder,
            env=team.outside(),
            input=("\ufeff" + CHECKINS).encode(),
            capture_output=True,
            check=True,
        )
        assert (done.stdout, done.stderr) == (expected, b"")
    assert sorted(team.rows("SELECT confidence FROM checkins")) == [(4,), (7,)]


def test_a_fault_in_what_is_piped_in_is_named_by_its_line(team):
    """The place of a fault is stdin and the line."""
    done = subprocess.run(
        [OKR_SYNC, "checkin", "--from", "-"],
        cwd=team.folder,
        env=team.outside(),
        input=b"id,at,confidence\nSPEED,2026-11-20,70\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"stdin:2" in done.stderr


def test_only_old_numbers_that_matter_fail(team):
    """`--fail-stale` gives 1 once a number is older, and names it; what isn't on is never old."""
    assert team.run("status", "--fail-stale", "2d").code == 0
    team.later(days=3)
    failed = team.run("status", "--fail-stale", "2d")
    assert failed.code == 1
    assert "older than the age of --fail-stale: SPEED (3 d), FIND (3 d), BOTH (3 d)" in failed.err
    assert team.run("status", "--fail-stale", "4d").code == 0
    text = (team.folder / "okrs.yaml").read_text()
    for period in ("2026-Q3", "2027-Q1"):
        (team.folder / "okrs.yaml").write_text(text.replace("2026-Q4", period))
        assert team.run("status", "--fail-stale", "2d").code == 0
