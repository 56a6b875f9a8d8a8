"""A token to send mail with, from an organisation's token endpoint (RFC 6749, 4.4 and 6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.variables import delivery_variable
from connectors.errors import NotUnderstoodError
from connectors.http import Transport, open_session
from syncer.delivery.webhook import PATIENCE, json_of

if TYPE_CHECKING:
    from config.destinations import Destination
    from connectors.clock import Clock

MICROSOFT = "https://outlook.office365.com/.default"
GOOGLE = "https://mail.google.com/"

_CODES = """
invalid_client invalid_grant invalid_request invalid_scope unauthorized_client access_denied
unsupported_grant_type interaction_required temporarily_unavailable server_error
"""
_GOOGLES = re.compile(r"(?i)(?:^|\.)(?:google|gmail|googlemail)\.com$")


def access_token(destination: Destination, clock: Clock) -> str:
    """Ask for a token with the client's id and secret; raises `SourceError`.

    A refresh token, where there is one, stands for the mailbox that once agreed:
    so for mailboxes of Google's, which know no client credentials without a user.
    """
    secret_name = delivery_variable(destination.name, "client_secret")
    transport = Transport(
        f"deliver {destination.name}: sign-in",
        clock,
        patience=PATIENCE,
        secrets=(destination.client_secret, destination.refresh_token, destination.client_id),
        variable=secret_name,
        courier=True,
        known_words=_CODES,
    )
    with open_session(transport) as session:
        answer = session.post(destination.token_url, data=_form(destination), allow_redirects=False)
    token = json_of(answer).get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
        name = f"deliver {destination.name}: sign-in"
        raise NotUnderstoodError(f"{name}: the token endpoint gives no token; is TOKEN_URL right?")
    return token


def _form(destination: Destination) -> dict[str, str]:
    form = {"client_id": destination.client_id, "client_secret": destination.client_secret}
    if destination.refresh_token:
        return {**form, "grant_type": "refresh_token", "refresh_token": destination.refresh_token}
    googles = _GOOGLES.search(destination.settings.server or "")
    scope = destination.scope or (GOOGLE if googles else MICROSOFT)
    return {**form, "grant_type": "client_credentials", "scope": scope}
