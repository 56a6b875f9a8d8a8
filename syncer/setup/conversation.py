"""The whole conversation, and what it leaves behind: both files, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.environment import SECRETS_DIR
from connectors.errors import ConfigurationError
from syncer.setup.dialogue import Dialogue
from syncer.setup.guided import Guide
from syncer.setup.objectives import Objectives
from syncer.setup.writing import ANYBODY, OWNER_ALONE, dotenv, okrs_yaml, write_new

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.setup.given import Given
    from syncer.setup.source import SourceAnswers


def set_up(given: Given, path: Path) -> list[str]:
    """Ask for all that is needed, and write okrs.yaml and `.env`; gives their names.

    Raises `ConfigurationError` where okrs.yaml is there already, and a `SourceError`
    where nobody can be asked and the source doesn't open.
    """
    if path.exists():
        raise ConfigurationError(
            f"{path.name} is there already, and nothing is written over it; okr-sync check says "
            "what it lacks"
        )
    dialogue = Dialogue(given.context)
    if given.asks:
        dialogue.say(
            f"This writes {path.name} and .env in {path.parent.absolute()}, at the end. "
            "Ctrl-C leaves nothing behind.\n"
        )
    guide = Guide(given, dialogue, path.parent)
    source, survey = guide.source()
    dialogue.say("It opens:")
    guide.show(survey)
    drawing = Objectives(given, dialogue, survey, source.tracker)
    objectives, review = drawing.drawn_up(), drawing.review()
    files = {path: (okrs_yaml(source, objectives, review), ANYBODY)}
    environment = path.parent / ".env"
    if _needs_dotenv(given, source):
        files = {environment: (dotenv(source), OWNER_ALONE), **files}
    write_new(files)
    return [file.name for file in reversed(files)]


def _needs_dotenv(given: Given, source: SourceAnswers) -> bool:
    """Whether the secrets have to be kept: not where they are kept already."""
    key = source.name.lower().replace("-", "_")
    known = given.settings.sources.get(key)
    kept = known is not None and all(
        str(getattr(known, part).get_secret_value()) == value if getattr(known, part) else False
        for part, value in source.secrets.items()
    )
    beside = (given.context.directory / given.settings.okrs).parent / ".env"
    if not source.secrets or (kept and (SECRETS_DIR in given.context.environ or beside.exists())):
        return False
    if beside.exists():
        raise ConfigurationError(
            ".env is there already, and nothing is written over it; put the secrets into it, and "
            "run okr-sync init again"
        )
    return True
