"""The reports that are due: each meeting's made once, and brought once to every place."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncer.core.deliveries import DeliveryStatus, MeetingReport, Occasion, Purpose
from syncer.delivery.letter import Attachment, report
from syncer.publish.courier import Courier, arrived, unattached
from syncer.publish.making import briefing_of, stem
from syncer.review.calendar import day, due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from config.destinations import Destination
    from config.okrs import Okrs
    from connectors.clock import Clock
    from syncer.core.deliveries import Delivery
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
        return Occasion(Purpose.REPORT, self.team or "", self.day)


def due_meetings(okrs: Okrs, now: datetime) -> Iterator[Meeting]:
    """Yield the meetings whose window is open, the programme's first."""
    for team in (None, *okrs.reviews):
        review = okrs.review_of(team)
        meeting = due(review, now) if review else None
        if review is not None and meeting is not None:
            yield Meeting(team, meeting, str(day(review, meeting)))


@dataclass
class DueReports:
    """Makes and delivers what is due; the caller holds the store's lock for reports.

    `claim` tells this process from others. `paths`, `news` and `problems` are
    what it has to say.
    """

    store: Store
    okrs: Okrs
    clock: Clock
    files: Files
    destinations: tuple[Destination, ...]
    claim: str
    paths: list[Path] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Make what is due and isn't made, and deliver what isn't delivered."""
        for meeting in due_meetings(self.okrs, self.clock.now()):
            report, briefing = self._made(meeting)
            if report is not None:
                self._deliver(meeting, report, briefing)

    def _made(self, meeting: Meeting) -> tuple[MeetingReport | None, Briefing | None]:
        """Give the meeting's report, made now if it wasn't; None if another was quicker."""
        unmade = MeetingReport(meeting.team or "", meeting.day, meeting.at)
        claimed = self.store.claim_report(unmade, self.claim)
        if claimed.made_at is not None:
            return claimed, None
        now = self.clock.now()
        briefing = briefing_of(self.store, self.okrs, now, meeting.team)
        paths = self.files.write(briefing, stem(meeting.day, meeting.team, self.okrs.reviews))
        made = replace(unmade, made_at=now, files=tuple(path.name for path in paths))
        if not self.store.report_made(made, self.claim):
            return None, None
        self.paths += paths
        return made, briefing

    def _deliver(self, meeting: Meeting, made: MeetingReport, briefing: Briefing | None) -> None:
        noted = self.store.deliveries_of(meeting.occasion)
        open_ = list(undelivered(self.destinations, meeting.team, made.files, noted))
        if not open_ or made.made_at is None:
            return
        briefing = briefing or briefing_of(self.store, self.okrs, made.made_at, meeting.team)
        page = next((noted[p.name].note for p in self.destinations if _is_page(p, noted)), "")
        courier = Courier(self.store, self.clock, meeting.occasion)
        for destination in open_:
            if self.clock.now() >= meeting.at:
                self.problems.append(
                    f"{destination.name}: the meeting has begun, so nothing is sent"
                )
                continue
            letter = self._letter(made, briefing, page)
            brought = courier.bring(destination, letter)
            for result in (*([brought] if brought else ()), *courier.attach(destination, letter)):
                (self.problems if result.problem else self.news).append(result.text)
            if destination.kind == "confluence" and brought and brought.note:
                page = brought.note

    def _letter(self, made: MeetingReport, briefing: Briefing, page: str) -> Letter:
        files = [Attachment(name, self.files.read(name, briefing)) for name in made.files]
        return report(briefing, stamp(made.calendar, made.day), files, page)


def undelivered(
    destinations: Iterable[Destination],
    team: str | None,
    files: Iterable[str],
    noted: dict[str, Delivery],
) -> Iterator[Destination]:
    """Yield the places that a meeting's report is for and hasn't wholly been brought to."""
    names = tuple(files)
    for destination in destinations:
        sent = noted.get(destination.name)
        waits = sent is None or sent.status is DeliveryStatus.SENDING
        if destination.takes(team) and (waits or unattached(destination, names, noted)):
            yield destination


def stamp(calendar: str, of: str) -> str:
    """Name a report for good, for its mails and pages."""
    return f"report-{of}" + (f"-{zlib.crc32(calendar.encode()):08x}" if calendar else "")


@dataclass(frozen=True, slots=True)
class Preview:
    """Says what a run would make and where it would go, without doing any of it."""

    store: Store
    okrs: Okrs
    files: Files
    destinations: tuple[Destination, ...]

    def lines(self, now: datetime) -> list[str]:
        """Give it line by line, a meeting after the other; none where nothing is due."""
        return [line for one in due_meetings(self.okrs, now) for line in self._of(one, now)]

    def _of(self, meeting: Meeting, now: datetime) -> Iterator[str]:
        made = self.store.report_of(meeting.team or "", meeting.day)
        if made is None or made.made_at is None:
            names = self.files.names(stem(meeting.day, meeting.team, self.okrs.reviews))
            made = MeetingReport(meeting.team or "", meeting.day, meeting.at, None, names)
        whose = f"{meeting.team}'s review" if meeting.team else "the review"
        yield f"{whose} of {meeting.at:%Y-%m-%d %H:%M} UTC:"
        yield from (
            f"  {'made already:' if made.made_at else 'would make'} {n}" for n in made.files
        )
        noted = self.store.deliveries_of(meeting.occasion)
        waiting = {
            destination.name
            for destination in undelivered(self.destinations, meeting.team, made.files, noted)
        }
        for destination in self.destinations:
            if destination.takes(meeting.team):
                does = "would send" if destination.name in waiting else "sent already:"
                yield f"  {does} {described(destination)}"
        moment = made.made_at or now
        briefing = briefing_of(self.store, self.okrs, moment, meeting.team)
        text = report(briefing, stamp(made.calendar, made.day)).text
        yield from (f"  | {line}".rstrip() for line in text.splitlines())


def described(destination: Destination) -> str:
    """Say where something goes, without secrets and addresses."""
    settings = destination.settings
    match destination.kind:
        case "smtp":
            count = len(settings.to)
            whom = "1 address" if count == 1 else f"{count} addresses"
            return f"a mail to {whom} through {settings.server} ({settings.security})"
        case "confluence":
            return f"a page with the files in the space {settings.space} at {settings.url}"
        case "slack":
            return f"a message to Slack ({destination.name})"
        case _:
            return f"a card to Microsoft Teams ({destination.name})"


def _is_page(destination: Destination, noted: dict[str, Delivery]) -> bool:
    return destination.kind == "confluence" and arrived(noted, destination.name)
