"""What docs/performance.md says that okr-sync must reach, and whether it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bench.comparing import LATENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.comparing import Job, Row
    from bench.measuring import Run

    PeerRow = Mapping[str, str]
    Figure = Callable[[Job, Sequence[PeerRow]], float | None]

MEGA = 1e6
COUNT, TIMES, SECONDS, MB = "{:.0f}", "{:.1f} times", "{:.1f} s", "{:.0f} MB"
LOADS = "{:.1f} of `import jira`"
CAPPED = 2
"""The row of (a) in which bulkfetch is capped; the first is okr-sync as it comes."""


class Target(NamedTuple):
    """One line: the figure of a job that must not be larger, or as a ratio not smaller."""

    subject: str
    bound: float
    form: str
    figure: Figure
    is_least: bool = False

    def cells(self, job: Job, peers: Sequence[PeerRow]) -> Iterator[list[str]]:
        """The line, where there is such a figure."""
        figure = self.figure(job, peers)
        if figure is None:
            return
        reached = figure >= self.bound if self.is_least else figure <= self.bound
        asked = f"{'at least' if self.is_least else 'at most'} {self.form.format(self.bound)}"
        verdict = "reached" if reached else "**not reached**"
        yield [self.subject, asked, self.form.format(figure), verdict]


def _run(row: Row, run: Run | None) -> Run:
    if run is None:
        raise ValueError(f"{row.program} was not measured: {row.note}")
    return run


def _requests(row: int = 0) -> Figure:
    return lambda job, _: _run(job.rows[row], job.rows[row].late).tally.requests


def _cpu(row: int = 0) -> Figure:
    """CPU as a multiple of `import jira`, which no machine's speed changes."""
    return lambda job, _: _run(job.rows[row], job.rows[row].swift).cpu / job.loading


def _memory(row: int = 0) -> Figure:
    return lambda job, _: _run(job.rows[row], job.rows[row].swift).memory / MEGA


def _faster(program: str, row: int = 0) -> Figure:
    """How many times as long another program took at 150 ms, when it was measured last."""

    def figure(job: Job, peers: Sequence[PeerRow]) -> float:
        peer = next(peer for peer in peers if peer["program"].startswith(program))
        theirs = float(peer["over the floor"]) * job.rows[0].floor * LATENCY / 1000
        return theirs / _run(job.rows[row], job.rows[row].late).wall

    return figure


def _runs(job: Job) -> list[Run]:
    return [row.swift for row in job.rows if row.swift]


def _written(table: str) -> Target:
    subject = f"store: rows of `{table}` written after 100 issues changed"
    return Target(subject, 100, COUNT, lambda job, _: job.written.get(table, 0))


_TWO = "jira client, two fields"
_A = "(a) faster than the jira client with two fields, 150 ms, whole process, bulkfetch"
_C = "(c) faster than py-trello's lists and cards, 150 ms, whole process"
_REPORT = "report for 300 KRs and 100,000 ledger entries, costliest format"
_PAGE = "HTML report of 300 KRs"
TARGETS = {
    "a": (
        Target("(a) requests, bulkfetch at 1000", 16, COUNT, _requests()),
        Target("(a) requests, bulkfetch capped at 100", 110, COUNT, _requests(CAPPED)),
        Target(f"{_A} at 1000", 10, TIMES, _faster(_TWO), is_least=True),
        Target(f"{_A} capped at 100", 5, TIMES, _faster(_TWO, CAPPED), is_least=True),
        Target("(a) first run over 10,000: CPU", 5.5, LOADS, _cpu()),
        Target("(a) peak memory", 110, MB, _memory()),
        Target("`okr-sync status`: CPU", 0.9, LOADS, lambda job, _: job.status / job.loading),
    ),
    "c": (
        Target("(c) requests", 21, COUNT, _requests()),
        Target(_C, 20, TIMES, _faster("py-trello, lists, cards"), is_least=True),
    ),
    "report": (
        Target(f"{_REPORT}: CPU", 5, SECONDS, lambda job, _: max(run.cpu for run in _runs(job))),
        Target(
            f"{_REPORT}: peak memory",
            300,
            MB,
            lambda job, _: max(run.memory for run in _runs(job)) / MEGA,
        ),
    ),
    "b": (
        Target("(b) requests", 6, COUNT, _requests()),
        Target("(b) 1 % of 10,000 changed: CPU", 4.7, LOADS, _cpu()),
        _written("cards"),
        _written("known_cards"),
    ),
    "d": (
        Target("(d) first run over 100,000: CPU", 46, LOADS, _cpu()),
        Target("(d) first run over 100,000: peak memory", 200, MB, _memory()),
        Target("(d) 1 % of 100,000 changed: CPU", 11, LOADS, _cpu(1)),
        Target("(d) 1 % of 100,000 changed: peak memory", 130, MB, _memory(1)),
        Target("(d) nothing of 100,000 changed: CPU", 8.2, LOADS, _cpu(2)),
        Target("(d) nothing of 100,000 changed: peak memory", 130, MB, _memory(2)),
        Target("(d) store", 70, MB, lambda job, _: job.stored / MEGA),
    ),
}
PAGE = (
    Target(
        f"{_PAGE}: size beside its cards", 1.5, "{:.2f} MB", lambda job, _: job.beside_cards / MEGA
    ),
    Target(f"{_PAGE}: opens in Chromium within", 1, "{:.2f} s", lambda job, _: job.opened),
)
