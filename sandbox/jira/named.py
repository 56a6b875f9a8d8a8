"""What both deployments tell alike: an issue, projects, names, fields, and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.jira.answers import complaint, no_issue
from sandbox.jira.auth import signed_in
from sandbox.jira.fields import FieldChoice, draw
from sandbox.jira.request import number, strings
from sandbox.jira.routing import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.jira.issue_json import IssueText
    from sandbox.jira.models import FieldKind, JiraAccount, Project
    from sandbox.jira.request import JiraCall
    from sandbox.jira.shared_json import Json

_MOST_PROJECTS = 50


def endpoints(api: str, *, cloud: bool) -> Iterable[Endpoint]:
    """Where they answer, under the API's root.

    Names aren't Cloud's alone; only there are projects searched for, a page at a time
    (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/).
    """
    yield Endpoint(f"{api}/issue/<key>", _issue)
    yield Endpoint(f"{api}/project/<key>", _project)
    yield Endpoint(f"{api}/status", _statuses)
    yield Endpoint(f"{api}/resolution", _resolutions)
    yield Endpoint(f"{api}/issuetype", _types)
    if cloud:
        yield Endpoint(f"{api}/project/search", _search_projects)
    else:
        yield Endpoint(f"{api}/project", _projects)


def _issue(call: JiraCall) -> IssueText:
    """An archived issue is read like any other: only searches leave it out.

    https://developer.atlassian.com/server/jira/platform/jira-archiver/
    """
    given = call.query("fields")
    issue = call.site.find(call.arguments["key"])
    if issue is None or not call.site.sees(call.account, issue):
        raise no_issue()
    (drawn,) = draw(call.rendering, [issue], FieldChoice(tuple(strings(given["fields"]))))
    return drawn


def _project(call: JiraCall) -> Json:
    """A project by its id, its key in any case, or a key that it had."""
    call.query("expand")
    text = call.arguments["key"].lower()
    for project in _seen(call):
        keys = (project.id, project.key, *project.former_keys)
        if text in (key.lower() for key in keys):
            return _drawn(call, project)
    raise complaint(404, f"No project could be found with key '{call.arguments['key']}'.")


def _projects(call: JiraCall) -> list[Json]:
    call.query()
    return [_drawn(call, project) for project in _seen(call) if not project.archived]


def _search_projects(call: JiraCall) -> Json:
    given = call.query("startAt", "maxResults", "query")
    text, start = given.get("query", "").lower(), number(given, "startAt", 0)
    projects = [
        _drawn(call, project)
        for project in _seen(call)
        if not project.archived and text in f"{project.key} {project.name}".lower()
    ]
    return {
        "startAt": start,
        "maxResults": _MOST_PROJECTS,
        "total": len(projects),
        "isLast": start + _MOST_PROJECTS >= len(projects),
        "values": projects[start : start + _MOST_PROJECTS],
    }


def _seen(call: JiraCall) -> list[Project]:
    account = signed_in(call.account)
    return [each for each in call.site.projects.values() if call.site.browses(account, each.id)]


def _drawn(call: JiraCall, project: Project) -> Json:
    """`archived` is told of those that are (Project in the OpenAPI document of Cloud)."""
    archived = {"archived": True} if project.archived else {}
    return {**call.parts.project(project.id), **archived}


def _statuses(call: JiraCall) -> list[Json]:
    """Every status; a stranger is told of none."""
    call.query()
    return [call.parts.status(id_) for id_ in call.site.statuses if call.account is not None]


def _resolutions(call: JiraCall) -> list[Json]:
    call.query()
    return [call.parts.resolution(id_) for id_ in call.site.resolutions]


def _types(call: JiraCall) -> list[Json]:
    call.query()
    return [call.parts.type(id_) for id_ in call.site.types]


_NO_CLAUSE = ("description", "comment", "watches", "votes")


def person(call: JiraCall, account: JiraAccount) -> Json:
    """What `myself` tells on both deployments."""
    return {
        "emailAddress": account.email,
        "avatarUrls": {"48x48": "https://avatar.invalid/initials/DM.png"},
        "displayName": account.name,
        "active": True,
        "timeZone": account.time_zone,
        "locale": call.parts.locale,
        "groups": {"size": 0, "items": []},
        "applicationRoles": {"size": 0, "items": []},
        "expand": "groups,applicationRoles",
    }


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
