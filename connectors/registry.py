"""The trackers we know: what each can be asked, what it needs, and where its connector is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import Access, BoardSource
    from connectors.clock import Clock
    from connectors.throttle import Traffic


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source, as okrs.yaml's `kind:` names it.

    `links` are the keys that a link to it takes beside `source`; of those that
    are `exclusive` too, one at a time. `apart` are those of which `children`
    needs one, none where it goes with every link. `label` and `board` are
    patterns of what can be one there, and `board_example` what to write.
    `options` are the source's own keys beside `kind`, `url` and `counting`.
    `secrets` are what signing in needs, named as the parts of the
    environment's variables. `default_url` is empty where every operator has a
    server of their own. `connector` is "module:class", imported when a source
    is opened. `pause` is how many seconds its service wants quiet when it
    limits us and doesn't say for how long.
    """

    name: str
    links: frozenset[str]
    exclusive: frozenset[str]
    apart: frozenset[str]
    label: str
    board: str
    board_example: str
    options: frozenset[str]
    secrets: tuple[str, ...]
    default_url: str
    connector: str
    pause: float | None = None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "jira": Kind(
            name="jira",
            links=frozenset({"label", "epic", "jql", "board", "scope", "sprint", "children"}),
            exclusive=frozenset({"label", "epic", "jql", "board"}),
            apart=frozenset({"jql", "board"}),
            label=r"\S+",
            board=r"[0-9]+",
            board_example="its number, such as 42, or its URL",
            options=frozenset({"projects", "deployment"}),
            secrets=("token",),
            default_url="",
            connector="connectors.boards.jira.source:JiraSource",
        ),
        "trello": Kind(
            name="trello",
            links=frozenset({"label", "board", "list", "children"}),
            exclusive=frozenset(),
            apart=frozenset(),
            label=r".+",
            board=r"[A-Za-z0-9]+",
            board_example="its URL, or its short link, such as AbCd1234",
            options=frozenset({"boards"}),
            secrets=("key", "token"),
            default_url="https://api.trello.com",
            connector="connectors.boards.trello.source:TrelloSource",
            pause=10.0,
        ),
    }
)


def open_source(access: Access, clock: Clock, patience: float) -> tuple[BoardSource, Traffic]:
    """The connector for a source, and the count of what its questions cost.

    `patience` is how many seconds it may spend waiting for its service.
    """
    from connectors.http import Transport  # noqa: PLC0415 - the table alone loads no HTTP

    kind = KINDS[access.kind]
    secrets = tuple(one for one in (access.token, access.key) if one)
    transport = Transport(
        access.name,
        clock,
        patience=patience,
        secrets=secrets,
        pause=kind.pause,
        variable=access.variable,
    )
    module, _, name = kind.connector.partition(":")
    source: BoardSource = getattr(import_module(module), name)(access, transport, clock)
    return source, transport.traffic
