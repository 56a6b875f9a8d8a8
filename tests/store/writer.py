"""A process that writes until it is killed: run as a module, with the store's URL."""

from __future__ import annotations

import sys
from itertools import count

from syncer.store.store import open_store
from tests.store.samples import HOUR, NOW, write


def main(url: str) -> None:
    """Take the lock and write ever more cards, saying each time that it is about to."""
    with open_store(url) as store, store.lock():
        had = len(store.states(["PUB-1"])["PUB-1"].cards)
        for more in count(1):
            sys.stdout.write(f"{more}\n")
            sys.stdout.flush()
            store.apply([write(range(had + more), NOW + more * HOUR)], NOW)


if __name__ == "__main__":
    main(sys.argv[1])
