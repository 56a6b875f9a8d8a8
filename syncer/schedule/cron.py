"""Cron's lines, and its notion of time; pure."""

from __future__ import annotations

import posixpath
import shlex
from string import Template

HOUR = 60
DAY = 24 * HOUR


def cron_time(every: int, spread: int) -> str:
    """Give cron's five fields for a run every `every` minutes, moved by `spread` minutes."""
    minute, hour = spread % HOUR, spread // HOUR
    if every < HOUR:
        return f"{minute % every}-59/{every} * * * *"
    if every == HOUR:
        return f"{minute} * * * *"
    hours = every // HOUR
    if every == DAY:
        return f"{minute} {hour % hours} * * *"
    return f"{minute} {hour % hours}-23/{hours} * * *"


CRON = Template("""\
# okr-sync: add these lines with `crontab -e`. Tokens stay in .env, beside okrs.yaml.
# okr-sync.log grows by a few lines a run: let logrotate turn it over.
SHELL=/bin/sh
PATH=$path
$sync cd $directory && $command sync >> okr-sync.log 2>&1
$report cd $directory && $command report --due >> okr-sync.log 2>&1
""")


def crontab(*, command: str, directory: str, every: int, spread: int) -> str:
    """Give the lines for a user's crontab; see `syncer.schedule.printing.schedule`."""

    def quoted(text: str) -> str:
        # A bare % ends cron's line.
        return shlex.quote(text).replace("%", r"\%")

    return CRON.substitute(
        path=search_path(command),
        sync=cron_time(every, spread),
        report=cron_time(HOUR, spread + 5),
        directory=quoted(directory),
        command=quoted(command),
    )


def search_path(command: str) -> str:
    """Give the PATH that finds the command and the system's own."""
    return f"{posixpath.dirname(command)}:/usr/local/bin:/usr/bin:/bin"
