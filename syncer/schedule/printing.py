"""Ready units for cron, systemd and Kubernetes, as text; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from connectors.errors import ConfigurationError
from syncer.schedule.cron import crontab
from syncer.schedule.installation import DAY, EXIT_CODES, HOUR, Rhythm
from syncer.schedule.kubernetes import manifest
from syncer.schedule.systemd import units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.schedule.installation import Installation

Kind = Literal["cron", "systemd", "kubernetes"]


def schedule(
    kind: Kind,
    installation: Installation,
    *,
    every: int = 15,
    report_every: int = HOUR,
    spread: int = 0,
    user: str = "okr-sync",
    image: str = "okr-sync:latest",
) -> str:
    """Give the units that run `sync` and `report --due` every so many minutes.

    `user` owns the installation's folder (systemd). Kubernetes has its own paths and
    takes `image` instead. `spread` is any number that stays the same for an
    installation, such as a hash of host and directory: it moves the runs off the full
    hour, so that not every worker of a site asks at once. Raises `ConfigurationError`
    for an interval that doesn't divide an hour or a day.
    """
    for minutes in (every, report_every):
        if minutes < 1 or (HOUR % minutes and (minutes % HOUR or DAY % minutes)):
            hint = "take minutes that divide an hour or a day, such as 5, 15, 30, 60, 120 or 1440"
            raise ConfigurationError(f"No schedule runs evenly every {minutes} minutes; {hint}.")
    rhythm = Rhythm(every, report_every, spread)
    if kind == "cron":
        text = crontab(installation, rhythm)
    elif kind == "systemd":
        text = units(installation, rhythm, user)
    else:
        text = manifest(image, rhythm, installation)
    return EXIT_CODES + text


def report_interval(prepares: Iterable[timedelta]) -> int:
    """Give how often `report --due` must run, in minutes, so that no window passes unseen.

    Twice within the shortest: a run may be late, or fail. Hourly is the least.
    """
    shortest = min((prepare / timedelta(minutes=2) for prepare in prepares), default=float(HOUR))
    return max((n for n in range(1, HOUR + 1) if HOUR % n == 0 and n <= shortest), default=1)
