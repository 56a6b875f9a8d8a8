"""One program at one job: measured with and without latency, or the reason why not."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.measuring import ProgramError, Run, repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.trackers import Trackers

LATENCY = 150.0
"""Milliseconds that a request takes beside no time at all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One program: without latency and with; a note where there is more to say.

    `floor` is the least number of waves of the job. `size` is told where it differs by row.
    """

    program: str
    swift: Run | None = None
    late: Run | None = None
    floor: int = 0
    size: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What came out of one job; the first row is what the others are compared to.

    `written` are rows by table, `stored` the bytes of the store. `loading` are the seconds of
    CPU of `import jira`, and `status` those of `okr-sync status`, in the same minutes.
    `beside_cards` are the bytes of the HTML report without its cards, `opened` the seconds
    in which a browser loads it.
    """

    rows: tuple[Row, ...] = ()
    stored: int = 0
    loading: float = 0.0
    status: float = 0.0
    written: dict[str, int] = field(default_factory=dict)
    beside_cards: int = 0
    opened: float | None = None


def measured_run(row: Row, run: Run | None) -> Run:
    """The run, which there must be; the row says why there is none."""
    if run is None:
        raise ValueError(f"{row.program} was not measured: {row.note}")
    return run


@contextmanager
def folder() -> Iterator[Path]:
    """Somewhere to work, gone afterwards."""
    with TemporaryDirectory(prefix="okr-sync-bench-") as name:
        yield Path(name)


def measured(
    name: str, trackers: Trackers, once: Callable[[], Run], *, floor: int = 0, note: str = ""
) -> Row:
    """One program without latency (and a run before that, to warm up), then with.

    Where it can't be measured, the note says why.
    """
    trackers.latency(0)
    try:
        once()
        swift = repeated(once)
        trackers.latency(LATENCY)
        return Row(name, swift, repeated(once), floor, note=note)
    except ProgramError as error:
        return Row(name, note=str(error))
    finally:
        trackers.latency(0)
