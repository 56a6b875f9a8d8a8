"""Tells when the first byte of a request is about to leave, once the line to the server stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Callable


def pools(on_first_byte: Callable[[], None]) -> dict[str, type[HTTPConnectionPool]]:
    """Give urllib3's pools by scheme, of connections that call before they send a request.

    They call for every part that they send. What is said to a proxy or for TLS
    on the way to the server is no part of a request.
    """

    class Telling:
        _connecting = False

        def connect(self) -> None:
            self._connecting = True
            try:
                super().connect()  # type: ignore[misc] # http.client's, by the order of the bases
            finally:
                self._connecting = False

        def send(self, data: Any) -> None:
            # As http.client's own: the line is opened by the first thing that is sent.
            if self.sock is None:  # type: ignore[attr-defined]
                self.connect()
            if not self._connecting:
                on_first_byte()
            super().send(data)  # type: ignore[misc]

    class Plain(Telling, HTTPConnection):
        pass

    class Secure(Telling, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
