"""From the rows of exports to neutral cards; pure.

What an export doesn't tell is met here: an issue type's level, a parent that isn't in
the file, a status category in files that are older than it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.base import Card, Category, Level
from connectors.boards.files.jira_csv.columns import CsvColumn
from connectors.boards.files.jira_csv.levels import levels
from connectors.boards.files.jira_csv.rows import KEY
from connectors.boards.files.jira_csv.words import DONE_STATUSES, STORY_POINTS, UNRESOLVED, plain
from connectors.errors import NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.boards.files.jira_csv.dates import Dates
    from connectors.boards.files.jira_csv.rows import Row

AUTO = "auto"
TOGETHER = timedelta(minutes=1)
"""What one transition dates within so long is dated alike."""

NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of all files that count, by id, and how each file writes its times.

    `site` is where keys lead to, "" where nobody said. `estimates` are the points
    fields as the configuration names them.
    """

    source: str
    site: str
    rows: Mapping[str, Row]
    dates: Mapping[str, Dates]
    estimates: Sequence[str] = ()
    by_key: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have the ids by key at hand, those of parents that aren't in the files too."""
        self.by_key.update(
            (row.parent_key, row.parent)
            for row in self.rows.values()
            if row.parent_key and row.parent
        )
        self.by_key.update((row.key, id_) for id_, row in self.rows.items())

    def cards(self) -> dict[str, Card]:
        """Give every card by id: each row's, and an epic's that only its children tell of."""
        above = {
            id_: self.rows[parent]
            for id_, row in self.rows.items()
            if (parent := self._parent(row)) in self.rows and parent != id_
        }
        heights = levels(self.rows.values(), above)
        cards: dict[str, Card] = {}
        for id_, row in self.rows.items():
            level = heights.get(plain(row.type), Level.BASE)
            parent = self._parent(row)
            if parent not in self.rows and level is not Level.SUBTASK:
                cards |= self._unseen(row, parent, cards.get(parent))
            cards[id_] = self._card(row, level, parent if parent in {*self.rows, *cards} else None)
        return cards

    def _parent(self, row: Row) -> str:
        """Give the id that a row's parent has, "" for none; a key where no id is told."""
        for text in (row.parent, row.parent_key, row.epic_link):
            if text:
                return self.by_key.get(text, text)
        return ""

    def _unseen(self, row: Row, parent: str, known: Card | None) -> dict[str, Card]:
        """Give the epic that isn't in the files, as far as its child tells of it."""
        if not parent or (known and known.title != parent):
            return {}
        keys = [text for text in (row.parent_key, row.epic_link, row.parent) if KEY.fullmatch(text)]
        key = keys[0] if keys else parent
        title = row.parent_summary or key
        return {
            parent: Card(self.source, parent, key, title, url=self._url(key), level=Level.CONTAINER)
        }

    def _card(self, row: Row, level: Level, parent: str | None) -> Card:
        moments = {part: self.dates[row.id].moment(text) for part, text in row.dates.items()}
        end_dates = tuple(
            moment
            for part in (CsvColumn.CATEGORY_CHANGED, CsvColumn.RESOLVED)
            if (moment := moments.get(part)) is not None
        )
        return Card(
            source=self.source,
            id=row.id,
            key=row.key,
            title=row.summary or row.key,
            url=self._url(row.key),
            level=level,
            parent=parent,
            kind=row.type,
            labels=row.labels,
            status=row.status,
            category=_category(row),
            resolution=_resolution(row),
            estimates=tuple(self._estimates(row)),
            created=moments.get(CsvColumn.CREATED),
            finished=end_dates[0] if end_dates else None,
            end_dates=end_dates if _differ(end_dates) else (),
        )

    def _url(self, key: str) -> str:
        return f"{self.site.rstrip('/')}/browse/{key}" if self.site and KEY.fullmatch(key) else ""

    def _estimates(self, row: Row) -> Iterator[tuple[str, float]]:
        for name in self.estimates:
            texts = [row.fields[title] for title in titles(name) if title in row.fields]
            if texts and NUMBER.fullmatch(texts[0]):
                yield name, float(texts[0].replace(",", "."))
            elif texts and name == AUTO:
                message = f"{self.source}: {row.key}'s story points are no number; export it anew"
                raise NotUnderstoodError(message)


def titles(estimate: str) -> tuple[str, ...]:
    """Give the fields that the configuration means by a name."""
    return STORY_POINTS if estimate == AUTO else (estimate,)


def _category(row: Row) -> Category:
    """Give the category; a file that is older than they are has the status's name alone."""
    if row.category is not None:
        return row.category
    return Category.DONE if plain(row.status) in DONE_STATUSES else Category.UNDEFINED


def _resolution(row: Row) -> str | None:
    """Give the resolution; one that says there is none is one only where it was given some day."""
    unresolved = plain(row.resolution) in UNRESOLVED and CsvColumn.RESOLVED not in row.dates
    return None if unresolved else row.resolution or None


def _differ(dates: Sequence[datetime]) -> bool:
    """Whether there are two, and not those of one transition."""
    return bool(dates) and max(dates) - min(dates) >= TOGETHER
