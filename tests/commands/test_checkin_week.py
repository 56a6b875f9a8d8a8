"""`okr-sync checkin` on a terminal: the week of a whole team, Enter keeps."""

from __future__ import annotations

import io
import os
import pty
import select
from codecs import getincrementaldecoder
from datetime import timedelta

import pytest

from syncer.cli import main
from syncer.context import Context
from syncer.core.records import CheckIn
from syncer.store.store import open_store
from tests.terminal import needs_terminal

LONGEST = 300.0


class Typed(io.StringIO):
    """A terminal at which these lines were typed."""

    def isatty(self):
        """It is one."""
        return True


@pytest.fixture
def typed(desk):
    """Run `checkin` with these lines typed; gives exit code and what was shown."""

    def _typed(text, *arguments):
        at = desk.context
        context = Context(at.environ, at.directory, at.clock, at.out, at.err, Typed(text))
        code = main(["checkin", *arguments], context)
        return code, context.out.getvalue(), context.err.getvalue()

    return _typed


def checkins_of(desk, subject):
    """What the store has of a subject."""
    with open_store(desk.store_url) as store:
        return store.checkins(subject)


def test_a_teams_key_results_are_asked_one_after_the_other(desk, typed):
    """Confidence and number of each, a note, a risk and an ask where there is one."""
    code, shown, _ = typed("1\n7\n96\nslower\nr: no staging\nA: a second slot\n\n5\n\n")
    assert code == 0
    assert "1  Publishing\n  2  Search\nWhich team? " in shown
    assert "1/2  PUB-1  Publishing takes 10 % less time" in shown
    assert "Number, from 100 to 90\u00a0s [none yet]: " in shown
    assert "recorded for 2 key results" in shown
    checkin = CheckIn("PUB-1", desk.now, 7, 96.0, "slower", "no staging", "a second slot")
    assert checkins_of(desk, "PUB-1") == (checkin,)
    assert checkins_of(desk, "PUB-2") == (CheckIn("PUB-2", desk.now, 5),)
    assert checkins_of(desk, "SEA-1") == ()


def test_enter_keeps_and_counts_as_scored(desk, typed):
    """Last week's numbers stand in brackets; kept, they are said anew."""
    typed("pub\n7\n96\n\n5\n\n")
    desk.now += timedelta(days=7)
    _, shown, _ = typed("pub\n\n\n\n\n\n")
    assert "Confidence, 0 to 10 [7]: " in shown
    assert "[96]: " in shown
    last = checkins_of(desk, "PUB-1")[-1]
    assert (last.at, last.confidence, last.value) == (desk.now, 7, 96.0)
    assert len(checkins_of(desk, "PUB-1")) == 2


def test_a_dash_leaves_a_key_result_out(desk, typed):
    """Nothing is recorded for it, and the next is asked."""
    _, shown, _ = typed("1\n-\n5\n\n")
    assert checkins_of(desk, "PUB-1") == ()
    assert checkins_of(desk, "PUB-2")[0].confidence == 5
    assert "recorded for 1 key result\n" in shown


def test_what_cant_be_is_asked_again(desk, typed):
    """An eleven, a word and a team that isn't there."""
    _, shown, _ = typed("9\nX\n1\n11\nhigh\n7\nfast\n96\n\n-\n")
    assert shown.count("Which team? ") == 3
    assert "'11' is no confidence; give 0 to 10" in shown
    assert "'fast' is no number" in shown
    assert checkins_of(desk, "PUB-1")[0].confidence == 7


def test_a_terminal_that_is_closed_keeps_what_was_scored(desk, typed):
    """Each key result is recorded as soon as it is answered."""
    code, shown, _ = typed("1\n7\n96\n\n5")
    assert (code, "recorded for 1 key result\n" in shown) == (0, True)
    assert len(checkins_of(desk, "PUB-1")) == 1


def test_the_team_may_be_given(desk, typed):
    """Without regard to case, and then nobody asks for it."""
    code, shown, _ = typed("8\n\n", "--team", "search")
    assert (code, "Which team?" in shown) == (0, False)
    assert checkins_of(desk, "SEA-1")[0].confidence == 8
    code, _, err = typed("", "--team", "Serach")
    assert (code, "did you mean Search?" in err) == (2, True)


def test_only_key_results_whose_period_is_on_are_asked(desk, typed):
    """Last quarter's and next quarter's are left alone."""
    text = (desk.folder / "okrs.yaml").read_text().replace("period: 2026-Q4", "period: 2026-Q3", 1)
    (desk.folder / "okrs.yaml").write_text(text)
    _, shown, _ = typed("8\n\n")
    assert "PUB-1" not in shown
    assert checkins_of(desk, "SEA-1")[0].confidence == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the id of a KR or an objective"),
        (["--confidence", "7"], "give its id"),
        (["PUB-1", "--from", "a.csv"], "leave the rest out"),
        (["PUB-1", "--team", "Search"], "leave the rest out"),
    ],
)
def test_without_a_terminal_nobody_is_asked(desk, arguments, message):
    """Cron gets a message instead of a question; exit 2."""
    refused = desk.run("checkin", *arguments)
    assert (refused.code, message in refused.err) == (2, True)


ON_TERMINAL = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from syncer.cli import main
from syncer.context import Context, outside
from connectors.clock import Clock
at = datetime(2026, 11, 18, 12, tzinfo=UTC)
around = outside()
clock = Clock(lambda: at, lambda _: None)
context = Context(os.environ, Path.cwd(), clock, sys.stdout, sys.stderr, sys.stdin)
sys.exit(main(["checkin"], context))
"""


def test_on_a_real_terminal_a_person_answers_prompt_by_prompt(desk):
    """A pseudo-terminal: each answer is typed once its prompt is there, and the week is scored."""
    needs_terminal()
    ours, theirs = pty.openpty()
    run = desk.at_terminal(ON_TERMINAL, theirs)
    os.close(theirs)
    try:
        read_until = reader(ours)
        for prompt, answer in (
            ("Which team? ", "publ"),
            ("[none yet]: ", "7"),
            ("[none yet]: ", "96.5"),
            ("(r: risk, a: ask)? ", "a: a second load-test slot"),
            ("(r: risk, a: ask)? ", ""),
            ("[none yet]: ", "6"),
            ("(r: risk, a: ask)? ", ""),
        ):
            read_until(prompt)
            os.write(ours, f"{answer}\n".encode())
        read_until("recorded for 2 key results")
        assert run.wait(LONGEST) == 0
    finally:
        os.close(ours)
    checkin = checkins_of(desk, "PUB-1")[0]
    assert (checkin.confidence, checkin.value, checkin.ask) == (7, 96.5, "a second load-test slot")


def reader(terminal):
    """Read what is shown until a text is there; a letter may come in two pieces."""
    decoder = getincrementaldecoder("utf-8")()

    def read_until(text):
        shown = ""
        while text not in shown:
            assert select.select([terminal], [], [], LONGEST)[0], shown
            shown += decoder.decode(os.read(terminal, 4096))

    return read_until
