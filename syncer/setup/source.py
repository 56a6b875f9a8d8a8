"""One source of the guided set-up: what was answered, whether it is right, and what it opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from config.addresses import CLEAR, is_clear, server
from config.secrets import SourceSecrets, plain, wrapping
from connectors.base import Access
from connectors.tracker_kinds import tracker_kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from connectors.tracker import SetupQuestion, TrackerKind

SECRET_PARTS = ("email", "key", "token")


@dataclass
class SourceAnswers:
    """A source as it is answered so far; `parts` are the answers, by what was asked."""

    name: str
    kind: str
    parts: dict[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    insecure: bool = False

    @property
    def tracker(self) -> TrackerKind:
        """The kind's declaration."""
        return tracker_kind(self.kind)

    @property
    def secrets(self) -> dict[str, str]:
        """What goes into `.env`."""
        return {part: self.parts[part] for part in SECRET_PARTS if self.parts.get(part)}

    @property
    def written(self) -> dict[str, object]:
        """What goes into okrs.yaml beside the kind."""
        own = {key: value for key, value in self.parts.items() if key not in SECRET_PARTS and value}
        insecure = {"insecure": True} if self.insecure else {}
        return {**own, **insecure, **self.options}

    def read(self, question: SetupQuestion, answer: str) -> str:
        """Give an answer as it will be written; raises ValueError with what is wrong with it."""
        if question.part == "url":
            return self._address(answer)
        if question.part in self.tracker.options:
            return self.tracker.options[question.part].read(answer)
        if fault := wrapping(answer):
            raise ValueError(f"it {fault}")
        try:
            secret = getattr(SourceSecrets(**{question.part: answer}), question.part)
        except ValidationError as error:
            fault = error.errors()[0].get("ctx", {}).get("error", "can't be used")
            raise ValueError(f"it {fault}") from None
        return plain(secret)

    def access(self, folder: Path) -> Access:
        """Give the way to the source."""
        parts = self.parts
        options = {
            key: str(folder / parts[key]) if option.path else parts[key]
            for key, option in self.tracker.options.items()
            if parts.get(key)
        }
        return Access(
            name=self.name,
            kind=self.kind,
            url=parts.get("url") or self.tracker.default_url,
            email=parts.get("email") or None,
            token=parts.get("token", ""),
            key=parts.get("key") or None,
            options=options,
        )

    def _address(self, answer: str) -> str:
        text = answer if "://" in answer else f"https://{answer}"
        try:
            url = server(text)
        except ValueError as error:
            raise ValueError(f"this {error}") from None
        if fault := self.tracker.address_fault(url):
            raise ValueError(f"this {fault}")
        if is_clear(url) and not self.insecure:
            raise ValueError(f"this {CLEAR}; write https://, or run it with --insecure")
        return url
