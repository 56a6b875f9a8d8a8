"""Reads a JQL query into a tree of values, and refuses what isn't JQL as the service does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple


class JqlError(Exception):
    """The query is refused; each of `messages` is a line of the service's answer."""

    def __init__(self, *messages: str) -> None:
        """Keep the lines apart."""
        super().__init__(" ".join(messages))
        self.messages = messages


def no_field(name: str) -> JqlError:
    """Refuse a field that the site doesn't have."""
    return JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")


def no_value(text: str, field: str) -> JqlError:
    """Refuse a value that the field doesn't have."""
    if text.isdecimal():
        return JqlError(f"A value with ID '{text}' does not exist for the field '{field}'.")
    return JqlError(f"The value '{text}' does not exist for the field '{field}'.")


def no_function(name: str, arguments: tuple[str, ...]) -> JqlError:
    """Refuse a function that isn't one of JQL's, or not one that this sandbox plays."""
    return JqlError(f"Unable to find JQL function '{name}({', '.join(arguments)})'.")


@dataclass(frozen=True, slots=True)
class Value:
    """A word or a string, unescaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Empty:
    """EMPTY or NULL."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[str, ...]


Operand = Value | Empty | Call


@dataclass(frozen=True, slots=True)
class Clause:
    """A comparison. `operator` is lower case; `listed` tells a list from a lone value."""

    field: str
    operator: str
    operands: tuple[Operand, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions joined by "and" or "or"."""

    joint: str
    terms: tuple[Condition, ...]


Condition = Clause | Terms


@dataclass(frozen=True, slots=True)
class Sort:
    """A field to order by."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class JqlQuery:
    """A whole query; `where` is None for an unbounded one."""

    where: Condition | None
    order: tuple[Sort, ...]


class _Token(NamedTuple):
    """`kind` is "string", "word", "mark" or "end"; `at` is counted from 1."""

    kind: str
    text: str
    at: int


_SYMBOLS = ("=", "!=", "~", "!~", "<", "<=", ">", ">=")
_KEYWORDS = frozenset(["and", "or", "not", "in", "is", "order", "by", "empty", "null"])
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<mark><=|>=|!=|!~|[=~<>(),\[\]])
    |(?P<word>(?:\\.|[^\s=!<>()~,\[\]|&{}*/%+^$\#@?;"'\\])+)
    |(?P<end>\Z))""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}


def parse(text: str) -> JqlQuery:
    """Read a query.

    Raises:
        JqlError: It isn't JQL, or not JQL that this sandbox knows.
    """
    reader = _TokenReader(text)
    ordered = reader.peek("order") or reader.next.kind == "end"
    where = None if ordered else reader.any_of()
    order = reader.order() if reader.take("order") else ()
    if reader.next.kind != "end":
        raise reader.refusal("either 'OR' or 'AND'")
    return JqlQuery(where, order)


class _TokenReader:
    """Goes through a query's tokens, one rule of the grammar a method."""

    def __init__(self, text: str) -> None:
        self._tokens = iter(_tokens(text))
        self.next = next(self._tokens)

    def peek(self, *words: str) -> bool:
        return self.next.kind != "string" and self.next.text.lower() in words

    def take(self, *words: str) -> bool:
        """Step over the next token if it is one of these."""
        taken = self.peek(*words)
        if taken:
            self._step()
        return taken

    def refusal(self, expected: str) -> JqlError:
        if self.next.kind == "end":
            return _error(f"Expecting {expected} before the end of the query.")
        got = f"Expecting {expected} but got '{self.next.text}'."
        return _error(f"{got} (line 1, character {self.next.at})")

    def any_of(self) -> Condition:
        terms = [self._all_of()]
        while self.take("or"):
            terms.append(self._all_of())
        return terms[0] if len(terms) == 1 else Terms("or", tuple(terms))

    def order(self) -> tuple[Sort, ...]:
        self._need("by")
        sorts = [self._sort()]
        while self.take(","):
            sorts.append(self._sort())
        return tuple(sorts)

    def _all_of(self) -> Condition:
        terms = [self._term()]
        while self.take("and"):
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else Terms("and", tuple(terms))

    def _term(self) -> Condition:
        if not self.take("("):
            return self._clause()
        inner = self.any_of()
        self._need(")")
        return inner

    def _clause(self) -> Clause:
        field, operator = self._field(), self._operator()
        if not self.take("("):
            return Clause(field, operator, (self._operand(),), listed=False)
        operands = [self._operand()]
        while self.take(","):
            operands.append(self._operand())
        self._need(")")
        return Clause(field, operator, tuple(operands), listed=True)

    def _field(self) -> str:
        name = self._text("a field name")
        if name.lower() != "cf" or not self.take("["):
            return name
        number = self._text("a field's number")
        self._need("]")
        return f"cf[{number}]"

    def _operator(self) -> str:
        if self.take("not"):
            self._need("in")
            return "not in"
        if self.take("is"):
            return "is not" if self.take("not") else "is"
        if not self.peek("in", *_SYMBOLS):
            raise self.refusal("operator")
        return self._step().text.lower()

    def _operand(self) -> Operand:
        if self.take("empty", "null"):
            return Empty()
        name = self._text("either a value, list or function")
        if not self.take("("):
            return Value(name)
        arguments: list[str] = []
        while not self.take(")"):
            arguments.append(self._text("an argument"))
            self.take(",")
        return Call(name, tuple(arguments))

    def _sort(self) -> Sort:
        field = self._field()
        descending = self.take("desc")
        if not descending:
            self.take("asc")
        return Sort(field, descending)

    def _text(self, expected: str) -> str:
        word = self.next.kind == "word" and self.next.text.lower() not in _KEYWORDS
        if not word and self.next.kind != "string":
            raise self.refusal(expected)
        token = self._step()
        return _ESCAPE.sub(_unescape, token.text[1:-1] if token.kind == "string" else token.text)

    def _need(self, word: str) -> None:
        if not self.take(word):
            raise self.refusal(f"'{word}'")

    def _step(self) -> _Token:
        token, self.next = self.next, next(self._tokens, self.next)
        return token


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while not tokens or tokens[-1].kind != "end":
        match = _TOKEN.match(text, at)
        if match is None:
            start = len(text) - len(text[at:].lstrip())
            raise _error(
                f"The character '{text[start]}' is a reserved JQL character. You must enclose it "
                f"in a string. (line 1, character {start + 1})"
            )
        kind = match.lastgroup or "end"
        tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        at = match.end()
    return tokens


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    if escape in _ESCAPES or escape in "'\"\\ ":
        return _ESCAPES.get(escape, escape)
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    raise _error(f"'\\{escape}' is an illegal JQL escape sequence.")


def _error(complaint: str) -> JqlError:
    return JqlError(f"Error in the JQL Query: {complaint}")
