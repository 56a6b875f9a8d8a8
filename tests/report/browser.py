"""The system's own Chromium, for what only a browser can tell."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
LONGEST = 300_000.0
"""Milliseconds: what a busy machine may take, and a page that hangs."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@contextmanager
def chromium():
    """Start Chromium, and end it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is there

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(ARGUMENTS), timeout=LONGEST
        )
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser, **options):
    """Open a page in a context of its own, which closes with it."""
    page = browser.new_page(**options)
    page.set_default_timeout(LONGEST)
    return page
