"""Jira's CSV exports, as people bring them: in parts, cut, re-saved, in their language."""

from __future__ import annotations

import csv
import io
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.base import (
    Access,
    Ask,
    ByBoard,
    ByEpic,
    ByKey,
    ByLabel,
    Category,
    Known,
    Level,
    Scope,
    Watch,
)
from connectors.boards.files.jira_csv.columns import HEADERS, Columns, CsvColumn
from connectors.boards.files.jira_csv.dates import Dates
from connectors.boards.files.jira_csv.words import CATEGORIES, TYPES, plain
from connectors.clock import Clock
from connectors.errors import (
    NotAuthorisedError,
    NotUnderstoodError,
    RejectedError,
    SourceError,
    TransientError,
)
from connectors.registry import open_source
from tests.connectors.contract import NOW, StepClock

HEADER = [
    "Issue key",
    "Issue id",
    "Issue Type",
    "Status",
    "Status Category",
    "Summary",
    "Labels",
    "Labels",
    "Parent",
    "Parent key",
]
EVERYTHING = ByBoard(())
WHEN = NOW - timedelta(days=1)


def row(
    number,
    *,
    type_="Story",
    status="Done",
    category="Done",
    labels=(),
    parent="",
    parent_key="",
    **more,
):
    """Give a row under HEADER; `more` are cells by their header."""
    cells = [f"PUB-{number}", str(1000 + number), type_, status, category, f"Card {number}"]
    return [*cells, *[*labels, "", ""][:2], parent, parent_key], more


def table(*rows, header=HEADER, delimiter=","):
    """Give a CSV text; columns that some row has beyond the header's are added."""
    beyond = sorted({name for _, more in rows for name in more})
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([*header, *beyond])
    for cells, more in rows:
        writer.writerow([*cells, *(more.get(name, "") for name in beyond)])
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Give a folder with exports and a way to pull them."""
    return Folder(tmp_path)


class Folder:
    """Exports in a folder, and the source that reads them."""

    def __init__(self, path):
        self.path = path
        self.steps = StepClock()
        self.options = {}

    def put(self, text, name="export.csv", *, encoding="utf-8", at=WHEN):
        path = self.path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    def pull(self, *links, file="export*.csv", known=None, full=False, estimates=()):
        options = {"file": str(self.path / file), **self.options}
        access = Access("export", "jira-csv", "", options=options)
        source, _ = open_source(access, self.steps.clock, 300)
        ask = Ask(links or (EVERYTHING,), estimates, full, known or Known())
        return source.pull(ask, Watch())

    def keys(self, *links, **options):
        pull = self.pull(*links, **options)
        return sorted(pull.cards[hit.card].key for link in pull.hits for hit in pull.hits[link])

    def refusal(self, *links, **options):
        with pytest.raises(SourceError) as caught:
            self.pull(*links, **options)
        return str(caught.value)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (table(row(1)), "utf-8"),
        (table(row(1)), "utf-8-sig"),
        (table(row(1)), "utf-16"),
        (table(row(1)), "utf-16-le"),
        (table(row(1)), "utf-16-be"),
        (table(row(1), delimiter=";"), "utf-8"),
        (table(row(1), delimiter="\t"), "utf-16"),
        (table(row(1), delimiter="|"), "utf-8"),
        ("sep=;\n" + table(row(1), delimiter=";"), "utf-8"),
        (table(row(1)).replace("\n", "\r\n"), "utf-8"),
        (table(row(1)).rstrip("\n"), "utf-8"),
        (table(row(1)) + "\n\n", "utf-8"),
        (table(row(1)).replace("Labels,Labels", "Labels,Labels.1"), "utf-8"),
    ],
)
def test_every_way_of_saving_it_reads_alike(folder, text, encoding):
    """Marks of byte order, delimiters, a spreadsheet's first line and line ends change nothing."""
    folder.put(text, encoding=encoding)
    (card,) = folder.pull().cards.values()
    assert (card.key, card.title, card.category) == ("PUB-1", "Card 1", Category.DONE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "export.csv is empty"),
        (b"PK\x03\x04...", "export.csv is a spreadsheet (.xlsx), no export"),
        (b"\xd0\xcf\x11\xe0...", "is a spreadsheet (.xls), no"),
        (b"<!DOCTYPE html><title>Log in", "export.csv is a web page"),
        (b"Issue key,Status\nPUB-1,\xff\xfe\xfa", "neither UTF-8 nor UTF-16"),
        (b"Issue key,Sta\0tus\n", "export.csv is no text"),
        (b"just a note\n", "has no column Issue key, Issue Type, Status whose name is known"),
        (b"Issue key,Issue Type\nPUB-1,Story\n", "has no column Status whose name"),
        (b'Issue key,Issue Type,Status\n"PUB-1,Story,Done\n', "export.csv:2: the file breaks off"),
        (b'Issue key,Issue Type,Status\n"PUB-1"x,Story,Done\n', "export.csv:2: this isn't CSV"),
        (b"Issue key,Issue Type,Status\nPUB-1,Sto", "export.csv:2: the file breaks off"),
        (
            b"Issue key,Issue Type,Status\nPUB-1,Story,Done\nCard,Story,Done\n",
            "export.csv:3: no issue's key",
        ),
        (b"Issue key,Issue Type,Status\nPUB-1,,Done\n", "export.csv:2: PUB-1 has no Issue Type"),
        (
            b"Issue key,Issue Type,Status,Issue id\nPUB-1,Story,Done,x\n",
            "export.csv:2: no issue's number",
        ),
        (
            b"Issue key,Issue Type,Status,Parent key\nPUB-1,Story,Done,x y\n",
            "no epic's or parent's key",
        ),
        (
            b"Issue key,Issue Type,Status,Status Category\nPUB-1,Story,Done,Lalala\n",
            "the status category 'Lalala'",
        ),
        (
            b"Issue key,Issue Type,Status\nPUB-1,Story,Done\nPUB-1,Story,Open\n",
            "export.csv:3: PUB-1 is there before",
        ),
        (
            b"Issue key,Issue Type,Status,Labels\nPUB-1,Story,Done,by hand,web\n",
            "don't stand under their headers",
        ),
    ],
)
def test_what_is_no_whole_export_is_refused(folder, content, message):
    """Whatever else people export, save or cut is said, with file and line; nothing is counted."""
    folder.put(content)
    refusal = folder.refusal()
    assert refusal.startswith("export: ")
    assert message in refusal


def test_a_cut_export_is_refused_wherever_it_ends(folder):
    """Cut at any byte of its last row, a file is refused, or counts the rows that are whole."""
    text = table(*(row(number, labels=("web",)) for number in range(3)))
    whole = len(text)
    for end in range(text.index("PUB-2") + 1, whole - 1):
        folder.put(text[:end])
        try:
            cards = folder.pull().cards
        except NotUnderstoodError:
            continue
        assert len(cards) == 3
    folder.put(text)
    assert len(folder.pull().cards) == 3


def test_a_row_with_more_cells_than_headers_is_read(folder):
    """Re-saved files have them; what stands under the headers counts."""
    folder.put(table(row(1)).rstrip("\n") + ",,more,\n")
    assert folder.keys() == ["PUB-1"]


def test_a_description_may_be_longer_than_any_other_field(folder):
    """A field of a megabyte, of many lines, with quotation marks, is a field."""
    text = 'He said "no",\n' * 80_000
    folder.put(table(row(1, Description=text), row(2)))
    assert folder.keys() == ["PUB-1", "PUB-2"]


def test_a_title_may_hold_a_nul(folder):
    """As one of a real team's does; databases take none, so that another sign stands for it."""
    cells, more = row(1)
    cells[5] = "Chart\0 of problems"
    folder.put(table((cells, more), row(2), row(3)))
    assert folder.pull().cards["1001"].title == "Chart\ufffd of problems"


def test_numbers_that_a_program_made_of_ids_are_ids(folder):
    """An id with a zero behind it, as some programs write a column with gaps, is the same id."""
    cells, more = row(2, parent="1001.0")
    cells[1] = "1002.0"
    folder.put(table(row(1, type_="Epic"), (cells, more)))
    assert folder.pull().cards["1002"].parent == "1001"


def test_an_export_without_ids_goes_by_key(folder):
    """A view's columns may leave the id out."""
    folder.put("Key,Type,Status\nPUB-1,Story,Done\n")
    assert list(folder.pull().cards) == ["PUB-1"]


def test_no_file_and_no_right_are_said(folder):
    """A name that nothing fits, and a file that may not be read, are problems of the source."""
    assert "there is no file" in folder.refusal()
    assert "there is no file" in folder.refusal(file="export.csv")
    folder.put(table(row(1))).chmod(0)
    if os.geteuid():
        with pytest.raises(NotAuthorisedError, match="its rights are too narrow"):
            folder.pull()


def test_a_file_that_is_being_written_waits_for_the_next_run(folder):
    """A file that grows while it is read isn't read; one that was just written is watched first."""
    path = folder.put(table(row(1)), at=NOW)

    class Growing(StepClock):
        def sleep(self, seconds):
            super().sleep(seconds)
            path.write_bytes(path.read_bytes() + b"PUB-2")

    steps = Growing()
    options = {"file": str(path)}
    source, _ = open_source(
        Access("export", "jira-csv", "", options=options), Clock(steps.now, steps.sleep), 1
    )
    with pytest.raises(TransientError, match=r"export\.csv is being written; the next run"):
        source.pull(Ask((EVERYTHING,)), Watch())


def test_a_folder_is_found_whatever_its_name(folder):
    """Magic characters in a folder's name are no pattern, in a file's they are one."""
    inner = folder.path / "team [a]*"
    inner.mkdir()
    (inner / "x1.csv").write_text(table(row(1)))
    assert folder.keys(file="team [a]*/x[0-9].csv") == ["PUB-1"]
    (inner / "x[0-9].csv").write_text(table(row(2)))
    assert folder.keys(file="team [a]*/x[0-9].csv") == ["PUB-2"]


def test_the_files_date_is_when_it_was_read(folder):
    """An export of yesterday is as old as that, and none is newer than now."""
    folder.put(table(row(1)))
    assert folder.pull().read_at == WHEN
    folder.put(table(row(1)), at=NOW + timedelta(hours=1))
    assert folder.pull().read_at == NOW


def test_parts_are_put_together(folder):
    """Issues of all files count; one that two files have counts once, as the newer has it."""
    folder.put(
        table(*(row(number, status="Open", category="To Do") for number in (1, 2, 3))),
        "export1.csv",
    )
    folder.put(table(row(3), row(4), row(5)), "export2.csv", at=WHEN + timedelta(hours=1))
    pull = folder.pull()
    assert {card.key: card.category for card in pull.cards.values()}["PUB-3"] is Category.DONE
    assert len(pull.cards) == 5
    assert pull.read_at == WHEN
    assert pull.notes == ()


def test_an_older_export_of_the_same_is_set_aside(folder):
    """What newer files mostly have isn't added to them: an issue may be gone since."""
    folder.put(table(row(1), row(2), row(3)), "export1.csv")
    folder.put(table(row(2), row(3)), "export2.csv", at=WHEN + timedelta(hours=1))
    pull = folder.pull()
    assert {card.key for card in pull.cards.values()} == {"PUB-2", "PUB-3"}
    assert pull.read_at == WHEN + timedelta(hours=1)
    assert pull.notes == (
        "export: export1.csv isn't counted: 2 of its 3 issues are in newer files",
    )


def test_as_many_rows_as_jira_exports_at_once_are_refused(folder):
    """A thousand rows alone are cut off; with a shorter part of the same day they are whole."""
    thousand = table(*(row(number) for number in range(1000)))
    folder.put(thousand, "export1.csv")
    assert "export1.csv has 1000 rows, the most that Jira exports at once" in folder.refusal()
    folder.put(table(row(2000)), "export0.csv", at=WHEN - timedelta(days=9))
    assert "1000 rows" in folder.refusal()
    folder.put(table(row(3000)), "export2.csv", at=WHEN + timedelta(minutes=5))
    assert len(folder.pull().cards) == 1002


def test_going_back_to_an_older_file_is_refused(folder):
    """A file older than the last one read isn't news; --full takes it all the same."""
    folder.put(table(row(1)))
    known = Known(notes=folder.pull().learned)
    assert folder.keys(known=known) == ["PUB-1"]
    folder.put(table(row(1)), at=WHEN - timedelta(days=1))
    assert (
        "is older than the file that was read last, of 2026-11-20T06:15; if that is"
        in folder.refusal(known=known)
    )
    assert folder.keys(known=known, full=True) == ["PUB-1"]


def levels(folder, *rows):
    folder.put(table(*rows))
    return {card.key: card.level for card in folder.pull().cards.values()}


def test_levels_are_known_by_their_names(folder):
    """An epic and a sub-task are called so in any of the languages."""
    names = {name: level for level, every in TYPES.items() for name in every}
    shown = levels(folder, *(row(number, type_=name) for number, name in enumerate(names)))
    assert list(shown.values()) == list(names.values())
    assert len(names) > 100


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("Chapter", "Story"), ("container", "base")),
        (("Chapter", "Wish"), ("container", "base")),
        (("Story", "Errand"), ("base", "sub-task")),
        (("Wish", "Sub-task"), ("base", "sub-task")),
        (("Epic", "Wish"), ("container", "base")),
    ],
)
def test_other_types_show_their_level_by_what_stands_under_them(folder, types, expected):
    """What is somebody's parent and no story is an epic; what is under a story is a sub-task."""
    upper, lower = types
    shown = levels(folder, row(1, type_=upper), row(2, type_=lower, parent="1001"))
    assert (shown["PUB-1"], shown["PUB-2"]) == expected


def test_an_epic_of_the_site_shows_by_its_link_and_name(folder):
    """Company-managed sites have both as fields; a linked type is no sub-task."""
    link = {"Custom field (Epic Link)": "PUB-1"}
    shown = levels(
        folder,
        row(1, type_="Chapter", **{"Custom field (Epic Name)": "Speed"}),
        row(2, type_="Wish", **link),
        row(3, type_="Story", **link),
        row(4, type_="Wish", parent="1003"),
    )
    assert list(shown.values()) == [Level.CONTAINER, Level.BASE, Level.BASE, Level.BASE]


def test_an_epic_is_reached_by_every_way_of_naming_it(folder):
    """By number, by key in either column, or by Epic Link: its children stand under it."""
    folder.put(
        table(
            row(1, type_="Epic"),
            row(2, parent="1001"),
            row(3, parent_key="PUB-1"),
            row(4, parent="PUB-1"),
            row(5, **{"Custom field (Epic Link)": "PUB-1"}),
        )
    )
    pull = folder.pull(ByEpic(("pub-1",)))
    assert [hit.via for hit in pull.hits[ByEpic(("pub-1",))]] == ["epic PUB-1"]
    assert {card.key for card in pull.below["1001"]} == {"PUB-2", "PUB-3", "PUB-4", "PUB-5"}


def test_an_epic_that_is_not_exported_is_known_by_its_children(folder):
    """A filter of stories has none of their epics; what is told of them is enough to link them."""
    folder.put(
        table(
            row(2, parent="1001", parent_key="PUB-1", **{"Parent summary": "Speed"}),
            row(3, parent="1001"),
            row(4, type_="Sub-task", parent="1009"),
            row(5, parent_key="PUB-8"),
        )
    )
    pull = folder.pull(ByEpic(("PUB-1",)))
    epic = pull.cards["1001"]
    assert (epic.key, epic.title, epic.level) == ("PUB-1", "Speed", Level.CONTAINER)
    assert {card.key for card in pull.below["1001"]} == {"PUB-2", "PUB-3"}
    assert pull.cards["1004"].parent is None
    assert pull.notes == (
        (
            "export: PUB-1, PUB-8 stand above issues and aren't in export.csv: their labels aren't "
            "known; export them too"
        ),
    )


def test_links_that_reach_nothing_are_told(folder):
    """An epic, a sprint or a column that isn't there is that link's problem alone."""
    folder.put(table(row(1, labels=("PUB-1",))))
    epic, sprint = ByEpic(("PUB-7", "PUB-1")), ByBoard((), scope=Scope.SPRINT, sprint="Sprint 9")
    pull = folder.pull(epic, sprint, ByLabel("pub-1"), ByKey("version", ("1",)), ByBoard(("42",)))
    assert "epic PUB-7 isn't in export.csv, and no issue there is under it" in str(
        pull.problems[epic]
    )
    assert "export.csv has no column Sprint; export it with all fields" in str(
        pull.problems[sprint]
    )
    assert isinstance(pull.problems[ByBoard(("42",))], RejectedError)
    assert isinstance(pull.problems[ByKey("version", ("1",))], RejectedError)
    assert len(pull.hits[ByLabel("pub-1")]) == 1
    folder.put("Key,Type,Status\nPUB-1,Story,Done\n")
    assert "has no column Labels" in str(folder.pull(ByLabel("a")).problems[ByLabel("a")])


def test_a_sprint_is_any_that_an_issue_was_in(folder):
    """Several sprints stand in several columns, in an old server's words or plain."""
    notes = "com.atlassian.Sprint@1[id=1,state=CLOSED,name=Sprint 1,goal=]"
    header = [*HEADER, "Sprint", "Sprint"]
    rows = [
        (cells + sprints, {})
        for (cells, _), sprints in [
            (row(1), ["Sprint 1", "Sprint 2"]),
            (row(2), [notes, ""]),
            (row(3), ["", ""]),
        ]
    ]
    folder.put(table(*rows, header=header))
    sprint = ByBoard((), scope=Scope.SPRINT, sprint="sprint 1")
    assert folder.keys(sprint) == ["PUB-1", "PUB-2"]
    gone = ByBoard((), scope=Scope.SPRINT, sprint="Sprint 9")
    assert "is in the sprint Sprint 9; there is Sprint 1, Sprint 2" in str(
        folder.pull(gone).problems[gone]
    )


def test_a_file_older_than_categories_goes_by_the_statuses_names(folder):
    """Done is what is called so, anything else isn't, and check says which."""
    text = "Issue key,Issue Type,Status\n" + "".join(
        f"PUB-{number},Story,{status}\n"
        for number, status in enumerate(["Closed", "Terminé(e)", "Review", *"abcdef"])
    )
    folder.put(text)
    pull = folder.pull()
    assert [card.category for card in pull.cards.values()][:3] == [
        Category.DONE,
        Category.DONE,
        Category.UNDEFINED,
    ]
    assert pull.notes == (
        (
            "export: without the column Status Category, done is told by the status's name, and "
            "isn't Review, a, b, c, d and 2 more; name others under counting: done: statuses"
        ),
    )


def test_categories_are_known_in_the_accounts_language(folder):
    """With or without accents, as exports mix them."""
    names = {name: category for category, every in CATEGORIES.items() for name in every}
    folder.put(table(*(row(number, category=name) for number, name in enumerate(names))))
    assert [card.category for card in folder.pull().cards.values()] == list(names.values())
    folder.put(table(row(1, category="A faire")))
    assert folder.pull().cards["1001"].category is Category.NEW


@pytest.mark.parametrize(
    ("resolution", "resolved", "shown"),
    [
        ("Fixed", "", "Fixed"),
        ("Unresolved", "", None),
        ("Unresolved", "10/Jan/26 11:19 AM", "Unresolved"),
        ("", "", None),
    ],
)
def test_an_open_issues_resolution_is_none(folder, resolution, resolved, shown):
    """The word for none is a resolution only where it was given some day."""
    folder.put(table(row(1, Resolution=resolution, Resolved=resolved)))
    assert folder.pull().cards["1001"].resolution == shown


def test_estimates_are_found_by_their_fields(folder):
    """The first of Jira's two, or a field by name; a comma is a point, and a text no estimate."""
    points = {
        "Custom field (Story Points)": "3,5",
        "Custom field (Story point estimate)": "8",
        "Effort": "L",
    }
    folder.put(
        table(
            row(1, **points),
            row(2, **{"Custom field (Story point estimate)": "8.0"}),
            row(3, Effort="2"),
        )
    )
    pull = folder.pull(estimates=("auto", "effort", "Size"))
    assert [card.estimates for card in pull.cards.values()] == [
        (("auto", 3.5),),
        (("auto", 8.0),),
        (("effort", 2.0),),
    ]
    assert pull.notes == ("export: no field is named Size; points count nowhere",)
    folder.put(table(row(1, **{"Custom field (Story Points)": "many"})))
    assert "PUB-1's story points are no number" in folder.refusal(estimates=("auto",))


def test_every_language_has_its_headers():
    """No header stands for two things, and each that is listed is known by its looks."""
    for part, headers in HEADERS.items():
        for header in headers.split("|"):
            assert list(Columns.read([header.upper()]).parts) == [part], header


def test_a_field_of_the_site_is_no_part(folder):
    """A field that is called like a column of Jira's own isn't taken for it."""
    folder.put(table(row(1, **{"Custom field (Status)": "x", "Custom field (Labels)": "y"})))
    (card,) = folder.pull().cards.values()
    assert (card.status, card.labels) == ("Done", ())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("10/Jan/26 11:19 AM", (2026, 1, 10, 11, 19)),
        ("10/Jan/26 12:19 AM", (2026, 1, 10, 0, 19)),
        ("10/Jan/26 12:19 PM", (2026, 1, 10, 12, 19)),
        ("05/août/25 2:47 PM", (2025, 8, 5, 14, 47)),
        ("15/juil./25 5:50 PM", (2025, 7, 15, 17, 50)),
        ("03/Mär/25 17:50", (2025, 3, 3, 17, 50)),
        ("26/4月/25 10:00 下午", (2025, 4, 26, 22, 0)),
        ("2025年4月26日 10:00", (2025, 4, 26, 10, 0)),
        ("2026-01-10 11:19:33", (2026, 1, 10, 11, 19)),
        ("2026-01-10T11:19:33.000+0200", (2026, 1, 10, 9, 19)),
        ("2026-01-10T11:19:33-03:30", (2026, 1, 10, 14, 49)),
        ("2026-01-10T11:19:33Z", (2026, 1, 10, 11, 19)),
        ("10/Jan/26", (2026, 1, 10, 0, 0)),
    ],
)
def test_times_are_read_as_accounts_write_them(text, moment):
    """In many languages and orders, in the zone that the source says."""
    assert Dates.of([text], UTC).moment(text) == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/Feb/26 11:00 AM",
        "10/Foo/26 11:19 AM",
        "10/Jan/1026 1:00 AM",
        "1/2/2026 8:00",
    ],
)
def test_what_is_no_time_for_sure_is_none(text):
    """A day that isn't, a month nobody knows, and a day that may be a month aren't guessed at."""
    assert Dates.of([text], UTC).moment(text) is None


def test_a_spreadsheets_dates_are_told_by_all_of_them():
    """One number that can be no month says which of the two the month is, for the whole file."""
    american = Dates.of(["6/21/2025 16:14", "1/2/2026 8:00", "soon"], UTC)
    british = Dates.of(["21/6/2025 16:14", "1/2/2026 8:00"], ZoneInfo("Europe/Berlin"))
    assert american.moment("1/2/2026 8:00") == datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert british.moment("1/2/2026 8:00") == datetime(2026, 2, 1, 7, tzinfo=UTC)
    assert Dates.of(["6/21/2025", "21/6/2025"], UTC).moment("6/21/2025") is None


def test_when_work_was_done_comes_with_the_card(folder):
    """By its category's change, else its resolution; both where they differ by more."""
    times = {
        "Created": "01/Jan/26 9:00 AM",
        "Status Category Changed": "10/Jan/26 11:19 AM",
        "Resolved": "09/Jan/26 8:00 AM",
    }
    folder.options["timezone"] = "Europe/Berlin"
    folder.put(table(row(1, **times), row(2, Resolved="09/Jan/26 8:00 AM"), row(3)))
    both, resolved, none = folder.pull().cards.values()
    assert both.created == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert both.finished == datetime(2026, 1, 10, 10, 19, tzinfo=UTC)
    assert len(both.end_dates) == 2
    assert (resolved.finished, resolved.end_dates) == (datetime(2026, 1, 9, 7, tzinfo=UTC), ())
    assert none.finished is None


def test_a_key_leads_to_the_site_where_that_is_known(folder):
    """Without an address there is no link, with one it is the issue's page."""
    folder.put(table(row(1), row(2, parent="77")))
    assert {card.url for card in folder.pull().cards.values()} == {""}
    access = Access(
        "export",
        "jira-csv",
        "https://acme.example/",
        options={"file": str(folder.path / "export.csv")},
    )
    source, _ = open_source(access, folder.steps.clock, 300)
    cards = source.pull(Ask((EVERYTHING,)), Watch()).cards
    assert cards["1001"].url == "https://acme.example/browse/PUB-1"
    assert cards["77"].url == ""
    assert plain("Clé-DE  ticket") == "cle de ticket"
    assert CsvColumn.KEY == "Issue key"
