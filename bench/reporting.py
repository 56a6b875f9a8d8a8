"""`okr-sync report` as cron runs it, over a store with a long past."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bench.comparing import Row
from bench.history import fill
from bench.measuring import repeated, run
from bench.office import OKR_SYNC, Miscounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bench.history import Past
    from bench.measuring import Run

FORMATS = ("html", "md", "pptx", "json", "csv")
OUT = "reports"
TIMES = 5
_CARDS = re.compile(rb'<details class="cards">.*?</details>', re.DOTALL)
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_KR = re.compile(rb"\bKR-\d+\b(?!-)")


class ReportDesk:
    """A folder with an okrs.yaml and a store of a quarter that ends now."""

    def __init__(self, folder: Path, past: Past) -> None:
        self.folder = folder
        self.past = past
        self.environ = {"OKR_SYNC_STORE": fill(folder, past, datetime.now(UTC))}

    def report(self, form: str) -> Run:
        """Make the report in a format; every KR must be in it. Raises `ProgramError`."""
        return run([OKR_SYNC, "report", "--format", form, "--out", OUT], self.folder, self.environ)

    def written(self, form: str) -> int:
        """How many bytes a format's newest report has; raises `Miscounted` for one without KRs."""
        content = self._newest(form).read_bytes()
        if form != "pptx" and len(set(_KR.findall(content))) < self.past.key_results:
            raise Miscounted(f"the {form} report doesn't have all {self.past.key_results} KRs")
        return len(content)

    def rows(self, formats: Iterable[str] = FORMATS) -> Iterator[Row]:
        """Each format, a process for itself."""
        for form in formats:
            run = repeated(partial(self.report, form))
            yield Row(form, run, size=self.written(form))

    def beside_cards(self) -> int:
        """How many bytes the HTML report has without the cards behind its numbers."""
        return len(_CARDS.sub(b"", self._newest("html").read_bytes()))

    def opened(self) -> float | None:
        """The seconds until Chromium has loaded the HTML report, at best; None without one."""
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the checks alone
        except ImportError:
            return None
        if chromium is None:
            return None
        with sync_playwright() as playwright:
            # No sandbox: Chromium has none for root, and the page is our own.
            options = ["--no-sandbox", "--disable-gpu"]
            browser = playwright.chromium.launch(executable_path=chromium, args=options)
            page = browser.new_page()
            seconds = []
            for _ in range(TIMES):
                page.goto(self._newest("html").as_uri(), wait_until="load")
                page.wait_for_function(f"{_LOADED} > 0")
                seconds.append(page.evaluate(_LOADED) / 1000)
            browser.close()
        return min(seconds)

    def _newest(self, form: str) -> Path:
        reports = (each for each in (self.folder / OUT).glob(f"*.{form}") if each.stem != "index")
        return max(reports, key=lambda file: file.stat().st_mtime_ns)
