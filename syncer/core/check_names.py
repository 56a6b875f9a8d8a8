"""Names under `counting` that nothing on the boards bears, so that they count nothing; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.wording import nearest
from connectors.base import Pull
from connectors.patterns import matching

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.counting import Counting
    from config.okrs import Okrs
    from connectors.errors import SourceError

Borne = dict[str, set[tuple[str, str]]]
"""By the kind of name ("statuses"): the names that are there, each with its id."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something wrong (`error`) or worth a look, and where: an id of the file, or a source.

    `line` is where the file speaks of it, None where it doesn't.
    """

    where: str
    text: str
    line: int | None = None
    error: bool = False


def unborne(okrs: Okrs, answers: Mapping[str, Pull | SourceError]) -> Iterator[Notice]:
    """Find the names that nothing bears which a source answered with.

    A status that no card is in today may still be meant: so these are warnings,
    and none where a source didn't answer, or nothing of that kind is known.
    """
    if not answers or not all(isinstance(answer, Pull) for answer in answers.values()):
        return
    borne = _borne([answer for answer in answers.values() if isinstance(answer, Pull)])
    for where, counting in _blocks(okrs):
        for path, group, names in _written(counting):
            for name in names:
                known = borne[group]
                if known and not any(matching((name,), *pair) for pair in known):
                    near = nearest(name, sorted(label for label, _ in known))
                    advice = f"did you mean {near}?" if near else "is it spelled so there?"
                    line = okrs.places.counting.get(where)
                    yield Notice(where, f"nothing bears {name} ({path}); {advice}", line)


def _blocks(okrs: Okrs) -> Iterator[tuple[str, Counting]]:
    if okrs.counting is not None:
        yield "counting", okrs.counting
    for name, source in okrs.sources.items():
        if source.counting is not None:
            yield name, source.counting
    for _, kr in okrs.key_results():
        if kr.counting is not None:
            yield kr.id, kr.counting


def _written(counting: Counting) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield each list of names that the file has written: where, of which kind, and the names."""
    blocks = {
        "done": counting.done,
        "dropped": counting.dropped,
        "ignore": counting.ignore,
        "threads.discovery": counting.threads.discovery,
    }
    for path, block in blocks.items():
        for group in ("statuses", "resolutions", "lists", "issue_types", "labels"):
            if group in block.model_fields_set:
                yield f"{path}.{group}", group, getattr(block, group)


def _borne(pulls: list[Pull]) -> Borne:
    cards = [card for pull in pulls for card in pull.cards.values()]
    lists = [names for pull in pulls for names in pull.lists.values()]
    return {
        "statuses": {(card.status, card.standing_id) for card in cards if card.status},
        "resolutions": {(card.resolution, "") for card in cards if card.resolution},
        "lists": {(name, list_id) for names in lists for list_id, name in names.items()},
        "issue_types": {(card.kind, "") for card in cards if card.kind},
        "labels": {(label, "") for card in cards for label in card.labels},
    }
