"""The objectives of the set-up: out of the labels, epics and boards that were seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, TypeAdapter, ValidationError

from config.times import Every, Moment, Zone, is_standard_period
from config.types import Line
from config.wording import nearest
from connectors.errors import ConfigurationError
from connectors.redaction import quoted
from syncer.setup.proposal import candidates, linked, proposed, quarter, titled, with_unique_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from connectors.survey import Survey
    from connectors.tracker import TrackerKind
    from syncer.setup.dialogue import Dialogue
    from syncer.setup.given import Given
    from syncer.setup.proposal import ProposedObjective

EVERY = "2 weeks"


def _standard(period: str) -> str:
    """Keep a quarter or a year: periods by other names need dates, which the file has."""
    if not is_standard_period(period):
        raise ValueError(f"is {quoted(period)}; write a quarter like 2026-Q4, or a year")
    return period


PERIOD = Annotated[Line, AfterValidator(_standard)]


@dataclass(frozen=True)
class Objectives:
    """Draws up the objectives, and asks for their words where somebody is there."""

    given: Given
    dialogue: Dialogue
    survey: Survey
    kind: TrackerKind

    def drawn_up(self) -> list[ProposedObjective]:
        """Give at least one objective with a key result."""
        period = self._period()
        labels = self.given.several("label")
        links = self._links()
        if not labels and not links:
            labels = self._labels()
        if not labels and not links and self.given.asks:
            links = self._first_link()
        objectives = proposed(labels, period)
        if links or not objectives:
            objectives.append(linked(links, period))
        return [self._worded(each) for each in with_unique_ids(objectives)]

    def review(self) -> dict[str, str]:
        """Give the meetings' keys, none where there are none yet."""
        starts = self.given.option("review")
        if starts:
            starts = _read(Moment, starts, "--review")
        elif self.given.asks:
            self.dialogue.say("The reports are made for a meeting.")
            starts = self.dialogue.line(
                "The next review, like 2026-12-14T10:00 (Enter for none)",
                read=_reader(Moment),
                optional=True,
            )
        if not starts:
            return {}
        zone = self.given.option("timezone") or self.given.context.environ.get("TZ", "") or "UTC"
        every = self.given.option("every")
        if self.given.asks:
            every = every or self.dialogue.line("Every", EVERY, read=_reader(Every))
            if not self.given.option("timezone"):
                zone = self.dialogue.line("Time zone", zone, read=_reader(Zone))
        return {
            "every": _read(Every, every or EVERY, "--every"),
            "starts": starts,
            "timezone": _read(Zone, zone, "--timezone"),
        }

    def _period(self) -> str:
        named = self.given.option("period")
        if named:
            return _read(PERIOD, named, "--period")
        period = quarter(self.given.context.now())
        if not self.given.asks:
            return period
        return self.dialogue.line("Period of the objectives", period, read=_reader(PERIOD))

    def _labels(self) -> list[str]:
        labels = candidates(self.survey)
        if not labels or not self.given.asks:
            return labels
        self.dialogue.say("These labels look like key results (with how many cards carry them):")
        shown = [f"{label}  ({self.survey.labels[label]})" for label in labels]
        return [labels[number] for number in self.dialogue.several("Which to link", shown)]

    def _links(self) -> list[tuple[str, Mapping[str, str]]]:
        """Give the links that options name, each with a title."""
        named = [(key, text) for key in ("epic", "board") for text in self.given.several(key)]
        links: list[tuple[str, Mapping[str, str]]] = []
        for key, text in named:
            if key not in self.kind.links:
                raise ConfigurationError(f"--{key}: a {self.kind.name} link has no {key}")
            try:
                value = self.kind.links[key].read(text)
            except ValueError as error:
                raise ConfigurationError(f"--{key} {error}") from None
            links.append((self._title(key, value), {key: value}))
        return links

    def _title(self, key: str, value: str) -> str:
        titles = dict(self.survey.epics if key == "epic" else self.survey.boards)
        return titles.get(value) or f"{key} {value}".capitalize()

    def _first_link(self) -> list[tuple[str, Mapping[str, str]]]:
        """Ask for something that was seen, to link it as the first key result."""
        epics = {epic.key.casefold(): epic for epic in self.survey.epics}
        boards = {board.link.casefold(): board for board in self.survey.boards}
        labels = {label.casefold(): label for label in self.survey.labels}
        links: list[tuple[str, Mapping[str, str]]] = []

        def read(answer: str) -> str:
            name = answer.casefold()
            if name in epics and "epic" in self.kind.links:
                links.append((epics[name].title, {"epic": epics[name].key}))
            elif name in boards and "board" in self.kind.links:
                links.append((boards[name].name, {"board": boards[name].link}))
            elif name in labels:
                links.append((titled(labels[name]), {"label": labels[name]}))
            else:
                raise ValueError(_unseen(answer, [*epics, *boards, *labels]))
            return answer

        self.dialogue.say("No label is taken as a key result.")
        self.dialogue.line(
            "An epic, a board or a label of these to begin with (Enter for none)",
            read=read,
            optional=True,
        )
        return links

    def _worded(self, objective: ProposedObjective) -> ProposedObjective:
        """Let a person say what the objective and its key results are called."""
        team = self.given.option("team") or objective.team
        title = self.given.option("objective") or objective.title
        if not self.given.asks:
            return replace(objective, team=_read(Line, team, "--team"), title=title)
        self.dialogue.say(f"Objective {objective.id}:")
        line = _reader(Line)
        if not self.given.option("team"):
            team = self.dialogue.line("  Its team", team, read=line)
        if not self.given.option("objective"):
            title = self.dialogue.line("  Its title, a direction in words", title, read=line)
        krs = tuple(
            replace(kr, title=self.dialogue.line(f"  Key result {kr.id}", kr.title, read=line))
            for kr in objective.key_results
        )
        return replace(objective, team=team, title=title, key_results=krs)


def _unseen(answer: str, names: list[str]) -> str:
    near = nearest(answer, names)
    advice = f"did you mean {near}?" if near else "see the lists above"
    return f"there is no {answer}; {advice}"


def _reader(kind: Any) -> Callable[[str], str]:
    """Give what takes an answer as okrs.yaml would."""

    def read(answer: str) -> str:
        try:
            return str(TypeAdapter(kind).validate_python(answer))
        except ValidationError as error:
            fault = error.errors()[0]
            raise ValueError(f"it {fault.get('ctx', {}).get('error') or fault['msg']}") from None

    return read


def _read(kind: Any, text: str, option: str) -> str:
    try:
        return _reader(kind)(text)
    except ValueError as error:
        raise ConfigurationError(f"{option}: {error}") from None
