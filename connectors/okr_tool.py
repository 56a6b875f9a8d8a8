"""What every OKR tool is to us: what it can do, what it answers, what it is sent; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from connectors.clock import Clock
    from connectors.errors import SourceError

NOTE_LENGTH = 280
"""No note is longer, whatever the tool would take (rule 17)."""


class NumberKind(StrEnum):
    """Which of a key result's numbers goes out."""

    PERCENT = "percent"
    DONE = "done"
    REMAINING = "remaining"
    VALUE = "value"


class Abilities(NamedTuple):
    """What a tool can do.

    `lists`: its key results can be listed. `reads`: the present value can be
    read; without that a write is repeated with the same key. `dated`: it takes a
    value for a day that is past. `repeatable`: the same write twice is one.
    `status` and `note`: it shows a light and a text; the notes that come are cut to
    `note_length` characters. `takes_back`: our last write can be undone.
    `drafts`: it keeps drafts itself. `counts`: some key results it counts by itself.
    """

    lists: bool = False
    reads: bool = True
    dated: bool = False
    repeatable: bool = False
    status: bool = False
    note: bool = False
    note_length: int = NOTE_LENGTH
    takes_back: bool = False
    drafts: bool = False
    counts: bool = False


class ToolNumber(NamedTuple):
    """A key result as its tool has it now.

    `value` is None where there is none yet, `at` when it was written and
    `by_person` whether a person did that, each None where the tool doesn't tell.
    `decimals` is how many places after the point the tool keeps, None for all.
    `counts_itself`: the tool works the value out, nobody writes it.
    """

    value: float | None
    at: datetime | None = None
    by_person: bool | None = None
    start: float | None = None
    target: float | None = None
    decimals: int | None = None
    counts_itself: bool = False


class ToolKeyResult(NamedTuple):
    """A key result as its tool lists it, with the objective it is under.

    `id` is what a link to it is written with. `period` is the tool's own name
    for the time it is for; both days are whole ones, None where it doesn't tell.
    """

    id: str
    title: str
    objective: str
    objective_title: str
    team: str = ""
    period: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    start: float | None = None
    target: float | None = None
    current: float | None = None
    unit: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberWrite:
    """One write to one key result of a tool.

    `day` ("2026-11-21") is the day by the teams' clock that the number, read at
    `at`, is of. `light` is "help", "behind", "unsure" or "well" where the tool's
    status is to follow, else None; `note` is "" for none. `key` is the same for
    every repeat. `repeat`: it may have arrived before; what is there already
    must not be there twice. `there`: the tool has the value already, and only what
    goes with it is to follow. `before` is the value that it replaces. `receipt` is
    what the tool gave for it, for taking it back. `about` is what a webhook says
    of the key result.
    """

    tool_id: str
    number: NumberKind
    value: float
    at: datetime
    day: str
    key: str
    light: str | None = None
    note: str = ""
    repeat: bool = False
    there: bool = False
    before: float | None = None
    receipt: str = ""
    about: Mapping[str, object] = field(default_factory=dict)


class OkrStore(Protocol):
    """An OKR tool, configured and ready; every method raises `SourceError` for a failure.

    What it `can` says which methods it has; the others are never called.
    """

    name: str
    can: Abilities

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List the key results that the credentials can see."""
        ...  # pragma: no cover

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Give the number of every id, or why it has none (`NotFoundError`: it isn't there)."""
        ...  # pragma: no cover

    def write(self, write: NumberWrite) -> str:
        """Write, and give a receipt for `take_back`; `UnsureError` where it may have arrived."""
        ...  # pragma: no cover

    def take_back(self, write: NumberWrite) -> None:
        """Make it as it was before that write."""
        ...  # pragma: no cover


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """What an adapter needs to reach its tool; never printed whole.

    `url` is the server with what stands before the documented paths. `options`
    are the store's own keys in okrs.yaml. `key_file` is a path.
    """

    name: str
    kind: str
    url: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    key_file: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    def variable(self, part: str) -> str:
        """Name the environment's variable for a part ("token"), for messages."""
        return f"OKR_SYNC_STORES__{self.name.upper().replace('-', '_')}__{part.upper()}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must be in no message."""
        return tuple(text for text in (self.token, self.key, self.secret, self.email) if text)


class StoreOption(NamedTuple):
    """A key that a kind of store has in okrs.yaml beside `kind`, `url` and `approve`."""

    example: str
    required: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class StoreKind:
    """One kind of OKR tool, as okrs.yaml's `kind:` names it; declared beside its adapter.

    `title` is what people call the tool. `secrets` are the sets of parts that
    signing in may need, any one of them whole. `default_url` is empty where every
    operator has a server of their own. `secret_url`: the address is a secret,
    and comes from the environment alone. `opens` makes the adapter; `patience` is
    how many seconds it may wait for its tool.
    """

    name: str
    title: str
    can: Abilities
    secrets: tuple[tuple[str, ...], ...]
    opens: Callable[[StoreAccess, Clock, float], OkrStore]
    options: Mapping[str, StoreOption] = field(default_factory=dict)
    default_url: str = ""
    secret_url: bool = False
