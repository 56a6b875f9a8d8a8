"""Jira's CSV exports as a board source: the files of a folder, read as one answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from connectors.base import Pull
from connectors.boards.files.jira_csv.answer import Answer
from connectors.boards.files.jira_csv.cards import Issues, titles
from connectors.boards.files.jira_csv.dates import Dates
from connectors.boards.files.jira_csv.rows import read_export
from connectors.errors import NotUnderstoodError
from connectors.files import NEWEST, as_of, read_files, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.base import Access, Ask, Watch
    from connectors.boards.files.jira_csv.rows import Export, Row
    from connectors.clock import Clock
    from connectors.files import ExportedFile
    from connectors.http import Transport

MOST_ROWS = 1000
"""What Jira's menu exports at once; of a larger filter it drops the rest without a word."""

TOGETHER = timedelta(days=1)
"""Within so long the parts of a larger export are made."""


class ReadExport(NamedTuple):
    """A file, and what was read of it."""

    file: ExportedFile
    export: Export


class JiraCsvSource:
    """The exports that fit a name."""

    def __init__(self, access: Access, _transport: Transport, clock: Clock) -> None:
        self.name = access.name
        self._access = access
        self._clock = clock

    def pull(self, ask: Ask, watch: Watch) -> Pull:
        """See `BoardSource.pull`."""
        files = read_files(self._access, ask, self._clock)
        field_names = [title for name in ask.estimates for title in titles(name)]
        parts = [
            ReadExport(
                file, read_export(self.name, file.name, text_of(self.name, file), field_names)
            )
            for file in files
        ]
        used, notes = self._without_superseded(parts)
        self._refuse_capped(used)
        exports = [part.export for part in used]
        answer = Answer(self._issues(exports, ask.estimates), exports)
        watch.progressed(len(answer.cards), len(answer.cards))
        hits, problems = answer.to(ask.selectors)
        return Pull(
            self.name,
            as_of((part.file for part in used), self._clock.now()),
            answer.cards,
            hits,
            problems,
            notes=(*notes, *answer.notes()),
            learned={NEWEST: files[0].written.isoformat()},
        )

    def _without_superseded(
        self, parts: Sequence[ReadExport]
    ) -> tuple[list[ReadExport], list[str]]:
        """Set aside what newer files have most of: it is an older export of the same.

        Whether an issue was deleted since, or left the filter, only the newer one knows.
        """
        used: list[ReadExport] = []
        notes = []
        for part in parts:
            newer = {id_ for other in used for id_ in other.export.rows}
            again = len(newer & part.export.rows.keys())
            if 2 * again > len(part.export.rows):
                notes.append(
                    f"{self.name}: {part.export.name} isn't counted: {again} of its "
                    f"{len(part.export.rows)} issues are in newer files"
                )
            else:
                used.append(part)
        return used, notes

    def _refuse_capped(self, used: Sequence[ReadExport]) -> None:
        """Refuse a file that is as long as Jira makes them, where no shorter part goes with it."""
        ends = [part.file.written for part in used if part.export.size < MOST_ROWS]
        for file, export in used:
            if export.size == MOST_ROWS and not any(
                abs(end - file.written) <= TOGETHER for end in ends
            ):
                raise NotUnderstoodError(
                    f"{self.name}: {export.name} has {MOST_ROWS} rows, the most that Jira exports "
                    "at once, so that the rest is missing; export it in parts, and let file: name "
                    "them all by a pattern"
                )

    def _issues(self, exports: Sequence[Export], estimates: Sequence[str]) -> Issues:
        """Put the files together; of an issue that several have, the newest file's row counts."""
        zone = ZoneInfo(self._access.options.get("timezone", "UTC"))
        rows: dict[str, Row] = {}
        dates: dict[str, Dates] = {}
        for export in reversed(exports):
            texts = (text for row in export.rows.values() for text in row.dates.values())
            rows |= export.rows
            dates |= dict.fromkeys(export.rows, Dates.of(texts, zone))
        return Issues(self.name, self._access.url, rows, dates, estimates)
