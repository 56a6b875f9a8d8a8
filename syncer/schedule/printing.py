"""Ready units for cron, systemd and Kubernetes, as text; pure."""

from __future__ import annotations

from typing import Literal

from connectors.errors import ConfigurationError
from syncer.schedule.cron import DAY, HOUR, crontab
from syncer.schedule.kubernetes import manifest
from syncer.schedule.systemd import units

Kind = Literal["cron", "systemd", "kubernetes"]

EXIT_CODES = """\
# Exit codes: 0 all well; 1 some source or key result failed, the rest was
# written; 2 configuration or usage; 3 the store failed; 4 another run is at work.
"""


def schedule(
    kind: Kind,
    *,
    command: str,
    directory: str,
    every: int = 15,
    spread: int = 0,
    user: str = "okr-sync",
    image: str = "okr-sync:latest",
) -> str:
    """Give the units that run `sync` every `every` minutes and `report --due` hourly.

    `command` is the absolute path of okr-sync; `directory` holds okrs.yaml, the
    store and the reports. `user` owns it (systemd). Kubernetes has its own
    paths and takes `image` instead. `spread` is any number that stays the same
    for an installation, such as a hash of host and directory: it moves the runs
    off the full hour, so that not every worker of a site asks at once. Raises
    `ConfigurationError` for an interval that doesn't divide an hour or a day.
    """
    if every < 1 or (HOUR % every and (every % HOUR or DAY % every)):
        hint = "take minutes that divide an hour or a day, such as 5, 15, 30, 60, 120 or 1440"
        raise ConfigurationError(f"No schedule runs evenly every {every} minutes; {hint}.")
    if kind == "cron":
        text = crontab(command=command, directory=directory, every=every, spread=spread)
    elif kind == "systemd":
        text = units(command=command, directory=directory, every=every, user=user)
    else:
        text = manifest(image=image, every=every, spread=spread)
    return EXIT_CODES + text
