"""Whatever an operator can get wrong is one message and a fitting exit code, never a traceback."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.delivery.receivers import nobody

FULL = Path("/dev/full")
LONGEST = 300.0
GOOD = """\
sources: {jira: {kind: jira, url: JIRA}}
objectives:
  - id: PUB
    title: Publishing keeps up
    team: Publishing
    period: 2026-Q4
    key_results:
      - {id: SPEED, title: Faster, metric: {start: 100, target: 90}, links: [{source: jira}]}
"""


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


FILES = {
    "missing": (None, "no such file"),
    "empty": ("", "empty"),
    "comments": ("# soon\n", "empty"),
    "no yaml": ("sources: [jira\n", "okrs.yaml:"),
    "tab": ("sources:\n\tjira: {}\n", "okrs.yaml:2"),
    "a list": ("- one\n- two\n", "sources: and objectives:"),
    "a text": ("hello\n", "sources: and objectives:"),
    "latin-1": ("sources: {}\n# Zürich\n".encode("latin-1"), "okrs.yaml:2: isn't UTF-8"),
    "utf-16": (GOOD.encode("utf-16"), "isn't UTF-8"),
    "binary": (bytes(range(256)), "okrs.yaml"),
    "no objectives": ("sources: {jira: {kind: jira, url: 'https://x.example'}}\n", "objectives"),
    "unknown key": (changed("title: Faster", "titel: Faster"), "title"),
    "unknown kind": (changed("kind: jira", "kind: jirra"), "jira"),
    "unknown source": (changed("{source: jira}", "{source: jira2}"), "jira"),
    "twice": (GOOD + "      - {id: speed, title: Again}\n", "okrs.yaml:9"),
    "period": (changed("2026-Q4", "Q4/2026"), "2026-Q4"),
    "metric": (changed("target: 90", "target: 100"), "start"),
    "number": (changed("target: 90", "target: ninety"), "okrs.yaml:8"),
    "not a number": (changed("target: 90", "target: .nan"), "okrs.yaml:8"),
    "zone": (GOOD + "review: {every: week, starts: '2026-10-08', timezone: London}\n", "Europe/"),
    "date": (GOOD + "review: {every: week, starts: soon}\n", "2026-10-08T10:00"),
    "url": (changed("url: JIRA", "url: acme"), "https://"),
    "secret": (changed("url: JIRA", "url: JIRA, token: s3cr3t-t0ken-1234"), "__TOKEN"),
    "two links": (changed("{source: jira}", "{source: jira, label: a, epic: A-1}"), "okrs.yaml:8"),
    "an epic": (changed("{source: jira}", "{source: jira, epic: PUB}"), "PUB-120"),
    "a board": (changed("{source: jira}", "{source: jira, board: Web}"), "number"),
}


def refuses(result, *says, code=2):
    """One message for people on stderr, and nothing else."""
    assert result.code == code, result.output
    assert result.out == ""
    assert "Traceback" not in result.err
    assert result.err.count("okr-sync: ") == 1
    assert all(part in result.err for part in says), result.err


@pytest.mark.parametrize("command", ["sync", "check", "status"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_wrong(office, name, command):
    """Every command says where in the file, and what to write; it asks nobody, makes nothing."""
    content, says = FILES[name]
    path = office.folder / "okrs.yaml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        office.write(content)
    result = office.run(command, *(["--json"] if name == "metric" else []))
    refuses(result, "okrs.yaml", says)
    assert "s3cr3t" not in result.output
    assert not office.database.exists()
    assert len(office.jira_serving.log) == 0


def test_everything_wrong_is_told_at_once(office):
    """A file with several faults gives them all, each with its line."""
    office.write(changed("target: 90", "target: 100").replace("2026-Q4", "soon") + "extra: 1\n")
    result = office.run("check")
    refuses(result, "3 problems:", "okrs.yaml:6", "okrs.yaml:8", "okrs.yaml:9")


def test_a_folder_for_a_file(office):
    """`--okrs` on a folder, or on nothing, says so."""
    refuses(office.run("--okrs", ".", "status"), "is a directory")
    refuses(office.run("status", "--okrs", "there/okrs.yaml"), "there/okrs.yaml", "no such file")
    office.environ["OKR_SYNC_OKRS"] = "elsewhere.yaml"
    refuses(office.run("status"), "elsewhere.yaml")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("OKR_SYNC_SOURCES__JIRA__TOKEN", "", "OKR_SYNC_SOURCES__JIRA__TOKEN"),
        ("OKR_SYNC_SOURCES__JIRA__TOKEN", "Bearer s3cr3t", "OKR_SYNC_SOURCES__JIRA__TOKEN"),
        ("OKR_SYNC_SOURCES__JIRA__TOKEN", "s3cr3t\x00", "OKR_SYNC_SOURCES__JIRA__TOKEN"),
        ("OKR_SYNC_SOURCES__JIRA__URL", "https://me:s3cr3t@x.example", "SOURCES__JIRA__URL"),
        ("OKR_SYNC_STORE", "mysql://me:s3cr3t@x.example/okrs", "mysql"),
        ("OKR_SYNC_STORE", "okr-sync.db", "sqlite:///"),
        ("OKR_SYNC_STORE", "sqlite://", "OKR_SYNC_STORE"),
        ("OKR_SYNC_STORE", "sqlite:///:memory:", "OKR_SYNC_STORE"),
        ("OKR_SYNC_SECRETS_DIR", "nowhere", "OKR_SYNC_SECRETS_DIR"),
    ],
)
def test_an_environment_that_is_wrong(office, name, value, says):
    """The variable is named, its value never, and nothing is asked or made."""
    office.write(GOOD)
    office.environ[name] = value
    result = office.run("sync")
    refuses(result, says)
    assert "s3cr3t" not in result.output
    assert not office.database.exists()
    assert len(office.jira_serving.log) == 0


def test_an_env_file_that_is_wrong(office):
    """A line of .env that is no assignment is named by its number."""
    office.write(GOOD)
    (office.folder / ".env").write_text("A=1\nOKR_SYNC_STORE s3cr3t\n", encoding="utf-8")
    result = office.run("sync")
    refuses(result, ".env:2")
    assert "s3cr3t" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("snyc",),
        ("sync", "now"),
        ("sync", "--patience", "soon"),
        ("sync", "--patience", "-5"),
        ("sync", "--patience", "nan"),
        ("sync", "--log-format", "xml"),
        ("explain",),
        ("history",),
        ("checkin",),
        ("schedule", "launchd"),
        ("report", "--format", "docx"),
        ("report", "--format", ","),
        ("report", "--as-of", "yesterday"),
        ("report", "--as-of", "2026-13-01"),
        ("report", "--as-of", "2099-01-01"),
        ("report", "--due", "--as-of", "2026-11-01"),
        ("report", "--due"),
        ("--version-of-nothing",),
    ],
    ids=" ".join,
)
def test_arguments_that_are_wrong(office, arguments):
    """Usage errors end with 2 and say what is possible; nothing is made."""
    office.write(GOOD)
    result = office.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert "okr-sync" in result.err
    assert [path.name for path in office.folder.iterdir()] == ["okrs.yaml"]


def another_program(file):
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE customers (name TEXT)")


def newer(file):
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE okr_sync_version (version_num TEXT)")
        database.execute("INSERT INTO okr_sync_version VALUES ('9999')")
        database.commit()


def contents(file):
    """What is in a place that is no store of ours."""
    if file.is_dir():
        return list(file.iterdir())
    if not file.read_bytes().startswith(b"SQLite"):
        return file.read_bytes()
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


BROKEN = {
    "a text": (lambda file: file.write_text("hello\n" * 1000), "isn't a database"),
    "another program's": (another_program, "belongs to another program"),
    "a newer version's": (newer, "newer okr-sync"),
    "a folder": (lambda file: file.mkdir(), "that is a folder"),
}


@pytest.mark.parametrize("command", [("sync",), ("checkin", "SPEED", "--value", "96")])
@pytest.mark.parametrize("name", BROKEN)
def test_a_store_that_is_none(office, name, command):
    """Exit 3, with the store's place and what to do; whatever is there stays as it is."""
    break_it, says = BROKEN[name]
    office.write(GOOD)
    break_it(office.database)
    before = contents(office.database)
    refuses(office.run(*command), "okr-sync.db", says, code=3)
    assert contents(office.database) == before
    assert len(office.jira_serving.log) == 0


@pytest.mark.parametrize("name", ["a text", "a folder", "another program's", "a newer version's"])
def test_a_reader_of_a_store_that_is_none(office, name):
    """Readers too end with 3 and say why."""
    office.write(GOOD)
    BROKEN[name][0](office.database)
    for command in (("status", "--json"), ("explain", "SPEED"), ("history", "SPEED")):
        refuses(office.run(*command), "okr-sync.db", code=3)


def test_a_store_in_a_folder_that_isnt_there(office):
    """The folder is named, and not made."""
    office.write(GOOD)
    office.environ["OKR_SYNC_STORE"] = f"sqlite:///{office.folder}/there/okr-sync.db"
    refuses(office.run("sync"), "there isn't there", code=3)
    assert not (office.folder / "there").exists()


def test_a_store_that_cant_be_written(office):
    """A read-only place is a store error before anything is asked."""
    office.write(GOOD)
    if os.geteuid() == 0:  # nothing is read-only to root, but for /proc
        office.environ["OKR_SYNC_STORE"] = "sqlite:////proc/okr-sync.db"
    else:
        office.folder.chmod(0o555)
    try:
        refuses(office.run("sync"), "okr-sync.db", code=3)
    finally:
        office.folder.chmod(0o755)
    assert len(office.jira_serving.log) == 0


def test_no_network_is_a_source_error(team):
    """With nobody at the other end a run ends with 1, keeps the old numbers and says why."""
    team.sync()
    with nobody() as url:
        team.environ["OKR_SYNC_SOURCES__JIRA__URL"] = url
        team.environ["OKR_SYNC_SOURCES__TRELLO__URL"] = url
        result = team.sync(code=1)
        assert "Traceback" not in result.output
        for row in team.rows_by_kr().values():
            assert "no connection" in row["problem"]
            assert row["done"] == 3
        assert team.run("check").code == 1


def test_the_wrong_program_at_the_other_end(team):
    """A server that is no Jira, or no Trello, is told so and counts nothing."""
    team.environ["OKR_SYNC_SOURCES__JIRA__URL"] = team.trello_serving.url
    team.environ["OKR_SYNC_SOURCES__TRELLO__URL"] = team.jira_serving.url
    result = team.sync(code=1)
    assert "Traceback" not in result.output
    assert all(row["done"] is None and row["problem"] for row in team.rows_by_kr().values())


@pytest.mark.parametrize("command", [("status",), ("explain", "FIND", "--json"), ("--help",)])
def test_a_reader_that_hangs_up_is_no_error(team, command):
    """`okr-sync status | head -1` is silent."""
    for number in range(600):
        team.trello.add_card(
            team.doing, f"A card with a rather long title {number}" * 3, labels=["FIND"]
        )
    team.sync()
    with team.start(*command) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_nobody_reads_at_all(team):
    """An output that was closed before the first word is silent too."""
    team.sync()
    with team.start("status") as process:
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize("command", [("status",), ("status", "--json"), ("sync",)])
def test_a_full_disk_under_the_output(team, command):
    """An output that can't be written is one message."""
    team.sync()
    with FULL.open("w") as full, team.start(*command, stdout=full) as process:
        message = process.stderr.read()
    assert "Traceback" not in message
    assert message.count("\n") == 1
    assert process.returncode not in (0, None)


@pytest.mark.parametrize(
    "command", [("report", "--out", "okrs.yaml"), ("report", "--out", "okrs.yaml/there")]
)
def test_an_output_folder_that_is_a_file(team, command):
    """A place that can't be written to is told, not traced."""
    team.sync()
    result = team.run(*command)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert "okrs.yaml" in result.err


def test_a_run_that_is_interrupted(team):
    """Ctrl-C ends a run with one line, and what was written is whole."""
    entered, release = threading.Event(), threading.Event()
    team.jira_faults.before("search/jql$", lambda: (entered.set(), release.wait(LONGEST)))
    # Where the tests run in a shell's background, Ctrl-C is ignored, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = team.start("sync")
    signal.signal(signal.SIGINT, before)
    with process:
        assert entered.wait(LONGEST)
        process.send_signal(signal.SIGINT)
        release.set()
        out, err = process.communicate(timeout=LONGEST)
    assert (process.returncode, out) == (130, "")
    assert err.endswith(" ERROR okr-sync: stopped; what was written is whole\n")
    assert err.count("\n") == 1
    team.sync()
