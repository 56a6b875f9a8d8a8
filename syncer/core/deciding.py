"""What a run loads of what is stored to decide: of what hasn't changed, nothing; pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from connectors.base import Pull
from connectors.errors import NotUnderstoodError, SourceError
from connectors.gathered import GatheredCards
from connectors.shelf import LostCardError
from syncer.core.adjusting import adjusted
from syncer.core.plan import former_links
from syncer.core.records import Write
from syncer.core.touched import narrowed, reached, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from config.okrs import Okrs
    from connectors.base import Selector
    from syncer.core.plan import Plan, Target
    from syncer.core.records import Decision, JudgedCard, KrState

    Answers = Mapping[str, Pull | SourceError]
    States = Mapping[str, KrState]
    Whole = Callable[[Sequence[Target], Answers, States], Iterable[Decision]]

AT_ONCE = 20
"""KRs whose cards are loaded together."""

MUCH = 5000
"""Cards that are written together."""


class StoredStates(Protocol):
    """Where the KRs stand, as it is stored; with each KR's cards, without, or with some."""

    def summaries(self, krs: Iterable[str]) -> States:
        """Give each KR's state without its cards."""
        ...  # pragma: no cover

    def states(self, krs: Iterable[str]) -> States:
        """Give the same with them."""
        ...  # pragma: no cover

    def judged(
        self, changed: Mapping[str, Mapping[str, Iterable[str]]]
    ) -> Mapping[str, tuple[JudgedCard, ...]]:
        """Give these cards, named by KR, source and id, as far as they are there."""
        ...  # pragma: no cover


class Deciding(NamedTuple):
    """Decides on the KRs of a plan, with as much of the store as that needs.

    `whole` decides on KRs on all their cards.
    """

    plan: Plan
    okrs: Okrs
    store: StoredStates
    at: datetime
    whole: Whole

    def decisions(self, answers: Answers, loaded: States) -> Iterator[Decision]:
        """Decide on all, in the plan's order; some states may be `loaded` with their cards."""
        targets = self.plan.targets
        before = {
            kr: replace(state, cards=loaded[kr].cards) if kr in loaded else state
            for kr, state in self.store.summaries(target.id for target in targets).items()
        }
        try:
            decided = self._adjusted(answers, before)
            rest = [target for target in targets if target.id not in decided]
            answers = self._reached(rest, answers, before)
        except LostCardError:
            decided, rest, answers = {}, list(targets), _unreadable(answers)
        whole = self._whole(rest, answers, before)
        following = next(whole, None)
        for target in targets:
            if target.id in decided:
                yield decided[target.id]
            elif following is not None and following.kr == target.id:
                yield following
                following = next(whole, None)

    def _adjusted(self, answers: Answers, before: States) -> dict[str, Decision]:
        """The decisions that the changed cards alone tell."""
        targets = {target.id: target for target in self.plan.targets}
        todo = work(self.plan.targets, answers, before, self.at)
        touched = {kr: ids for kr, ids in todo.cards.items() if ids}
        stored = self.store.judged(touched)
        changed = [targets[kr] for kr in touched]
        narrow = {
            name: narrowed(
                pull,
                {id_ for ids in touched.values() for id_ in ids.get(name, ())},
                {link for target in changed for link in target.selectors.get(name, ())},
            )
            for name, pull in _compared(answers).items()
        }
        decided: dict[str, Decision] = {}
        for kr, ids in todo.cards.items():
            last = replace(before[kr], cards=stored.get(kr, ()))
            adjusting = partial(adjusted, targets[kr], last, ids, narrow, self.okrs.rules[kr])
            # Whatever goes wrong goes wrong on all its cards too, where it is the KR's own failure.
            with suppress(ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
                if (decision := adjusting(at=self.at)) is not None:
                    decided[kr] = decision
        return decided

    def _reached(self, rest: Sequence[Target], answers: Answers, before: States) -> Answers:
        """Give the answers with all cards that these KRs reach, or did."""
        compared = _compared(answers)
        had = [t.id for t in rest if before[t.id].reading and compared.keys() & t.selectors.keys()]
        states = self.store.states(had) if had else {}
        stored: dict[str, set[str]] = {name: set() for name in answers}
        for card in (card for state in states.values() for card in state.cards):
            stored.setdefault(card.source, set()).add(card.id)
        return {
            name: reached(answer, _links(rest, before, name), stored[name])
            if isinstance(answer, Pull)
            else answer
            for name, answer in answers.items()
        }

    def _whole(
        self, targets: Sequence[Target], answers: Answers, before: States
    ) -> Iterator[Decision]:
        for begin in range(0, len(targets), AT_ONCE):
            part = targets[begin : begin + AT_ONCE]
            loaded = self.store.states(target.id for target in part if _has_more(before[target.id]))
            yield from self.whole(part, answers, {**before, **loaded})


def in_parts(decisions: Iterable[Decision]) -> Iterator[list[Decision]]:
    """Gather decisions until there is much to write."""
    part: list[Decision] = []
    for decision in decisions:
        part.append(decision)
        if sum(len(made.upserts) for made in part if isinstance(made, Write)) >= MUCH:
            yield part
            part = []
    yield part


def in_short(decision: Decision) -> Decision:
    """Give a decision without what may be much: its cards, and the entries of the past."""
    if not isinstance(decision, Write):
        return decision
    entries = tuple(entry for entry in decision.entries if not entry.rebuilt)
    return replace(decision, upserts=(), gone=(), entries=entries, rebuilt=())


def _has_more(state: KrState) -> bool:
    """Whether a KR was read before, perhaps by other sources, and its cards aren't loaded yet."""
    return bool(state.read_at or state.reading) and not state.cards


def _links(targets: Iterable[Target], before: States, source: str) -> set[Selector]:
    """Give the links of these KRs, and those by which they were last read."""
    return {
        link
        for target in targets
        for links in (target.selectors, former_links(target, before[target.id]))
        for link in links.get(source, ())
    }


def _compared(answers: Answers) -> dict[str, Pull]:
    """Give the pulls that tell what changed."""
    return {
        name: answer
        for name, answer in answers.items()
        if isinstance(answer, Pull) and answer.changes is not None
    }


def _unreadable(answers: Answers) -> Answers:
    """Take what is known and can't be read for no answer."""
    return {
        name: NotUnderstoodError(
            f"{name}: what the store keeps of its cards can't be read: run okr-sync sync --full"
        )
        if isinstance(answer, Pull) and isinstance(answer.cards, GatheredCards)
        else answer
        for name, answer in answers.items()
    }
