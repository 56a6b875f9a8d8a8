"""Every format of a report, on briefings with much, little, no and hostile data."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from config.okrs import Okrs
from syncer.delivery import letter
from syncer.report.csv_table import HEADINGS, csv_text, safe
from syncer.report.formats import FORMATS, render
from syncer.report.json_document import document
from syncer.report.kr_sentences import KrWords
from syncer.report.markdown import escaped, markdown
from syncer.report.slides import slides
from syncer.report.text import plain
from syncer.review.writing import brief
from tests.report.hostile import HOSTILE, formula_history, hostile_history
from tests.review.sample import NOW, START, histories, okrs

BRIEFING = brief(okrs(), histories(), NOW, dice=Random)
SCHEMA = Path(__file__).parents[2] / "syncer" / "report" / "schema" / "report-1.json"


def hostile():
    """A briefing of two KRs whose every text is hostile."""
    history = hostile_history()
    file = okrs().model_copy(update={"objectives": (history.objective,)})
    return brief(file, (history, formula_history()), NOW, dice=Random)


BRIEFINGS = {
    "sample": BRIEFING,
    "hostile": hostile(),
    "closed": brief(okrs(), histories(), datetime(2027, 1, 5, tzinfo=UTC), dice=Random),
    "nothing": brief(Okrs(sources={}, objectives=()), (), NOW, dice=Random),
    "no data": brief(okrs(), (), NOW, dice=Random),
    "first day": brief(okrs(), histories(now=START), START, dice=Random),
}
every = pytest.mark.parametrize("briefing", BRIEFINGS.values(), ids=BRIEFINGS)


@every
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_draws_every_briefing(briefing, name):
    """With much, little, no or hostile data there is a file, and it is not empty."""
    assert len(render(briefing, name)) > 100


def test_an_unknown_format_is_no_format():
    """Nothing is drawn in a format that there isn't."""
    with pytest.raises(KeyError):
        render(BRIEFING, "docx")


@pytest.mark.parametrize("name", ["html", "md"])
def test_a_closed_quarter_is_closed_in_words(name):
    """The verdict, each score, the scope's history and what confidence knew are written out."""
    text = render(BRIEFINGS["closed"], name).decode()
    assert "Publishing: 2026-Q4 is closed" in text
    assert "% of its targets on average: less than the 70 to 80 % that stretch goals aim" in text
    assert "cards at the start" in text
    assert "confidence 3 of 10 four weeks before the end" in text
    assert "target changed from 1100 to 920" in text


# --- Markdown


def parsed(text):
    """What GitHub's parser makes of it: all tokens, nested ones too."""
    tokens = MarkdownIt("commonmark", {"linkify": False}).enable("table").enable("strikethrough")
    flat = []
    for token in tokens.parse(text):
        flat += [token, *(token.children or ())]
    return flat


def test_hostile_texts_stay_text_in_markdown():
    """No title becomes HTML, code, a picture, a heading of its own or a link elsewhere."""
    tokens = parsed(markdown(BRIEFINGS["hostile"]))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "code_inline", "fence", "code_block", "image"}
    assert "s_open" not in kinds
    links = {token.attrs["href"] for token in tokens if token.type == "link_open"}
    assert links == {"https://acme.example/ok"}
    shown = "".join(t.content for t in tokens if t.type == "text")
    assert "<script>alert(1)</script>" in shown


def test_the_markdown_has_a_table_that_adds_up():
    """The table of changes has a row for each KR, and as many cells in each."""
    changed = markdown(BRIEFING).partition("## What changed")[2].partition("\n## ")[0]
    rows = [line for line in changed.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 12
    assert len({row.count("|") for row in rows}) == 1


def test_the_markdown_says_where_things_stand():
    """Each key result has a row with its light, number, cards, confidence and news, by team."""
    standing = markdown(BRIEFING).partition("## Where the key")[2].partition("\n## ")[0]
    rows = [line for line in standing.splitlines() if re.match(r"\| [▲◆○●]", line)]
    assert len(rows) == len(BRIEFING.key_results)
    assert "| ▲ needs help | PUB-2 45 developers have used our SDK | 9 → 45" in standing


def test_an_outage_is_said_once():
    """What keeps several key results from being read is one line, in every text format."""
    known = tuple(
        replace(history, state=replace(history.state, problem="jira: no connection"))
        for history in histories()
    )
    briefing = brief(okrs(), known, NOW, dice=Random)
    ((_, ids),) = KrWords(briefing).outages.values()
    assert len(ids) > 3
    for text in (markdown(briefing), letter.report(briefing, "r").text):
        assert text.count("no connection") == 1


@given(st.text(max_size=80) | st.sampled_from(HOSTILE))
def test_escaped_text_means_itself(text):
    """Whatever a title is, Markdown shows its characters and nothing else."""
    tokens = parsed(f"**x** {escaped(text)}")
    shown = "".join(t.content for t in tokens if t.type == "text").replace("\u2060", "")
    assert {t.type for t in tokens} <= {
        "paragraph_open", "paragraph_close", "inline", "text", "strong_open", "strong_close",
    }  # fmt: skip
    assert shown.split() == f"x {plain(text)}".split()


def test_nobody_is_mentioned():
    """An @ in a title rings nobody's bell where Markdown is pasted."""
    assert "@team" not in escaped("ask @team")


# --- JSON


@every
def test_the_json_is_as_its_schema_says(briefing):
    """Every briefing's document keeps to the schema that is published with it."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.loads(render(briefing, "json"))
    jsonschema.Draft202012Validator(schema).validate(written)
    assert written["version"] == 1


def test_the_schema_allows_nothing_unknown():
    """A name that the schema doesn't have is a change of the schema, not of the report."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    written = document(BRIEFING)
    written["teams"][0]["objectives"][0]["key_results"][0]["assignee"] = "somebody"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(written)


def test_the_json_adds_up():
    """Before and the events give the counts, for every KR."""
    for team in document(BRIEFING)["teams"]:
        for objective in team["objectives"]:
            for kr in objective["key_results"]:
                change, cards = kr["since_last_review"], kr["cards"]
                if change:
                    assert all(len(v) <= change[event] for event, v in kr["events"].items())
                    held = sum(change["before"].values()) + change["added"] - change["removed"]
                    assert held == cards["done"] + cards["remaining"] + cards["dropped"]


# --- CSV


def rows(briefing):
    """What a spreadsheet reads."""
    text = csv_text(briefing)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_the_table_has_a_row_for_each_kr():
    """The heading names every column, and the numbers are those of the briefing."""
    table = {row["key_result"]: row for row in rows(BRIEFING)}
    assert tuple(table["PUB-1"]) == HEADINGS
    for kr in BRIEFING.key_results:
        row = table[kr.id]
        assert row["done"] == ("" if kr.progress is None else str(kr.progress.done))
        assert row["stale"] == ("no" if kr.problem is None else "yes")


@every
def test_no_cell_begins_a_formula(briefing):
    """No text of the table is run by a spreadsheet; numbers may be below zero."""
    for row in rows(briefing):
        for cell in row.values():
            assert not cell or cell[0] not in "=+-@\t\r" or re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "\uff1d1"]
)
def test_formulas_are_defused(text):
    """What would begin a formula, also behind white space, is text behind an apostrophe."""
    assert safe(text).startswith("'")


# --- slides


def deck(briefing, template=None):
    """The slides as python-pptx reads them back."""
    return Presentation(io.BytesIO(slides(briefing, template)))


def texts(slide):
    """All text of a slide, its tables' too."""
    out = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            out += [cell.text for row in shape.table.rows for cell in row.cells]
    return out


def test_the_teams_come_after_the_cover_and_the_asks():
    """A cover leads with what is asked, then the teams, those with the most need first."""
    made = deck(BRIEFING)
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert titles[0].startswith("Five of 12 key results need help")
    assert titles[1:] == ["Search", "Publishing", "Accounts"]
    assert any(text.startswith("What the teams ask") for text in texts(made.slides[0]))


def test_the_cover_leads_to_each_team():
    """Each team's name on the cover is a link to the team's own slide."""
    made = deck(BRIEFING)
    cover = made.slides[0]
    links = [rel.target_part for rel in cover.part.rels.values() if rel.reltype.endswith("/slide")]
    assert links == [slide.part for slide in list(made.slides)[1:]]


def test_a_teams_slide_has_what_the_room_needs():
    """Objective, KRs with their quality, both threads, risks and asks, all as native shapes."""
    slide = deck(BRIEFING).slides[2]
    text = "\n".join(texts(slide))
    assert "Prepare publishing for the scale demands of launch day" in text
    assert "9 → 45\u00a0developers" in text
    assert "and 12 still use it after three weeks" in text
    assert "PUB-2 The sandbox account of two departments ends on 11 December." in text
    assert "PUB-2 Two departments that will pilot the SDK before Christmas." in text
    assert re.search(r"discovery \d+ of \d+, delivery \d+ of \d+", text)
    assert sum(shape.has_table for shape in slide.shapes) == 1
    assert not [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def test_the_teams_own_words_come_before_what_was_derived():
    """A risk that a team told stands above those that were worked out."""
    shown = next(text for text in texts(deck(BRIEFING).slides[2]) if text.startswith("Risks"))
    assert shown.splitlines()[1].startswith("PUB-2 The sandbox account")


def test_a_closed_quarter_has_a_slide_for_each_team_first():
    """The verdict stands before the cover, with a table of the scores."""
    made = deck(BRIEFINGS["closed"])
    assert "of its targets on average" in made.slides[0].shapes.title.text_frame.text
    assert "Publishing: 2026-Q4 is closed" in "\n".join(texts(made.slides[0]))


def test_the_notes_hold_the_appendix():
    """The cards behind the change are in the speaker notes, not on the slide."""
    slide = deck(BRIEFING).slides[2]
    notes = slide.notes_slide.notes_text_frame.text
    finished = [card.key for kr in BRIEFING.key_results for card in kr.events["done"]]
    named = [key for key in finished if key.startswith("PUB")]
    assert named
    assert all(key in notes for key in named)


@pytest.mark.parametrize("name", ["sample", "hostile", "crowd"])
def test_nothing_said_to_the_room_is_cut(name):
    """Every ask, risk and reason is on the slides whole, however many slides it takes."""
    briefing = crowd() if name == "crowd" else BRIEFINGS[name]
    shown = "\n".join(text for slide in deck(briefing).slides for text in texts(slide))
    assert [
        plain(reason.text) for reason in briefing.findings if plain(reason.text) not in shown
    ] == []
    assert all(plain(kr.title) in shown for kr in briefing.key_results)


def test_no_text_is_smaller_than_twelve_points():
    """Whoever sits at the other end of the room can read all of it."""
    sizes = {
        run.font.size.pt
        for briefing in (BRIEFING, crowd())
        for slide in deck(briefing).slides
        for frame in frames(slide)
        for paragraph in frame.paragraphs
        for run in paragraph.runs
        if run.font.size
    }
    assert min(sizes) == 12


def frames(slide):
    """Give every frame of text on a slide."""
    yield from (shape.text_frame for shape in slide.shapes if shape.has_text_frame)
    for shape in slide.shapes:
        if shape.has_table:
            yield from (cell.text_frame for row in shape.table.rows for cell in row.cells)


def test_everything_is_on_the_slide():
    """No shape hangs over an edge, with the sample, many KRs and hostile texts."""
    for made in (deck(BRIEFING), deck(BRIEFINGS["hostile"]), deck(crowd())):
        for slide in made.slides:
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= made.slide_width
                assert shape.top + shape.height <= made.slide_height


def crowd():
    """One team with eight KRs with long titles."""
    first = histories()[0]
    many = []
    for n, history in enumerate(histories()[:8]):
        update = {"id": f"PUB-{n}00", "title": "A long title that goes on and on " * 15}
        kr = history.key_result.model_copy(update=update)
        many.append(replace(history, objective=first.objective, key_result=kr))
    return brief(okrs(), many, NOW, dice=Random)


def test_a_team_with_many_krs_goes_on_on_the_next_slide():
    """No slide has more KRs than fit; the title counts the parts."""
    made = deck(crowd())
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    parts = [title for title in titles if re.fullmatch(r"Publishing \(\d of \d\)", title)]
    assert parts == [f"Publishing ({n} of {len(parts)})" for n in range(1, len(parts) + 1)]
    assert len(parts) > 1


def test_hostile_texts_stay_text_on_slides():
    """No formula lands in a chart's workbook, no link on a slide, no turned text."""
    data = slides(BRIEFINGS["hostile"])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(package.read(name))) as book:
                    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
            if name.startswith("ppt/slides/") and name.endswith(".xml"):
                actions = re.findall(rb"<a:hlinkClick[^>]*>", package.read(name))
                assert all(b"ppaction://hlinksldjump" in action for action in actions)
                assert "\u202e".encode() not in package.read(name)


def test_an_organisations_own_template_is_kept(tmp_path):
    """Its size, its layouts and its own first slide stay; ours come after."""
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text_frame.text = "Acme"
    own.save(tmp_path / "acme.pptx")
    made = deck(BRIEFING, tmp_path / "acme.pptx")
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert titles[:2] == ["Acme", "Five of 12 key results need help; one is behind its line"]
    assert (made.slide_width, made.slide_height) == (own.slide_width, own.slide_height)


def test_a_template_full_of_our_own_slides_is_carried_on(tmp_path):
    """No part takes the name of one that is there: slides and notes, each its own."""
    (tmp_path / "last.pptx").write_bytes(slides(BRIEFING))
    made = slides(BRIEFING, tmp_path / "last.pptx")
    names = zipfile.ZipFile(io.BytesIO(made)).namelist()
    assert len(names) == len(set(names))
    last, both = Presentation(tmp_path / "last.pptx"), Presentation(io.BytesIO(made))
    assert len(both.slides) == 2 * len(last.slides)
    first = [texts(slide) for slide in both.slides][: len(last.slides)]
    assert first == [texts(slide) for slide in last.slides]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice is installed")
@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_an_office_opens_the_slides(tmp_path, name):
    """LibreOffice reads the deck and prints as many pages as it has slides."""
    path = tmp_path / "deck.pptx"
    path.write_bytes(slides(BRIEFINGS[name]))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "deck.pdf").read_bytes())
    assert len(pages) == len(deck(BRIEFINGS[name]).slides)
