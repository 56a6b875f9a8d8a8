"""How the rooms hang together: no circles, few arrows, one word for one class."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache

import grimp
import pytest

ROOMS = ("config", "connectors", "sandbox", "syncer")
MOST_ARROWS = 50
# What a user meets: each draws on whatever it shows, and nothing draws on it.
OUTERMOST = {"assistants", "commands", "fleet", "web"}


@cache
def imports(*, types: bool) -> dict[str, set[str]]:
    """Give what each module imports of ours, with or without what only types need."""
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=not types, cache_dir=None)
    return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Give the modules that can be reached from themselves, those of one circle together."""
    reach = {name: reachable(name, arrows) for name in arrows}
    rounds = {frozenset(x for x in reach[name] if name in reach[x]) for name in arrows}
    return sorted(sorted(each) for each in rounds if each)


def reachable(name: str, arrows: dict[str, set[str]]) -> set[str]:
    """Give all that a module imports, at any depth."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        new = arrows[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


@pytest.mark.parametrize("types", [False, True], ids=["at run time", "for types"])
def test_no_modules_import_each_other(types):
    """Whoever reads a module can read what it needs before it."""
    assert circles(imports(types=types)) == []


def test_circles_are_seen():
    """The search for circles finds those that there are, and only those."""
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"e"}}
    assert circles(arrows) == [["b", "c"], ["e"]]


def test_few_arrows_lead_from_room_to_room():
    """A room of syncer is a folder or a file on its top floor; arrows are what loads what."""
    arrows = {
        (own, other)
        for name, imported in imports(types=False).items()
        for target in imported
        if (own := room(name)) and (other := room(target)) and own != other
    }
    inner = {(own, other) for own, other in arrows if own not in OUTERMOST}
    assert len(inner) < MOST_ARROWS, sorted(inner)
    drawn_on = {own for own, other in arrows - inner if other in OUTERMOST}
    assert drawn_on <= {"commands"}
    assert not {other for _, other in inner} & OUTERMOST


def room(module: str) -> str:
    """Give the room of syncer that a module is in, "" for none."""
    top, _, rest = module.partition(".")
    return rest.partition(".")[0] if top == "syncer" else ""


def test_one_word_is_one_class(project):
    """No two classes of the program have one name, unless nobody else sees them."""
    places = defaultdict(list)
    for name in project.python("config", "connectors", "syncer"):
        for node in ast.walk(ast.parse(project.read(name))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
