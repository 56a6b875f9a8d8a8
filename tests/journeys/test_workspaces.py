"""Several okrs.yaml in one store."""

from __future__ import annotations

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
