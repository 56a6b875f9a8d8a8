"""A mail server's line that never ends."""

from __future__ import annotations

import socketserver
import threading
from contextlib import suppress

from syncer.delivery import smtp
from tests.delivery.desk import REVIEW, deliver


def test_a_server_that_drips_is_left_in_the_end(desk, monkeypatch):
    """Each byte comes in time, the greeting never ends: nothing is sent, the next run tries."""
    monkeypatch.setattr(smtp, "LONGEST", 0.5)
    over = threading.Event()

    class Dripping(socketserver.BaseRequestHandler):
        def handle(self):
            with suppress(OSError):
                while not over.wait(0.05):
                    self.request.sendall(b"2")

    with socketserver.ThreadingTCPServer(("localhost", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        entry = f"smtp: {{server: localhost, port: {server.server_address[1]}, "
        desk.write(REVIEW + deliver(entry + "sender: okr@acme.example, to: leaders@acme.example}"))
        failed = desk.due()
        over.set()
        server.shutdown()
    assert failed.code == 1
    assert "the next run tries again" in failed.err
