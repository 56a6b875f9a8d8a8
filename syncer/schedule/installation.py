"""What is installed where, and how often it runs; pure."""

from __future__ import annotations

import posixpath
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
    """The command's path, its folder, the file where it isn't okrs.yaml, and the store's URL."""

    command: str
    directory: str
    okrs: str = ""
    store: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Give the command with the file that it is for."""
        return (self.command, "--okrs", self.okrs) if self.okrs else (self.command,)

    @property
    def search_path(self) -> str:
        """Give the PATH that finds the command and the system's own."""
        return f"{posixpath.dirname(self.command)}:/usr/local/bin:/usr/bin:/bin"
