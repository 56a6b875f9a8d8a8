"""`okr-sync serve`: the page, until somebody ends it."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from config.addresses import is_loopback
from connectors.errors import ConfigurationError
from connectors.extras import missing
from syncer.signals import StoppedError

if TYPE_CHECKING:
    import argparse

    from starlette.types import ASGIApp

    from syncer.context import Context

_GRACE = 1
"""Seconds in which what is being answered may be answered to its end."""

_BACKLOG = 256


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Serve the page until a signal ends it; 0 then, since that is how it ends."""
    try:
        from syncer.web.app import page_app  # noqa: PLC0415 - an extra's
    except ModuleNotFoundError as error:
        raise ConfigurationError(missing("web", "the page")) from error
    app = page_app(arguments, context)
    with (
        suppress(StoppedError, KeyboardInterrupt),
        _listening(arguments.host, arguments.port) as listener,
    ):
        _say_where(listener, arguments.host, context)
        _serve(app, listener)
    return 0


def _serve(app: ASGIApp, listener: socket.socket) -> None:
    import uvicorn  # noqa: PLC0415 - an extra's

    gc.enable()  # a command's process is over before its garbage counts; this one stays
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE,
    )
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def _listening(host: str, port: int) -> socket.socket:
    """Listen, or say why that can't be."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no such host"
        raise ConfigurationError(
            f"the page can't listen on {host}, port {port}: {reason}; "
            "--host and --port name another place"
        ) from None


def _say_where(listener: socket.socket, host: str, context: Context) -> None:
    """Say the page's address, and who else can reach it."""
    shown = f"[{host}]" if ":" in host else host
    if not is_loopback(host):
        context.warn(
            f"whoever reaches {shown} can read the page and check in: it has no sign-in of its "
            "own; put a proxy that has in front of it (docs/page.md)"
        )
    context.say(f"the page is at http://{shown}:{listener.getsockname()[1]}/ (Ctrl-C ends it)")
    context.out.flush()
