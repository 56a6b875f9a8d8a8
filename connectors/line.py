"""The line to a service: sockets that end when their request must, wherever its bytes drip.

A socket's own timeout is between two bytes, so that a byte every 20 seconds would
hold a request for days, in its headers too (https://requests.readthedocs.io/en/latest/
user/advanced/#timeouts). Before each look at the socket the rest of the request's time
becomes its timeout.
"""

from __future__ import annotations

import io
import math
import threading
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import NewConnectionError

from connectors.network import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from urllib3 import PoolManager

BETWEEN = 30.0
"""Seconds between two bytes."""


class RequestEnd(threading.local):
    """When this thread's request must be over, by the monotonic timer."""

    at = math.inf
    seconds = math.inf
    """How long the request may take in all."""

    heard = False
    """Whether the other side has been listened to, so that all was said."""
    once = False
    """Whether what is sent must arrive once at most."""

    response: HTTPResponse | None = None
    """What is being listened to."""

    def begin(self, seconds: float) -> None:
        """Let this thread's request be over so many seconds from now."""
        self.at, self.seconds = time.monotonic() + seconds, seconds

    def close(self) -> None:
        """Close what was begun and is of no use: else it stays open until it is forgotten."""
        response, self.response = self.response, None
        if response is not None:
            response.close()

    def left(self) -> float:
        """Give the seconds left, 0 or fewer when it is over."""
        return self.at - time.monotonic()


class _Guarded(io.RawIOBase):
    """A socket's stream that gives nothing after the end of its request."""

    def __init__(self, raw: Any, sock: socket, end: RequestEnd) -> None:
        super().__init__()
        self._raw, self._sock, self._end = raw, sock, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end.left()
        if left <= 0:
            message = "the request's time is up"
            raise TimeoutError(message)
        self._end.heard = True
        self._sock.settimeout(min(BETWEEN, left))
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Telling:
    """A connection that calls before each part of what must be sent once at most.

    What is said to a proxy or for TLS on the way to the server is no part of that.
    """

    end: RequestEnd
    on_sending: Callable[[], None]
    sock: socket | None
    _connecting = False

    def connect(self) -> None:
        """Open the line."""
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc] # urllib3's own, beside us
        finally:
            self._connecting = False

    def send(self, data: Any) -> None:
        """Send what may be a part of a request."""
        if self.sock is None:  # as http.client's own send begins
            self.connect()
        if self.end.once and not self._connecting:
            self.on_sending()
        super().send(data)  # type: ignore[misc] # http.client's own


def _nothing() -> None:
    """Call nobody."""


def guard(
    manager: PoolManager,
    end: RequestEnd,
    on_sending: Callable[[], None] | None = None,
    *,
    outside_only: bool,
) -> None:
    """Let all connections of a manager end with their request; `outside_only` refuses inside ones.

    `on_sending` is called before each part of what is sent once at most, on a standing line.

    Which address a name has is seen once it is connected to: a look beforehand
    could be told another one.
    """

    class Response(HTTPResponse):
        def __init__(self, sock: socket, *args: Any, **options: Any) -> None:
            super().__init__(sock, *args, **options)
            end.response = self
            self.fp = io.BufferedReader(_Guarded(self.fp.detach(), sock, end))

    class Guard:
        response_class = Response

        def _new_conn(self) -> socket:
            sock: socket = super()._new_conn()  # type: ignore[misc] # urllib3's own, beside us
            proxied = getattr(self, "proxy", None) or hasattr(self, "_socks_options")
            if outside_only and not proxied and is_inside(sock.getpeername()[0]):
                sock.close()
                raise NewConnectionError(self, "an address inside")  # type: ignore[arg-type]
            return sock

    def guarded(pool: Any) -> Any:
        seams = {"end": end, "on_sending": staticmethod(on_sending or _nothing)}
        connection = type("Connection", (Guard, _Telling, pool.ConnectionCls), seams)
        return type(pool.__name__, (pool,), {"ConnectionCls": connection})

    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: guarded(pool) for scheme, pool in pools.items()}
