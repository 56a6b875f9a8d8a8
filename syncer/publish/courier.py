"""Sends a letter to a place once at most, whatever breaks on the way."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from connectors.errors import NotUnderstoodError, SourceError, UnsureError
from syncer.core.deliveries import Delivery, DeliveryStatus
from syncer.publish.boundary import OURS, boundary, reason

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

Each has `deliver(destination, letter, clock, commit) -> note`, which has
`commit` called just before the step that can't be taken back: before the first byte of
a request, before the last of a mail. One with `check(destination, letter, clock)`
can find out afterwards whether the letter arrived.
"""

ATTACHING = ("confluence",)
"""Where files go after the letter, each for itself, by `attach`; elsewhere they are in it."""

_NOT_SUCCESS_FROM = 300


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of one delivery now: `text` for people, and whether it is a problem."""

    destination: str
    text: str
    problem: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Courier:
    """Brings the letters of one occasion to their destinations, and notes it in the store.

    Whatever one destination brings about is its own problem; only what ends the
    run (the store's failures) is let through.
    """

    store: Store
    clock: Clock
    occasion: Occasion

    def bring(self, destination: Destination, letter: Letter) -> DeliveryResult | None:
        """Send a letter if it never was; None where it was, or where it isn't known.

        What was sure not to arrive is tried again by the next run. What may have
        arrived is looked for where the service can be asked; elsewhere it stays
        unsure, and isn't sent again until somebody says what is so.
        """
        delivery = self.store.deliveries_of(self.occasion).get(destination.name)
        if delivery is not None and delivery.status is not DeliveryStatus.SENDING:
            return None
        if delivery is not None:
            settled = self._settle(destination, letter)
            if settled is not None:
                return settled
        return self._send(destination, letter)

    def attach(self, destination: Destination, letter: Letter) -> list[DeliveryResult]:
        """Put beside a letter that arrived the files that aren't there yet.

        Where nobody knows whether one arrived it is put there again, as `attach`
        makes no second one.
        """
        deliveries = self.store.deliveries_of(self.occasion)
        if not arrived(deliveries, destination.name):
            return []
        waiting = unattached(destination, (file.name for file in letter.files), deliveries)
        files = [file for file in letter.files if file.name in waiting]
        results: list[DeliveryResult] = []

        def on_attached(file: Attachment) -> None:
            name, now = attachment(destination, file.name), self.clock.now()
            self.store.begin_delivery(self.occasion, name, now)
            self.store.end_delivery(self.occasion, name, Delivery(DeliveryStatus.SENT, now))
            text = f"attached {file.name} to {destination.name}"
            results.append(DeliveryResult(destination.name, text))

        try:
            with boundary(f"deliver {destination.name}"):
                if files:
                    _service(destination).attach(
                        destination, letter, files, self.clock, on_attached
                    )
        except SourceError as error:
            name = files[len(results)].name
            text = f"{name} isn't attached: {error}; the next run tries again"
            results.append(DeliveryResult(destination.name, text, problem=True))
        return results

    def _settle(self, destination: Destination, letter: Letter) -> DeliveryResult | None:
        """Find out about a letter that was on its way when its run broke; None: send it."""
        service = _service(destination)
        if not hasattr(service, "check"):
            return self._unsure(destination, "the run that sent it broke off")
        try:
            with boundary(f"deliver {destination.name}"):
                note = service.check(destination, letter, self.clock)
        except SourceError as error:
            text = f"{error}; the next run looks again"
            return DeliveryResult(destination.name, text, problem=True)
        if note is None:
            self.store.forget_delivery(self.occasion, destination.name)
            return None
        return self._sent(destination, note)

    def _send(self, destination: Destination, letter: Letter) -> DeliveryResult:
        committed = False

        def commit() -> None:
            nonlocal committed
            if not committed:
                committed = True
                self.store.begin_delivery(self.occasion, destination.name, self.clock.now())

        try:
            note = _service(destination).deliver(destination, letter, self.clock, commit)
        except OURS:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this destination's alone
            return self._failed(destination, error, committed=committed)
        return self._sent(destination, note)

    def _failed(
        self, destination: Destination, error: Exception, *, committed: bool
    ) -> DeliveryResult:
        """Say why a letter wasn't sent, or that it isn't known."""
        why = reason(error, f"deliver {destination.name}")
        if committed and _is_unsure(error):
            if not hasattr(_service(destination), "check"):
                return self._unsure(destination, why)
            text = f"{why}; the next run looks for it"
            return DeliveryResult(destination.name, text, problem=True)
        if committed:
            self.store.forget_delivery(self.occasion, destination.name)
        return DeliveryResult(destination.name, f"{why}; the next run tries again", problem=True)

    def _sent(self, destination: Destination, note: str) -> DeliveryResult:
        sent = Delivery(DeliveryStatus.SENT, self.clock.now(), note)
        self.store.end_delivery(self.occasion, destination.name, sent)
        text = f"sent to {destination.name}" + (f": {note}" if note else "")
        return DeliveryResult(destination.name, text, note=note)

    def _unsure(self, destination: Destination, why: str) -> DeliveryResult:
        unsure = Delivery(DeliveryStatus.UNKNOWN, self.clock.now(), why)
        self.store.end_delivery(self.occasion, destination.name, unsure)
        text = unsure_text(destination.name, why)
        return DeliveryResult(destination.name, text, problem=True)


def unsure_text(name: str, why: str) -> str:
    """Say that nobody knows about a delivery, and what to do."""
    return (
        f"{name}: nobody knows whether it arrived ({why}). Look there, then say what is so: "
        f"okr-sync report --resend {name}, or --settled {name}"
    )


def arrived(deliveries: Mapping[str, Delivery], name: str) -> bool:
    """Whether the store knows that it is there."""
    return name in deliveries and deliveries[name].status is DeliveryStatus.SENT


def attachment(destination: Destination, file: str) -> str:
    """Name a file's own delivery; no destination's name has a stroke."""
    return f"{destination.name}/{file}"


def unattached(
    destination: Destination, files: Iterable[str], deliveries: Mapping[str, Delivery]
) -> list[str]:
    """Give the names of the files that this place takes for themselves and hasn't got."""
    if destination.kind not in ATTACHING:
        return []
    return [name for name in files if not arrived(deliveries, attachment(destination, name))]


def _service(destination: Destination) -> Any:
    return import_module(KINDS[destination.kind])


def _is_unsure(error: Exception) -> bool:
    """Whether the letter may have arrived: a clear no, a limit too, is none."""
    if isinstance(error, NotUnderstoodError):
        return (error.status or 0) < _NOT_SUCCESS_FROM
    return isinstance(error, UnsureError) or not isinstance(error, SourceError)
