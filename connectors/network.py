"""The way out of this machine: proxies and certificates, from wherever the secrets are read.

The names are curl's and requests' own. Nothing is taken from the process's
environment, so that `.env` and the secrets directory count as much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
NO_PROXY = "NO_PROXY"
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The first that is set counts, in the order that requests has."""

NAMES = frozenset({*PROXIES, NO_PROXY, *CERTIFICATES})
"""The variables that are understood, in capitals; lower case is as good."""

PLAIN_PROXY = frozenset({"http", "https"})
SOCKS_PROXY = frozenset({"socks4", "socks4a", "socks5", "socks5h"})


@dataclass
class Network:
    """Proxies and certificates by the names of their variables; empty until they are read."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def configure(self, variables: Mapping[str, str]) -> None:
        """Take those of the variables that speak of the network."""
        self.variables = {name: value for name, value in variables.items() if name in NAMES}

    def proxies(self, url: str) -> dict[str, str]:
        """Give the proxy for an address by its scheme; nothing where none is to be used.

        Raises `TransientError` where the one that is named can't be.
        """
        scheme, host, port = _parts(url)
        name = next((name for name in _names(scheme) if self.variables.get(name)), None)
        if name is None or _bypassed(self.variables.get(NO_PROXY, ""), host, port):
            return {}
        if fault := _proxy_fault(self.variables[name]):
            raise TransientError(f"{name} {fault}")
        return {scheme: self.variables[name]}

    def certificates(self) -> str | None:
        """Give the file of the authorities that are trusted; None for those that come with us.

        Raises `TransientError` where it is gone.
        """
        name = next((name for name in CERTIFICATES if self.variables.get(name)), None)
        if name is None:
            return None
        if not _exists(self.variables[name]):
            raise TransientError(f"{name} names a file that isn't there; mend it or take it out")
        return self.variables[name]

    def faults(self) -> Iterator[str]:
        """Give what is wrong with the variables, without any value of theirs."""
        for name in PROXIES:
            value = self.variables.get(name)
            if value and (fault := _proxy_fault(value)):
                yield f"{name} {fault}"
        for name in CERTIFICATES:
            value = self.variables.get(name)
            if value and not _exists(value):
                yield f"{name} names a file that isn't there; mend it or take it out"


def is_inside(host: str) -> bool:
    """Tell whether an address or a name is of this machine or a private network by itself."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


def _names(scheme: str) -> tuple[str, str]:
    return f"{scheme.upper()}_PROXY", "ALL_PROXY"


def _parts(url: str) -> tuple[str, str, int | None]:
    """Give an address's scheme, host and port; empty where it is none."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", "", None


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def _proxy_fault(proxy: str) -> str | None:
    scheme, host, _ = _parts(proxy)
    if "://" not in proxy or not host:
        return "is no address with a scheme; write it as http://proxy.example:3128"
    if scheme in SOCKS_PROXY and find_spec("socks") is None:
        from connectors.extras import install_command  # noqa: PLC0415 - rarely needed

        return f"names a SOCKS proxy, which needs PySocks: {install_command('PySocks')}"
    if scheme not in PLAIN_PROXY | SOCKS_PROXY:
        return "names a kind of proxy that isn't known; http, https and socks5 are"
    return None


def _bypassed(no_proxy: str, host: str, port: int | None) -> bool:
    """Whether NO_PROXY takes an address out: by name, domain, network, with a port or without.

    A name stands for everything below it, with a dot before it or without
    (https://www.gnu.org/software/wget/manual/html_node/Proxies.html).
    """
    rules = [rule.strip().lower() for rule in no_proxy.replace(" ", ",").split(",")]
    return any(_matches(rule, host.lower(), port) for rule in rules if rule)


def _matches(rule: str, host: str, port: int | None) -> bool:
    if rule == "*":
        return True
    try:
        return ip_address(host) in ip_network(rule.strip("[]"), strict=False)
    except ValueError:
        pass
    name, colon, number = rule.rpartition(":")
    if colon and number.isascii() and number.isdigit():
        return number == str(port) and _matches(name, host, port)
    domain = rule.lstrip("*").lstrip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
