"""What the links of okrs.yaml reach in exports; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.base import ByBoard, ByEpic, ByLabel, Hit
from connectors.boards.files.jira_csv.cards import AUTO, titles
from connectors.boards.files.jira_csv.columns import CsvColumn
from connectors.boards.files.jira_csv.words import DONE_STATUSES, plain
from connectors.errors import NotFoundError, RejectedError, SourceError
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from connectors.base import Card, Selector
    from connectors.boards.files.jira_csv.cards import Issues
    from connectors.boards.files.jira_csv.rows import Export

SHOWN = 5


@dataclass
class Answer:
    """The cards of the files that count, and what is reached in them."""

    issues: Issues
    exports: Sequence[Export]
    cards: dict[str, Card] = field(init=False)
    _ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Make the cards, and have their ids by key at hand, in capitals."""
        self.cards = self.issues.cards()
        self._ids = {card.key.upper(): id_ for id_, card in self.cards.items()}

    def to(
        self, selectors: Iterable[Selector]
    ) -> tuple[dict[Selector, tuple[Hit, ...]], dict[Selector, SourceError]]:
        """Give the hits of each link, and why the others have none."""
        hits: dict[Selector, tuple[Hit, ...]] = {}
        problems: dict[Selector, SourceError] = {}
        for link in selectors:
            try:
                hits[link] = tuple(self._hits(link))
            except SourceError as error:
                problems[link] = error
        return hits, problems

    def notes(self) -> tuple[str, ...]:
        """Give what an operator should know: what these files can't tell."""
        return (*self._without_category(), *self._unseen(), *self._without_field())

    def _hits(self, link: Selector) -> Iterator[Hit]:
        if isinstance(link, ByLabel):
            return self._labelled(link.label)
        if isinstance(link, ByEpic):
            return self._epics(link.keys)
        if isinstance(link, ByBoard) and not link.boards:
            if link.sprint is not None:
                return self._planned(link.sprint)
            return (Hit(id_, "whole export") for id_ in self.issues.rows)
        message = f"{self.issues.source}: an export can't answer this link; run okr-sync check"
        raise RejectedError(message)

    def _labelled(self, label: str) -> Iterator[Hit]:
        self._need(CsvColumn.LABELS)
        for card in self.cards.values():
            if any(folded(name) == folded(label) for name in card.labels):
                yield Hit(card.id, f"label {label} on {card.key}")

    def _epics(self, keys: Sequence[str]) -> Iterator[Hit]:
        missing = [key for key in keys if key.upper() not in self._ids]
        if missing:
            raise NotFoundError(
                f"{self.issues.source}: epic {', '.join(missing)} isn't in {self._files}, and no "
                "issue there is under it"
            )
        for key in keys:
            card = self.cards[self._ids[key.upper()]]
            yield Hit(card.id, f"epic {card.key}")

    def _planned(self, sprint: str) -> Iterator[Hit]:
        self._need(CsvColumn.SPRINT)
        names = {name for row in self.issues.rows.values() for name in row.sprints}
        if folded(sprint) not in map(folded, names):
            there = ", ".join(sorted(names)[:SHOWN]) or "none"
            message = f"no issue in {self._files} is in the sprint {sprint}; there is {there}"
            raise NotFoundError(f"{self.issues.source}: {message}")
        for id_, row in self.issues.rows.items():
            if folded(sprint) in map(folded, row.sprints):
                yield Hit(id_, f"sprint {sprint}")

    def _need(self, part: CsvColumn) -> None:
        without = [export.name for export in self.exports if part not in export.columns.parts]
        if without:
            raise NotFoundError(
                f"{self.issues.source}: {', '.join(without)} has no column {part}; export it with "
                "all fields"
            )

    @property
    def _files(self) -> str:
        return ", ".join(export.name for export in self.exports)

    def _without_category(self) -> Iterator[str]:
        rows = [row for row in self.issues.rows.values() if row.category is None]
        open_ = sorted({row.status for row in rows if plain(row.status) not in DONE_STATUSES})
        if rows:
            yield (
                f"{self.issues.source}: without the column {CsvColumn.CATEGORY}, done is told by "
                f"the status's name, and isn't {_some(open_)}; name others under counting: done: "
                "statuses"
            )

    def _unseen(self) -> Iterator[str]:
        rows = self.issues.rows
        unseen = sorted(card.key for id_, card in self.cards.items() if id_ not in rows)
        if unseen:
            yield (
                f"{self.issues.source}: {_some(unseen)} stand above issues and aren't in "
                f"{self._files}: their labels aren't known; export them too"
            )

    def _without_field(self) -> Iterator[str]:
        for name in self.issues.estimates:
            field_names = [plain(title) for title in titles(name)]
            if name != AUTO and not any(
                title in export.columns.fields for export in self.exports for title in field_names
            ):
                yield f"{self.issues.source}: no field is named {name}; points count nowhere"


def _some(names: Sequence[str]) -> str:
    rest = len(names) - SHOWN
    return (", ".join(names[:SHOWN]) or "none") + (f" and {rest} more" if rest > 0 else "")
