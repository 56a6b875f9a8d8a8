"""Where reports are sent, as okrs.yaml says it; the secrets for it are in the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from config.checks import walk
from config.frozen import Frozen
from config.types import Address, Addresses, Host, Server, Text, Texts
from config.wording import listed, meant, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.checks.walk import Finding
    from config.okrs import Okrs
    from config.yaml_file import Content, Place

PROGRAMME = "programme"
"""In `only`, the name of the programme's own meeting."""

KindName = Literal["smtp", "slack", "teams", "confluence"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of delivery must be told, may be told, and must and may have as secrets."""

    needed: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "smtp": Kind(
        ("server", "sender", "to"), ("port", "security", "user", "remind"), spare=("password",)
    ),
    "slack": Kind(options=("remind",), secrets=("webhook",)),
    "teams": Kind(options=("remind",), secrets=("webhook",)),
    "confluence": Kind(("url", "space"), ("parent",), ("token",), ("email",)),
}


class DeliverySettings(Frozen):
    """One place that reports go to; without a `kind`, the place's own name is it.

    `only` are the teams whose meetings' reports go there, or "programme"; left
    out, every meeting's. `remind` sends a word there when key results haven't
    been scored for a week. `parent` is the number of the page above.
    """

    kind: KindName | None = Field(default=None, examples=["slack"])
    only: Texts = Field(default=(), examples=["[programme]"])
    remind: bool = Field(default=False, examples=["true"])
    server: Host | None = Field(default=None, examples=["smtp.acme.example"])
    port: int | None = Field(default=None, ge=1, le=65535, examples=["587"])
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text | None = Field(default=None, examples=["okr-sync"])
    sender: Address | None = Field(default=None, examples=["okr-sync@acme.example"])
    to: Addresses = Field(default=(), examples=["[reviews@acme.example]"])
    url: Server = Field(default="", examples=["https://acme.atlassian.net/wiki"])
    space: Text | None = Field(default=None, examples=["OKR"])
    parent: Text | None = Field(default=None, pattern="^[0-9]+$", examples=["123456"])


def variable(name: str, part: str) -> str:
    """Name the environment's variable for a part ("webhook") of a delivery."""
    return f"OKR_SYNC_DELIVERY__{name.upper().replace('-', '_')}__{part.upper()}"


def delivery_variables(okrs: Okrs) -> list[str]:
    """Give the variables that mean something to this file's deliveries."""
    return [
        variable(name, part)
        for name, told in okrs.deliver.items()
        for part in (*KINDS[told.kind or name].secrets, *KINDS[told.kind or name].spare)
    ]


def check_deliveries(content: Content) -> Iterator[Finding]:
    """Find deliveries that nobody could make."""
    found = content.get("deliver")
    first: dict[str, str] = {}
    for name, values in found.items() if isinstance(found, dict) else ():
        place = ("deliver", name)
        if not walk.is_plain(name):
            yield place, f"delivery {quoted(name)} has no plain name; use letters, digits, - and _"
        taken = first.setdefault(variable(name, ""), name)
        if taken != name:
            yield place, f"delivery {quoted(name)} would share its secrets with {taken}; rename one"
        yield from _check_kind(place, name, values if isinstance(values, dict) else {})
        yield from _check_only(place, content, values)


def _check_kind(place: Place, name: str, values: dict[str, Content]) -> Iterator[Finding]:
    written = walk.text(values, "kind")
    kind = KINDS.get(written or name)
    if kind is None:
        if written is None:
            text = f"delivery {quoted(name)} has no kind; write kind: {listed(KINDS, 'or')}"
            yield place, text
        return
    takes = (*kind.needed, *kind.options)
    for key in values:
        if key in DeliverySettings.model_fields and key not in ("kind", "only", *takes):
            yield (
                (*place, key),
                f"a {written or name} delivery has no {key}; it takes {listed(['only', *takes])}",
            )
    yield from _check_clear(place, values)
    for key in kind.needed:
        if values.get(key) in (None, "", []):
            example = (DeliverySettings.model_fields[key].examples or [""])[0]
            yield place, f"{key} is missing; write for example {key}: {example}"


def _check_clear(place: Place, values: dict[str, Content]) -> Iterator[Finding]:
    """Find a password that would go over the network as it is."""
    here = values.get("server") in ("localhost", "127.0.0.1", "::1")
    if values.get("security") == "none" and values.get("user") and not here:
        text = "security: none would send the password in the clear; write starttls or tls"
        yield (*place, "security"), text


def _check_only(place: Place, content: Content, values: Content) -> Iterator[Finding]:
    named = values.get("only") if isinstance(values, dict) else None
    own = content.get("reviews")
    known = [PROGRAMME, *(own if isinstance(own, dict) else ())]
    folded = {name.casefold() for name in known}
    for name in [named] if isinstance(named, str) else named if isinstance(named, list) else []:
        if isinstance(name, str) and name.strip().casefold() not in folded:
            text = f"{quoted(name)} has no meetings of its own under reviews"
            yield (*place, "only"), f"only: {text}; {meant(name, known, '')}"
