"""The things that issues refer to, as the service's JSON: statuses, people, sprints, dates."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sandbox.jira.models import Category, JiraAccount, Person, Sprint
    from sandbox.jira.site import JiraSite

Json = dict[str, Any]

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

CATEGORIES: Mapping[str, tuple[int, str, str]] = {
    "undefined": (1, "medium-gray", "No Category"),
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}
_CATEGORY_NAMES: Mapping[str, Mapping[str, str]] = {
    "de": {"new": "Zu erledigen", "indeterminate": "In Arbeit", "done": "Fertig"},
    "zh": {"new": "待办", "indeterminate": "进行中", "done": "完成"},
}


class Shared(Json):
    """Something that many issues show; its text is made once."""

    @cached_property
    def text(self) -> str:
        """The JSON."""
        return encode(self)


class Parts:
    """Draws for one account on one address. `api` is the REST API's version, "2" or "3"."""

    def __init__(
        self,
        site: JiraSite,
        account: JiraAccount | None,
        base: str,
        api: str,
        language: str,
    ) -> None:
        self.site = site
        self.account = account
        self.base = base
        self.api = api
        self.language = language
        self.cloud = site.deployment == "cloud"
        self._zone = ZoneInfo(account.time_zone if account else "Etc/UTC")
        self._drawn: dict[tuple[str, ...], Json] = {}

    def date(self, moment: datetime | None) -> str | None:
        """A moment in the account's zone, its offset without a colon; None for none."""
        if moment is None:
            return None
        text = moment.astimezone(self._zone).isoformat(timespec="milliseconds")
        return text[:-3] + text[-2:]

    def status(self, id_: str, category: Category | None = None) -> Json:
        """A status, in the reader's language; `category` where it isn't the status's own."""
        status = self.site.statuses[id_]
        effective = category or status.category

        def draw() -> Json:
            return {
                "self": self.link("status", id_),
                "description": "",
                "name": status.called(self.language),
                "id": id_,
                "statusCategory": self._category(effective),
            }

        return self.once(draw, "status", id_, effective)

    def type(self, id_: str) -> Json:
        """An issue type; Data Center tells no level."""
        kind = self.site.types[id_]

        def draw() -> Json:
            level = {"hierarchyLevel": kind.level} if self.cloud else {}
            return {
                "self": self.link("issuetype", id_),
                "id": id_,
                "description": "",
                "name": kind.called(self.language),
                "subtask": kind.level < 0,
                **level,
            }

        return self.once(draw, "type", id_)

    def resolution(self, id_: str) -> Json:
        """A resolution, in the reader's language."""
        return {
            "self": self.link("resolution", id_),
            "id": id_,
            "description": "",
            "name": self.site.resolutions[id_].called(self.language),
        }

    @property
    def locale(self) -> str:
        """The account's own language, as `/myself` tells it, whatever was asked for."""
        language = self.account.language if self.account else self.site.language
        return {"en": "en_US", "zh": "zh_CN"}.get(language, f"{language}_{language.upper()}")

    def project(self, id_: str) -> Json:
        """A project, as it stands in an issue."""
        project = self.site.projects[id_]
        style = {"simplified": project.simplified} if self.cloud else {}
        return self.once(
            lambda: {
                "self": self.link("project", id_),
                "id": id_,
                "key": project.key,
                "name": project.name,
                "projectTypeKey": "software",
                **style,
            },
            "project",
            id_,
        )

    def _category(self, key: Category) -> Json:
        id_, color, name = CATEGORIES[key]
        return {
            "self": self.link("statuscategory", str(id_)),
            "id": id_,
            "key": key,
            "colorName": color,
            "name": _CATEGORY_NAMES.get(self.language, {}).get(key, name),
        }

    def link(self, kind: str, id_: str) -> str:
        """A thing's own address."""
        return f"{self.base}/rest/api/{self.api}/{kind}/{id_}"

    def once(self, draw: Callable[[], Json], *key: str) -> Json:
        """Draw what many issues share only once a request."""
        if key not in self._drawn:
            self._drawn[key] = Shared(draw())
        return self._drawn[key]

    def sprint(self, sprint: Sprint) -> Json:
        """A sprint, as the agile API shows it."""
        dates = {
            "startDate": sprint.start,
            "endDate": sprint.end,
            "completeDate": sprint.completed,
        }
        return {
            "id": sprint.id,
            "self": f"{self.base}/rest/agile/1.0/sprint/{sprint.id}",
            "state": sprint.state,
            "name": sprint.name,
            **{name: self.date(at) for name, at in dates.items() if at is not None},
            "originBoardId": sprint.board,
            "goal": sprint.goal,
        }

    def person(self, person: Person | None) -> Json | None:
        """Somebody, with everything that the service tells about people."""
        if person is None:
            return None
        if self.cloud:
            who = {"accountId": person.account_id, "accountType": "atlassian"}
            link = f"{self.base}/rest/api/{self.api}/user?accountId={person.account_id}"
        else:
            who = {"name": person.account_id, "key": person.account_id}
            link = f"{self.base}/rest/api/2/user?username={person.account_id}"
        return {
            "self": link,
            **who,
            "emailAddress": person.email,
            "avatarUrls": {"48x48": f"https://avatar.invalid/initials/{person.account_id}.png"},
            "displayName": person.name,
            "active": True,
            "timeZone": "Etc/UTC",
        }
