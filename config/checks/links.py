"""Checks each link against the source it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.checks import walk
from config.own_keys import kind_of
from config.wording import listed, meant
from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.checks.walk import Fault, Item
    from config.yaml_file import Content
    from connectors.tracker import TrackerKind


def check_links(content: Content) -> Iterator[Fault]:
    """Find links that no source could be asked for; their keys are typed already."""
    names = walk.names(content, "sources")
    for key_result in walk.key_results(content):
        for path, link in walk.links(key_result):
            name = walk.text(link, "source")
            if name is not None and name not in names:
                advice = meant(name, names, "add it under sources")
                yield (*path, "source"), f"unknown source {quoted(name)}; {advice}"
                continue
            source = walk.sources(content).get(name or "", {})
            kind = kind_of(source)
            if kind is not None:
                yield from _check_keys((path, link), kind)
                yield from _check_together((path, link), source, kind)
                yield from _check_label((path, link), key_result, kind)


def _check_keys(item: Item, kind: TrackerKind) -> Iterator[Fault]:
    """Find keys that are empty, or too many of those of which a link has one."""
    path, link = item
    for key in sorted(kind.links):
        if link.get(key) == ():
            yield (*path, key), f"{key} is empty; name what it should take, or leave it out"
    several = sorted(kind.exclusive & _written(link).keys())
    if len(several) > 1:
        text = f"a {kind.name} link takes one of {listed(sorted(kind.exclusive))}"
        advice = f"write a link each for {listed(several)}"
        yield (*path, several[-1]), f"{text}; {advice}"


def _check_together(
    item: Item, source: Mapping[str, Content], kind: TrackerKind
) -> Iterator[Fault]:
    """Find keys that mean nothing together, or nothing alone."""
    path, link = item
    for key, text in kind.link_faults(_written(link), _written(source)):
        yield (*path, key) if key else path, text


def _check_label(item: Item, key_result: Item, kind: TrackerKind) -> Iterator[Fault]:
    """Find labels that the tracker can't have; a link with nothing else is the KR's id."""
    path, link = item
    own = walk.text(link, "label")
    implied = walk.text(key_result[1], "id") if not _written(link).keys() & kind.links else None
    label = own or implied
    fault = kind.label_fault(label) if label is not None else None
    if fault:
        key = (*path, "label") if own else path
        yield key, f"{fault}; write label: with the label as it is on the cards"


def _written(values: Mapping[str, Content]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
