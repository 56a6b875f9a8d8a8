"""Finds a key result by its id, also one that left okrs.yaml: the store knows it (rule 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.okrs import KeyResult, Okrs
    from syncer.store.store import Store


def known_kr(store: Store, okrs: Okrs, name: str) -> tuple[str, str | None]:
    """Give a KR's id as it is spelled, and what is to be said of it; None where nothing is.

    Raises `ConfigurationError` where neither the file nor the store knows it.
    """
    folded = name.strip().casefold()
    filed = next((kr.id for _, kr in okrs.key_results() if kr.id.casefold() == folded), None)
    if filed is None:
        for kr in store.defined():
            if kr.id.casefold() == folded:
                since = f" on {kr.taken_out_at:%Y-%m-%d}" if kr.taken_out_at else ""
                return kr.id, f"{kr.id} left okrs.yaml{since}; this is what the store knows of it."
        filed = okrs.find_kr(name).id
    last = store.summaries([filed])[filed]
    return filed, None if last.reading else _unread(okrs.find_kr(filed), last.problem)


def _unread(kr: KeyResult, problem: str | None) -> str:
    """Say that a KR was never read, and why."""
    if not kr.links:
        return f"{kr.id} has no link in okrs.yaml, so that no cards are counted; add links:"
    if problem:
        return f"{kr.id} was never read: {problem}"
    return f"{kr.id} was never read yet: run okr-sync sync"
