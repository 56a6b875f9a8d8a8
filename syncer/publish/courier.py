"""Sends a letter to a place once at most, whatever breaks on the way."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from connectors.errors import NotUnderstoodError, SourceError, UnsureError
from syncer.core.deliveries import Fate, Sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.destinations import Place
    from connectors.clock import Clock
    from syncer.core.deliveries import Occasion
    from syncer.delivery.letter import Attached, Letter
    from syncer.store.store import Store

KINDS = {
    "smtp": "syncer.delivery.smtp",
    "slack": "syncer.delivery.slack",
    "teams": "syncer.delivery.teams",
    "confluence": "syncer.delivery.confluence",
}
"""Who delivers each kind; a module is imported when something goes there.

Each has `deliver(place, letter, clock, commit) -> note`, which calls `commit` just
before the step that can't be taken back. One with `check(place, letter, clock)`
can find out afterwards whether the letter arrived.
"""

ATTACHING = ("confluence",)
"""Where files go after the letter, each for itself, by `attach`; elsewhere they are in it."""

_REFUSED_FROM = 300


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one delivery now: `text` for people, and whether it is a problem."""

    place: str
    text: str
    problem: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Courier:
    """Brings the letters of one occasion to their places, and notes it in the store."""

    store: Store
    clock: Clock
    occasion: Occasion

    def bring(self, place: Place, letter: Letter) -> Told | None:
        """Send a letter if it never was; None where it was, or where nobody will ever know.

        What was sure not to arrive is tried again by the next run. What may have
        arrived is looked for where the service can be asked; elsewhere it is told
        once, and not sent again.
        """
        noted = self.store.deliveries_of(self.occasion).get(place.name)
        if noted is not None and noted.fate is not Fate.SENDING:
            return None
        way = import_module(KINDS[place.kind])
        if noted is not None:
            settled = self._settle(way, place, letter)
            if settled is not None:
                return settled
        return self._send(way, place, letter)

    def attach(self, place: Place, letter: Letter) -> list[Told]:
        """Put beside a letter that arrived the files that aren't there yet.

        Where nobody knows whether one arrived it is put there again, as `attach`
        makes no second one.
        """
        noted = self.store.deliveries_of(self.occasion)
        if not arrived(noted, place.name):
            return []
        waiting = unattached(place, (file.name for file in letter.files), noted)
        files = [file for file in letter.files if file.name in waiting]
        told: list[Told] = []

        def done(file: Attached) -> None:
            name, now = attachment(place, file.name), self.clock.now()
            self.store.begin_delivery(self.occasion, name, now)
            self.store.end_delivery(self.occasion, name, Sent(Fate.SENT, now))
            told.append(Told(place.name, f"attached {file.name} to {place.name}"))

        try:
            if files:
                import_module(KINDS[place.kind]).attach(place, letter, files, self.clock, done)
        except SourceError as error:
            name = files[len(told)].name
            text = f"{name} isn't attached: {error}; the next run tries again"
            told.append(Told(place.name, text, problem=True))
        return told

    def _settle(self, way: Any, place: Place, letter: Letter) -> Told | None:
        """Find out about a letter that was on its way when its run broke; None: send it."""
        if not hasattr(way, "check"):
            return self._unknown(place, "the run that sent it broke off")
        try:
            found = way.check(place, letter, self.clock)
        except SourceError as error:
            return Told(place.name, f"{error}; the next run looks again", problem=True)
        if found is None:
            self.store.forget_delivery(self.occasion, place.name)
            return None
        return self._sent(place, found)

    def _send(self, way: Any, place: Place, letter: Letter) -> Told:
        committed = False

        def commit() -> None:
            nonlocal committed
            committed = self.store.begin_delivery(self.occasion, place.name, self.clock.now())

        try:
            note = way.deliver(place, letter, self.clock, commit)
        except SourceError as error:
            if not committed:
                return Told(place.name, f"{error}; the next run tries again", problem=True)
            if not _unsure(error):
                self.store.forget_delivery(self.occasion, place.name)
                return Told(place.name, f"{error}; the next run tries again", problem=True)
            if hasattr(way, "check"):
                return Told(place.name, f"{error}; the next run looks for it", problem=True)
            return self._unknown(place, str(error))
        return self._sent(place, note)

    def _sent(self, place: Place, note: str) -> Told:
        sent = Sent(Fate.SENT, self.clock.now(), note)
        self.store.end_delivery(self.occasion, place.name, sent)
        return Told(place.name, f"sent to {place.name}" + (f": {note}" if note else ""), note=note)

    def _unknown(self, place: Place, why: str) -> Told:
        sent = Sent(Fate.UNKNOWN, self.clock.now(), why)
        self.store.end_delivery(self.occasion, place.name, sent)
        text = (
            f"{place.name}: nobody knows whether it arrived ({why}). It isn't sent again: look "
            "there, and send it by hand if it is missing"
        )
        return Told(place.name, text, problem=True)


def arrived(noted: Mapping[str, Sent], name: str) -> bool:
    """Whether the store knows that it is there."""
    return name in noted and noted[name].fate is Fate.SENT


def attachment(place: Place, file: str) -> str:
    """Name a file's own delivery; no place's name has a stroke."""
    return f"{place.name}/{file}"


def unattached(place: Place, files: Iterable[str], noted: Mapping[str, Sent]) -> list[str]:
    """Give the names of the files that this place takes for themselves and hasn't got."""
    if place.kind not in ATTACHING:
        return []
    return [name for name in files if not arrived(noted, attachment(place, name))]


def _unsure(error: SourceError) -> bool:
    """Whether the letter may have arrived: a clear no, a limit too, is none."""
    if isinstance(error, NotUnderstoodError):
        return (error.status or 0) < _REFUSED_FROM
    return isinstance(error, UnsureError)
