"""The whole job: the numbers of okrs.yaml, in the store, to the tools that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.access import store_access
from config.wording import likely
from connectors.errors import ConfigurationError
from syncer.core.outbox import WriteTarget
from syncer.core.records import Write
from syncer.publish.calendars import as_known
from syncer.push.numbers import push_numbers
from syncer.push.pusher import Pusher, open_tools

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from config.okrs import Okrs
    from config.settings import Settings
    from connectors.clock import Clock
    from connectors.okr_tool import StoreAccess
    from syncer.core.outbox import PushResult
    from syncer.core.records import Decision, Progress
    from syncer.store.store import Store


@dataclass(frozen=True)
class PushJob:
    """What there is to push, before any tool is asked: a file's fault is found in time.

    `tool` and `kr` narrow it to one store and one key result.
    """

    okrs: Okrs
    access: Mapping[str, StoreAccess]
    clock: Clock
    patience: float
    tool: str | None = None
    kr: str | None = None

    @classmethod
    def of(
        cls,
        okrs: Okrs,
        settings: Settings,
        clock: Clock,
        patience: float,
        *,
        tool: str | None = None,
        kr: str | None = None,
    ) -> Self:
        """Make it; raises `ConfigurationError` for an unknown store, and where a secret lacks."""
        if tool is not None and tool not in okrs.stores:
            known = ", ".join(okrs.stores) or "none"
            near = likely(tool, okrs.stores)
            raise ConfigurationError(f"no store is named {tool}; there is {known}{near}")
        kr = okrs.find(kr).id if kr is not None else None
        places = [target for _, linked in okrs.key_results() for target in linked.write_to]
        used = {target.store for target in places if tool in (None, target.store)}
        return cls(okrs, store_access(okrs, settings, used), clock, patience, tool, kr)

    def after(
        self, store: Store, decisions: Iterable[Decision], *, dry: bool
    ) -> tuple[PushResult, ...]:
        """Push what a sync decided; where it was dry, what it would have written."""
        progress = {
            decision.kr: decision.reading.progress
            for decision in decisions
            if isinstance(decision, Write) and decision.reading
        }
        return self.push(store, dry=dry, progress=progress if dry else None)

    def push(
        self,
        store: Store,
        *,
        approved: bool = False,
        dry: bool = False,
        progress: Mapping[str, Progress] | None = None,
    ) -> tuple[PushResult, ...]:
        """Push all numbers that are to go out; `approved`: a person lets them."""
        numbers = push_numbers(
            store,
            as_known(self.okrs, store),
            self.clock.now(),
            tool=self.tool,
            kr=self.kr,
            progress=progress,
        )
        return self._pusher(store, approved=approved, dry=dry).push(numbers) if numbers else ()

    def take_back(self, store: Store, *, dry: bool = False) -> tuple[PushResult, ...]:
        """Take the last write of each number back."""
        targets = [
            WriteTarget(kr.id, target.store, target.id)
            for _, kr in self.okrs.key_results()
            for target in kr.write_to
            if self.tool in (None, target.store) and self.kr in (None, kr.id)
        ]
        return self._pusher(store, dry=dry).take_back(targets)

    def _pusher(self, store: Store, *, approved: bool = False, dry: bool) -> Pusher:
        return Pusher(
            store=store,
            tools=open_tools(self.access, self.clock, self.patience),
            clock=self.clock,
            approving={name for name, tool in self.okrs.stores.items() if tool.approve},
            approved=approved,
            dry=dry,
        )
