"""What there is to link to on a tracker, for the guided set-up; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from connectors.base import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.base import Card

MOST = 500
"""Cards, boards or epics that are looked at: enough to see what is in use now."""


class SeenBoard(NamedTuple):
    """A board, as a link names it and as people do."""

    link: str
    name: str


class SeenEpic(NamedTuple):
    """An epic's key and its title."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen; `labels` by how many of the cards that were looked at carry each.

    `options` are keys that the source needs in okrs.yaml, so that labels are found.
    """

    boards: tuple[SeenBoard, ...] = ()
    epics: tuple[SeenEpic, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def counted(labels: Iterable[str]) -> dict[str, int]:
    """Count labels, the commonest first; those that differ by case alone are one."""
    counts: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for label in labels:
        name = spelled.setdefault(label.casefold(), label)
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def survey_of(cards: Iterable[Card]) -> Survey:
    """Survey what a tracker has given of its cards."""
    every = list(cards)
    epics = [card for card in every if card.level is Level.CONTAINER]
    return Survey(
        epics=tuple(SeenEpic(card.key, card.title) for card in epics[:MOST]),
        labels=counted(label for card in every for label in card.labels),
    )
