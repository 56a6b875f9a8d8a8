"""Several okrs.yaml in one store."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.journeys.office import OKR_SYNC, ROOT
from tests.journeys.team import SPEED


def _copied(team, name, text=""):
    """Write the team's file a second time."""
    file = team.folder / name
    file.write_text((team.folder / "okrs.yaml").read_text() + text)
    return str(file)


def test_a_second_file_in_the_same_workspace_is_refused(team):
    """It ends with 2, names the other file and the way out, and touches nothing."""
    team.sync()
    before = team.dump()
    (team.folder / "other").mkdir()
    other = _copied(team, "other/okrs.yaml")
    team.environ["OKR_SYNC_STORE"] = f"sqlite:///{team.folder}/okr-sync.db"
    for command in (["sync"], ["sync", "--dry-run"], ["checkin", "SPEED", "--confidence", "3"]):
        answer = team.run("--okrs", other, *command)
        assert answer.code == 2
        assert str(team.folder / "okrs.yaml") in answer.err
        assert "workspace:" in answer.err
    assert team.dump() == before


def test_two_files_with_the_same_ids_stand_side_by_side(team):
    """By its name or by `workspace:` a file has numbers of its own."""
    team.sync()
    for other in (_copied(team, "web.yaml"), _copied(team, "b.yaml", "workspace: digital\n")):
        row = team.run("--okrs", other, "status", "--json").json["key_results"][0]
        assert row["done"] is None
        assert team.run("--okrs", other, "sync").code == 0
        row = team.run("--okrs", other, "status", "--json").json["key_results"][0]
        assert (row["done"], row["remaining"], row["dropped"]) == SPEED
    assert team.counts("SPEED") == SPEED


def test_two_files_in_one_folder_have_reports_of_their_own(team):
    """However alike their workspaces are called, neither report is written over the other."""
    names = ["okrs.yaml", "web.yaml", "Web.yaml", "we-b.yaml", "日本.yaml", "中文.yaml"]
    for name in names[1:]:
        _copied(team, name)
    written = []
    for name in names:
        assert team.run("--okrs", str(team.folder / name), "sync").code == 0
        result = team.run("--okrs", str(team.folder / name), "report", "--format", "html,json")
        assert result.code == 0, result.err
        written += result.out.split()
    assert len({path.casefold() for path in written}) == 2 * len(names)
    assert any("/web-review-" in path for path in written)


def test_everything_is_seen_from_the_files_folder(team):
    """Run from the root, the store, `.env`, reports and exported files are beside okrs.yaml."""
    (team.folder / "export.csv").write_text(
        "Issue key,Issue Type,Status,Labels\nPUB-1,Story,Done,SPEED\n", encoding="utf-8"
    )
    text = (team.folder / "okrs.yaml").read_text()
    files = "sources:\n  export: {kind: jira-csv, file: export.csv}\n"
    link = "{source: export, all: true}, {source: jira"
    text = text.replace("sources:\n", files, 1).replace("{source: jira", link, 1)
    (team.folder / "okrs.yaml").write_text(text)
    lines = [f"{name}={value}" for name, value in team.environ.items() if "STORE" not in name]
    (team.folder / ".env").write_text("\n".join([*lines, "OKR_SYNC_STORE=sqlite:///beside.db"]))
    file = str(team.folder / "okrs.yaml")
    for command in (["sync"], ["status"], ["report"], ["check"], ["store", "check"]):
        done = subprocess.run(
            [OKR_SYNC, "--okrs", file, *command],
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    made = {path.name for path in team.folder.iterdir()}
    assert {"beside.db", "reports"} <= made
    assert not any(Path(f"/{name}").exists() for name in ("beside.db", "reports", "okr-sync.db"))


def test_what_was_never_read_says_why(team):
    """`explain` and `history` say that a key result was never read, and what stands in the way."""
    for command in ("explain", "history"):
        assert "SPEED was never read yet: run okr-sync sync" in team.run(command, "SPEED").out
        answer = team.run(command, "SPEED", "--json")
        assert answer.json["id"] == "SPEED"
        assert "SPEED was never read yet" in answer.err
    team.environ["OKR_SYNC_SOURCES__JIRA__TOKEN"] = "expired"
    team.sync(code=1)
    for command in ("explain", "history"):
        answer = team.run(command, "SPEED")
        assert "SPEED was never read: jira: " in answer.out
        assert answer.out.count("never read") == 1
    text = (team.folder / "okrs.yaml").read_text()
    text += "      - {id: IDLE, title: Nobody linked it}\n"
    (team.folder / "okrs.yaml").write_text(text)
    assert "IDLE has no link in okrs.yaml" in team.run("explain", "IDLE").out
