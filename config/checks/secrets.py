"""Finds the secrets that somebody put into okrs.yaml, and says where they belong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config import deliveries
from config.yaml_file import Problem
from connectors.redaction import hide, holds_secret
from connectors.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.yaml_file import Content, Place

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
_COMMON = 8  # a shorter value may well be an ordinary word elsewhere in the file


def variable(source: str, part: str) -> str:
    """Name the environment's variable for a part ("token") of a source's access."""
    return f"OKR_SYNC_SOURCES__{source.upper().replace('-', '_')}__{part.upper()}"


def leaks(content: Content) -> dict[Place, str]:
    """Say for each place that holds a secret which variable to set instead."""
    found = _found(content, (), content)
    return {place: f"{place[-1]} holds {_advice(named)}" for place, named in found}


def _advice(named: str) -> str:
    return f"a secret, and this file is no place for one; take it out and set {named} instead"


def leaked_lines(text: str, known: frozenset[int]) -> Iterator[Problem]:
    """Yield the lines, beside those known, with a secret in them: comments, keys, no YAML."""
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in known and holds_secret(line):
            yield Problem(number, "here is " + _advice(variable("<NAME>", "token")))


def without_leaks(content: Content, places: frozenset[Place]) -> Content:
    """Copy the values with every repetition of a leaked one replaced."""
    values = {value for place in places for value in _texts(_at(content, place))}
    return _scrubbed(content, {value for value in values if len(value) >= _COMMON})


def _found(value: Content, place: Place, content: Content) -> Iterator[tuple[Place, str]]:
    part = _part(value, place, content)
    if part is not None and len(place) > 2 and place[0] == "deliver":  # noqa: PLR2004 - deliver, name, key
        named = _DELIVERED.get(_key(place), part)
        yield place, deliveries.variable(str(place[1]), named)
    elif part is not None:
        yield place, variable(_source_name(place), part)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _found(item, (*place, key), content)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, (*place, index), content)


def _part(value: Content, place: Place, content: Content) -> str | None:
    """Tell which part of an access a value is, by its key or its shape; None if it's none."""
    key = _key(place)
    if key in _DELIVERED and place[0] == "deliver" and len(place) > 2:  # noqa: PLR2004 - as above
        return _DELIVERED[key]
    within_source = len(place) > 2 and place[0] == "sources"  # noqa: PLR2004 - sources, name, key
    named_source = len(place) == 2 and place[0] == "sources"  # noqa: PLR2004 - sources, name
    if key in _TOKEN_KEYS and not (named_source and isinstance(value, dict)):
        return "token"
    if within_source and key in _SOURCE_KEYS:
        wanted = _SOURCE_KEYS[key]
        return "token" if wanted == "key" and not _takes_key(content, place) else wanted
    return "token" if isinstance(value, str) and holds_secret(value) else None


def _key(place: Place) -> str:
    return re.sub(r"[\s_-]", "", str(place[-1]).casefold()) if place else ""


def _takes_key(content: Content, place: Place) -> bool:
    kind = KINDS.get(str(_at(content, (*place[:2], "kind"))))
    return kind is None or "key" in kind.secrets


def _source_name(place: Place) -> str:
    return str(place[1]) if len(place) > 2 and place[0] == "sources" else "<NAME>"  # noqa: PLR2004


def _at(content: Content, place: Place) -> Content:
    for part in place:
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
