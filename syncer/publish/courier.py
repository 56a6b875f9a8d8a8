"""Sends a letter to a place once at most, whatever breaks on the way."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from connectors.errors import NotUnderstoodError, SourceError, UnsureError
from syncer.core.deliveries import Delivery, DeliveryStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.core.deliveries import Occasion
    from syncer.delivery.letter import Attachment, Letter
    from syncer.store.store import Store

KINDS = {
    "smtp": "syncer.delivery.smtp",
    "slack": "syncer.delivery.slack",
    "teams": "syncer.delivery.teams",
    "confluence": "syncer.delivery.confluence",
}
"""Who delivers each kind; a module is imported when something goes there.

Each has `deliver(destination, letter, clock, commit) -> note`, which calls `commit` just
before the step that can't be taken back. One with `check(destination, letter, clock)`
can find out afterwards whether the letter arrived.
"""

ATTACHING = ("confluence",)
"""Where files go after the letter, each for itself, by `attach`; elsewhere they are in it."""

_REFUSED_FROM = 300


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of one delivery now: `text` for people, and whether it is a problem."""

    destination: str
    text: str
    problem: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Courier:
    """Brings the letters of one occasion to their places, and notes it in the store."""

    store: Store
    clock: Clock
    occasion: Occasion

    def bring(self, destination: Destination, letter: Letter) -> DeliveryResult | None:
        """Send a letter if it never was; None where it was, or where nobody will ever know.

        What was sure not to arrive is tried again by the next run. What may have
        arrived is looked for where the service can be asked; elsewhere it is told
        once, and not sent again.
        """
        noted = self.store.deliveries_of(self.occasion).get(destination.name)
        if noted is not None and noted.status is not DeliveryStatus.SENDING:
            return None
        way = import_module(KINDS[destination.kind])
        if noted is not None:
            settled = self._settle(way, destination, letter)
            if settled is not None:
                return settled
        return self._send(way, destination, letter)

    def attach(self, destination: Destination, letter: Letter) -> list[DeliveryResult]:
        """Put beside a letter that arrived the files that aren't there yet.

        Where nobody knows whether one arrived it is put there again, as `attach`
        makes no second one.
        """
        noted = self.store.deliveries_of(self.occasion)
        if not arrived(noted, destination.name):
            return []
        waiting = unattached(destination, (file.name for file in letter.files), noted)
        files = [file for file in letter.files if file.name in waiting]
        results: list[DeliveryResult] = []

        def on_attached(file: Attachment) -> None:
            name, now = attachment(destination, file.name), self.clock.now()
            self.store.begin_delivery(self.occasion, name, now)
            self.store.end_delivery(self.occasion, name, Delivery(DeliveryStatus.SENT, now))
            results.append(
                DeliveryResult(destination.name, f"attached {file.name} to {destination.name}")
            )

        try:
            if files:
                import_module(KINDS[destination.kind]).attach(
                    destination, letter, files, self.clock, on_attached
                )
        except SourceError as error:
            name = files[len(results)].name
            text = f"{name} isn't attached: {error}; the next run tries again"
            results.append(DeliveryResult(destination.name, text, problem=True))
        return results

    def _settle(self, way: Any, destination: Destination, letter: Letter) -> DeliveryResult | None:
        """Find out about a letter that was on its way when its run broke; None: send it."""
        if not hasattr(way, "check"):
            return self._unknown(destination, "the run that sent it broke off")
        try:
            note = way.check(destination, letter, self.clock)
        except SourceError as error:
            return DeliveryResult(
                destination.name, f"{error}; the next run looks again", problem=True
            )
        if note is None:
            self.store.forget_delivery(self.occasion, destination.name)
            return None
        return self._sent(destination, note)

    def _send(self, way: Any, destination: Destination, letter: Letter) -> DeliveryResult:
        committed = False

        def commit() -> None:
            nonlocal committed
            committed = self.store.begin_delivery(self.occasion, destination.name, self.clock.now())

        try:
            note = way.deliver(destination, letter, self.clock, commit)
        except SourceError as error:
            if not committed:
                return DeliveryResult(
                    destination.name, f"{error}; the next run tries again", problem=True
                )
            if not _unsure(error):
                self.store.forget_delivery(self.occasion, destination.name)
                return DeliveryResult(
                    destination.name, f"{error}; the next run tries again", problem=True
                )
            if hasattr(way, "check"):
                return DeliveryResult(
                    destination.name, f"{error}; the next run looks for it", problem=True
                )
            return self._unknown(destination, str(error))
        return self._sent(destination, note)

    def _sent(self, destination: Destination, note: str) -> DeliveryResult:
        sent = Delivery(DeliveryStatus.SENT, self.clock.now(), note)
        self.store.end_delivery(self.occasion, destination.name, sent)
        return DeliveryResult(
            destination.name,
            f"sent to {destination.name}" + (f": {note}" if note else ""),
            note=note,
        )

    def _unknown(self, destination: Destination, why: str) -> DeliveryResult:
        sent = Delivery(DeliveryStatus.UNKNOWN, self.clock.now(), why)
        self.store.end_delivery(self.occasion, destination.name, sent)
        text = (
            f"{destination.name}: nobody knows whether it arrived ({why}). It isn't sent again: "
            "look there, and send it by hand if it is missing"
        )
        return DeliveryResult(destination.name, text, problem=True)


def arrived(noted: Mapping[str, Delivery], name: str) -> bool:
    """Whether the store knows that it is there."""
    return name in noted and noted[name].status is DeliveryStatus.SENT


def attachment(destination: Destination, file: str) -> str:
    """Name a file's own delivery; no place's name has a stroke."""
    return f"{destination.name}/{file}"


def unattached(
    destination: Destination, files: Iterable[str], noted: Mapping[str, Delivery]
) -> list[str]:
    """Give the names of the files that this place takes for themselves and hasn't got."""
    if destination.kind not in ATTACHING:
        return []
    return [name for name in files if not arrived(noted, attachment(destination, name))]


def _unsure(error: SourceError) -> bool:
    """Whether the letter may have arrived: a clear no, a limit too, is none."""
    if isinstance(error, NotUnderstoodError):
        return (error.status or 0) < _REFUSED_FROM
    return isinstance(error, UnsureError)
