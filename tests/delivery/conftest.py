"""A desk, and what its reports are sent to."""

from __future__ import annotations

import shutil

import pytest
import trustme

from syncer.store.store import open_store
from tests.delivery.desk import Desk
from tests.delivery.receivers import Hook, Mailbox, mail_server, served


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A store with a month of history: copied, it saves each test the writing."""
    desk = Desk(tmp_path_factory.mktemp("filled"))
    open_store(desk.store_url).close()
    desk.fill()
    return desk


@pytest.fixture
def desk(tmp_path, filled):
    """A desk within the window of a review, with a month of history."""
    shutil.copy(filled.folder / "okr-sync.db", tmp_path / "okr-sync.db")
    return Desk(tmp_path, cards=dict(filled.cards))


@pytest.fixture
def hook(desk):
    """A Slack webhook that the desk's environment names."""
    webhook = Hook()
    with served(webhook) as url:
        desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"] = f"{url}/services/T0/B0/hush-hush"
        yield webhook


@pytest.fixture(scope="session")
def authority():
    """Somebody who signs certificates."""
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """This machine trusts the authority, as OpenSSL is told."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.fixture
def mailbox(authority, trusted, desk):
    """A mail server with STARTTLS and a sign-in, that the desk's file names."""
    del trusted
    box = Mailbox()
    with mail_server(box, authority.issue_cert("localhost"), "starttls") as port:
        box.entry = (
            f"smtp: {{server: localhost, port: {port}, user: okr, sender: okr@acme.example, "
            "to: [leaders@acme.example, office@acme.example]}"
        )
        desk.environ["OKR_SYNC_DELIVERY__SMTP__PASSWORD"] = "open-sesame"
        yield box
