"""Checks the sources against what their kinds take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.addresses import CLEAR, is_clear
from config.checks import walk
from config.own_keys import kind_of
from config.variables import source_variable
from config.wording import meant
from connectors.redaction import quoted
from connectors.tracker_kinds import broken, kind_names

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from config.checks.walk import Fault
    from config.yaml_file import Content
    from connectors.tracker import TrackerKind


def check_sources(content: Content, variables: Container[str] = ()) -> Iterator[Fault]:
    """Find sources that nobody could read from, or that can't be told apart.

    `variables` are the environment's variables that are set.
    """
    first: dict[str, str] = {}
    for name, source in walk.sources(content).items():
        path = ("sources", name)
        if not walk.is_plain(name):
            yield path, f"source {quoted(name)} has no plain name; use letters, digits, - and _"
        taken = first.setdefault(source_variable(name, "token"), name)
        if taken != name:
            shared = source_variable(name, "token")
            yield path, f"source {quoted(name)} would share {shared} with {taken}; rename one"
        written, kind = walk.text(source, "kind"), kind_of(source)
        if kind is not None:
            yield from _check_server(name, source, kind, variables)
        elif written in kind_names():
            yield (*path, "kind"), broken(written)
        elif written:
            advice = meant(written, kind_names(), "")
            yield (*path, "kind"), f"unknown kind {quoted(written)}; {advice}"


def _check_server(
    name: str, source: dict[str, Content], kind: TrackerKind, variables: Container[str]
) -> Iterator[Fault]:
    path, url, variable = ("sources", name), walk.text(source, "url"), source_variable(name, "url")
    if url is None and kind.url_example and variable not in variables:
        yield path, f"url is missing; write for example url: {kind.url_example}, or set {variable}"
    elif url is not None and (fault := kind.address_fault(url)):
        yield (*path, "url"), f"url {fault}"
    elif url is not None and is_clear(url) and not walk.is_true(source, "insecure"):
        yield (*path, "url"), f"url {CLEAR}; write https://, or insecure: true beside it"
