"""Fetches a calendar from the web: over TLS, by few redirects, and never into an inside network."""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from connectors.errors import NotUnderstoodError, RejectedError
from connectors.http import Transport, open_session
from connectors.network import is_inside

if TYPE_CHECKING:
    from requests import Response

    from config.destinations import CalendarAt
    from connectors.clock import Clock

PATIENCE = 30.0
REDIRECTS = 5
"""How often a published calendar may send us on; Outlook's and Nextcloud's do it once or twice."""

_NAME = "calendar"
_SECURE = re.compile(r"^webcals?://", re.IGNORECASE)  # as iCal's own links begin


def fetched(at: CalendarAt, clock: Clock) -> str:
    """Give the text of the calendar at a URL; raises `SourceError` that holds no address."""
    first = _SECURE.sub("https://", at.url.strip())
    url, inside = first, _is_inside(_host(first))
    for step in range(REDIRECTS + 1):
        outside_only = step > 0 and not inside
        answer = _answer(at, url, clock, outside_only=outside_only)
        if not answer.is_redirect:
            return answer.content.decode("utf-8-sig", errors="replace")
        url = _target(first, url, answer.headers["Location"], inside=inside)
    message = f"{_NAME}: it redirects more than {REDIRECTS} times; take the address it ends at"
    raise NotUnderstoodError(message)


def _answer(at: CalendarAt, url: str, clock: Clock, *, outside_only: bool) -> Response:
    transport = Transport(
        _NAME,
        clock,
        patience=PATIENCE,
        secrets=(at.url,),
        variable=at.variable,
        courier=True,
        redirects=True,
        outside_only=outside_only,
    )
    with open_session(transport) as session:
        return session.get(url, allow_redirects=False)


def _target(first: str, url: str, location: str, *, inside: bool) -> str:
    """Give where a redirect leads, if we may go there."""
    target = _SECURE.sub("https://", urljoin(url, location))
    scheme = urlsplit(target).scheme
    on_this_machine = _is_loopback(_host(target)) and _is_loopback(_host(first))
    if scheme != "https" and not (scheme == "http" and on_this_machine):
        message = f"{_NAME}: it redirects to what isn't https; take an address that stays with it"
        raise RejectedError(message)
    if _is_inside(_host(target)) and not inside:
        message = f"{_NAME}: it redirects into an inside network, where a calendar has no business"
        raise RejectedError(message)
    return target


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _addresses(host: str) -> list[str]:
    """Give a host's addresses, also where they are written as numbers of another kind."""
    try:
        known = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return [host]  # behind a proxy only that may know the name
    return [str(address[0]) for *_, address in known]


def _is_loopback(host: str) -> bool:
    try:
        return all(ip_address(address).is_loopback for address in _addresses(host))
    except ValueError:  # nobody here knows the name
        return False


def _is_inside(host: str) -> bool:
    """Tell whether a host is in this machine's or an organisation's own network."""
    return not host or any(is_inside(address) for address in (host, *_addresses(host)))
