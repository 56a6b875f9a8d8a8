"""What there is to link to in exported files: the epics and labels of all that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.base import Ask, ByBoard, Watch
from connectors.boards.files.jira_csv.source import JiraCsvSource
from connectors.survey import survey_of

if TYPE_CHECKING:
    from connectors.base import Access
    from connectors.clock import Clock
    from connectors.http import Transport
    from connectors.survey import Survey


def survey(access: Access, transport: Transport, clock: Clock) -> Survey:
    """Read the files whole; raises a `SourceError` where that can't be."""
    pull = JiraCsvSource(access, transport, clock).pull(Ask((ByBoard(()),)), Watch())
    return survey_of(pull.cards.values())
