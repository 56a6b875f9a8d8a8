"""Cron's lines, and its notion of time; pure."""

from __future__ import annotations

import shlex
from string import Template
from typing import TYPE_CHECKING

from syncer.schedule.installation import DAY, HOUR

if TYPE_CHECKING:
    from syncer.schedule.installation import Installation, Rhythm


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


def quoted_for_cron(text: str) -> str:
    """Quote a word for the shell, and for cron, whose line a bare % ends."""
    return shlex.quote(text).replace("%", r"\%")


CRON = Template("""\
# okr-sync: add these lines with `crontab -e`. Tokens stay in .env, beside okrs.yaml.
# okr-sync.log grows by a few lines a run: let logrotate turn it over.
SHELL=/bin/sh
PATH=$path
$environment$sync cd $directory && $command sync >> okr-sync.log 2>&1
$report cd $directory && $command report --due >> okr-sync.log 2>&1
""")


def crontab(installation: Installation, rhythm: Rhythm) -> str:
    """Give the lines for a user's crontab; see `syncer.schedule.printing.schedule`."""
    store = installation.store
    return CRON.substitute(
        path=installation.search_path,
        environment=f'OKR_SYNC_STORE="{store}"\n' if store else "",
        sync=cron_time(rhythm.sync, rhythm.spread),
        report=cron_time(rhythm.report, rhythm.spread + 5),
        directory=quoted_for_cron(installation.directory),
        command=" ".join(quoted_for_cron(word) for word in installation.words),
    )
