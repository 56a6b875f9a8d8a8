"""Checks that objectives and KRs can be told apart, and that parents are what they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.checks import walk
from config.wording import meant
from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.checks.walk import Fault
    from config.yaml_file import Content, Document, KeyPath


def check_ids(document: Document) -> Iterator[Fault]:
    """Find ids given twice: objectives and KRs share one namespace, as their labels do.

    Case makes no difference: it makes none to a label either (rule 7).
    """
    items = [*walk.objectives(document.content), *walk.key_results(document.content)]
    places = [((*path, "id"), walk.text(values, "id")) for path, values in items]
    first: dict[str, KeyPath] = {}
    for path, name in sorted(places, key=lambda item: document.line(item[0])):
        if name is None:
            continue
        taken = first.setdefault(name.casefold(), path)
        if taken != path:
            text = f"id {quoted(name)} is taken in line {document.line(taken)}"
            yield path, f"{text}, whatever the case; give each objective and KR its own"


def check_parents(content: Content) -> Iterator[Fault]:
    """Find parents that are no objective of this file, and objectives above themselves."""
    named = [(path, values, walk.text(values, "id")) for path, values in _all(content)]
    ids = [name for _, _, name in named if name is not None]
    above = {name: walk.text(values, "parent") for _, values, name in named if name is not None}
    for path, values, name in named:
        parent = walk.text(values, "parent")
        if parent is None:
            continue
        if parent not in ids:
            advice = meant(parent, [other for other in ids if other != name], "leave it out")
            yield (
                (*path, "parent"),
                f"parent {quoted(parent)} is no objective in this file; {advice}",
            )
        elif (circle := _circle(name, above)) and name == min(circle, key=ids.index):
            text = " under ".join(quoted(member) for member in [*circle, circle[0]])
            yield (*path, "parent"), f"parent makes a circle, {text}; leave one parent out"


def _all(content: Content) -> list[walk.Item]:
    return list(walk.objectives(content))


def _circle(name: str | None, above: Mapping[str, str | None]) -> list[str]:
    """Follow the parents from an objective; give the way round if it leads back to it."""
    chain = [name] if name is not None else []
    while chain and (parent := above.get(chain[-1])) is not None:
        if parent in chain:
            return chain if parent == name else []
        chain.append(parent)
    return []
