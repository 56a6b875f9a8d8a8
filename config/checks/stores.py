"""Checks the OKR tools against what their kinds take, and what key results write to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.addresses import CLEAR, is_clear
from config.checks import walk
from config.stores import OkrTool
from config.variables import store_variable
from config.wording import meant
from connectors.errors import ConfigurationError
from connectors.redaction import quoted
from connectors.store_kinds import kind_names, store_kind

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from config.checks.walk import Fault, Item
    from config.yaml_file import Content, KeyPath
    from connectors.okr_tool import StoreKind

_SERVER = "https://okrs.acme.example"


def check_stores(content: Content, variables: Container[str] = ()) -> Iterator[Fault]:
    """Find OKR tools that nobody could write to; `variables` are those that are set."""
    first: dict[str, str] = {}
    for name, values in walk.named(content, "stores"):
        path = ("stores", name)
        if not walk.is_plain(name):
            yield path, f"store {quoted(name)} has no plain name; use letters, digits, - and _"
        taken = first.setdefault(store_variable(name, ""), name)
        if taken != name:
            yield path, f"store {quoted(name)} would share its secrets with {taken}; rename one"
        kind, fault = _kind(values)
        if fault:
            yield (*path, "kind"), fault
        if kind is not None:
            yield from _check_options((path, values), kind)
            yield from _check_server((path, values), kind, variables)


def _kind(values: dict[str, Content]) -> tuple[StoreKind | None, str]:
    """Give the kind that an entry names, or what is wrong with it; neither where it names none."""
    written = walk.text(values, "kind")
    if written is None:
        return None, ""
    if written not in kind_names():
        return None, f"unknown kind {quoted(written)}; {meant(written, kind_names(), '')}"
    try:
        return store_kind(written), ""
    except ConfigurationError as error:
        return None, str(error)


def check_writes(content: Content) -> Iterator[Fault]:
    """Find numbers that go to no tool, that the tool can't take, or that two key results write."""
    stores = dict(walk.named(content, "stores"))
    first: dict[tuple[str, str], str] = {}
    for key_result in walk.key_results(content):
        own = walk.text(key_result[1], "id") or ""
        for path, values in walk.items(key_result, "write_to"):
            name, there = walk.text(values, "store"), walk.text(values, "id")
            if name is not None and name not in walk.names(content, "stores"):
                advice = meant(name, stores, "add it under stores")
                yield (*path, "store"), f"unknown store {quoted(name)}; {advice}"
            kind, _ = _kind(stores.get(name or "", {}))
            if kind is not None and walk.is_true(values, "status") and not kind.can.status:
                yield (*path, "status"), f"{kind.title} can't show a status; take it out"
            if name is None or there is None:
                continue
            taken = first.setdefault((name, there), own)
            if taken != own or (path[-1] != 0 and _again(key_result, path, name, there)):
                text = f"{quoted(there)} in {name} has its number from {taken} already"
                yield (*path, "id"), f"{text}; let one write to it"


def _again(key_result: Item, path: KeyPath, name: str, there: str) -> bool:
    """Tell whether an earlier entry of the same key result names the same place."""
    return any(
        (walk.text(values, "store"), walk.text(values, "id")) == (name, there)
        for earlier, values in walk.items(key_result, "write_to")
        if int(earlier[-1]) < int(path[-1])
    )


def _check_options(item: Item, kind: StoreKind) -> Iterator[Fault]:
    path, values = item
    common = ("approve", "insecure") if kind.secret_url else ("url", "approve", "insecure")
    for key, value in values.items():
        if key in kind.options:
            if not isinstance(value, str | None):
                yield (*path, key), f"{key} is no text; {_example(key, kind)}"
        elif key not in OkrTool.model_fields:
            advice = meant(key, (*kind.options, *common), "take it out")
            yield (*path, key), f"a {kind.name} store has no {quoted(key)}; {advice}"
    for key, option in kind.options.items():
        if option.required and values.get(key) in (None, ""):
            yield path, f"{key} is missing; {_example(key, kind)}"


def _example(key: str, kind: StoreKind) -> str:
    return f"write for example {key}: {kind.options[key].example}"


def _check_server(item: Item, kind: StoreKind, variables: Container[str]) -> Iterator[Fault]:
    (path, values), url = item, walk.text(item[1], "url")
    variable = store_variable(str(path[-1]), "url")
    if kind.secret_url:
        if url is not None:
            text = f"the address of a {kind.name} store opens it"
            yield (*path, "url"), f"{text}; take it out and set {variable} instead"
    elif url is None and not kind.default_url and variable not in variables:
        yield path, f"url is missing; write for example url: {_SERVER}, or set {variable}"
    elif url is not None and is_clear(url) and not walk.is_true(values, "insecure"):
        yield (*path, "url"), f"url {CLEAR}; write https://, or insecure: true beside it"
