"""`okr-sync init`: a commented okrs.yaml and .env.example to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.examples import write_examples

if TYPE_CHECKING:
    import argparse

    from syncer.context import World


def run(_: argparse.Namespace, world: World) -> int:
    """Write what isn't there; nothing that is there is touched."""
    for path in write_examples(world.directory):
        world.say(f"wrote {path.name}")
    world.say("Fill in okrs.yaml, copy .env.example to .env, then run: okr-sync check")
    return 0
