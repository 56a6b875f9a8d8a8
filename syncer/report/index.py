"""The list of all reports in a folder: what leads whoever comes back to last month's."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from syncer.report.templating import templates

if TYPE_CHECKING:
    from collections.abc import Iterable

INDEX = "index.html"

HEAD = 2_000
"""Characters of a page in which its title and its metas are."""

_TITLE = re.compile(r"<title>([^<]*)</title>")
_META = re.compile(r'<meta name="(generator|made|description)" content="([^"]*)">')


class ListedReport(NamedTuple):
    """A report: its page's file, what it is for, its headline, when it was made (ISO, UTC).

    `others` are the files of the same report in other formats.
    """

    file: str
    title: str
    headline: str
    made: str
    others: tuple[str, ...] = ()


def entry(file: str, page: str, others: Iterable[str] = ()) -> ListedReport | None:
    """Read a report's own words out of its page; None for a page that isn't ours."""
    head = page[:HEAD]
    title, metas = _TITLE.search(head), dict(_META.findall(head))
    if title is None or not is_ours(page) or "made" not in metas:
        return None
    headline = unescape(metas.get("description", ""))
    return ListedReport(file, unescape(title[1]), headline, metas["made"], tuple(others))


def is_ours(page: str) -> bool:
    """Tell whether a page was drawn by okr-sync."""
    return dict(_META.findall(page[:HEAD])).get("generator") == "okr-sync"


def index(entries: Iterable[ListedReport]) -> str:
    """Draw the list, the newest report first."""
    environment = templates("syncer.report")
    newest = sorted(entries, key=lambda report: (report.made, report.file), reverse=True)
    return environment.get_template("index.html.j2").render(reports=newest)
