"""`okr-sync checkin --from FILE.csv`: all of it right, or nothing of it taken."""

from __future__ import annotations

import pytest

from syncer.core.records import CheckIn
from syncer.store.store import open_store

GOOD = (
    "id,at,confidence,value,note,risk,ask\n"
    'PUB-1,2026-11-13,7,96.5,"slower, but steady",,\n'
    "pub-2,2026-11-13T15:30,5,,,no staging,\n"
    "\n"
    "SEA,2026-11-13T15:30+01:00,,,,,a second slot\n"
)


@pytest.fixture
def imported(desk):
    """Import a text."""

    def _imported(text, encoding="utf-8"):
        (desk.folder / "week.csv").write_text(text, encoding=encoding)
        return desk.run("checkin", "--from", "week.csv")

    return _imported


def stored(desk):
    """What the store has, as short texts."""
    with open_store(desk.store_url) as store:
        return [(checkin.subject, f"{checkin.at:%d %H:%M}") for checkin in store.checkins()]


def test_a_file_is_imported_whole(desk, imported):
    """Ids without regard to case, days as their noon, times by the reviews' clock."""
    done = imported(GOOD)
    assert (done.code, done.out) == (0, "recorded 3 check-ins\n")
    with open_store(desk.store_url) as store:
        first = store.checkins("PUB-1")[0]
    assert first == CheckIn("PUB-1", first.at, 7, 96.5, "slower, but steady")
    assert stored(desk) == [("PUB-1", "13 12:00"), ("SEA", "13 14:30"), ("PUB-2", "13 15:30")]


def test_a_file_imported_again_adds_nothing(desk, imported):
    """So that it may grow by a line each week."""
    imported(GOOD)
    again = imported(GOOD + "SEA-1,2026-11-14,8,,,,\n")
    assert (again.code, again.out) == (0, "recorded 1 check-in, 3 were known\n")
    assert len(stored(desk)) == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_a_spreadsheets_own_csv_is_read(desk, imported, encoding):
    """Semicolons, a byte order mark, Windows line ends, columns in another order and fewer."""
    done = imported("AT;ID;Note\r\n2026-11-13;PUB-1;Größe; \r\n".replace("; ", ""), encoding)
    assert (done.code, stored(desk)) == (0, [("PUB-1", "13 12:00")])


def test_every_problem_is_told_at_once_with_its_line(desk, imported):
    """And nothing of the file is taken, not the good lines either."""
    refused = imported(
        "id,at,confidence,value,note\n"
        "PUB-1,2026-11-13,7,96,fine\n"
        "PUB-9,13.11.2026,11,much,\n"
        "PUB-2,,5,,\n"
        'PUB-2,2026-11-13,5,,"two\nlines"\n'
        "SEA-1,2026-11-13,,,\n"
        "SEA-1,2027-01-01,5,,\n"
        "SEA-1,2026-11-12,5,,a note, with a comma\n"
        "PUB-1,2026-11-13,6,96,otherwise\n"
    )
    assert refused.code == 2
    for message in (
        "week.csv:3: id 'PUB-9' is no KR or objective; did you mean PUB-",
        "week.csv:3: at '13.11.2026' is no time; write 2026-11-19 or 2026-11-19T15:00",
        "week.csv:3: confidence '11' is no confidence; give 0 to 10",
        "week.csv:3: value 'much' is no number",
        "week.csv:4: at '' is no time",
        "week.csv:7: says nothing; give a confidence, value, note, risk or ask",
        "week.csv:8: at '2027-01-01' is in the future",
        "week.csv:9: has more cells than columns",
        "week.csv:10: says otherwise of PUB-1 than line 2",
    ):
        assert message in refused.err, message
    assert "okr-sync: 9 problems:" in refused.err
    assert not (desk.folder / "okr-sync.db").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "week.csv:1: there is no column id"),
        ("id,confidence\nPUB-1,7\n", "week.csv:1: there is no column at"),
        ("id,at,mood\n", "week.csv:1: unknown column 'mood'"),
        ('id,at,note\nPUB-1,2026-11-13,"never closed\n', "isn't CSV"),
    ],
)
def test_a_file_of_another_shape_is_refused(imported, text, message):
    """The columns are named."""
    refused = imported(text)
    assert (refused.code, message in refused.err) == (2, True), refused.err


def test_a_check_in_is_never_overwritten(desk, imported):
    """Another score for a moment that has one is refused, with everything beside it."""
    imported(GOOD)
    refused = imported(GOOD.replace("96.5", "90") + "SEA-1,2026-11-14,8,,,,\n")
    assert refused.code == 2
    assert "PUB-1 was scored otherwise at 2026-11-13 12:00 UTC" in refused.err
    assert len(stored(desk)) == 3


def test_a_file_in_another_encoding_or_none_at_all_is_said(desk, imported):
    """With what to do."""
    assert "isn't UTF-8; save it as CSV UTF-8" in imported(GOOD + "ü", "latin-1").err
    missing = desk.run("checkin", "--from", "nowhere.csv")
    assert (missing.code, "nowhere.csv can't be read: No such file" in missing.err) == (2, True)
