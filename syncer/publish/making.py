"""Makes a review's report out of the store: the briefing, and its files in a folder."""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.publish.histories import histories
from syncer.report.formats import render
from syncer.review.calendar import day, last_meeting
from syncer.review.writing import brief

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from config.okrs import Okrs
    from syncer.review.briefing import Briefing
    from syncer.store.store import Store


def briefing_of(store: Store, okrs: Okrs, moment: datetime, team: str | None = None) -> Briefing:
    """Write the briefing as of a moment, for a team's own meeting or the programme's.

    Changes are counted from when the last review's report was made, so that the
    figures add up from report to report; without one, from the last review.
    """
    ids = {one.id for one in okrs.objectives}
    checkins, changes = store.checkins(), store.changes()
    return brief(
        okrs,
        histories(store, okrs, cards=True),
        moment,
        dice=random.Random,
        team=team,
        seen=_seen(store, okrs, moment, team),
        checkins={one: [said for said in checkins if said.subject == one] for one in ids},
        changes={one: [change for change in changes if change.subject == one] for one in ids},
    )


def _seen(store: Store, okrs: Okrs, moment: datetime, team: str | None) -> datetime | None:
    review = okrs.review_of(team)
    last = last_meeting(review, moment) if review else None
    if review is None or last is None:
        return None
    made = store.report_of(team or "", str(day(review, last)))
    return made.made_at if made else None


def stem(date: object, team: str | None, teams: Iterable[str] = ()) -> str:
    """Name a report's files, without their suffix: "review-2026-11-19-publishing".

    Two of the `teams` whose names come out alike are told apart by a number.
    """
    if team is None:
        return f"review-{date}"
    alike = [one for one in teams if one != team and _slug(one) == _slug(team)]
    number = f"-{zlib.crc32(team.encode()):08x}" if alike or not _slug(team) else ""
    return f"review-{date}-{_slug(team)}{number}".replace("--", "-")


def _slug(team: str) -> str:
    plain = unicodedata.normalize("NFKD", team).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


@dataclass(frozen=True, slots=True)
class Files:
    """The folder that reports go into, the formats that are wanted, and the slides' template."""

    folder: Path
    formats: tuple[str, ...]
    template: Path | None = None

    def names(self, stem_: str) -> tuple[str, ...]:
        """Name a report's files."""
        return tuple(f"{stem_}.{name}" for name in self.formats)

    def write(self, briefing: Briefing, stem_: str) -> list[Path]:
        """Write each format whole or not at all; a reader never sees half a file."""
        drawn = {name: self._drawn(name, briefing) for name in self.names(stem_)}
        self.folder.mkdir(parents=True, exist_ok=True)
        return [self._written(name, content) for name, content in drawn.items()]

    def _written(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        part = path.with_suffix(f"{path.suffix}.part")
        part.write_bytes(content)
        part.replace(path)
        return path

    def read(self, name: str, briefing: Briefing) -> bytes:
        """Give a file's content; one that is gone is drawn again."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else self._drawn(name, briefing)

    def _drawn(self, name: str, briefing: Briefing) -> bytes:
        return render(briefing, name.rpartition(".")[2], self.template)
