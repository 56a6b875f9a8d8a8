"""From a Jira issue's JSON to a neutral card; pure.

Jira's surprises that are met here: category keys are the only stable word for
a status, fields may be absent rather than null, `hierarchyLevel` is Cloud's
alone, and the points field has a different id on every site. A value of another
kind than Jira documents is no value to guess at: the issue isn't understood.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from connectors.base import CATEGORIES, Card, Category, Level
from connectors.errors import NotUnderstoodError

if TYPE_CHECKING:
    from connectors.boards.jira.fields import CardFields

Json = Mapping[str, Any]

EPIC = "epic"
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+")
YEARS = range(1970, 2200)
"""When something may have happened on a Jira; other dates are no dates."""

TOGETHER = timedelta(minutes=1)
"""What one transition dates within so long is dated alike."""

HIGHEST = 100
"""No hierarchy is higher; those of Jira Premium have a few levels."""


class OddValueError(ValueError):
    """A value isn't of the kind that Jira documents; the message is the part's name."""


def card(source: str, site: str, issue: Json, card_fields: CardFields) -> Card:
    """Give the card that an issue is; `site` is the address people open in a browser.

    A parent that is told by key alone is left as that key. Raises
    `NotUnderstoodError` where the issue lacks what every issue has.
    """
    try:
        key, fields = _key(issue["key"], "key"), _object(issue["fields"], "fields")
        status = _object(fields["status"], "status")
        end_dates = _end_dates(fields)
        return Card(
            source=source,
            id=number(issue["id"], "id"),
            key=key,
            title=_summary(fields) or key,
            url=f"{site}/browse/{key}",
            level=_level(fields, card_fields),
            parent=_parent(fields, card_fields),
            kind=_same(_text(fields["issuetype"].get("name", "?"), "issuetype")),
            labels=_labels(fields),
            status=_same(_text(status["name"], "status")),
            category=_category(status),
            resolution=_resolution(fields),
            archived=bool(moment(fields.get("archiveddate")) or moment(fields.get("archivedDate"))),
            estimates=tuple(_values(fields, card_fields)),
            created=moment(_text(fields["created"], "created")) if "created" in fields else None,
            finished=end_dates[0] if end_dates else None,
            standing_id=_same(number(status["id"], "status") if "id" in status else ""),
            end_dates=end_dates if _differ(end_dates) else (),
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise NotUnderstoodError(
            f"{source}: issue {_named(issue)} has no readable {_part(error)}"
        ) from error


def number(value: Any, part: str) -> str:
    """Give an id, which Jira writes as a string of digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return value
    raise OddValueError(part)


def level(issue_type: Json, *, by_site: bool = False) -> Level:
    """Give where an issue type stands: by its hierarchy level, else by what Data Center tells.

    `by_site` is for a site that tells the level of every type.
    """
    subtask = issue_type.get("subtask", False)
    if not isinstance(subtask, bool):
        raise OddValueError("issuetype")
    if "hierarchyLevel" not in issue_type and not by_site:
        if subtask:
            return Level.SUBTASK
        name = _text(issue_type.get("name"), "issuetype")
        return Level.CONTAINER if name.casefold() == EPIC else Level.BASE
    height = issue_type["hierarchyLevel"]
    whole = isinstance(height, int) and not isinstance(height, bool) and -1 <= height <= HIGHEST
    if (
        not whole
        or (subtask and height >= 0)
        or (height < 0 and "subtask" in issue_type and not subtask)
    ):
        raise OddValueError("issuetype")
    if height < 0:
        return Level.SUBTASK
    return Level.CONTAINER if height > 0 else Level.BASE


def moment(text: Any) -> datetime | None:
    """Give Jira's time (`2026-01-01T00:00:00.000+0000`); None for none."""
    if text is None:
        return None
    value = datetime.fromisoformat(text)
    if value.tzinfo is None or value.year not in YEARS:
        raise OddValueError("date")
    return value


def _part(error: Exception) -> str:
    if isinstance(error, KeyError | OddValueError):
        return str(error.args[0])
    return "fields"


def _named(issue: Any) -> str | None:
    key = issue.get("key") if isinstance(issue, dict) else None
    return key if isinstance(key, str) and KEY.fullmatch(key) else None


@lru_cache(maxsize=4096)
def _same(text: str) -> str:
    """The same text as one object: a hundred thousand cards have a few hundred of these."""
    return text


def _text(value: Any, part: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise OddValueError(part)


def _object(value: Any, part: str) -> Json:
    if isinstance(value, dict):
        return value
    raise OddValueError(part)


def _key(value: Any, part: str) -> str:
    if isinstance(value, str) and KEY.fullmatch(value):
        return value
    raise OddValueError(part)


def _summary(fields: Json) -> str:
    summary = fields.get("summary") or ""
    return summary if isinstance(summary, str) else _text(summary, "summary")


def _labels(fields: Json) -> tuple[str, ...]:
    labels = fields.get("labels", ())
    if labels == []:
        return ()
    if not isinstance(labels, list | tuple) or not all(isinstance(label, str) for label in labels):
        raise OddValueError("labels")
    return tuple(labels)


def _resolution(fields: Json) -> str | None:
    resolution = fields.get("resolution")
    if resolution is None:
        return None
    return _text(_object(resolution, "resolution")["name"], "resolution")


def _level(fields: Json, card_fields: CardFields) -> Level:
    height = level(_object(fields["issuetype"], "issuetype"), by_site=card_fields.levels)
    if not card_fields.epic_name:
        return height
    names = [fields.get(field) for field in card_fields.epic_name]
    if not all(name is None or isinstance(name, str) for name in names):
        raise OddValueError("epic name")
    return Level.CONTAINER if any(names) and height is Level.BASE else height


def _parent(fields: Json, card_fields: CardFields) -> str | None:
    # Who has no parent has no such field: a null was never seen.
    if "parent" in fields:
        return _same(number(_object(fields["parent"], "parent")["id"], "parent"))
    above = (fields.get(field) for field in card_fields.above)
    keys = [_key(key, "epic") for key in above if key is not None]
    return keys[0] if keys else None


def _end_dates(fields: Json) -> tuple[datetime, ...]:
    """When the issue came into its category, and when it was resolved, as far as it tells."""
    changed = moment(fields.get("statuscategorychangedate"))
    resolved = moment(fields.get("resolutiondate"))
    if changed is None or resolved is None:
        return tuple(filter(None, (changed, resolved)))
    return changed, resolved


def _differ(dates: tuple[datetime, ...]) -> bool:
    """Whether there are two, and not those of one transition, milliseconds apart."""
    return bool(dates) and abs(dates[0] - dates[-1]) >= TOGETHER


def _category(status: Json) -> Category:
    """A status in a category that Jira doesn't have is in none; every status tells one."""
    category = _object(status.get("statusCategory"), "statusCategory")
    return CATEGORIES.get(_text(category.get("key"), "statusCategory"), Category.UNDEFINED)


def _values(fields: Json, card_fields: CardFields) -> Iterable[tuple[str, float]]:
    for name, ids in card_fields.estimates.items():
        for id_ in ids:
            value = fields.get(id_)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                if not math.isfinite(value):
                    raise OddValueError("points")
                yield name, float(value)
                break
            if value is not None and id_ in card_fields.numbers:
                raise OddValueError("points")
