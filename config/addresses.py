"""How addresses are written in okrs.yaml and the environment: servers, pages, mailboxes."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from config.types import Text, listed_texts
from connectors.redaction import quoted

_MAILBOX = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:]+")
CLEAR = "begins with http://, so that what opens it would go over the network in the clear"


def server(url: str) -> str:
    """Keep a server's address, without its last slash; raise ValueError if it isn't one.

    An empty one is kept too. The message never repeats the address: somebody
    may have put a password in it.
    """
    if url and not _is_plain(url):
        message = (
            "is no server's address; write one like https://acme.atlassian.net, "
            "without user, password, ? or #"
        )
        raise ValueError(message)
    return url.rstrip("/")


def is_clear(url: str) -> bool:
    """Tell whether what is sent to an address would cross the network unencrypted."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name or number alone."""
    name = host.casefold().rstrip(".")
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _page(url: str) -> str:
    if not _is_plain(url):
        message = (
            "is no page's address; write one like https://intranet.acme.example/okr, "
            "without user, password, ? or #"
        )
        raise ValueError(message)
    return url.rstrip("/")


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return _is_web(parts) and not re.search(r"[\s?#\\@\x00-\x20]", url)
    except ValueError:
        return False


def _is_web(parts: SplitResult) -> bool:
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        message = "is no mail address; write one like reviews@acme.example, without a name"
        raise ValueError(message)
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        message = f"is {quoted(text)}; write a server's name alone, like smtp.acme.example"
        raise ValueError(message)
    return text


Server = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(server)]
Page = Annotated[Text, AfterValidator(_page)]
Mailbox = Annotated[Text, AfterValidator(_mailbox)]
Mailboxes = Annotated[tuple[Mailbox, ...], BeforeValidator(listed_texts)]
Host = Annotated[Text, AfterValidator(_host)]
