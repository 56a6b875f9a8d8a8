"""Nothing, write, hold, wait, refuse: a number that a person put in a tool stays."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import NotAuthorisedError, NotFoundError, TransientError
from connectors.okr_tool import NumberKind, StoreAccess, ToolNumber
from syncer.core.push import (
    OurWrites,
    OutgoingNumber,
    PushVerdict,
    SentNumber,
    decide_push,
    plain_number,
    same,
)

NOTHING, WRITE, DRAFT = PushVerdict.NOTHING, PushVerdict.WRITE, PushVerdict.DRAFT
HOLD, WAIT, REFUSE = PushVerdict.HOLD, PushVerdict.WAIT, PushVerdict.REFUSE
VALUES = (None, 0.0, 40.0, 50.0, 60.0, 65.0)


def outgoing(value, light=None, **more):
    return OutgoingNumber(value, **{"light": light, "start": 0.0, **more})


def wrote(last=None, before=None, *unsure, undone=None, light=None):
    """What we wrote: values, with one light."""
    return OurWrites(
        None if last is None else SentNumber(last, light),
        before,
        tuple(SentNumber(value, light) for value in unsure),
        None if undone is None else SentNumber(undone, light),
    )


def verdict(value, ours, shown, **more):
    return decide_push(outgoing(value), ours, ToolNumber(shown), **more).verdict


@pytest.mark.parametrize(
    ("value", "ours", "shown", "expected"),
    [
        (60.0, wrote(), None, WRITE),
        (60.0, wrote(), 0.0, WRITE),
        (60.0, wrote(), 40.0, HOLD),
        (60.0, wrote(), 60.0, NOTHING),
        (60.0, wrote(60.0, 50.0), 60.0, NOTHING),
        (60.0, wrote(50.0, 40.0), 50.0, WRITE),
        (60.0, wrote(50.0, 40.0), 40.0, WRITE),
        (60.0, wrote(50.0, 40.0), 65.0, HOLD),
        (60.0, wrote(50.0, 40.0), 60.0, NOTHING),
        (60.0, wrote(60.0, 50.0), 50.0, NOTHING),
        (60.0, wrote(60.0, 50.0), 65.0, HOLD),
        (60.0, wrote(60.0, 50.0), None, NOTHING),
        (60.0, wrote(50.0, 40.0), 0.0, HOLD),
        (60.0, wrote(50.0, 40.0, undone=60.0), 50.0, NOTHING),
        (65.0, wrote(50.0, 40.0, undone=60.0), 50.0, WRITE),
        (None, wrote(50.0, 40.0), 65.0, NOTHING),
    ],
)
def test_a_person_s_number_stays_and_ours_moves(value, ours, shown, expected):
    """Each line of rule 17, where the tool can be read."""
    assert verdict(value, ours, shown) is expected


@pytest.mark.parametrize(
    ("kind", "start", "shown", "expected"),
    [
        (NumberKind.REMAINING, None, 0.0, HOLD),
        (NumberKind.REMAINING, None, None, WRITE),
        (NumberKind.VALUE, 100.0, 100.0, WRITE),
        (NumberKind.VALUE, 100.0, 0.0, HOLD),
        (NumberKind.DONE, 0.0, 0.0, WRITE),
    ],
)
def test_before_our_first_write_only_the_start_is_nobody_s(kind, start, shown, expected):
    """0 for percent and done, the metric's start for value, for remaining only an empty field."""
    number = OutgoingNumber(8.0, kind, start=start)
    assert decide_push(number, OurWrites(), ToolNumber(shown)).verdict is expected


@given(
    value=st.sampled_from(VALUES[1:]),
    last=st.sampled_from(VALUES),
    before=st.sampled_from(VALUES),
    shown=st.sampled_from(VALUES),
    undone=st.sampled_from(VALUES),
    approved=st.booleans(),
)
def test_what_is_shown_and_isn_t_ours_is_never_written_over_unasked(
    *, value, last, before, shown, undone, approved
):
    """Whatever came before: a value that is neither empty nor ours is written over if approved."""
    decision = decide_push(
        outgoing(value), wrote(last, before, undone=undone), ToolNumber(shown), approved=approved
    )
    nobody_s = {None, last, before} if last is not None else {None, 0.0}
    if decision.verdict is WRITE:
        assert shown in nobody_s or approved
        assert value not in (undone, shown)
        assert approved or last is None or value != last
    if decision.verdict is HOLD:
        assert shown not in nobody_s | {value}
        assert not approved


def test_every_case_of_a_readable_tool_has_one_answer():
    """Over all small histories the verdict is what rule 17 says, told a second time."""
    for value, last, before, shown in itertools.product(VALUES[1:], VALUES, VALUES, VALUES):
        nobody_s = (None, last, before) if last is not None else (None, 0.0)
        if shown == value:
            expected = NOTHING
        elif shown not in nobody_s:
            expected = HOLD
        else:
            expected = NOTHING if last == value else WRITE
        assert verdict(value, wrote(last, before), shown) is expected, (value, last, before, shown)


def test_a_person_who_goes_back_to_an_older_value_is_no_delay():
    """Where the tool tells that a person wrote it, what we wrote before is theirs now."""
    shown = ToolNumber(50.0, by_person=True)
    assert decide_push(outgoing(60.0), wrote(55.0, 50.0), shown).verdict is HOLD
    robot = shown._replace(by_person=False)
    assert decide_push(outgoing(60.0), wrote(55.0, 50.0), robot).verdict is WRITE


def test_a_number_that_a_person_makes_ours_is_ours_from_then_on():
    """What is there and is what we would write is adopted, so that the next change goes out."""
    assert decide_push(outgoing(65.0), wrote(60.0), ToolNumber(65.0)).adopt
    assert not decide_push(outgoing(65.0), wrote(65.0), ToolNumber(65.0)).adopt


def test_light_alone_is_a_change_only_where_the_status_follows():
    """With a light the number goes out again when it changes; without, nothing does."""
    ours, shown = wrote(60.0, 50.0, light="well"), ToolNumber(60.0)
    lit = decide_push(outgoing(60.0, "help"), ours, shown)
    assert (lit.verdict, lit.there) == (WRITE, True)
    assert decide_push(outgoing(60.0, "well"), ours, shown).verdict is NOTHING
    assert decide_push(outgoing(60.0), ours, shown).verdict is NOTHING
    assert decide_push(outgoing(60.0, "well"), wrote(), shown).verdict is WRITE
    over = decide_push(outgoing(60.0, "help"), ours, ToolNumber(65.0))
    assert over.verdict is HOLD


def test_what_may_have_arrived_is_settled_by_what_the_tool_shows():
    """Shown it arrived, not shown it goes again under its key, and it is never a person's."""
    ours = wrote(50.0, 40.0, 60.0)
    arrived = decide_push(outgoing(60.0), ours, ToolNumber(60.0))
    assert (arrived.verdict, arrived.repeat, arrived.there) == (WRITE, True, True)
    lost = decide_push(outgoing(60.0), ours, ToolNumber(50.0))
    assert (lost.verdict, lost.repeat, lost.there) == (WRITE, True, False)
    newer = decide_push(outgoing(65.0), ours, ToolNumber(60.0))
    assert (newer.verdict, newer.repeat, newer.arrived) == (WRITE, False, True)
    late = decide_push(outgoing(65.0), wrote(50.0, 40.0, 60.0, 55.0), ToolNumber(60.0))
    assert (late.verdict, late.arrived) == (WRITE, False)
    back = decide_push(outgoing(50.0), ours, ToolNumber(60.0))
    assert (back.verdict, back.arrived) == (WRITE, True)
    assert decide_push(outgoing(50.0), ours, ToolNumber(50.0)).verdict is NOTHING
    assert decide_push(outgoing(60.0), ours, ToolNumber(65.0)).verdict is HOLD
    first = decide_push(outgoing(61.0), wrote(None, None, 60.0), ToolNumber(60.0))
    assert (first.verdict, first.arrived) == (WRITE, True)


@pytest.mark.parametrize(
    ("value", "ours", "expected", "repeat"),
    [
        (60.0, wrote(), WRITE, False),
        (60.0, wrote(60.0), NOTHING, False),
        (61.0, wrote(60.0), WRITE, False),
        (61.0, wrote(60.0, None, 61.0), WRITE, True),
        (60.0, wrote(60.0, None, 61.0), WRITE, False),
        (None, wrote(60.0, None, 61.0), NOTHING, False),
    ],
)
def test_a_tool_that_can_t_be_read_gets_what_may_not_have_arrived_again(
    value, ours, expected, repeat
):
    """Without reading, what may have arrived last is what counts."""
    decision = decide_push(outgoing(value), ours, None)
    assert (decision.verdict, decision.repeat) == (expected, repeat)


def test_a_store_with_approval_makes_drafts():
    """Nothing goes out before a person lets it go; what was let go is repeated by itself."""
    number, shown = outgoing(60.0), ToolNumber(None)
    assert decide_push(number, wrote(), shown, approve=True).verdict is DRAFT
    assert decide_push(number, wrote(), shown, approve=True, approved=True).verdict is WRITE
    assert decide_push(number, wrote(None, None, 60.0), shown, approve=True).verdict is WRITE
    assert decide_push(number, wrote(), ToolNumber(65.0), approve=True).verdict is HOLD
    over = decide_push(number, wrote(), ToolNumber(65.0), approve=True, approved=True)
    assert over.verdict is WRITE


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotFoundError("gone", status=404), REFUSE),
        (TransientError("down", status=503), WAIT),
        (NotAuthorisedError("no", status=401), WAIT),
    ],
)
def test_what_can_t_be_read_waits_or_isn_t_there(error, expected):
    """A key result that is gone is refused; a tool that fails is waited for, with its reason."""
    decision = decide_push(outgoing(60.0), wrote(), error)
    assert (decision.verdict, decision.problem) == (expected, str(error))


def test_a_target_that_isn_t_ours_is_refused():
    """A percent in a key result that runs from 100 to 90 would say something else."""
    shown = ToolNumber(None, target=90.0)
    refused = decide_push(outgoing(60.0, target=100.0), wrote(), shown)
    assert refused.verdict is REFUSE
    assert "its target there is 90, and 100 for number: percent" in refused.problem
    assert decide_push(outgoing(60.0, target=90.0), wrote(), shown).verdict is WRITE
    assert decide_push(outgoing(60.0), wrote(), shown).verdict is WRITE
    assert decide_push(outgoing(60.0, target=90.0), wrote(), ToolNumber(None)).verdict is WRITE


def test_what_the_tool_counts_itself_is_left_to_it():
    """No number goes where the tool works it out."""
    decision = decide_push(outgoing(60.0), wrote(), ToolNumber(12.0, counts_itself=True))
    assert decision.verdict is REFUSE


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(60.34, 1, 60.3), (60.5, 0, 60.0), (99.9, 0, 99.0), (0.1, 0, 1.0), (100.0, 0, 100.0)],
)
def test_numbers_are_rounded_as_the_tool_keeps_them(value, decimals, expected):
    """Rounding is no person's change, and makes no percent whole or nothing (rule 6)."""
    shown = ToolNumber(None, decimals=decimals)
    number = decide_push(outgoing(value), wrote(), shown).number
    assert number == SentNumber(expected)
    kept = ToolNumber(expected, decimals=decimals)
    assert decide_push(outgoing(value), wrote(expected), kept).verdict is NOTHING


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_value_is_the_same_after_a_tool_wrote_it_down(value):
    """Through a text and through single precision a value stays what it was."""
    assert same(value, float(plain_number(value)))
    assert same(None, None)
    assert not same(value, None)


def test_a_store_s_variables_are_named_after_it():
    """Messages name the variable that an operator sets, and no repr holds a secret."""
    access = StoreAccess("my-goals", "webhook", secret="s3cret", token="t0ken")
    assert access.variable("token") == "OKR_SYNC_STORES__MY_GOALS__TOKEN"
    assert access.secrets == ("t0ken", "s3cret")
    assert "s3cret" not in repr(access)
