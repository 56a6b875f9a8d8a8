"""`okr-sync report --template`: the organisation's own slides."""

from __future__ import annotations

from zipfile import ZipFile

from pptx import Presentation
from pptx.util import Inches


def test_the_reports_slides_are_in_the_organisations_design(office):
    """The slides have the template's size; the other formats don't mind it."""
    office.aim({"KR-1": ["{source: jira}"]})
    own = Presentation()
    own.slide_width, own.slide_height = Inches(11), Inches(8)
    own.save(office.folder / "ours.pptx")
    made = office.run("report", "--format", "pptx,md", "--template", "ours.pptx")
    assert made.code == 0, made.output
    (path,) = (office.folder / "reports").glob("*.pptx")
    assert Presentation(path).slide_width == Inches(11)


def test_a_template_that_is_none_is_said(office):
    """A file that isn't there or no .pptx is one clear message, before anything is made."""
    office.aim({"KR-1": ["{source: jira}"]})
    (office.folder / "ours.pptx").write_text("no slides")
    with ZipFile(office.folder / "other.pptx", "w") as other:
        other.writestr("a.txt", "no slides either")
    for name in ("ours.pptx", "other.pptx", "missing.pptx"):
        made = office.run("report", "--format", "pptx", "--template", name)
        assert made.code == 2
        assert f"--template {name}" in made.err
    assert not (office.folder / "reports").exists()
