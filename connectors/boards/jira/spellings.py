"""How labels may be spelled, where a Jira compares them letter by letter; pure."""

from __future__ import annotations

import json
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Literal

from connectors.boards.jira.jql import AT_ONCE
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
"""Composed and decomposed: macOS writes the one, Windows the other, and they look alike."""

SPELLED = "spelled"
"""The note that tells how the labels that are asked for were spelled on the site."""


def usual(labels: Iterable[str]) -> tuple[str, ...]:
    """Give each label in the spellings that people use."""
    return tuple(
        dict.fromkeys(
            spelled
            for label in labels
            for form in FORMS
            for spelled in map(
                partial(unicodedata.normalize, form),
                (label, label.lower(), label.upper(), label.capitalize()),
            )
        )
    )


def likely(labels: Sequence[str], notes: Mapping[str, str]) -> tuple[str, ...]:
    """Give the spellings to begin with: those of the last run, and the usual ones of new labels.

    The labels as they are written go with them. Where all the usual ones don't fit into
    one question, they wait for the site's own list.
    """
    before = [str(label) for label in json.loads(notes.get(SPELLED, "[]"))]
    asked, known = {folded(label) for label in labels}, {folded(label) for label in before}
    spelled = [*labels, *(label for label in before if folded(label) in asked)]
    more = usual(label for label in labels if folded(label) not in known)
    every = tuple(dict.fromkeys([*spelled, *more]))
    return every if len(every) <= AT_ONCE else tuple(dict.fromkeys(spelled))
