"""The sentences of a period's closing, the same in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.report.text import NONE, counted, plain, quantity
from syncer.review.closing import Foresight, Verdict

if TYPE_CHECKING:
    from syncer.report.sentences import Words
    from syncer.review.closing import Closing, KrClosing

_VERDICTS = {
    Verdict.BELOW: "less than the 70 to 80 % that stretch goals aim for",
    Verdict.WITHIN: "as stretch goals should be",
    Verdict.ABOVE: "more than the 70 to 80 % that stretch goals aim for, so they were too easy",
}
_FORESIGHTS = {
    Foresight.RIGHT: "it knew",
    Foresight.TOO_SURE: "it was too sure",
    Foresight.TOO_CAREFUL: "it wasn't sure enough",
}


def title(closing: Closing) -> str:
    """Name the closing."""
    return f"{plain(closing.team, 60)}: {plain(closing.period, 20)} is closed"


def verdict(closing: Closing) -> str:
    """Say how far a team reached its targets, against what stretch goals aim for: a headline."""
    team, average, compared = plain(closing.team, 60), closing.average, closing.verdict
    if average is None or compared is None:
        return f"{team} told no number, so there is no score"
    share = f"{round(100 * average)} % of its targets on average"
    text = f"{team} reached {share}: {_VERDICTS[compared]}"
    unscored = [plain(kr.id, 40) for kr in closing.key_results if kr.score is None]
    return f"{text}; without a score: {', '.join(unscored)}" if unscored else text


def score(kr: KrClosing) -> str:
    """Write a KR's score in percent of its way; a dash without one."""
    return NONE if kr.score is None else f"{round(100 * kr.score)} %"


def result(kr: KrClosing) -> str:
    """Write the number that was reached and the target."""
    number = kr.number
    if number is None:
        return "no number"
    return f"{quantity(number.value, number.unit)}, target {quantity(number.target, number.unit)}"


def scope(kr: KrClosing) -> str:
    """Write the history of the cards, from the period's beginning to its end."""
    moved = kr.scope
    if moved is None:
        return "never read"
    before = moved.before.done + moved.before.remaining
    parts = [f"{counted(before, 'card')} at the start", f"{moved.added} added"]
    if moved.dropped:
        parts.append(f"{moved.dropped} dropped")
    counts = (moved.removed, moved.linked, moved.unlinked)
    names = ("removed", "linked", "unlinked")
    parts += [f"{count} {name}" for count, name in zip(counts, names, strict=True) if count]
    return f"{', '.join(parts)}; {kr.done} done, {kr.left} left"


def remarks(kr: KrClosing, closing: Closing, words: Words) -> list[str]:
    """Say what was changed on the way, and of when the cards are where not of the end."""
    lines = [words.change(change) for change in kr.changes]
    if kr.taken_out_at is not None:
        lines.append(f"{words.day(kr.taken_out_at)}: taken out, so it has no part in the average")
    if kr.counted_at is not None and kr.counted_at < closing.ended:
        lines.append(f"cards as read {words.day(kr.counted_at)}: nothing was read after the end")
    return lines


def foresight(kr: KrClosing) -> str:
    """Say what confidence was four weeks before the end, and whether it knew."""
    if kr.ahead is None:
        return "no confidence told four weeks before the end"
    text = f"confidence {kr.ahead} of 10 four weeks before the end"
    return f"{text}: {_FORESIGHTS[kr.foresight]}" if kr.foresight else text
