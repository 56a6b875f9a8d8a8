"""One request to the service: who asks, in which language, with which parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.jira.answers import bad_payload, complaint
from sandbox.jira.issue_json import Rendering
from sandbox.jira.shared_json import Parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Request

    from sandbox.jira.models import JiraAccount
    from sandbox.jira.searching import IssueSearch
    from sandbox.jira.shared_json import Json
    from sandbox.jira.site import JiraSite


@dataclass(slots=True)
class JiraCall:
    """`account` is None for a stranger. `base` is the address before "/rest"."""

    site: JiraSite
    searching: IssueSearch
    request: Request
    account: JiraAccount | None
    base: str
    arguments: Mapping[str, Any]
    charge: float = 0

    @property
    def parts(self) -> Parts:
        """Draws for whoever asks."""
        api = str(self.arguments.get("api", "2")).replace("latest", "2")
        return Parts(self.site, self.account, self.base, api, self._language())

    @property
    def rendering(self) -> Rendering:
        """Draws issues for whoever asks."""
        return Rendering(self.parts)

    def query(self, *known: str) -> Mapping[str, str]:
        """The parameters in the address; one that the endpoint doesn't know is refused.

        Several parameters of one name are joined by commas.
        """
        given = {name: ",".join(values) for name, values in self.request.args.lists()}
        for name in given:
            if name not in known:
                raise complaint(400, f"The sandbox doesn't know the query parameter '{name}'.")
        return given

    def body(self, **known: type | tuple[type, ...]) -> Json:
        """The JSON object sent, without its nulls; anything unknown or mistyped is refused.

        The jira client sends null or [] for what it doesn't ask.
        """
        if self.request.mimetype != "application/json":
            raise complaint(415, "The content type must be application/json.")
        try:
            body = json.loads(self.request.get_data())
        except ValueError:
            raise bad_payload() from None
        if not isinstance(body, dict):
            raise bad_payload()
        for name, value in body.items():
            if value not in (None, []) and not _fits(value, known.get(name, ())):
                raise bad_payload()
        return {name: value for name, value in body.items() if value is not None}

    def _language(self) -> str:
        """The account's, unless it is a Cloud's that is forced to another.

        https://github.com/salto-io/salto/pull/3854
        """
        language = self.request.accept_languages.best or "*"
        forced = self.request.headers.get("X-Force-Accept-Language") == "true"
        if self.site.deployment == "cloud" and forced and language != "*":
            return language.partition("-")[0]
        return self.account.language if self.account else self.site.language


def number(given: Mapping[str, str], name: str, default: int) -> int:
    """A whole number among the parameters, 0 or more."""
    text = given.get(name, str(default))
    if not text.isdecimal():
        raise complaint(400, f"The parameter '{name}' must be a whole number, not '{text}'.")
    return int(text)


def strings(value: object) -> list[str]:
    """A list of strings from a body or a comma-separated parameter."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise bad_payload()
    return [part for each in value for part in strings(each)]


def _fits(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
