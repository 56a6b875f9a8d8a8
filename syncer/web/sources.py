"""How well the sources are read, and how the last run ended: out of the store alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.core.records import KrState, Run
    from syncer.store.store import Store


@dataclass(frozen=True)
class SourceHealth:
    """A source: how many key results have cards there, when it was last read whole, what is wrong.

    `oldest` is when the key result that waits longest was read from it; None where one
    never was.
    """

    name: str
    kind: str
    key_results: int
    newest: datetime | None
    oldest: datetime | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Health:
    """All sources in the file's order, and the last sync, None before the first."""

    sources: tuple[SourceHealth, ...]
    run: Run | None


def health(store: Store, okrs: Okrs) -> Health:
    """Look at all sources."""
    states = store.summaries([kr.id for _, kr in okrs.key_results()])
    linked: dict[str, list[str]] = {name: [] for name in okrs.sources}
    for _, kr in okrs.key_results():
        for source in dict.fromkeys(link.source for link in kr.links):
            linked.setdefault(source, []).append(kr.id)
    sources = (_of(name, okrs, krs, states) for name, krs in linked.items())
    return Health(tuple(sources), next(iter(store.last_runs(1, "sync")), None))


def _of(name: str, okrs: Okrs, krs: list[str], states: Mapping[str, KrState]) -> SourceHealth:
    read_at = [states[kr].read_at.get(name) for kr in krs]
    known = [at for at in read_at if at is not None]
    problems = (states[kr].problem for kr in krs)
    return SourceHealth(
        name=name,
        kind=okrs.sources[name].kind,
        key_results=len(krs),
        newest=max(known, default=None),
        oldest=min(known) if known and len(known) == len(read_at) else None,
        problems=tuple(dict.fromkeys(problem for problem in problems if problem)),
    )
