"""`okr-sync init`: somebody at the terminal gets things wrong on the way; and by options."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pexpect
import pytest

from config.load import load
from connectors.clock import Clock
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.world import TrelloWorld
from syncer.cli import main
from syncer.context import Context
from tests.connectors.contract import StepClock
from tests.journeys.office import OKR_SYNC, ROOT
from tests.terminal import needs_terminal

EMAIL, TOKEN = "robot@example.com", "a-jira-token"
KEY, TRELLO_TOKEN = "a-trello-key", "a-trello-token"


@pytest.fixture(scope="module")
def jira():
    """Give a Jira with a board, an epic, and labels of which two look like key results."""
    site = JiraSite(index_lag=timedelta(0))
    site.add_account(EMAIL, TOKEN, kind="api-token")
    site.add_project("PUB", "Publishing")
    site.add_board("Publishing board", jql="project = PUB")
    site.add_issue(key="PUB-100", type="Epic", summary="Publish faster")
    for number in range(1, 8):
        site.add_issue(
            key=f"PUB-{number}",
            labels=["PUB-1" if number % 2 else "pub-kr2", "web", "v2"],
            status="Done" if number < 4 else "To Do",
        )
    with Serving(cloud_app(site)) as serving:
        yield serving


@pytest.fixture(scope="module")
def trello():
    """Give a Trello with one board."""
    world = TrelloWorld(StepClock().now)
    world.add_account(KEY, TRELLO_TOKEN)
    board = world.add_board("Publishing")
    world.add_card(world.add_list(board, "Doing"), "Draw the map", labels=["reliability"])
    world.add_card(world.add_list(board, "Done"), "Measure it", labels=["reliability"])
    with Serving(TrelloApp(world)) as serving:
        yield serving, world.boards[board]["shortLink"]


def outside(**more):
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "dumb", **more}


class Terminal:
    """Somebody at a terminal in a folder."""

    def __init__(self, folder, *arguments, **environ):
        needs_terminal()
        self.folder = folder
        self.child = pexpect.spawn(
            str(OKR_SYNC),
            ["init", *arguments],
            cwd=folder,
            env=outside(**environ),
            encoding="utf-8",
            timeout=180,
            dimensions=(50, 200),
        )
        self.shown = ""

    def answer(self, prompt, text):
        """Wait for a prompt, and type."""
        self.child.expect_exact(prompt)
        self.shown += self.child.before + self.child.after
        self.child.sendline(text)

    def ends(self):
        """Wait for the end; gives the exit code and all that was shown."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        self.shown += self.child.before
        return self.child.exitstatus, self.shown

    def made(self):
        return sorted(path.name for path in self.folder.iterdir())


def test_wrong_answers_are_explained_and_asked_again(tmp_path, jira, trello):
    """From a wrong number to a wrong token: each is told why, and the way ends with a dry run."""
    terminal = Terminal(tmp_path)
    terminal.answer("Number [1]: ", "9")
    terminal.answer("write a number from 1 to 4", "one")
    terminal.answer("Number [1]: ", "")
    terminal.answer("The site, as the browser shows it: ", "")
    terminal.answer("write something", "acme example")
    terminal.answer("this is no server's address", "http://jira.acme.example")
    terminal.answer("with --insecure", f"{jira.url}/rest/api")
    terminal.answer("this has the API's path in it", trello[0].url)
    terminal.answer("E-mail of the token's account: ", "somebody@example.com")
    terminal.answer("Token (isn't shown): ", '"quoted"')
    terminal.answer("it has quotation marks around it", "wrong-token")
    terminal.answer("That didn't work", jira.url)
    terminal.answer("E-mail of the token's account [somebody@example.com]: ", EMAIL)
    terminal.answer("Token (isn't shown): ", "wrong-token")
    terminal.answer("That didn't work", "")
    terminal.answer("Token (isn't shown): ", TOKEN)
    word_the_objectives(terminal)
    code, shown = terminal.ends()
    assert code == 0, shown
    assert "1  Publishing board" in shown
    assert "PUB-100  Publish faster" in shown
    assert "labels: v2 (7), web (7), PUB-1 (4), pub-kr2 (3)" in shown
    assert "2 KRs checked: 0 errors" in shown
    assert "PUB-1: 2 done, 2 remaining" in shown
    assert re.search(r"\* \* \* \* cd \S+ && \S*okr-sync sync", shown)
    assert TOKEN not in shown
    assert "wrong-token" not in shown
    assert terminal.made() == [".env", "okrs.yaml"]
    see_what_was_written(tmp_path)


def word_the_objectives(terminal):
    """Answer what is asked once the source opens, wrongly first."""
    terminal.answer("Period of the objectives", "next summer")
    terminal.answer("it is 'next summer'", "2026-Q4")
    terminal.answer("Which to link", "1 7")
    terminal.answer("'7' is none of them", "1, 2")
    terminal.answer("Its team [Team]: ", "Publishing")
    terminal.answer("Its title", "Publish at any scale")
    terminal.answer("Key result PUB-1", "Faster")
    terminal.answer("Key result pub-kr2", "")
    terminal.answer("The next review", "tomorrow")
    terminal.answer("it ", "2026-12-14T10:00")
    terminal.answer("Every [2 weeks]: ", "often")
    terminal.answer("it ", "1 week")
    terminal.answer("Time zone [UTC]: ", "Mars")
    terminal.answer("it ", "Europe/London")


def see_what_was_written(folder):
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert f"OKR_SYNC_SOURCES__JIRA__TOKEN={TOKEN}\n" in (folder / ".env").read_text()
    okrs = load(folder / "okrs.yaml")
    assert [kr.title for _, kr in okrs.key_results()] == ["Faster", "What is labelled pub-kr2"]
    assert (okrs.review.every, okrs.review.timezone) == ("1 week", "Europe/London")


def test_where_no_label_is_a_key_result_anything_seen_can_be_linked(tmp_path, trello):
    """A board without such labels: what isn't there is told with what is nearest."""
    serving, board = trello
    environ = {"OKR_SYNC_SOURCES__TRELLO__URL": serving.url}
    terminal = Terminal(
        tmp_path, "--kind", "trello", "--team", "Search", "--objective", "Find it", **environ
    )
    terminal.answer("API key: ", KEY)
    terminal.answer("Token (isn't shown): ", TRELLO_TOKEN)
    terminal.answer("Period of the objectives", "")
    terminal.answer("to begin with (Enter for none): ", "reliabilty")
    terminal.answer("did you mean reliability?", board.lower())
    terminal.answer("Key result OKR-1 [Publishing]: ", "")
    terminal.answer("The next review", "")
    code, shown = terminal.ends()
    assert code == 0, shown
    assert f"key={KEY}" in shown
    assert "OKR-1: 1 done, 1 remaining" in shown
    assert "review:" not in (tmp_path / "okrs.yaml").read_text()


@pytest.mark.parametrize("leave", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "with the token typed"])
def test_who_leaves_leaves_nothing_behind(tmp_path, jira, leave, late):
    """Whenever somebody leaves, nothing is written, and the exit code says so."""
    arguments = ["--url", jira.url, "--email", EMAIL] if late else []
    terminal = Terminal(tmp_path, *arguments)
    if late:
        terminal.answer("Token (isn't shown): ", TOKEN)
        terminal.child.expect_exact("Period of the objectives")
    else:
        terminal.child.expect_exact("Number [1]: ")
    terminal.child.send(leave)
    code, shown = terminal.ends()
    assert code == (130 if leave == "\x03" else 2)
    assert "nothing was written" in shown or "stopped" in shown
    assert "Traceback" not in shown
    assert terminal.made() == []


@pytest.mark.parametrize("name", ["okrs.yaml", ".env"])
def test_what_is_there_is_never_written_over(tmp_path, jira, name):
    """With either file there the set-up ends, and both folders stay as they were."""
    (tmp_path / name).write_text("# mine\n")
    given = ("--url", jira.url, "--email", EMAIL, "--token-stdin")
    code, _, err = by_options(tmp_path, *given, stdin=TOKEN)
    assert code == 2
    assert f"{name} is there already" in err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "# mine\n"


def by_options(folder, *arguments, stdin="", **environ):
    """Run it where nobody sits; gives the exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    clock = Clock(lambda: datetime.now(UTC), time.sleep)
    context = Context(environ, folder, clock, out, err, io.StringIO(f"{stdin}\n" if stdin else ""))
    code = main(["init", *arguments], context)
    return code, out.getvalue(), err.getvalue()


def test_everything_can_be_said_by_options(tmp_path, jira):
    """Labels, epics, boards, words and meetings; the token from the environment is kept."""
    code, _, err = by_options(
        tmp_path,
        *("--url", jira.url, "--email", EMAIL, "--name", "our-jira", "--label", "PUB-1"),
        *("--epic", "PUB-100", "--board", "1", "--team", "Publishing", "--objective", "Faster"),
        *("--period", "2026-Q4", "--review", "2026-12-14T10:00", "--every", "3 weeks"),
        OKR_SYNC_SOURCES__OUR_JIRA__TOKEN=TOKEN,
    )
    assert code == 0, err
    okrs = load(tmp_path / "okrs.yaml")
    links = {kr.id: dict(kr.links[0].own) for _, kr in okrs.key_results()}
    assert links == {"PUB-1": {}, "OKR-1": {"epic": ("PUB-100",)}, "OKR-2": {"board": "1"}}
    assert {objective.team for objective in okrs.objectives} == {"Publishing"}
    assert okrs.review.every == "3 weeks"
    assert f"OKR_SYNC_SOURCES__OUR_JIRA__TOKEN={TOKEN}" in (tmp_path / ".env").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--yes"], 2, "lacks --kind; write one of jira, trello, jira-csv, trello-json"),
        (["--kind", "jiro"], 2, "no kind of source is named jiro"),
        (["--kind", "jira"], 2, "lacks --url; OKR_SYNC_SOURCES__JIRA__TOKEN in the environment"),
        (["--kind", "trello", "--token-stdin"], 2, "give the key and the token, a line each"),
        (["--url", "nowhere", "--token-stdin"], 1, "jira: "),
        (
            ["--url", "JIRA", "--token-stdin", "--email", EMAIL, "--period", "x"],
            2,
            "--period: it is 'x'",
        ),
        (["--url", "JIRA", "--token-stdin", "--email", EMAIL, "--epic", "x"], 2, "--epic is 'x'"),
        (["--url", "JIRA", "--token-stdin", "--email", "else@example.com"], 1, "as to a stranger"),
        (["--file", "nothing*.csv"], 1, "there is no file"),
        (["--file", "board.json", "--epic", "A-1"], 1, "there is no file"),
    ],
)
def test_what_options_lack_or_get_wrong_is_said(tmp_path, jira, arguments, code, message):
    """Nobody is asked, nothing is written, and the message says what to add."""
    arguments = [jira.url if text == "JIRA" else text for text in arguments]
    if "nowhere" in arguments:
        arguments[arguments.index("nowhere")] = "http://127.0.0.1:1"
    stdin = TOKEN if "--token-stdin" in arguments else ""
    ended, _, err = by_options(tmp_path, *arguments, "--patience", "1s", stdin=stdin)
    assert message in err
    assert ended == code
    assert TOKEN not in err
    assert list(tmp_path.iterdir()) == []


def test_exported_files_need_no_secret(tmp_path):
    """A CSV is set up by its name alone: no `.env` is made."""
    (tmp_path / "export.csv").write_text(
        "Issue key,Issue Type,Status,Labels\n"
        "PUB-1,Story,Done,okr-speed\nPUB-2,Story,Open,okr-speed\n"
    )
    code, out, err = by_options(tmp_path, "--file", "export*.csv")
    assert code == 0, err
    assert "no store" not in err
    assert "okr-speed: 1 done, 1 remaining" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.csv", "okrs.yaml"]


def test_a_data_center_is_set_up_without_an_email(tmp_path):
    """A personal token alone; which deployment it is the server says."""
    site = JiraSite(deployment="datacenter", index_lag=timedelta(0))
    site.add_account(EMAIL, TOKEN, kind="personal")
    site.add_project("PUB", "Publishing")
    site.add_issue(key="PUB-7", labels=["PUB-1"])
    with Serving(data_center_app(site)) as serving:
        given = ("--url", serving.url, "--token-stdin")
        code, out, err = by_options(tmp_path, *given, stdin=TOKEN)
    assert code == 0, err
    assert "PUB-1: 0 done, 1 remaining" in out
    assert "EMAIL" not in (tmp_path / ".env").read_text()


@pytest.mark.parametrize("review", [(), ("--review", "2026-12-14T10:00")], ids=["alone", "review"])
def test_the_printed_cron_lines_run(tmp_path, jira, review):
    """What it prints for cron, run by a shell with nothing else around it, counts and reports."""
    given = ("--url", jira.url, "--email", EMAIL, "--token-stdin", *review)
    done = subprocess.run(
        [OKR_SYNC, "init", *given],
        cwd=tmp_path,
        env=outside(),
        input=f"{TOKEN}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    lines = re.findall(r"^\S+ \S+ \* \* \* (.+)$", done.stdout, re.MULTILINE)
    assert len(lines) == (2 if review else 1)
    for line in lines:
        subprocess.run(["/bin/sh", "-c", line], env={"PATH": os.environ["PATH"]}, check=True)
    assert (tmp_path / "okr-sync.db").exists()
    assert "PUB-1" in (tmp_path / "okr-sync.log").read_text()
