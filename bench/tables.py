"""Results as Markdown, and their places in docs/performance.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.comparing import LATENCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bench.comparing import Job, Row
    from bench.measuring import Run

    PeerRow = Mapping[str, str]
    Peers = Mapping[str, Sequence[PeerRow]]

SEEN = ["requests", "in flight", "waves", "MB"]
COST = ["CPU s", "peak MB"]
COMPARED = ["program", *SEEN, "wall, 0 ms", "wall, 150 ms", "over the floor", *COST]
PEER_COLUMNS = ["job", "measured", *COMPARED]
MEGA = 1e6


def sections(results: Mapping[str, Job], peers: Peers) -> dict[str, str]:
    """The Markdown of every job that there are results of, and of the targets."""
    drawn_jobs = {name: _job(name, job, peers.get(name, [])) for name, job in results.items()}
    if "a" in results:
        drawn_jobs["targets"] = reached(results, peers)
    if "report" in results:
        drawn_jobs["page"] = _goals(_page(results["report"]))
    return drawn_jobs


def put(text: str, sections: Mapping[str, str]) -> str:
    """The document with each section between its two markers; the rest as it was."""
    for name, table in sections.items():
        begin, end = f"<!-- bench {name} -->", f"<!-- /bench {name} -->"
        section = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not section.search(text):
            raise ValueError(f"there is no place for {begin}")
        block = f"{begin}\n\n{table}\n\n{end}"
        text = section.sub(lambda _, block=block: block, text)  # type: ignore[misc] # mypy sees no default
    return text


def reached(results: Mapping[str, Job], peers: Peers) -> str:
    """What must be shown, line by line."""
    return _goals(targets(results, peers))


def _goals(goals: Iterable[Goal]) -> str:
    lines = [
        [goal.subject, goal.asked, goal.measured, "reached" if goal.reached else "**not reached**"]
        for goal in goals
    ]
    return drawn(["", "must reach", "measured", ""], lines)


def drawn(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; all columns but the first are set to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _job(name: str, job: Job, peers: Sequence[PeerRow]) -> str:
    if name == "report":
        return _reports(job.rows)
    peer_lines = [[row[column] for column in COMPARED] for row in peers]
    parts = [drawn(COMPARED, [*(line(row, job.rows[0]) for row in job.rows), *peer_lines])]
    if peers:
        days = sorted({row["measured"] for row in peers})
        parts.append(
            f"The others' rows are of {', '.join(days)}; their walls are multiples of then."
        )
    if job.written:
        parts.append(_written(job))
    return "\n\n".join(parts)


def line(row: Row, ours: Row) -> list[str]:
    """A program's figures; the walls are multiples of okr-sync's."""
    name = f"{row.program}{_times(row)}"
    if row.swift is None:
        return [f"{name}: {row.note}", *[""] * (len(COMPARED) - 1)]
    if row.note:
        name += f" ({row.note})"
    late = row.late or row.swift
    floor = row.floor * LATENCY / 1000
    over = f"{late.wall / floor:.1f}" if row.late and floor else ""
    walls = [_ratio(row.swift, ours.swift), _ratio(row.late, ours.late)]
    return [name, *_seen(late), *walls, over, *_cost(row.swift)]


def _times(row: Row) -> str:
    runs = [run.times for run in (row.swift, row.late) if run]
    return " *" if runs and min(runs) == 1 else ""


def _seen(run: Run) -> list[str]:
    seen = run.tally
    weight = (seen.sent + seen.received) / MEGA
    return [f"{seen.requests:,}", str(seen.peak), f"{seen.waves:,}", f"{weight:.1f}"]


def _cost(run: Run) -> list[str]:
    return [f"{run.cpu:.2f}", f"{run.memory / MEGA:.0f}"]


def _ratio(run: Run | None, ours: Run | None) -> str:
    if run is None or ours is None:
        return ""
    return f"{run.wall / ours.wall:.2f}" if run.wall < ours.wall else f"{run.wall / ours.wall:.1f}"


def _written(job: Job) -> str:
    rows = [[name, f"{count:,}"] for name, count in job.written.items()]
    caption = f"Rows written by a steady run after {job.changed} of 10,000 issues changed:"
    return f"{caption}\n\n{drawn(['table', 'rows'], rows)}"


def _reports(rows: Sequence[Row]) -> str:
    """Each format of the report; the walls are multiples of the first one's."""
    return drawn(["format", "wall", *COST, "KB written"], (_made(row, rows[0]) for row in rows))


def _made(row: Row, first: Row) -> list[str]:
    if row.swift is None:
        return [f"{row.program}: {row.note}", *[""] * (2 + len(COST))]
    wall = _ratio(row.swift, first.swift)
    return [f"{row.program}{_times(row)}", wall, *_cost(row.swift), f"{row.size / 1000:,.0f}"]


LOADS = "{:.1f} of `import jira`"
REPORT = 5.0, 300e6
"""CPU seconds and bytes of memory that a report may take in its costliest format."""
PAGE = 1.5e6, 1.0
"""Bytes beside its cards that the HTML report may have, and seconds in which it must open."""
CARDS = ("cards", "known_cards")
"""The store's tables that have a row for each issue."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: what is asked, what was measured, and whether that is enough."""

    subject: str
    asked: str
    measured: str
    reached: bool


def targets(results: Mapping[str, Job], peers: Peers) -> list[Goal]:
    """Every line whose jobs were run."""
    a, c = peers.get("a", ()), peers.get("c", ())
    lines = {
        "a": lambda job: _a(job, a),
        "b": _b,
        "c": lambda job: _c(job, c),
        "d": _d,
        "report": _report,
    }
    return [line for name, of in lines.items() if name in results for line in of(results[name])]


def at_most(subject: str, most: float, measured: float, form: str = "{:.0f}") -> Goal:
    """A figure that must not be larger."""
    return Goal(subject, f"at most {form.format(most)}", form.format(measured), measured <= most)


def at_least(subject: str, least: float, measured: float) -> Goal:
    """A ratio that must not be smaller."""
    form = "{:.1f} times"
    return Goal(subject, f"at least {form.format(least)}", form.format(measured), measured >= least)


def _a(job: Job, peers: Sequence[PeerRow]) -> Iterator[Goal]:
    rows = {row.program: row for row in job.rows}
    ours, capped = rows["okr-sync"], rows["okr-sync, bulkfetch capped"]
    theirs = _peer_wall(peers, "jira client, two fields", ours.floor)
    yield at_most("(a) requests, bulkfetch at 1000", 16, _late(ours).tally.requests)
    yield at_most("(a) requests, bulkfetch capped at 100", 110, _late(capped).tally.requests)
    subject = "(a) faster than the jira client with two fields, 150 ms, whole process, bulkfetch"
    yield at_least(f"{subject} at 1000", 10, theirs / _late(ours).wall)
    yield at_least(f"{subject} capped at 100", 5, theirs / _late(capped).wall)
    yield from _loads("(a) first run over 10,000", 5.5, ours, job)
    yield at_most("(a) peak memory", 110, _swift(ours).memory / MEGA, "{:.0f} MB")
    if job.loading:
        yield at_most("`okr-sync status`: CPU", 0.9, job.status / job.loading, LOADS)


def _b(job: Job) -> Iterator[Goal]:
    ours = job.rows[0]
    yield at_most("(b) requests", 6, _late(ours).tally.requests)
    yield from _loads("(b) 1 % of 10,000 changed", 4.7, ours, job)
    for table in CARDS:
        subject = f"store: rows of `{table}` written after {job.changed} issues changed"
        yield at_most(subject, job.changed, job.written.get(table, 0))


def _c(job: Job, peers: Sequence[PeerRow]) -> Iterator[Goal]:
    ours = job.rows[0]
    yield at_most("(c) requests", 21, _late(ours).tally.requests)
    subject = "(c) faster than py-trello's lists and cards, 150 ms, whole process"
    lists = _peer_wall(peers, "py-trello, lists, cards", ours.floor)
    yield at_least(subject, 20, lists / _late(ours).wall)


def _peer_wall(peers: Sequence[PeerRow], program: str, floor: int) -> float:
    """The seconds that another program took at 150 ms when it was measured last."""
    row = next(row for row in peers if row["program"].startswith(program))
    return float(row["over the floor"]) * floor * LATENCY / 1000


def _d(job: Job) -> Iterator[Goal]:
    names = "first run over 100,000", "1 % of 100,000 changed", "nothing of 100,000 changed"
    most = (46, 200), (11, 130), (8.2, 130)
    for name, row, (loads, memory) in zip(names, job.rows, most, strict=False):
        yield from _loads(f"(d) {name}", loads, row, job)
        yield at_most(f"(d) {name}: peak memory", memory, _swift(row).memory / MEGA, "{:.0f} MB")
    yield at_most("(d) store", 70, job.stored / MEGA, "{:.0f} MB")


def _loads(subject: str, most: float, row: Row, job: Job) -> Iterator[Goal]:
    """CPU as a multiple of `import jira`, which no machine's speed changes."""
    if job.loading:
        yield at_most(f"{subject}: CPU", most, _swift(row).cpu / job.loading, LOADS)


def _report(job: Job) -> Iterator[Goal]:
    runs = [row.swift for row in job.rows if row.swift]
    cpu, memory = REPORT
    subject = "report for 300 KRs and 100,000 ledger entries, costliest format"
    yield at_most(f"{subject}: CPU", cpu, max(run.cpu for run in runs), "{:.1f} s")
    yield at_most(
        f"{subject}: peak memory", memory / 1e6, max(run.memory for run in runs) / 1e6, "{:.0f} MB"
    )


def _page(job: Job) -> Iterator[Goal]:
    size, seconds = PAGE
    subject = "HTML report of 300 KRs"
    yield at_most(
        f"{subject}: size beside its cards", size / 1e6, job.beside_cards / 1e6, "{:.2f} MB"
    )
    if job.opened is not None:
        yield at_most(f"{subject}: opens in Chromium within", seconds, job.opened, "{:.2f} s")


def _late(row: Row) -> Run:
    return _measured(row, row.late)


def _swift(row: Row) -> Run:
    return _measured(row, row.swift)


def _measured(row: Row, run: Run | None) -> Run:
    if run is None:
        raise ValueError(f"{row.program} was not measured: {row.note}")
    return run
