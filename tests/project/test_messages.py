"""docs/troubleshooting.md has every message of the program."""

from __future__ import annotations

import re

import pytest

from tests.project.messages import ROOMS, messages, plain

PAGE = "docs/troubleshooting.md"


@pytest.fixture(scope="module")
def program_messages(project) -> dict[str, str]:
    """Give each message of the program, with the file that says it."""
    return {
        message: name
        for name in project.python(*ROOMS)
        for message in messages(project.read(name), name)
    }


@pytest.fixture(scope="module")
def page_rows(project) -> dict[str, str]:
    """Give each message of the page, with why it comes and what to do."""
    _, _, tables = project.read(PAGE).partition("## By message")
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", tables, re.MULTILINE))


def test_every_message_of_the_program_is_explained(program_messages, page_rows):
    """What the program can print when something is wrong has a row that says what to do.

    A failure shows the rows to add: the section is the one of the file's room.
    """
    rows = [
        f"| `{message}` | why, and what to do | <- {name}"
        for message, name in sorted(program_messages.items(), key=lambda item: item[::-1])
        if message not in page_rows
    ]
    assert not rows, f"add to {PAGE}:\n" + "\n".join(rows)


def test_every_message_of_the_page_is_the_programs(program_messages, page_rows):
    """A row whose message nobody says any more is taken out."""
    assert sorted(page_rows.keys() - program_messages.keys()) == []


def test_no_message_is_explained_twice(project, page_rows):
    """Whoever searches the page for a message finds one row."""
    rows = re.findall(
        r"^\| `([^`]+)` \|", project.read(PAGE).partition("## By message")[2], re.MULTILINE
    )
    assert len(rows) == len(page_rows)


@pytest.mark.parametrize(
    ("source", "program_messages"),
    [
        ('raise StoreError(f"{name}: the disk is full")', {"…: the disk is full"}),
        ('raise SlackError(f"{name}: Slack refused")', {"…: Slack refused"}),
        (
            'def f():\n    """Give no message at all."""\n    yield f"take {a} out of it"',
            {"take … out of it"},
        ),
        ('context.warn("see `okr-sync check` " "for more")', {"see okr-sync check for more"}),
        ('context.say("this is good news")', set()),
        ('text("SELECT a number FROM the table")', set()),
        ('x = "this one word"', {"this one word"}),
    ],
)
def test_messages_are_read_out_of_the_source(source, program_messages):
    """A sentence is a message, unless it is news, a query or a docstring."""
    assert messages(source, "syncer/run.py") == program_messages


def test_drawing_rooms_say_only_what_they_raise():
    """The report's sentences are no messages; its errors are."""
    source = 'TITLE = "What the teams ask"\nraise ValueError("no such part here")'
    assert messages(source, "syncer/report/html.py") == {"no such part here"}


def test_a_message_is_one_line():
    """Lines and backticks of the source are not in the page's code."""
    assert plain("see `okr-sync  check`\n  again") == "see okr-sync check again"
