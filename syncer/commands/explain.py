"""`okr-sync explain`: every card behind a KR's number, and why it counts or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.publish.known_krs import known_kr

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context
    from syncer.core.records import JudgedCard


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show the cards as last read."""
    okrs, settings = context.configured(arguments)
    with context.store(settings, okrs.workspace, create=False) as store:
        kr, remark = known_kr(store, okrs, arguments.kr)
        state = store.states([kr])[kr]
    cards = sorted(state.cards, key=lambda card: (card.source, card.key))
    if arguments.state:
        cards = [card for card in cards if card.state.value == arguments.state]
    if arguments.json:
        context.json({"id": kr, "cards": [_card(card) for card in cards]})
        return 0
    from syncer.report.terminal import explain_table  # noqa: PLC0415 - JSON needs no tables

    console = context.console()
    console.print(explain_table(cards, console.width))
    if remark:
        context.say(remark)
    if state.problem:
        context.say(f"These are the cards as last read. {state.problem}")
    return 0


def _card(card: JudgedCard) -> dict[str, Any]:
    return {
        "key": card.key,
        "source": card.source,
        "title": card.title,
        "url": card.url,
        "state": card.state.value,
        "rule": card.rule,
        "via": list(card.via),
        "thread": card.thread.value,
        "points": card.points,
    }
