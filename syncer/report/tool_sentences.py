"""Where the numbers stand in the OKR tools, in sentences, the same in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.outbox import TargetState
from syncer.report.text import counted, number, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.report.sentences import Words
    from syncer.review.briefing import Briefing, KrBrief

_STATES = {
    TargetState.WRITTEN: "{value} written",
    TargetState.WAITING: "{value} waits",
    TargetState.DRAFT: "{value} waits to be let go",
    TargetState.HELD: "{value} held back",
    TargetState.REFUSED: "{value} refused",
}
_ALARMING = (TargetState.HELD, TargetState.REFUSED)


def places(kr: KrBrief, words: Words) -> Iterator[str]:
    """Say of each place in an OKR tool where a KR's number stands there, since when and why."""
    for standing in kr.tools:
        value = "none" if standing.value is None else number(standing.value)
        state = _STATES[standing.state].format(value=value)
        name = f"{plain(standing.store, 40)} {plain(standing.tool_id, 60)}"
        text = f"In {name}: {state} {words.time(standing.at)}"
        yield f"{text}: {plain(standing.problem, 300)}" if standing.problem else f"{text}."


def alarm(briefing: Briefing, words: Words) -> str:
    """Count the numbers held back and refused in OKR tools, and name their KRs; "" for none."""
    parts = []
    for state in _ALARMING:
        krs = [kr.id for kr in briefing.key_results for tool in kr.tools if tool.state is state]
        if krs:
            verb = "held back" if state is TargetState.HELD else "refused"
            ids = words.several(tuple(dict.fromkeys(krs)))
            parts.append(f"{counted(len(krs), 'number')} {verb} ({ids})")
    return f"In the OKR tools: {', '.join(parts)}." if parts else ""
