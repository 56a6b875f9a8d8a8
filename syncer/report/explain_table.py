"""For the terminal: every card behind a KR's number, and why it counts as it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from syncer.core.records import State, percent
from syncer.report.terminal import NARROW, linked_key
from syncer.report.text import plain, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from syncer.core.records import JudgedCard

WIDE = 120
"""Columns from which a card is a line of a table."""

_ORDER = (State.REMAINING, State.DONE, State.DROPPED, State.IGNORED)
_STYLES = {State.DONE: "green", State.DROPPED: "dim", State.IGNORED: "dim"}
_GAP = 2


def explain_table(
    cards: Sequence[JudgedCard], width: int, *, state: str | None = None, title: str = ""
) -> RenderableType:
    """Draw a KR's cards by what they count as, with rule and way, and what they come to.

    Nothing is cut: what a line can't hold goes on in the next. With a `state` only
    the cards that count so are listed; the sums are those of all.
    """
    listed = [card for card in cards if state in {None, card.state.value}]
    listed.sort(key=lambda card: (_ORDER.index(card.state), card.source, card.key))
    body = _table(listed, width) if width >= WIDE else Group(*_list(listed, width))
    head = [Text(plain(title), style="bold")] if title else []
    return Group(*head, *([body] if listed else []), _sums(cards, listed))


def _table(cards: Iterable[JudgedCard], width: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), width=width)
    table.add_column("Card", no_wrap=True)
    table.add_column("Counts as", no_wrap=True)
    table.add_column("Title", ratio=3)
    table.add_column("Because", ratio=3)
    table.add_column("Reached by", ratio=2)
    for card in cards:
        texts = (card.title, card.rule, "; ".join(card.via))
        table.add_row(linked_key(card.key, card.url), _state(card), *map(Text, map(plain, texts)))
    return table


def _list(cards: Sequence[JudgedCard], width: int) -> Iterator[RenderableType]:
    """Give a card as a few lines: its key and title, and below them why and how it was reached."""
    keys = max((cell_len(plain(card.key)) for card in cards), default=0) + _GAP
    states = max(len(state.value) for state in _ORDER) + _GAP
    indent = _GAP if width < NARROW else keys + states
    for card in cards:
        line = Table.grid(padding=(0, _GAP, 0, 0))
        line.add_column(no_wrap=True, width=keys - _GAP)
        line.add_column(no_wrap=True, width=states - _GAP)
        title = Text(plain(card.title))
        cells = (linked_key(card.key, card.url), _state(card))
        line.add_row(*cells, *(() if width < NARROW else (title,)))
        yield line
        if width < NARROW:
            yield Padding(title, (0, 0, 0, indent), expand=False)
        why = "; ".join(filter(None, (plain(card.rule), plain("; ".join(card.via)))))
        yield Padding(Text(why, style="dim"), (0, 0, 0, indent), expand=False)


def _state(card: JudgedCard) -> Text:
    return Text(card.state.value, style=_STYLES.get(card.state, "bold"))


def _sums(cards: Sequence[JudgedCard], listed: Sequence[JudgedCard]) -> Text:
    """Say what the cards come to, and how many of them were left out of the list."""
    counts = {state: sum(card.state is state for card in cards) for state in _ORDER}
    done, remaining = counts[State.DONE], counts[State.REMAINING]
    text = f"{done} done, {remaining} remaining: {share(percent(done, remaining))}. "
    text += f"{counts[State.DROPPED]} dropped, {counts[State.IGNORED]} ignored."
    if len(listed) < len(cards):
        text += f" {len(listed)} of {len(cards)} cards are listed."
    return Text(text, style="bold")
