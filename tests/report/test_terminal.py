"""The tables of `status` and `report`, on terminals of every width and without colours."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from syncer.core.records import State, percent
from syncer.report.explain_table import explain_table
from syncer.report.lights import SIGNS, of_light
from syncer.report.status_table import status_table
from syncer.report.terminal import history_table
from syncer.report.text import NONE
from syncer.review.attention import Light, Viewpoint
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


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 200])
def test_status_fits_the_terminal(width):
    """No line is wider than the terminal, and no count is cut short."""
    text = drawn(status_table(ROWS, width, NOW), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "100.0" in text
    assert "+5 done +5 added" in text or width < 100
    assert "1,210 → 920" in text or width < 60
    assert [row.id for row in ROWS if row.id not in text] == []


@pytest.mark.parametrize("width", [40, 80, 140])
def test_status_shows_the_lights_and_what_they_mean(width):
    """Each KR's light is a sign beside its id, and a line below says how many have which."""
    text = drawn(status_table(ROWS, width, NOW), width)
    for row in ROWS:
        assert re.search(rf"{row.id} +{SIGNS[row.light]}", text)
    last = " ".join(text.split())
    counts = {light: sum(row.light is light for row in ROWS) for light in Light}
    assert [of_light(x, n) for x, n in counts.items() if n and of_light(x, n) not in last] == []


def test_a_kr_that_is_not_on_has_no_light():
    """What is closed or not begun is told apart from what is well."""
    text = drawn(status_table([ROWS[0]._replace(light=None, closed=True)], 80, NOW))
    assert f"{NONE} 1 not on: closed, or not begun" in text


@pytest.mark.parametrize("width", [100, 120, 139, 140, 200])
def test_titles_are_shown_where_there_is_room(width):
    """What the other columns leave is the titles', from sixteen letters on."""
    text = drawn(status_table(ROWS, width, NOW), width)
    assert [row.id for row in ROWS if row.title[:14] not in text] == []


def test_a_narrow_terminal_keeps_what_matters_most():
    """At 40 columns there is the id, the light, the share and the counts, and nothing is cut."""
    text = drawn(status_table(ROWS, 40, NOW), 40)
    assert "…" not in text.split("!")[0]
    assert "Done" in text


@pytest.mark.parametrize("width", [80, 120, 160])
def test_wide_letters_and_emoji_stay_in_line(width):
    """Chinese titles and pictures take two columns each, and move no column."""
    titles = (
        "上线后页面加载更快并且更稳定可靠",
        "🚀🚀 launch 🚀🚀 of it all",
        "plain and long title",
    )
    rows = [ROWS[0]._replace(title=title) for title in titles]
    lines = drawn(status_table(rows, width, NOW), width).splitlines()
    ends = {cell_len(line.rstrip()) for line in lines if line.startswith(ROWS[0].id)}
    assert len(ends) == 1


def test_status_says_why_a_number_is_old():
    """Stale KRs are marked, dated, and explained under the table."""
    text = drawn(status_table(ROWS, 80, NOW))
    assert "! 2 d" in text.replace("\u00a0", " ")
    assert "! SEA-3: trello: the board AbCd1234" in text
    assert "! SEA-4: not read yet" in text


def test_what_struck_many_is_said_once():
    """A tracker that is down is one line, with the first ten key results that it struck."""
    rows = [ROWS[0]._replace(id=f"KR-{n}", problem="jira: 503") for n in range(1, 13)]
    text = drawn(
        status_table([*rows, rows[0]._replace(id="X-1", problem="trello: 503")], 160, NOW), 160
    )
    named = ", ".join(f"KR-{n}" for n in range(1, 11))
    assert f"! {named} and 2 more: jira: 503" in text
    assert text.count("jira: 503") == 1
    assert "! X-1: trello: 503" in text


def test_status_shows_how_confidence_moved():
    """The score stands with its fall since the last review, as a sign and not only a colour."""
    assert "3▼2" in drawn(status_table(ROWS, 80, NOW))


def test_no_color_is_respected(monkeypatch):
    """With NO_COLOR set, a terminal gets no colour; bars and signs still tell all."""
    monkeypatch.setenv("NO_COLOR", "1")
    text = drawn(status_table(ROWS, 140, NOW), 140, force_terminal=True)
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


@pytest.mark.parametrize("width", [40, 80, 119, 120, 200])
def test_explain_is_whole_at_any_width(width):
    """Each card stands with what it counts as, its title, why, and how it was reached, uncut."""
    cards = histories()[0].state.cards
    text = drawn(explain_table(cards, width), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    words = " ".join(text.split())
    for card in cards:
        assert re.search(rf"{card.key} +{card.state.value}\b", text)
        assert width >= 120 or card.title in words
    assert "…" not in text
    assert width >= 120 or "label PUB-1 on PBL-105" in words or "label PUB-1 on PUB-105" in words


def test_explain_ends_with_what_the_cards_come_to():
    """The sums are those of all cards, also where a state alone is listed."""
    cards = histories()[0].state.cards
    done = sum(card.state is State.DONE for card in cards)
    remaining = sum(card.state is State.REMAINING for card in cards)
    for state in (None, "done"):
        text = drawn(explain_table(cards, 80, state=state)).replace("\u00a0", " ")
        assert f"{done} done, {remaining} remaining: {percent(done, remaining)} %." in text
        assert (f"{done} of {len(cards)} cards are listed." in text) is (state is not None)
        assert text.count(" remaining ") == (remaining if state is None else 0)


def test_history_is_whole_on_a_narrow_terminal():
    """Below sixty columns a title has a line of its own."""
    history = histories()[0]
    text = drawn(history_table(history.readings, history.entries, 40), 40)
    assert "…" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= 40


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
