"""The outbox: what of ours is in a tool, what waits, and what may be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.okr_tool import NumberKind
from syncer.core.outbox import (
    OutboxWrite,
    TargetState,
    TargetStatus,
    ToolStanding,
    WriteState,
    WriteTarget,
    our_writes,
    outdated,
    superseded,
    tool_standings,
    write_key,
)
from syncer.core.push import OurWrites, SentNumber

AT = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
TARGET = WriteTarget("PUB-1", "goals", "ACME-12")
DRAFT, WAITING = WriteState.DRAFT, WriteState.WAITING
SENDING, WRITTEN = WriteState.SENDING, WriteState.WRITTEN


def write(value, state, day="2026-11-21"):
    key = f"{value}-{state}-{day}"
    return OutboxWrite(TARGET, NumberKind.PERCENT, value, AT, day, key, state)


def test_what_arrived_last_and_before_is_known():
    """The last two that arrived are ours, and what may have arrived since."""
    writes = [write(40.0, WRITTEN), write(50.0, WRITTEN), write(60.0, SENDING), write(61.0, DRAFT)]
    assert our_writes(writes, 0.0, None) == OurWrites(
        SentNumber(50.0), 40.0, (SentNumber(60.0),), None
    )


def test_before_a_first_write_stood_the_start():
    """A tool that lags behind our first write shows the number's own start."""
    assert our_writes([write(50.0, WRITTEN)], 100.0, None).before_last == 100.0
    undone = SentNumber(60.0, "well")
    assert our_writes([], 0.0, undone) == OurWrites(None, None, (), undone)


def test_what_was_unsure_before_a_later_write_arrived_is_settled():
    """Only what may have arrived since the last sure write still matters."""
    assert our_writes([write(40.0, SENDING), write(50.0, WRITTEN)], 0.0, None).unsure == ()


def test_a_newer_number_takes_the_place_of_what_waits():
    """All that wasn't sent goes; with dated values only what is of the same day."""
    old, new = write(40.0, WAITING, "2026-11-20"), write(50.0, WAITING)
    writes = [write(30.0, WRITTEN), old, write(45.0, SENDING), new]
    assert superseded(writes, "2026-11-21", dated=False) == (old, new)
    assert superseded(writes, "2026-11-21", dated=True) == (new,)


def test_three_that_arrived_are_kept():
    """One to take back, and two to know again; all else may go."""
    writes = [write(float(value), WRITTEN) for value in range(5)]
    unsure = write(9.0, SENDING)
    assert outdated([unsure, *writes]) == (unsure, *writes[:2])


def test_a_key_is_a_write_s_own():
    """Another number, moment or place has another key, the same has the same."""
    later = AT + timedelta(seconds=1)
    keys = {
        write_key(TARGET, 60.0, AT, AT),
        write_key(TARGET, 61.0, AT, AT),
        write_key(TARGET, 60.0, later, AT),
        write_key(TARGET, 60.0, AT, later),
        write_key(TARGET._replace(tool_id="ACME-13"), 60.0, AT, AT),
    }
    assert len(keys) == 5
    assert write_key(TARGET, 60.0, AT, AT) in keys
    assert replace(write(60.0, WAITING), light="help").sent == SentNumber(60.0, "help")


def test_a_number_s_standings_are_those_of_its_places():
    """What left the file says nothing; of a key result that left it itself, all is known."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    status = TargetStatus(TargetState.HELD, 60.0, at, "why")
    statuses = {
        WriteTarget("B", "sheet", "2"): status,
        WriteTarget("A", "sheet", "old"): status,
        WriteTarget("A", "sheet", "1"): status,
    }
    standings = tool_standings(statuses, {"A": {("sheet", "1")}})
    assert standings == {
        "A": (ToolStanding("sheet", "1", TargetState.HELD, 60.0, at, "why"),),
        "B": (ToolStanding("sheet", "2", TargetState.HELD, 60.0, at, "why"),),
    }
