"""What keeps strangers out of the page: headers, host names, forms from elsewhere."""

from __future__ import annotations

import re

import pytest

from tests.web.visitor import OKRS, Visitor, named

STRICT = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
PUBLIC = "page_url: https://intranet.acme.example/okrs\n"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/kr/SPEED",
        "/checkin",
        "/api/status",
        "/metrics",
        "/healthz",
        "/nothing",
        "/badge/SPEED.svg",
    ],
)
def test_every_answer_has_the_strict_headers(reader, path):
    """Nothing from elsewhere, nothing inline, no frame around it, no address given on."""
    headers = reader.client.get(path).headers
    assert {name: headers[name] for name in STRICT} == STRICT
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/kr/SPEED", "/checkin?team=Publishing", "/kr/PUB-4"])
def test_nothing_is_inline(reader, path):
    """No style attribute, no handler, no script but the page's own file."""
    text = reader.get(path).text
    assert not re.search(r"<[^>]+\s(style|on\w+)=", text)
    assert re.findall(r"<script[^>]*>", text) == re.findall(
        r'<script src="/static/[^>]+ defer>', text
    )


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[", "10.0.0.7:8765"]
)
def test_a_strangers_name_that_leads_here_gets_nothing(reader, host):
    """DNS rebinding: on loopback the page answers to loopback's names alone."""
    answer = reader.client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Faster" not in answer.text
    assert "page_url" in answer.text


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:8765", "okrs.localhost"])
def test_loopbacks_own_names_are_known(reader, host):
    """With any port, since a proxy or a tunnel may have another."""
    assert reader.client.get("/healthz", headers={"Host": host}).status_code == 200


def test_beyond_loopback_a_number_is_nobodys_name(filled):
    """An address may be asked by number and by the name it listens under."""
    visitor = Visitor(filled, "--host", "okrs.internal")
    for host, code in (("10.0.0.7:8765", 200), ("okrs.internal", 200), ("evil.example", 400)):
        assert visitor.client.get("/healthz", headers={"Host": host}).status_code == code


def test_the_public_name_and_path_are_the_files(office):
    """Links begin with the path, whether the proxy cuts it or not; the cookie is for TLS alone."""
    office.plan(PUBLIC)
    visitor = Visitor(office)
    for path in ("/okrs/kr/SPEED", "/kr/SPEED"):
        answer = visitor.get(path, Host="intranet.acme.example")
        assert 'href="/okrs/static/style.css' in answer.text
        assert 'href="/okrs/checkin' in answer.text
    form = visitor.get("/okrs/checkin?team=Publishing", Host="intranet.acme.example")
    assert "Secure" in form.headers["set-cookie"]
    assert "HttpOnly" in form.headers["set-cookie"]
    assert 'action="/okrs/checkin"' in form.text


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "http://127.0.0.1:8765"}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "https://intranet.acme.example"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8765"}, 403),
    ],
)
def test_another_sites_form_is_refused(office, headers, code):
    """By what the browser says of where it comes from; nothing is written then."""
    office.plan(PUBLIC)
    visitor = Visitor(office)
    fields = visitor.form("/checkin?team=Publishing")
    visitor.send("/checkin", {**fields, **named(fields, note_PUB_5="Theirs")}, code, **headers)
    assert bool(visitor.spoken("PUB-5")) == (code == 303)


def test_a_form_without_its_browsers_token_is_refused(office, visitor):
    """Another browser's, none, and a made-up one; what was typed is there to be sent again."""
    fields = visitor.form("/checkin?team=Publishing")
    fields |= named(fields, note_PUB_5="Typed long")
    stranger = Visitor(office)
    for token in (fields["token"], "", "0" * 32):
        answer = stranger.send("/checkin", {**fields, "token": token}, 403)
        assert "Typed long" in answer.text
    assert visitor.spoken("PUB-5") == []
    visitor.send("/checkin/undo", {**fields, "token": "", "number": "1"}, 403)
    visitor.send("/outbox", {"token": ""}, 403)


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("text/plain", b"team=Publishing", 415),
        ("application/x-www-form-urlencoded", b"team=%ff%fe", 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 6000, 400),
        ("application/x-www-form-urlencoded", b"note=" + b"x" * 1_100_000, 413),
    ],
)
def test_what_is_no_form_is_refused(visitor, kind, body, code):
    """Before anything of it is looked at, and never beyond measure."""
    answer = visitor.client.post("/checkin", content=body, headers={"Content-Type": kind})
    assert answer.status_code == code, answer.text


def test_a_form_leads_to_our_own_page_alone(visitor):
    """Whatever it says: there is nothing in it that could lead elsewhere."""
    fields = visitor.form("/checkin?team=Publishing")
    fields |= {"next": "https://evil.example", **named(fields, note_PUB_5="x")}
    location = visitor.send("/checkin", fields).headers["location"]
    assert location.startswith("/checkin?team=Publishing&taken=")
    odd = {**visitor.form("/checkin?team=Publishing"), "form": "//evil.example"}
    visitor.send("/checkin", {**odd, **named(odd, note_PUB_5="y")}, 400)


@pytest.mark.parametrize(
    ("header", "may"),
    [
        ("Publishing", True),
        ("publishing", True),
        ("Search & co, Publishing", True),
        ("Search & co", False),
        ("Nobody", False),
        ("", False),
        (None, False),
    ],
)
def test_a_proxys_header_says_for_whom_somebody_speaks(office, header, may):
    """Its teams check in; others read everything and write nothing."""
    visitor = Visitor(office, "--team-header", "X-OKR-Team")
    headers = {} if header is None else {"X-OKR-Team": header}
    assert "Faster" in visitor.get("/", **headers).text
    visitor.get("/checkin?team=Publishing", 200 if may else 403, **headers)
    fields = visitor.form("/checkin?team=Publishing", **{"X-OKR-Team": "Publishing"})
    code = 303 if may else 403
    visitor.send("/checkin", {**fields, **named(fields, note_PUB_5="x")}, code, **headers)
    assert bool(visitor.spoken("PUB-5")) == may


def test_whoever_speaks_for_nobody_is_told(office):
    """And with one team, its form is there at once; names in any alphabet are understood."""
    visitor = Visitor(office, "--team-header", "X-OKR-Team")
    assert "names no team of okrs.yaml" in visitor.get("/checkin").text
    own = visitor.get("/checkin", **{"X-OKR-Team": "Search & co"}).text
    assert "Search &amp; co</bdi>: the week" in own
    office.plan(text=OKRS.replace("Search & co", "Übung"))
    raw = visitor.client.get("/checkin", headers=[(b"X-OKR-Team", "Übung".encode())])
    assert "Übung</bdi>: the week" in raw.text


def test_without_the_option_a_header_says_nothing(visitor):
    """Nobody has said that it comes from a proxy."""
    assert visitor.form("/checkin?team=Publishing", **{"X-OKR-Team": "Nobody"})


def test_a_fault_of_our_own_is_no_traceback(office, monkeypatch):
    """The page says that there was one; the log says where, and not what."""
    visitor = Visitor(office)

    def broken(*_: object) -> None:
        raise RuntimeError("hunter2 of Wilhelmina")

    monkeypatch.setattr("syncer.web.kr_page.known_kr", broken)
    answer = visitor.get("/kr/SPEED", 500)
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
