"""Finds issues by JQL: which match, for whom, in which order."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.jira.answers import complaint
from sandbox.jira.jql.fields import Compiler
from sandbox.jira.jql.moments import Moments
from sandbox.jira.jql.names import SiteNames
from sandbox.jira.jql.parsing import Clause, JqlError, JqlQuery, Terms, no_field, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from sandbox.jira.jql.parsing import Condition, Sort
    from sandbox.jira.models import Issue, JiraAccount
    from sandbox.jira.site import JiraSite

_MOST_SORTS = 7
_KEPT = 16
_UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)


@dataclass(frozen=True, slots=True)
class Matches:
    """The ids that match, in order; `keys` are where each stands in that order."""

    ids: Sequence[int]
    keys: Sequence[tuple[Any, ...]]

    def after(self, cursor: tuple[Any, ...] | None) -> int:
        """Where the first id stands that comes after a place in the order; None for the start."""
        return 0 if cursor is None else bisect_right(self.keys, cursor)


NO_MATCHES = Matches((), ())


class IssueSearch:
    """Answers queries on one site; remembers answers until something changes."""

    def __init__(self, site: JiraSite) -> None:
        self.site = site
        self._known: OrderedDict[Hashable, Matches] = OrderedDict()

    def find(
        self,
        account: JiraAccount | None,
        *jqls: str,
        bounded: bool = False,
    ) -> Matches:
        """The issues that match all the queries, in the order that the last ordered one asks.

        A stranger finds nothing, and isn't told of names that don't exist.
        `bounded` refuses a query without a restriction.

        Raises:
            JqlError: A query is refused.
            RefusedError: It lists more values than the service stands.
        """
        queries = [_parse(jql) for jql in jqls]
        wheres = tuple(query.where for query in queries if query.where is not None)
        if bounded and not wheres:
            raise JqlError(_UNBOUNDED)
        if sum(map(_operands, wheres)) > self.site.caps.operands:
            raise complaint(500, "Internal server error")
        order = next((query.order for query in reversed(queries) if query.order), ())
        if self.site.deployment == "cloud" and len(order) > _MOST_SORTS:
            raise JqlError(f"JQL can be ordered by at most {_MOST_SORTS} fields.")
        if account is None:
            return NO_MATCHES
        with self.site.lock:
            return self._find(account, JqlQuery(Terms("and", wheres), order))

    def _find(self, account: JiraAccount, query: JqlQuery) -> Matches:
        site, now = self.site, self.site.now()
        site.index.catch_up(site.changes, now - site.index_lag)
        names = SiteNames(site, account)
        compiler = Compiler(site, names, Moments(now, ZoneInfo(account.time_zone)))
        remembered = (query, id(account), site.index.revision, site.revision)
        for key in ((remembered, None), (remembered, now)):
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        where = query.where or Terms("and", ())
        test = compiler.compile(where)
        issues = [
            issue
            for id_, issue in site.index.issues.items()
            if test(issue)
            and not site.is_archived(issue)
            and site.sees(account, site.issues.get(id_, issue))
        ]
        return self._remember((remembered, now if compiler.timed else None), query, issues)

    def _remember(self, key: Hashable, query: JqlQuery, issues: list[Issue]) -> Matches:
        keyed = order_key(self.site, query.order)
        rows = sorted((keyed(issue), issue.id) for issue in issues)
        matches = Matches([id_ for _, id_ in rows], [key for key, _ in rows])
        self._known[key] = matches
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return matches


def _operands(condition: Condition) -> int:
    if isinstance(condition, Clause):
        return len(condition.operands)
    return sum(map(_operands, condition.terms))


@lru_cache(maxsize=64)
def _parse(jql: str) -> JqlQuery:
    return parse(jql)


def order_key(site: JiraSite, order: tuple[Sort, ...]) -> Callable[[Issue], tuple[Any, ...]]:
    """Tell where an issue stands in the order; no two stand at the same place.

    Ties, and a query without an order, go by falling id: nobody promises more.
    Everything sorted by is a row of numbers, so that falling is only a minus.

    Raises:
        JqlError: The site can't sort by a field.
    """
    ranks = {project.id: rank for rank, project in enumerate(_by_key(site))}
    parts: Mapping[str, Callable[[Issue], tuple[float, ...]]] = {
        **dict.fromkeys(("key", "id"), lambda issue: (ranks[issue.project], issue.number)),
        "created": lambda issue: (issue.created.timestamp(),),
        "updated": lambda issue: (issue.updated.timestamp(),),
        "summary": lambda issue: tuple(map(ord, issue.summary.lower())),
        "rank": lambda issue: (issue.id,),
    }
    for sort in order:
        if sort.field.lower() not in parts:
            raise no_field(sort.field)
    asked = [(parts[sort.field.lower()], -1 if sort.descending else 1) for sort in order]

    def key(issue: Issue) -> tuple[Any, ...]:
        return (*(tuple(sign * part for part in of(issue)) for of, sign in asked), -issue.id)

    return key


def _by_key(site: JiraSite) -> list[Any]:
    return sorted(site.projects.values(), key=lambda project: project.key)
