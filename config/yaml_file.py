"""A YAML text as plain values, with the line of every key and item; nothing is interpreted.

PyYAML only composes the nodes. Scalars stay the text that was written, so that
an id of 010 or a label of `no` isn't turned into something else; the models
decide what a text should be. Only an unquoted empty value or null is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
Content = Any  # dict[str, Content] | list[Content] | str | None

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD = "tag:yaml.org,2002:"
_NULL, _MERGE = f"{_STANDARD}null", f"{_STANDARD}merge"
_UNTAGGED = frozenset(
    f"{_STANDARD}{name}"
    for name in ("str", "bool", "int", "float", "timestamp", "map", "seq", "value")
) | {_NULL, _MERGE}
_DEEPEST = 50
_MOST = 200_000
_HINT = "mend the indentation, quotes or brackets here or above"
_HINTS = (
    ("cannot start any token", "put the value in quotes, and indent with spaces, not tabs"),
    ("mapping values", "put a text with a colon in quotes, or mend the indentation"),
    ("undefined alias", "put a text that begins with * in quotes"),
    ("second occurrence", "give each anchor (&) a name of its own"),
)
_IN_BRACKETS = re.compile(r"[{\[].*[ \t](#[^\s,\]}]*).*[\]}]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Problem(NamedTuple):
    """What is wrong at a line (0: with the whole file), and what to write instead."""

    line: int
    text: str


class UnreadableError(Exception):
    """The text is no YAML that can be used at all; the argument is the `Problem`."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(line, text)


@dataclass(slots=True)
class Document:
    """The values, the lines of each key path, and what was wrong in the YAML itself."""

    content: Content = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    ends: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: KeyPath) -> int:
        """Tell the line of a key path, or of the nearest above it; 0 if nothing does."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 0)

    def span(self, path: KeyPath) -> range:
        """Tell the lines from a key to its value's end."""
        return range(self.line(path), self.ends.get(path, 0) + 1)


def parse(text: str) -> Document:
    """Parse one YAML document; raise `UnreadableError` where there is none."""
    _no_unprintables(text)
    try:
        _not_too_deep(text)
        node = yaml.compose(text, _LOADER)
    except yaml.YAMLError as error:
        raise _unreadable(error, text) from error
    document = Document()
    if node is not None:
        document.lines[()] = 1
        document.content = _Reader(document).value(node, (), frozenset())
    return document


def _no_unprintables(text: str) -> None:
    match = _UNPRINTABLE.search(text.replace("\r", "\n"))
    if match:
        line = text.count("\n", 0, match.start()) + 1
        raise UnreadableError(line, _unprintable(match))


def _unprintable(match: re.Match[str]) -> str:
    return f"holds the unprintable character U+{ord(match[0]):04X}; take it out"


def _not_too_deep(text: str) -> None:
    """Refuse deep nesting by its events: composing it would exhaust the stack."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            line = _line(event)
            raise UnreadableError(line, "is nested too deep; nothing in this file lies that deep")


def _unreadable(error: yaml.YAMLError, text: str) -> UnreadableError:
    mark, last = getattr(error, "problem_mark", None), text.count("\n") + 1
    if cut := _cut_bracket(error, text.split("\n")):
        return UnreadableError(*cut)
    fault = str(getattr(error, "problem", None) or "it can't be parsed")
    line = min(mark.line + 1, last) if mark else 0
    if "another document" in fault:
        return UnreadableError(line, "begins a second document; keep one, without this ---")
    hint = next((hint for part, hint in _HINTS if part in fault), _HINT)
    return UnreadableError(line, f"isn't YAML: {fault}; {hint}")


def _cut_bracket(error: yaml.YAMLError, lines: list[str]) -> tuple[int, str] | None:
    """Find the # behind a blank that takes a bracket's end away with all that is behind it."""
    begun, problem = (getattr(error, name, None) for name in ("context_mark", "problem_mark"))
    if begun is None or problem is None or "or '" not in str(error):
        return None
    for number, line in enumerate(lines[begun.line : problem.line + 1], begun.line + 1):
        cut = _IN_BRACKETS.search(line)
        if cut:
            fault = f"{quoted(cut[1])} is a comment, with all behind it"
            return number, f"isn't YAML: {fault}; put the value in quotes"
    return None


def _line(marked: yaml.Node | yaml.Event) -> int:
    mark = marked.start_mark
    return mark.line + 1 if mark else 0


def _last_line(node: yaml.Node) -> int:
    """Tell where a value ends; the mark after a block's last line break is on the next line."""
    mark = node.end_mark
    return max(_line(node), mark.line + (mark.column > 0)) if mark else 0


@dataclass(slots=True)
class _Reader:
    """Turns nodes into values, noting lines and problems in the document."""

    document: Document
    seen: int = 0

    def value(self, node: yaml.Node, path: KeyPath, above: frozenset[int]) -> Content:
        self._count(node, above)
        self._check_tag(node)
        self.document.ends[path] = _last_line(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, above | {id(node)})
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path, above | {id(node)})
        return self._scalar(node)

    def _check_tag(self, node: yaml.Node) -> None:
        if node.tag not in _UNTAGGED:
            tag = node.tag.removeprefix(_STANDARD)
            self._problem(node, f"has the tag {quoted(tag)}; write the value without a tag")

    def _scalar(self, node: yaml.Node) -> str | None:
        if node.tag == _NULL:
            return None
        match = _UNPRINTABLE.search(node.value)
        if match:
            self._problem(node, _unprintable(match))
        return _UNPRINTABLE.sub("", node.value)

    def _sequence(self, node: yaml.Node, path: KeyPath, above: frozenset[int]) -> list[Content]:
        items = []
        for index, item in enumerate(node.value):
            self.document.lines[*path, index] = _line(item)
            items.append(self.value(item, (*path, index), above))
        return items

    def _mapping(
        self, node: yaml.MappingNode, path: KeyPath, above: frozenset[int]
    ) -> dict[str, Content]:
        """Read a mapping's own keys, then what `<<` merges in; the first of a name wins."""
        content: dict[str, Content] = {}
        for key_node, value_node, own in self._pairs(node, above):
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, "has a list or mapping for a key; write one word")
                continue
            key = self._scalar(key_node) or ""
            if key not in content:
                self.document.lines[*path, key] = _line(key_node)
                content[key] = self.value(value_node, (*path, key), above)
            elif own:
                first = self.document.lines[*path, key]
                text = f"key {quoted(key)} is already in line {first}; keep one of the two"
                self._problem(key_node, text)
        return content

    def _pairs(
        self, node: yaml.MappingNode, above: frozenset[int]
    ) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
        """Yield key and value and whether they are the mapping's own, those first."""
        merges: list[yaml.Node] = []
        for key, value in node.value:
            if key.tag == _MERGE:
                merges.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
            else:
                yield key, value, True
        for merged in merges:
            self._count(merged, above)
            if isinstance(merged, yaml.MappingNode):
                for key, value, _ in self._pairs(merged, above | {id(merged)}):
                    yield key, value, False
            else:
                self._problem(merged, "<< merges what is no mapping; name one with keys")

    def _count(self, node: yaml.Node, above: frozenset[int]) -> None:
        """Refuse an alias within itself, and aliases of aliases that fill the memory."""
        self.seen += 1
        if id(node) in above or self.seen > _MOST:
            message = "repeats too much by aliases (*), or one within itself; write the values out"
            raise UnreadableError(_line(node), message)

    def _problem(self, node: yaml.Node, text: str) -> None:
        self.document.problems.append(Problem(_line(node), text))
