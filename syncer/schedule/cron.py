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
# okr-sync.log grows by a line a run: let logrotate turn it over. Of a run that fails (but for 4,
# another at work) cron mails its last lines. Add this one to be told of old numbers, too:
#   0 9 * * * $start status --fail-stale 2d > /dev/null
SHELL=/bin/sh
PATH=$path
$lines""")
LOGGED = ">> okr-sync.log 2>&1 || [ $? = 4 ] || tail -n 5 okr-sync.log"


def crontab(installation: Installation, rhythm: Rhythm) -> str:
    """Give the lines for a user's crontab; see `syncer.schedule.printing.schedule`.

    The variables stand in the lines: in a crontab they would hold for all below.
    """
    words = [f"{name}={quoted_for_cron(value)}" for name, value in installation.variables.items()]
    words += map(quoted_for_cron, installation.words)
    start = f"cd {quoted_for_cron(installation.directory)} && {' '.join(words)}"
    lines = [f"{cron_time(rhythm.sync, rhythm.spread)} {start} sync {LOGGED}\n"]
    if installation.is_due:
        time = cron_time(rhythm.report, rhythm.spread + 5)
        lines.append(f"{time} {start} report --due {LOGGED}\n")
    return CRON.substitute(path=installation.search_path, start=start, lines="".join(lines))
