"""What changed since the last review, in sentences, and days by the teams' clock."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from syncer.report.lights import LightWords
from syncer.report.text import NONE, counted, plain

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.core.records import Change
    from syncer.review.briefing import KrBrief, ObjectiveBrief
    from syncer.review.delta import Delta
    from syncer.review.moves import Move

_NUMBER = re.compile(r"[-+\d.,eE]+")
_EDITS = ("Linked", "Unlinked")
_QUIET = ("links", "counting")  # their before and after are the file's own language


class ChangeWords(LightWords):
    """What is said of changes; days and times are by the teams' clock."""

    def day(self, at: datetime) -> str:
        """Write a day without its year: "3 Dec"."""
        local = self._briefing.local(at)
        return f"{local.day} {local:%b}"

    def date(self, at: datetime) -> str:
        """Write a day in full: "Thursday 3 December 2026"."""
        local = self._briefing.local(at)
        return f"{local:%A} {local.day} {local:%B %Y}"

    def time(self, at: datetime) -> str:
        """Write a day and a time: "2 Dec 06:15"."""
        return f"{self.day(at)} {self._briefing.local(at):%H:%M}"

    def summary(self) -> str:
        """Say what changed in all, cause by cause, and since when."""
        deltas = [kr.delta for kr in self._briefing.key_results if kr.delta is not None]
        total: Counter[str] = Counter()
        for delta in deltas:
            total.update(
                done=delta.done,
                added=delta.added,
                reopened=delta.reopened,
                dropped=delta.dropped,
                removed=delta.removed,
                linked=delta.linked,
                unlinked=delta.unlinked,
            )
        parts = [f"{count} {event}" for event, count in total.items() if count]
        return f"Since {self.since()}: {', '.join(parts)}." if parts else self.still()

    def unmoved(self) -> str:
        """Count the KRs in which no card moved; empty where there is none."""
        krs = [kr for kr in self._briefing.key_results if kr.delta and not kr.delta.moved]
        return f"In {counted(len(krs), 'key result')} no card moved." if krs else ""

    def still(self) -> str:
        """Say that nothing changed, or that nobody can know."""
        every = self._briefing.key_results
        if every and all(kr.progress is None for kr in every):
            return "No card has been read yet."
        return f"No card moved since {self.since()}."

    def since(self) -> str:
        """Name the moment from which changes are counted."""
        since = self._briefing.since
        return f"the review of {self.day(since)}" if since else "the first reading"

    def since_column(self) -> str:
        """Head the column of what changed: "Since 9 Nov"."""
        since = self._briefing.since
        return f"Since {self.day(since)}" if since else "Since the first reading"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Head a table of what moved; edited links have columns where there are some."""
        edited = any(
            kr.delta and (kr.delta.linked or kr.delta.unlinked) for kr in self._briefing.key_results
        )
        return ("Done", "Added", "Reopened", "Dropped", "Removed", *(_EDITS if edited else ()))

    def moves(self, delta: Delta) -> list[str]:
        """Write a table's counts of what moved; of what went or came, how many were done.

        Before + done + the done ones linked - reopened - the done ones dropped, removed
        and unlinked = now.
        """
        among = delta.of_done
        counts = [
            str(delta.done),
            _among(delta.added, among.added),
            str(delta.reopened),
            _among(delta.dropped, among.dropped),
            _among(delta.removed, among.removed),
            _among(delta.linked, among.linked),
            _among(delta.unlinked, among.unlinked),
        ]
        return counts[: len(self.columns)]

    def file_moves(self) -> list[str]:
        """Say what was put into okrs.yaml and taken out of it, and where it stood."""
        return [self._move(move) for move in self._briefing.moves]

    def _move(self, move: Move) -> str:
        done = "taken out" if move.taken_out else "put in"
        text = f"{plain(move.id, 40)} {plain(move.title, 120)} was {done} on {self.day(move.at)}"
        if move.done is None or move.remaining is None:
            return text
        return f"{text}, with {move.done} of {move.done + move.remaining} cards done"

    def change(self, change: Change) -> str:
        """Say what was changed in a definition, from what to what."""
        name = plain(change.field.replace("_", " "))
        if change.field in _QUIET:
            name = {"counting": "counting rules"}.get(change.field, name)
            return f"{self.day(change.at)}: {name} changed"
        before, after = (_quoted(text) for text in (change.before, change.after))
        return f"{self.day(change.at)}: {name} changed from {before} to {after}"

    def is_new(self, change: Change) -> bool:
        """Whether a change came after the last review."""
        seen = self._briefing.seen or self._briefing.since
        return seen is None or change.at > seen

    def new_changes(self) -> list[tuple[KrBrief | ObjectiveBrief, Change]]:
        """List the definitions changed since the last review, in the order of the teams."""
        out: list[tuple[KrBrief | ObjectiveBrief, Change]] = []
        for team in self._briefing.teams:
            for objective in team.objectives:
                out += [(objective, change) for change in objective.changes]
                out += [(kr, change) for kr in objective.key_results for change in kr.changes]
        return [(subject, change) for subject, change in out if self.is_new(change)]


def _among(count: int, done: int) -> str:
    return f"{count} ({done} done)" if done else str(count)


def _quoted(text: str) -> str:
    """Quote words; numbers and nothing stand as they are."""
    short = plain(text, 80)
    if not short or _NUMBER.fullmatch(short):
        return short or NONE
    return f"\u201c{short}\u201d"
