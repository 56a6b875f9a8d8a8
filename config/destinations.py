"""What is outside and no board: calendars to read, and places to send reports to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.addresses import CLEAR, is_clear
from config.deliveries import KINDS, OAUTH, PROGRAMME, DeliverySettings
from config.secrets import CalendarSecrets, DeliverySecrets, plain
from config.variables import CALENDAR, calendar_variable, delivery_variable
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.okrs import Okrs
    from config.reviews import Review
    from config.settings import Settings


@dataclass(frozen=True, slots=True)
class CalendarAt:
    """Where a review's calendar is: at a secret URL, else in a file.

    `variable` is where the URL was found, or where it could be set.
    """

    url: str = field(default="", repr=False)
    file: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that reports go to, with what opens it; no repr shows that."""

    name: str
    kind: str
    settings: DeliverySettings
    webhook: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    token_url: str = field(default="", repr=False)
    scope: str = field(default="", repr=False)

    def takes(self, team: str | None) -> bool:
        """Tell whether it gets the report of a team's own meeting, or of the programme's."""
        only = {name.casefold() for name in self.settings.only}
        return not only or (team or PROGRAMME).casefold() in only


def calendar_at(okrs: Okrs, settings: Settings, team: str | None = None) -> CalendarAt:
    """Tell where the calendar of a review with an `event` is; a team's may be the programme's.

    Raises `ConfigurationError` where nothing says it.
    """
    review = okrs.reviews[team] if team else okrs.review
    own, common = calendar_variable(team), CALENDAR
    secrets = settings.reviews.get(_part(own), CalendarSecrets()) if team else settings.review
    programme: Review | None = okrs.review
    for url, file, variable in (
        (secrets.ical, "", own),
        (None, review.ical if review else None, own),
        (settings.review.ical, "", common),
        (None, programme.ical if programme else None, common),
    ):
        if url or file:
            return CalendarAt(plain(url), file or "", variable or common)
    where = f"reviews {team}" if team else "review"
    message = f"{where} names an event and no calendar; write ical: with a file, or set"
    raise ConfigurationError(f"{message} {own or common} to the calendar's URL")


def destinations(okrs: Okrs, settings: Settings) -> tuple[Destination, ...]:
    """Give all places of the file; pages first, so that the other messages can name them.

    Raises `ConfigurationError` with every variable that has to be set.
    """
    written = [_destination(name, entry, settings) for name, entry in okrs.deliver.items()]
    problems = [text for destination in written for text in _lacking(destination)]
    if problems:
        raise ConfigurationError("\n".join(problems))
    return tuple(sorted(written, key=lambda destination: destination.kind != "confluence"))


def _destination(name: str, entry: DeliverySettings, settings: Settings) -> Destination:
    secrets = settings.delivery.get(name.lower().replace("-", "_"), DeliverySecrets())
    return Destination(
        name=name,
        kind=entry.kind or name,
        settings=entry,
        webhook=plain(secrets.webhook),
        password=plain(secrets.password),
        email=plain(secrets.email),
        token=plain(secrets.token),
        **{part: plain(getattr(secrets, part)) for part in OAUTH},
    )


def _lacking(destination: Destination) -> Iterator[str]:
    needed = [*KINDS[destination.kind].secrets]
    if destination.client_id:
        needed += ["client_secret", "token_url"]
    elif destination.settings.user:
        needed.append("password")
    for part in needed:
        if not getattr(destination, part):
            name, secret = destination.name, delivery_variable(destination.name, part)
            yield f"deliver {name} has no {part}; set {secret} in the environment or .env"
    if is_clear(destination.webhook) and not destination.settings.insecure:
        variable = delivery_variable(destination.name, "webhook")
        yield f"{variable} {CLEAR}; write https://, or insecure: true in okrs.yaml"


def _part(variable: str | None) -> str:
    """Take the team's part of its variable, as the settings have it."""
    return variable.split("__")[1].lower() if variable else ""
