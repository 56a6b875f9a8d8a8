"""The set-up as a conversation, on a terminal or by options alone: what it asks, in its order."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.variables import source_variable
from connectors.errors import ConfigurationError, NotAuthorisedError, SourceError
from connectors.registry import survey_source
from connectors.tracker import SetupQuestion
from connectors.tracker_kinds import tracker_kind
from syncer.setup.given import kinds_to_set_up
from syncer.setup.source import SourceAnswers

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.survey import Survey
    from syncer.setup.dialogue import Dialogue
    from syncer.setup.given import Given

SIGN_IN = ("email", "key", "token")
SITE = SetupQuestion("url", "The site", optional=True)
"""What some kinds don't ask for, and may be given: a proxy's address, or where keys lead to."""

SHOWN = 12
WIDEST = 50


@dataclass(frozen=True)
class Guide:
    """One conversation; `folder` is where the files will be."""

    given: Given
    dialogue: Dialogue
    folder: Path

    def source(self) -> tuple[SourceAnswers, Survey]:
        """Ask for a source until it opens; by options alone its refusal is the end."""
        kind = self.given.kind() or self._kind()
        name = self.given.option("name") or kind
        answers = SourceAnswers(name, kind, insecure=bool(self.given.option("insecure")))
        answers.parts = self._checked(answers, self.given.parts(name, tracker_kind(kind)))
        questions = [q for q in answers.tracker.questions if not answers.parts.get(q.part)]
        while True:
            self._ask(answers, questions)
            self.dialogue.say(f"Trying {answers.tracker.title} ...")
            try:
                survey = survey_source(
                    answers.access(self.folder),
                    self.given.context.clock,
                    self.given.arguments.patience,
                )
            except SourceError as error:
                if not self.given.asks:
                    raise
                self.dialogue.say(f"  That didn't work: {error}")
                questions = _again(answers, error)
                continue
            answers.options = survey.options
            return answers, survey

    def show(self, survey: Survey) -> None:
        """Say what the credentials open."""
        boards = [f"{board.link}  {_short(board.name)}" for board in survey.boards]
        epics = [f"{epic.key}  {_short(epic.title)}" for epic in survey.epics]
        for group, names in (("boards", boards), ("epics", epics)):
            self.dialogue.say(f"  {group}:{'' if names else ' none'}")
            for name in names[:SHOWN]:
                self.dialogue.say(f"    {name}")
            if len(names) > SHOWN:
                self.dialogue.say(f"    and {len(names) - SHOWN} more")
        labels = [f"{label} ({count})" for label, count in survey.labels.items()]
        rest = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
        text = f"labels: {', '.join(labels[:SHOWN]) or 'none'}{rest}"
        self.dialogue.say(textwrap.fill(text, 78, initial_indent="  ", subsequent_indent="    "))

    def _kind(self) -> str:
        kinds = kinds_to_set_up()
        if not self.given.asks:
            raise ConfigurationError(
                f"init by options lacks --kind; write one of {', '.join(kinds)}"
            )
        self.dialogue.say("Where is the work?")
        return kinds[self.dialogue.choice("Number", [tracker_kind(kind).title for kind in kinds])]

    def _checked(self, answers: SourceAnswers, parts: dict[str, str]) -> dict[str, str]:
        """See that what was given can be used, and by options alone that nothing is missing."""
        missing = []
        for question in (*answers.tracker.questions, SITE):
            part = question.part
            if parts.get(part):
                try:
                    parts[part] = answers.read(question, parts[part])
                except ValueError as error:
                    raise ConfigurationError(f"{question.prompt}: {error}") from None
            elif not question.optional:
                missing.append(_way(question, answers.name))
        if missing and not self.given.asks:
            raise ConfigurationError(f"init by options lacks {'; '.join(missing)}")
        return parts

    def _ask(self, answers: SourceAnswers, questions: list[SetupQuestion]) -> None:
        for question in questions if self.given.asks else ():
            if question.hint:
                # The page that makes a Trello token has the key in its address.
                hint = question.hint.replace("{key}", answers.parts.get("key", ""))
                self.dialogue.say(f"  ({hint})")

            def read(answer: str, question: SetupQuestion = question) -> str:
                return answers.read(question, answer)

            if question.secret:
                answers.parts[question.part] = self.dialogue.secret(question.prompt, read)
            else:
                answers.parts[question.part] = self.dialogue.line(
                    question.prompt,
                    answers.parts.get(question.part, ""),
                    read=read,
                    optional=question.optional,
                )


def _again(answers: SourceAnswers, error: SourceError) -> list[SetupQuestion]:
    """Give the questions to ask again: for who we are after a no, else for all."""
    refused = isinstance(error, NotAuthorisedError)
    questions = answers.tracker.questions
    return [q for q in questions if q.part in SIGN_IN or not refused] or list(questions)


def _way(question: SetupQuestion, name: str) -> str:
    """Say how a part is given without a question."""
    if question.part in ("key", "token"):
        return f"{source_variable(name, question.part)} in the environment, or --token-stdin"
    return f"--{question.part}"


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1].rstrip()}…"
