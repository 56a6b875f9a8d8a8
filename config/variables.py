"""What the environment's variables are called: those of a source, a store, a review, a delivery."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from config.deliveries import KINDS

if TYPE_CHECKING:
    from config.okrs import Okrs

PREFIX = "OKR_SYNC_"
CALENDAR = f"{PREFIX}REVIEW__ICAL"
"""Holds the URL of the programme's calendar."""


def source_variable(source: str, part: str) -> str:
    """Name the variable for a part ("token") of a source's access."""
    return _named("SOURCES", source, part)


def store_variable(store: str, part: str) -> str:
    """Name the variable for a part ("key_file") of an OKR tool's access."""
    return _named("STORES", store, part)


def delivery_variable(name: str, part: str) -> str:
    """Name the variable for a part ("webhook") of a delivery."""
    return _named("DELIVERY", name, part)


def calendar_variable(team: str | None = None) -> str | None:
    """Name the variable with a calendar's URL; None for a team that can have none.

    A team's name is in it in capitals, without accents, and with _ for all
    that is no letter from A to Z and no digit.
    """
    if team is None:
        return CALENDAR
    plain = unicodedata.normalize("NFKD", team).encode("ascii", "ignore").decode().upper()
    part = re.sub(r"[^A-Z0-9]+", "_", plain).strip("_")
    return f"{PREFIX}REVIEWS__{part}__ICAL" if part else None


def delivery_variables(okrs: Okrs) -> list[str]:
    """Give the variables that mean something to this file's deliveries."""
    return [
        delivery_variable(name, part)
        for name, delivery in okrs.deliver.items()
        for part in (*KINDS[delivery.kind or name].secrets, *KINDS[delivery.kind or name].spare)
    ]


def calendar_variables(okrs: Okrs) -> list[str]:
    """Give the variables that mean something to this file's reviews."""
    named = [None] if okrs.review and okrs.review.event else []
    own = [team for team, review in okrs.reviews.items() if review.event]
    read = [None, *own] if own else named
    return [name for team in read if (name := calendar_variable(team)) is not None]


def _named(group: str, name: str, part: str) -> str:
    return f"{PREFIX}{group}__{name.upper().replace('-', '_')}__{part.upper()}"
