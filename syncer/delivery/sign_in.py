"""Signs in to a mail server: with a password, or with a token of OAuth 2.0 (XOAUTH2).

https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING

from config.variables import delivery_variable
from connectors.errors import NotAuthorisedError, RejectedError
from syncer.delivery.oauth import access_token

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Callable

    from config.destinations import Destination
    from connectors.clock import Clock

_WELCOME, _GO_ON, _UNKNOWN_TYPE = 235, 334, 504
_TOKEN = "XOAUTH2"  # noqa: S105 - a method's name
_KNOWN = frozenset(
    """
    PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER XOAUTH NTLM GSSAPI GSS-SPNEGO DIGEST-MD5 EXTERNAL OTP
    SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS PLAIN-CLIENTTOKEN ANONYMOUS
    """.split()  # noqa: SIM905 - as a list it would fill lines
)
_ENHANCED = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463
_WHY = {
    "5.7.139": "Microsoft 365 takes no password here any more (SMTP AUTH is off)",
    "5.7.30": "Microsoft 365 takes no password here any more (basic authentication is retired)",
    "5.7.57": "Microsoft 365 takes no mail here without a sign-in",
    "5.7.3": "the mailbox and what signs in don't belong together, or may not send",
    "5.7.8": "user or password is wrong, or Google wants a password made for this program",
    "5.7.9": "Google wants a password made for this program",
    "5.7.14": "Google wants somebody to sign in once in a browser",
}
"""What the enhanced codes of the two great services mean, in words of ours."""


def sign_in(server: smtplib.SMTP, destination: Destination, clock: Clock) -> None:
    """Sign in as the settings say, if they do; raises `SourceError` that names the method we lack.

    A token is asked for anew each time: a run sends a mail or two.
    """
    user = destination.settings.user or destination.settings.sender or ""
    if not (destination.client_id or destination.settings.user):
        return
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    if destination.client_id:
        _require((_TOKEN,), offered, destination)
        token = access_token(destination, clock)
        code, words = _with_token(server, user, token)
        _judge(code, words, destination, "client_secret")
        return
    _require(tuple(_WAYS), offered, destination)
    code, words = 0, b""
    for method in (name for name in _WAYS if name in offered):
        code, words = _WAYS[method](server, user, destination.password)
        if code != _UNKNOWN_TYPE:
            break
    _judge(code, words, destination, "password")


def _require(ours: tuple[str, ...], offered: list[str], destination: Destination) -> None:
    if set(ours) & set(offered):
        return
    name, server = f"deliver {destination.name}", destination.settings.server
    named = [method for method in offered if method in _KNOWN]
    if not offered:
        message = f"{name}: {server} offers no sign-in on this port; write security: tls or another"
        raise RejectedError(f"{message} port, or take user: and what goes with it out")
    theirs = ", ".join(named) or "methods that we don't know"
    message = f"{name}: {server} offers {theirs} for the sign-in, and not {' or '.join(ours)}"
    client_id = delivery_variable(destination.name, "client_id")
    if _TOKEN in ours:
        raise RejectedError(f"{message}; take {client_id} out, and set a password")
    if _TOKEN in offered:
        raise RejectedError(f"{message}; set {client_id}, __CLIENT_SECRET and __TOKEN_URL instead")
    raise RejectedError(f"{message}; send through a relay that takes one of these")


def _judge(code: int, words: bytes, destination: Destination, part: str) -> None:
    if code == _WELCOME:
        return
    enhanced = _ENHANCED.search(words)
    named = enhanced[0].decode() if enhanced else ""
    why = f": {_WHY[named]}" if named in _WHY else ""
    refused = f"deliver {destination.name}: {destination.settings.server} refused the sign-in"
    message = f"{refused} ({' '.join(filter(None, (str(code), named)))}){why}; check user: and"
    raise NotAuthorisedError(f"{message} {delivery_variable(destination.name, part)}", status=code)


def _with_token(server: smtplib.SMTP, user: str, token: str) -> tuple[int, bytes]:
    words = _coded(f"user={user}\x01auth=Bearer {token}\x01\x01")
    code, answer = server.docmd("AUTH", f"{_TOKEN} {words}")
    # Refused, the server first says why in JSON, and says no once that was heard.
    return server.docmd("") if code == _GO_ON else (code, answer)


def _plain(server: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    """In UTF-8 (RFC 4616), which smtplib's own can't do."""
    return server.docmd("AUTH", f"PLAIN {_coded(f'{chr(0)}{user}{chr(0)}{password}')}")


def _login(server: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    code, answer = server.docmd("AUTH", "LOGIN")
    for word in (user, password):
        if code == _GO_ON:
            code, answer = server.docmd(_coded(word))
    return code, answer


def _cram_md5(server: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    import smtplib  # noqa: PLC0415 - rarely needed, and here by then

    server.user, server.password = user, password
    try:
        return server.auth("CRAM-MD5", server.auth_cram_md5)
    except smtplib.SMTPAuthenticationError as error:
        words = error.smtp_error
        return error.smtp_code, words.encode() if isinstance(words, str) else words


_WAYS: dict[str, Callable[[smtplib.SMTP, str, str], tuple[int, bytes]]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
}


def _coded(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
