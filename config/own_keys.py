"""Types the keys that trackers' links and sources have of their own, as their kinds declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.checks import walk
from config.sources import Link, Source
from config.wording import listed, meant
from connectors.errors import ConfigurationError
from connectors.redaction import quoted
from connectors.tracker_kinds import kind_names, tracker_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.checks.walk import Fault, Item
    from config.yaml_file import Content, KeyPath
    from connectors.tracker import Key, TrackerKind

_TRUE, _FALSE = {"true", "yes", "on", "y", "t", "1"}, {"false", "no", "off", "n", "f", "0"}


def kind_of(source: Mapping[str, Content]) -> TrackerKind | None:
    """Give the kind that a source names, None where it names none that can be had."""
    written = walk.text(dict(source), "kind")
    try:
        return tracker_kind(written) if written else None
    except ConfigurationError:
        return None


def type_own_keys(content: Content) -> list[Fault]:
    """Put typed values in the place of written ones, and tell those that can't be typed."""
    faults: list[Fault] = []
    sources = dict(walk.named(content, "sources"))
    for name, source in sources.items():
        kind = kind_of(source)
        options = kind.options if kind else _of_all("options")
        faults += _typed((("sources", name), source), options, Source.model_fields, kind)
    for key_result in walk.key_results(content):
        for item in walk.links(key_result):
            kind = kind_of(sources.get(walk.text(item[1], "source") or "", {}))
            links = kind.links if kind else _of_all("links")
            faults += _typed(item, links, Link.model_fields, kind)
    return faults


def drop_assumed(content: Content) -> None:
    """Take out what would be meant without being written, so that writing it is no change."""
    sources = dict(walk.named(content, "sources"))
    for key_result in walk.key_results(content):
        for _, link in walk.links(key_result):
            kind = kind_of(sources.get(walk.text(link, "source") or "", {}))
            for name, key in kind.links.items() if kind else ():
                if link.get(name) == (False if key.flag else key.assumed):
                    del link[name]


def _of_all(group: str) -> dict[str, Key]:
    """Give the keys of every kind, for what names none: a fault there shall hide no other."""
    kinds = [kind for name in kind_names() if (kind := kind_of({"kind": name}))]
    return {key: value for kind in kinds for key, value in getattr(kind, group).items()}


def _typed(
    item: Item, keys: Mapping[str, Key], common: Mapping[str, Any], kind: TrackerKind | None
) -> Iterator[Fault]:
    path, values = item
    for name in list(values):
        if name in common:
            continue
        if name in keys:
            try:
                values[name] = _value(name, keys[name], values[name])
            except ValueError as error:
                yield (*path, name), str(error)
                values[name] = None
        else:
            yield (*path, name), _unknown(path, name, keys, common, kind)
            del values[name]
    for name, key in keys.items() if kind else ():
        if key.required and values.get(name) is None:
            yield path, f"{name} is missing; {_example(name, key)}"


def _unknown(
    path: KeyPath,
    name: str,
    keys: Mapping[str, Key],
    common: Mapping[str, Any],
    kind: TrackerKind | None,
) -> str:
    group = "options" if path[0] == "sources" else "links"
    if kind is None or name not in _of_all(group):
        return f"unknown key {quoted(name)}; {meant(name, (*common, *keys), 'take it out')}"
    if group == "links" and name in kind.lacking:
        return f"a {kind.name} link has no {name}: {kind.lacking[name]}"
    if group == "links":
        return f"a {kind.name} link has no {name}; it takes {listed(sorted(keys))}"
    takes = listed([key for key in common if key != "kind"] + sorted(keys))
    return f"a {kind.name} source has no {name}; it takes {takes}"


def _value(name: str, key: Key, written: Content) -> Any:
    """Give what is written as the connector wants it; raises ValueError with the whole message."""
    if written is None or isinstance(written, bool | tuple):
        return written
    if key.flag:
        return _flag(name, written)
    if key.many and isinstance(written, list):
        return tuple(_text(f"an item of {name}", name, key, item) for item in written)
    if key.many:
        return (_text(f"an item of {name}", name, key, written),)
    return _text(name, name, key, written)


def _flag(name: str, written: Content) -> bool:
    folded = written.strip().casefold() if isinstance(written, str) else ""
    if folded not in _TRUE | _FALSE:
        raise ValueError(f"{name} is {_shown(written)}; write true or false")
    return folded in _TRUE


def _text(called: str, name: str, key: Key, written: Content) -> str:
    text = written.strip() if isinstance(written, str) else ""
    if not text:
        raise ValueError(f"{called} is {_shown(written)}; {_example(name, key)}")
    if key.choices and text not in key.choices:
        raise ValueError(f"{called} is {quoted(text)}; write {listed(key.choices, 'or')}")
    try:
        return key.read(text)
    except ValueError as error:
        # A message that begins with what was written needs no key before it in a list.
        alone = key.many and str(error).startswith(("'", '"'))
        message = str(error) if alone else f"{called} {error}"
        raise ValueError(message) from None


def _shown(value: Content) -> str:
    if isinstance(value, str) and value.strip():
        return quoted(value)
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "empty"


def _example(name: str, key: Key) -> str:
    return f"write for example {name}: {key.example}"
