"""The one way out: every request of every connector passes this transport.

It is an adapter to mount on any `requests` session, the clients' own included,
so that they keep their vocabulary and lose their network manners: timeouts,
retries, waiting, counting and the translation of failures are here alone.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter
from urllib3.exceptions import NewConnectionError

from connectors import responses
from connectors.errors import LimitedError, NotUnderstoodError, TransientError, UnsureError
from connectors.throttle import Gate, Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.clock import Clock
    from connectors.errors import SourceError

TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and between two bytes of an answer."""

ATTEMPTS = 5
"""How often a failing (not a limiting) service is asked the same thing."""

IN_FLIGHT = 8
"""Requests under way to one service at a time."""

BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
"""The line failed, at any point up to the answer's last byte."""


class JsonResponse(requests.Response):
    """A response whose JSON isn't read by Python: most of a large pull's time would go there."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__()
        vars(self).update(vars(response))

    def json(self, **options: Any) -> Any:
        """As ever; what isn't valid to the letter (half of a surrogate pair) is read as ever."""
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return super().json(**options)


class AgainError(Exception):
    """This request may be sent again; `after` seconds, if the service said how many."""

    def __init__(self, error: TransientError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


class Transport(HTTPAdapter):
    """Sends the requests of one source; raises `SourceError` for all but a good answer.

    `secrets` are blanked in messages. `pause` is how many seconds a service
    that limits us without saying for how long wants to be left alone. `variable`
    is the environment variable to name where the credentials are refused.

    With `once` nothing but a question (GET) is sent a second time once it may have
    been heard (`UnsureError`). A `courier` does so too, to an address that is itself
    a secret: no message holds the address's path, and a good answer may be any text.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        *,
        patience: float,
        secrets: tuple[str, ...] = (),
        pause: float | None = None,
        variable: str,
        courier: bool = False,
        once: bool = False,
    ) -> None:
        super().__init__(pool_maxsize=IN_FLIGHT, max_retries=0)
        self.name = name
        self.traffic = Traffic()
        self._clock = clock
        self._gate = Gate(patience, clock, self.traffic)
        self._slots = threading.BoundedSemaphore(IN_FLIGHT)
        self._lock = threading.Lock()
        self._sent = 0
        self._secrets = secrets
        self._pause = pause
        self._variable = variable
        self._courier = courier
        self._once_at_most = courier or once
        self._backoff = wait_exponential_jitter(initial=1, max=60, jitter=1)

    def send(  # type: ignore[override] # requests passes the options by name
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send, wait and send again as the service asks, within patience."""
        options["timeout"] = TIMEOUT
        retrying = Retrying(
            retry=retry_if_exception_type(AgainError),
            stop=_tried_enough,
            wait=self._delay,
            sleep=lambda _: self._gate.wait(),
            retry_error_callback=_give_up,
        )
        answer: requests.Response = retrying(self._once, request, options)
        return answer

    def _once(
        self, request: requests.PreparedRequest, options: Mapping[str, Any]
    ) -> requests.Response:
        asked = self._question(request)
        try:
            answer = self._answered(request, options)
        except BROKEN as error:
            self.traffic.add(_size(request), 0)
            failed = f"{asked.subject}: {_failure(error)}"
            if self._once_only(request) and not _unsent(error):
                raise UnsureError(failed) from error
            raise AgainError(TransientError(failed)) from error
        except requests.RequestException as error:
            raise NotUnderstoodError(f"{asked.subject}: {type(error).__name__}") from error
        self.traffic.add(_size(request), answer.raw.tell())
        wrong = responses.judge(answer, asked)
        if self._once_only(request) and wrong is not None and _unclear(wrong):
            raise UnsureError(str(wrong), status=wrong.status)
        if isinstance(wrong, TransientError):
            raise AgainError(wrong, responses.asked_wait(answer, self._clock.now(), self._pause))
        if wrong is not None:
            raise wrong
        return answer

    def _answered(
        self, request: requests.PreparedRequest, options: Mapping[str, Any]
    ) -> requests.Response:
        """Send when it is this request's turn, and read to the last byte."""
        with self._slots:
            # Here, and not before: the gate may have closed while others were under way.
            self._gate.wait()
            with self._lock:
                self._sent += 1
                sent, began = self._sent, self._clock.now()
            answer = JsonResponse(super().send(request, **options))
            # As `answer.content` does, but in one read: before each, other threads go first.
            answer._content = b"".join(answer.iter_content(None))  # noqa: SLF001
        if answer.status_code != responses.TOO_MANY:  # that is waited for as it asks
            self._spare(answer, sent, began)
        return answer

    def _spare(self, answer: requests.Response, sent: int, began: datetime) -> None:
        """Let all pause where what was sent since may be all that the service still takes."""
        # What was sent after it may not have been counted yet when the service answered.
        uncounted = 1 + self._sent - sent
        wait = max((one.wait(uncounted) for one in responses.spare(answer.headers)), default=0.0)
        if wait > 0:
            self._gate.close(began + timedelta(seconds=wait))

    def _question(self, request: requests.PreparedRequest) -> responses.Question:
        path = "" if self._courier else f" {request.path_url.partition('?')[0]}"
        return responses.Question(
            subject=f"{self.name}: {request.method}{path}",
            variable=self._variable,
            secrets=self._secrets,
            plain=self._courier,
            words="" if self._courier else _words(request),
        )

    def _once_only(self, request: requests.PreparedRequest) -> bool:
        return self._once_at_most and request.method not in ("GET", "HEAD")

    def _delay(self, state: RetryCallState) -> float:
        """How long to wait before the next try; raises when patience doesn't reach."""
        again = _error(state)
        backoff = self._backoff(state)
        wait = backoff if again.after is None else again.after + min(backoff, 0.1 * again.after)
        until = self._clock.now() + timedelta(seconds=wait)
        if self._gate.close(until):
            return wait
        if again.error.status != responses.TOO_MANY:
            raise again.error
        raise LimitedError(
            f"{again.error}; free again at {until:%Y-%m-%d %H:%M:%S} UTC, skipped until then",
            free_at=until,
        ) from again


def _unsent(error: Exception) -> bool:
    """Whether the line failed before anything of the request was on it."""
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    if isinstance(error, requests.exceptions.ProxyError):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _unclear(wrong: SourceError) -> bool:
    """Whether a service may have done what was asked although it didn't say so.

    One that limits us (429) hasn't; one that broke inside, or behind its gateway, may have.
    """
    status = wrong.status or 0
    failed = isinstance(wrong, TransientError) and status != responses.TOO_MANY
    return failed or status < responses.REDIRECT


def _error(state: RetryCallState) -> AgainError:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, AgainError):  # pragma: no cover - tenacity retries nothing else
        raise TypeError(type(error))
    return error


def _tried_enough(state: RetryCallState) -> bool:
    limited = _error(state).error.status == responses.TOO_MANY
    return not limited and state.attempt_number >= ATTEMPTS


def _give_up(state: RetryCallState) -> Any:
    raise _error(state).error


def _failure(error: Exception) -> str:
    """Why there was no answer, in words that hold no URL (requests' own do)."""
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate isn't trusted (REQUESTS_CA_BUNDLE names your own)"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused or isn't there"
    if isinstance(error, requests.Timeout):
        return f"no answer in {TIMEOUT[1]:.0f} s"
    if isinstance(error, requests.ConnectionError):
        return "no connection; is the address right, and the network up?"
    return "the answer broke off"


def _words(request: requests.PreparedRequest) -> str:
    """What a request says, in its address and its body."""
    body = request.body or ""
    return f"{request.path_url} {body if isinstance(body, str) else body.decode()}"


def _size(request: requests.PreparedRequest) -> int:
    return len(request.body or b"") + len(request.url or "")
