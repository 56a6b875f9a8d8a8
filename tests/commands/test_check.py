"""`okr-sync check` sees what can be seen without asking anybody, and paths go from okrs.yaml."""

from __future__ import annotations

import re

import pytest

from tests.commands.test_check_outward import NO_LINKS
from tests.delivery.desk import Desk


@pytest.fixture
def checked(desk):
    """Check a file and give what was printed; its links need no tracker."""

    def _check(text=NO_LINKS):
        (desk.folder / "okrs.yaml").write_text(text)
        return desk.run("check")

    return _check


def test_a_file_with_secrets_that_others_may_read_is_told(desk, checked):
    """With the command that mends it; one that nobody else may read is no warning."""
    path = desk.folder / ".env"
    path.write_text("OKR_SYNC_STORE=sqlite:///okr-sync.db\n")
    path.chmod(0o644)
    assert f"{path} may be read by others; take that right from them: chmod 600" in checked().out
    path.chmod(0o600)
    assert "may be read by others" not in checked().out


@pytest.mark.parametrize(
    ("value", "cut", "kept"),
    [
        ("Reach #1 in search", "#1", "'Reach'"),
        ("#general", "#general", "''"),
        ('"Reach #1 in search"', None, None),
        ("Reach  # a comment", None, None),
    ],
)
def test_a_value_that_yaml_cuts_off_is_told(checked, value, cut, kept):
    """What follows a blank and a # is gone, without any error."""
    text = f"{NO_LINKS}workspace: {value}\n"
    line = text.count("\n")
    printed = checked(text).out
    ends = "so that the value ends before it"
    warning = f"okrs.yaml:{line}: warning: file: {cut} is a comment, {ends}: "
    assert (f"{warning}{kept}; put it in quotes" in printed) is (cut is not None), printed


def test_another_file_in_the_same_workspace_is_an_error(desk, tmp_path, checked):
    """Each would take the other's key results out; sync refuses it too."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "okrs.yaml").write_text(NO_LINKS)
    neighbour = Desk(other)
    neighbour.environ["OKR_SYNC_STORE"] = desk.store_url
    (other / "okrs.yaml").write_text(NO_LINKS)
    assert neighbour.run("sync").code == 0
    refused = checked()
    assert refused.code == 1
    assert f"was last written from {other}/okrs.yaml, which is still there" in refused.out


def test_a_store_that_is_not_there_is_said_once_with_its_path(desk):
    """Readers make none, and say where they looked."""
    for command in (["status"], ["report"], ["history", "PUB-1"], ["check"]):
        desk.write()
        (desk.folder / "okrs.yaml").write_text(NO_LINKS)
        err = desk.run(*command).err
        assert err.count(f"no store at {desk.folder}/okr-sync.db yet") == 1, (command, err)


def test_from_any_directory_the_same_files_are_meant(tmp_path, monkeypatch):
    """`.env`, store, report folder and a calendar's file are seen from okrs.yaml's folder."""
    folder, elsewhere = tmp_path / "okrs", tmp_path / "elsewhere"
    for each in (folder, elsewhere):
        each.mkdir()
    (folder / ".env").write_text("OKR_SYNC_STORE=sqlite:///kept/here.db\n")
    (folder / "kept").mkdir()
    desk = Desk(folder)
    del desk.environ["OKR_SYNC_STORE"]
    (folder / "okrs.yaml").write_text(NO_LINKS)
    for start, path in (("/", str(folder / "okrs.yaml")), (str(elsewhere), "../okrs/okrs.yaml")):
        monkeypatch.setattr(desk, "folder", type(folder)(start))
        assert desk.run("--okrs", path, "sync").code == 0
        assert desk.run("--okrs", path, "report", "--format", "md").code == 0
        desk.environ["OKR_SYNC_OKRS"] = path
        assert desk.run("status").err == ""
        del desk.environ["OKR_SYNC_OKRS"]
    assert (folder / "kept" / "here.db").is_file()
    assert list(elsewhere.iterdir()) == []
    assert [path.suffix for path in (folder / "reports").iterdir()] == [".md"]


ONE = """\
sources:
  jira: {kind: jira, url: "https://acme.atlassian.net"}
objectives:
  - id: PUB
    title: Scale
    team: Publishing
    period: 2026-Q4
    key_results: [{id: PUB-1, title: Faster, metric: {start: 1, target: 2}}]
"""


def test_the_last_line_counts_in_words_that_fit(checked):
    """One is no plural; none and many are."""
    last = checked(ONE).out.splitlines()[-1]
    assert re.fullmatch(r"1 KR checked: 0 errors, (1 warning|\d+ warnings)", last)
    assert "1 warnings" not in last
