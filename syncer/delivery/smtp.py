"""Hands a letter to a mail server: over TLS, and so that a broken line leaves little doubt.

A message is the server's from the moment that it says yes to the last dot
(RFC 5321, 4.2.5 and 6.1); up to that dot nothing was sent. So the note that
something is on its way is written just before the dot.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from config.variables import delivery_variable
from connectors.errors import NotAuthorisedError, RejectedError, TransientError, UnsureError
from connectors.redaction import quote
from syncer.delivery.mail import mail, message_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter

TIMEOUT = 30.0
PORTS = {"starttls": 587, "tls": 465, "none": 25}
_OK, _FORWARDED, _GO_ON = 250, 251, 354
_FINAL = 500


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Send the letter and give its Message-ID, and to how many it was refused, if to any.

    Raises `SourceError` where nothing was sent, `UnsureError` where it may have been.
    """
    text = mail(destination, letter, clock.now()).as_bytes()
    with _connected(destination) as server:
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
def _connected(destination: Destination) -> Iterator[smtplib.SMTP]:
    with _translated(destination):
        server = _opened(destination)
    try:
        with _translated(destination):
            if destination.settings.user:
                server.login(destination.settings.user, destination.password)
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _opened(destination: Destination) -> smtplib.SMTP:
    settings = destination.settings
    host, port = settings.server or "", settings.port or PORTS[settings.security]
    if settings.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
    except BaseException:
        server.close()
        raise
    return server


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
    words = quote(answer.decode("utf-8", "replace"), (destination.password,))
    kind = RejectedError if code >= _FINAL else TransientError
    return kind(f"{_name(destination)}: the mail server refused: {code} {words}", status=code)


@contextmanager
def _translated(destination: Destination) -> Iterator[None]:
    """Turn what goes wrong before the last dot into our errors, without secrets or addresses."""
    name, server = _name(destination), destination.settings.server
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        named = delivery_variable(destination.name, "password")
        message = f"{name}: {server} refused the sign-in ({error.smtp_code}); check user: and"
        raise NotAuthorisedError(f"{message} {named}") from error
    except smtplib.SMTPNotSupportedError as error:
        message = f"{name}: {server} offers no STARTTLS or no sign-in; write security: tls,"
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
