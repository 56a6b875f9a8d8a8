"""What the documents say is what the program does."""

from __future__ import annotations

import argparse
import re
import shlex
import textwrap
import tomllib
from typing import TYPE_CHECKING, get_args

import pytest
from pydantic import BaseModel

from config.load import load
from config.okrs import File
from connectors.store_kinds import BUILT_IN as STORES
from connectors.store_kinds import store_kind
from connectors.tracker_kinds import BUILT_IN, tracker_kind
from syncer.cli import parser

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCE = re.compile(r"^( *)```[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
# The command at the start of a line, after a prompt, variables or another command.
COMMAND = re.compile(
    r"(?:^|&&|;|\|)\s*(?:\$ )?(?:[A-Z_]+=\S+ +)*(?:\S*/)?okr-sync +((?:(?! \d?>)[^|>;&#\n])+)",
    re.MULTILINE,
)
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]+")


@pytest.fixture(scope="session")
def documents(project) -> dict[str, str]:
    """Give README.md and everything under docs/ by name, without the program's own messages."""
    names = [n for n in project.names if n == "README.md" or re.fullmatch(r"docs/.+\.md", n)]
    pages = {name: project.read(name) for name in names}
    head, heading, messages = pages["docs/troubleshooting.md"].partition("## By message")
    explanations = re.sub(r"^\| `[^`]+` \|", "|", messages, flags=re.MULTILINE)
    return {**pages, "docs/troubleshooting.md": head + heading + explanations}


def commands(text: str) -> Iterator[str]:
    """Find the arguments of every okr-sync command in fenced blocks and in inline code.

    A command's bare name in inline code speaks of the command; it isn't one to type.
    """
    for block in FENCE.finditer(text):
        yield from (command.strip() for command in COMMAND.findall(block[2]))
    for code in CODE.findall(FENCE.sub("", text)):
        if code.startswith("okr-sync "):
            arguments = code.removeprefix("okr-sync ")
            yield f"{arguments} --help" if arguments in subcommands() else arguments


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """Give the program's commands by name."""
    (action,) = (
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
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


def test_the_table_of_commands_has_every_command(project):
    """A row a command, and none for a command that isn't there."""
    rows = re.findall(
        r"^\| `okr-sync (\w+)[^|]*` \|", project.read("docs/command-line.md"), re.MULTILINE
    )
    assert sorted(rows) == sorted(subcommands())


def test_every_option_of_the_program_is_documented(documents):
    """An option that exists is explained in at least one document."""
    documented = {
        option for text in documents.values() for option in OPTION.findall(text.replace("`", " "))
    }
    assert options() - documented - {"--help", "-h", "-v"} == set()


def keys(model: type[BaseModel], seen: set[type]) -> Iterator[str]:
    """Give every key of okrs.yaml from here down."""
    seen.add(model)
    for name, field in model.model_fields.items():
        yield name
        for part in parts(field.annotation):
            if part not in seen:
                yield from keys(part, seen)


def parts(annotation: object) -> Iterator[type[BaseModel]]:
    """Give the models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)


def test_every_key_of_the_file_is_documented(documents):
    """A key that okrs.yaml may have is explained in docs/okrs-yaml.md, in code or as a heading."""
    documented = set(re.findall(r"`([a-z_]+)(?:: [^`]*)?`", documents["docs/okrs-yaml.md"]))
    documented |= headings(documents["docs/okrs-yaml.md"])
    kinds = [tracker_kind(name) for name in BUILT_IN]
    own = {key for kind in kinds for key in (*kind.links, *kind.options)}
    assert {*keys(File, set()), *own} - documented == set()


def test_every_whole_file_in_the_documents_loads(documents, tmp_path):
    """A YAML block with sources and objectives is a file that the program accepts."""
    blocks = [b[2] for text in documents.values() for b in FENCE.finditer(text)]
    whole = [
        textwrap.dedent(block)
        for block in blocks
        if re.search(r"^ *sources:", block, re.MULTILINE)
        and re.search(r"^ *objectives:", block, re.MULTILINE)
    ]
    for number, block in enumerate(whole):
        path = tmp_path / f"{number}.yaml"
        path.write_text(block)
        assert load(path).objectives
    assert len(whole) >= 2


def test_the_documents_and_the_example_know_the_same_variables(documents, project):
    """An environment variable is in a document if and only if it is in .env.example."""

    def variables(text: str) -> set[str]:
        return set(re.findall(r"OKR_SYNC_[A-Z_]+[A-Z]", text))

    documented = set().union(*(variables(text) for text in documents.values()))
    assert documented == variables(project.read("config/env.example"))


@pytest.mark.parametrize("kind", sorted(BUILT_IN))
def test_every_tracker_has_its_row_in_the_set_up(kind, project):
    """A connector in the registry is in docs/set-up.md's table of trackers."""
    rows = [line for line in project.read("docs/set-up.md").splitlines() if line.startswith("|")]
    assert any(f"`kind: {kind}`" in row for row in rows)


@pytest.mark.parametrize("name", sorted(STORES))
def test_every_okr_tool_is_in_the_readme_and_has_a_chapter(name, project):
    """An adapter that we bring is named there, and docs/stores.md tells all of it."""
    text = project.read("docs/stores.md")
    assert store_kind(name).title.removeprefix("A ") in " ".join(project.read("README.md").split())
    _, heading, chapter = text.partition(f"\n### {store_kind(name).title}\n")
    chapter, *_ = chapter.split("\n### ")
    assert heading
    for part in ("Rights:", f"kind: {name}", "People see", "It can't"):
        assert part in chapter or (name, part) == ("webhook", "People see")


def test_every_document_is_in_the_index(documents):
    """docs/README.md leads to every other document, and the README to it."""
    index = documents["docs/README.md"]
    pages = {name.removeprefix("docs/") for name in documents if name.startswith("docs/")}
    assert {page for page in pages if f"]({page})" not in index} == {"README.md"}
    assert "](docs/README.md)" in documents["README.md"]


def test_the_readme_is_one_screen(project):
    """What it is, how it looks and how to begin: the rest is in docs/, by task."""
    assert len(project.read("README.md").splitlines()) <= 80


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
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_changelog_begins_with_the_version(project):
    """The newest entry of CHANGELOG.md is the version in pyproject.toml."""
    version = tomllib.loads(project.read("pyproject.toml"))["project"]["version"]
    newest, *_ = re.findall(r"^## \[([^\]]+)\]", project.read("CHANGELOG.md"), flags=re.MULTILINE)
    assert newest == version
