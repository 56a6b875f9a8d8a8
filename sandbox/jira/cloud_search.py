"""Cloud's endpoints that find and fetch issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.jira.answers import (
    SEARCH_REMOVED,
    bad_payload,
    complaint,
    no_issue,
)
from sandbox.jira.auth import signed_in
from sandbox.jira.cursors import Cursors
from sandbox.jira.fields import Wanted, draw
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.request import number, strings
from sandbox.jira.routing import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.faults import Answer
    from sandbox.jira.issue_json import Drawn
    from sandbox.jira.models import Issue
    from sandbox.jira.request import Visit
    from sandbox.jira.shared_json import Json
    from sandbox.jira.site import JiraSite

_API = "/rest/api/<any('2', '3', latest):api>"
_DEFAULT_PAGE = 50
_MOST_RECONCILED = 50
_FEW = 100
_MOST_FIELDS = 100
_MULTIPLE = ("comment", "worklog", "attachment")
_HEAVY = frozenset({"changelog", "editmeta", "operations", "renderedFields", "transitions"})
_MOST_HISTORIES = 1000
_MOST_HISTORY_FIELDS = 10
_MOST_CHANGES = 10_000


class CloudSearch:
    """search/jql, bulkfetch, counts, matches, histories and single issues."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site
        self._cursors = Cursors(site.now)

    def endpoints(self) -> Iterable[Endpoint]:
        """Where they answer."""
        return (
            Endpoint(f"{_API}/search/jql", self._by_address),
            Endpoint(f"{_API}/search/jql", self._by_body, "POST"),
            Endpoint(f"{_API}/search/approximate-count", self._count, "POST"),
            Endpoint(f"{_API}/issue/bulkfetch", self._bulkfetch, "POST"),
            Endpoint(f"{_API}/issue/<key>", self._issue),
            Endpoint(f"{_API}/jql/match", self._match, "POST"),
            Endpoint(f"{_API}/changelog/bulkfetch", self._histories, "POST"),
            *(
                Endpoint(f"{_API}/{removed}", _removed, method)
                for removed in ("search", "search/id")
                for method in ("GET", "POST")
            ),
        )

    def _by_address(self, visit: Visit) -> Json:
        given = dict(
            visit.query(
                "jql",
                "fields",
                "maxResults",
                "nextPageToken",
                "expand",
                "properties",
                "fieldsByKeys",
                "failFast",
                "reconcileIssues",
                "startAt",
            )
        )
        visit.plain(given)
        body: Json = {name: given[name] for name in ("jql", "nextPageToken") if name in given}
        body["maxResults"] = number(given, "maxResults", _DEFAULT_PAGE)
        body["fields"] = strings(given.get("fields", "id"))
        body["reconcileIssues"] = [int(id_) for id_ in strings(given.get("reconcileIssues", ""))]
        return self._search(visit, body)

    def _by_body(self, visit: Visit) -> Json:
        body = visit.body(
            jql=str,
            fields=list,
            maxResults=int,
            nextPageToken=str,
            expand=str,
            properties=list,
            fieldsByKeys=bool,
            failFast=bool,
            reconcileIssues=list,
            startAt=int,
        )
        visit.plain(body)
        return self._search(visit, body)

    def _search(self, visit: Visit, body: Json) -> Json:
        """`startAt` is taken and ignored: an old client reads the first page for ever."""
        reconciled = tuple(body.get("reconcileIssues", ()))
        if len(reconciled) > _MOST_RECONCILED or not all(
            isinstance(id_, int) for id_ in reconciled
        ):
            raise bad_payload()
        wanted = Wanted(tuple(strings(body.get("fields", ["id"]))) or ("id",))
        jql = body.get("jql", "")
        query = (visit.account, jql, reconciled)
        found = visit.searching.find(visit.account, jql, bounded=True, live=reconciled)
        start = found.after(self._cursors.take(query, body.get("nextPageToken")))
        end = min(start + self._page_size(body, wanted), len(found.ids))
        issues = self._indexed(found.ids[start:end], wanted)
        visit.charge = len(issues)
        page: Json = {"issues": draw(visit.rendering, issues, wanted)}
        if end < len(found.ids):
            page["nextPageToken"] = self._cursors.give(query, found.keys[end - 1])
        return {**page, "isLast": end >= len(found.ids)}

    def _page_size(self, body: Json, wanted: Wanted) -> int:
        asked = body.get("maxResults", _DEFAULT_PAGE)
        if asked < 1:
            raise bad_payload()
        caps = self._site.caps
        return int(min(asked, caps.ids_page if wanted.bare else caps.page))

    def _indexed(self, ids: Iterable[int], wanted: Wanted) -> list[Issue]:
        """Ids and keys come from the index, fields from the issues: deleted ones have none."""
        index, live = self._site.index.issues, self._site.issues
        with self._site.lock:
            if wanted.bare:
                return [index.get(id_) or live[id_] for id_ in ids if id_ in index or id_ in live]
            there = (live.get(id_) for id_ in ids)
            return [each for each in there if each is not None]

    def _count(self, visit: Visit) -> Json:
        jql = visit.body(jql=str).get("jql", "")
        return {"count": len(visit.searching.find(visit.account, jql, bounded=True).ids)}

    def _bulkfetch(self, visit: Visit) -> Json:
        body = visit.body(
            issueIdsOrKeys=list, fields=list, expand=list, properties=list, fieldsByKeys=bool
        )
        visit.plain({name: body.get(name) for name in ("properties", "fieldsByKeys")})
        keys = strings(body.get("issueIdsOrKeys"))
        wanted = Wanted(tuple(strings(body.get("fields", []))) or ("*navigable",))
        most = self._most(wanted, strings(body.get("expand", [])))
        if not keys:
            raise complaint(400, "Please provide at least one issue ID or key.")
        if len(keys) > most:
            raise complaint(
                400, f"You can only fetch a maximum of {most} issues per request with these fields."
            )
        visit.plain({"expand": body.get("expand")})
        issues = _visible(self._site, visit, keys)
        visit.charge = len(issues)
        return {"issues": draw(visit.rendering, issues, wanted), "issueErrors": []}

    def _most(self, wanted: Wanted, expand: list[str]) -> int:
        named = wanted.named
        single = wanted.explicit and not any(name in _MULTIPLE for name in named)
        if single and len(named) <= _MOST_FIELDS and _HEAVY.isdisjoint(expand):
            return self._site.caps.bulkfetch
        return min(_FEW, self._site.caps.bulkfetch)

    def _issue(self, visit: Visit) -> Drawn:
        given = visit.query(
            "fields", "fieldsByKeys", "expand", "properties", "updateHistory", "failFast"
        )
        visit.plain(given)
        issues = _visible(self._site, visit, [visit.arguments["key"]])
        if not issues:
            raise no_issue()
        wanted = Wanted(tuple(strings(given.get("fields", "*all"))) or ("*all",))
        return visit.rendering.issue(issues[0], wanted.among(visit.rendering.known))

    def _match(self, visit: Visit) -> Json:
        account = signed_in(visit.account)
        body = visit.body(issueIds=list, jqls=list)
        ids, jqls = body.get("issueIds"), body.get("jqls")
        if not ids or not jqls or not all(isinstance(id_, int) for id_ in ids):
            raise bad_payload()
        matches: list[Json] = []
        for jql in strings_as_they_are(jqls):
            try:
                matched = visit.searching.matches(account, jql, ids)
                matches.append({"matchedIssues": matched, "errors": []})
            except JqlError as error:
                matches.append({"matchedIssues": [], "errors": list(error.messages)})
        return {"matches": matches}

    def _histories(self, visit: Visit) -> Json:
        signed_in(visit.account)
        body = visit.body(issueIdsOrKeys=list, fieldIds=list, maxResults=int, nextPageToken=str)
        keys, fields = strings(body.get("issueIdsOrKeys")), strings(body.get("fieldIds", []))
        most = body.get("maxResults", 1000)
        if not 1 <= len(keys) <= _MOST_HISTORIES or len(fields) > _MOST_HISTORY_FIELDS:
            raise bad_payload()
        if not 1 <= most <= _MOST_CHANGES:
            raise bad_payload()
        rows = [
            (issue.id, change)
            for issue in _visible(self._site, visit, keys)
            for change in issue.history
            if not fields or change.field in fields
        ]
        query = (visit.account, tuple(keys), tuple(fields))
        start = (self._cursors.take(query, body.get("nextPageToken")) or (0,))[0]
        logs: dict[int, list[Json]] = {}
        for id_, change in rows[start : start + most]:
            logs.setdefault(id_, []).append(visit.parts.change(change))
        page: Json = {
            "issueChangeLogs": [
                {"issueId": str(id_), "changeHistories": changes} for id_, changes in logs.items()
            ]
        }
        if start + most < len(rows):
            page["nextPageToken"] = self._cursors.give(query, (start + most,))
        return page


def strings_as_they_are(value: list[Any]) -> list[str]:
    """A list of strings that may hold commas."""
    if not all(isinstance(each, str) for each in value):
        raise bad_payload()
    return value


def _removed(visit: Visit) -> Answer:
    del visit
    return SEARCH_REMOVED


def _visible(site: JiraSite, visit: Visit, keys: Iterable[str]) -> list[Issue]:
    """The issues by rising id, each once; what isn't there or isn't for these eyes is left out."""
    with site.lock:
        found = {issue.id: issue for key in keys if (issue := site.find(key)) is not None}
        seen = (issue for issue in found.values() if site.sees(visit.account, issue))
        return sorted(seen, key=lambda issue: issue.id)
