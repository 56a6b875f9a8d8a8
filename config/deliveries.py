"""Where reports are sent, as okrs.yaml says it; the secrets for it are in the environment."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from config.addresses import Host, Mailbox, Mailboxes, Server
from config.types import Frozen, Text, Texts

PROGRAMME = "programme"
"""In `only`, the name of the programme's own meeting."""

KindName = Literal["smtp", "slack", "teams", "confluence"]


class DeliveryKind(NamedTuple):
    """What a kind of delivery must be told, may be told, and must and may have as secrets."""

    needed: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


OAUTH = ("client_id", "client_secret", "refresh_token", "token_url", "scope")
"""What a mail server's sign-in by OAuth 2.0 takes, in place of a password."""

SIGN_IN = ("password", *OAUTH)

KINDS: dict[str, DeliveryKind] = {
    "smtp": DeliveryKind(
        ("server", "sender", "to"), ("port", "security", "user", "remind"), spare=SIGN_IN
    ),
    "slack": DeliveryKind(options=("remind",), secrets=("webhook",)),
    "teams": DeliveryKind(options=("remind",), secrets=("webhook",)),
    "confluence": DeliveryKind(("url", "space"), ("parent",), ("token",), ("email",)),
}


class DeliverySettings(Frozen):
    """One place that reports go to; without a `kind`, the place's own name is it.

    `only` are the teams whose meetings' reports go there, or "programme"; left
    out, every meeting's. `remind` sends a word there when key results haven't
    been scored for a week. `insecure` lets what opens it cross the network in the
    clear. `parent` is the number of the page above.
    """

    kind: KindName | None = Field(default=None, examples=["slack"])
    only: Texts = Field(default=(), examples=["[programme]"])
    remind: bool = Field(default=False, examples=["true"])
    insecure: bool = Field(default=False, examples=["true"])
    server: Host | None = Field(default=None, examples=["smtp.acme.example"])
    port: int | None = Field(default=None, ge=1, le=65535, examples=["587"])
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text | None = Field(default=None, examples=["okr-sync"])
    sender: Mailbox | None = Field(default=None, examples=["okr-sync@acme.example"])
    to: Mailboxes = Field(default=(), examples=["[reviews@acme.example]"])
    url: Server = Field(default="", examples=["https://acme.atlassian.net/wiki"])
    space: Text | None = Field(default=None, examples=["OKR"])
    parent: Text | None = Field(default=None, pattern="^[0-9]+$", examples=["123456"])
