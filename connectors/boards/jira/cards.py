"""From a Jira issue's JSON to a neutral card; pure.

Jira's surprises that are met here: category keys are the only stable word for
a status, fields may be absent rather than null, `hierarchyLevel` is Cloud's
alone, and the points field has a different id on every site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from connectors.base import CATEGORIES, Card, Category, Level
from connectors.errors import NotUnderstoodError
from connectors.patterns import folded

Json = Mapping[str, Any]

FIELDS = (
    "summary",
    "status",
    "resolution",
    "resolutiondate",
    "created",
    "issuetype",
    "parent",
    "labels",
)
"""What a card is made of, on every deployment; nothing here names a person."""

CLOUD_FIELDS = (*FIELDS, "statuscategorychangedate")

STORY_POINTS = ("story points", "story point estimate")
ESTIMATE_SCHEMA = "com.pyxis.greenhopper.jira:jsw-story-points"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_NAME = "com.pyxis.greenhopper.jira:gh-epic-label"
PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"
TIMES = frozenset({"timeoriginalestimate", "timeestimate", "aggregatetimeoriginalestimate"})
"""Boards may estimate in time; those are seconds, not points."""

AUTO = "auto"
EPIC = "epic"


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields that make a card on one site, by their ids there.

    `estimates` are behind each points field that the configuration names; the
    first with a number counts. `above` hold the key of what a card stands
    under, and `epic_name` marks an epic, where the hierarchy doesn't.
    """

    fields: tuple[str, ...]
    estimates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    epic_name: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every field to ask for, each once."""
        estimates = sorted({field for ids in self.estimates.values() for field in ids})
        return tuple(dict.fromkeys((*self.fields, *estimates, *self.above, *self.epic_name)))


def card(source: str, site: str, issue: Json, card_fields: CardFields) -> Card:
    """The card that an issue is; `site` is the address people open in a browser.

    A parent that is told by key alone is left as that key. Raises
    `NotUnderstoodError` where the issue lacks what every issue has.
    """
    try:
        fields = issue["fields"]
        status = fields["status"]
        return Card(
            source=source,
            id=str(issue["id"]),
            key=issue["key"],
            title=fields.get("summary") or issue["key"],
            url=f"{site}/browse/{issue['key']}",
            level=_level(fields, card_fields),
            parent=_parent(fields, card_fields),
            kind=_same(fields["issuetype"].get("name") or ""),
            labels=tuple(fields.get("labels") or ()),
            status=_same(status["name"]),
            category=_category(status),
            resolution=(fields.get("resolution") or {}).get("name"),
            estimates=tuple(_values(fields, card_fields.estimates)),
            created=moment(fields.get("created")),
            finished=moment(fields.get("statuscategorychangedate") or fields.get("resolutiondate")),
            standing_id=_same(str(status.get("id") or "")),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        key = issue.get("key") if isinstance(issue, dict) else None
        part = error.args[0] if isinstance(error, KeyError) else "fields"
        raise NotUnderstoodError(f"{source}: issue {key} has no readable {part}") from error


@lru_cache(maxsize=4096)
def _same(text: str) -> str:
    """The same text as one object: a hundred thousand cards have a few hundred of these."""
    return text


def level(issue_type: Json) -> Level:
    """Where an issue type stands: by its hierarchy level, else by what Data Center tells."""
    height = issue_type.get("hierarchyLevel")
    if height is None:
        if issue_type.get("subtask"):
            return Level.SUBTASK
        return Level.CONTAINER if (issue_type.get("name") or "").casefold() == EPIC else Level.BASE
    if height < 0:
        return Level.SUBTASK
    return Level.CONTAINER if height > 0 else Level.BASE


def moment(text: str | None) -> datetime | None:
    """Jira's time (`2026-01-01T00:00:00.000+0000`); None for none."""
    return datetime.fromisoformat(text) if text else None


def points_fields(
    names: Iterable[str], known: Iterable[Json], boards: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The field ids behind each points field that the configuration names.

    `known` is the site's field list and `boards` the estimation fields of the
    boards asked for. `auto` is those, then Story Points, then Story point
    estimate. A name that the site doesn't know has no ids.
    """
    fields = [field for field in known if field.get("id")]
    out = {}
    for name in names:
        if name == AUTO:
            ids = [board for board in boards if board not in TIMES]
            ids += [field["id"] for title in STORY_POINTS for field in fields if _is(field, title)]
            ids += [field["id"] for field in fields if _schema(field) == ESTIMATE_SCHEMA]
        else:
            ids = [field["id"] for field in fields if field["id"] == name or _is(field, name)]
        out[name] = tuple(dict.fromkeys(ids))
    return out


def useful(known: Iterable[Json], names: Iterable[str]) -> list[Json]:
    """The fields that may hold points of these names, or what a card stands under."""
    schemas = {ESTIMATE_SCHEMA, EPIC_LINK, EPIC_NAME, PARENT_LINK}
    asked = {folded(name) for name in names}
    return [
        {"id": field["id"], "name": field.get("name", ""), "schema": {"custom": _schema(field)}}
        for field in known
        if field.get("id")
        and (_schema(field) in schemas or {field["id"], folded(str(field.get("name", "")))} & asked)
    ]


def fields_of(schema: str, known: Iterable[Json]) -> tuple[str, ...]:
    """The ids of the site's custom fields of one schema."""
    return tuple(one["id"] for one in known if _schema(one) == schema)


def _is(field: Json, name: str) -> bool:
    return folded(str(field.get("name", ""))) == folded(name)


def _schema(field: Json) -> str:
    return str(field.get("schema", {}).get("custom", ""))


def _level(fields: Json, card_fields: CardFields) -> Level:
    height = level(fields["issuetype"])
    named = any(fields.get(field) for field in card_fields.epic_name)
    return Level.CONTAINER if named and height is Level.BASE else height


def _parent(fields: Json, card_fields: CardFields) -> str | None:
    parent = fields.get("parent")
    if parent:
        return _same(str(parent["id"]))
    return next((str(fields[field]) for field in card_fields.above if fields.get(field)), None)


def _category(status: Json) -> Category:
    key = (status.get("statusCategory") or {}).get("key", "")
    return CATEGORIES.get(key, Category.UNDEFINED)


def _values(fields: Json, estimates: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, float]]:
    for name, ids in estimates.items():
        for id_ in ids:
            value = fields.get(id_)
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield name, float(value)
                break
