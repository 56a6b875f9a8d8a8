"""`okr-sync report` as cron runs it, over a store with a long past."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.comparing import Row, tried
from bench.history import fill
from bench.measuring import repeated, run
from bench.programs import OKR_SYNC, Miscounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bench.history import Past
    from bench.measuring import Run

FORMATS = ("html", "md", "pptx", "json", "csv")
OUT = "reports"
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
        made = max((self.folder / OUT).glob(f"*.{form}"), key=lambda file: file.stat().st_mtime_ns)
        content = made.read_bytes()
        if form != "pptx" and len(set(_KR.findall(content))) < self.past.key_results:
            raise Miscounted(f"the {form} report doesn't have all {self.past.key_results} KRs")
        return len(content)

    def rows(self, formats: Iterable[str] = FORMATS) -> Iterator[Row]:
        """Each format, a process for itself."""
        for form in formats:
            yield tried(form, lambda form=form: self._row(form))  # type: ignore[misc] # mypy sees no default

    def _row(self, form: str) -> Row:
        swift = repeated(lambda: self.report(form))
        return Row(form, swift, size=self.written(form))
