"""The form of every answer: a command's document, its freshness, its rule, whether it is whole."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from syncer.assistants.asking import without_folders
from syncer.assistants.quoting import NOTICE, quote, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncer.assistants.asking import Asked

RULES = {
    "status": (
        "percent = 100 * done / (done + remaining); dropped cards are in neither. A key result's"
        " light: help, behind, unsure or well, by its reasons; percent alone is no judgement."
    ),
    "explain": (
        "Each card has its own rule: why it counts as done, remaining or dropped, or is ignored;"
        " via says which link reached it. The key result's counts are those of these cards."
    ),
    "history": (
        "A reading is what was counted when it changed; rebuilt ones come from the service's own"
        " dates, from before the first reading. In the ledger, linked and unlinked are changes of"
        " the links or rules, and no progress."
    ),
    "report": (
        "What was known at that moment, and nothing that was learned later. A forecast is two"
        " ranges of cards, done and all; no percent is made of them."
    ),
    "check": (
        "The services were asked now; nothing was written. An error keeps a sync from a number,"
        " a warning doesn't."
    ),
}
"""By which rule an answer is to be read; docs/counting.md and docs/review.md have them in full."""


class Freshness(BaseModel):
    """How old what the answer says is."""

    asked_at: datetime = Field(description="when this was asked")
    read_at: str | None = Field(
        description="when the sources behind it were last read whole, the oldest; null: never"
    )
    stale: list[str] = Field(description="the key results whose number is old, and why")


class ToolAnswer(BaseModel):
    """A command's answer, with what one must know to repeat it."""

    notice: str = Field(description="how to take the texts in the document")
    freshness: Freshness
    rule: str = Field(description="by which rule the figures are to be read")
    whole: bool = Field(description="whether nothing is missing; missing says what is")
    missing: list[str] = Field(description="what isn't in the document, or not as it should be")
    document: dict[str, Any] = Field(description="what the command's --json gives")


Read = tuple[str, str | None, str | None]
"""A key result's id, when its sources were last read whole (None: never), why its number is old."""


def read_of(key_results: Iterable[Mapping[str, Any]]) -> list[Read]:
    """Give how the key results of a document were read."""
    return [(kr["id"], kr["synced_at"], kr["problem"]) for kr in key_results]


def answer(
    command: str,
    document: dict[str, Any],
    asked: Asked,
    read: Iterable[Read] = (),
    missing: Iterable[str] = (),
) -> ToolAnswer:
    """Put an answer together; `missing` is what isn't in the document."""
    read = tuple(read)
    stale = [f"{kr}: {quote(without_folders(problem))}" for kr, _, problem in read if problem]
    never = [f"{kr} was never read whole" for kr, at, problem in read if not at and not problem]
    lacks = [*asked.context.warnings, *map(without_folders, missing), *stale, *never]
    freshness = Freshness(
        asked_at=asked.now.replace(microsecond=0),
        read_at=_oldest([at for _, at, _ in read]),
        stale=stale,
    )
    return ToolAnswer(
        notice=NOTICE,
        freshness=freshness,
        rule=RULES[command],
        whole=not lacks,
        missing=lacks,
        document=quoted(document),
    )


def _oldest(moments: list[str | None]) -> str | None:
    """Give the oldest moment; None where there is none, or a key result was never read whole."""
    known = [at for at in moments if at is not None]
    return min(known) if known and len(known) == len(moments) else None
