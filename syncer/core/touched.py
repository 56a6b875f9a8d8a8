"""What a run has to look at: whole key results, and of others only what changed; pure.

Cost follows change: a key result whose links, rules and hierarchy are as they were is
what it was, but for its changed cards. Where anything else may be otherwise, it is
decided on all its cards, as if nothing had been known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, cast

from connectors.base import ByBoard, Pull, Scope
from connectors.errors import SourceError
from connectors.gathered import GatheredCards, ids_of
from connectors.lineage import Lineage, LinksByCard, among

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from connectors.base import Selector
    from syncer.core.plan import Target
    from syncer.core.records import KrState

    Answers = Mapping[str, Pull | SourceError]


class Work(NamedTuple):
    """What is to be looked at.

    `whole` are the KRs to be decided on all their cards. `cards` are the ids of the changed
    cards of each other KR, by source; of most, none.
    """

    whole: frozenset[str]
    cards: Mapping[str, Mapping[str, frozenset[str]]]


@dataclass
class _Seen:
    """What the pulls tell of the KRs."""

    whole: set[str] = field(default_factory=set)
    cards: dict[str, dict[str, set[str]]] = field(default_factory=dict)


def work(
    targets: Sequence[Target], answers: Answers, before: Mapping[str, KrState], at: datetime
) -> Work:
    """Say which KRs are to be decided on all their cards, and which of the others' changed."""
    seen = _Seen({t.id for t in targets if not _goes_on(t, answers, before[t.id], at)})
    for name, pull in answers.items():
        if isinstance(pull, Pull) and pull.changes is not None:
            _see(pull, [target for target in targets if name in target.selectors], seen)
    rest = [target.id for target in targets if target.id not in seen.whole]
    cards = {
        kr: {name: frozenset(ids) for name, ids in seen.cards.get(kr, {}).items()} for kr in rest
    }
    return Work(frozenset(seen.whole), cards)


def _goes_on(target: Target, answers: Answers, last: KrState, at: datetime) -> bool:
    """Whether a KR can go on from its last reading: it is whole, and what it was read by stands."""
    if last.reading is None or last.problem is not None or target.is_over(at):
        return False
    # When a source is unlinked its read is noted no more; its cards are in the sums all the same.
    if not last.read_at.keys() == last.counted_by.keys() == target.selectors.keys():
        return False
    if last.sums is None:
        return False
    return all(
        name not in answers or _is_compared(target, answers[name], last)
        for name in target.selectors
    )


def _is_compared(target: Target, answer: Pull | SourceError, last: KrState) -> bool:
    """Whether a source was compared with the very pull that the KR was last counted by."""
    if isinstance(answer, SourceError) or answer.changes is None:
        return False
    source, changes = answer.source, answer.changes
    links = target.selectors[source]
    return (
        last.read_at[source] == changes.since
        and last.counted_by.get(source) == target.counted_by.get(source)
        and not any(_may_reach_others(link, answer) for link in links)
    )


def _may_reach_others(link: Selector, pull: Pull) -> bool:
    """Whether a link may reach other cards than it did, though no card be otherwise."""
    is_sprint = isinstance(link, ByBoard) and link.scope is Scope.ACTIVE_SPRINT
    return is_sprint or link in pull.problems or pull.changes is None or link in pull.changes.hits


def _see(pull: Pull, targets: Iterable[Target], seen: _Seen) -> None:
    """Find out whose cards changed, and whose place among others may have."""
    owners: dict[Selector, set[str]] = {}
    for target in targets:
        for link in target.selectors[pull.source]:
            owners.setdefault(link, set()).add(target.id)
    lineage = _lineage(pull)
    reach = LinksByCard(pull, owners, lineage)
    for id_ in pull.changes.cards if pull.changes else ():
        inside = lineage.only_inside(id_)
        line = lineage.up([id_]) if inside else lineage.up([id_]) | lineage.down([id_])
        for kr in {kr for link in reach.links(line) for kr in owners[link]}:
            if inside:
                seen.cards.setdefault(kr, {}).setdefault(pull.source, set()).add(id_)
            else:
                seen.whole.add(kr)


def narrowed(pull: Pull, ids: Iterable[str], links: Iterable[Selector]) -> Pull:
    """Give the same pull with these cards and what is above them, as far as these links go."""
    cards = _gathered(pull).only(_lineage(pull).up(ids))
    hits = {link: among(pull.hits[link], cards) for link in links if link in pull.hits}
    return replace(pull, cards=cards, hits=hits)


def reached(pull: Pull, links: Iterable[Selector], also: Iterable[str] = ()) -> Pull:
    """Give the same pull with all that these links reach, what is above it, and some cards more."""
    if pull.changes is None:
        return loaded(pull)
    lineage = _lineage(pull)
    answered = [link for link in links if link in pull.hits]
    ids = {id_ for link in answered for id_ in ids_of(pull.hits[link])}
    cards = _gathered(pull).only(lineage.up(lineage.down([*ids, *also])))
    hits = {link: among(pull.hits[link], cards) for link in answered}
    return replace(pull, cards=cards, hits=hits)


def loaded(pull: Pull) -> Pull:
    """Give the same pull with all its cards at hand."""
    is_gathered = isinstance(pull.cards, GatheredCards)
    return replace(pull, cards=dict(pull.cards.items())) if is_gathered else pull


def _lineage(pull: Pull) -> Lineage:
    return Lineage(_gathered(pull))


def _gathered(pull: Pull) -> GatheredCards:
    """Give a pull's cards; where its changes are told, they are gathered ones."""
    return cast("GatheredCards", pull.cards)
