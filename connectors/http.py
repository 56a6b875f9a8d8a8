"""The one way out: every request of every connector passes this transport.

It is an adapter to mount on any `requests` session, the clients' own included,
so that they keep their vocabulary and lose their network manners: timeouts,
retries, waiting, counting and the translation of failures are here alone.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

from connectors import body, responses
from connectors.errors import (
    LimitedError,
    NotUnderstoodError,
    OkrSyncError,
    TransientError,
    UnsureError,
)
from connectors.failures import BROKEN, failure, is_unsent, oddity
from connectors.line import BETWEEN, RequestEnd, guard
from connectors.request_log import RequestLog
from connectors.retrying import (
    ATTEMPTS,
    AgainError,
    again_error,
    give_up,
    is_unclear,
    tried_enough,
)
from connectors.site_budget import Unshared
from connectors.throttle import Gate, Traffic
from connectors.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from requests.auth import AuthBase

    from connectors.clock import Clock
    from connectors.site_budget import SiteBudget

TIMEOUT = (5.0, BETWEEN)
"""Seconds to connect, and between two bytes of an answer."""

LONGEST = 120.0
"""Seconds that one request may take in all, from its turn to its answer's last byte."""

LONGEST_WAIT = 366 * 24 * 3600.0
"""Seconds; whoever asks for more ("Retry-After: 1e300") means never, and dates end in 9999."""

IN_FLIGHT = 8
"""Requests under way to one service at a time."""


class Transport(HTTPAdapter):
    """Sends the requests of one source; raises `SourceError` for all but a good answer.

    `secrets` are blanked in messages. `pause` is how many seconds a service
    that limits us without saying for how long wants to be left alone. `variable`
    is the environment variable to name where the credentials are refused.

    With `once` nothing but a question (GET) is sent a second time once it may have
    been heard (`UnsureError`). A `courier` does so too, to an address that is itself
    a secret: no message holds the address's path, and a good answer may be any text.
    `outside_only` refuses addresses inside a private network, whatever their names:
    where a service, and no operator, says where to go. `longest` are the seconds
    that one request may take in all; `budget` is its site's, with others who ask it.
    With `redirects` an answer that leads elsewhere is given to the caller. `on_sending`
    is called just before the first byte of what is sent once: whatever fails before it,
    nobody has heard it. `known_words` are a service's own for its errors.
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
        outside_only: bool = False,
        redirects: bool = False,
        on_sending: Callable[[], None] | None = None,
        known_words: str = "",
        longest: float = LONGEST,
        budget: SiteBudget | None = None,
    ) -> None:
        self._end = RequestEnd()
        self._on_sending = on_sending
        self._outside_only = outside_only
        self._longest = longest
        super().__init__(pool_maxsize=IN_FLIGHT, max_retries=0)
        self.name = name
        self.traffic = Traffic()
        self._clock = clock
        self._gate = Gate(patience, clock, self.traffic)
        self._turns = Turns(budget or Unshared(), self._gate, clock, pause)
        self._slots = threading.BoundedSemaphore(IN_FLIGHT)
        self._lock = threading.Lock()
        self._sent = 0
        self._secrets = secrets
        self._log = RequestLog(name, self.traffic, self._end, secrets, courier=courier)
        self._pause = pause
        self._variable = variable
        self._courier = courier
        self._once_at_most = courier or once
        self._redirects = redirects
        self._known_words = known_words
        self._backoff = wait_exponential_jitter(initial=1, max=60, jitter=1)

    def send(  # type: ignore[override] # requests passes the options by name
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send, wait and send again as the service asks, within patience."""
        options = {"stream": True, "timeout": TIMEOUT, "cert": options.get("cert")}
        retrying = Retrying(
            retry=retry_if_exception_type(AgainError),
            stop=tried_enough,
            wait=self._delay,
            sleep=lambda _: self._gate.wait(),
            retry_error_callback=give_up,
        )
        answer: requests.Response = retrying(self._once, request, options)
        return answer

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the connections, as requests does, and see to it that they end."""
        super().init_poolmanager(*args, **options)
        guard(self.poolmanager, self._end, self._on_sending, outside_only=self._outside_only)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Make those by a proxy, and see to it that they end."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known:
            guard(manager, self._end, self._on_sending, outside_only=False)
        return manager

    def _once(
        self, request: requests.PreparedRequest, options: Mapping[str, Any]
    ) -> requests.Response:
        asked = self._question(request)
        self._end.once = self._once_only(request)
        try:
            answer = self._answered(request, options, asked.subject)
        except OkrSyncError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a library raises is this request's
            # Without its cause: a library's words hold the address, and a traceback repeats them.
            raise self._failed(request, asked.subject, error) from None
        self._log.answered(request, answer)
        if self._redirects and answer.is_redirect:
            return answer
        wrong = responses.judge(answer, asked)
        if self._once_only(request) and wrong is not None and is_unclear(wrong):
            raise UnsureError(str(wrong), status=wrong.status)
        if isinstance(wrong, TransientError):
            raise AgainError(wrong, responses.asked_wait(answer, self._clock.now(), self._pause))
        if wrong is not None:
            raise wrong
        if not self._once_at_most and body.is_cut(answer.content):
            raise AgainError(NotUnderstoodError(f"{asked.subject}: the answer is cut off"))
        return answer

    def _failed(
        self, request: requests.PreparedRequest, subject: str, error: Exception
    ) -> Exception:
        """Give what to raise where no answer came, or not to its end."""
        self._end.close()
        broken = isinstance(error, (*BROKEN, TimeoutError))
        late = broken and self._end.left() <= 0
        if late:
            text = f"no whole answer in {self._end.seconds:.0f} s{self._lack_of_time()}"
        else:
            text = failure(error) if broken else oddity(error)
        self._log.failed(request, text)
        if self._once_only(request) and not (is_unsent(error) if broken else not self._end.heard):
            return UnsureError(f"{subject}: {text}")
        if not broken:
            return NotUnderstoodError(f"{subject}: {text}")
        wrong = TransientError(f"{subject}: {text}")
        # Who took that long once would take it five times.
        return wrong if late else AgainError(wrong)

    def _answered(
        self, request: requests.PreparedRequest, options: Mapping[str, Any], subject: str
    ) -> requests.Response:
        """Send when it is this request's turn, and read to the last byte."""
        answer = None
        with self._slots:
            # Here, and not before: the gate may have closed while others were under way.
            ended = self._turns.take(request, subject)
            try:
                with self._lock:
                    self._sent += 1
                    sent, began = self._sent, self._clock.now()
                self._begin(subject)
                answer = body.JsonResponse(super().send(request, **options, **self._way(request)))
                answer._content = body.read(answer, self._end, subject)  # noqa: SLF001 - as `.content`
            finally:
                ended(self._turns.heard(answer))
        if answer.status_code != responses.TOO_MANY:  # that is waited for as it asks
            self._spare(answer, sent, began)
        return answer

    def _begin(self, subject: str) -> None:
        """Let this thread's request end in time, and not begin after that is up."""
        left = self._clock.deadline.left()
        if left <= 0:
            raise TransientError(f"{subject}{self._lack_of_time()}")
        self._end.heard, self._end.response = False, None
        self._end.begin(min(self._longest, left))

    def _lack_of_time(self) -> str:
        deadline = self._clock.deadline
        return "" if deadline.left() else f": {deadline.name} is up; --deadline gives it more"

    def _way(self, request: requests.PreparedRequest) -> dict[str, Any]:
        """Give the proxy and the authorities, whatever a client's session thinks of them."""
        network = self._clock.network
        try:
            proxies = network.proxies(request.url or "")
            return {"proxies": proxies, "verify": network.certificates() or True}
        except TransientError as error:
            raise TransientError(f"{self.name}: {error}") from None

    def _spare(self, answer: requests.Response, sent: int, began: datetime) -> None:
        """Let all pause where what was sent since may be all that the service still takes."""
        # What was sent after it may not have been counted yet when the service answered.
        uncounted = 1 + self._sent - sent
        wait = max((left.wait(uncounted) for left in responses.spare(answer.headers)), default=0.0)
        if wait > 0:
            self._gate.close(began + timedelta(seconds=min(wait, LONGEST_WAIT)))

    def _question(self, request: requests.PreparedRequest) -> responses.Question:
        path = "" if self._courier else f" {request.path_url.partition('?')[0]}"
        return responses.Question(
            subject=f"{self.name}: {request.method}{path}",
            variable=self._variable,
            secrets=self._secrets,
            plain=self._courier,
            once=self._once_only(request),
            words=self._known_words if self._courier else body.words_of(request),
        )

    def _once_only(self, request: requests.PreparedRequest) -> bool:
        return self._once_at_most and request.method not in ("GET", "HEAD")

    def _delay(self, state: RetryCallState) -> float:
        """How long to wait before the next try; raises when patience doesn't reach."""
        again = again_error(state)
        backoff = self._backoff(state)
        wait = backoff if again.after is None else again.after + min(backoff, 0.1 * again.after)
        if state.attempt_number > ATTEMPTS:
            # A service that says "in a microsecond" each time would be asked for good.
            wait = max(wait, backoff / 10)
        until = self._clock.now() + timedelta(seconds=min(wait, LONGEST_WAIT))
        if self._gate.close(until):
            self._log.waits(wait, again.error)
            return wait
        if again.error.status != responses.TOO_MANY:
            raise again.error
        raise LimitedError(
            f"{again.error}; free again at {until:%Y-%m-%d %H:%M:%S} UTC, skipped until then",
            free_at=until,
        ) from again


def open_session(transport: Transport, auth: AuthBase | None = None) -> requests.Session:
    """Give a session whose every request goes by the transport, signed so and in no other way.

    What requests would look for in `.netrc` and in the environment stays there.
    """
    session = requests.Session()
    session.trust_env = False
    session.auth = auth
    for scheme in ("https://", "http://"):
        session.mount(scheme, transport)
    return session
