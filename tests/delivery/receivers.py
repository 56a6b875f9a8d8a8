"""What reports are sent to, over real connections: webhooks, a Confluence, a mail server."""

from __future__ import annotations

import json
import ssl
from base64 import b64decode, b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from socket import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from sandbox.server import WIRE, Serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from email.message import EmailMessage

    import trustme

OK = "200 OK"


@dataclass
class Hook:
    """A webhook: it keeps what was posted, and answers as `answers` says, then well.

    An answer is a status, or "hang up": the request was taken and no answer came.
    """

    answers: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    well: tuple[str, bytes] = (OK, b"ok")
    during: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """Take a request."""
        body = environ["wsgi.input"].read()
        answer = self.answers.pop(0) if self.answers else ""
        if answer in ("", "hang up") or answer.startswith("2"):
            self.bodies.append(json.loads(body))
            self.types.append(environ["CONTENT_TYPE"])
            self.during()
        if answer == "hang up":
            environ[WIRE].close = True
            return []
        status, content = (answer, b"no") if answer else self.well
        start(status, [("Content-Type", "text/html"), ("Content-Length", str(len(content)))])
        return [content]


@dataclass
class Pages:
    """A Confluence Cloud with one space: what pages (REST API v2) and their files (v1) need.

    `files` are the versions of each attachment, by page and name. `refuse` is the
    status that writing gets; with `hang_up` it is done and no answer comes. Those
    `_files` are for attachments alone, by name.
    """

    authorization: str
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    files: dict[tuple[str, str], list[EmailMessage]] = field(default_factory=dict)
    hang_up: bool = False
    refuse: str = ""
    refuse_files: dict[str, str] = field(default_factory=dict)
    hang_up_files: bool = False
    base: str = ""
    reason: dict[str, str] = field(default_factory=lambda: {"title": "no"})
    url: str = ""
    entry: str = ""

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """Take a request."""
        if environ.get("HTTP_AUTHORIZATION") != self.authorization:
            return _json(start, "401 Unauthorized", {"message": "who are you?"})
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        asked = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
        body = environ["wsgi.input"].read()
        if method != "GET" and self.refuse:
            return _json(start, self.refuse, {"errors": [self.reason]})
        if path.endswith("/child/attachment"):
            answer = self._attach(method, path, environ, body)
            environ[WIRE].close = self.hang_up_files
            return [] if self.hang_up_files else _json(start, *answer)
        answer = self._answer(method, path, asked, json.loads(body) if body else {})
        if method != "GET" and self.hang_up:
            environ[WIRE].close = True
            return []
        return _json(start, *answer)

    def _answer(
        self, method: str, path: str, asked: dict[str, str], body: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        if (method, path) == ("GET", "/wiki/api/v2/spaces"):
            return OK, {"results": [{"id": "77", "key": "OKR"}] if asked["keys"] == "OKR" else []}
        if (method, path) == ("GET", "/wiki/api/v2/pages"):
            assert asked["space-id"] == "77"
            status = asked["status"]
            pages = (p for p in self.pages.values() if p.get("status", "current") == status)
            named = [page for page in pages if page["title"] == asked["title"]]
            return OK, {"results": named, "_links": {"base": self.base} if self.base else {}}
        assert body["status"] == "current"
        assert body["body"]["representation"] == "storage"
        assert len(body["title"]) <= 255
        if (method, path) == ("POST", "/wiki/api/v2/pages"):
            return self._made(body)
        assert (method, path) == ("PUT", f"/wiki/api/v2/pages/{body['id']}")
        return self._changed(body)

    def _attach(
        self, method: str, path: str, environ: dict[str, Any], body: bytes
    ) -> tuple[str, dict[str, Any]]:
        """Create an attachment or give it another version, by its name."""
        id_ = path.removeprefix("/wiki/rest/api/content/").removesuffix("/child/attachment")
        if environ.get("HTTP_X_ATLASSIAN_TOKEN") not in ("no-check", "nocheck"):
            return "403 Forbidden", {"message": "XSRF check failed"}
        if method != "PUT":
            return "400 Bad Request", {"message": "may exist already"}
        if id_ not in self.pages:
            return "404 Not Found", {"message": f"No content found with id: {id_}"}
        head = f"Content-Type: {environ['CONTENT_TYPE']}\r\n\r\n".encode()
        form = message_from_bytes(head + body, policy=default)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.walk()}
        if "minorEdit" not in parts or "file" not in parts:
            return "400 Bad Request", {"message": "At least one file is required"}
        name = parts["file"].get_filename()
        if name in self.refuse_files:
            return self.refuse_files[name], {"message": "no"}
        self.files.setdefault((id_, name), []).append(parts["file"])
        return OK, {"results": [{"id": f"att{len(self.files)}", "title": name}]}

    def _made(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if any(page["title"] == body["title"] for page in self.pages.values()):
            return "400 Bad Request", {"errors": [{"title": "A page with this title exists"}]}
        assert body["spaceId"] == "77"
        id_ = str(1000 + len(self.pages))
        links = {"webui": f"/spaces/OKR/pages/{id_}", "base": self.base}
        self.pages[id_] = {**body, "id": id_, "version": {"number": 1}, "_links": links}
        self.writes.append("POST")
        return OK, self.pages[id_]

    def _changed(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        page = self.pages[body["id"]]
        if body["version"]["number"] != page["version"]["number"] + 1:
            return "409 Conflict", {"errors": [{"title": "version"}]}
        page |= body
        self.writes.append("PUT")
        return OK, page


@dataclass
class Mailbox:
    """What a mail server took, and how it behaves on the way.

    `refuse` are addresses that it doesn't deliver to; `answer` is what it says
    after the last dot; `after` happens once it has the mail and before it says so.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    refuse: tuple[str, ...] = ()
    answer: str = "250 OK"
    after: Callable[[Any], None] = lambda _: None
    secure: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    entry: str = ""
    sign_in_refusal: str = ""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        """Take or refuse an address."""
        if address in self.refuse:
            return f"550 <{address}> has moved"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        """Take a mail."""
        if self.answer.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.raw.append(envelope.content)
            self.to.append(envelope.rcpt_tos)
            self.secure.append(server.transport.get_extra_info("ssl_object") is not None)
        self.after(server)
        return self.answer

    def sign_in(self, _server, _session, _envelope, _mechanism, data):
        """Know one user."""
        self.users.append(data.login.decode())
        success = data.password == b"open-sesame" and not self.sign_in_refusal
        return AuthResult(success=success, handled=False, message=self.sign_in_refusal or None)


@dataclass
class TokenBox(Mailbox):
    """A mailbox of Microsoft's or Google's: it knows users by a token alone, or says why not."""

    token: str = "good-token"
    refusal: str = "535 5.7.8 no"
    tokens: list[str] = field(default_factory=list)

    async def auth_XOAUTH2(self, server, args):  # noqa: N802
        """Take `user=...^Aauth=Bearer ...^A^A`, coded; what is wrong is told in a challenge."""
        user, bearer = b64decode(args[1]).decode().rstrip("\x01").split("\x01")
        self.users.append(user.removeprefix("user="))
        self.tokens.append(bearer.removeprefix("auth=Bearer "))
        if self.tokens[-1] == self.token:
            return AuthResult(success=True, auth_data=self.users[-1])
        await server.push("334 " + b64encode(b'{"status": "401"}').decode())
        assert await server._reader.readline() == b"\r\n"
        await server.push(self.refusal)
        return AuthResult(success=False, handled=True)


@dataclass
class TokenEndpoint:
    """Where tokens are asked for: it keeps the forms, and answers as told."""

    answer: tuple[str, dict[str, Any]] = (OK, {"access_token": "good-token", "expires_in": 3599})
    forms: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """Take a request."""
        assert environ["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
        form = parse_qs(environ["wsgi.input"].read().decode())
        self.forms.append({name: values[0] for name, values in form.items()})
        return _json(start, *self.answer)


@contextmanager
def mail_server(
    box: Mailbox, cert: trustme.LeafCert | None, how: str, without: Iterable[str] = ()
) -> Iterator[int]:
    """Run a mail server `without` some ways to sign in, and give its port."""
    context = None
    if cert is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert.configure_cert(context)
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "ready_timeout": 300}
    options["auth_exclude_mechanism"] = list(without)
    if how == "tls":
        options["ssl_context"] = context
    if how == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    server = _Controller(
        box, authenticator=box.sign_in, auth_required=False, auth_require_tls=False, **options
    )
    server.start()
    try:
        yield server.server.sockets[0].getsockname()[1]
    finally:
        server.stop()


class _Controller(Controller):
    """A controller on a free port: the library's asks its own port whether it is up."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve a WSGI app, and give its address."""
    with Serving(app) as serving:
        yield serving.url


@contextmanager
def nobody() -> Iterator[str]:
    """Give an address where nobody listens, and nobody else can meanwhile."""
    with socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{kept.getsockname()[1]}"


def _json(start: Any, status: str, body: dict[str, Any]) -> list[bytes]:
    content = json.dumps(body).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]
