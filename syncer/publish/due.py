"""The reports that are due: each meeting's made once, and brought once to every place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.errors import SourceError
from syncer.core.deliveries import DeliveryStatus, MeetingReport, Occasion, Purpose
from syncer.delivery.letter import Attachment, stamp
from syncer.delivery.letter import report as report_letter
from syncer.publish.boundary import boundary
from syncer.publish.courier import Courier, arrived, unattached
from syncer.publish.making import briefing_of, stem
from syncer.publish.seals import made_briefing, seal
from syncer.review.calendar import day, due
from syncer.review.sealing import opened, sealed

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
            report = self._made(meeting)
            if report is not None:
                self._deliver(meeting, report)

    def _made(self, meeting: Meeting) -> MeetingReport | None:
        """Give the meeting's report, made and sealed now if it wasn't; None if another was quicker.

        The files are drawn from what is sealed, so that they can be drawn again.
        """
        unmade = MeetingReport(meeting.team or "", meeting.day, meeting.at)
        claimed = self.store.claim_report(unmade, self.claim)
        if claimed.made_at is not None:
            return claimed
        now = self.clock.now()
        content = sealed(briefing_of(self.store, self.okrs, now, meeting.team))
        paths = self.files.write(opened(content), _stem(meeting, self.okrs))
        report = unmade._replace(made_at=now, files=tuple(path.name for path in paths))
        if not seal(self.store, report, self.claim, content):
            return None
        self.paths += paths
        return report

    def _deliver(self, meeting: Meeting, report: MeetingReport) -> None:
        deliveries = self.store.deliveries_of(meeting.occasion)
        waiting = list(undelivered(self.destinations, meeting.team, report.files, deliveries))
        if not waiting or report.made_at is None:
            return
        briefing = made_briefing(self.store, self.okrs, report)
        page = next(
            (deliveries[d.name].note for d in self.destinations if _is_page(d, deliveries)), ""
        )
        for destination in waiting:
            if self.clock.now() >= meeting.at:
                text = f"{destination.name}: the meeting has begun, so nothing is sent"
                self.problems.append(text)
                continue
            page = self._bring(meeting, report, briefing, destination, page) or page

    def _bring(
        self,
        meeting: Meeting,
        report: MeetingReport,
        briefing: Briefing,
        destination: Destination,
        page: str,
    ) -> str:
        """Bring a report to a destination, and give the page's address where it is a page."""
        courier = Courier(self.store, self.clock, meeting.occasion)
        try:
            with boundary(f"deliver {destination.name}"):
                letter = self._letter(report, briefing, page)
        except SourceError as error:
            self.problems.append(f"{error}; the next run tries again")
            return ""
        brought = courier.bring(destination, letter)
        for result in (*([brought] if brought else ()), *courier.attach(destination, letter)):
            (self.problems if result.problem else self.news).append(result.text)
        return brought.note if brought and destination.kind == "confluence" else ""

    def _letter(self, report: MeetingReport, briefing: Briefing, page: str) -> Letter:
        files = [Attachment(name, self.files.read(name, briefing)) for name in report.files]
        workspace, url = self.okrs.workspace, self.okrs.report_url or ""
        named = stamp(report.calendar, report.day, workspace)
        return report_letter(briefing, named, files, page, url=url, workspace=workspace)


def undelivered(
    destinations: Iterable[Destination],
    team: str | None,
    files: Iterable[str],
    deliveries: dict[str, Delivery],
) -> Iterator[Destination]:
    """Yield the places that a meeting's report is for and hasn't wholly been brought to."""
    names = tuple(files)
    for destination in destinations:
        sent = deliveries.get(destination.name)
        waits = sent is None or sent.status is DeliveryStatus.SENDING
        if destination.takes(team) and (waits or unattached(destination, names, deliveries)):
            yield destination


def _stem(meeting: Meeting, okrs: Okrs) -> str:
    return stem(meeting.day, meeting.team, okrs.reviews, okrs.workspace)


@dataclass(frozen=True, slots=True)
class Preview:
    """Says what a run would make and where it would go, without doing any of it."""

    store: Store
    okrs: Okrs
    files: Files
    destinations: tuple[Destination, ...]

    def lines(self, now: datetime) -> list[str]:
        """Give it line by line, a meeting after the other; none where nothing is due."""
        return [line for meeting in due_meetings(self.okrs, now) for line in self._of(meeting, now)]

    def _of(self, meeting: Meeting, now: datetime) -> Iterator[str]:
        report = self.store.report_of(meeting.team or "", meeting.day)
        if report is None or report.made_at is None:
            names = self.files.names(_stem(meeting, self.okrs))
            report = MeetingReport(meeting.team or "", meeting.day, meeting.at, None, names)
        whose = f"{meeting.team}'s review" if meeting.team else "the review"
        yield f"{whose} of {meeting.at:%Y-%m-%d %H:%M} UTC:"
        does = "made already:" if report.made_at else "would make"
        yield from (f"  {does} {name}" for name in report.files)
        yield from self._ways(meeting, report)
        if report.made_at:
            briefing = made_briefing(self.store, self.okrs, report)
        else:
            briefing = briefing_of(self.store, self.okrs, now, meeting.team)
        workspace, url = self.okrs.workspace, self.okrs.report_url or ""
        named = stamp(report.calendar, report.day, workspace)
        text = report_letter(briefing, named, url=url, workspace=workspace).text
        yield from (f"  | {line}".rstrip() for line in text.splitlines())

    def _ways(self, meeting: Meeting, report: MeetingReport) -> Iterator[str]:
        deliveries = self.store.deliveries_of(meeting.occasion)
        waiting = {
            destination.name
            for destination in undelivered(
                self.destinations, meeting.team, report.files, deliveries
            )
        }
        for destination in self.destinations:
            if destination.takes(meeting.team):
                does = "would send" if destination.name in waiting else "sent already:"
                yield f"  {does} {described(destination)}"


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


def _is_page(destination: Destination, deliveries: dict[str, Delivery]) -> bool:
    return destination.kind == "confluence" and arrived(deliveries, destination.name)
