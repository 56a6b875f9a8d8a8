"""The names of a deck's parts, counted on rather than looked for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pptx.opc.packuri import PackURI


def count_on(deck: Any) -> None:
    """Name each new part by the next free number.

    python-pptx looks through all parts for it each time, so that a deck of twice
    as many slides takes four times as long.
    """
    package = deck.part.package
    taken = {str(part.partname) for part in package.iter_parts()}
    last: Counter[str] = Counter()

    def next_partname(template: str) -> PackURI:
        last[template] += 1
        while template % last[template] in taken:
            last[template] += 1
        return PackURI(template % last[template])

    package.next_partname = next_partname
