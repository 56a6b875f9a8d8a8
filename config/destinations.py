"""What is outside and no board: calendars to read, and places to send reports to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config import deliveries, reviews
from config.deliveries import KINDS, PROGRAMME, Delivery
from config.settings import CalendarSecrets, DeliverySecrets
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import SecretStr

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
class Place:
    """A place that reports go to, with what opens it; no repr shows that."""

    name: str
    kind: str
    told: Delivery
    webhook: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def takes(self, team: str | None) -> bool:
        """Tell whether it gets the report of a team's own meeting, or of the programme's."""
        wanted = {name.casefold() for name in self.told.only}
        return not wanted or (team or PROGRAMME).casefold() in wanted


def calendar_at(okrs: Okrs, settings: Settings, team: str | None = None) -> CalendarAt:
    """Tell where the calendar of a review with an `event` is; a team's may be the programme's.

    Raises `ConfigurationError` where nothing says it.
    """
    review = okrs.reviews[team] if team else okrs.review
    own, common = reviews.variable(team), reviews.variable() or ""
    said = settings.reviews.get(_part(own), CalendarSecrets()) if team else settings.review
    programme: Review | None = okrs.review
    for url, file, variable in (
        (said.ical, "", own),
        (None, review.ical if review else None, own),
        (settings.review.ical, "", common),
        (None, programme.ical if programme else None, common),
    ):
        if url or file:
            return CalendarAt(_plain(url), file or "", variable or common)
    where = f"reviews {team}" if team else "review"
    message = f"{where} names an event and no calendar; write ical: with a file, or set"
    raise ConfigurationError(f"{message} {own or common} to the calendar's URL")


def places(okrs: Okrs, settings: Settings) -> tuple[Place, ...]:
    """Give all places of the file; pages first, so that the other messages can name them.

    Raises `ConfigurationError` with every variable that has to be set.
    """
    found = [_place(name, told, settings) for name, told in okrs.deliver.items()]
    problems = [text for place in found for text in _lacking(place)]
    if problems:
        raise ConfigurationError("\n".join(problems))
    return tuple(sorted(found, key=lambda place: place.kind != "confluence"))


def _place(name: str, told: Delivery, settings: Settings) -> Place:
    said = settings.delivery.get(name.lower().replace("-", "_"), DeliverySecrets())
    return Place(
        name=name,
        kind=told.kind or name,
        told=told,
        webhook=_plain(said.webhook),
        password=_plain(said.password),
        email=_plain(said.email),
        token=_plain(said.token),
    )


def _lacking(place: Place) -> Iterator[str]:
    wanted = [*KINDS[place.kind].secrets]
    if place.told.user:
        wanted.append("password")
    for part in wanted:
        if not getattr(place, part):
            named = deliveries.variable(place.name, part)
            yield f"deliver {place.name} has no {part}; set {named} in the environment or .env"


def _part(variable: str | None) -> str:
    """Take the team's part of its variable, as the settings have it."""
    return variable.split("__")[1].lower() if variable else ""


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
