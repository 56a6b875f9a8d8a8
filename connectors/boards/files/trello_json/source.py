"""Trello's JSON exports as a board source: the API's own JSON, one board a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.base import ByBoard, Pull
from connectors.boards.trello.cards import Board
from connectors.boards.trello.reach import BoardReach
from connectors.errors import NotFoundError, NotUnderstoodError
from connectors.files import NEWEST, as_of, read_files, text_of
from connectors.foreign_json import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from connectors.base import Access, Ask, Hit, Selector, Watch
    from connectors.boards.trello.reach import Source
    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.files import ExportedFile
    from connectors.http import Transport


class TrelloJsonSource:
    """The boards whose exports fit a name; of each board the newest."""

    def __init__(self, access: Access, _transport: Transport, clock: Clock) -> None:
        self.name = access.name
        self._access = access
        self._clock = clock

    def pull(self, ask: Ask, watch: Watch) -> Pull:
        """See `BoardSource.pull`."""
        files = read_files(self._access, ask, self._clock)
        boards: dict[str, Board] = {}
        used, notes = [], []
        for file in files:
            board = self._board(file, ask.estimates)
            if boards.setdefault(str(board.json.get("id", file.name)), board) is board:
                used.append(file)
            else:
                notes.append(f"{self.name}: {file.name} isn't counted: a newer file has its board")
        reach = BoardReach(self.name, _by_name(boards, ask.selectors), _mirrored(boards.values()))
        hits, problems = self._answer(reach, ask.selectors, boards)
        watch.progressed(len(reach.cards), len(reach.cards))
        return Pull(
            self.name,
            as_of(used, self._clock.now()),
            reach.cards,
            hits,
            problems,
            reach.lists,
            notes=(*notes, *reach.closed()),
            learned={NEWEST: files[0].written.isoformat()},
        )

    def _board(self, file: ExportedFile, estimates: Sequence[str]) -> Board:
        try:
            export = read_json(text_of(self.name, file))
        except ValueError as error:
            message = f"{self.name}: {file.name} isn't whole JSON; export the board anew"
            raise NotUnderstoodError(message) from error
        try:
            return Board.read(self.name, export, estimates)
        except NotUnderstoodError as error:
            text = str(error).removeprefix(f"{self.name}: ")
            message = f"{self.name}: {file.name} is {text}; export the board anew"
            raise NotUnderstoodError(message) from error

    def _answer(
        self, reach: BoardReach, selectors: Sequence[Selector], boards: Mapping[str, Board]
    ) -> tuple[dict[Selector, tuple[Hit, ...]], dict[Selector, SourceError]]:
        hits: dict[Selector, tuple[Hit, ...]] = {}
        problems: dict[Selector, SourceError] = {}
        every = tuple(map(_short_link, boards.values()))
        for link in selectors:
            if not isinstance(link, ByBoard):
                continue
            named = replace(link, boards=link.boards or every)
            missing = [board for board in named.boards if board not in reach.boards]
            if missing:
                problems[link] = NotFoundError(
                    f"{self.name}: no file holds board {', '.join(missing)}; there is "
                    f"{', '.join(every)}"
                )
            elif problem := reach.missing_lists(named):
                problems[link] = problem
            else:
                hits[link] = tuple(reach.hits(named))
        return hits, problems


def _by_name(boards: Mapping[str, Board], selectors: Sequence[Selector]) -> dict[str, Board]:
    """Give the boards by what the links call them: a short link, or an id."""
    named = {name for link in selectors if isinstance(link, ByBoard) for name in link.boards}
    whole = any(isinstance(link, ByBoard) and not link.boards for link in selectors)
    out = {_short_link(board): board for board in boards.values()} if whole else {}
    for id_, board in boards.items():
        out |= dict.fromkeys(named & {id_, _short_link(board)}, board)
    return out


def _short_link(board: Board) -> str:
    """Give a board's short link; an old export has it in the board's address alone."""
    export = board.json
    address = [part for part in str(export.get("shortUrl", "")).split("/") if part]
    return str(export.get("shortLink") or (address[-1] if address else export.get("id", "")))


def _mirrored(boards: Iterable[Board]) -> dict[str, Source]:
    """Give the source card of each mirror that some file holds, by its id."""
    placed = [card for board in boards for card in board.cards]
    source_ids = {card.mirrors for card in placed if card.mirrors}
    return {card.number: (card.card, card.items) for card in placed if card.number in source_ids}
