"""A tool that hangs is that tool's failure, within the transport's limits and the run's time."""

from __future__ import annotations

import time
from functools import partial

import pytest

from connectors import http
from connectors.http import Transport
from sandbox.faults import Fault
from tests.connectors.raw import RawServing, drips
from tests.stores.test_push import BOARD, GOALS, HOOK

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{"
SILENT = 3600.0
SHORT = partial(Transport, longest=1.0)
"""A transport with a second for each request, in place of minutes."""
MOST = 60.0
"""Seconds that a run of a second or two may take on a machine that does much else."""


def silent(_, stopping):
    """Say nothing, for good."""
    stopping.wait()


def with_a_hang(desk, speak, *arguments):
    """Run while the board's address answers so, and give the result; it ends in time."""
    with RawServing(speak) as slow:
        path = desk.folder / "okrs.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(desk.tools["board"].url, slow.url), encoding="utf-8")
        began = time.monotonic()
        result = desk.run(*arguments)
        assert time.monotonic() - began < MOST
        path.write_text(text, encoding="utf-8")
    return result


def test_the_push_at_a_sync_s_end_has_what_is_left_of_its_time(desk):
    """The numbers are in the store, the one for the tool waits and says why, and comes later."""
    desk.goes_to(BOARD)
    desk.finish(12)
    result = with_a_hang(desk, silent, "sync", "--deadline", "15s")
    assert result.code == 1
    assert desk.counts("PUB-1") == (12, 8, 0)
    assert desk.state() == ("waiting", 60.0)
    assert "store board" in desk.places()["board"]["problem"]
    desk.sync()
    assert desk.values() == [60.0]


def test_a_source_that_drips_leaves_the_tools_their_time(desk):
    """A source ends before the run does: what another has read is written, and pushed too."""
    desk.goes_to(BOARD)
    desk.finish(12)
    path = desk.folder / "okrs.yaml"
    with RawServing(drips(HEAD)) as slow:
        trello = f"sources:\n  trello: {{kind: trello, url: '{slow.url}'}}\n"
        text = path.read_text(encoding="utf-8").replace("sources:\n", trello)
        kr = "      - {id: PUB-2, title: Other, links: [{source: trello, board: AbCd1234}]}\n"
        path.write_text(text + kr, encoding="utf-8")
        result = desk.run("sync", "--deadline", "10s")
    assert result.code == 1
    assert "the time that a run has for its sources is up" in desk.kr("PUB-2")["problem"]
    assert desk.state() == ("written", 60.0)
    assert desk.values() == [60.0]


@pytest.mark.parametrize("speak", [silent, drips(HEAD)], ids=["silent", "drips"])
def test_a_push_ends_with_its_time(desk, speak):
    """However a tool hangs, `push --deadline` is over then, and nothing is lost."""
    desk.goes_to()
    desk.finish(12)
    desk.sync()
    desk.goes_to(BOARD)
    assert with_a_hang(desk, speak, "push", "--deadline", "1s").code == 1
    assert desk.state() == ("waiting", 60.0)
    desk.push()
    assert desk.values() == [60.0]


@pytest.mark.parametrize("speak", [silent, drips(HEAD)], ids=["silent", "drips"])
def test_a_tool_that_hangs_spares_the_others(desk, speak, monkeypatch):
    """Without a deadline a request has the transport's time; the other tools get the number."""
    monkeypatch.setattr(http, "Transport", SHORT)
    desk.goes_to(BOARD, HOOK, GOALS)
    desk.finish(12)
    result = with_a_hang(desk, speak, "sync")
    assert result.code == 1
    assert "no whole answer in 1 s" in desk.places()["board"]["problem"]
    assert desk.state("hook") == desk.state("goals") == ("written", 60.0)


def test_a_write_that_hangs_may_have_arrived_and_is_not_doubled(desk, monkeypatch):
    """The tool has heard and never answers: the next run finds the value there."""
    monkeypatch.setattr(http, "Transport", SHORT)
    desk.goes_to(GOALS)
    desk.finish(12)
    desk.faults["goals"].add("/setMetric", Fault(drip=SILENT))
    assert desk.run("sync").code == 1
    desk.faults["goals"].clear()
    desk.sync()
    assert desk.asana.goals["121"].values == [0.6]
    assert desk.state("goals") == ("written", 60.0)


def test_what_is_over_time_is_not_begun(desk):
    """After the run's time no tool is asked: its numbers wait for the next run."""
    desk.goes_to()
    desk.finish(12)
    desk.sync()
    desk.goes_to(BOARD, HOOK)
    desk.push("--deadline", "0s", code=1)
    assert [len(desk.tools[name].log.exchanges) for name in ("board", "hook")] == [0, 0]
    assert desk.state() == ("waiting", 60.0)
    assert "--deadline" in desk.places()["board"]["problem"]
