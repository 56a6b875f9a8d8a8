"""What the documents say is what the program does."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from typing import TYPE_CHECKING

import pytest

from connectors.registry import KINDS
from syncer.cli import parser

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCE = re.compile(r"^( *)```[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
# The command at the start of a line, after a prompt, variables or another command.
COMMAND = re.compile(
    r"(?:^|&&|;|\|)\s*(?:\$ )?(?:[A-Z_]+=\S+ +)*(?:\S*/)?okr-sync +([^|>;&#\n]+)", re.MULTILINE
)
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]+")


@pytest.fixture(scope="session")
def documents(project) -> dict[str, str]:
    """Give README.md and everything under docs/ by name."""
    names = [n for n in project.names if n == "README.md" or re.fullmatch(r"docs/.+\.md", n)]
    return {name: project.read(name) for name in names}


def commands(text: str) -> Iterator[str]:
    """Find the arguments of every okr-sync command in fenced blocks and in inline code."""
    for block in FENCE.finditer(text):
        yield from (found.strip() for found in COMMAND.findall(block[2]))
    for code in CODE.findall(FENCE.sub("", text)):
        if code.startswith("okr-sync "):
            yield code.removeprefix("okr-sync ")


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """Give the program's commands by name."""
    (action,) = (one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(action.choices)


def options() -> set[str]:
    """Give every long option of every command."""
    tops = [parser(), *subcommands().values()]
    return {name for top in tops for action in top._actions for name in action.option_strings}


def test_every_command_in_the_documents_parses(documents, capsys):
    """Each `okr-sync` line that a document shows is accepted by the program's own parser."""
    shown = [(name, command) for name, text in documents.items() for command in commands(text)]
    refused = []
    for name, command in shown:
        try:
            parser().parse_args(shlex.split(command))
        except SystemExit as exit_:
            if exit_.code:
                refused.append(f"{name}: okr-sync {command}: {capsys.readouterr().err[-200:]}")
    assert len(shown) > 20
    assert refused == []


def test_every_command_of_the_program_is_documented(documents):
    """A command that exists is shown in at least one document."""
    shown = {command.split()[0] for text in documents.values() for command in commands(text)}
    assert subcommands().keys() - shown == set()


def test_every_option_of_the_program_is_documented(documents):
    """An option that exists is explained in at least one document."""
    told = {
        option for text in documents.values() for option in OPTION.findall(text.replace("`", " "))
    }
    assert options() - told - {"--help", "-h", "-v"} == set()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_tracker_has_its_row_in_the_readme(kind, project):
    """A connector in the registry is in the README's table of trackers."""
    rows = [line for line in project.read("README.md").splitlines() if line.startswith("|")]
    assert any(f"`kind: {kind}`" in row for row in rows)


def test_every_link_between_documents_leads_somewhere(project):
    """A relative link in a document names a file, and a heading where it names one."""
    lost = []
    for name in (n for n in project.names if n.endswith(".md")):
        folder = (project.root / name).parent
        for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", project.read(name))):
            path, _, heading = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            file = (folder / path).resolve() if path else project.root / name
            if not file.exists() or (heading and heading not in headings(file.read_text("utf-8"))):
                lost.append(f"{name}: {target}")
    assert lost == []


def headings(text: str) -> set[str]:
    """Give a document's headings as a link names them."""
    found = re.findall(r"^#+ (.+)$", FENCE.sub("", text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in found}


def test_the_changelog_begins_with_the_version(project):
    """The newest entry of CHANGELOG.md is the version in pyproject.toml."""
    version = tomllib.loads(project.read("pyproject.toml"))["project"]["version"]
    newest, *_ = re.findall(r"^## \[([^\]]+)\]", project.read("CHANGELOG.md"), flags=re.MULTILINE)
    assert newest == version
