"""Jira as a board source: finds out which deployment a server is, and asks it its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.boards.jira_cloud import CloudSite
from connectors.boards.jira_reading import GATEWAY, Reading
from connectors.boards.jira_wire import JiraWire
from connectors.errors import NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.base import Access, Ask, Pull
    from connectors.clock import Clock
    from connectors.http import Transport

CLOUD_HOSTS = (".atlassian.net", ".jira.com")


class JiraSource:
    """One Jira site, of whichever deployment."""

    def __init__(self, access: Access, transport: Transport, clock: Clock) -> None:
        self.name = access.name
        self._access = access
        self._transport = transport
        self._clock = clock

    def pull(self, ask: Ask, progressed: Callable[[int, int], None]) -> Pull:
        """See `BoardSource.pull`."""
        read_at = self._clock.now()
        with JiraWire(self._access, self._transport, "3") as wire:
            return Reading(self._access, wire, CloudSite(wire), progressed).answer(ask, read_at)


def is_cloud(url: str) -> bool | None:
    """Whether an address is a Cloud site's; None where only the server can tell."""
    host = urlsplit(url).hostname or ""
    return True if host == GATEWAY or host.endswith(CLOUD_HOSTS) else None


def deployment(info: Any, name: str) -> bool:
    """Whether a server says of itself that it is Cloud."""
    kind = info.get("deploymentType") if isinstance(info, dict) else None
    if kind not in {"Cloud", "Server", "DataCenter"}:
        raise NotUnderstoodError(
            f"{name}: this server doesn't say what it is; is url a Jira's? "
            "(deployment: cloud or datacenter says it in its place)"
        )
    return bool(kind == "Cloud")
