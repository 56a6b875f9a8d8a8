"""`okr-sync store`: checks the store, backs it up, copies it to another database, prunes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.commands.store_opening import existing, url_of
from syncer.report.text import counted

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from syncer.context import Context

DAMAGED = 3


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Look after the store; okrs.yaml needn't be right for it, nor there."""
    if arguments.action == "check":
        return _check(arguments, context)
    if arguments.action == "backup":
        return _back_up(arguments, context)
    if arguments.action == "prune":
        from syncer.commands.store_prune import run as prune  # noqa: PLC0415 - once a quarter

        return prune(arguments, context)
    return _copy(arguments, context)


def _check(arguments: argparse.Namespace, context: Context) -> int:
    from syncer.store.checking import check_store  # noqa: PLC0415 - the database's library is heavy

    url = url_of(arguments, context)
    with existing(url) as store:
        check = check_store(store)
    if arguments.json:
        context.json({"checked": dict(check.checked), "problems": list(check.problems)})
    else:
        counts = ", ".join(
            counted(n, name.replace("_", " ").removesuffix("s"))
            for name, n in check.checked.items()
        )
        context.say(f"looked at {counts}")
        for problem in check.problems:
            context.say(problem)
        context.say(
            counted(len(check.problems), "problem") if check.problems else "the store is well"
        )
    return DAMAGED if check.problems else 0


def _back_up(arguments: argparse.Namespace, context: Context) -> int:
    from syncer.store.backup import back_up  # noqa: PLC0415 - as above

    target: Path = context.directory / arguments.file
    with existing(url_of(arguments, context)) as store:
        back_up(store, target)
    context.say(str(target))
    return 0


def _copy(arguments: argparse.Namespace, context: Context) -> int:
    from syncer.store.copying import copy_store, is_new, made_whole  # noqa: PLC0415 - as above
    from syncer.store.store import open_store  # noqa: PLC0415 - as above

    new = is_new(arguments.target)
    with (
        existing(arguments.source) as source,
        open_store(arguments.target) as target,
        target.lock_whole(),
        made_whole(target, new=new),
    ):
        copied = copy_store(source, target)
    context.say(f"{counted(sum(copied.values()), 'row')} copied and compared")
    return 0
