"""The page in a real browser: for everybody, by keyboard, without scripts, asking nobody else."""

from __future__ import annotations

import re
import signal
import time
from datetime import UTC, datetime

import pytest

from tests.report.browser import chromium, needs_chromium, new_page
from tests.web.test_process import ended, serving
from tests.web.visitor import OKRS, office_in

pytestmark = needs_chromium
PATHS = ("/", "/kr/PUB-4", "/checkin", "/checkin?team=Publishing")


@pytest.fixture(scope="module")
def browser():
    """One browser for this module."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def home(tmp_path_factory, street):
    """A page that is served, on boards that were just read; its address."""
    office = office_in(tmp_path_factory.mktemp("served"), street)
    now = datetime.now(UTC)
    office.plan(text=OKRS.replace("2026-Q4", str(now.year)))
    office.steps.at = now
    office.sync()
    office.run("checkin", "SPEED", "--confidence", "7", "--value", "150", "--ask", "Two days")
    office.run("checkin", "PUB-4", "--confidence", "4", "--risk", "<script>alert(1)</script>")
    with serving(office) as (process, address):
        yield address
        ended(process, signal.SIGTERM)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_nothing_hangs_over(browser, home, scheme):
    """On every page, on a phone and on a desk, in light and in dark; and nothing is refused."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - needs a browser

    width = 390 if scheme == "dark" else 1200
    page = new_page(
        browser, color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 844}
    )
    for path in PATHS:
        page.goto(home + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        violations = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], path
    page.close()


def test_nothing_is_asked_for_elsewhere_and_nothing_is_refused(browser, home):
    """The browser finds no fault with the policy, and all that it asks for is the page's own."""
    page = new_page(browser)
    addresses, complaints = [], []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    for path in ("/", "/kr/PUB-4", "/checkin?team=Publishing"):
        page.goto(home + path)
    page.close()
    assert complaints == []
    assert all(address.startswith(home) for address in addresses)


def test_a_week_of_six_is_scored_by_keyboard_alone(browser, home):
    """Tab, digits, letters and Enter: six key results in less than two minutes, each seen."""
    page = new_page(browser)
    page.goto(f"{home}/checkin?team=Publishing")
    keys = page.keyboard
    began, scored, presses = time.monotonic(), 0, 0
    while presses < 120:
        keys.press("Tab")
        presses += 1
        name = page.evaluate("document.activeElement.name || document.activeElement.tagName")
        shown = page.evaluate("document.activeElement.getBoundingClientRect().height > 0")
        assert shown, name
        if name.startswith("confidence-"):
            keys.press("Control+A")
            keys.type(str(4 + scored))
            scored += 1
        elif name.startswith("note-"):
            keys.type(f"by keyboard {scored}")
        elif name == "BUTTON":
            break
    keys.press("Enter")
    page.wait_for_url("**/checkin?team=Publishing&taken=*")
    text = page.locator("main").inner_text()
    page.close()
    assert scored == 6
    assert time.monotonic() - began < 120
    assert "6 key results were checked in" in text
    assert all(f"confidence {4 + n}" in text for n in range(6))
    assert "by keyboard 6" in text


def test_a_number_far_off_is_asked_about_and_confirmed_by_keyboard(browser, home):
    """The question is the first thing that is said; a space and Enter answer it."""
    page = new_page(browser)
    page.goto(f"{home}/checkin?team=Publishing")
    page.locator("#value-0").fill("9500")
    page.locator("#value-0").press("Enter")
    page.get_by_role("alert").get_by_text("9500? The way is from 180 to 60").wait_for()
    page.get_by_role("alert").get_by_role("link").press("Enter")
    page.locator("#sure-0").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**&taken=*")
    assert "value 9,500" in page.locator("main").inner_text()
    page.close()


def test_without_scripts_everything_is_there_but_the_slider(browser, home):
    """Filters, the date and the form are plain; with scripts a slider moves the date."""
    page = new_page(browser, java_script_enabled=False)
    page.goto(f"{home}/kr/BOTH")
    page.get_by_label("Counted as").select_option("done")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**/kr/BOTH?state=done*")
    assert not page.locator("#as-of-day").is_visible()
    page.get_by_label("As it was on").wait_for()
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile(r"as_of=\d{4}-\d\d-\d\d"))
    page.close()
    page = new_page(browser)
    page.goto(f"{home}/kr/SPEED")
    slider = page.locator("#as-of-day")
    if slider.count():
        slider.focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(re.compile(r"as_of=\d{4}-\d\d-\d\d"))
        assert page.get_by_text("This is what was known on").is_visible()
    page.close()


def test_the_button_is_pressed_once(browser, home):
    """A doubled click sends the form once, and leads on."""
    page = new_page(browser)
    page.goto(f"{home}/checkin?team=Publishing")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Check in").dblclick()
    page.wait_for_url("**&taken=*")
    page.close()
    assert sent.count("POST") == 1
