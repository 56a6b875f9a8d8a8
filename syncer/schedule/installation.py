"""What is installed where, and how often it runs; pure."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

HOUR = 60
DAY = 24 * HOUR

EXIT_CODES = """\
# Exit codes: 0 all well; 1 some source or key result failed, the rest was
# written; 2 configuration or usage; 3 the store failed; 4 another run is at work.
"""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Minutes between two runs of each command, and how far from the hour they are."""

    sync: int
    report: int
    spread: int = 0


@dataclass(frozen=True, slots=True)
class Installation:
    """The command's path, its folder, the file where it isn't okrs.yaml, and the store's URL.

    `secrets` is the folder of secrets that the environment names, `data` the store's
    where that is another than the file's, `is_due` whether there is any report to make.
    """

    command: str
    directory: str
    okrs: str = ""
    store: str = ""
    secrets: str = ""
    data: str = ""
    is_due: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """Give the command with the file that it is for."""
        return (self.command, "--okrs", self.okrs) if self.okrs else (self.command,)

    @property
    def variables(self) -> dict[str, str]:
        """Give what the environment said when this was printed, and has to say again."""
        given = {"OKR_SYNC_STORE": self.store, "OKR_SYNC_SECRETS_DIR": self.secrets}
        return {name: value for name, value in given.items() if value}

    @property
    def name(self) -> str:
        """Name the units, so that those of two files stand side by side."""
        stem = re.sub(r"[^a-z0-9]+", "-", posixpath.splitext(self.okrs)[0].lower()).strip("-")
        # Their endings are taken.
        stem = f"{stem}-okrs" if stem.endswith(("report", "failed")) else stem
        return f"okr-sync-{stem}" if stem not in {"", "okrs"} else "okr-sync"

    @property
    def folders(self) -> tuple[str, ...]:
        """Give what a run writes in."""
        return (self.directory, self.data) if self.data else (self.directory,)

    @property
    def search_path(self) -> str:
        """Give the PATH that finds the command and the system's own."""
        return f"{posixpath.dirname(self.command)}:/usr/local/bin:/usr/bin:/bin"
