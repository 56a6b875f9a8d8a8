"""What a user sees who asks for help, or mistypes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from syncer.command_line.arguments import FORMATS as NAMED
from syncer.command_line.arguments import parser
from syncer.command_line.man_page import man_page
from syncer.command_line.values import age, duration
from syncer.report.formats import FORMATS

EXAMPLE = re.compile(r"^  ((?:\S.*)?\bokr-sync\b.*)$", re.MULTILINE)


def every_parser(of):
    """Give a parser and all below it."""
    yield of
    for below in of.commands().values():
        yield from every_parser(below)


PARSERS = {command.prog: command for command in every_parser(parser())}


def refused(line, capsys):
    """What the parser says to a line that it ends with 2."""
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(shlex.split(line))
    text = capsys.readouterr().err
    assert len(text.splitlines()) == 2
    return text


@pytest.mark.parametrize("name", PARSERS)
def test_every_help_has_examples_that_are_accepted(name):
    """Each command shows at least one line to copy, and each line is one of its own."""
    _, _, examples = (PARSERS[name].format_help()).partition("\nexamples:\n")
    lines = EXAMPLE.findall(examples)
    assert lines
    for line in lines:
        command = re.search(r"okr-sync[^)>]*", line)[0].split("okr-sync", 1)[1]
        parser().parse_args(shlex.split(command))
        assert all(word in line.split() for word in name.split() if "eval" not in line)


@pytest.mark.parametrize("name", PARSERS)
def test_every_option_says_what_it_does(name):
    """No option stands in a help without a word on it."""
    assert [action.dest for action in PARSERS[name]._actions if not action.help] == []


def test_the_formats_are_listed():
    """Whoever asks for the report's help learns all its formats."""
    text = " ".join(PARSERS["okr-sync report"].format_help().split())
    assert tuple(FORMATS) == NAMED
    assert f"what to make: {', '.join(FORMATS)}" in text


def test_the_version_is_that_of_the_package(capsys):
    """`--version` prints the name and the number, and nothing else happens."""
    with pytest.raises(SystemExit, match="0"):
        parser().parse_args(["--version"])
    assert capsys.readouterr().out == f"okr-sync {version('okr-sync')}\n"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("sttus", "status"),
        ("Sync", "sync"),
        ("shedule cron", "schedule"),
        ("store bakcup x", "backup"),
        ("status --fail-stal3 2d", "--fail-stale"),
        ("sync --dryrun", "--dry-run"),
        ("report --as-off=2026-11-01", "--as-of"),
        ("explain PUB-1 --state dome", "done"),
        ("schedule chron", "cron"),
        ("completion bsh", "bash"),
        ("--log-format jsn sync", "json"),
        ("--verzion", "--version"),
    ],
)
def test_what_was_mistyped_is_likened_to_what_there_is(line, meant, capsys):
    """Commands, options and choices: the message asks for the one that was meant."""
    assert f"did you mean {meant}?" in refused(line, capsys)


def test_what_is_like_nothing_is_told_what_there_is(capsys):
    """Without anything near, all commands are named, and no guess is made."""
    text = refused("xylophone", capsys)
    assert "there is sync, " in text
    assert "did you mean" not in text
    assert "did you mean" not in refused("status --xylophone", capsys)


@pytest.mark.parametrize("line", ["", "store", "-v"])
def test_without_a_command_all_are_named(line, capsys):
    """Whoever types the bare name learns what there is, with 2."""
    assert re.search(r"give a (command: sync, push|action: check, backup)", refused(line, capsys))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("5m", 300), ("1h", 3600), ("1.5h", 5400), ("0", 0), ("2d", 172800)],
)
def test_a_duration_is_a_number_and_a_unit(text, seconds):
    """Seconds need no unit."""
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["2d", "48h", "2880m", "172800s"])
def test_an_age_is_a_number_and_a_unit(text):
    """Days, hours, minutes and seconds alike."""
    assert age(text) == timedelta(days=2)


WRONG = ["", "d", "2 d", " 2d", "2d ", "-2d", "+2d", "1e3s", "1_0h", "2D", "2days", "nan", "infh"]
WRONG += ["\u0662d", "1d12h", "2d\n", "999999999w", "1.d", ".5h", "0x2d", "2y", "two"]


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("option", ["status --fail-stale", "sync --deadline", "sync --patience"])
def test_what_is_no_length_of_time_is_refused(option, text, capsys):
    """Nothing is guessed from a word that only looks like a length of time."""
    line = f"{option}={shlex.quote(text)}"
    assert "write 90" in refused(line, capsys)


@pytest.mark.parametrize("text", ["2", "0d", "0s"])
def test_an_age_without_a_unit_or_a_length_is_refused(text, capsys):
    """Two of what? And nothing is younger than no time at all."""
    assert "is no age" in refused(f"status --fail-stale {text}", capsys)


def test_the_man_page_is_the_programs(project_page):
    """docs/okr-sync.1 is what `make man` writes: every command, option and example of now."""
    assert project_page.read_text("utf-8") == man_page(), "run make man"


def test_man_can_read_the_page(project_page):
    """Mandoc has no complaint but the date's, which would make each build another."""
    if shutil.which("mandoc") is None:
        pytest.skip("no mandoc on this machine")
    command = ["mandoc", "-Tlint", "-Wwarning", project_page]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line for line in done.stdout.splitlines() if "missing date" not in line] == []


@pytest.fixture
def project_page():
    """Give the page as it lies in the repository."""
    return Path(__file__).parents[2] / "docs" / "okr-sync.1"
