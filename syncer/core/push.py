"""What to do about one number in one OKR tool: nothing, write, hold, wait or refuse; pure.

A number that a person put there stays (rule 17).
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from connectors.errors import NotFoundError, SourceError
from connectors.okr_tool import NumberKind

if TYPE_CHECKING:
    from connectors.okr_tool import ToolNumber


WHOLE = 100.0


class PushVerdict(StrEnum):
    """What is done about a number; `DRAFT` waits for a person to let it go."""

    NOTHING = "nothing"
    WRITE = "write"
    DRAFT = "draft"
    HOLD = "hold"
    WAIT = "wait"
    REFUSE = "refuse"


class SentNumber(NamedTuple):
    """What a write said; `light` is None where the tool's status doesn't follow ours."""

    value: float
    light: str | None = None


class OutgoingNumber(NamedTuple):
    """The number that would go out now: None where there is none to tell.

    `start` is what a tool may show before anybody wrote: 0 for percent and done,
    the metric's for its value, None for remaining. `target` is where the tool's
    must be for the number to make sense there, None where any will do.
    """

    value: float | None
    kind: NumberKind = NumberKind.PERCENT
    light: str | None = None
    start: float | None = None
    target: float | None = None


class OurWrites(NamedTuple):
    """What we wrote there, as far as it matters.

    `last` arrived, `before_last` is what the tool showed of us before that.
    `unsure` may have arrived since, oldest first; `undone` was taken back.
    """

    last: SentNumber | None = None
    before_last: float | None = None
    unsure: tuple[SentNumber, ...] = ()
    undone: SentNumber | None = None


class PushDecision(NamedTuple):
    """The verdict, the number that it is about, and why, for people.

    `repeat`: the last unsure write is sent again. `there`: the tool shows the value
    already, what is to be written is the light alone, or what else may be missing.
    `arrived`: the tool shows the last unsure write. `adopt`: it shows our number
    although we didn't write it; from now on it is ours.
    """

    verdict: PushVerdict
    number: SentNumber | None = None
    problem: str | None = None
    repeat: bool = False
    there: bool = False
    arrived: bool = False
    adopt: bool = False


def decide_push(
    outgoing: OutgoingNumber,
    ours: OurWrites,
    present: ToolNumber | SourceError | None,
    *,
    approve: bool = False,
    approved: bool = False,
) -> PushDecision:
    """Decide about one number. `present` is what the tool shows, None where it can't be read.

    `approve`: this store's writes wait for a person; `approved`: one let it go.
    """
    if isinstance(present, SourceError):
        gone = isinstance(present, NotFoundError)
        return PushDecision(PushVerdict.REFUSE if gone else PushVerdict.WAIT, problem=str(present))
    refusal = _refusal(outgoing, present) if present else None
    if refusal:
        return PushDecision(PushVerdict.REFUSE, problem=refusal)
    if outgoing.value is None:
        return PushDecision(PushVerdict.NOTHING)
    number = SentNumber(_kept(outgoing.value, outgoing.kind, present), outgoing.light)
    if present is None:
        decision = _blind(number, ours)
    else:
        decision = _seen(number, outgoing, ours, present, approved=approved)
    if decision.verdict is PushVerdict.WRITE and approve and not approved and not decision.repeat:
        return decision._replace(verdict=PushVerdict.DRAFT)
    return decision


def same(value: float | None, other: float | None) -> bool:
    """Compare two values as tools keep them: through texts, cells and single precision."""
    if value is None or other is None:
        return value is other
    return math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-9)


def alike(number: SentNumber, other: SentNumber) -> bool:
    """Whether the number that goes out is the same; where the light doesn't follow, it is none."""
    lit = number.light is None or number.light == other.light
    return same(number.value, other.value) and lit


def plain_number(value: float) -> str:
    """Write a number as people do: 60, 0.5."""
    return f"{value:.10g}"


def _refusal(outgoing: OutgoingNumber, present: ToolNumber) -> str | None:
    """Say why this key result is no place for our number; None where it is one."""
    if present.counts_itself:
        return "the tool counts it by itself; set it to manual there, or take its write_to out"
    target = present.target
    if outgoing.target is None or target is None or same(target, outgoing.target):
        return None
    return (
        f"its target there is {plain_number(target)}, and {plain_number(outgoing.target)} for "
        f"number: {outgoing.kind}; make them the same, or write another number"
    )


def _kept(value: float, kind: NumberKind, present: ToolNumber | None) -> float:
    """Round to what the tool keeps: its rounding is no person's doing.

    As everywhere, no percent becomes 100 while something remains, nor 0 while
    something is done (rule 6).
    """
    decimals = present.decimals if present else None
    if decimals is None:
        return value
    rounded, step = round(value, decimals), 10.0**-decimals
    if kind is NumberKind.PERCENT and 0 < value < WHOLE:
        return min(max(rounded, step), WHOLE - step)
    return rounded


def _blind(number: SentNumber, ours: OurWrites) -> PushDecision:
    """Decide for a tool that can't be read: what may have arrived there is what counts."""
    if ours.unsure:
        repeat = alike(number, ours.unsure[-1])
        return PushDecision(PushVerdict.WRITE, number, repeat=repeat)
    if ours.last is not None and alike(number, ours.last):
        return PushDecision(PushVerdict.NOTHING, number)
    return PushDecision(PushVerdict.WRITE, number)


def _seen(
    number: SentNumber,
    outgoing: OutgoingNumber,
    ours: OurWrites,
    present: ToolNumber,
    *,
    approved: bool,
) -> PushDecision:
    pending = ours.unsure[-1] if ours.unsure else None
    repeat = pending is not None and alike(number, pending)
    if pending is not None and same(present.value, pending.value):
        if repeat:  # whether its light and note came too, the adapter finds out
            return PushDecision(PushVerdict.WRITE, number, repeat=True, there=True)
        before = ours.last.value if ours.last else None
        ours = OurWrites(pending, before, undone=ours.undone)
        return _settled(number, outgoing, ours, present, approved)._replace(arrived=True)
    # Reading settles it: what isn't shown hasn't arrived. Should it come late after all,
    # it is known as ours.
    decision = _settled(number, outgoing, ours, present, approved)
    return decision._replace(repeat=repeat and decision.verdict is PushVerdict.WRITE)


def _settled(
    number: SentNumber,
    outgoing: OutgoingNumber,
    ours: OurWrites,
    present: ToolNumber,
    approved: bool,  # noqa: FBT001 - private, and always passed on
) -> PushDecision:
    """Decide where it is known what arrived of ours."""
    if ours.undone is not None and alike(number, ours.undone):
        problem = "taken back; it is written again when the number changes"
        return PushDecision(PushVerdict.NOTHING, number, problem)
    if same(present.value, number.value):
        known = ours.last is not None and same(ours.last.value, number.value)
        lit = number.light is not None and not (known and _lit(ours) == number.light)
        verdict = PushVerdict.WRITE if lit else PushVerdict.NOTHING
        return PushDecision(verdict, number, there=lit, adopt=not known and not lit)
    if not (approved or _is_ours(ours, present, outgoing.start)):
        return PushDecision(PushVerdict.HOLD, number, _held(present.value))
    if approved or ours.last is None or not alike(number, ours.last):
        return PushDecision(PushVerdict.WRITE, number)
    return PushDecision(PushVerdict.NOTHING, number)  # it shows what came before: its delay


def _held(value: float | None) -> str:
    shown = "nothing" if value is None else plain_number(value)
    return f"somebody set it to {shown} there; okr-sync push --approve writes ours over it"


def _is_ours(ours: OurWrites, present: ToolNumber, start: float | None) -> bool:
    """Whether what the tool shows is no person's: nothing, ours, or what stood before."""
    value = present.value
    if value is None:
        return True
    if ours.last is None:
        known = [start, *(sent.value for sent in ours.unsure)]
    else:
        # A person who sets it back to what we wrote before is no delay, where the tool tells.
        delay = None if present.by_person else ours.before_last
        known = [ours.last.value, delay, *(sent.value for sent in ours.unsure)]
    return any(same(value, earlier) for earlier in known if earlier is not None)


def _lit(ours: OurWrites) -> str | None:
    return ours.last.light if ours.last else None
