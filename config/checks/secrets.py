"""Finds the secrets that somebody put into okrs.yaml, and says where they belong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.own_keys import kind_of
from config.variables import delivery_variable, source_variable, store_variable
from config.yaml_file import Problem
from connectors.redaction import hide, holds_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.yaml_file import Content, KeyPath

_TOKEN_KEYS = frozenset(
    (
        *("token", "apitoken", "accesstoken", "authtoken", "pat", "bearer"),
        *("secret", "apisecret", "clientsecret", "password", "passwd", "pass"),
        *("auth", "authorization", "credentials"),
    )
)
_SOURCE_KEYS = {
    **dict.fromkeys(("email", "mail", "user", "username", "login"), "email"),
    **dict.fromkeys(("key", "apikey", "appkey"), "key"),
}
_DELIVERED = {
    **dict.fromkeys(("webhook", "webhookurl", "hook"), "webhook"),
    **dict.fromkeys(("password", "passwd", "pass"), "password"),
    **dict.fromkeys(("email", "mail", "login"), "email"),
}
_STORED = {
    **dict.fromkeys(("email", "mail", "user", "username", "login"), "email"),
    **dict.fromkeys(("key", "apikey", "clientid"), "key"),
    **dict.fromkeys(("keyfile", "credentialsfile", "serviceaccount"), "key_file"),
    **dict.fromkeys(("secret", "clientsecret", "signingkey", "signingsecret"), "secret"),
}
_WITHIN = 3  # a group, a name in it, and a key of that: sources, jira, token
_COMMON = 8  # a shorter value may well be an ordinary word elsewhere in the file


def leaks(content: Content) -> dict[KeyPath, str]:
    """Say for each key path that leads to a secret which variable to set instead."""
    leaking = _leaking(content, (), content)
    return {path: f"{path[-1]} holds {_advice(variable)}" for path, variable in leaking}


def _advice(variable: str) -> str:
    return f"a secret, and this file is no place for one; take it out and set {variable} instead"


def leaked_lines(text: str, known: frozenset[int]) -> Iterator[Problem]:
    """Yield the lines, beside those known, with a secret in them: comments, keys, no YAML."""
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in known and holds_secret(line):
            yield Problem(number, "here is " + _advice(source_variable("<NAME>", "token")))


def without_leaks(content: Content, places: frozenset[KeyPath]) -> Content:
    """Copy the values with every repetition of a leaked one replaced."""
    values = {value for path in places for value in _texts(_at(content, path))}
    return _scrubbed(content, {value for value in values if len(value) >= _COMMON})


def _leaking(value: Content, path: KeyPath, content: Content) -> Iterator[tuple[KeyPath, str]]:
    part = _part(value, path, content)
    if part is not None:
        yield path, _variable(path, part)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaking(item, (*path, key), content)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaking(item, (*path, index), content)


def _variable(path: KeyPath, part: str) -> str:
    """Name the variable that a secret belongs into, by where in the file it is."""
    group, name = (path[0], str(path[1])) if len(path) >= _WITHIN else ("", "<NAME>")
    if group == "deliver":
        return delivery_variable(name, _DELIVERED.get(_key(path), part))
    if group == "stores":
        return store_variable(name, _STORED.get(_key(path), part))
    return source_variable(name if group == "sources" else "<NAME>", part)


def _part(value: Content, path: KeyPath, content: Content) -> str | None:
    """Tell which part of an access a value is, by its key or its shape; None if it's none."""
    key, group = _key(path), path[0] if len(path) >= _WITHIN else ""
    if group == "deliver" and key in _DELIVERED:
        return _DELIVERED[key]
    if group == "stores" and key in _STORED:
        return _STORED[key]
    names_source = len(path) == _WITHIN - 1 and path[0] in {"sources", "stores", "deliver"}
    if key in _TOKEN_KEYS and not (names_source and isinstance(value, dict)):
        return "token"
    if group == "sources" and key in _SOURCE_KEYS:
        part = _SOURCE_KEYS[key]
        return "token" if part == "key" and not _takes_key(content, path) else part
    return "token" if isinstance(value, str) and holds_secret(value) else None


def _key(path: KeyPath) -> str:
    return re.sub(r"[\s_-]", "", str(path[-1]).casefold()) if path else ""


def _takes_key(content: Content, path: KeyPath) -> bool:
    kind = kind_of(_at(content, path[:2]))
    return kind is None or "key" in kind.secrets


def _at(content: Content, path: KeyPath) -> Content:
    for part in path:
        if not isinstance(content, dict | list):
            return None
        content = content.get(part) if isinstance(content, dict) else content[int(part)]
    return content


def _texts(value: Content) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _scrubbed(value: Content, secrets: set[str]) -> Content:
    if isinstance(value, dict):
        return {_clean(key, secrets): _scrubbed(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_scrubbed(item, secrets) for item in value]
    return _clean(value, secrets) if isinstance(value, str) else value


def _clean(text: str, secrets: set[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return hide(text)
