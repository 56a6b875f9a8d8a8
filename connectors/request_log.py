"""What each request was and what became of it: counted for the run, logged for the operator."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors import body
from connectors.redaction import EMAIL, hide

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from connectors.errors import SourceError
    from connectors.line import RequestEnd
    from connectors.throttle import Traffic

log = logging.getLogger(__name__)


class RequestLog:
    """The requests of one transport.

    What is logged has neither a query nor a body, where people and secrets are; of a
    `courier`, whose address is a secret itself, not even the server.
    """

    def __init__(
        self,
        name: str,
        traffic: Traffic,
        end: RequestEnd,
        secrets: tuple[str, ...],
        *,
        courier: bool,
    ) -> None:
        self._name = name
        self._traffic = traffic
        self._end = end
        self._secrets = secrets
        self._courier = courier

    def answered(self, request: PreparedRequest, answer: Response) -> None:
        """Count an answer's bytes as on the wire, and log its status."""
        received = answer.raw.tell()
        self._traffic.add(body.size_of(request), received)
        self._log(request, f"{answer.status_code}", f"{received} bytes")

    def failed(self, request: PreparedRequest, why: str) -> None:
        """Count what was sent, and log why no whole answer came."""
        self._traffic.add(body.size_of(request), 0)
        self._log(request, why)

    def waits(self, seconds: float, error: SourceError) -> None:
        """Log a wait before the next try."""
        log.info("%s, asked again in %.0f s", error, seconds)

    def _log(self, request: PreparedRequest, outcome: str, *more: str) -> None:
        if log.isEnabledFor(logging.DEBUG):
            took = time.monotonic() - (self._end.at - self._end.seconds)
            line = [outcome, f"{took * 1000:.0f} ms", *more]
            log.debug(
                "%s: %s%s: %s", self._name, request.method, self._place(request), ", ".join(line)
            )

    def _place(self, request: PreparedRequest) -> str:
        if self._courier:
            return ""
        parts = urlsplit(request.url or "")
        text = f"{parts.hostname}{parts.path}"
        for secret in self._secrets:
            text = text.replace(secret, "***") if secret else text
        return f" {EMAIL.sub('***', hide(text))}"
