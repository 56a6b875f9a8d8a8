from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from syncer.report.terminal import explain_table, history_table, status_table
from syncer.review.attention import Viewpoint
from syncer.review.status import status_row
from tests.report.hostile import hostile_history
from tests.review.sample import LAST_REVIEW, NOW, histories

ROWS = [status_row(history, Viewpoint(NOW, LAST_REVIEW)) for history in histories()]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")


def drawn(renderable, width=80, **console):
    """What a terminal of this width is sent."""
    out = io.StringIO()
    Console(file=out, width=width, **console).print(renderable)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140, 200])
def test_status_fits_the_terminal(width):
    """No line is wider than the terminal, and no count is cut short."""
    text = drawn(status_table(ROWS, width, NOW), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "+5 done +5 added" in text
    assert "1,210 → 920" in text
    assert "100.0" in text


def test_titles_are_shown_where_there_is_room():
    """A wide terminal names the KRs, a narrow one only their ids."""
    assert "Account pages pass WCAG" in drawn(status_table(ROWS, 140, NOW), 140)
    assert "Account pages pass WCAG" not in drawn(status_table(ROWS, 80, NOW), 80)


def test_status_says_why_a_number_is_old():
    """Stale KRs are marked, dated, and explained under the table."""
    text = drawn(status_table(ROWS, 80, NOW))
    assert "! 2 d" in text.replace("\u00a0", " ")
    assert "! SEA-3: trello: the board AbCd1234" in text
    assert "! SEA-4: not read yet" in text


def test_status_shows_how_confidence_moved():
    """The score stands with its fall since the last review, as a sign and not only a colour."""
    assert "3▼2" in drawn(status_table(ROWS, 80, NOW))


def test_no_color_is_respected(monkeypatch):
    """With NO_COLOR set, a terminal gets no colour; bars and signs still tell all."""
    monkeypatch.setenv("NO_COLOR", "1")
    text = drawn(status_table(ROWS, 80, NOW), force_terminal=True)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", text)
    assert "━━━━" in text


def test_a_plain_file_gets_no_escapes():
    """Redirected output is text alone."""
    assert "\x1b" not in drawn(status_table(ROWS, 80, NOW))


def test_an_empty_file_of_okrs_is_said():
    """No KRs is a sentence, not an empty table."""
    assert "No key results yet" in drawn(status_table([], 80, NOW))


@pytest.mark.parametrize("width", [80, 160])
def test_hostile_titles_break_nothing(width):
    """Markup, escapes and 500 characters stay text on their own line."""
    history = hostile_history()
    row = status_row(history, Viewpoint(NOW, LAST_REVIEW))
    tables = (
        status_table([row], width, NOW),
        history_table(history.readings, history.entries, width),
        explain_table(history.state.cards, width),
    )
    for table in tables:
        text = ESCAPES.sub("", drawn(table, width, force_terminal=True))
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert max(cell_len(line) for line in text.splitlines()) <= width


def test_explain_lists_every_card_with_its_rule():
    """Each card of the number stands with what it counts as, why, and how it was reached."""
    history = histories()[0]
    text = drawn(explain_table(history.state.cards, 160), 160)
    for card in history.state.cards:
        assert re.search(rf"{card.key} +{card.state.value} ", text)
    assert "label PUB-1 on PUB-105" in text


def test_only_web_addresses_become_links():
    """A script address in a card is text; a web address can be clicked."""
    text = drawn(explain_table(hostile_history().state.cards, 160), 160, force_terminal=True)
    assert ";javascript:" not in text
    assert ";https://acme.example/ok" in text


def test_history_marks_what_was_rebuilt():
    """A reading worked out afterwards carries a sign, one that was seen doesn't."""
    history = hostile_history()
    text = drawn(history_table(history.readings, history.entries, 80))
    assert re.search(r"2026-11-01 06:15 ~", text)
    assert re.search(r"2026-12-01 06:15  ", text)
