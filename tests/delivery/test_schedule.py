"""`okr-sync schedule` is about the file, the store and the reviews that it is run for."""

from __future__ import annotations

from tests.delivery.desk import REVIEW


def test_it_looks_often_enough_for_the_shortest_window(desk):
    """A team's half an hour counts as much as the programme's day."""
    desk.write(REVIEW, 'reviews: {Search: {dates: ["2026-11-19T09:30"], prepare: 30m}}\n')
    report = next(line for line in desk.run("schedule", "cron").out.splitlines() if "--due" in line)
    assert report.split()[0].endswith("/15")
    desk.write(REVIEW)
    assert "OnCalendar=hourly" in desk.run("schedule", "systemd").out


def test_it_names_the_file_and_the_folder_and_the_store(desk):
    """As it was given them; a store with a password is named nowhere."""
    (desk.folder / "teams").mkdir()
    (desk.folder / "teams" / "search.yaml").write_text((desk.folder / "okrs.yaml").read_text())
    printed = desk.run("--okrs", "teams/search.yaml", "schedule", "cron")
    assert f"cd {desk.folder}/teams && " in printed.out
    assert "--okrs search.yaml report --due" in printed.out
    assert f"OKR_SYNC_STORE={desk.store_url} " in printed.out
    units = desk.run("--okrs", "teams/search.yaml", "schedule", "systemd").out
    assert f'ReadWritePaths="{desk.folder}/teams" "{desk.folder}"\n' in units
    desk.environ["OKR_SYNC_STORE"] = "postgresql://okr:hush-hush@db.example/okr"
    secret = desk.run("schedule", "cron")
    assert ("hush-hush" in secret.printed, "OKR_SYNC_STORE into .env" in secret.err) == (
        False,
        True,
    )


def test_without_a_file_it_prints_what_fits_most(desk):
    """Before there is an okrs.yaml, and with exit 0; a wrong file is said."""
    (desk.folder / "okrs.yaml").write_text("objectives: 1\n")
    assert desk.run("schedule", "cron").code == 2
    (desk.folder / "okrs.yaml").unlink()
    assert desk.run("schedule", "cron").code == 0


def test_without_a_review_no_report_is_looked_for(desk):
    """`report --due` would end with 2 every hour; with a review it comes."""
    assert desk.run("schedule", "cron").out.count("report --due") == 1
    desk.write()
    assert "--due" not in desk.run("schedule", "cron").out
