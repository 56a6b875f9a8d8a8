"""The briefing as Markdown that pastes well into Confluence, GitHub and chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from syncer.report import closing_sentences, tool_sentences
from syncer.report.kr_sentences import KrWords
from syncer.report.lights import SIGNS
from syncer.report.sentences import EVENTS, LABELS
from syncer.report.text import NONE, plain, web_address
from syncer.review.attention import FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from syncer.review.attention import Finding
    from syncer.review.briefing import Briefing, CardRef, KrBrief, TeamBrief
    from syncer.review.closing import KrClosing

_MARKS = re.compile(r"[\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|#(?=#*$)")
_JOINER = "\u2060"  # no width, no break: keeps an @ from being a mention
_SAFE = ":/?#@!$&'*+,;=%~-._"  # of an address; brackets would end the link
_ROWS = 30  # cards named per KR and event
_OWN_WORDS = (FindingKind.ASK, FindingKind.RISK)


def markdown(briefing: Briefing) -> str:
    """Write the briefing: CommonMark with GitHub's tables, in the order of attention."""
    words = KrWords(briefing)
    blocks = [
        *_head(briefing, words),
        *_closings(briefing, words),
        *_asks(words),
        *_outages(words),
        *_standing(briefing, words),
        *_changed(briefing, words),
        *(block for team in briefing.teams_by_need for block in _team(team, words)),
        *_appendix(briefing, words),
    ]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str, limit: int | None = None) -> str:
    """Make foreign text mean itself: no mark of Markdown, no HTML, and nobody is mentioned.

    Only what has a meaning inside of a line is marked, so that it reads well
    where nothing is rendered too; no foreign text of ours begins a line.
    """
    marked = _MARKS.sub(lambda mark: f"\\{mark[0]}", plain(text, limit))
    return marked.replace("@", f"@{_JOINER}")


def _head(briefing: Briefing, words: KrWords) -> Iterator[str]:
    yield f"# {words.headline()}"
    yield f"{words.meeting()}. {words.summary()}"
    yield f"Made {words.time(briefing.made_at)}, {briefing.timezone}."
    alarm = tool_sentences.alarm(briefing, words)
    if alarm:
        yield escaped(alarm)


def _closings(briefing: Briefing, words: KrWords) -> Iterator[str]:
    for closing in briefing.closings:
        yield f"## {escaped(closing_sentences.title(closing))}"
        yield escaped(closing_sentences.verdict(closing))
        heads = ("Key result", "Score", "Reached", "Cards", "Confidence")
        rows = [_closing_row(kr) for kr in closing.key_results]
        if rows:
            yield "\n".join([_cells(heads), "| --- | ---: | --- | --- | --- |", *map(_cells, rows)])
        for kr in closing.key_results:
            for remark in closing_sentences.remarks(kr, closing, words):
                yield f"- **{escaped(kr.id)}** {escaped(remark)}"


def _closing_row(kr: KrClosing) -> tuple[str, ...]:
    name = f"{escaped(kr.id)} {escaped(kr.title, 60)}"
    text = (
        closing_sentences.result(kr),
        closing_sentences.scope(kr),
        closing_sentences.foresight(kr),
    )
    return (name, closing_sentences.score(kr), *map(escaped, text))


def _asks(words: KrWords) -> Iterator[str]:
    yield "## What the teams ask of this meeting"
    lines = []
    for ask in words.asks():
        times = words.asked(ask)
        mark = f" ({times})" if times else ""
        lines.append(f"- **{escaped(ask.subject)}** \u201c{escaped(ask.text)}\u201d{mark}")
    yield "\n".join(lines) or "No team asks for anything."


def _outages(words: KrWords) -> Iterator[str]:
    lines = [
        f"- {escaped(words.several(ids))}: {escaped(text)}" for text, ids in words.outages.values()
    ]
    if lines:
        yield "\n".join(["**Boards not read**", "", *lines])


def _standing(briefing: Briefing, words: KrWords) -> Iterator[str]:
    """Write where every key result stands, team by team, those with the most need first."""
    yield "## Where the key results stand"
    heads = ("", "Key result", "Number", "Cards done", "Confidence", words.since_column())
    for team in briefing.teams_by_need:
        yield f"**{escaped(team.name)}**"
        rows = [_standing_row(kr, words) for kr in team.key_results]
        if rows:
            rule = "| --- | --- | --- | --- | --- | --- |"
            yield "\n".join([_cells(heads), rule, *map(_cells, rows)])
    if not briefing.key_results:
        yield "No key result is open."


def _standing_row(kr: KrBrief, words: KrWords) -> tuple[str, ...]:
    name = f"{escaped(kr.id)} {escaped(kr.title, 90)}"
    number = escaped(words.goal(kr)) if kr.number else "none"
    return (
        f"{SIGNS[kr.light]} {words.lamp(kr.light)}",
        name,
        number,
        words.done_of_all(kr),
        words.score(kr),
        words.news(kr),
    )


def _finding(finding: Finding) -> str:
    """Write a team's own words as such; what was worked out needs no name before it."""
    text = escaped(finding.text)
    if finding.kind in _OWN_WORDS:
        return f"**{LABELS[finding.kind]}:** \u201c{text}\u201d"
    return text


def _name(kr: KrBrief) -> str:
    return f"{SIGNS[kr.light]} **{escaped(kr.id)}** {escaped(kr.title, 160)}"


def _changed(briefing: Briefing, words: KrWords) -> Iterator[str]:
    yield f"## What changed since {words.since()}"
    lines = [f"- {escaped(move)}" for move in words.file_moves()]
    lines += [
        f"- **{escaped(subject.id)}** {escaped(words.change(c))}"
        for subject, c in words.new_changes()
    ]
    if lines:
        yield "\n".join(lines)
    heads = ("Key result", "Before", *words.columns, "Now")
    rows = [_change_row(kr, words) for team in briefing.teams for kr in team.key_results]
    if rows:
        rule = "| --- |" + " ---: |" * (len(heads) - 1)
        yield "\n".join([_cells(heads), rule, *map(_cells, rows)])


def _change_row(kr: KrBrief, words: KrWords) -> tuple[str, ...]:
    delta, progress = kr.delta, kr.progress
    name = f"{escaped(kr.id)} {escaped(kr.title, 60)}"
    if delta is None or progress is None:
        return (name, *(NONE,) * (len(words.columns) + 2))
    before = f"{delta.before.done}/{delta.before.done + delta.before.remaining}"
    now = f"{progress.done}/{progress.done + progress.remaining}"
    return (name, before, *words.moves(delta), now)


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _team(team: TeamBrief, words: KrWords) -> Iterator[str]:
    yield f"## Team {escaped(team.name)}"
    for objective in team.objectives:
        yield f"### Objective: {escaped(objective.title)}"
        yield words.aim(objective)
        if objective.findings:
            yield "\n".join(f"- {_finding(finding)}" for finding in objective.findings)
        for kr in objective.key_results:
            yield f"#### {_name(kr)}"
            yield "\n".join(f"- {line}" for line in _lines(kr, words))


def _lines(kr: KrBrief, words: KrWords) -> Iterator[str]:
    if kr.quality:
        yield f"*{escaped(kr.quality)}*"
    yield from map(_finding, words.reasons(kr))
    for text in (words.number(kr), words.cards(kr), words.moved(kr), words.mood(kr)):
        yield escaped(text)
    yield from (escaped(words.change(change)) for change in kr.changes)
    if kr.note:
        yield f"Note: {escaped(kr.note)}"
    yield words.freshness(kr)
    yield from map(escaped, tool_sentences.places(kr, words))


def _appendix(briefing: Briefing, words: KrWords) -> Iterator[str]:
    yield "## Appendix: the cards behind the changes"
    moved = [kr for kr in briefing.key_results if kr.delta and kr.delta.moved]
    if not moved:
        yield words.still()
    for kr in moved:
        yield f"### Cards of {escaped(kr.id)}"
        for event, cards in kr.events.items():
            if cards:
                yield "\n".join([f"{EVENTS[event]}:", "", *_card_lines(cards)])


def _card_lines(cards: tuple[CardRef, ...]) -> Iterator[str]:
    for card in cards[:_ROWS]:
        address, key = web_address(card.url), escaped(card.key, 40)
        name = f"[{key}]({quote(address, safe=_SAFE)})" if address else key
        yield f"- {name} {escaped(card.title, 160)}"
    if len(cards) > _ROWS:
        yield f"- and {len(cards) - _ROWS} more"
