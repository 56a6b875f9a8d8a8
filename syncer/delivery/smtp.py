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

from config.deliveries import variable
from connectors.errors import NotAuthorisedError, RejectedError, TransientError, UnsureError
from connectors.redaction import quote
from syncer.delivery.mail import mail, message_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.destinations import Place
    from connectors.clock import Clock
    from syncer.delivery.letter import Letter

TIMEOUT = 30.0
PORTS = {"starttls": 587, "tls": 465, "none": 25}
_OK, _FORWARDED, _GO_ON = 250, 251, 354
_FINAL = 500


def deliver(place: Place, letter: Letter, clock: Clock, commit: Callable[[], None]) -> str:
    """Send the letter and give its Message-ID, and to how many it was refused, if to any.

    Raises `SourceError` where nothing was sent, `UnsureError` where it may have been.
    """
    text = mail(place, letter, clock.now()).as_bytes()
    with _connected(place) as server:
        with _translated(place):
            refused = _envelope(server, place)
            server.send(re.sub(rb"(?m)^\.", b"..", text.rstrip(b"\r\n") + b"\r\n"))
        commit()
        try:
            server.send(b".\r\n")
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            name = message_id(place, letter)
            what = f"{_name(place)}: the line broke while the server took the mail {name}"
            raise UnsureError(f"{what}; its log knows") from error
        if code != _OK:
            raise _refusal(place, code, said)
    missed = f"; {refused} of {len(place.told.to)} addresses were refused" if refused else ""
    return f"{message_id(place, letter)}{missed}"


@contextmanager
def _connected(place: Place) -> Iterator[smtplib.SMTP]:
    with _translated(place):
        server = _opened(place)
    try:
        with _translated(place):
            if place.told.user:
                server.login(place.told.user, place.password)
        yield server
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _opened(place: Place) -> smtplib.SMTP:
    told = place.told
    host, port = told.server or "", told.port or PORTS[told.security]
    if told.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if told.security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
    except BaseException:
        server.close()
        raise
    return server


def _envelope(server: smtplib.SMTP, place: Place) -> int:
    """Say from whom and to whom, and tell to how many the server won't deliver."""
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(place.told.sender or "")
    if code != _OK:
        raise _refusal(place, code, said)
    answers = [server.rcpt(address) for address in place.told.to]
    refused = [answer for answer in answers if answer[0] not in (_OK, _FORWARDED)]
    if len(refused) == len(answers):
        raise _refusal(place, *refused[0])
    code, said = server.docmd("DATA")
    if code != _GO_ON:
        raise _refusal(place, code, said)
    return len(refused)


def _refusal(place: Place, code: int, said: bytes) -> RejectedError | TransientError:
    """Say that the server said no; below 500 it may say yes another time."""
    words = quote(said.decode("utf-8", "replace"), (place.password,))
    kind = RejectedError if code >= _FINAL else TransientError
    return kind(f"{_name(place)}: the mail server refused: {code} {words}", status=code)


@contextmanager
def _translated(place: Place) -> Iterator[None]:
    """Turn what goes wrong before the last dot into our errors, without secrets or addresses."""
    name, server = _name(place), place.told.server
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        named = variable(place.name, "password")
        message = f"{name}: {server} refused the sign-in ({error.smtp_code}); check user: and"
        raise NotAuthorisedError(f"{message} {named}") from error
    except smtplib.SMTPNotSupportedError as error:
        message = f"{name}: {server} offers no STARTTLS or no sign-in; write security: tls,"
        raise RejectedError(f"{message} or another port") from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        raise _refusal(place, error.smtp_code, said) from error
    except ssl.SSLError as error:
        message = f"{name}: no TLS with {server}: its certificate isn't trusted, or security: is"
        raise TransientError(
            f"{message} not what it speaks (SSL_CERT_FILE names your own)"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        message = f"{name}: no connection to {server}; is the server right, and the network up?"
        raise TransientError(message) from error


def _name(place: Place) -> str:
    return f"deliver {place.name}"
