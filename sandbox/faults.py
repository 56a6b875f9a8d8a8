"""Faults on demand: wrong and cut answers, hang-ups, delays, changes between two requests."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox.server import WIRE, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, given word for word."""

    status: int = 200
    body: str | bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer, as a WSGI app does."""
        del environ
        body = self.body.encode() if isinstance(self.body, str) else self.body
        named = {status.value: status.phrase for status in HTTPStatus}
        kind = [("Content-Type", self.content_type)] if self.content_type else []
        start(f"{self.status} {named.get(self.status, 'Unknown')}", [*kind, *self.headers])
        return [body]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request; nothing of it by default.

    `cut`, `close`, `reset` and `drip` are those of a `Wire`, `delay` is in seconds.
    `before` is called ahead of the sandbox's own look at the request. `change` is
    given the body of its good answer, and gives what is sent in its place.
    """

    answer: Answer | None = None
    cut: int | None = None
    close: bool = False
    delay: float = 0.0
    before: Callable[[], object] | None = None
    reset: bool = False
    drip: float = 0.0
    change: Callable[[bytes], bytes] | None = None


@dataclass(slots=True)
class _Rule:
    """A fault, and for which requests: the `nth` that matches and `times - 1` after it."""

    path: re.Pattern[str]
    method: str | None
    nth: int
    times: int | None
    fault: Fault
    seen: int = 0

    def fires(self, method: str, path: str) -> bool:
        if self.method not in (None, method) or not self.path.search(path):
            return False
        self.seen += 1
        last = None if self.times is None else self.nth + self.times - 1
        return self.seen >= self.nth and (last is None or self.seen <= last)


class Faults:
    """The faults that a sandbox shall show; safe to change while it serves.

    Every rule matches a regular expression against the request's path (without
    the query) and counts its matches from when it was added. `nth` is the first
    match that the fault befalls, `times` how many (None: from there on always).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []

    def add(
        self,
        path: str,
        fault: Fault,
        *,
        method: str | None = None,
        nth: int = 1,
        times: int | None = 1,
    ) -> None:
        """Let `fault` befall the requests that match; several rules add up."""
        with self._lock:
            self._rules.append(_Rule(re.compile(path), method, nth, times, fault))

    def answer(self, path: str, answer: Answer, **when: Any) -> None:
        """Answer so, without asking the sandbox; `when` as in `add`."""
        self.add(path, Fault(answer=answer), **when)

    def before(self, path: str, change: Callable[[], object], **when: Any) -> None:
        """Call `change` just before the sandbox looks at the request; `when` as in `add`."""
        self.add(path, Fault(before=change), **when)

    def clear(self) -> None:
        """Be well again."""
        with self._lock:
            self._rules.clear()

    def wrap(self, app: WSGIApplication) -> WSGIApplication:
        """The app with these faults."""

        def faulty(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            fault = self._for(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            wire: Wire = environ[WIRE]
            wire.pause(fault.delay)
            if fault.before is not None:
                fault.before()
            wire.cut, wire.close = fault.cut, fault.close
            wire.reset, wire.drip = fault.reset, fault.drip
            if fault.change is None or fault.answer is not None:
                return (fault.answer or app)(environ, start)

            def uncounted(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
                left = [each for each in headers if each[0].lower() != "content-length"]
                return start(status, left)

            return [fault.change(b"".join(app(environ, uncounted)))]

        return faulty

    def _for(self, method: str, path: str) -> Fault:
        with self._lock:
            fired = [rule.fault for rule in self._rules if rule.fires(method, path)]
        together = Fault()
        for fault in fired:
            together = replace(
                together,
                answer=fault.answer or together.answer,
                cut=fault.cut if fault.cut is not None else together.cut,
                close=fault.close or together.close,
                delay=together.delay + fault.delay,
                before=_one_after_the_other(together.before, fault.before),
                reset=fault.reset or together.reset,
                drip=together.drip + fault.drip,
                change=fault.change or together.change,
            )
        return together


def _one_after_the_other(
    first: Callable[[], object] | None,
    second: Callable[[], object] | None,
) -> Callable[[], object] | None:
    if first is None or second is None:
        return first or second
    return lambda: (first(), second())
