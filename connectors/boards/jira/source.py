"""Jira as a board source: finds out which deployment a server is, and asks it its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.base import Known
from connectors.boards.jira.changes import FULL
from connectors.boards.jira.client import JiraWire
from connectors.boards.jira.cloud import CloudSite
from connectors.boards.jira.data_center import DataCenterSite
from connectors.boards.jira.fetching import FetchedIssues
from connectors.boards.jira.hierarchy import OutdatedError
from connectors.boards.jira.identity import GATEWAY
from connectors.boards.jira.pull import JiraPull
from connectors.errors import NotUnderstoodError
from connectors.shelf import LostCardError

if TYPE_CHECKING:
    from connectors.base import Access, Ask, Pull, Watch
    from connectors.clock import Clock
    from connectors.http import Transport

CLOUD_HOSTS = (".atlassian.net", ".jira.com")
FULL_EVERY = timedelta(hours=24)
"""How long a comparison may stand in for reading everything anew."""

CLOUD, DATA_CENTER = "cloud", "datacenter"


class JiraSource:
    """One Jira site, of whichever deployment."""

    def __init__(self, access: Access, transport: Transport, clock: Clock) -> None:
        self.name = access.name
        self._access = access
        self._transport = transport
        self._clock = clock

    def pull(self, ask: Ask, watch: Watch) -> Pull:
        """See `BoardSource.pull`."""
        deployment = self._deployment(ask.known)
        try:
            return self._read(ask, watch, deployment)
        except (OutdatedError, LostCardError):
            return self._read(replace(ask, full=True), watch, deployment)

    def _read(self, ask: Ask, watch: Watch, deployment: str) -> Pull:
        now = self._clock.now()
        version, site_of = ("3", CloudSite) if deployment == CLOUD else ("2", DataCenterSite)
        wire = JiraWire(self._access, self._transport, version)
        site = site_of(wire, ask.known.notes)
        known, full_at = _usable(ask, now)
        fetched = FetchedIssues(self._access, wire, site, watch, known, now)
        pulling = JiraPull(fetched)
        pull = pulling.answer(ask)
        pulling.learned |= {"deployment": deployment} | site.learned
        if pull.comparable:
            pulling.learned[FULL] = full_at
        return pull

    def _deployment(self, known: Known) -> str:
        """What the operator says, the address shows, an earlier run saw, or the server tells."""
        deployment = self._access.options.get("deployment") or of_address(self._access.url)
        deployment = deployment or known.notes.get("deployment")
        if deployment:
            return deployment
        wire = JiraWire(self._access, self._transport, "2")
        return of_server(wire.get("serverInfo"), self.name)


def of_address(url: str) -> str | None:
    """The deployment that an address shows; None where only the server can tell."""
    parts = urlsplit(url)
    cloud = GATEWAY in parts.path or (parts.hostname or "").endswith(CLOUD_HOSTS)
    return CLOUD if cloud else None


def of_server(info: Any, name: str) -> str:
    """The deployment that a server says it is."""
    kind = info.get("deploymentType") if isinstance(info, dict) else None
    if kind not in ("Cloud", "Server", "DataCenter", "Data Center"):
        raise NotUnderstoodError(
            f"{name}: this server doesn't say what it is; is url a Jira's? "
            "(deployment: cloud or datacenter says it in its place)"
        )
    return CLOUD if kind == "Cloud" else DATA_CENTER


def _usable(ask: Ask, now: datetime) -> tuple[Known, str]:
    """What may be compared with, and when everything was last read anew."""
    since = ask.known.since
    last = ask.known.notes.get(FULL) or (since.isoformat() if since else None)
    if ask.full or last is None or now - datetime.fromisoformat(last) >= FULL_EVERY:
        return Known(notes=ask.known.notes), now.isoformat()
    return ask.known, last
