"""Scores the week on a terminal: a team's key results one after the other, Enter keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.errors import ConfigurationError
from syncer.checkin.taking import far_off
from syncer.command_line import values
from syncer.core.period import period
from syncer.core.records import CheckIn
from syncer.publish.histories import histories
from syncer.report.text import counted, number, plain, quantity
from syncer.review.freshness import confidence, value

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.okrs import KeyResult, Objective, Okrs
    from syncer.context import Context
    from syncer.review.history import KrHistory
    from syncer.store.store import Store

_Value = TypeVar("_Value")
SKIP = "-"
_HELP = (
    "Enter keeps what is in the brackets and counts as scored; - leaves a key result out.\n"
    "What is there to say: a line is a note, r: begins a risk, a: an ask, Enter goes on."
)


class NoMoreLinesError(Exception):
    """The terminal was closed (Ctrl-D): what was scored so far is kept."""


def score_the_week(context: Context, okrs: Okrs, store: Store, team: str | None) -> int:
    """Ask for each open key result of a team, and record each as soon as it is answered."""
    scored = 0
    try:
        chosen = _chosen(context, okrs, team)
        known = {
            history.key_result.id: history
            for history in histories(store, okrs, since=context.now())
        }
        krs = [
            kr
            for objective in _open(okrs, context.now())
            if objective.team == chosen
            for kr in objective.key_results
        ]
        context.say(f"{plain(chosen)}: {counted(len(krs), 'key result')}\n{_HELP}")
        for position, kr in enumerate(krs, start=1):
            context.say(f"\n{position}/{len(krs)}  {plain(kr.id)}  {plain(kr.title, 200)}")
            checkin = Asking(context, kr, known[kr.id]).checkin()
            if checkin is not None:
                store.add_checkin(checkin)
                scored += 1
    except NoMoreLinesError:
        context.say("")
    except KeyboardInterrupt:
        context.say("")
    context.say(f"recorded for {scored} key result{'' if scored == 1 else 's'}")
    return 0


def _open(okrs: Okrs, now: datetime) -> list[Objective]:
    """Take the objectives whose period is on; where none is, all of them."""
    zone = okrs.timezone().key
    open_objectives = []
    for objective in okrs.objectives:
        span = period(objective.period, zone)
        if objective.key_results and (span is None or span.begins <= now < span.ends):
            open_objectives.append(objective)
    return open_objectives or [objective for objective in okrs.objectives if objective.key_results]


def _chosen(context: Context, okrs: Okrs, named: str | None) -> str:
    if named is not None:
        return okrs.find_team(named)
    teams = list(dict.fromkeys(objective.team for objective in _open(okrs, context.now())))
    if not teams:
        raise ConfigurationError("no objective has a key result to score")
    if len(teams) == 1:
        return teams[0]
    for position, team in enumerate(teams, start=1):
        context.say(f"  {position}  {plain(team)}")
    while True:
        answer = ask(context, "Which team? ").casefold()
        matching = [team for team in teams if answer and team.casefold().startswith(answer)]
        if answer.isdecimal() and 1 <= int(answer) <= len(teams):
            return teams[int(answer) - 1]
        if len(matching) == 1:
            return matching[0]
        context.say(f"write a number from 1 to {len(teams)}, or how its name begins")


def ask(context: Context, prompt: str) -> str:
    """Ask for a line; raises `NoMoreLinesError` where there is none any more."""
    context.out.write(prompt)
    context.out.flush()
    line = context.stdin.readline() if context.stdin else ""
    if not line:
        raise NoMoreLinesError
    return line.strip()


class LeftOutError(Exception):
    """The team leaves this key result out."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks for one key result."""

    context: Context
    kr: KeyResult
    known: KrHistory

    def checkin(self) -> CheckIn | None:
        """Give what the team says; None where it says nothing."""
        before, old = confidence(self.known.checkins), value(self.known)
        try:
            mood = self._one("Confidence, 0 to 10", before, _shown(before), values.confidence)
            number_now = self._number(old)
        except LeftOutError:
            return None
        texts = self._words()
        now = self.context.now()
        out = CheckIn(self.kr.id, now, mood, number_now, entered_at=now, **texts)
        return None if out == CheckIn(out.subject, out.at) else out

    def _number(self, old: float | None) -> float | None:
        metric = self.kr.metric
        if metric is None:
            return None
        aim = f"Number, from {number(metric.start)} to {quantity(metric.target, metric.unit)}"
        return self._one(aim, old, _shown(old), values.value)

    def _one(
        self, question: str, old: _Value | None, shown: str, read: Callable[[str], _Value]
    ) -> _Value | None:
        from argparse import ArgumentTypeError  # noqa: PLC0415 - the options' own word for a no

        while True:
            answer = ask(self.context, f"  {question} [{shown}]: ")
            if answer == SKIP:
                raise LeftOutError
            if not answer:
                return old
            try:
                value = read(answer)
                if not self._is_far_off(value):
                    return value
            except ArgumentTypeError as error:
                self.context.say(f"  {error}")

    def _is_far_off(self, value: object) -> bool:
        """Ask again about a number that is far off its way."""
        number_now = value if isinstance(value, float) else None
        doubt = far_off(self.kr.metric, number_now)
        answer = ask(self.context, f"  {doubt}. Is it right? [y/N] ") if doubt else "y"
        return not answer.casefold().startswith("y")

    def _words(self) -> dict[str, Any]:
        """Take lines until an empty one; several of a kind are one text."""
        texts = {"note": "", "risk": "", "ask": ""}
        while line := ask(self.context, "  Anything to say (r: risk, a: ask)? "):
            kind, text = "note", line
            for mark, name in (("r:", "risk"), ("a:", "ask")):
                if line.casefold().startswith(mark):
                    kind, text = name, line[len(mark) :].strip()
            texts[kind] = f"{texts[kind]} {text}".strip()
        return texts


def _shown(old: float | None) -> str:
    return "none yet" if old is None else number(old)
