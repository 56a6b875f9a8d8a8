"""A tracker that another distribution brings, held to what a pull promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.base import Pull
from connectors.errors import NotUnderstoodError

if TYPE_CHECKING:
    from connectors.base import Ask, BoardSource, Card, Watch


class BroughtSource:
    """A source whose connector isn't ours: a pull that doesn't hold together is its failure."""

    def __init__(self, source: BoardSource, kind: str) -> None:
        self.name = source.name
        self._source = source
        self._kind = kind

    def pull(self, ask: Ask, watch: Watch) -> Pull:
        """Give its answer; raises `NotUnderstoodError` where the rest couldn't rely on it."""
        answer = self._source.pull(ask, watch)
        if fault := pull_fault(answer, ask):
            raise NotUnderstoodError(
                f"{self.name}: the connector of kind {self._kind} gave {fault}; "
                "tell whoever brings it"
            )
        return answer


def pull_fault(answer: object, ask: Ask) -> str:
    """Say what in an answer breaks the promises of `Pull` and `Card`; "" for nothing."""
    if not isinstance(answer, Pull):
        return f"{type(answer).__name__}, no Pull"
    if not set(ask.selectors) <= answer.hits.keys() | answer.problems.keys():
        return "neither hits nor a problem for a link"
    if any(hit.card not in answer.cards for hits in answer.hits.values() for hit in hits):
        return "a hit on a card that isn't in the pull"
    faults = (_card_fault(id_, card) for id_, card in answer.cards.items())
    return next(filter(None, faults), "")


def _card_fault(id_: object, card: Card) -> str:
    if not isinstance(id_, str) or card.id != id_:
        return "a card under what isn't its id, or an id that is no text"
    moments = (card.created, card.finished, *card.end_dates)
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        return "a card with a time that has no zone"
    return ""
