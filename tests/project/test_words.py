"""A name says what the value is: pronouns and leftovers of sentences are no names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMS = ("bench", "config", "connectors", "sandbox", "syncer", "tests")
EMPTY = {
    *("one", "told", "said", "here", "place", "found"),
    *("came", "some", "what", "wanted", "thing"),
}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def bound(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give the names that are bound anywhere in a file, in comprehensions too."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            yield from ((each.arg, each.lineno) for each in arguments(node))
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield (node.id if isinstance(node, ast.Name) else node.attr), node.lineno
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | FUNCTIONS | ast.ClassDef):
            yield getattr(node, "name", None) or "", node.lineno


def arguments(function: FUNCTIONS) -> list[ast.arg]:
    """Give a function's arguments, of all sorts."""
    own = function.args
    several = [each for each in (own.vararg, own.kwarg) if each is not None]
    return [*own.posonlyargs, *own.args, *own.kwonlyargs, *several]


def empty_names(text: str) -> list[tuple[str, int]]:
    """Give the empty names that a file binds, with their lines."""
    return [(name, line) for name, line in bound(ast.parse(text)) if name in EMPTY]


def test_no_name_is_empty(project):
    """A reader can grep for every name, and learns from it what the value is."""
    names = {name: empty_names(project.read(name)) for name in project.python(*ROOMS)}
    assert {name: lines for name, lines in names.items() if lines} == {}


def test_empty_names_are_seen_wherever_they_are_bound():
    """As argument, variable, field, in loops and comprehensions, in `with`, `except` and `:=`."""
    text = """
class Thing:
    place: str
def f(one, *told, said=1, **here):
    found = 1
    for came in (): pass
    with a as some: pass
    if (what := 1): pass
    self.wanted = 2
    [thing for thing in ()]
    lambda place: place
"""
    names = {name for name, _ in empty_names(text)}
    assert names == EMPTY
