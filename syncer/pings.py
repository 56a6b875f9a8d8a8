"""Tells a dead man's switch how a run goes; whatever becomes of that, the run goes on.

The services have a URL a state and take POST, with a text for people, or GET alone
(https://healthchecks.io/docs/http_api/, https://cronitor.io/docs/telemetry-api,
https://github.com/louislam/uptime-kuma/wiki/Internal-API#push). A GET follows where a
POST isn't known.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from connectors.clock import Clock
from connectors.errors import SourceError

if TYPE_CHECKING:
    import argparse

    from pydantic import SecretStr

    from syncer.context import Context

log = logging.getLogger(__name__)

BOUND = 5.0
"""Seconds that a ping may take, from the address's name to the answer's last byte."""

BOUND_STOPPED = 0.8
"""The same after a signal: a process has three seconds to end in."""

LOCKED = 4
SIGNALLED = 128
MEANINGS = {
    0: "all well",
    1: "some source or key result failed, the rest was written",
    2: "configuration or usage is wrong, nothing was touched",
    3: "the store failed, nothing is half-written",
}
_UNKNOWN_METHOD = (404, 405, 501)


class Pings:
    """What is told of one run: that it began, and once how it ended.

    Of `report --due` only a failure is told: its success would keep quiet a switch
    that waits for the sync's. A run that finds another at work tells nothing, the
    other one does.
    """

    def __init__(self, command: str, addresses: dict[str, SecretStr], clock: Clock) -> None:
        self._command = command
        self._addresses = addresses
        self._clock = clock
        self._lock = threading.Lock()
        self._ended = self._warned = False
        self._start: threading.Thread | None = None

    @classmethod
    def of(cls, arguments: argparse.Namespace, context: Context) -> Pings:
        """Give the pings of what was typed: none but for a sync and what is due."""
        command = arguments.command
        is_run = command == "sync" or (command == "report" and arguments.due)
        if not is_run or arguments.dry_run:
            return cls(command, {}, context.clock)
        from config.pings import ping_addresses  # noqa: PLC0415 - most commands ping nobody

        addresses, variables = ping_addresses(context.environ, context.directory, arguments.okrs)
        if addresses:
            context.clock.network.configure(variables)
        if command == "report":
            addresses = {part: url for part, url in addresses.items() if part == "failure"}
        # Its time isn't the run's, which may be over when there is something to tell.
        own = Clock(context.clock.now, context.clock.sleep, network=context.clock.network)
        return cls("report --due" if command == "report" else command, addresses, own)

    def start(self) -> None:
        """Tell that the run begins; it doesn't wait for that."""
        self._start = self._begin("start", f"okr-sync {self._command} begins")

    def end(self, code: int) -> None:
        """Tell how the run ended, once, and wait a few seconds for that at most."""
        with self._lock:
            ended, self._ended = self._ended, True
        if ended or code == LOCKED:
            return
        meaning = MEANINGS.get(code, "it was stopped; what was written is whole")
        text = f"okr-sync {self._command}: exit code {code}, {meaning}"
        bound = BOUND_STOPPED if code > SIGNALLED else BOUND
        if self._start:
            self._start.join(bound)
        sending = self._begin("failure" if code else "success", text)
        if sending:
            sending.join(bound)
            if sending.is_alive():
                self._warn("failure" if code else "success", f"no answer in {bound:g} s")

    def _begin(self, part: str, text: str) -> threading.Thread | None:
        """Send beside the run: even the search for an address's name may hang."""
        if part not in self._addresses:
            return None
        sending = threading.Thread(target=self._send, args=(part, text), daemon=True)
        sending.start()
        return sending

    def _send(self, part: str, text: str) -> None:
        try:
            _ping(self._addresses[part].get_secret_value(), text, part, self._clock)
        except Exception as error:  # noqa: BLE001 - nothing of it may reach the run
            known = isinstance(error, SourceError)
            self._warn(part, str(error).removeprefix("ping: ") if known else type(error).__name__)
        else:
            log.info("the ping address for %s was told", part)

    def _warn(self, part: str, problem: str) -> None:
        """Say it once a run: what fails at the start fails at the end as well."""
        with self._lock:
            warned, self._warned = self._warned, True
        if not warned:
            log.warning("the ping for %s wasn't taken: %s", part, problem)


def _ping(address: str, text: str, part: str, clock: Clock) -> None:
    from connectors.http import Transport, open_session  # noqa: PLC0415 - most runs ping nobody

    transport = Transport(
        "ping",
        clock,
        patience=0.0,
        variable=f"OKR_SYNC_PING__{part.upper()}",
        courier=True,
        longest=BOUND,
    )
    with open_session(transport) as session:
        try:
            session.post(address, data=text.encode(), allow_redirects=False)
        except SourceError as error:
            if error.status not in _UNKNOWN_METHOD:
                raise
            session.get(address, allow_redirects=False)
