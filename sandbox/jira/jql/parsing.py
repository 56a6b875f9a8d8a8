"""Reads a JQL query into a tree of values, and refuses what isn't JQL in the service's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree, UnexpectedInput

from sandbox.jira.jql.errors import RESERVED, JqlError, complaint, illegal_escape


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
class Query:
    """A whole query; `where` is None for an unbounded one."""

    where: Condition | None
    order: tuple[Sort, ...]


OPPOSITE = {
    "=": "!=",
    "in": "not in",
    "~": "!~",
    "<": ">=",
    ">": "<=",
    "is": "is not",
}
OPPOSITE |= {after: before for before, after in OPPOSITE.items()}

_KEYWORDS = {
    **{word: word.upper() for word in ("and", "or", "not", "in", "is", "order", "by", "cf")},
    **{word: word.upper() for word in ("asc", "desc", "empty")},
    "null": "EMPTY",
}
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        JqlError: It isn't JQL, or not JQL that this sandbox knows.
    """
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise JqlError(complaint(error, text)) from None
    parts = {part.data: part for part in tree.children}
    where = _condition(parts["where"].children[0], negated=False) if "where" in parts else None
    order = (
        tuple(_sort(sort) for sort in parts["order_by"].children[2:]) if "order_by" in parts else ()
    )
    return Query(where, order)


@cache
def _parser() -> Lark:
    grammar = files("sandbox.jira.jql").joinpath("jql.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        maybe_placeholders=False,
        lexer_callbacks={"WORD": _keyword},
    )


def _keyword(token: Token) -> Token:
    word = token.lower()
    if word in _KEYWORDS:
        return token.update(type=_KEYWORDS[word])
    return token.update(type="RESERVED") if word in RESERVED else token


def _condition(tree: Tree[Any], *, negated: bool) -> Condition:
    """De Morgan: the service, too, carries a NOT down to the operators."""
    if tree.data == "negation":
        return _condition(tree.children[-1], negated=not negated)
    if tree.data == "clause":
        return _clause(tree, negated=negated)
    joint = "or" if (tree.data == "any_of") is not negated else "and"
    parts = [part for part in tree.children if isinstance(part, Tree)]
    return Terms(joint, tuple(_condition(part, negated=negated) for part in parts))


def _clause(tree: Tree[Any], *, negated: bool) -> Clause:
    field, operator, operand = tree.children
    word = " ".join(token.lower() for token in operator.children)
    listed = operand.data == "list"
    operands = operand.children if listed else [operand]
    return Clause(
        field=_field(field),
        operator=OPPOSITE[word] if negated else word,
        operands=tuple(_operand(each) for each in operands),
        listed=listed,
    )


def _field(tree: Tree[Any]) -> str:
    if tree.data == "custom_field":
        return f"cf[{tree.children[1]}]"
    return _text(tree.children[0])


def _operand(tree: Tree[Any]) -> Operand:
    if tree.data == "empty":
        return Empty()
    if tree.data == "call":
        name, *arguments = tree.children
        return Call(_text(name), tuple(_text(each.children[0]) for each in arguments))
    return Value(_text(tree.children[0]))


def _sort(tree: Tree[Any]) -> Sort:
    field, *direction = tree.children
    return Sort(_field(field), descending=bool(direction) and direction[0].type == "DESC")


def _text(token: Token) -> str:
    inner = token[1:-1] if token.type == "STRING" else str(token)
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", lambda match: _unescape(match, token), inner)


def _unescape(match: re.Match[str], token: Token) -> str:
    escape = match[1]
    if escape in _ESCAPES:
        return _ESCAPES[escape]
    if escape in "'\"\\ ":
        return escape
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    raise JqlError(illegal_escape(escape, token, match.start()))
