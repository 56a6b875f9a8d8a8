"""What can happen in the quarter, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """At a moment something happens to a card, named "batch/number" ("queue/3").

    `where` is the Jira project or Trello board; `more` is what the verb needs.
    """

    at: datetime
    where: str
    card: str
    verb: str
    more: Mapping[str, Any] = field(default_factory=dict)
