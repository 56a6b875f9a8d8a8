"""Proxies and certificates: by the names that curl and requests have, from wherever they come."""

from __future__ import annotations

import pytest

from connectors.errors import TransientError
from connectors.network import Network, is_inside
from tests.connectors.raw import RawServing, answers, says
from tests.connectors.test_transport import JSON, failure, session

PROXY = "http://proxy.example:3128"


def network(**variables):
    out = Network()
    out.configure(variables)
    return out


def test_a_proxy_is_by_scheme():
    """Each scheme has its own, and all have the one for all."""
    both = network(HTTPS_PROXY=PROXY, ALL_PROXY="http://other.example:1")
    assert both.proxies("https://acme.example/x") == {"https": PROXY}
    assert both.proxies("http://acme.example/x") == {"http": "http://other.example:1"}
    assert network().proxies("https://acme.example") == {}


@pytest.mark.parametrize(
    ("rule", "host", "taken"),
    [
        ("acme.example", "acme.example", True),
        ("acme.example", "jira.acme.example", True),
        (".acme.example", "jira.acme.example", True),
        ("*.acme.example", "jira.acme.example", True),
        ("acme.example", "notacme.example", False),
        ("a.example, acme.example", "acme.example", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("acme.example:8443", "acme.example:8443", True),
        ("acme.example:8443", "acme.example", False),
        ("::1", "[::1]", True),
        ("*", "acme.example", True),
        ("", "acme.example", False),
    ],
)
def test_no_proxy_takes_out(rule, host, taken):
    """Names with all below them, networks, ports, and everything."""
    away = network(HTTPS_PROXY=PROXY, NO_PROXY=rule)
    assert (away.proxies(f"https://{host}/") == {}) is taken


@pytest.mark.parametrize(
    ("proxy", "why"),
    [
        ("proxy.example:3128", "scheme"),
        ("http://", "scheme"),
        ("ftp://proxy.example", "kind"),
        ("http://[::1", "scheme"),
    ],
)
def test_a_proxy_that_cannot_be_is_named(proxy, why):
    """The variable is named, what is wrong with it, and not its value."""
    wrong = network(HTTP_PROXY=proxy)
    (fault,) = wrong.faults()
    assert fault.startswith("HTTP_PROXY ")
    assert why in fault
    assert "proxy.example:3128" not in fault.replace("http://proxy.example:3128", "")
    with pytest.raises(TransientError):
        wrong.proxies("http://acme.example")
    error, asked = failure(says(answers(b"{}")), network=wrong)
    assert asked == 0
    assert "HTTP_PROXY" in str(error)


def test_a_file_of_authorities_that_is_gone_is_named(tmp_path):
    """It is said by its variable, before anything is sent."""
    gone = network(REQUESTS_CA_BUNDLE=str(tmp_path / "gone.pem"), SSL_CERT_FILE=str(tmp_path))
    assert [fault.partition(" ")[0] for fault in gone.faults()] == ["REQUESTS_CA_BUNDLE"]
    error, asked = failure(says(answers(b"{}")), network=gone, courier=True, method="POST")
    assert asked == 0
    assert "REQUESTS_CA_BUNDLE" in str(error)
    assert network(SSL_CERT_FILE=str(tmp_path)).certificates() == str(tmp_path)


def test_requests_go_by_the_proxy():
    """The proxy is asked for the whole address; the process's own environment counts nothing."""
    with RawServing(says(answers(b"{}", headers=JSON))) as proxy:
        way = network(HTTP_PROXY=proxy.url)
        with session(network=way) as asking:
            assert asking.get("http://jira.acme.example/rest/x").status_code == 200
    assert proxy.requests[0].startswith(b"GET http://jira.acme.example/rest/x ")


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("localhost", True),
        ("a.localhost.", True),
        ("127.9.9.9", True),
        ("10.0.0.1", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("::ffff:10.0.0.1", True),
        ("[fe80::1%eth0]", True),
        ("8.8.8.8", False),
        ("acme.example", False),
    ],
)
def test_inside_addresses_are_known(host, inside):
    """This machine, private networks and the cloud's own address are inside."""
    assert is_inside(host) is inside
