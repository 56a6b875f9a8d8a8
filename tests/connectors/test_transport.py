"""The transport: whatever a service says, or doesn't, a request ends with an answer or an error."""

from __future__ import annotations

import gzip
import time

import pytest
import requests

from connectors import body
from connectors.clock import Clock, Deadline
from connectors.errors import (
    LimitedError,
    NotAuthorisedError,
    NotUnderstoodError,
    SourceError,
    TransientError,
    UnsureError,
)
from connectors.http import Transport, open_session
from connectors.network import Network
from tests.connectors.contract import StepClock
from tests.connectors.raw import RawServing, answers, drips, says

JSON = (("Content-Type", "application/json"),)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SECRET = "s3cr3t-marked-token"
LONGEST = 0.5


def session(steps=None, *, deadline=None, network=None, **options):
    """A session over a transport, on a clock that needn't wait."""
    steps = steps or StepClock()
    clock = Clock(steps.now, steps.sleep, deadline or Deadline(), network or Network())
    options = {"longest": LONGEST, "patience": 60, "secrets": (SECRET,), **options}
    transport = Transport("jira", clock, variable="OKR_SYNC_TOKEN", **options)
    return open_session(transport, requests.auth.HTTPBasicAuth("robot", SECRET))


def failure(speak, *, method="GET", path="/rest/x?secret=q", **options):
    """The error of one request, and how often it was asked."""
    with (
        RawServing(speak) as serving,
        session(**options) as asking,
        pytest.raises(SourceError) as caught,
    ):
        asking.request(method, serving.url + path, allow_redirects=False)
    for marked in (SECRET, "secret=q", "Planted", "127.0.0.1"):
        assert marked not in str(caught.value)
    return caught.value, len(serving.requests)


@pytest.mark.parametrize(
    ("beginning", "byte"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        (b"HTTP/1.1 ", b"2"),
        (HEAD + b"Content-Length: 1000000\r\n\r\n{", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\n", b" "),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["headers", "status", "body", "chunks", "error", "continue"],
)
def test_a_slow_drip_ends(beginning, byte):
    """A byte now and then keeps no request alive, wherever in the answer it drips."""
    began = time.monotonic()
    error, _ = failure(drips(beginning, byte))
    assert isinstance(error, TransientError)
    # An error's status is known before its body: it is asked again, and each time ends.
    assert time.monotonic() - began < 10 * LONGEST


def test_a_run_that_is_over_asks_nothing():
    """After the run's end nothing is asked, and a request under way ends with it."""
    over, soon = Deadline(), Deadline()
    over.begin(0)
    error, asked = failure(says(answers(b"{}")), deadline=over)
    assert asked == 0
    assert "--deadline" in str(error)
    soon.begin(0.2)
    began = time.monotonic()
    failure(drips(HEAD + b"Content-Length: 9\r\n\r\n"), deadline=soon, longest=60)
    assert time.monotonic() - began < 5


def test_no_wait_goes_beyond_the_runs_end():
    """What the service asks us to wait, and the run has no time for, isn't waited for."""
    steps, soon = StepClock(), Deadline()
    soon.begin(30)
    limited = says(answers(b"", status=429, headers=[("Retry-After", "50")]))
    error, _ = failure(limited, steps=steps, deadline=soon)
    assert isinstance(error, LimitedError)
    assert steps.slept == []


def test_a_bomb_is_cut(monkeypatch):
    """A few kilobytes that unpack to more than any answer are no answer."""
    monkeypatch.setattr(body, "MOST_BYTES", 1 << 20)
    bomb = gzip.compress(b" " * (8 << 20))
    packed = says(answers(bomb, headers=[*JSON, ("Content-Encoding", "gzip")]))
    error, asked = failure(packed, longest=30)
    assert isinstance(error, NotUnderstoodError)
    assert asked == 1


def test_an_endless_error_is_read_as_far_as_a_message_goes():
    """Of what only says why there is no answer, a beginning suffices."""
    endless = drips(b"HTTP/1.1 403 No\r\nContent-Length: 99999999\r\n\r\n", b"x" * 65536, 0)
    error, asked = failure(endless, longest=30)
    assert isinstance(error, NotAuthorisedError)
    assert asked == 1


class StatusByPath:
    """Answers to a path with the status that it names."""

    serving = None

    def __call__(self, connection, _):
        status = int(self.serving.requests[-1].split()[1].strip(b"/"))
        text = b"" if status in (204, 304) else b'{"message": "Persephone Planted said no"}'
        connection.sendall(answers(text, status=status, headers=JSON))


@pytest.mark.parametrize("hundred", [2, 3, 4, 5])
def test_every_status_is_an_answer_or_an_error(hundred):
    """Only 200 is an answer to a question; every other status is an error, and names nobody."""
    speak = StatusByPath()
    with RawServing(speak) as speak.serving, session(longest=30) as asking:
        for status in range(100 * hundred, 100 * hundred + 100):
            url = f"{speak.serving.url}/{status}"
            if status == 200:
                assert asking.get(url).json()
                continue
            with pytest.raises(SourceError) as caught:
                asking.get(url, allow_redirects=False)
            assert "Planted" not in str(caught.value)
            assert isinstance(caught.value, NotUnderstoodError) is (status < 400 or status == 511)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_what_is_done_rather_than_asked_takes_any_yes(status):
    """A write by a transport that says nothing twice is done with any 2xx."""
    with RawServing(says(answers(b"", status=status))) as serving, session(once=True) as asking:
        assert asking.put(serving.url).status_code == status


@pytest.mark.parametrize(
    "wait",
    [
        *["1e300", "-1e300", "9" * 400, "1e-300", "NaN", "inf", "-5", "0", "", "soon", "1_0"],
        "7, 7",
        *["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 99 Foo 2026 99:99:99 GMT", "2026-11-21T06:15:09Z"],
        *["Sat, 21 Nov 2026 06:15:09 +9999", "0001-01-01", "\u0663".encode().decode("latin-1")],
    ],
)
@pytest.mark.parametrize(
    "name", ["Retry-After", "X-RateLimit-Reset", "X-RateLimit-Interval-Seconds"]
)
def test_any_wish_to_wait_is_a_wait_or_a_refusal(name, wait):
    """Numbers past all bounds and dates of any kind cost no more than patience."""
    steps = StepClock()
    refused = says(answers(b"", status=429, headers=[(name, wait)]))
    error, _ = failure(refused, steps=steps)
    assert isinstance(error, LimitedError)
    assert steps.passed <= 60


@pytest.mark.parametrize("left", ["-1e308", "1e308", "NaN", "9" * 400, "-1", "", "0"])
def test_rate_headers_may_be_garbage(left):
    """A good answer stays one, whatever stands beside it on limits."""
    names = [f"x-rate-limit-api-token-{part}" for part in ("remaining", "max", "interval-ms")]
    names += [f"X-RateLimit-{part}" for part in ("Remaining", "Limit", "Interval-Seconds")]
    for most in ("1", "1e308", left):
        headers = [(name, most if name.endswith(("max", "Limit")) else left) for name in names]
        spoken = says(answers(b"{}", headers=[*JSON, *headers]))
        steps = StepClock()
        with RawServing(spoken) as serving, session(steps) as asking:
            assert [asking.get(serving.url).status_code for _ in range(2)] == [200, 200]
        assert steps.passed <= 60


@pytest.mark.parametrize(
    ("spoken", "asked"),
    [
        (HEAD + b'Content-Length: 90\r\n\r\n{"issues": [', 5),
        (HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n', 5),
        (HEAD + b'\r\n{"issues": [{"a": 1}, {"b"', 2),
        (HEAD + b'\r\n{"issues": [{"a": 1}', 2),
        (HEAD + b"\r\n", 2),
    ],
    ids=["shorter than told", "cut chunks", "cut JSON", "cut after a bracket", "nothing"],
)
def test_a_cut_answer_is_asked_for_again_first(spoken, asked):
    """What ends early at 200 may be the line's fault: asked again, and an error if it stays so."""
    assert failure(says(spoken))[1] == asked


def test_json_past_all_sense_is_none():
    """Three thousand brackets, NaN and half a bracket are no JSON, and no other exception."""
    deep = b"[" * 3000 + b"]" * 3000
    for text in (deep, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[NaN]", b"[Infinity]"):
        with RawServing(says(answers(text, headers=JSON))) as serving, session() as asking:
            answer = asking.get(serving.url)
            with pytest.raises(ValueError, match=r"number|deep|depth|recursion|JSON"):
                answer.json()
    refused = says(answers(deep, status=400, headers=JSON))
    assert failure(refused)[0].status == 400


@pytest.mark.parametrize(
    "spoken",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n{}",
        HEAD + b"Content-Length: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Content-Length: 2, 3\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: \x00\xff\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_hardly_http_is_an_error(spoken):
    """Whatever a library raises over it is an error of this source, in our words."""
    failure(says(spoken))


@pytest.mark.parametrize(
    "url",
    [
        *["http://\u2024\u2024/", "http://a..b/", f"http://{'a' * 70}.example/", "http://[::1/"],
        *["http://127.0.0.1:99999/", "http://-/", "http://127.0.0.1:1/"],
    ],
)
def test_an_address_that_is_none_is_an_error(url):
    """What fails before the first byte is an error of ours as well, and unsent."""
    errors = (SourceError, requests.RequestException)
    with session(courier=True) as asking, pytest.raises(errors) as caught:
        asking.post(url, data=b"x")
    assert not isinstance(caught.value, UnsureError)


def test_an_address_inside_is_refused_where_a_service_names_it():
    """Whatever its name, what leads to this machine or a private network isn't connected to."""
    error, asked = failure(says(answers(b"{}")), outside_only=True)
    assert asked == 0
    assert "no connection" in str(error)


def test_no_netrc_is_read(tmp_path, monkeypatch):
    """No credentials but ours are sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login planted password {SECRET}")
    monkeypatch.setenv("NETRC", str(netrc))
    with RawServing(says(answers(b"{}", headers=JSON))) as serving, session() as asking:
        asking.auth = None
        asking.get(serving.url)
        assert not asking.trust_env
    assert b"Authorization" not in serving.requests[0]
