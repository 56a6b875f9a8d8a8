"""Cloud's endpoints that find and fetch issues."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.jira.answers import (
    SEARCH_REMOVED,
    bad_payload,
    complaint,
)
from sandbox.jira.fields import FieldChoice, draw
from sandbox.jira.request import number, strings
from sandbox.jira.routing import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import datetime

    from sandbox.faults import Answer
    from sandbox.jira.models import Issue
    from sandbox.jira.request import JiraCall
    from sandbox.jira.shared_json import Json
    from sandbox.jira.site import JiraSite

_API = "/rest/api/<any('2', '3', latest):api>"
_DEFAULT_PAGE = 50
_FEW = 100
_MOST_FIELDS = 100
_MULTIPLE = ("comment",)


class CloudSearch:
    """search/jql and bulkfetch."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site
        self._cursors = Cursors(site.now)

    def endpoints(self) -> Iterable[Endpoint]:
        """Where they answer."""
        return (
            Endpoint(f"{_API}/search/jql", self._by_address),
            Endpoint(f"{_API}/search/jql", self._by_body, "POST"),
            Endpoint(f"{_API}/issue/bulkfetch", self._bulkfetch, "POST"),
            *(
                Endpoint(f"{_API}/{removed}", _removed, method)
                for removed in ("search", "search/id")
                for method in ("GET", "POST")
            ),
        )

    def _by_address(self, call: JiraCall) -> Json:
        given = call.query("jql", "fields", "maxResults", "nextPageToken", "expand", "startAt")
        body: Json = {name: given[name] for name in ("jql", "nextPageToken") if name in given}
        body["maxResults"] = number(given, "maxResults", _DEFAULT_PAGE)
        body["fields"] = strings(given.get("fields", "id"))
        return self._search(call, body)

    def _by_body(self, call: JiraCall) -> Json:
        known = {"jql": str, "fields": list, "maxResults": int, "nextPageToken": str}
        return self._search(call, call.body(**known, startAt=int))

    def _search(self, call: JiraCall, body: Json) -> Json:
        """`startAt` is taken and ignored: an old client reads the first page for ever."""
        choice = FieldChoice(tuple(strings(body.get("fields", ["id"]))) or ("id",))
        jql = body.get("jql", "")
        query = (call.account, jql)
        matches = call.searching.find(call.account, jql, bounded=True)
        start = matches.after(self._cursors.take(query, body.get("nextPageToken")))
        end = min(start + self._page_size(body, choice), len(matches.ids))
        issues = self._indexed(matches.ids[start:end], choice)
        call.charge = len(issues)
        page: Json = {"issues": draw(call.rendering, issues, choice)}
        if end < len(matches.ids):
            page["nextPageToken"] = self._cursors.give(query, matches.keys[end - 1])
        return {**page, "isLast": end >= len(matches.ids)}

    def _page_size(self, body: Json, choice: FieldChoice) -> int:
        asked = body.get("maxResults", _DEFAULT_PAGE)
        if asked < 1:
            raise bad_payload()
        caps = self._site.caps
        return int(min(asked, caps.ids_page if choice.bare else caps.page))

    def _indexed(self, ids: Iterable[int], choice: FieldChoice) -> list[Issue]:
        """Ids and keys come from the index, fields from the issues: deleted ones have none."""
        index, live = self._site.index.issues, self._site.issues
        with self._site.lock:
            if choice.bare:
                return [index.get(id_) or live[id_] for id_ in ids if id_ in index or id_ in live]
            there = (live.get(id_) for id_ in ids)
            return [each for each in there if each is not None]

    def _bulkfetch(self, call: JiraCall) -> Json:
        body = call.body(issueIdsOrKeys=list, fields=list)
        keys = strings(body.get("issueIdsOrKeys"))
        choice = FieldChoice(tuple(strings(body.get("fields", []))) or ("*navigable",))
        most = self._most(choice)
        if not keys:
            raise complaint(400, "Please provide at least one issue ID or key.")
        if len(keys) > most:
            raise complaint(
                400, f"You can only fetch a maximum of {most} issues per request with these fields."
            )
        issues = _visible(self._site, call, keys)
        call.charge = len(issues)
        return {"issues": draw(call.rendering, issues, choice), "issueErrors": []}

    def _most(self, choice: FieldChoice) -> int:
        named = choice.named
        single = choice.explicit and not any(name in _MULTIPLE for name in named)
        if single and len(named) <= _MOST_FIELDS:
            return self._site.caps.bulkfetch
        return min(_FEW, self._site.caps.bulkfetch)


def _removed(call: JiraCall) -> Answer:
    del call
    return SEARCH_REMOVED


def _visible(site: JiraSite, call: JiraCall, keys: Iterable[str]) -> list[Issue]:
    """The issues by rising id, each once; what isn't there or isn't for these eyes is left out."""
    with site.lock:
        issues = {issue.id: issue for key in keys if (issue := site.find(key)) is not None}
        seen = (issue for issue in issues.values() if site.sees(call.account, issue))
        return sorted(seen, key=lambda issue: issue.id)


_LIFE = timedelta(days=7)


class Cursors:
    """Hands out tokens for places in an order, and takes them back any number of times."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._given: dict[str, tuple[Hashable, tuple[Any, ...], datetime]] = {}

    def give(self, query: Hashable, position: tuple[Any, ...]) -> str:
        """A token for the page after this position."""
        digest = hashlib.sha256(repr((query, position)).encode()).digest()
        token = urlsafe_b64encode(digest).decode()
        self._given[token] = (query, position, self._now())
        return token

    def take(self, query: Hashable, token: str | None) -> tuple[Any, ...] | None:
        """The position that the token stands for; None for None, the first page.

        Raises:
            RefusedError: The token is garbage, of another query, or too old.
        """
        if token is None:
            return None
        belongs, position, since = self._given.get(token, (None, (), self._now()))
        if belongs != query or self._now() - since > _LIFE:
            raise complaint(400, "The provided nextPageToken is invalid or has expired.")
        return position
