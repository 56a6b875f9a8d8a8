"""`okr-sync init`: a commented okrs.yaml and .env.example to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.examples import write_examples

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Write what isn't there; nothing that is there is touched."""
    if arguments.from_store:
        from syncer.push.init_from_store import init_from_store  # noqa: PLC0415 - only it asks tools

        return init_from_store(arguments, context)
    for path in write_examples(context.directory):
        context.say(f"wrote {path.name}")
    context.say("Fill in okrs.yaml, copy .env.example to .env, then run: okr-sync check")
    return 0
