"""The briefing as a JSON document, for other programs: `schema/report-1.json` describes it.

Texts are as the teams and the trackers wrote them: who shows them escapes them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from syncer.core.past import PUT_IN, TAKEN_OUT
from syncer.report.sentences import Words
from syncer.review.attention import Light
from syncer.review.forecast import Forecast, NoForecast
from syncer.review.status import counts, events, instant, instant_or_none, reading_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.outbox import ToolStanding
    from syncer.core.records import Change
    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, CardRef, KrBrief, ObjectiveBrief
    from syncer.review.closing import Closing, KrClosing
    from syncer.review.delta import Delta
    from syncer.review.moves import Move
    from syncer.review.outcome import Confidence, Outcome

VERSION = 1
"""Grows when a name or a meaning changes, not when something is added."""


def json_text(briefing: Briefing) -> str:
    """Write the document, indented, in UTF-8 characters as they are."""
    return json.dumps(document(briefing), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def document(briefing: Briefing) -> dict[str, Any]:
    """Make the document: the briefing's parts under their own names."""
    krs = briefing.key_results
    return {
        "version": VERSION,
        "made_at": instant(briefing.made_at),
        "meeting": instant_or_none(briefing.meeting),
        "since": instant_or_none(briefing.since),
        "timezone": briefing.timezone,
        "team": briefing.team,
        "headline": Words(briefing).headline(),
        "key_results": {light.name.lower(): _number_of(krs, light) for light in Light},
        "teams": [
            {
                "team": team.name,
                "objectives": [_objective(objective) for objective in team.objectives],
            }
            for team in briefing.teams
        ],
        "closings": [_closing(closing) for closing in briefing.closings],
        "ahead": list(briefing.ahead),
        "over": list(briefing.over),
        "moves": [_move(move) for move in briefing.moves],
    }


def _number_of(krs: Iterable[KrBrief], light: Light) -> int:
    return sum(kr.light is light for kr in krs)


def _objective(objective: ObjectiveBrief) -> dict[str, Any]:
    return {
        "id": objective.id,
        "title": objective.title,
        "period": objective.period,
        "gone": objective.gone,
        "begins": instant_or_none(objective.span.begins if objective.span else None),
        "ends": instant_or_none(objective.span.ends if objective.span else None),
        "kind": objective.kind,
        "parent": objective.parent,
        "findings": [_finding(finding) for finding in objective.findings],
        "changes": [_change(change) for change in objective.changes],
        "confidence": _confidence(objective.confidence),
        "note": objective.note,
        "key_results": [_kr(kr) for kr in objective.key_results],
    }


def _kr(kr: KrBrief) -> dict[str, Any]:
    return {
        "id": kr.id,
        "title": kr.title,
        "quality": kr.quality,
        "light": kr.light.name.lower(),
        "findings": [_finding(finding) for finding in kr.findings],
        "changes": [_change(change) for change in kr.changes],
        "number": None if kr.number is None else _outcome(kr.number),
        "cards": counts(kr.progress),
        "since_last_review": _delta(kr.delta),
        "events": {event.value: [_card(c) for c in cards] for event, cards in kr.events.items()},
        "unestimated": [_card(card) for card in kr.unestimated],
        "confidence": _confidence(kr.confidence),
        "forecast": _forecast(kr.forecast),
        "note": kr.note,
        "synced_at": instant_or_none(kr.synced_at),
        "stale": kr.problem is not None,
        "problem": kr.problem,
        "stores": [_place(standing) for standing in kr.tools],
        "readings": [reading_json(reading) for reading in kr.readings],
    }


def _place(standing: ToolStanding) -> dict[str, Any]:
    """Tell where a number stands as `status` does (rule 17)."""
    return {
        "store": standing.store,
        "id": standing.tool_id,
        "state": standing.state.value,
        "value": standing.value,
        "at": instant(standing.at),
        "problem": standing.problem,
    }


def _closing(closing: Closing) -> dict[str, Any]:
    return {
        "period": closing.period,
        "ended": instant(closing.ended),
        "team": closing.team,
        "average": closing.average,
        "verdict": closing.verdict,
        "key_results": [_closed(kr) for kr in closing.key_results],
    }


def _closed(kr: KrClosing) -> dict[str, Any]:
    return {
        "id": kr.id,
        "title": kr.title,
        "quality": kr.quality,
        "number": None if kr.number is None else _outcome(kr.number),
        "score": kr.score,
        "scope": _delta(kr.scope),
        "done": kr.done,
        "remaining": kr.left,
        "counted_at": instant_or_none(kr.counted_at),
        "taken_out_at": instant_or_none(kr.taken_out_at),
        "confidence": _confidence(kr.confidence),
        "confidence_ahead": kr.ahead,
        "foresight": kr.foresight,
        "changes": [_change(change) for change in kr.changes],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.name.lower(),
        "subject": finding.subject,
        "text": finding.text,
        "since": instant_or_none(finding.since),
        "times": finding.times,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "at": instant(change.at),
        "what": change.field,
        "before": change.before,
        "after": change.after,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "id": move.id,
        "title": move.title,
        "at": instant(move.at),
        "move": TAKEN_OUT if move.taken_out else PUT_IN,
        "done": move.done,
        "remaining": move.remaining,
        "dropped": move.dropped,
    }


def _outcome(number: Outcome) -> dict[str, Any]:
    return {
        "start": number.start,
        "target": number.target,
        "unit": number.unit,
        "value": number.value,
        "before": number.before,
        "expected": number.expected,
        "reached": number.reached,
        "told_at": instant_or_none(number.told_at),
        "moved_at": instant_or_none(number.moved_at),
        "series": [{"at": instant(at), "value": value} for at, value in number.series],
    }


def _confidence(mood: Confidence) -> dict[str, Any]:
    return {
        "score": mood.score,
        "said_at": instant_or_none(mood.said_at),
        "before": mood.before,
        "peak": mood.peak,
        "peak_at": instant_or_none(mood.peak_at),
        "series": [{"at": instant(at), "score": score} for at, score in mood.series],
    }


def _delta(delta: Delta | None) -> dict[str, Any] | None:
    counted = events(delta)
    if delta is None or counted is None:
        return None
    before = delta.before
    return counted | {
        "before": {
            "done": before.done,
            "remaining": before.remaining,
            "dropped": before.dropped,
        },
        "now": {
            "done": delta.now.done,
            "remaining": delta.now.remaining,
            "dropped": delta.now.dropped,
        },
        "of_done": delta.of_done._asdict(),
        "rebuilt": delta.rebuilt,
    }


def _forecast(outlook: Forecast | NoForecast) -> dict[str, Any]:
    if isinstance(outlook, NoForecast):
        return {"refused": outlook.reason}
    return {
        "by": instant(outlook.by),
        "weeks": outlook.weeks,
        "done": {"low": outlook.done.low, "high": outlook.done.high},
        "all": {"low": outlook.all.low, "high": outlook.all.high},
        "chance": outlook.chance,
        "finished": {
            "early": instant_or_none(outlook.early),
            "late": instant_or_none(outlook.late),
        },
    }


def _card(card: CardRef) -> dict[str, Any]:
    return {"source": card.source, "key": card.key, "title": card.title, "url": card.url}
