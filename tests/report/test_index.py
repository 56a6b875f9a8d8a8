"""The list of all reports in a folder, as a web server shows it."""

from __future__ import annotations

from random import Random

import pytest

from syncer.publish import making
from syncer.publish.making import Files
from syncer.report.html import html
from syncer.report.index import ListedReport, entry, index
from syncer.review.writing import brief
from tests.report.browser import chromium, needs_chromium, new_page
from tests.review.sample import LAST_REVIEW, NOW, histories, okrs


def page(at):
    """The sample's page as of a moment."""
    return html(brief(okrs(), histories(now=at), at, dice=Random))


def test_a_reports_own_words_are_read_from_its_page():
    """Title, headline and when it was made come out as they went in."""
    read = entry("review-2026-12-03.html", page(NOW), ["review-2026-12-03.pptx"])
    assert read.title == "OKR review, Thursday 3 December 2026, 10:00"
    assert "key results need" in read.headline
    assert (read.made, read.others) == ("2026-12-02T10:30:00Z", ("review-2026-12-03.pptx",))


@pytest.mark.parametrize("text", ["", "<title>Somebody else's</title>", "<html>" * 1000])
def test_a_page_that_is_not_ours_is_left_out(text):
    """What else lies in the folder is nobody's report."""
    assert entry("other.html", text) is None


def test_the_newest_report_comes_first():
    """The list is by when each was made, and leads to each file in each format."""
    pages = [("old.html", LAST_REVIEW), ("new.html", NOW)]
    drawn = index([entry(name, page(at), [f"{name[:3]}.pptx"]) for name, at in pages])
    assert drawn.index('href="new.html"') < drawn.index('href="old.html"')
    assert 'href="new.pptx"' in drawn


def test_each_report_that_is_written_comes_into_the_list(tmp_path):
    """The folder's list has every page in it, with its other formats."""
    files = Files(tmp_path, ("html", "md"))
    for at, stem in ((LAST_REVIEW, "review-2026-11-19"), (NOW, "review-2026-12-03")):
        files.write(brief(okrs(), histories(now=at), at, dice=Random), stem)
    drawn = (tmp_path / "index.html").read_text()
    assert drawn.index("review-2026-12-03.html") < drawn.index("review-2026-11-19.html")
    assert "review-2026-11-19.md" in drawn


def test_a_page_whose_run_was_killed_is_listed_by_the_next_report(tmp_path):
    """A page may be there before its list is: the next report lists it, in whatever format."""
    written = brief(okrs(), histories(), NOW, dice=Random)
    Files(tmp_path, ("md",)).write(written, "review-2026-11-19")
    assert not (tmp_path / "index.html").exists()
    (tmp_path / "review-2026-11-26.html").write_text(page(LAST_REVIEW))
    Files(tmp_path, ("md",)).write(written, "review-2026-12-03")
    assert 'href="review-2026-11-26.html"' in (tmp_path / "index.html").read_text()


def test_a_page_that_comes_while_the_list_is_drawn_is_in_it(tmp_path, monkeypatch):
    """A list that is written over another run's has that run's page too."""

    def drawn_beside_another(reports):
        drawn = index(reports)
        (tmp_path / "beside.html").write_text(page(LAST_REVIEW))
        return drawn

    monkeypatch.setattr(making, "index", drawn_beside_another)
    Files(tmp_path, ("html",)).write(brief(okrs(), histories(), NOW, dice=Random), "review")
    listed = (tmp_path / "index.html").read_text()
    assert 'href="beside.html"' in listed
    assert 'href="review.html"' in listed


def test_somebody_elses_index_stays(tmp_path):
    """A folder that a web server shows may have a page of its own."""
    (tmp_path / "index.html").write_text("<title>Welcome</title>")
    Files(tmp_path, ("html",)).write(brief(okrs(), histories(), NOW, dice=Random), "review")
    assert (tmp_path / "index.html").read_text() == "<title>Welcome</title>"


def test_no_name_breaks_out_of_the_list():
    """A file's name and a headline are text, whatever is in them."""
    drawn = index(
        [ListedReport('a"><b>.html', "<i>t", "<script>alert(1)</script>", "2026-12-02T00:00:00Z")]
    )
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert "<i>" not in drawn


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_list(tmp_path, scheme):
    """Axe-core has nothing to say against the list."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - needs a browser

    (tmp_path / "index.html").write_text(index([entry("r.html", page(NOW), ["r.md"])]))
    with chromium() as started:
        tab = new_page(started, color_scheme=scheme, bypass_csp=True)
        tab.goto((tmp_path / "index.html").as_uri())
        violations = Axe().run(tab).response["violations"]
    assert [violation["id"] for violation in violations] == []
