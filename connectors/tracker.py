"""What a tracker says of itself: what its links and sources take in okrs.yaml; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from connectors.base import Selector


def any_text(text: str) -> str:
    """Take a text as it is."""
    return text


def no_faults(_keys: Mapping[str, Any], _source: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Find nothing wrong with keys that go together in any way."""
    return ()


def no_fault(_text: str) -> str | None:
    """Find nothing wrong."""
    return None


class Key(NamedTuple):
    """A key that a tracker's links, or its sources, have of their own in okrs.yaml.

    It holds a text; with `many` one or a list of them, which is a tuple for
    the connector; with `flag` true or false; with `choices` one of these.
    `assumed` is meant where nothing is written, and `example` is what a message
    suggests. `read` gives a text as the connector wants it, or raises
    ValueError with what is wrong and what to write, to stand after the key.
    With `path` it is a file's, seen from okrs.yaml's folder.
    """

    example: str
    many: bool = False
    flag: bool = False
    choices: tuple[str, ...] = ()
    assumed: str = ""
    read: Callable[[str], str] = any_text
    required: bool = False
    path: bool = False


class SetupQuestion(NamedTuple):
    """What the guided set-up asks for before a source can be tried.

    `part` is the address (`url`), what the environment's variables end with (`email`,
    `key`, `token`), or an option of the source's (`file`). A `secret` isn't shown as it
    is typed. `prompt` is what it is called, `hint` where it comes from.
    """

    part: str
    prompt: str
    secret: bool = False
    optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TrackerKind:
    """One kind of source, as the `kind:` of okrs.yaml's sources names it.

    `links` are the keys of its links beside `source`, and `options` the source's
    own beside `kind`, `url`, `insecure` and `counting`. `selector` says what a
    link asks the connector for: it gets the link's keys and the source's (those
    that are written), the KR's id, which is the label of a link that names
    nothing, and when the KR's period begins. Of the `exclusive` keys a link has
    one at a time. `label_fault` says as a whole clause, the label in it, why there
    can be no such label ("jira labels have no spaces, so 'a b' can't be one"), and
    `link_faults` what with keys that don't go together, with the key or "" for
    the whole link. `secrets` are what signing in needs, named as the parts of
    the environment's variables. `default_url` is empty where every operator has
    a server of their own, and `url_example` where there is none at all.
    `address_fault` says what is too much in a server's address, and repeats
    nothing of it. `narrows` is the option that narrows what labels and queries
    look through. `connector` is "module:class", imported when a source is
    opened. `pause` is how many seconds its service wants quiet when it limits us
    and doesn't say for how long. `lacking` says of keys that other trackers' links have
    why these have none, and what to write instead. `title`, `questions` and `survey`
    are for the guided set-up: what people call the tracker, what to ask them, and
    "module:function" that says what there is to link to (`connectors.survey`).
    `access_ends` is a function beside it that gives when the account's tokens end, as
    far as the service tells.
    """

    name: str
    connector: str
    links: Mapping[str, Key]
    selector: Callable[[Mapping[str, Any], Mapping[str, Any], str, datetime | None], Selector]
    options: Mapping[str, Key] = field(default_factory=dict)
    exclusive: frozenset[str] = frozenset()
    label_fault: Callable[[str], str | None] = no_fault
    link_faults: Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[tuple[str, str]]] = (
        no_faults
    )
    secrets: tuple[str, ...] = ("token",)
    default_url: str = ""
    url_example: str = ""
    address_fault: Callable[[str], str | None] = no_fault
    narrows: str = ""
    pause: float | None = None
    lacking: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    questions: tuple[SetupQuestion, ...] = ()
    survey: str = ""
    access_ends: str = ""
