"""Signing in to mail servers: by a token where that is all they take, by a password elsewhere."""

from __future__ import annotations

import pytest

from tests.delivery.desk import REVIEW, deliver
from tests.delivery.receivers import Mailbox, TokenBox, TokenEndpoint, mail_server, served

PASSWORDS = ("PLAIN", "LOGIN")
ENTRY = (
    "smtp: {{server: localhost, port: {port}, user: okr@acme.example, sender: okr@acme.example, "
    "to: [leaders@acme.example]}}"
)
SECRET = "OKR_SYNC_DELIVERY__SMTP__"


@pytest.fixture
def endpoint(desk):
    """A token endpoint, and the environment that names it."""
    tokens = TokenEndpoint()
    with served(tokens) as url:
        desk.environ[f"{SECRET}CLIENT_ID"] = "client-hush"
        desk.environ[f"{SECRET}CLIENT_SECRET"] = "secret-hush"
        desk.environ[f"{SECRET}TOKEN_URL"] = f"{url}/tenant-hush/oauth2/v2.0/token"
        yield tokens


@pytest.fixture
def box(desk, authority, trusted):
    """A mail server that offers XOAUTH2 alone."""
    del trusted
    mailbox = TokenBox()
    cert = authority.issue_cert("localhost")
    with mail_server(mailbox, cert, "starttls", without=PASSWORDS) as port:
        desk.write(REVIEW + deliver(ENTRY.format(port=port)))
        yield mailbox


def test_a_token_is_asked_for_and_signed_in_with(desk, endpoint, box):
    """Client credentials, with the scope of Microsoft 365 where nothing else is said."""
    assert desk.due().code == 0
    (form,) = endpoint.forms
    assert (form["grant_type"], form["client_id"]) == ("client_credentials", "client-hush")
    assert form["scope"] == "https://outlook.office365.com/.default"
    assert (len(box.mails), box.users, box.tokens) == (1, ["okr@acme.example"], ["good-token"])
    assert box.secure == [True]


def test_a_refresh_token_stands_for_the_mailbox(desk, endpoint, box):
    """As Google's need it; no scope goes with it."""
    desk.environ[f"{SECRET}REFRESH_TOKEN"] = "refresh-hush"
    assert desk.due().code == 0
    (form,) = endpoint.forms
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "refresh-hush")
    assert ("scope" in form, len(box.mails)) == (False, 1)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (("401 Unauthorized", {"error": "invalid_client"}), "invalid_client"),
        (("400 Bad Request", {"error": "invalid_scope", "error_description": "Persephone"}), "400"),
        (("200 OK", {"token": 1}), "gives no token"),
        (("200 OK", {"access_token": "a b"}), "gives no token"),
        (("503 Service Unavailable", {}), "503"),
    ],
)
def test_an_endpoint_that_gives_no_token_is_that_places_problem(desk, endpoint, box, answer, why):
    """Told with its code, without a secret, and mended it is sent."""
    well, endpoint.answer = endpoint.answer, answer
    failed = desk.due()
    assert (failed.code, why in failed.err, box.mails) == (1, True, [])
    assert "the next run tries again" in failed.err
    for hidden in ("hush", "Persephone"):
        assert hidden not in failed.printed
    endpoint.answer = well
    assert (desk.due().code, len(box.mails)) == (0, 1)


def test_a_token_that_is_refused_is_told_with_the_servers_code(desk, endpoint, box):
    """The server says why in a challenge, and no once that was heard."""
    assert endpoint.forms == []
    box.token = "another"
    failed = desk.due()
    assert (failed.code, "535 5.7.8" in failed.err, box.mails) == (1, True, [])
    assert f"{SECRET}CLIENT_SECRET" in failed.err
    assert "good-token" not in failed.printed


def test_a_password_where_only_tokens_are_taken_is_named(desk, box):
    """With what to set instead."""
    desk.environ[f"{SECRET}PASSWORD"] = "open-sesame"
    failed = desk.due()
    assert (failed.code, box.mails) == (1, [])
    assert "offers XOAUTH2 for the sign-in, and not PLAIN or LOGIN" in failed.err
    assert f"set {SECRET}CLIENT_ID" in failed.err


@pytest.fixture
def passworded(desk, authority, trusted):
    """A mail server that takes passwords; the desk has one, in letters beyond ASCII."""
    del trusted
    mailbox = Mailbox()
    with mail_server(mailbox, authority.issue_cert("localhost"), "starttls") as port:
        desk.write(REVIEW + deliver(ENTRY.format(port=port)))
        desk.environ[f"{SECRET}PASSWORD"] = "pässwört"
        yield mailbox


def test_a_token_where_only_passwords_are_taken_is_named(desk, endpoint, passworded):
    """Before a token is asked for."""
    failed = desk.due()
    assert (failed.code, passworded.mails, endpoint.forms) == (1, [], [])
    assert "offers LOGIN, PLAIN for the sign-in" in failed.err.replace(
        "PLAIN, LOGIN", "LOGIN, PLAIN"
    )


def test_a_password_beyond_ascii_is_refused_by_the_server_alone(desk, passworded):
    """It goes out in UTF-8; no library falls over it, and mended it is sent."""
    failed = desk.due()
    assert (failed.code, "refused the sign-in (535" in failed.err) == (1, True)
    assert "pässwört" not in failed.printed
    desk.environ[f"{SECRET}PASSWORD"] = "open-sesame"
    assert (desk.due().code, len(passworded.mails)) == (0, 1)


def test_methods_that_we_lack_are_named(desk, authority, trusted):
    """A server with something of its own alone."""
    del trusted
    mailbox = TokenBox()
    mailbox.auth_NTLM = mailbox.auth_XOAUTH2
    cert = authority.issue_cert("localhost")
    with mail_server(mailbox, cert, "starttls", without=(*PASSWORDS, "XOAUTH2")) as port:
        desk.write(REVIEW + deliver(ENTRY.format(port=port)))
        desk.environ[f"{SECRET}PASSWORD"] = "open-sesame"
        failed = desk.due()
    assert (failed.code, "offers NTLM for the sign-in" in failed.err) == (1, True)


def test_microsofts_code_for_passwords_no_more_is_explained(desk, passworded):
    """535 5.7.139, as of the end of 2026."""
    passworded.sign_in_refusal = "535 5.7.139 Authentication unsuccessful, disabled for the Tenant"
    failed = desk.due()
    assert (failed.code, "5.7.139" in failed.err) == (1, True)
    assert "takes no password here any more" in failed.err


def test_half_of_a_clients_secrets_stops_the_run(desk, box):
    """Exit 2, with the variables to set."""
    del box
    desk.environ[f"{SECRET}CLIENT_ID"] = "client"
    stopped = desk.due()
    assert stopped.code == 2
    for part in ("CLIENT_SECRET", "TOKEN_URL"):
        assert f"{SECRET}{part}" in stopped.err
