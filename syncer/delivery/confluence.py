"""A letter as a Confluence page: made, or brought up to date, by its title.

Confluence Cloud's REST API v2 (developer.atlassian.com/cloud/confluence/rest/v2),
with the body in its storage format. Files go by v1, as v2 takes none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from requests.auth import HTTPBasicAuth

from config.variables import delivery_variable
from connectors.errors import NotFoundError, NotUnderstoodError
from syncer.delivery.webhook import opened
from syncer.report.kr_sentences import KrWords
from syncer.report.sentences import EVENTS, LABELS
from syncer.report.text import causes, plain, quantity, share, web_address
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import requests

    from config.destinations import Destination
    from connectors.clock import Clock
    from syncer.delivery.letter import Attachment, Letter

COLOURS = {Light.HELP: "Red", Light.UNSURE: "Yellow", Light.WELL: "Green"}
"""The colours of Confluence's own status marks."""

CARDS = 30
_LONGEST = 255  # characters of a page's title
_NO_BROWSER = {"X-Atlassian-Token": "no-check"}
"""Forms may come from a page that tricks a browser; without this word they are refused."""


def deliver(
    destination: Destination, letter: Letter, clock: Clock, commit: Callable[[], None]
) -> str:
    """Make the page or bring it up to date, and give its address; raises `SourceError`."""
    with _session(destination, clock) as session:
        space = _space(destination, session)
        page = _page(destination, session, space, title(letter))
        body = {"status": "current", "title": title(letter), "body": _body(letter)}
        commit()
        if page is None:
            parent = (
                {"parentId": destination.settings.parent} if destination.settings.parent else {}
            )
            answer = session.post(
                f"{_api(destination)}/pages", json={"spaceId": space, **parent, **body}
            )
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
            session.put(
                f"{_site(destination)}/rest/api/content/{page['id']}/child/attachment",
                files={"file": (file.name, file.content, file.media_type)},
                data={"minorEdit": "true", "comment": letter.stamp},
                headers=_NO_BROWSER,
            )
            on_attached(file)


def title(letter: Letter) -> str:
    """Name the page, the same for a meeting whenever it is asked for."""
    return letter.title[:_LONGEST]


def storage(letter: Letter) -> str:
    """Draw the report in the storage format: XHTML with Confluence's own elements."""
    environment = Environment(
        loader=PackageLoader("syncer.delivery"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "share": share, "quantity": quantity, "causes": causes}
    environment.filters["href"] = web_address
    known = {"labels": LABELS, "events": EVENTS, "colours": COLOURS, "most": CARDS}
    assert letter.briefing is not None  # noqa: S101 - a page is a report's
    template = environment.get_template("page.xml.j2")
    return template.render(
        letter=letter, briefing=letter.briefing, words=KrWords(letter.briefing), **known
    )


def _session(destination: Destination, clock: Clock) -> requests.Session:
    secrets = (destination.token, destination.email)
    session = opened(destination, clock, secrets, delivery_variable(destination.name, "token"))
    session.auth = (
        HTTPBasicAuth(destination.email, destination.token)
        if destination.email
        else _bearer(destination.token)
    )
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
    query = {"space-id": space, "title": page_title, "status": "current"}
    pages = _results(session.get(f"{_api(destination)}/pages", params=query))
    return next((page for page in pages if page.get("title") == page_title), None)


def _body(letter: Letter) -> dict[str, str]:
    return {"representation": "storage", "value": storage(letter)}


def _number(page: dict[str, Any]) -> int:
    try:
        return int(page["version"]["number"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstoodError("deliver: Confluence tells no version of the page") from error


def _results(answer: requests.Response) -> list[dict[str, Any]]:
    results = _json(answer).get("results")
    if not isinstance(results, list):
        raise NotUnderstoodError("deliver: Confluence's answer holds no results")
    return results


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise NotUnderstoodError("deliver: Confluence's answer is no JSON; is url its address?")
    return content


def _address(destination: Destination, page: dict[str, Any]) -> str:
    path = (page.get("_links") or {}).get("webui") or f"/pages/{page.get('id', '')}"
    return f"{_site(destination)}{path}"
