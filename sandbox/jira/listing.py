"""What both deployments tell of a site in the same words: fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.jira.models import FieldKind
    from sandbox.jira.request import JiraCall
    from sandbox.jira.shared_json import Json

_NO_CLAUSE = ("description", "comment", "watches", "votes")


def fields(call: JiraCall) -> list[Json]:
    """Every field, at once; a stranger is told of the system's alone."""
    call.query()
    kinds = call.site.fields.values()
    cloud = call.site.deployment == "cloud"
    seen = [kind for kind in kinds if call.account is not None or not kind.custom]
    return [_field(kind) | ({"key": kind.id} if cloud else {}) for kind in seen]


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
