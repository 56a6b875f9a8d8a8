"""The reviews with the meetings that their calendars hold, read now or as last known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from config.destinations import calendar_at
from connectors.errors import ConfigurationError, SourceError
from syncer.publish.boundary import boundary

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from config.destinations import CalendarAt
    from config.okrs import Okrs
    from config.reviews import Review
    from config.settings import Settings
    from connectors.clock import Clock
    from syncer.store.store import Store

MEMORY = "review calendars"
"""Under this name the store keeps when each calendar's meetings are: moments, and nothing else."""

_FRESH = timedelta(hours=12)


def as_known(okrs: Okrs, store: Store) -> Okrs:
    """Give the file with its calendars' meetings as the store last heard of them."""
    if not _by_event(okrs):
        return okrs
    known = store.recall(MEMORY)
    return _with(okrs, {team: _known(review, team, known) for team, review in _by_event(okrs)})


def read_calendars(
    settings: Settings, clock: Clock, okrs: Okrs, store: Store, moment: datetime, *, keep: bool
) -> tuple[Okrs, list[str]]:
    """Give the file with its calendars' meetings around a moment, and what couldn't be read."""
    calendars = Calendars(settings, okrs.folder, clock)
    return calendars.read(okrs, store, moment, keep=keep), calendars.problems


def _by_event(okrs: Okrs) -> list[tuple[str | None, Review]]:
    programme = [(None, okrs.review)] if okrs.review else []
    return [(team, review) for team, review in (*programme, *okrs.reviews.items()) if review.event]


def _with(okrs: Okrs, reviews: dict[str | None, Review]) -> Okrs:
    own = {team: reviews.get(team, review) for team, review in okrs.reviews.items()}
    return okrs.model_copy(update={"review": reviews.get(None, okrs.review), "reviews": own})


def _known(review: Review, team: str | None, known: dict[str, tuple[str, datetime]]) -> Review:
    text, _ = known.get(_key(review, team), ("[]", None))
    return review.model_copy(update={"dates": tuple(json.loads(text))})


def _key(review: Review, team: str | None) -> str:
    """Name what is kept of a calendar; another event is another calendar."""
    return json.dumps([team or "", review.event])


@dataclass
class Calendars:
    """Reads the calendars of a file's reviews; `problems` says which couldn't be.

    Files are looked for in `folder`.
    """

    settings: Settings
    folder: Path
    clock: Clock
    problems: list[str] = field(default_factory=list)
    _texts: dict[str, str | SourceError] = field(default_factory=dict)

    def read(self, okrs: Okrs, store: Store, around: datetime, *, keep: bool) -> Okrs:
        """Give the file with the meetings around a moment; `keep` notes them in the store.

        A calendar that can't be read is as last known, with no meetings where it
        never was. Raises `ConfigurationError` where nothing says where one is.
        """
        if not _by_event(okrs):
            return okrs
        from syncer.review.ical import with_calendar  # noqa: PLC0415 - its libraries are slow

        calendars = {team: calendar_at(okrs, self.settings, team) for team, _ in _by_event(okrs)}
        known = store.recall(MEMORY)
        read: dict[str | None, Review] = {}
        for team, review in _by_event(okrs):
            try:
                with boundary("calendar"):
                    read[team] = with_calendar(review, self._text(calendars[team]), around)
            except SourceError as error:
                read[team] = _known(review, team, known)
                self._say(review, team, error, known)
            else:
                if keep:
                    self._keep(store, _key(review, team), read[team], known)
        return _with(okrs, read)

    def _text(self, at: CalendarAt) -> str:
        address = at.url or at.file
        if address not in self._texts:
            self._texts[address] = self._read(at)
        text = self._texts[address]
        if isinstance(text, SourceError):
            raise text
        return text

    def _read(self, at: CalendarAt) -> str | SourceError:
        """Give a calendar's text, or why there is none: it is asked for once."""
        from syncer.publish.feeds import fetched  # noqa: PLC0415 - only a calendar on the web

        try:
            with boundary("calendar"):
                return fetched(at, self.clock) if at.url else self._opened(at)
        except SourceError as error:
            return error

    def _opened(self, at: CalendarAt) -> str:
        try:
            return (self.folder / at.file).read_text("utf-8-sig", errors="replace")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it has no possible name"
            raise ConfigurationError(f"review: {at.file} can't be read: {reason}") from error

    def _say(
        self,
        review: Review,
        team: str | None,
        error: SourceError,
        known: dict[str, tuple[str, datetime]],
    ) -> None:
        _, since = known.get(_key(review, team), ("", None))
        whose = f"the calendar of {team}'s reviews" if team else "the calendar of the reviews"
        then = f"used as of {since:%Y-%m-%d %H:%M} UTC" if since else "no meeting of it is known"
        self.problems.append(f"{whose}: {error}; {then}")

    def _keep(
        self, store: Store, key: str, review: Review, known: dict[str, tuple[str, datetime]]
    ) -> None:
        """Note the meetings when they changed, and now and then that they are still so."""
        now, text = self.clock.now(), json.dumps(review.dates)
        before, at = known.get(key, ("", now))
        if before != text or now - at > _FRESH:
            store.remember(MEMORY, key, text, now)
