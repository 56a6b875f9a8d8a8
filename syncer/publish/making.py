"""Makes a review's report out of the store: the briefing, and its files in a folder."""

from __future__ import annotations

import os
import random
import re
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from syncer.publish.histories import known_then
from syncer.report.formats import FORMATS, render
from syncer.report.index import HEAD, INDEX, entry, index, is_ours
from syncer.review.calendar import day, last_meeting
from syncer.review.writing import brief

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.core.deliveries import MeetingReport
    from syncer.report.index import ListedReport
    from syncer.review.briefing import Briefing
    from syncer.store.store import Store


_LOOK_BACK = 30
"""Meetings without a report that are looked back over."""


def briefing_of(
    store: Store,
    okrs: Okrs,
    moment: datetime,
    team: str | None = None,
    *,
    only: str | None = None,
) -> Briefing:
    """Write the briefing as of a moment, for a team's own meeting or the programme's.

    Changes are counted from when the last review's report was made, so that the
    figures add up from report to report; without one, from the last review. What
    ended is closed in the first report that was made after it. With `only` it is about
    one key result.
    """
    then = known_then(store, okrs, moment, cards=True, only=only)
    made = _reports_before(store, okrs, moment, team)
    last = made[0] if made else None
    return brief(
        then.okrs,
        then.histories,
        moment,
        dice=random.Random,
        team=team,
        seen=last.made_at if last else None,
        closed_since=next((report.made_at for report in made if report and report.made_at), None),
        gone=then.gone,
        checkins=then.checkins,
        changes={
            subject: lines
            for subject, lines in then.changes.items()
            if subject not in {history.key_result.id for history in (*then.histories, *then.gone)}
        },
    )


def _reports_before(
    store: Store, okrs: Okrs, moment: datetime, team: str | None
) -> list[MeetingReport | None]:
    """Give the last meetings' reports up to one that was made, newest first."""
    review, at = okrs.review_of(team), moment
    out: list[MeetingReport | None] = []
    while review and len(out) < _LOOK_BACK:
        last = last_meeting(review, at)
        if last is None:
            break
        out.append(store.report_of(team or "", str(day(review, last))))
        if out[-1] is not None and out[-1].made_at is not None:
            break
        at = last - timedelta(microseconds=1)
    return out


def stem(date: object, team: str | None, teams: Iterable[str] = (), workspace: str = "") -> str:
    """Name a report's files, without their suffix: "review-2026-11-19-publishing".

    Two of the `teams` whose names come out alike are told apart by a number; the
    reports of a `workspace` begin with its name, and a number where that isn't plain.
    """
    if workspace:
        return f"{_workspace_slug(workspace)}-{stem(date, team, teams)}"
    if team is None:
        return f"review-{date}"
    alike = [other for other in teams if other != team and _slug(other) == _slug(team)]
    number = f"-{zlib.crc32(team.encode()):08x}" if alike or not _slug(team) else ""
    return f"review-{date}-{_slug(team)}{number}".replace("--", "-")


def _workspace_slug(workspace: str) -> str:
    """Give a workspace's part of a name; another for each, also on disks without capitals."""
    slug = _slug(workspace)
    if slug == workspace:
        return slug
    return f"{slug or 'okrs'}-{zlib.crc32(workspace.encode()):08x}"


def _slug(team: str) -> str:
    plain = unicodedata.normalize("NFKD", team).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


def _head(page: Path) -> str:
    """Read of a page what tells whose it is and what it is for; it may have megabytes more."""
    with page.open(encoding="utf-8", errors="replace") as file:
        return file.read(HEAD)


@dataclass(frozen=True, slots=True)
class Files:
    """The folder that reports go into, the formats that are wanted, and the slides' template."""

    folder: Path
    formats: tuple[str, ...]
    template: BytesIO | None = None

    def names(self, stem_: str) -> tuple[str, ...]:
        """Name a report's files."""
        return tuple(f"{stem_}.{name}" for name in self.formats)

    def write(self, briefing: Briefing, stem_: str) -> list[Path]:
        """Write each format whole or not at all; a reader never sees half a file.

        Pages come into the folder's list of reports, `index.html`; also one that is there
        already and isn't listed, since the run that made it ended too early.
        """
        drawn = {name: self.drawn(name, briefing) for name in self.names(stem_)}
        self.folder.mkdir(parents=True, exist_ok=True)
        paths = [self._written(name, content) for name, content in drawn.items()]
        if self._has_list():
            self._list_pages()
        return paths

    def _list_pages(self) -> None:
        """Write the list until it has every page that is there.

        A run beside this one may put its page there, and its list, after we have looked.
        """
        listed: list[ListedReport] = []
        while (reports := [*self._reports()]) != listed:
            self._written(INDEX, index(reports).encode())
            listed = reports

    def _has_list(self) -> bool:
        """Whether the folder's `index.html` is ours to write; somebody else's stays."""
        path = self.folder / INDEX
        return not path.exists() or is_ours(_head(path))

    def _reports(self) -> Iterator[ListedReport]:
        """Give the reports in the folder, each with its files of other formats."""
        names = sorted(path.name for path in self.folder.iterdir() if path.name[0] != ".")
        for name in names:
            stem_, _, suffix = name.rpartition(".")
            if suffix != "html" or name == INDEX:
                continue
            others = [f"{stem_}.{other}" for other in FORMATS if other != "html"]
            page = _head(self.folder / name)
            report = entry(name, page, [other for other in others if other in names])
            if report:
                yield report

    def _written(self, name: str, content: bytes) -> Path:
        """Write a file beside its place, on the disk for sure, and put it there at once."""
        path = self.folder / name
        made, part = mkstemp(prefix=f".{name}.", suffix=".part", dir=self.folder)
        try:
            with os.fdopen(made, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).chmod(self._mode())
            Path(part).replace(path)
        except BaseException as error:
            Path(part).unlink(missing_ok=True)
            if isinstance(error, OSError):  # a file that is open has no name to tell
                raise OSError(error.errno, error.strerror, str(path)) from error
            raise
        return path

    def _mode(self) -> int:
        """Give a new file's rights as anybody's file here has them; mkstemp's is for us alone."""
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask

    def read(self, name: str, briefing: Briefing) -> bytes:
        """Give a file's content; one that is gone is drawn again."""
        path = self.folder / name
        try:
            return path.read_bytes()
        except OSError:
            return self.drawn(name, briefing)

    def drawn(self, name: str, briefing: Briefing) -> bytes:
        """Draw what a file of this name or format holds."""
        template = BytesIO(self.template.getvalue()) if self.template else None
        return render(briefing, name.rpartition(".")[2], template)
