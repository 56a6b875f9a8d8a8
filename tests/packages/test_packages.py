"""From the wheel alone everything can be done, on a machine with nothing but Python."""

from __future__ import annotations

import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.packages.bare_root import BareRoot, why_not

PACKAGES = ("config", "connectors", "sandbox", "syncer")
needs_root_folder = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


def test_the_wheel_has_every_file_of_the_packages(project, wheel):
    """Templates, schemas, migrations, units and examples too, and nothing of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == {name for name in project.names if name.split("/")[0] in PACKAGES}


def test_the_sdist_has_every_file_that_git_keeps(project, dist):
    """Who packages it for a distribution can test it, build its image and read its documents."""
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert set(project.names) - packed == set()


REVIEW = "review: {{every: 2 weeks, starts: '{starts}', timezone: UTC, prepare: 24h}}"


@needs_root_folder
def test_a_bare_machine_with_the_wheel_does_everything(tmp_path, wheel, team):
    """Installed by pip, it writes its files, checks, counts by cron's own lines, and reports."""
    machine = BareRoot(tmp_path / "root")
    machine.lend("/wheel/" + wheel.name, wheel)
    machine.lend("/libraries", Path(pytest.__file__).parents[1])
    (machine.folder / "srv/okrs").mkdir()
    environ = {name: value for name, value in team.environ.items() if "SOURCES" in name}

    def run(script):
        done = machine.run(f"cd /srv/okrs; PATH=/opt/okr-sync/bin:$PATH; {script}", environ)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(
        "python3 -m venv /opt/okr-sync; "
        "echo /libraries > $(echo /opt/okr-sync/lib/python3*/site-packages)/lent.pth; "
        f"pip install --quiet --no-index --no-deps /wheel/{wheel.name}; okr-sync init"
    )
    starts = datetime.now(UTC) + timedelta(hours=3)
    okrs = team.folder / "okrs.yaml"
    review = REVIEW.format(starts=f"{starts:%Y-%m-%dT%H:%M}")
    (machine.folder / "srv/okrs/okrs.yaml").write_text(f"{okrs.read_text()}\n{review}\n")
    assert "0 errors" in run("okr-sync check")
    lines = [
        line.split(" ", 5)[5]
        for line in run("okr-sync schedule cron").splitlines()
        if line[:1].isdigit() or line[:1] == "*"
    ]
    assert len(lines) == 2
    for line in lines * 2:
        run(line)
    assert "SPEED" in run("okr-sync status")
    assert list((machine.folder / "srv/okrs/reports").glob("*.html"))
    made = run("okr-sync report --format html,md,pptx,json,csv --out made").split()
    assert {Path(name).suffix for name in made} == {".html", ".md", ".pptx", ".json", ".csv"}
    assert "/opt/okr-sync/" in run("python3 -c 'import syncer; print(syncer.__file__)'")
