"""Who asks: Basic and Bearer on a site's address, on the gateway's, on a Data Center's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira.answers import (
    BEARER_WITH_API_TOKEN,
    CAPTCHA,
    NOT_SIGNED_IN,
    RefusedError,
    complaint,
    gateway_complaint,
)

if TYPE_CHECKING:
    from werkzeug import Request
    from werkzeug.datastructures import Authorization

    from sandbox.jira.models import JiraAccount
    from sandbox.jira.site import JiraSite

_PATIENCE = 3
"""Wrong passwords in a row before a Data Center wants a person to solve a riddle."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`account` is None for a stranger; `failed` if it tried to be somebody."""

    account: JiraAccount | None
    failed: bool = False

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What the answer says about the attempt."""
        if self.failed:
            return (("X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),)
        return (("X-Seraph-LoginReason", "OK"),) if self.account else ()


def on_site(site: JiraSite, request: Request) -> Visitor:
    """On a Cloud site's own address: bad credentials make a stranger, not an error.

    https://jira.atlassian.com/browse/JRACLOUD-93811. Scoped tokens and OAuth
    belong on the gateway.
    """
    given = request.authorization
    if given is None:
        return Visitor(None, failed="Authorization" in request.headers)
    if given.type == "bearer":
        raise RefusedError(BEARER_WITH_API_TOKEN)
    if _account(site, given, "scoped") is not None:
        raise gateway_complaint(401, "Unauthorized")
    account = _account(site, given, "api-token")
    return Visitor(account, failed=account is None)


def on_gateway(site: JiraSite, request: Request, scopes: tuple[str, ...]) -> Visitor:
    """On the gateway's address: known with all the endpoint's scopes, or refused."""
    given = request.authorization
    if given is None:
        raise gateway_complaint(401, "Unauthorized")
    account = _account(site, given, "oauth" if given.type == "bearer" else "scoped")
    if account is None:
        raise gateway_complaint(401, "Unauthorized")
    if not account.scopes.issuperset(scopes):
        raise gateway_complaint(401, "Unauthorized; scope does not match")
    return Visitor(account)


class DataCenterDoor:
    """Counts wrong passwords; a wrong personal token is refused without counting."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site
        self._failures: dict[str, int] = {}

    def let_in(self, request: Request) -> Visitor:
        """Who it is; raises `RefusedError` for credentials that are wrong."""
        given = request.authorization
        if given is None:
            return Visitor(None)
        if given.type == "bearer":
            account = _account(self._site, given, "personal")
        else:
            account = self._by_password(given)
        if account is None:
            raise complaint(
                401,
                "You are not authenticated. Authentication required to perform this operation.",
                headers=(("X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),),
            )
        return Visitor(account)

    def _by_password(self, given: Authorization) -> JiraAccount | None:
        name = given.username or ""
        if self._failures.get(name, 0) >= _PATIENCE:
            raise RefusedError(CAPTCHA)
        for account in self._site.accounts:
            if account.email == name and account.password and account.password == given.password:
                self._failures.pop(name, None)
                return account
        self._failures[name] = self._failures.get(name, 0) + 1
        return None


def signed_in(visitor: JiraAccount | None) -> JiraAccount:
    """The account, where a stranger isn't served."""
    if visitor is None:
        raise RefusedError(NOT_SIGNED_IN)
    return visitor


def _account(site: JiraSite, given: Authorization, kind: str) -> JiraAccount | None:
    for account in site.accounts:
        if account.kind != kind:
            continue
        if account.expires is not None and account.expires <= site.now():
            continue
        if given.type == "bearer" and given.token == account.token:
            return account
        if given.type == "basic" and (given.username, given.password) == (
            account.email,
            account.token,
        ):
            return account
    return None
