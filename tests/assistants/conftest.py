"""A team with a store, and `okr-sync mcp` beside it, spoken to by the protocol's own client."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.journeys.conftest import street  # noqa: F401 - the same two servers
from tests.journeys.office import OKR_SYNC
from tests.journeys.team import Team

if TYPE_CHECKING:
    from pathlib import Path

    from mcp_types import CallToolResult, Tool


@dataclass(frozen=True)
class Meeting:
    """What a session gave: the tools, an answer of each, and whether it changed a file."""

    tools: dict[str, Tool]
    answers: dict[str, CallToolResult]
    changed: bool


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Give when each file in a folder was written, and its content."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@dataclass
class Assistant:
    """Starts the server in a process of its own, and asks it several things."""

    team: Team

    def ask(self, *calls: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
        """Call these tools one after the other, in one session."""
        return asyncio.run(self._ask(calls))[1]

    def meet(self, *calls: tuple[str, dict[str, Any]]) -> Meeting:
        """Call these tools, and keep what the server says of its tools."""
        before = snapshot(self.team.folder)
        tools, answers = asyncio.run(self._ask(calls))
        changed = snapshot(self.team.folder) != before
        names = [name for name, _ in calls]
        return Meeting({t.name: t for t in tools}, dict(zip(names, answers, strict=True)), changed)

    async def _ask(
        self, calls: tuple[tuple[str, dict[str, Any]], ...]
    ) -> tuple[list[Tool], list[CallToolResult]]:
        server = StdioServerParameters(
            command=str(OKR_SYNC),
            args=["--okrs", str(self.team.folder / "okrs.yaml"), "mcp"],
            env=dict(self.team.outside()),
            cwd="/",
        )
        with (self.team.folder.parent / "stderr").open("w") as errors:
            async with Client(stdio_client(server, errors)) as client:
                tools = (await client.list_tools()).tools
                return tools, [await client.call_tool(name, given) for name, given in calls]

    @property
    def stderr(self) -> str:
        """Give what the last server wrote to stderr."""
        return (self.team.folder.parent / "stderr").read_text("utf-8")


@pytest.fixture
def team(tmp_path, street):  # noqa: F811 - a fixture's name
    """Give a team with known cards, synced once."""
    folder = tmp_path / "okrs"
    folder.mkdir()
    team = Team(folder, street)
    yield team
    street.settle()


@pytest.fixture
def assistant(team):
    """Give an assistant beside the team."""
    return Assistant(team)
