"""What isn't installed is named with the command that installs it here."""

from __future__ import annotations

import sys

import pytest

from connectors.extras import brings, install_command, missing


@pytest.mark.parametrize(
    ("extra", "library"), [("postgresql", "psycopg[binary]"), ("google", "google-auth")]
)
def test_an_extras_libraries_are_read_from_the_installation(extra, library):
    """They are named with the versions that this okr-sync takes, and no other extra's are."""
    assert [name.partition(">")[0] for name in brings(extra)] == [library]


def test_an_extra_that_is_not_in_the_metadata_is_named_itself():
    """Where the installation doesn't know its parts, the extra's own name is given."""
    assert brings("nowhere") == ["okr-sync[nowhere]"]


@pytest.mark.parametrize(
    ("mark", "command"),
    [
        ("", "/opt/it/bin/python -m pip install 'psycopg[binary]>=3.2'"),
        ("pipx_metadata.json", "pipx inject okr-sync 'psycopg[binary]>=3.2'"),
        (
            "uv-receipt.toml",
            "uv pip install --python /opt/it/bin/python 'psycopg[binary]>=3.2'",
        ),
    ],
)
def test_the_command_suits_how_okr_sync_was_installed(mark, command, tmp_path):
    """Into a virtual environment with its pip, by pipx, or by uv, whose environments have none."""
    if mark:
        (tmp_path / mark).touch()
    library = "psycopg[binary]>=3.2"
    assert install_command(library, prefix=str(tmp_path), python="/opt/it/bin/python") == command


def test_a_missing_extra_is_named_with_its_command():
    """The message has what needs it, which extra it is, and what to type."""
    text = missing("google", "Google Sheets")
    assert text.startswith("Google Sheets needs okr-sync's extra [google]; install it: ")
    assert sys.executable in text
    assert "'google-auth>=" in text
