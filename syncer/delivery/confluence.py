"""A letter as a Confluence page: made, or brought up to date, by its title.

Confluence Cloud's REST API v2 (developer.atlassian.com/cloud/confluence/rest/v2),
with the body in its storage format. Files go by v1, as v2 takes none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from requests.auth import HTTPBasicAuth

from config.variables import delivery_variable
from connectors.errors import NotFoundError, NotUnderstoodError, RejectedError
from syncer.delivery.webhook import opened
from syncer.report.kr_sentences import KrWords
from syncer.report.sentences import EVENTS, LABELS
from syncer.report.templating import templates
from syncer.report.text import causes, plain, quantity, share, web_address
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import requests

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Attachment, Letter

COLOURS = {Light.HELP: "Red", Light.BEHIND: "Yellow", Light.UNSURE: "Yellow", Light.WELL: "Green"}
"""The colours of Confluence's own status marks."""

_OUT_OF_SIGHT = {
    "archived": "restore it or give it another title",
    "draft": "publish it, or delete the draft",
    "trashed": "restore it from the space's trash, or delete it there for good",
}
"""The statuses in which a page keeps its title and isn't seen, and what to do about it."""

_OWN_WORDS = """
title titles page pages space spaces exists already same archived draft drafts trashed trash
parent ancestor restricted restrictions restore unique blank too content version conflict stale
"""
_ID = 20
CARDS = 30
_LONGEST = 255  # characters of a page's title
_NO_BROWSER = {"X-Atlassian-Token": "no-check"}
"""Forms may come from a page that tricks a browser; without this word they are refused."""


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Make the page or bring it up to date, and give its address; raises `SourceError`."""
    with _session(destination, clock, commit) as session:
        space = _space(destination, session)
        page = _page(destination, session, space, title(letter))
        body = {"status": "current", "title": title(letter), "body": _body(letter)}
        if page is None:
            _refuse_taken(destination, session, space, title(letter))
            parent = destination.settings.parent
            body |= {"spaceId": space, **({"parentId": parent} if parent else {})}
            answer = session.post(f"{_api(destination)}/pages", json=body)
        else:
            version = {"number": _number(page) + 1, "message": letter.stamp}
            body |= {"id": page["id"], "version": version}
            answer = session.put(f"{_api(destination)}/pages/{page['id']}", json=body)
        return _address(destination, _json(answer))


def check(destination: Destination, letter: Letter, clock: Clock) -> str | None:
    """Give the page's address if the letter arrived, None if it didn't; raises `SourceError`.

    A new page's first version is ours, for nobody else makes one of this title;
    a later one is where it has our stamp. Anything else is brought up to date anew.
    """
    with _session(destination, clock) as session:
        page = _page(destination, session, _space(destination, session), title(letter))
    if page is None:
        return None
    ours = _number(page) == 1 or page["version"].get("message") == letter.stamp
    return _address(destination, page) if ours else None


def attach(
    destination: Destination,
    letter: Letter,
    files: Iterable[Attachment],
    clock: Clock,
    on_attached: Callable[[Attachment], None],
) -> None:
    """Put files beside the page, and call `on_attached` after each; raises `SourceError`.

    By its name a file that is there already is the same one, which gets another
    version (Create or update attachments, REST API v1): there is never a second.
    """
    with _session(destination, clock) as session:
        page = _page(destination, session, _space(destination, session), title(letter))
        if page is None:
            raise NotFoundError(f"deliver {destination.name}: the page {title(letter)} is gone")
        for file in files:
            answer = session.put(
                f"{_site(destination)}/rest/api/content/{page['id']}/child/attachment",
                files={"file": (file.name, file.content, file.media_type)},
                data={"minorEdit": "true", "comment": letter.stamp},
                headers=_NO_BROWSER,
            )
            _results(answer)
            on_attached(file)


def title(letter: Letter) -> str:
    """Name the page, the same for a meeting whenever it is asked for."""
    return letter.title[:_LONGEST]


def storage(letter: Letter) -> str:
    """Draw the report in the storage format: XHTML with Confluence's own elements."""
    environment = templates("syncer.delivery")
    environment.filters |= {"plain": plain, "share": share, "quantity": quantity, "causes": causes}
    environment.filters["href"] = web_address
    known = {"labels": LABELS, "events": EVENTS, "colours": COLOURS, "most": CARDS}
    assert letter.briefing is not None  # noqa: S101 - a page is a report's
    template = environment.get_template("page.xml.j2")
    return template.render(
        letter=letter, briefing=letter.briefing, words=KrWords(letter.briefing), **known
    )


def _session(
    destination: Destination, clock: Clock, commit: Callable[[], None] | None = None
) -> requests.Session:
    secrets, secret_name = (
        (destination.token, destination.email),
        delivery_variable(destination.name, "token"),
    )
    session = opened(
        destination, clock, secrets, secret_name, commit=commit, known_words=_OWN_WORDS
    )
    email, token = destination.email, destination.token
    session.auth = HTTPBasicAuth(email, token) if email else _bearer(token)
    session.headers["Accept"] = "application/json"
    return session


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Sign with a token; as `auth`, since a .netrc would replace a mere header."""

    def signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return signed


def _site(destination: Destination) -> str:
    site = destination.settings.url
    return site if site.endswith("/wiki") else f"{site}/wiki"


def _api(destination: Destination) -> str:
    return f"{_site(destination)}/api/v2"


def _space(destination: Destination, session: requests.Session) -> str:
    spaces = _results(
        session.get(
            f"{_api(destination)}/spaces", params={"keys": destination.settings.space or ""}
        )
    )
    if not spaces:
        name, space = destination.name, destination.settings.space
        message = f"deliver {name}: there is no space {space}, or this account"
        raise NotFoundError(f"{message} may not see it; write the key in its address as space")
    return str(spaces[0]["id"])


def _page(
    destination: Destination, session: requests.Session, space: str, page_title: str
) -> dict[str, Any] | None:
    """Give the page of a title that people see, with its version."""
    return _page_in(destination, session, space, page_title, "current")


def _page_in(
    destination: Destination, session: requests.Session, space: str, page_title: str, status: str
) -> dict[str, Any] | None:
    query = {"space-id": space, "title": page_title, "status": status}
    pages = _results(session.get(f"{_api(destination)}/pages", params=query))
    ours = (page for page in pages if page.get("title") == page_title)
    return next((page for page in ours if page.get("status", status) == status), None)


def _refuse_taken(
    destination: Destination, session: requests.Session, space: str, page_title: str
) -> None:
    """Name a page that people don't see and that keeps the title all the same.

    A space holds a title once, archived, drafted and trashed pages included
    (hunyadi/md2conf, issue 149); each status is asked for by itself, since not
    every site knows them all.
    """
    for status, way_out in _OUT_OF_SIGHT.items():
        try:
            page = _page_in(destination, session, space, page_title, status)
        except RejectedError:
            continue
        if page is not None:
            number = re.sub(r"\W", "", str(page.get("id", "")))[:_ID]
            message = f"deliver {destination.name}: the title of the page is taken by a page that"
            raise RejectedError(f"{message} is {status} (number {number}); {way_out}")


def _body(letter: Letter) -> dict[str, str]:
    return {"representation": "storage", "value": storage(letter)}


def _number(page: dict[str, Any]) -> int:
    try:
        return int(page["version"]["number"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstoodError("deliver: Confluence tells no version of the page") from error


def _results(answer: requests.Response) -> list[dict[str, Any]]:
    """Give what a list holds, each with the base of its links, which the list alone tells."""
    content = _json(answer)
    results = content.get("results")
    if not isinstance(results, list) or not all(isinstance(item, dict) for item in results):
        raise NotUnderstoodError("deliver: Confluence's answer holds no results")
    base = _links(content).get("base")
    return [{**item, "_links": {"base": base, **_links(item)}} for item in results]


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise NotUnderstoodError("deliver: Confluence's answer is no JSON; is url its address?")
    return content


def _address(destination: Destination, page: dict[str, Any]) -> str:
    """Give a page's address for people: behind the gateway only its own links know that."""
    links = _links(page)
    base, path = links.get("base"), links.get("webui")
    known = isinstance(base, str) and web_address(base) is not None
    if not (isinstance(path, str) and path.startswith("/")):
        path = f"/pages/{page.get('id', '')}"
    return f"{base if known else _site(destination)}{path}"


def _links(content: dict[str, Any]) -> dict[str, Any]:
    links = content.get("_links")
    return links if isinstance(links, dict) else {}
