"""The program's first step: Ctrl-C while its parts are being loaded ends it, and says nothing.

Until `signals.watch` there is nothing to end in order, and Python's own answer is a traceback.
"""

from __future__ import annotations

import os
import signal


def main() -> int:
    """Run the program."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What other distributions bring for pydantic would be looked for in all of them, and then see
    # secrets: https://docs.pydantic.dev/latest/concepts/plugins/
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from syncer.cli import main as run  # noqa: PLC0415 - only now may loading take its time

    return run()
