"""The server: the questions as tools of the Model Context Protocol, each said to be read-only.

https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

from __future__ import annotations

import functools
import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from connectors.errors import OkrSyncError
from syncer.assistants.answer import ToolAnswer  # noqa: TC001 - the tools' schemas are made of it
from syncer.assistants.asking import without_folders
from syncer.assistants.quoting import NOTICE
from syncer.logs import origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.assistants.questions import Questions

P = ParamSpec("P")

log = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Progress of objectives and key results, counted from the cards of Jira and Trello boards."
    " Every tool only reads. Repeat a figure with its freshness, and say so where an answer isn't"
    f" whole. These figures are about teams, never about a person. {NOTICE}"
)

KeyResult = Annotated[str, Field(description="a key result's id, such as PUB-1")]
Team = Annotated[str | None, Field(description="only this team's")]
Period = Annotated[str | None, Field(description="only this period's, such as 2026-Q4")]
State = Annotated[
    Literal["done", "remaining", "dropped", "ignored"] | None,
    Field(description="only the cards that count as this"),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="how many at most")]
Offset = Annotated[int, Field(ge=0, description="how many cards to leave out first")]
AsOf = Annotated[
    str | None,
    Field(description="a day (2026-11-19) or a moment (2026-11-19T10:00), not in the future"),
]


def server(questions: Questions) -> MCPServer:
    """Make the server; it needs a transport to run on."""
    made = MCPServer(
        "okr-sync", version=version("okr-sync"), instructions=INSTRUCTIONS, subscriptions=False
    )

    def status(team: Team = None, period: Period = None) -> ToolAnswer:
        return questions.status(team, period)

    def explain(
        key_result: KeyResult, state: State = None, limit: Limit = 200, offset: Offset = 0
    ) -> ToolAnswer:
        return questions.explain(key_result, state, limit, offset)

    def history(key_result: KeyResult, limit: Limit = 200) -> ToolAnswer:
        return questions.history(key_result, limit)

    def report(team: Team = None, as_of: AsOf = None) -> ToolAnswer:
        return questions.report(team, as_of)

    def check() -> ToolAnswer:
        return questions.check()

    for tool, description in (
        (status, "Where every key result stands: cards done and remaining, light, freshness."),
        (explain, "Every card behind a key result's number: counted as what, by which rule."),
        (history, "How a key result's number and scope came about: readings and scope ledger."),
        (report, "The review report, now or as of a past day: lights, changes, asks, forecasts."),
        (check, "What is wrong with okrs.yaml, credentials and links. Asks the services now."),
    ):
        made.add_tool(
            _guarded(tool),
            description=description,
            annotations=ToolAnnotations(
                title=f"okr-sync {tool.__name__}",
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=tool is check,
            ),
        )
    return made


def _guarded(tool: Callable[P, ToolAnswer]) -> Callable[P, ToolAnswer]:
    """Let what goes wrong be said in a sentence: no traceback, no path, no service's own words."""

    @functools.wraps(tool)
    def ask(*arguments: P.args, **named: P.kwargs) -> ToolAnswer:
        try:
            return tool(*arguments, **named)
        except OkrSyncError as error:
            raise ToolError(without_folders(str(error))) from None
        except OSError as error:
            raise ToolError(f"a file or folder can't be used: {error.strerror}") from None
        except Exception as error:  # noqa: BLE001 - its words may hold a secret or a person
            log.error("%s: a fault of okr-sync's own: %s", tool.__name__, origin(error))  # noqa: TRY400
            raise ToolError("a fault of okr-sync's own; its log says where") from None

    return ask
