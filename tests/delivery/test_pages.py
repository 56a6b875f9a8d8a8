"""The report as a Confluence page: made once, and brought up to date rather than made twice."""

from __future__ import annotations

import base64
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from syncer.delivery import confluence
from tests.delivery.desk import REVIEW, deliver
from tests.delivery.receivers import Pages, served
from tests.delivery.test_chat import texts
from tests.delivery.test_mail import crowd, twelve

BASIC = "Basic " + base64.b64encode(b"robot@acme.example:hush-hush").decode()
TITLE = "OKR review, Thursday 19 November 2026, 10:00"


@pytest.fixture
def pages(desk):
    """A Confluence that the desk's file names."""
    confluence = Pages(BASIC)
    with served(confluence) as url:
        confluence.entry = (
            f'pages: {{kind: confluence, url: "{url}/wiki", space: OKR, parent: 4711}}'
        )
        desk.write(REVIEW + deliver(confluence.entry))
        desk.environ["OKR_SYNC_DELIVERY__PAGES__EMAIL"] = "robot@acme.example"
        desk.environ["OKR_SYNC_DELIVERY__PAGES__TOKEN"] = "hush-hush"
        confluence.url = url
        yield confluence


def test_the_page_is_made_once(desk, pages):
    """Under its parent, in the storage format, with the address of it told."""
    made = desk.due()
    assert (made.code, desk.due().out) == (0, "no report is due\n")
    (page,) = pages.pages.values()
    assert (page["title"], page["parentId"], pages.writes) == (TITLE, "4711", ["POST"])
    assert f"sent to pages: {pages.url}/wiki/spaces/OKR/pages/1000" in made.out
    assert "PUB-1</strong> Publishing takes 10 % less time" in page["body"]["value"]


def test_a_page_of_that_title_is_brought_up_to_date(desk, pages):
    """Somebody made it by hand: its next version is ours."""
    body = {"representation": "storage", "value": "<p>soon</p>"}
    pages.pages["9"] = {"id": "9", "title": TITLE, "body": body, "version": {"number": 3}}
    assert desk.due().code == 0
    assert pages.writes == ["PUT"]
    assert pages.pages["9"]["version"] == {"number": 4, "message": "report-2026-11-19"}
    assert "PUB-1" in pages.pages["9"]["body"]["value"]


def test_chat_and_mail_link_to_the_page(desk, pages, hook):
    """The page is made first, so that the others can name it, also when they are late."""
    desk.write(REVIEW + deliver("slack: {}", pages.entry))
    hook.answers = ["404 Not Found"]
    assert desk.due().code == 1
    assert desk.due().code == 0
    (body,) = hook.bodies
    assert f"{pages.url}/wiki/spaces/OKR/pages/1000" in texts(body)


def test_a_line_that_breaks_while_the_page_is_made_makes_no_second_one(desk, pages):
    """Confluence can be asked: the next run finds the page, and notes it."""
    pages.hang_up = True
    failed = desk.due()
    assert (failed.code, pages.writes) == (1, ["POST"])
    assert "the next run looks for it" in failed.err
    pages.hang_up = False
    second = desk.due()
    assert (second.code, pages.writes) == (0, ["POST"])
    assert "sent to pages" in second.out


def test_a_line_that_breaks_while_it_is_changed_changes_it_no_second_time(desk, pages):
    """The version's message is our stamp, so the next run knows it for done."""
    pages.pages["9"] = {"id": "9", "title": TITLE, "version": {"number": 3}}
    pages.hang_up = True
    desk.due()
    pages.hang_up = False
    assert (desk.due().code, pages.writes) == (0, ["PUT"])


def attached(pages):
    """The files beside the page, each with how often it was put there."""
    return {name: len(versions) for (_, name), versions in pages.files.items()}


def test_the_reports_files_are_attached_once(desk, pages):
    """Each format that was asked for, as it is in the folder, and the page lists them."""
    made = desk.due("--format", "html,pptx")
    names = ["review-2026-11-19.html", "review-2026-11-19.pptx"]
    assert (made.code, desk.due("--format", "html,pptx").out) == (0, "no report is due\n")
    assert attached(pages) == dict.fromkeys(names, 1)
    ((id_, page),) = pages.pages.items()
    for name in names:
        (part,) = pages.files[id_, name]
        assert part.get_payload(decode=True) == (desk.folder / "reports" / name).read_bytes()
        assert f"attached {name} to pages" in made.out
    types = [part.get_content_type() for (part,) in pages.files.values()]
    assert (types[0], types[1][-12:]) == ("text/html", "presentation")
    assert '<ac:structured-macro ac:name="attachments">' in page["body"]["value"]


def test_a_file_that_is_refused_is_tried_again_and_nothing_else(desk, pages, hook):
    """The page is there and stays as it is, others link to it, and so do the other files."""
    desk.write(REVIEW + deliver(pages.entry, "slack: {}"))
    pages.refuse_files = {"review-2026-11-19.pptx": "413 Content Too Large"}
    failed = desk.due("--format", "html,pptx")
    assert (failed.code, attached(pages)) == (1, {"review-2026-11-19.html": 1})
    assert "review-2026-11-19.pptx isn't attached" in failed.err
    assert "the next run tries again" in failed.err
    assert f"{pages.url}/wiki/spaces/OKR/pages/1000" in texts(hook.bodies[0])
    pages.refuse_files = {}
    again = desk.due("--format", "html,pptx")
    assert (again.code, len(hook.bodies), pages.writes) == (0, 1, ["POST"])
    assert again.out == "attached review-2026-11-19.pptx to pages\n"
    names = ["review-2026-11-19.html", "review-2026-11-19.pptx"]
    assert attached(pages) == dict.fromkeys(names, 1)


def test_a_line_that_breaks_while_a_file_is_attached_makes_no_second_one(desk, pages):
    """It is put there again under its name: one file, and no more once it is known to be there."""
    pages.hang_up_files = True
    failed = desk.due()
    assert (failed.code, attached(pages)) == (1, {"review-2026-11-19.html": 1})
    pages.hang_up_files = False
    assert (desk.due().code, desk.due().out) == (0, "no report is due\n")
    assert (list(attached(pages)), pages.writes) == (["review-2026-11-19.html"], ["POST"])


def test_what_somebody_adds_to_the_page_meanwhile_stays(desk, pages):
    """A file that waits is no reason to write the page again."""
    pages.refuse_files = {"review-2026-11-19.html": "403 Forbidden"}
    desk.due()
    pages.pages["1000"] |= {"version": {"number": 2}, "body": {"value": "<p>decided: yes</p>"}}
    pages.refuse_files = {}
    assert (desk.due().code, attached(pages)) == (0, {"review-2026-11-19.html": 1})
    assert pages.pages["1000"]["body"]["value"] == "<p>decided: yes</p>"


def test_nothing_is_attached_once_the_meeting_has_begun(desk, pages):
    """As with every delivery: what comes too late is left."""
    pages.refuse_files = {"review-2026-11-19.html": "403 Forbidden"}
    desk.due()
    pages.refuse_files = {}
    desk.now = datetime.fromisoformat("2026-11-19T10:00+00:00")
    assert (desk.due().code, attached(pages)) == (0, {})


def test_a_dry_run_attaches_nothing(desk, pages):
    """It says that the files go along."""
    shown = desk.due("--dry-run")
    assert f"would send a page with the files in the space OKR at {pages.url}" in shown.out
    assert (pages.pages, pages.files) == ({}, {})


KILLED = """
import os
from pathlib import Path
from tests.delivery.desk import Desk
import requests
real = requests.Session.send
def dies(self, request, **more):
    if request.method != "GET":
        os._exit(9)
    return real(self, request, **more)
requests.Session.send = dies
Desk(Path.cwd(), environ=dict(os.environ)).due()
"""


def test_killed_between_the_intent_and_the_post_the_page_is_made_by_the_next_run(desk, pages):
    """The note says that it was on its way, Confluence says that it isn't there."""
    run = desk.outside(KILLED)
    run.communicate(timeout=300)
    assert (run.returncode, pages.writes) == (9, [])
    assert (desk.due().code, pages.writes) == (0, ["POST"])


@pytest.mark.parametrize("refuse", ["403 Forbidden", "409 Conflict", "400 Bad Request"])
def test_what_confluence_refuses_is_tried_again(desk, pages, refuse):
    """Told with the reason, and done by the next run."""
    pages.refuse = refuse
    failed = desk.due()
    assert (failed.code, refuse[:3] in failed.err, pages.writes) == (1, True, [])
    pages.refuse = ""
    assert (desk.due().code, pages.writes) == (0, ["POST"])


def test_a_wrong_token_is_said_without_it(desk, pages):
    """The variable to mend is named."""
    desk.environ["OKR_SYNC_DELIVERY__PAGES__TOKEN"] = "hush-hush-2"
    failed = desk.due()
    assert (failed.code, pages.writes) == (1, [])
    assert "check OKR_SYNC_DELIVERY__PAGES__TOKEN" in failed.err
    assert "hush" not in failed.printed
    assert "robot@" not in failed.printed


def test_a_token_without_an_address_signs_as_bearer(desk, pages):
    """OAuth tokens go without an e-mail address."""
    del desk.environ["OKR_SYNC_DELIVERY__PAGES__EMAIL"]
    pages.authorization = "Bearer hush-hush"
    assert (desk.due().code, pages.writes) == (0, ["POST"])


def test_an_unknown_space_is_said_with_what_to_write(desk, pages):
    """The key, as in the space's address."""
    desk.write(REVIEW + deliver(pages.entry.replace("space: OKR", "space: ORK")))
    failed = desk.due()
    assert (failed.code, "there is no space ORK" in failed.err) == (1, True)


@pytest.mark.parametrize("letter", [twelve, crowd])
def test_the_storage_format_is_well_formed(letter):
    """XHTML with Confluence's own elements; no title or card of anybody breaks out of it."""
    drawn = confluence.storage(letter())
    root = ET.fromstring(f'<page xmlns:ac="ac">{drawn}</page>')  # noqa: S314 - our own
    tags = {element.tag for element in root.iter()} - {"page"}
    own = {"{ac}structured-macro", "{ac}parameter"}
    known = {"p", "strong", "em", "br", "h2", "h3", "ul", "li", "a", "table", "tbody", "tr"}
    assert tags <= own | known | {"th", "td"}
    assert {a.attrib["href"][:8] for a in root.iter("a")} <= {"https://"}


@pytest.mark.parametrize("status", ["archived", "draft", "trashed"])
def test_a_page_in_the_way_that_nobody_sees_is_named(desk, pages, status):
    """It holds the title: nothing is written, and once it is gone the page is made."""
    pages.pages["9"] = {"id": "9", "title": TITLE, "status": status, "version": {"number": 3}}
    failed = desk.due()
    assert (failed.code, f"is {status} (number 9)" in failed.err, pages.writes) == (1, True, [])
    assert "the next run tries again" in failed.err
    del pages.pages["9"]
    assert (desk.due().code, pages.writes) == (0, ["POST"])


def test_links_are_for_people_where_the_gateway_made_the_page(desk, pages):
    """The site's own address, as Confluence tells it, also where the page was looked for later."""
    pages.base = "https://acme.atlassian.net/wiki"
    pages.hang_up = True
    desk.due()
    pages.hang_up = False
    assert "sent to pages: https://acme.atlassian.net/wiki/spaces/OKR/pages/1000" in desk.due().out


def test_confluences_own_reason_is_told(desk, pages):
    """Its errors are a list, each with a code and a title; a name in it is not."""
    pages.refuse = "400 Bad Request"
    pages.reason = {"code": "INVALID_REQUEST_PARAMETER", "title": "Title exists, Persephone"}
    failed = desk.due()
    assert (failed.code, "INVALID_REQUEST_PARAMETER" in failed.err) == (1, True)
    assert "Persephone" not in failed.printed
