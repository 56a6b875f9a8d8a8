"""CONTRIBUTING is true: every room is in its map, and every file that it names is there."""

from __future__ import annotations

import re

import pytest

ROOMS = ("bench", "config", "connectors", "sandbox", "syncer", "tests")
ALONE = {"__init__.py", "__main__.py", "conftest.py"}


@pytest.fixture(scope="module")
def page(project):
    """Give the page."""
    return project.read("CONTRIBUTING.md")


@pytest.fixture(scope="module")
def drawn(page):
    """Give what the map names, as paths from the project's folder."""
    block = page.partition("## The map")[2].split("```")[1]
    paths, top = set(), ""
    for line in filter(None, block.splitlines()):
        names = re.findall(r"[\w./]+(?:/|\.py)(?=[ ;,]|$)", line)
        top = names[0] if line[0] != " " else top
        first = names[0] if names[0] != top and names[0].endswith("/") else ""
        for name in names:
            file_of_first = name.endswith(".py") and name != names[0]
            paths.add(name if name == top else top + (first if file_of_first else "") + name)
    return {path.rstrip("/") for path in paths}


def rooms(project):
    """Give the folders of the program and of the tests, and the files on syncer's top floor."""
    folders = {tuple(name.split("/")[:-1]) for name in project.python(*ROOMS)}
    deep = {"connectors": 3, "tests": 2}
    for folder in folders:
        yield "/".join(folder[: deep.get(folder[0], 2)])
    for name in project.python("syncer"):
        if name.count("/") == 1 and name.split("/")[1] not in ALONE:
            yield name


def test_every_room_is_in_the_map(project, drawn):
    """Whoever opens the repository finds each room, and each file on syncer's top floor."""
    above = {"/".join(path.split("/")[:n]) for path in drawn for n in range(1, path.count("/") + 1)}
    same_as_program = {f"tests/{path.rpartition('/')[2]}" for path in {*drawn, *above}}
    assert set(rooms(project)) - drawn - above - same_as_program == set()


def test_every_file_in_the_page_is_there(project, page, drawn):
    """A file or folder that the page names exists."""
    named = set(re.findall(r"(?:bench|config|connectors|sandbox|syncer|tests)/[\w./]+\w", page))
    missing = {path for path in {*named, *drawn} if not (project.root / path).exists()}
    assert missing == set()


def test_the_pages_commands_are_the_makefiles(project, page):
    """A target of make that the page names exists."""
    targets = set(re.findall(r"^([a-z]+):", project.read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?= +#|`)", page)) - targets == set()
