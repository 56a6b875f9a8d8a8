"""`okr-sync explain`: every card behind a KR's number, and why it counts or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.documents.cards import cards_document, in_order
from syncer.publish.known_krs import known_kr

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show the cards as last read."""
    okrs, settings = context.configured(arguments)
    with context.store(settings, okrs.workspace, create=False) as store:
        kr, remark = known_kr(store, okrs, arguments.kr)
        state = store.states([kr])[kr]
    if arguments.json:
        context.json(cards_document(kr, in_order(state.cards, arguments.state)))
        if remark:
            context.warn(remark)
        return 0
    from syncer.report.explain_table import explain_table  # noqa: PLC0415 - JSON needs no tables

    console = context.console()
    title = next((f"{kr}: {filed.title}" for _, filed in okrs.key_results() if filed.id == kr), kr)
    console.print(explain_table(state.cards, console.width, state=arguments.state, title=title))
    if remark:
        context.say(remark)
    if state.problem and state.reading:
        context.say(f"These are the cards as last read. {state.problem}")
    return 0
