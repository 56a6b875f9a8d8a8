"""A team's week as a form: what was said last is filled in, what is sent is read and doubted."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from syncer.checkin.taking import far_off, refusal
from syncer.command_line import values
from syncer.core.past import FormCheckIn
from syncer.core.period import period_of
from syncer.core.records import CheckIn
from syncer.publish.histories import histories, viewpoints
from syncer.report.text import number, quantity
from syncer.review.attention import FindingKind, open_words
from syncer.review.freshness import confidence, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from config.okrs import KeyResult, Objective, Okrs
    from syncer.review.attention import Viewpoint
    from syncer.review.history import KrHistory
    from syncer.store.store import Store
    from syncer.web.forms import Form

WORDS = ("note", "risk", "ask")
FIELDS = ("confidence", "value", *WORDS)
LONGEST = 2_000
"""Letters of a text."""


@dataclass(frozen=True)
class WeekRow:
    """A key result in the form. `fields` are what stands in it, `before` what was filled in.

    `seen` is the number of the last check-in that was known, `said_at` when that was.
    `faults` say by field what is wrong, `doubt` asks about a number; `sure` is the number
    that was confirmed, as it was typed.
    """

    kr: KeyResult
    fields: dict[str, str]
    before: dict[str, str]
    seen: int = 0
    said_at: datetime | None = None
    answered: bool = False
    sure: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    doubt: str | None = None

    @property
    def way(self) -> str:
        """Say from where to where the number goes; "" for a key result without one."""
        metric = self.kr.metric
        if metric is None:
            return ""
        return f"from {number(metric.start)} to {quantity(metric.target, metric.unit)}"

    @property
    def is_right(self) -> bool:
        """Whether there is nothing to put right, and nothing to ask."""
        return not self.faults and self.doubt is None


def week(store: Store, okrs: Okrs, team: str, now: datetime) -> list[WeekRow]:
    """Draw up a team's form, with the last values of each key result that can be scored."""
    objectives = tuple(
        objective.model_copy(update={"key_results": tuple(_takeable(okrs, objective, now))})
        for objective in okrs.objectives
        if objective.team == team
    )
    known = histories(store, okrs.model_copy(update={"objectives": objectives}), since=now)
    seen_from = viewpoints(okrs, now, objectives)
    return [_row(history, seen_from[history.objective.id]) for history in known]


def _takeable(okrs: Okrs, objective: Objective, now: datetime) -> Iterator[KeyResult]:
    """Give the key results that have begun, and that can still be scored (rule 12)."""
    span = period_of(okrs, objective.period, objective.team)
    if span is not None and span.begins > now:
        return
    if span is not None and span.ends <= now and okrs.review_of(objective.team) is None:
        return
    for kr in objective.key_results:
        if refusal(okrs, CheckIn(kr.id, now), now) is None:
            yield kr


def _row(history: KrHistory, view: Viewpoint) -> WeekRow:
    mood, known = confidence(history.checkins), value(history)
    words = {"note": "", "risk": "", "ask": ""}
    for finding in open_words(history.key_result.id, history.checkins, view):
        words["ask" if finding.kind is FindingKind.ASK else "risk"] = finding.text
    fields = {
        "confidence": "" if mood is None else str(mood),
        "value": "" if known is None else f"{known:.12g}",
        **words,
    }
    last = max(history.checkins, key=lambda checkin: checkin.number or 0, default=None)
    return WeekRow(
        history.key_result,
        fields,
        dict(fields),
        seen=(last.number or 0) if last else 0,
        said_at=history.checkins[-1].at if history.checkins else None,
    )


def read_week(form: Form, shown: list[WeekRow]) -> list[WeekRow]:
    """Put what was sent into the rows; a key result that the form didn't have is left out."""
    positions = {id_: n for n, id_ in enumerate(form.texts("kr"))}
    rows = []
    for row in shown:
        at = positions.get(row.kr.id)
        if at is not None:
            rows.append(_checked(_sent(form, at, row)))
    return rows


def _sent(form: Form, at: int, row: WeekRow) -> WeekRow:
    seen = form.text(f"seen-{at}")
    return replace(
        row,
        fields={name: form.text(f"{name}-{at}") for name in FIELDS},
        before={name: form.text(f"{name}-before-{at}") for name in FIELDS},
        seen=int(seen) if seen.isdecimal() and len(seen) < 16 else 0,  # noqa: PLR2004 - digits
        answered=bool(form.text(f"answered-{at}")) and bool(row.before["ask"]),
        sure=form.text(f"sure-{at}"),
    )


def _checked(row: WeekRow) -> WeekRow:
    """Find what is wrong, and what is to be asked about."""
    faults = {}
    for name, read in (("confidence", values.confidence), ("value", values.value)):
        if row.fields[name] and (fault := _fault(read, row.fields[name])):
            faults[name] = fault
    if row.kr.metric is None and row.fields["value"]:
        faults["value"] = "It has no number."
    for name in WORDS:
        if len(row.fields[name]) > LONGEST:
            faults[name] = f"That is longer than {LONGEST} letters."
    doubt = None
    if "value" not in faults and row.fields["value"] not in {row.sure, row.before["value"]}:
        text = row.fields["value"]
        doubt = far_off(row.kr.metric, float(text) if text else None)
    return replace(row, faults=faults, doubt=doubt)


def _fault(read: Callable[[str], object], text: str) -> str | None:
    try:
        read(text)
    except ArgumentTypeError as error:
        return f"{error}."
    return None


def check_ins(rows: list[WeekRow], now: datetime) -> list[FormCheckIn]:
    """Make what is to be kept of a form that is right; rows without a word are left out."""
    made = []
    for row in rows:
        checkin = _check_in(row, row.fields, now)
        if checkin is not None:
            new = {
                name: text if text != row.before[name] else "" for name, text in row.fields.items()
            }
            made.append(FormCheckIn(checkin, row.seen, _check_in(row, new, now)))
    return made


def _check_in(row: WeekRow, fields: dict[str, str], now: datetime) -> CheckIn | None:
    """Make a check-in of these fields; None where they say nothing."""
    words: dict[str, Any] = {name: fields[name] for name in WORDS}
    if row.answered and words["ask"] == row.before["ask"]:
        words["ask"] = ""
    checkin = CheckIn(
        row.kr.id,
        now,
        int(fields["confidence"]) if fields["confidence"] else None,
        float(fields["value"]) if fields["value"] else None,
        **words,
        entered_at=now,
        answered=row.answered,
    )
    return None if checkin == CheckIn(row.kr.id, now) else checkin
