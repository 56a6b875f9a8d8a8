"""Serves a sandbox's WSGI app on loopback over kept HTTP/1.1 connections, and keeps a log."""

from __future__ import annotations

import io
import struct
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET, socket
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote_to_bytes, urlsplit

from sandbox.log import Exchange, RequestLog

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

WIRE = "okr_sync.wire"
"""The key in a request's environ under which an app finds its `Wire`."""


PIECES = 10
"""In how many pieces an answer drips."""


@dataclass(slots=True)
class Wire:
    """What an app may do to the connection that its request came on.

    `cut` sends only so many bytes of the body, under the whole body's length,
    and hangs up; `close` hangs up without an answer, `reset` does so rudely.
    `drip` waits so many seconds before each of the answer's pieces.
    """

    stopping: threading.Event
    cut: int | None = None
    close: bool = False
    reset: bool = False
    drip: float = 0.0

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the serving."""
        if seconds > 0:
            self.stopping.wait(seconds)


class Serving:
    """Serves `app` on a free port of 127.0.0.1 while the context is open.

    `latency_ms` is waited before each answer and may be changed on the way. An
    exception in the app answers 500 and is raised again when the context ends.
    """

    def __init__(self, app: WSGIApplication, *, latency_ms: float = 0) -> None:
        self.app = app
        self.latency_ms = latency_ms
        self.log = RequestLog()
        self.failures: list[Exception] = []
        self.stopping = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        if error is None and self.failures:
            raise self.failures[0]


class _Server(ThreadingMixIn, TCPServer):
    """A thread for each connection, and a way to end those that are kept open."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self._open: set[socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._lock:
            connections = tuple(self._open)
        for connection in connections:
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - an override
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.serving.failures.append(error)


@dataclass(slots=True)
class _Response:
    """What the app said, as WSGI hands it over."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def start(self, status: str, headers: list[tuple[str, str]], _: Any = None, /) -> Any:
        self.status, self.headers = status, headers
        return self._write

    def _write(self, data: bytes) -> None:
        self.body += data

    def head(self) -> bytes:
        names = {name.lower() for name, _ in self.headers}
        length = [] if "content-length" in names else [("Content-Length", str(len(self.body)))]
        lines = [f"HTTP/1.1 {self.status}"]
        lines += [f"{name}: {value}" for name, value in [*self.headers, *length]]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class _Handler(BaseHTTPRequestHandler):
    """Bridges http.server to WSGI; one instance for each connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    raw_requestline: bytes

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Stay quiet: the request log is the log."""

    def answer(self) -> None:
        log, arrived = self.server.serving.log, time.monotonic()
        wire = Wire(self.server.serving.stopping)
        in_flight, exchange = log.enter(), None
        try:
            data, exchange = self._exchange(wire, arrived, in_flight)
        except ConnectionError:
            data = b""
            self.close_connection = True
        finally:
            # Before the client can know of the answer, and look here.
            log.leave(exchange)
        self._write(data, wire)

    do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815 - http.server looks for these
    do_DELETE = do_OPTIONS = do_PATCH = answer  # noqa: N815 - http.server looks for these

    def _exchange(self, wire: Wire, arrived: float, in_flight: int) -> tuple[bytes, Exchange]:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionResetError  # who asked is gone: it was killed
        wire.pause(self.server.serving.latency_ms / 1000)
        response = self._ask(self._environ(body, wire))
        data = self._data(response, wire)
        url = urlsplit(self.path)
        return data, Exchange(
            method=self.command,
            path=url.path,
            query=url.query,
            headers=dict(self.headers.items()),
            body=body,
            status=0 if wire.close else int(response.status.split()[0]),
            bytes_in=len(self.raw_requestline) + self._head_size() + len(body),
            bytes_out=len(data),
            arrived=arrived,
            seconds=time.monotonic() - arrived,
            in_flight=in_flight,
        )

    def _head_size(self) -> int:
        """Bytes of the request's headers, with each one's colon and end and the empty line."""
        return 2 + sum(len(name) + len(value) + 4 for name, value in self.headers.items())

    def _ask(self, environ: WSGIEnvironment) -> _Response:
        response = _Response()
        try:
            parts = self.server.serving.app(environ, response.start)
            response.body += b"".join(parts)
            if close := getattr(parts, "close", None):
                close()
        except Exception as error:  # noqa: BLE001 - raised again when the serving ends
            self.server.serving.failures.append(error)
            return _Response("500 Internal Server Error", [], b"the sandbox itself failed")
        return response

    def _data(self, response: _Response, wire: Wire) -> bytes:
        hung_up = wire.close or wire.reset
        if hung_up or wire.cut is not None:
            self.close_connection = True
        if hung_up:
            return b""
        return response.head() + (b"" if self.command == "HEAD" else response.body[: wire.cut])

    def _write(self, data: bytes, wire: Wire) -> None:
        if wire.reset:
            # An end that waits for nothing is a reset (socket(7), SO_LINGER).
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        size = max(1, len(data) // PIECES) if wire.drip else len(data)
        try:
            for start in range(0, len(data), max(1, size)):
                wire.pause(wire.drip)
                self.wfile.write(data[start : start + size])
        except ConnectionError:
            self.close_connection = True

    def _environ(self, body: bytes, wire: Wire) -> WSGIEnvironment:
        url = urlsplit(self.path)
        host, port = self.server.server_address[:2]
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
            "QUERY_STRING": url.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_PORT": str(self.client_address[1]),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            WIRE: wire,
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ
