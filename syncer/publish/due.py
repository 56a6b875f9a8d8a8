"""The reports that are due: each meeting's made once, and brought once to every place."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core.deliveries import Fate, Made, Occasion, What
from syncer.delivery.letter import Attached, report
from syncer.publish.courier import Courier, arrived, unattached
from syncer.publish.making import briefing_of, stem
from syncer.review.calendar import day, due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from config.destinations import Place
    from config.okrs import Okrs
    from connectors.clock import Clock
    from syncer.core.deliveries import Sent
    from syncer.delivery.letter import Letter
    from syncer.publish.making import Files
    from syncer.review.briefing import Briefing
    from syncer.store.store import Store


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting in whose window we are: a team's own, or the programme's (`team` is None)."""

    team: str | None
    at: datetime
    day: str

    @property
    def occasion(self) -> Occasion:
        """What its report's deliveries are noted under."""
        return Occasion(What.REPORT, self.team or "", self.day)


def due_meetings(okrs: Okrs, now: datetime) -> Iterator[Meeting]:
    """Yield the meetings whose window is open, the programme's first."""
    for team in (None, *okrs.reviews):
        review = okrs.reviews[team] if team else okrs.review
        meeting = due(review, now) if review else None
        if review is not None and meeting is not None:
            yield Meeting(team, meeting, str(day(review, meeting)))


@dataclass
class DueReports:
    """Makes and delivers what is due; the caller holds the store's lock for reports.

    `claim` tells this process from others. `paths`, `told` and `problems` are
    what it has to say.
    """

    store: Store
    okrs: Okrs
    clock: Clock
    files: Files
    places: tuple[Place, ...]
    claim: str
    paths: list[Path] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Make what is due and isn't made, and deliver what isn't delivered."""
        for meeting in due_meetings(self.okrs, self.clock.now()):
            made, briefing = self._made(meeting)
            if made is not None:
                self._deliver(meeting, made, briefing)

    def _made(self, meeting: Meeting) -> tuple[Made | None, Briefing | None]:
        """Give the meeting's report, made now if it wasn't; None if another was quicker."""
        wanted = Made(meeting.team or "", meeting.day, meeting.at)
        found = self.store.claim_report(wanted, self.claim)
        if found.made is not None:
            return found, None
        now = self.clock.now()
        briefing = briefing_of(self.store, self.okrs, now, meeting.team)
        paths = self.files.write(briefing, stem(meeting.day, meeting.team, self.okrs.reviews))
        made = replace(wanted, made=now, files=tuple(path.name for path in paths))
        if not self.store.report_made(made, self.claim):
            return None, None
        self.paths += paths
        return made, briefing

    def _deliver(self, meeting: Meeting, made: Made, briefing: Briefing | None) -> None:
        noted = self.store.deliveries_of(meeting.occasion)
        open_ = list(undelivered(self.places, meeting.team, made.files, noted))
        if not open_ or made.made is None:
            return
        briefing = briefing or briefing_of(self.store, self.okrs, made.made, meeting.team)
        page = next((noted[p.name].note for p in self.places if _is_page(p, noted)), "")
        courier = Courier(self.store, self.clock, meeting.occasion)
        for place in open_:
            if self.clock.now() >= meeting.at:
                self.problems.append(f"{place.name}: the meeting has begun, so nothing is sent")
                continue
            letter = self._letter(made, briefing, page)
            brought = courier.bring(place, letter)
            for said in (*([brought] if brought else ()), *courier.attach(place, letter)):
                (self.problems if said.problem else self.told).append(said.text)
            if place.kind == "confluence" and brought and brought.note:
                page = brought.note

    def _letter(self, made: Made, briefing: Briefing, page: str) -> Letter:
        files = [Attached(name, self.files.read(name, briefing)) for name in made.files]
        return report(briefing, stamp(made.calendar, made.day), files, page)


def undelivered(
    places: Iterable[Place], team: str | None, files: Iterable[str], noted: dict[str, Sent]
) -> Iterator[Place]:
    """Yield the places that a meeting's report is for and hasn't wholly been brought to."""
    names = tuple(files)
    for place in places:
        sent = noted.get(place.name)
        waits = sent is None or sent.fate is Fate.SENDING
        if place.takes(team) and (waits or unattached(place, names, noted)):
            yield place


def stamp(calendar: str, of: str) -> str:
    """Name a report for good, for its mails and pages."""
    return f"report-{of}" + (f"-{zlib.crc32(calendar.encode()):08x}" if calendar else "")


@dataclass(frozen=True, slots=True)
class Preview:
    """Says what a run would make and where it would go, without doing any of it."""

    store: Store
    okrs: Okrs
    files: Files
    places: tuple[Place, ...]

    def lines(self, now: datetime) -> list[str]:
        """Give it line by line, a meeting after the other; none where nothing is due."""
        return [line for one in due_meetings(self.okrs, now) for line in self._of(one, now)]

    def _of(self, meeting: Meeting, now: datetime) -> Iterator[str]:
        made = self.store.report_of(meeting.team or "", meeting.day)
        if made is None or made.made is None:
            names = self.files.names(stem(meeting.day, meeting.team, self.okrs.reviews))
            made = Made(meeting.team or "", meeting.day, meeting.at, None, names)
        whose = f"{meeting.team}'s review" if meeting.team else "the review"
        yield f"{whose} of {meeting.at:%Y-%m-%d %H:%M} UTC:"
        yield from (f"  {'made already:' if made.made else 'would make'} {n}" for n in made.files)
        noted = self.store.deliveries_of(meeting.occasion)
        waiting = {
            place.name for place in undelivered(self.places, meeting.team, made.files, noted)
        }
        for place in self.places:
            if place.takes(meeting.team):
                does = "would send" if place.name in waiting else "sent already:"
                yield f"  {does} {described(place)}"
        moment = made.made or now
        briefing = briefing_of(self.store, self.okrs, moment, meeting.team)
        text = report(briefing, stamp(made.calendar, made.day)).text
        yield from (f"  | {line}".rstrip() for line in text.splitlines())


def described(place: Place) -> str:
    """Say where something goes, without secrets and addresses."""
    told = place.told
    match place.kind:
        case "smtp":
            count = len(told.to)
            whom = "1 address" if count == 1 else f"{count} addresses"
            return f"a mail to {whom} through {told.server} ({told.security})"
        case "confluence":
            return f"a page with the files in the space {told.space} at {told.url}"
        case "slack":
            return f"a message to Slack ({place.name})"
        case _:
            return f"a card to Microsoft Teams ({place.name})"


def _is_page(place: Place, noted: dict[str, Sent]) -> bool:
    return place.kind == "confluence" and arrived(noted, place.name)
