"""The lights in words: a headline made from them, and how many there are of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.report.text import counted, plain
from syncer.review.attention import Light

if TYPE_CHECKING:
    from syncer.review.briefing import Briefing

SIGNS = {Light.HELP: "▲", Light.BEHIND: "◆", Light.UNSURE: "○", Light.WELL: "●"}
LAMPS = {
    Light.HELP: "needs help",
    Light.BEHIND: "behind",
    Light.UNSURE: "not sure",
    Light.WELL: "on course",
}
_NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def of_light(light: Light, count: int) -> str:
    """Say how many have a light: "3 need help"."""
    if light is Light.HELP:
        return f"{count} {'needs' if count == 1 else 'need'} help"
    return f"{count} {LAMPS[light]}"


class LightWords:
    """What a briefing's lights say."""

    def __init__(self, briefing: Briefing) -> None:
        """Speak for one briefing."""
        self._briefing = briefing

    signs = SIGNS

    def headline(self) -> str:
        """Say in a sentence who needs the room, made from the lights."""
        krs = self._briefing.key_results
        if not krs:
            return "No key result is open"
        counts = {light: sum(kr.light is light for kr in krs) for light in Light}
        helped, behind, unsure = (counts[x] for x in (Light.HELP, Light.BEHIND, Light.UNSURE))
        parts = []
        if helped:
            who = _of(helped, len(krs))
            parts.append(f"{who} {'needs' if helped == 1 else 'need'} help{self._mostly(helped)}")
        if behind:
            who = numeral(behind) if parts else _of(behind, len(krs))
            parts.append(
                f"{who} {'is behind its line' if behind == 1 else 'are behind their line'}"
            )
        if unsure and not helped:
            who = numeral(unsure) if parts else _of(unsure, len(krs))
            parts.append(f"{who} {'is' if unsure == 1 else 'are'} not sure")
        if not parts:
            parts.append(f"{_of(len(krs), len(krs))} {'are' if len(krs) > 1 else 'is'} on course")
        sentence = "; ".join(parts)
        return sentence[0].upper() + sentence[1:]

    def _mostly(self, helped: int) -> str:
        """Name the team that most of the calls for help come from, where that says something."""
        teams = self._briefing.teams
        if len(teams) < 2 or helped < 2:  # noqa: PLR2004 - with one of either there is no most
            return ""
        first = self._briefing.teams_by_need[0]
        own = sum(kr.light is Light.HELP for kr in first.key_results)
        if own == helped:
            return f", all of them in {plain(first.name, 40)}"
        return f", {numeral(own)} of them in {plain(first.name, 40)}" if 2 * own >= helped else ""

    def lights(self) -> list[tuple[Light, int]]:
        """Count the KRs by light, the gravest first."""
        krs = self._briefing.key_results
        return [(light, sum(kr.light is light for kr in krs)) for light in Light]

    def of_light(self, light: Light, count: int) -> str:
        """Say how many have a light: "3 need help"."""
        return of_light(light, count)

    def lamp(self, light: Light) -> str:
        """Say a light."""
        return LAMPS[light]


def numeral(count: int) -> str:
    """Write a number up to ten as a word, as sentences do."""
    return _NUMERALS[count] if count < len(_NUMERALS) else str(count)


def _of(count: int, total: int) -> str:
    if count < total:
        return f"{numeral(count)} of {counted(total, 'key result')}"
    return f"all {counted(total, 'key result')}" if total > 1 else "the one key result"
