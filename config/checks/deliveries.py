"""Checks the deliveries against what their kinds take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.addresses import CLEAR, is_clear, is_loopback
from config.checks import walk
from config.deliveries import KINDS, PROGRAMME, DeliverySettings
from config.variables import delivery_variable
from config.wording import listed, meant
from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.checks.walk import Fault
    from config.yaml_file import Content, KeyPath


def check_deliveries(content: Content) -> Iterator[Fault]:
    """Find deliveries that nobody could make."""
    deliveries = content.get("deliver")
    first: dict[str, str] = {}
    for name, values in deliveries.items() if isinstance(deliveries, dict) else ():
        path = ("deliver", name)
        if not walk.is_plain(name):
            yield path, f"delivery {quoted(name)} has no plain name; use letters, digits, - and _"
        taken = first.setdefault(delivery_variable(name, ""), name)
        if taken != name:
            yield path, f"delivery {quoted(name)} would share its secrets with {taken}; rename one"
        yield from _check_kind(path, name, values if isinstance(values, dict) else {})
        yield from _check_only(path, content, values)


def _check_kind(path: KeyPath, name: str, values: dict[str, Content]) -> Iterator[Fault]:
    written = walk.text(values, "kind")
    kind = KINDS.get(written or name)
    if kind is None:
        if written is None:
            text = f"delivery {quoted(name)} has no kind; write kind: {listed(KINDS, 'or')}"
            yield path, text
        return
    takes = ("only", "insecure", *kind.needed, *kind.options)
    for key in values:
        if key in DeliverySettings.model_fields and key not in ("kind", *takes):
            yield (
                (*path, key),
                f"a {written or name} delivery has no {key}; it takes {listed(takes)}",
            )
    yield from _check_clear(path, values)
    for key in kind.needed:
        if values.get(key) in (None, "", []):
            example = (DeliverySettings.model_fields[key].examples or [""])[0]
            yield path, f"{key} is missing; write for example {key}: {example}"


def _check_clear(path: KeyPath, values: dict[str, Content]) -> Iterator[Fault]:
    """Find a password that would go over the network as it is."""
    if walk.is_true(values, "insecure"):
        return
    elsewhere = not is_loopback(walk.text(values, "server") or "")
    if values.get("security") == "none" and values.get("user") and elsewhere:
        text = "security: none would send the password in the clear; write starttls or tls"
        yield (*path, "security"), text
    if is_clear(walk.text(values, "url") or ""):
        yield (*path, "url"), f"url {CLEAR}; write https://, or insecure: true beside it"


def _check_only(path: KeyPath, content: Content, values: Content) -> Iterator[Fault]:
    only = values.get("only") if isinstance(values, dict) else None
    own = content.get("reviews")
    known = [PROGRAMME, *(own if isinstance(own, dict) else ())]
    folded = {name.casefold() for name in known}
    for name in [only] if isinstance(only, str) else only if isinstance(only, list) else []:
        if isinstance(name, str) and name.strip().casefold() not in folded:
            text = f"{quoted(name)} has no meetings of its own under reviews"
            yield (*path, "only"), f"only: {text}; {meant(name, known, '')}"
