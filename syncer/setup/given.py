"""What the command line and the environment say for the set-up, so that nobody is asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.secrets import SourceSecrets, plain
from connectors.errors import ConfigurationError
from connectors.tracker_kinds import kind_names, tracker_kind

if TYPE_CHECKING:
    import argparse

    from config.settings import Settings
    from connectors.tracker import TrackerKind
    from syncer.context import Context

OPTIONS = (
    *("kind", "name", "url", "email", "file", "token_stdin", "label", "epic", "board"),
    *("team", "objective", "period", "review", "every", "timezone", "insecure", "yes"),
)
"""The options of `okr-sync init` that speak of the set-up."""


@dataclass(frozen=True)
class Given:
    """The options, the settings, and whether somebody can be asked for the rest."""

    arguments: argparse.Namespace
    settings: Settings
    context: Context

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask, who didn't say yes to everything."""
        return on_terminal(self.context) and not self.arguments.yes

    def option(self, name: str) -> str:
        """Give an option's text, "" where it wasn't given."""
        return str(getattr(self.arguments, name, "") or "")

    def several(self, name: str) -> list[str]:
        """Give an option's texts."""
        return list(getattr(self.arguments, name) or ())

    def kind(self) -> str:
        """Give the source's kind where it is said or shows; "" where it has to be asked for."""
        named = self.option("kind")
        if named:
            tracker_kind(named)
            return named
        endings = {"csv": "jira-csv", "json": "trello-json"}
        file = self.option("file")
        if file:
            return endings.get(file.rpartition(".")[2].casefold(), "")
        return "jira" if self.option("url") else ""

    def parts(self, name: str, kind: TrackerKind) -> dict[str, str]:
        """Give what is known of the source `name` before anybody is asked; options go first."""
        key = name.lower().replace("-", "_")
        secrets = self.settings.sources.get(key, SourceSecrets())
        known = {
            "email": plain(secrets.email),
            "key": plain(secrets.key),
            "token": plain(secrets.token),
            "url": secrets.url or "",
        }
        parts = [question.part for question in kind.questions]
        given = {
            part: self.option(part) or known.get(part, "") for part in parts if part != "token"
        }
        token = {"token": known["token"]} if "token" in parts else {}
        url = {"url": self.option("url") or known["url"]}
        return {**url, **given, **token, **self._typed(kind)}

    def _typed(self, kind: TrackerKind) -> dict[str, str]:
        """Give the secrets that stand on stdin, a line each, in the order of the questions."""
        if not self.arguments.token_stdin:
            return {}
        parts = [part for part in ("key", "token") if part in kind.secrets]
        stdin = self.context.stdin
        lines: dict[str, str] = {part: stdin.readline().strip() if stdin else "" for part in parts}
        if not all(lines.values()):
            lacking = " and ".join(f"the {part}" for part in parts) or "nothing"
            raise ConfigurationError(
                f"--token-stdin: stdin holds too little; give {lacking}, a line each"
            )
        return lines


def is_asked_for(arguments: argparse.Namespace) -> bool:
    """Whether any option speaks of the set-up."""
    return any(getattr(arguments, name) for name in OPTIONS)


def on_terminal(context: Context) -> bool:
    """Whether somebody sits there."""
    return bool(context.stdin and context.stdin.isatty() and context.out.isatty())


def kinds_to_set_up() -> list[str]:
    """Give the kinds that say what to ask for."""
    return [name for name in kind_names() if tracker_kind(name).questions]
