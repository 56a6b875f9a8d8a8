"""What the tools answer: the reading commands' own documents, of the store as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.assistants.answer import answer, read_of
from syncer.assistants.asking import ask
from syncer.documents.cards import cards_document, cards_of
from syncer.documents.history import history_document, past_of
from syncer.documents.report import write_report

if TYPE_CHECKING:
    import argparse

    from syncer.assistants.answer import ToolAnswer
    from syncer.context import Context

PATIENCE, TIME = 10.0, 50.0
"""Seconds that `check` waits for a limited service, and has in all: assistants give up at 60."""


@dataclass(frozen=True)
class Questions:
    """The tools' questions, to what `okr-sync mcp` was started beside."""

    arguments: argparse.Namespace
    context: Context

    def status(self, team: str | None, period: str | None) -> ToolAnswer:
        """Answer where every key result stands."""
        asked = ask(self.arguments, self.context)
        name = asked.okrs.find_team(team) if team else None
        with asked.store() as store:
            document = asked.status(store, team=name, period=period)
        return answer("status", document, asked, read_of(document["key_results"]))

    def explain(self, kr: str, state: str | None, limit: int, offset: int) -> ToolAnswer:
        """Answer with the cards behind a number, so many of them from an offset on."""
        asked = ask(self.arguments, self.context)
        with asked.store() as store:
            name, remark, cards = cards_of(store, asked.okrs, kr, state)
            read = read_of(asked.row(store, name))
        shown = cards[offset : offset + limit]
        missing = [remark] if remark else []
        if len(shown) < len(cards):
            missing.append(f"shown are {len(shown)} of {len(cards)} cards, from offset {offset} on")
        return answer("explain", cards_document(name, shown), asked, read, missing)

    def history(self, kr: str, limit: int) -> ToolAnswer:
        """Answer with a key result's last readings and ledger entries."""
        asked = ask(self.arguments, self.context)
        with asked.store() as store:
            name, remark, readings, ledger = past_of(store, asked.okrs, kr)
            read = read_of(asked.row(store, name))
        missing = [remark] if remark else []
        if max(len(readings), len(ledger)) > limit:
            every = f"{len(readings)} readings and {len(ledger)} entries"
            missing.append(f"shown are the last {limit} each, of {every}")
        document = history_document(name, readings[-limit:], ledger[-limit:])
        return answer("history", document, asked, read, missing)

    def report(self, team: str | None, as_of: str | None) -> ToolAnswer:
        """Answer with the review report of now, or as of a day or moment."""
        asked = ask(self.arguments, self.context)
        name = asked.okrs.find_team(team) if team else None
        report = write_report(asked.context, asked.okrs, asked.settings, team=name, as_of=as_of)
        document = report.document()
        read = read_of(
            kr
            for part in document["teams"]
            for objective in part["objectives"]
            for kr in objective["key_results"]
        )
        return answer("report", document, asked, read, report.problems)

    def check(self) -> ToolAnswer:
        """Answer with all that would stop or mislead a sync; asks the services, writes nothing."""
        from syncer.documents.findings import find_all, findings_document  # noqa: PLC0415 - heavy

        asked = ask(self.arguments, self.context)
        asked.context.clock.deadline.begin(TIME)
        notices = find_all(asked.context, asked.okrs, asked.settings, patience=PATIENCE)
        return answer("check", findings_document(notices, asked.okrs), asked)
