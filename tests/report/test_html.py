"""The report as one HTML file: well-formed, safe whatever a title holds, readable by everybody."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from random import Random

import pytest

from config.okrs import Okrs
from syncer.core.records import CheckIn, State
from syncer.report.html import html
from syncer.report.text import web_address
from syncer.review.attention import Light
from syncer.review.writing import brief
from tests.report.browser import chromium, needs_chromium, new_page
from tests.report.hostile import hostile_history
from tests.review.sample import NOW, START, histories, okrs

BRIEFING = brief(okrs(), histories(), NOW, dice=Random)
PAGE = html(BRIEFING)


def hostile_page():
    """The page of a KR whose every text is hostile, beside the sample's."""
    history = hostile_history()
    objectives = (history.objective, *okrs().objectives)
    file = okrs().model_copy(update={"objectives": objectives})
    return html(brief(file, (history, *histories()), NOW, dice=Random))


class Outline(HTMLParser):
    """What a parser sees: tags with their attributes, headings, and whether all was closed."""

    VOID = ("meta", "br", "img", "input", "link", "hr")

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Close the innermost one, which has to be the same."""
        assert self.open.pop() == tag


def outline(page):
    """Parse a page."""
    parser = Outline()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("page", [PAGE, hostile_page()], ids=["sample", "hostile"])
def test_every_element_is_closed_and_every_id_is_one(page):
    """The page is well-formed, ids are unique, and links within it lead somewhere."""
    seen = outline(page)
    assert len(seen.ids) == len(set(seen.ids))
    within = [a["href"][1:] for tag, a in seen.tags if tag == "a" and a["href"].startswith("#")]
    assert set(within) <= set(seen.ids)
    assert len(within) > 12


def test_hostile_texts_make_no_elements_and_no_other_links():
    """Nothing of a title becomes a tag, an attribute, a style or an address."""
    tags = outline(hostile_page()).tags
    assert not {"script", "img", "iframe", "object", "form", "b"} & {tag for tag, _ in tags}
    assert not [a for _, a in tags if any(name.startswith("on") for name in a)]
    out = {a["href"] for tag, a in tags if tag == "a" and not a["href"].startswith("#")}
    assert "https://acme.example/ok" in out
    assert all(address.startswith("https://") for address in out)


def test_directions_and_controls_dont_reach_the_page():
    """Characters that turn the text around, or that no one sees, are gone."""
    page = hostile_page()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", page)
    assert "עברית" in page
    assert "👩‍👩‍👧‍👦" in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https:", "//x/y", "http://[", "ftp://x", ""]
)
def test_only_web_addresses_become_links(url):
    """A link goes to http and https alone."""
    assert web_address(url) is None


def test_a_web_address_becomes_a_link():
    """Http and https are links as they stand."""
    assert (
        web_address("https://acme.example/browse/PUB-1?x=1#y")
        == "https://acme.example/browse/PUB-1?x=1#y"
    )
    assert web_address("http://localhost:8080/c/1") == "http://localhost:8080/c/1"


def test_what_needs_help_comes_first_and_greens_last():
    """The order of the page is the order of the room's attention."""
    marks = ("<h1>", 'class="strip"', 'id="asks"', 'id="team-1"', 'id="changed"', 'id="each"')
    offsets = [PAGE.index(mark) for mark in marks]
    assert offsets == sorted(offsets)
    for helped, green in (
        ('href="#kr-PUB-2"', 'href="#kr-PUB-1"'),
        ('id="kr-PUB-2"', 'id="kr-PUB-1"'),
    ):
        assert PAGE.index(helped) < PAGE.index(green)


def test_what_needs_the_room_is_open_and_the_rest_is_folded():
    """A key result that needs help is unfolded; one that doesn't is a line."""
    for kr in BRIEFING.key_results:
        opened = re.search(
            rf'<details class="kr row \w+"( open)?>(?=(?:(?!</summary>).)*{kr.id}<)',
            PAGE,
            re.DOTALL,
        )
        assert bool(opened[1]) == (kr.light is Light.HELP), kr.id


def test_behind_each_number_are_its_cards():
    """Done, left and dropped cards stand in the file by title and key, and the counts are whole."""
    (kr,) = (kr for kr in BRIEFING.key_results if kr.id == "PUB-1")
    part = PAGE[PAGE.index('id="kr-PUB-1"') :]
    for state, count, name in (
        (State.DONE, kr.progress.done, "done"),
        (State.REMAINING, kr.progress.remaining, "left"),
    ):
        assert f"<summary>{count} cards {name}</summary>" in part
        assert len(kr.cards[state]) == count
        assert all(f"<bdi>{card.title}</bdi>" in part for card in kr.cards[state])


def test_a_hundred_cards_are_named_and_the_rest_are_counted():
    """A key result of a thousand cards names a hundred, of each state its share."""
    history = histories()[0]
    cards = tuple(
        history.state.cards[0]._replace(id=str(n), key=f"C-{n}", state=state)
        for n, state in enumerate([State.DONE] * 600 + [State.REMAINING] * 400)
    )
    state = replace(history.state, cards=cards)
    made = brief(okrs(), (replace(history, state=state),), NOW, dice=Random)
    (kr,) = made.key_results
    assert (len(kr.cards[State.DONE]), len(kr.cards[State.REMAINING])) == (60, 40)
    assert "more: okr-sync explain PUB-1" in html(made)


def test_what_an_objective_asks_stands_twice():
    """An objective's ask is among the asks, and in its own part, under the team whose it is."""
    asking = CheckIn("SEA", NOW, ask="A room for the launch")
    made = brief(okrs(), histories(), NOW, dice=Random, checkins={"SEA": [asking]})
    assert html(made).count("<q><bdi>A room for the launch</bdi></q>") == 2


def test_cards_and_number_are_never_mixed():
    """Each KR shows its number as outcome and its cards as output, under their own headings."""
    assert PAGE.count("Outcome: the number") == PAGE.count("Output: the cards done") == 12
    assert "94.1 % of the cards are done, but the number has gone 14 % of its way." in PAGE


def test_the_deltas_on_the_page_add_up():
    """Before, the causes and now agree for every KR of the table of changes."""
    for kr in BRIEFING.key_results:
        if kr.delta and kr.delta.moved:
            before, now = kr.delta.before, kr.progress
            gained = now.done + now.remaining - before.done - before.remaining
            assert gained <= kr.delta.added + kr.delta.reopened
            assert f"{before.done} of {before.done + before.remaining}</td>" in PAGE


def test_twelve_krs_are_under_500_kb():
    """The demo's size of report is light enough to mail."""
    assert len(PAGE.encode()) < 250_000


def seconds(known):
    """Give the processor time that a report of these takes, and its page."""
    began = time.process_time()
    page = html(brief(okrs(), known, NOW, dice=Random))
    return time.process_time() - began, page


def test_three_hundred_krs_are_drawn_as_quickly_each_as_twelve():
    """A programme's size of report is a usable page, at a few times a small one's cost a KR."""
    few = histories()
    many = tuple(
        replace(
            history,
            key_result=history.key_result.model_copy(update={"id": f"{history.key_result.id}-{n}"}),
        )
        for n in range(25)
        for history in few
    )
    before, (large, page), after = seconds(few)[0], seconds(many), seconds(few)[0]
    assert large / 300 < 5 * min(before, after) / 12
    assert page.count('<details class="kr row') == 300
    assert (
        len(re.sub(r'<details class="cards">.*?</details>', "", page, flags=re.DOTALL)) < 1_500_000
    )


@pytest.mark.parametrize(
    ("file", "known", "words"),
    [
        (Okrs(sources={}, objectives=()), (), "No key result is open"),
        (okrs(), (), "No key result is open"),
        (okrs(), histories(now=START), "Never scored"),
        (okrs(), histories()[10:11], "The one key result is on course"),
    ],
    ids=["no file", "no data", "one day", "one green"],
)
def test_thin_data_makes_a_true_page(file, known, words):
    """With nothing, or next to nothing, the page is whole and says so."""
    page = html(brief(file, known, NOW, dice=Random))
    outline(page)
    assert words in page


def test_nothing_of_the_page_lies_outside_of_it():
    """No script, no font, no picture, no style from elsewhere; browsers are told to refuse any."""
    tags = outline(PAGE).tags
    assert not [a for tag, a in tags if "src" in a or tag in ("link", "script")]
    assert "url(" not in PAGE
    assert "@import" not in PAGE
    assert "default-src 'none'" in PAGE


@pytest.fixture(scope="module")
def browser():
    """One browser for this module."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The sample's page, the hostile one and a closed quarter's, as files."""
    folder = tmp_path_factory.mktemp("pages")
    after = datetime(2027, 1, 5, tzinfo=UTC)
    closed = html(brief(okrs(), histories(), after, dice=Random))
    for name, page in (("sample", PAGE), ("hostile", hostile_page()), ("closed", closed)):
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sample", "hostile", "closed"])
def test_axe_finds_no_violation(browser, saved, name, scheme):
    """Axe-core has nothing to say against the page, in light, in dark, and with hostile texts."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - needs a browser

    page = new_page(browser, color_scheme=scheme, bypass_csp=True)
    page.goto((saved / f"{name}.html").as_uri())
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []


@needs_chromium
@pytest.mark.parametrize("width", [320, 390, 768, 1200])
@pytest.mark.parametrize("name", ["sample", "hostile", "closed"])
def test_nothing_hangs_over_the_edge(browser, saved, name, width):
    """From the narrowest phone up, the page never scrolls sideways, whatever the titles."""
    page = new_page(browser, viewport={"width": width, "height": 800})
    page.goto((saved / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@needs_chromium
def test_no_name_of_a_card_is_cut_at_its_beginning(browser, saved):
    """What stands in a box begins where the box begins, in every list and table."""
    page = new_page(browser)
    page.goto((saved / "sample.html").as_uri())
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".key a")].filter(link =>
            link.getBoundingClientRect().left < link.parentElement.getBoundingClientRect().left - 1
        ).length"""
    )
    page.close()
    assert cut == 0


@needs_chromium
def test_no_request_leaves_and_no_script_runs(browser, saved):
    """The browser asks for the file and for nothing else, and no title speaks."""
    page = new_page(browser)
    asked, spoken = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: spoken.append(dialog.message))
    page.on("console", lambda message: spoken.append(message.text))
    address = (saved / "hostile.html").as_uri()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.close()
    assert asked == [address]
    assert spoken == []


@needs_chromium
def test_it_prints_on_a4(browser, saved):
    """The paper is A4; what is folded on the screen is a line on paper."""
    page = new_page(browser)
    page.goto((saved / "sample.html").as_uri())
    pdf = page.pdf(prefer_css_page_size=True)
    page.close()
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    sizes = {(round(float(width)), round(float(height))) for width, height in boxes}
    assert sizes <= {(595, 842), (594, 842), (596, 842), (595, 841)}
    assert 4 <= len(boxes) <= 14


@needs_chromium
def test_without_script_the_charts_are_there(browser, saved):
    """With scripts switched off every KR that has data shows its charts, with a label each."""
    page = new_page(browser, java_script_enabled=False)
    page.goto((saved / "sample.html").as_uri())
    assert page.locator("svg[role=img]").count() >= 30
    assert page.locator("details[open] svg.chart").first.bounding_box()["width"] > 200
    page.close()


@pytest.fixture
def plain_page(browser, saved):
    """The sample's page in a browser without scripts, as wide as a laptop."""
    page = new_page(browser, java_script_enabled=False, viewport={"width": 1200, "height": 900})
    page.goto((saved / "sample.html").as_uri())
    yield page
    page.close()


@needs_chromium
def test_a_row_leads_to_its_cards_without_a_script(plain_page):
    """Whoever takes a row's link sees the key result unfolded, though it was folded."""
    well = next(kr for kr in BRIEFING.key_results if kr.light is Light.WELL)
    body = plain_page.locator(f'[id="kr-{well.id}"]')
    assert not body.is_visible()
    plain_page.locator(f'a[href="#kr-{well.id}"]').click()
    body.wait_for(state="visible")


@needs_chromium
def test_the_filter_works_by_keyboard_and_without_a_script(plain_page):
    """The lights are chosen with Tab, Enter and the arrows alone; the other rows go."""
    rows = plain_page.locator("a.row:visible")
    assert rows.count() == len(BRIEFING.key_results)
    plain_page.locator(".filter > summary").focus()
    plain_page.keyboard.press("Enter")
    plain_page.keyboard.press("Tab")
    plain_page.keyboard.press("ArrowDown")
    helped = sum(kr.light is Light.HELP for kr in BRIEFING.key_results)
    assert rows.count() == helped
    plain_page.locator("#only-any").focus()
    plain_page.keyboard.press("Space")
    plain_page.locator("#only-every").focus()
    plain_page.keyboard.press("ArrowDown")
    assert rows.count() == len(BRIEFING.teams_by_need[0].key_results)


@needs_chromium
def test_the_contents_stay_in_sight(plain_page):
    """However far down, the line of contents is at the top of the window."""
    plain_page.locator("footer").scroll_into_view_if_needed()
    assert plain_page.locator(".contents").bounding_box()["y"] == 0
