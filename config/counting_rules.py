"""Lays the counting blocks of the file, a source and a KR over each other; the nearest wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from config.counting import Counting
from config.types import Frozen

if TYPE_CHECKING:
    from config.okrs import File, KeyResult

Block = TypeVar("Block", bound=Frozen)


def rules(file: File) -> dict[str, dict[str, Counting]]:
    """Give the rules that apply for each KR's id on each source it links to.

    A key given under a source replaces the file's, one under a KR both: a list
    of names replaces the list above, it doesn't add to it.
    """
    return {
        kr.id: {name: _rules(file, kr, name) for name in dict.fromkeys(_linked(kr))}
        for objective in file.objectives
        for kr in objective.key_results
    }


def _linked(kr: KeyResult) -> list[str]:
    return [link.source for link in kr.links]


def _rules(file: File, kr: KeyResult, source: str) -> Counting:
    blocks = (file.counting, file.sources[source].counting, kr.counting)
    rules = Counting()
    for block in blocks:
        rules = rules if block is None else _over(rules, block)
    return rules


def _over(above: Block, below: Block) -> Block:
    """Replace what the lower block says in so many words; keep the rest."""
    given = {name: getattr(below, name) for name in below.model_fields_set}
    return above.model_copy(
        update={
            name: _over(getattr(above, name), value) if isinstance(value, Frozen) else value
            for name, value in given.items()
        }
    )
