"""What opens sources, OKR tools, calendars and deliveries, as the environment says it."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from config.addresses import Server, is_loopback
from config.types import Frozen

_QUOTES = "\"'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"


def wrapping(value: str) -> str | None:
    """Say what stands around a variable's value and is surely none of it; None if nothing does.

    Quotation marks come from tools that don't take them away, such as
    `docker --env-file`; invisible characters from pages that were copied from.
    """
    for character in (value[0], value[-1]):
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Zs"}:
            text = f"begins or ends with the invisible character U+{ord(character):04X}"
            return f"{text}; write it without"
    if len(value) > 1 and value[0] in _QUOTES and value[-1] in _QUOTES:
        return "has quotation marks around it; write it without"
    return None


def _unspaced(secret: SecretStr) -> SecretStr:
    """Refuse what can't be sent in a header, such as a token with its "Bearer " before it."""
    value = secret.get_secret_value()
    if value and (value[0] in _QUOTES or value[-1] in _QUOTES):
        message = "begins or ends with a quotation mark; write it without"
        raise ValueError(message)
    if not re.fullmatch(r"[!-~]+", value):
        message = "holds a space, a line break or a letter beyond ASCII; write it alone"
        raise ValueError(message)
    return secret


def _web_address(secret: SecretStr) -> SecretStr:
    """Refuse what is no https address; one on this machine alone may do without TLS."""
    try:
        parts = urlsplit(secret.get_secret_value())
        plain = bool(parts.hostname) and not re.search(r"[\s\x00-\x20]", parts.geturl())
    except ValueError:
        parts, plain = urlsplit(""), False
    safe = parts.scheme in {"https", "webcal"} or is_loopback(parts.hostname or "")
    if not (plain and safe):
        message = "is no address that begins with https://; copy it whole from where it was made"
        raise ValueError(message)
    return secret


def _any_web_address(secret: SecretStr) -> SecretStr:
    """Refuse what is no http address; whether it must be https, okrs.yaml says (`insecure`)."""
    try:
        parts = urlsplit(secret.get_secret_value())
        plain = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        plain = False
    if not plain or re.search(r"[\s\x00-\x20]", secret.get_secret_value()):
        message = "is no address that begins with https://; copy it whole from where it was made"
        raise ValueError(message)
    return secret


Secret = Annotated[SecretStr, AfterValidator(_unspaced)]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]
AnyWebAddress = Annotated[SecretStr, AfterValidator(_any_web_address)]


class SourceSecrets(Frozen):
    """What the environment says about one source; None is "not said"."""

    email: SecretStr | None = None
    token: Secret | None = None
    key: Secret | None = None
    url: Server | None = None


class StoreSecrets(Frozen):
    """What the environment says about one OKR tool; `key_file` is a path, from okrs.yaml's folder.

    An address may be a secret itself: whoever knows a webhook's may write there.
    """

    email: SecretStr | None = None
    token: Secret | None = None
    key: Secret | None = None
    key_file: str | None = None
    url: AnyWebAddress | None = None
    secret: SecretStr | None = None


class CalendarSecrets(Frozen):
    """Where a calendar is: whoever knows a private calendar's URL may read it."""

    ical: WebAddress | None = None


class DeliverySecrets(Frozen):
    """What the environment says about one delivery; None is "not said"."""

    webhook: AnyWebAddress | None = None
    password: SecretStr | None = None
    client_id: Secret | None = None
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    token_url: WebAddress | None = None
    scope: SecretStr | None = None
    email: SecretStr | None = None
    token: Secret | None = None


class PingAddresses(Frozen):
    """Whom to tell of a run's start, success and failure, such as a dead man's switch."""

    start: WebAddress | None = None
    success: WebAddress | None = None
    failure: WebAddress | None = None


def plain(secret: SecretStr | None) -> str:
    """Give a secret's text, "" where there is none."""
    return secret.get_secret_value() if secret else ""
