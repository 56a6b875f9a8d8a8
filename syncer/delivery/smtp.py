"""Hands a letter to a mail server: over TLS, and so that a broken line leaves little doubt.

A message is the server's from the moment that it says yes to the last dot
(RFC 5321, 4.2.5 and 6.1); up to that dot nothing was sent. So the note that
something is on its way is written just before the dot.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from connectors.errors import RejectedError, TransientError, UnsureError
from connectors.redaction import quote
from syncer.delivery.mail import mail, message_id
from syncer.delivery.sign_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter

TIMEOUT = 30.0
"""Seconds between two bytes."""

LONGEST = 120.0
"""Seconds for a mail in all."""

PORTS = {"starttls": 587, "tls": 465, "none": 25}
_READY, _OK, _FORWARDED, _GO_ON = 220, 250, 251, 354
_FINAL = 500


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Send the letter and give its Message-ID, and to how many it was refused, if to any.

    Raises `SourceError` where nothing was sent, `UnsureError` where it may have been.
    """
    text = mail(destination, letter, clock.now()).as_bytes()
    with _connected(destination, clock) as server:
        with _translated(destination):
            refused = _envelope(server, destination)
            server.send(re.sub(rb"(?m)^\.", b"..", text.rstrip(b"\r\n") + b"\r\n"))
        commit()
        try:
            server.send(b".\r\n")
            code, words = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            name = message_id(destination, letter)
            broken = f"{_name(destination)}: the line broke while the server took the mail {name}"
            raise UnsureError(f"{broken}; its log knows") from error
        if code != _OK:
            raise _refusal(destination, code, words)
    missed = (
        f"; {refused} of {len(destination.settings.to)} addresses were refused" if refused else ""
    )
    return f"{message_id(destination, letter)}{missed}"


@contextmanager
def _connected(destination: Destination, clock: Clock) -> Iterator[smtplib.SMTP]:
    with _translated(destination):
        server = _server(destination, clock)
    # A server may drip a byte before each time-out: in the end its line is cut.
    end = Timer(min(LONGEST, clock.deadline.left()), _cut, [server])
    end.daemon = True
    end.start()
    try:
        with _translated(destination):
            _open(server, destination, clock)
            sign_in(server, destination, clock)
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        end.cancel()
        server.close()


def _server(destination: Destination, clock: Clock) -> smtplib.SMTP:
    """Make the client, not connected yet."""
    settings = destination.settings
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=TIMEOUT, context=_trust(clock))
    else:
        server = smtplib.SMTP(timeout=TIMEOUT)
    # What TLS compares the certificate with; smtplib's `connect` leaves it to its constructor.
    server._host = settings.server or ""  # type: ignore[attr-defined] # noqa: SLF001
    return server


def _open(server: smtplib.SMTP, destination: Destination, clock: Clock) -> None:
    settings = destination.settings
    code, answer = server.connect(settings.server or "", settings.port or PORTS[settings.security])
    if code != _READY:
        raise _refusal(destination, code, answer)
    server.ehlo_or_helo_if_needed()
    if settings.security == "starttls":
        server.starttls(context=_trust(clock))
        server.ehlo()


def _trust(clock: Clock) -> ssl.SSLContext:
    """Give the authorities that are trusted: the operator's own where a setting names them."""
    named = clock.network.certificates()
    if named is None:
        return ssl.create_default_context()
    folder = Path(named).is_dir()
    return ssl.create_default_context(
        cafile=None if folder else named, capath=named if folder else None
    )


def _cut(server: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr] # None before it opens


def _envelope(server: smtplib.SMTP, destination: Destination) -> int:
    """Say from whom and to whom, and tell to how many the server won't deliver."""
    server.ehlo_or_helo_if_needed()
    code, words = server.mail(destination.settings.sender or "")
    if code != _OK:
        raise _refusal(destination, code, words)
    answers = [server.rcpt(address) for address in destination.settings.to]
    refused = [answer for answer in answers if answer[0] not in (_OK, _FORWARDED)]
    if len(refused) == len(answers):
        raise _refusal(destination, *refused[0])
    code, words = server.docmd("DATA")
    if code != _GO_ON:
        raise _refusal(destination, code, words)
    return len(refused)


def _refusal(destination: Destination, code: int, answer: bytes) -> RejectedError | TransientError:
    """Say that the server said no; below 500 it may say yes another time."""
    words = quote(answer.decode("utf-8", "replace"), _secrets(destination))
    kind = RejectedError if code >= _FINAL else TransientError
    return kind(f"{_name(destination)}: the mail server refused: {code} {words}", status=code)


@contextmanager
def _translated(destination: Destination) -> Iterator[None]:
    """Turn what goes wrong before the last dot into our errors, without secrets or addresses."""
    name, server = _name(destination), destination.settings.server
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        message = f"{name}: {server} offers no STARTTLS; write security: tls,"
        raise RejectedError(f"{message} or another port") from error
    except smtplib.SMTPResponseException as error:
        words = error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        raise _refusal(destination, error.smtp_code, words) from error
    except ssl.SSLError as error:
        message = f"{name}: no TLS with {server}: its certificate isn't trusted, or security: is"
        raise TransientError(
            f"{message} not what it speaks (SSL_CERT_FILE names your own)"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        message = f"{name}: no connection to {server}; is the server right, and the network up?"
        raise TransientError(message) from error


def _name(destination: Destination) -> str:
    return f"deliver {destination.name}"


def _secrets(destination: Destination) -> tuple[str, ...]:
    return destination.password, destination.client_secret, destination.refresh_token
