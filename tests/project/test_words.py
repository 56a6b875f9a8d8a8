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
SHORT = 2
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def bound(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Give the names that are bound here, but in comprehensions and functions of two lines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, COMPREHENSIONS):
            continue
        if isinstance(child, FUNCTIONS) and is_short(child):
            yield getattr(child, "name", ""), child.lineno
            continue
        if isinstance(child, FUNCTIONS):
            yield from ((each.arg, each.lineno) for each in arguments(child))
        if isinstance(child, ast.Name | ast.Attribute) and isinstance(child.ctx, ast.Store):
            yield (child.id if isinstance(child, ast.Name) else child.attr), child.lineno
        elif isinstance(child, ast.ExceptHandler | ast.MatchAs | FUNCTIONS | ast.ClassDef):
            yield getattr(child, "name", None) or "", child.lineno
        yield from bound(child)


def is_short(function: FUNCTIONS) -> bool:
    """Tell whether a function is so short that a name's meaning is in sight."""
    if isinstance(function, ast.Lambda):
        return True
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return not body or body[-1].end_lineno - body[0].lineno < SHORT


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
    """As argument, variable, field, loop variable, in `with`, `except`, `case` and `:=`."""
    text = """
class Thing:
    place: str
def f(one, *told, said=1, **here):
    '''Say.'''
    found = 1
    for came in (): pass
    with a as some: pass
    if (what := 1): pass
    self.wanted = 2
    [thing for thing in ()]
def g(one):
    '''Say.'''
    found = one
    return found
"""
    names = [name for name, _ in empty_names(text)]
    expected = ["place", "one", "told", "said", "here", "found", "came", "some", "what", "wanted"]
    assert sorted(names) == sorted(expected)
