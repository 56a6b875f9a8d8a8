"""Reads okrs.yaml: the whole file as frozen values, or everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from config.checks import walk
from config.checks.deliveries import check_deliveries
from config.checks.ids import check_ids, check_parents
from config.checks.links import check_links
from config.checks.periods import check_periods
from config.checks.reviews import check_reviews
from config.checks.secrets import leaked_lines, leaks, without_leaks
from config.checks.sources import check_sources
from config.checks.stores import check_stores, check_writes
from config.counting_rules import rules
from config.messages import message
from config.okrs import File, Okrs, Places
from config.own_keys import drop_assumed, type_own_keys
from config.reviews import completed
from config.wording import likely
from config.yaml_file import Document, Problem, UnreadableError, parse
from connectors.errors import ConfigurationError
from connectors.redaction import hide

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    from config.checks.walk import Fault
    from config.yaml_file import KeyPath

_START = "`okr-sync init` in an empty folder writes an example to start from"


def load(path: Path, shown: str | None = None, variables: Container[str] = ()) -> Okrs:
    """Read and check the OKRs; messages call the file `shown`, else by its path.

    `variables` are the environment's variables that are set: one may say where a
    source's server is in the file's place. Raises ConfigurationError with every
    problem, one a line, each with file and line and what to write instead. No
    message holds a secret.
    """
    name = shown or str(path)
    try:
        text = _text(path)
    except UnreadableError as error:
        raise _error(name, [error.problem]) from None
    try:
        document = _mapping(text)
    except UnreadableError as error:
        raise _error(name, [error.problem, *leaked_lines(text, frozenset())]) from None
    file, problems = _checked(text, document, variables)
    if problems or file is None:
        raise _error(name, problems)
    return _whole(file, path, _places(name, path, document))


def _whole(file: File, path: Path, places: Places) -> Okrs:
    written = {name: getattr(file, name) for name in File.model_fields}
    teams = [objective.team for objective in file.objectives]
    written["reviews"] = completed(file.reviews, file.review, teams)
    written["workspace"] = file.workspace or ("" if path.stem == "okrs" else path.stem)
    return Okrs(**written, rules=rules(file), places=places)


def _files_beside(path: Path) -> list[str]:
    """Name the YAML files in a path's folder, as far as it can be looked into."""
    try:
        return [file.name for file in path.parent.iterdir() if file.suffix in {".yaml", ".yml"}]
    except (OSError, ValueError):
        return []


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        near = likely(path.name, _files_beside(path))
        raise UnreadableError(0, f"there is no such file{near}; {_START}") from None
    except IsADirectoryError:
        raise UnreadableError(0, "is a directory; name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it has no possible name"
        raise UnreadableError(0, f"can't be read: {reason}; mend that") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(line, "isn't UTF-8; save the file as UTF-8") from None


def _mapping(text: str) -> Document:
    document = parse(text)
    if document.content is None and not document.problems:
        raise UnreadableError(1, f"the file is empty; {_START}")
    if not isinstance(document.content, dict):
        raise UnreadableError(1, "isn't a mapping; begin with sources: and objectives:")
    return document


def _checked(
    text: str, document: Document, variables: Container[str]
) -> tuple[File | None, list[Problem]]:
    """Collect what every check finds; what holds a secret has no other problem."""
    leaked = leaks(document.content)
    lines = frozenset(line for path in leaked for line in document.span(path))
    document.content = without_leaks(document.content, frozenset(leaked))
    missing = dict(_check_start(document))
    untyped = type_own_keys(document.content)
    checked = list(_checks(document, variables))
    drop_assumed(document.content)
    file, faults = _validated(document)
    every = [
        *missing.items(),
        *(fault for fault in faults if fault[0] not in missing),
        *untyped,
        *checked,
    ]
    clean = [fault for fault in every if not _within(fault[0], leaked)]
    problems = [Problem(document.line(path), text) for path, text in (*leaked.items(), *clean)]
    return file, [*document.problems, *problems, *leaked_lines(text, lines)]


def _checks(document: Document, variables: Container[str]) -> Iterator[Fault]:
    yield from check_sources(document.content, variables)
    yield from check_ids(document)
    yield from check_parents(document.content)
    yield from check_links(document.content)
    yield from check_periods(document.content)
    yield from check_reviews(document.content)
    yield from check_deliveries(document.content)
    yield from check_stores(document.content, variables)
    yield from check_writes(document.content)


def _validated(document: Document) -> tuple[File | None, list[Fault]]:
    try:
        return File.model_validate(document.content), []
    except ValidationError as error:
        return None, [(fault["loc"], message(fault)) for fault in error.errors()]


def _check_start(document: Document) -> Iterator[Fault]:
    for key in ("sources", "objectives"):
        if not document.content.get(key):
            yield (key,), f"there are no {key}; {_START}"


def _within(path: KeyPath, leaked: Container[KeyPath]) -> bool:
    return any(path[:length] in leaked for length in range(1, len(path) + 1))


def _places(name: str, file: Path, document: Document) -> Places:
    content, line = document.content, document.line
    items = [*walk.objectives(content), *walk.key_results(content)]
    return Places(
        file=name,
        folder=file.absolute().parent,
        sources={name: line(("sources", name)) for name in content["sources"]},
        ids={values["id"].strip(): line((*path, "id")) for path, values in items},
        links={
            item[1]["id"].strip(): tuple(line(path) for path, _ in walk.links(item))
            for item in walk.key_results(content)
        },
        counting=_counting(document),
    )


def _counting(document: Document) -> dict[str, int]:
    """Give the line of each block of counting rules, by whose they are."""
    content = document.content
    paths: dict[str, KeyPath] = {"counting": ("counting",)}
    paths |= {name: ("sources", name, "counting") for name in content["sources"]}
    for path, values in walk.key_results(content):
        paths[values["id"].strip()] = (*path, "counting")
    return {whose: document.line(path) for whose, path in paths.items()}


def _error(name: str, problems: Iterable[Problem]) -> ConfigurationError:
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    where = (f"{name}:{problem.line}" if problem.line else name for problem in ordered)
    texts = (hide(problem.text) for problem in ordered)
    return ConfigurationError("\n".join(map(": ".join, zip(where, texts, strict=True))))
