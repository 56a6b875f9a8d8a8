"""The service's words for a query that it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lark import UnexpectedCharacters, UnexpectedToken

if TYPE_CHECKING:
    from lark import Token, UnexpectedInput

# https://support.atlassian.com/jira-service-management-cloud/docs/jql-reserved-words
_RESERVED_WORDS = """
    abort access add after alias all alter any as audit avg before begin between boolean break
    byte catch char character check checkpoint collate collation column commit connect continue
    count create current date decimal declare decrement default defaults define delete delimiter
    difference distinct divide do double drop else encoding end equals escape exclusive exec
    execute exists explain false fetch file field first float for from function go goto grant
    greater group having identified if immediate increment index initial inner inout input
    insert int integer intersect intersection into isempty isnull join last left less like limit
    lock long max min minus mode modify modulo more multiply next noaudit notin nowait number
    object of on option outer output power previous prior privileges public raise raw remainder
    rename resource return returns revoke right row rowid rownum rows select session set share
    size sqrt start strict string subtract sum synonym table then to trans transaction trigger
    true uid union unique update user validate values view when whenever where while with
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
_OPERATORS = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'"
_LEGAL_ESCAPES = r"\', \", \t, \n, \r, \\, '\ ' and \uXXXX"


class JqlError(Exception):
    """The query is refused; each of `messages` is a line of the service's answer."""

    def __init__(self, *messages: str) -> None:
        """Keep the lines apart."""
        super().__init__(" ".join(messages))
        self.messages = messages


def illegal_escape(escape: str, token: Token, offset: int) -> str:
    """What the service says to a backslash before the wrong character."""
    where = f"(line {token.line}, character {token.column + offset + 1})"
    return (
        f"Error in the JQL Query: '\\{escape}' is an illegal JQL escape sequence. "
        f"The valid escape sequences are {_LEGAL_ESCAPES}. {where}"
    )


def complaint(error: UnexpectedInput, text: str) -> str:
    """What the service says to a text that isn't JQL."""
    where = f"(line {error.line}, character {error.column})"
    if isinstance(error, UnexpectedCharacters):
        return f"Error in the JQL Query: {_unreadable(text, error.pos_in_stream)} {where}"
    if not isinstance(error, UnexpectedToken):
        raise TypeError(error)
    if error.token.type == "RESERVED":
        return (
            f"Error in the JQL Query: '{error.token}' is a reserved JQL word. You must surround it "
            f"in quotation marks to use it in a query. {where}"
        )
    if error.token.type == "$END":
        return f"Error in the JQL Query: {_unfinished(error.accepts or error.expected)}"
    return f"Error in the JQL Query: {_misplaced(error)} {where}"


def _unreadable(text: str, at: int) -> str:
    character = text[at]
    if character in "\"'":
        return f"The quoted string '{text[at + 1 :]}' has not been completed."
    return (
        f"The character '{character}' is a reserved JQL character. You must enclose it in a string "
        f"or use the escape '\\u{ord(character):04x}' instead."
    )


def _unfinished(expected: set[str]) -> str:
    if "EQUALS" in expected:
        return (
            f"Expecting operator before the end of the query. The valid operators are {_OPERATORS}."
        )
    if "EMPTY" in expected:
        return "Expecting either a value, list or function before the end of the query."
    if "RPAR" in expected:
        return "Expecting ')' before the end of the query."
    return "Expecting a field name at the end of the query."


def _misplaced(error: UnexpectedToken) -> str:
    expected, got = error.accepts or error.expected, error.token
    if "EQUALS" in expected:
        return f"Expecting operator but got '{got}'. The valid operators are {_OPERATORS}."
    if "EMPTY" in expected:
        return (
            f"Expecting either a value, list or function but got '{got}'. "
            f"You must surround '{got}' in quotation marks to use it as a value."
        )
    if "AND" in expected:
        return f"Expecting either 'OR' or 'AND' but got '{got}'."
    if "COMMA" in expected:
        return f"Expecting ')' or ',' but got '{got}'."
    return (
        f"Expecting a field name but got '{got}'. "
        f"You must surround '{got}' in quotation marks to use it as a field name."
    )
