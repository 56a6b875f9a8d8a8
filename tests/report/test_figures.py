"""Whatever format is opened, the figures in it are the briefing's."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from random import Random
from typing import NamedTuple

import pytest
from pptx import Presentation

from syncer.core.records import CheckIn
from syncer.delivery import letter, mail
from syncer.report.formats import render
from syncer.report.text import number, plain
from syncer.review.attention import FindingKind
from syncer.review.writing import brief
from tests.review.sample import NOW, histories, okrs

ASKING = CheckIn(
    "SEA", NOW, ask="A room for the launch, for two days", risk="Nobody can cover May."
)
BRIEFING = brief(okrs(), histories(), NOW, dice=Random, checkins={"SEA": [ASKING]})
TAGS = re.compile(r"<[^>]+>")


class Figures(NamedTuple):
    """What every format tells of a key result; None is "not told"."""

    done: int | None
    total: int | None
    value: str | None
    target: str | None
    confidence: int | None


def expected(kr):
    """Give a key result's figures as the briefing has them."""
    progress, outcome = kr.progress, kr.number
    counted = progress is not None and progress.done + progress.remaining > 0
    valued = outcome is not None and outcome.value is not None
    return Figures(
        progress.done if counted else None,
        progress.done + progress.remaining if counted else None,
        number(outcome.value) if valued else None,
        number(outcome.target) if valued else None,
        kr.confidence.score,
    )


def figures(cards, goal, score):
    """Read "10 of 16", "66 → 120 synonyms" and "9 ▲1"."""
    counted = re.search(r"(\d+) of (\d+)", cards)
    way = re.search(r"(\S+)\s*→\s*(\S+)", goal.replace("\u00a0", " "))
    scored = re.match(r"\s*(\d+)", score)
    return Figures(
        int(counted[1]) if counted else None,
        int(counted[2]) if counted else None,
        way[1] if way else None,
        way[2] if way else None,
        int(scored[1]) if scored else None,
    )


def in_html():
    """Read the rows of the page."""
    page = render(BRIEFING, "html").decode()
    out = {}
    for row in re.findall(r'<a class="grid row.*?</a>', page, re.DOTALL):
        shown = re.sub(r"<svg.*?</svg>", "", row, flags=re.DOTALL)
        cells = [unescape(TAGS.sub("", cell)) for cell in re.split(r'<span class="cell">', shown)]
        name = re.search(r'href="#kr-([^"]+)"', row)[1]
        out[name] = figures(cells[2], cells[1], cells[3])
    return out


def in_markdown():
    """Read the rows of where things stand."""
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in render(BRIEFING, "md").decode().splitlines()
        if re.match(r"\| [▲◆○●]", line)
    ]
    return {row[2].split()[0]: figures(row[4], row[3], row[5]) for row in rows}


def slide_texts():
    """Give the text of each slide's shapes, and of its tables' rows."""
    for slide in Presentation(io.BytesIO(render(BRIEFING, "pptx"))).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield (shape.text_frame.text,)
            elif shape.has_table:
                yield from (tuple(cell.text for cell in row.cells) for row in shape.table.rows)


def in_slides():
    """Read the rows of the teams' tables."""
    rows = [row for row in slide_texts() if len(row) == 4 and row[0][:1] in "▲◆○●"]
    return {row[0].split()[1]: figures(row[2], row[1], row[3]) for row in rows}


def in_json():
    """Read the document."""
    document = json.loads(render(BRIEFING, "json"))
    out = {}
    for team in document["teams"]:
        for objective in team["objectives"]:
            for kr in objective["key_results"]:
                done, left = kr["cards"]["done"], kr["cards"]["remaining"]
                counted = done is not None and done + left > 0
                outcome = kr["number"] or {}
                valued = outcome.get("value") is not None
                out[kr["id"]] = Figures(
                    done if counted else None,
                    done + left if counted else None,
                    number(outcome["value"]) if valued else None,
                    number(outcome["target"]) if valued else None,
                    (kr["confidence"] or {}).get("score"),
                )
    return out


def in_csv():
    """Read the table."""
    table = csv.DictReader(io.StringIO(render(BRIEFING, "csv").decode("utf-8-sig")))
    out = {}
    for row in table:
        done, left = row["done"], row["remaining"]
        counted = done != "" and int(done) + int(left) > 0
        valued = row["value"] != ""
        out[row["key_result"]] = Figures(
            int(done) if counted else None,
            int(done) + int(left) if counted else None,
            number(float(row["value"])) if valued else None,
            number(float(row["target"])) if valued else None,
            int(row["confidence"]) if row["confidence"] else None,
        )
    return out


@pytest.mark.parametrize(
    "read", [in_html, in_markdown, in_slides, in_json, in_csv], ids=lambda read: read.__name__
)
def test_every_figure_is_the_briefings(read):
    """Cards done and in all, number, target and confidence of every key result are the same."""
    assert read() == {kr.id: expected(kr) for kr in BRIEFING.key_results}


def test_every_ask_and_risk_is_whole_in_every_format():
    """What a team said in its own words is cut nowhere that has room for a second page."""
    own = (FindingKind.ASK, FindingKind.RISK)
    words = [plain(reason.text) for reason in BRIEFING.findings if reason.kind in own]
    assert len(words) > 3
    message = letter.report(BRIEFING, "report")
    texts = {
        "html": unescape(render(BRIEFING, "html").decode()),
        "md": render(BRIEFING, "md").decode(),
        "json": json.dumps(json.loads(render(BRIEFING, "json")), ensure_ascii=False),
        "pptx": "\n".join(text for row in slide_texts() for text in row),
    }
    asked = [plain(reason.text) for reason in BRIEFING.findings if reason.kind is FindingKind.ASK]
    assert [(name, w) for name, text in texts.items() for w in words if w not in text] == []
    for text in (unescape(mail.html(message)), message.text):
        assert [ask for ask in asked if ask not in text] == []
