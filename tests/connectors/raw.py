"""A service that speaks byte by byte, as no HTTP library would: drips, cuts, bombs, nonsense."""

from __future__ import annotations

import contextlib
import socket
import threading

LONGEST = 60.0
"""Seconds after which a test that hangs has failed."""


class RawServing:
    """Gives each connection to `speak(connection, stopping)`, after it read the request's head."""

    def __init__(self, speak):
        self.speak = speak
        self.stopping = threading.Event()
        self.requests = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = []
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(LONGEST)
        for thread in self._threads:
            thread.join(LONGEST)

    def _listen(self):
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            if head := connection.recv(65536):
                self.requests.append(head)
            self.speak(connection, self.stopping)


def says(*parts):
    """Say these bytes, and hang up."""

    def speak(connection, _):
        for part in parts:
            connection.sendall(part)

    return speak


def drips(beginning, byte=b" ", every=0.05):
    """Say the beginning, and then a byte now and then for good."""

    def speak(connection, stopping):
        connection.sendall(beginning)
        while not stopping.wait(every):
            connection.sendall(byte)

    return speak


def answers(body, *, status=200, headers=()):
    """A whole answer, in bytes."""
    lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
