"""`okr-sync mcp`: the reading commands as tools for assistants, on stdin and stdout."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from connectors.extras import missing

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Serve until stdin ends; stdout has the protocol alone."""
    from syncer.assistants.questions import Questions  # noqa: PLC0415 - heavy

    try:
        from syncer.assistants.server import server  # noqa: PLC0415 - an extra's
    except ModuleNotFoundError as error:
        raise ConfigurationError(missing("mcp", "okr-sync mcp")) from error
    gc.enable()  # a command's process turns it off; this one may live for days
    server(Questions(arguments, context)).run("stdio")
    return 0
