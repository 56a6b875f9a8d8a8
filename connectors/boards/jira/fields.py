"""Which fields of a Jira site make a card: those of every site, and those that differ; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields that make a card on one site, by their ids there.

    `estimates` are behind each points field that the configuration names; the
    first with a number counts. `above` hold the key of what a card stands
    under, and `epic_name` marks an epic, where the hierarchy doesn't. Every type
    tells its level where `levels` says so, and `numbers` hold nothing but numbers.
    """

    fields: tuple[str, ...]
    estimates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    epic_name: tuple[str, ...] = ()
    levels: bool = False
    numbers: frozenset[str] = frozenset()

    @property
    def recipe(self) -> str:
        """How cards are made of these, as a text that is the same in each process."""
        return repr(replace(self, numbers=frozenset())) + repr(sorted(self.numbers))

    @property
    def all(self) -> tuple[str, ...]:
        """Every field to ask for, each once."""
        estimates = sorted({field for ids in self.estimates.values() for field in ids})
        return tuple(dict.fromkeys((*self.fields, *estimates, *self.above, *self.epic_name)))


def is_field_list(fields: Any) -> bool:
    """Say whether this is a site's field list: it names what no Jira is without."""
    if not isinstance(fields, list) or not all(map(_is_field, fields)):
        return False
    return {"summary", "status"} <= {field["id"] for field in fields}


def points_fields(
    names: Iterable[str], known: Iterable[Json], boards: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The field ids behind each points field that the configuration names.

    `known` is the site's field list and `boards` the estimation fields of the
    boards asked for. `auto` is those, then Story Points, then Story point
    estimate. A name that the site doesn't know has no ids.
    """
    fields = list(known)
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
        {"id": field["id"], "name": field["name"], "schema": _kept(field)}
        for field in known
        if _schema(field) in schemas or {field["id"], folded(field["name"])} & asked
    ]


def fields_of(schema: str, known: Iterable[Json]) -> tuple[str, ...]:
    """The ids of the site's custom fields of one schema."""
    return tuple(field["id"] for field in known if _schema(field) == schema)


def _is_field(field: Any) -> bool:
    return (
        isinstance(field, dict)
        and bool(field.get("id"))
        and all(isinstance(field.get(name), str) for name in ("id", "name"))
        and isinstance(field.get("schema", {}), dict)
        and isinstance(field.get("schema", {}).get("custom", ""), str)
    )


def _is(field: Json, name: str) -> bool:
    return folded(field["name"]) == folded(name)


def _schema(field: Json) -> str:
    return str(field.get("schema", {}).get("custom", ""))


def _kept(field: Json) -> dict[str, str]:
    return {name: str(field.get("schema", {}).get(name, "")) for name in ("custom", "type")}


def numbers(known: Iterable[Json]) -> frozenset[str]:
    """Give the ids of the fields that hold nothing but numbers, as far as the site tells."""
    return frozenset(
        field["id"] for field in known if field.get("schema", {}).get("type") == "number"
    )
