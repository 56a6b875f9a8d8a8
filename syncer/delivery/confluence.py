"""A letter as a Confluence page: made, or brought up to date, by its title.

Confluence Cloud's REST API v2 (developer.atlassian.com/cloud/confluence/rest/v2),
with the body in its storage format. Files go by v1, as v2 takes none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from requests.auth import HTTPBasicAuth

from config.deliveries import variable
from connectors.errors import NotFoundError, NotUnderstoodError
from syncer.delivery.webhook import opened
from syncer.report.kr_sentences import KrWords
from syncer.report.sentences import EVENTS, LABELS
from syncer.report.text import causes, plain, quantity, share, web_address
from syncer.review.attention import Light

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import requests

    from config.destinations import Place
    from connectors.clock import Clock
    from syncer.delivery.letter import Attached, Letter

COLOURS = {Light.HELP: "Red", Light.UNSURE: "Yellow", Light.WELL: "Green"}
"""The colours of Confluence's own status marks."""

CARDS = 30
_LONGEST = 255  # characters of a page's title
_NO_BROWSER = {"X-Atlassian-Token": "no-check"}
"""Forms may come from a page that tricks a browser; without this word they are refused."""


def deliver(place: Place, letter: Letter, clock: Clock, commit: Callable[[], None]) -> str:
    """Make the page or bring it up to date, and give its address; raises `SourceError`."""
    with _session(place, clock) as session:
        space = _space(place, session)
        page = _page(place, session, space, title(letter))
        body = {"status": "current", "title": title(letter), "body": _body(letter)}
        commit()
        if page is None:
            parent = {"parentId": place.told.parent} if place.told.parent else {}
            answer = session.post(f"{_api(place)}/pages", json={"spaceId": space, **parent, **body})
        else:
            version = {"number": _number(page) + 1, "message": letter.stamp}
            body |= {"id": page["id"], "version": version}
            answer = session.put(f"{_api(place)}/pages/{page['id']}", json=body)
        return _address(place, _json(answer))


def check(place: Place, letter: Letter, clock: Clock) -> str | None:
    """Give the page's address if the letter arrived, None if it didn't; raises `SourceError`.

    A new page's first version is ours, for nobody else makes one of this title;
    a later one is where it has our stamp. Anything else is brought up to date anew.
    """
    with _session(place, clock) as session:
        page = _page(place, session, _space(place, session), title(letter))
    if page is None:
        return None
    ours = _number(page) == 1 or page["version"].get("message") == letter.stamp
    return _address(place, page) if ours else None


def attach(
    place: Place,
    letter: Letter,
    files: Iterable[Attached],
    clock: Clock,
    done: Callable[[Attached], None],
) -> None:
    """Put files beside the page, and call `done` after each; raises `SourceError`.

    By its name a file that is there already is the same one, which gets another
    version (Create or update attachments, REST API v1): there is never a second.
    """
    with _session(place, clock) as session:
        page = _page(place, session, _space(place, session), title(letter))
        if page is None:
            raise NotFoundError(f"deliver {place.name}: the page {title(letter)} is gone")
        for file in files:
            session.put(
                f"{_site(place)}/rest/api/content/{page['id']}/child/attachment",
                files={"file": (file.name, file.content, file.media_type)},
                data={"minorEdit": "true", "comment": letter.stamp},
                headers=_NO_BROWSER,
            )
            done(file)


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


def _session(place: Place, clock: Clock) -> requests.Session:
    secrets = (place.token, place.email)
    session = opened(place, clock, secrets, variable(place.name, "token"))
    session.auth = HTTPBasicAuth(place.email, place.token) if place.email else _bearer(place.token)
    session.headers["Accept"] = "application/json"
    return session


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Sign with a token; as `auth`, since a .netrc would replace a mere header."""

    def signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return signed


def _site(place: Place) -> str:
    site = place.told.url
    return site if site.endswith("/wiki") else f"{site}/wiki"


def _api(place: Place) -> str:
    return f"{_site(place)}/api/v2"


def _space(place: Place, session: requests.Session) -> str:
    found = _results(session.get(f"{_api(place)}/spaces", params={"keys": place.told.space or ""}))
    if not found:
        message = f"deliver {place.name}: there is no space {place.told.space}, or this account"
        raise NotFoundError(f"{message} may not see it; write the key in its address as space")
    return str(found[0]["id"])


def _page(place: Place, session: requests.Session, space: str, named: str) -> dict[str, Any] | None:
    wanted = {"space-id": space, "title": named, "status": "current"}
    found = _results(session.get(f"{_api(place)}/pages", params=wanted))
    return next((page for page in found if page.get("title") == named), None)


def _body(letter: Letter) -> dict[str, str]:
    return {"representation": "storage", "value": storage(letter)}


def _number(page: dict[str, Any]) -> int:
    try:
        return int(page["version"]["number"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstoodError("deliver: Confluence tells no version of the page") from error


def _results(answer: requests.Response) -> list[dict[str, Any]]:
    found = _json(answer).get("results")
    if not isinstance(found, list):
        raise NotUnderstoodError("deliver: Confluence's answer holds no results")
    return found


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise NotUnderstoodError("deliver: Confluence's answer is no JSON; is url its address?")
    return told


def _address(place: Place, page: dict[str, Any]) -> str:
    path = (page.get("_links") or {}).get("webui") or f"/pages/{page.get('id', '')}"
    return f"{_site(place)}{path}"
