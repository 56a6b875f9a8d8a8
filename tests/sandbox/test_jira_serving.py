"""What serves a stand-in: its connections, its log, and faults on demand."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest
import requests

from sandbox.faults import Answer, Fault, Faults
from sandbox.jira.answers import LOGIN_PAGE
from sandbox.limits import FixedWindow, TokenBucket
from sandbox.server import Serving
from tests.sandbox.jira_asking import Asking, Clock, a_site

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def hello(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode("latin-1"), b" ", body]


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def jira(faults: Faults):
    site = a_site(Clock())
    site.add_issue(key="PUB-1")
    with Asking(site, faults=faults) as asking:
        yield asking


def test_a_connection_is_kept():
    """Two requests of a session come from one port: over one connection."""
    seen = []

    def note(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        seen.append(environ["REMOTE_PORT"])
        return hello(environ, start)

    with Serving(note) as serving, requests.Session() as session:
        for path in ("/a", "/b"):
            assert session.get(serving.url + path, timeout=60).text == f"{path} "
    assert len(seen) == 2
    assert len(set(seen)) == 1


def test_the_log_tells_what_it_cost():
    """Method, path, query, status, bytes in both directions."""
    with Serving(hello) as serving:
        requests.post(f"{serving.url}/caf%C3%A9?x=1", data=b"body", timeout=60)
        requests.get(f"{serving.url}/other", timeout=60)
        first = serving.log.exchanges[0]
        assert (first.method, first.path, first.query) == ("POST", "/caf%C3%A9", "x=1")
        assert (first.status, first.body, len(serving.log)) == (200, b"body", 2)
        assert first.bytes_in > 100
        assert first.bytes_out > 60
        assert [each.path for each in serving.log.of("^/o", "GET")] == ["/other"]
        serving.log.clear()
        assert serving.log.exchanges == ()


def test_the_log_tells_how_many_were_in_flight():
    """The high-water mark counts requests being answered at once."""
    both = threading.Barrier(3, timeout=60)

    def meet(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        both.wait()
        return hello(environ, start)

    with Serving(meet) as serving, ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: requests.get(serving.url, timeout=60), range(3)))
        assert max(exchange.in_flight for exchange in serving.log.exchanges) == 3


def test_latency_is_waited_on_every_request():
    """`latency_ms` may be set while it serves."""
    with Serving(hello) as serving:
        serving.latency_ms = 30
        began = time.monotonic()
        requests.get(serving.url, timeout=60)
        assert time.monotonic() - began >= 0.03


def test_a_broken_sandbox_is_not_a_service_error():
    """An exception in the app is raised again when the serving ends, so that no test is fooled."""

    def broken(*_: object) -> Iterable[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Serving(broken) as serving:
        assert requests.get(serving.url, timeout=60).status_code == 500


def test_it_ends_although_connections_are_open():
    """A client that keeps its connection doesn't hold the serving up."""
    with Serving(hello) as serving:
        kept = HTTPConnection(serving.url.removeprefix("http://"), timeout=60)
        kept.request("GET", "/")
        assert kept.getresponse().read() == b"/ "
    assert kept.sock.recv(1) == b""
    kept.close()


def test_a_fault_befalls_the_nth_match_and_as_often_as_asked(jira: Asking, faults: Faults):
    """The second and third are answered wrongly, the others well."""
    faults.answer(r"/field$", Answer(503, "busy", "text/plain"), nth=2, times=2)
    statuses = [jira.get("/rest/api/3/field").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert jira.get("/rest/api/3/label").status_code == 200


def test_a_fault_may_be_for_one_method_and_for_ever(jira: Asking, faults: Faults):
    """GET goes on while POST fails, until the faults are cleared."""
    faults.answer(r"/search/jql$", LOGIN_PAGE, method="POST", times=None)
    for _ in range(3):
        answer = jira.post("/rest/api/3/search/jql", {"jql": "key = PUB-1"})
        assert answer.headers["Content-Type"].startswith("text/html")
    assert jira.get("/rest/api/3/search/jql", jql="key = PUB-1").json()["issues"]
    faults.clear()
    assert jira.page("key = PUB-1")["issues"]


def test_a_body_may_be_cut(jira: Asking, faults: Faults):
    """The answer says its whole length and ends before it."""
    faults.add(r"/field$", Fault(cut=40))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        jira.get("/rest/api/3/field")


def test_a_connection_may_be_closed(jira: Asking, faults: Faults):
    """No answer at all; the next request is well."""
    faults.add(r"/field$", Fault(close=True))
    with pytest.raises(requests.ConnectionError):
        jira.get("/rest/api/3/field")
    assert jira.get("/rest/api/3/field").status_code == 200
    assert [each.status for each in jira.serving.log.exchanges] == [0, 200]


def test_an_answer_may_be_late(jira: Asking, faults: Faults):
    """A delay is for this request alone."""
    faults.add(r"/field$", Fault(delay=0.05))
    began = time.monotonic()
    jira.get("/rest/api/3/field")
    assert time.monotonic() - began >= 0.05


def test_the_site_may_change_between_two_requests(jira: Asking, faults: Faults):
    """Something happens just before the second search is answered."""
    faults.before(r"/search/jql$", lambda: jira.site.relabel("PUB-1", "late"), nth=2)
    assert jira.page("labels = late")["issues"] == []
    assert jira.page("labels = late")["issues"] == [{"id": "10001"}]


def test_faults_add_up(jira: Asking, faults: Faults):
    """Two rules on one request: both changes are made, and the answer is wrong."""
    faults.before(r"/field$", lambda: jira.site.relabel("PUB-1", "one"))
    faults.before(r"/field$", lambda: jira.site.estimate("PUB-1", 5))
    faults.answer(r"/field$", Answer(500, "no"))
    assert jira.get("/rest/api/3/field").status_code == 500
    issue = jira.site.issue("PUB-1")
    assert (issue.labels, issue.custom) == (("one",), {"customfield_10028": 5})


def test_a_bucket_refills():
    """Tokens come back with time, never above the size."""
    now = [0.0]
    bucket = TokenBucket(per_second=2, size=4, clock=lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0]
    assert bucket.take() == 0.5
    now[0] = 1.0
    assert bucket.remaining == 2
    now[0] = 100.0
    assert bucket.remaining == 4


def test_a_window_is_empty_again_when_it_ends():
    """Whatever was used, the next window is whole; a charge may overdraw."""
    now = [5.0]
    window = FixedWindow(limit=3, seconds=10, clock=lambda: now[0])
    assert window.take(2) == 0
    window.charge(5)
    assert (window.remaining, window.take()) == (0, 5)
    now[0] = 10.0
    assert (window.remaining, window.take()) == (3, 0)
