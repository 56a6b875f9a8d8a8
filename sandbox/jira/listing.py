"""What both deployments tell of a site in the same words: fields, statuses, saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.jira.answers import complaint

if TYPE_CHECKING:
    from sandbox.jira.models import FieldKind
    from sandbox.jira.request import Visit
    from sandbox.jira.shared_json import Json

_NO_CLAUSE = ("description", "comment", "watches", "votes")


def fields(visit: Visit) -> list[Json]:
    """Every field, at once; a stranger is told of the system's alone."""
    visit.query()
    kinds = visit.site.fields.values()
    cloud = visit.site.deployment == "cloud"
    seen = [kind for kind in kinds if visit.account is not None or not kind.custom]
    return [_field(kind) | ({"key": kind.id} if cloud else {}) for kind in seen]


def statuses(visit: Visit) -> list[Json]:
    """Every status, at once; a stranger is told of none."""
    visit.query()
    if visit.account is None:
        return []
    return [visit.parts.status(id_) for id_ in visit.site.statuses]


def saved_query(visit: Visit) -> Json:
    """A filter by its id."""
    visit.query("expand", "overrideSharePermissions")
    saved = visit.site.filters.get(visit.arguments["id"])
    if saved is None or visit.account is None:
        raise complaint(
            400,
            "The selected filter is not available to you, perhaps it has been deleted or had its "
            "permissions changed.",
        )
    return {
        "self": visit.parts.link("filter", saved.id),
        "id": saved.id,
        "name": saved.name,
        "jql": saved.jql,
        "favourite": False,
        "viewUrl": f"{visit.base}/issues/?filter={saved.id}",
        "searchUrl": f"{visit.base}/rest/api/{visit.parts.api}/search?jql=filter%3D{saved.id}",
    }


def _field(kind: FieldKind) -> Json:
    names = [] if kind.id in _NO_CLAUSE else [kind.name if kind.custom else kind.id]
    schema: Json = {"type": kind.type}
    if kind.items:
        schema["items"] = kind.items
    if kind.custom:
        number = int(kind.id.removeprefix("customfield_"))
        names = [f"cf[{number}]", *names]
        schema |= {"custom": kind.custom, "customId": number}
    else:
        schema["system"] = kind.id
    return {
        "id": kind.id,
        "name": kind.name,
        "custom": bool(kind.custom),
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": names,
        "schema": schema,
    }
