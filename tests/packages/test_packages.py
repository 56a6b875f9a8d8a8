"""From the wheel alone everything can be done, on a machine with nothing but Python."""

from __future__ import annotations

import json
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.office import JIRA_EMAIL, JIRA_TOKEN
from tests.journeys.team import SPEED
from tests.packages.bare_root import BareRoot, why_not

PACKAGES = ("config", "connectors", "sandbox", "syncer")
needs_root_folder = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


def test_the_wheel_has_every_file_of_the_packages(project, wheel):
    """Templates, schemas, migrations, units and examples too, and nothing of the tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    packed = {name for name in names if ".dist-info/" not in name and ".data/" not in name}
    assert packed == {name for name in project.names if name.split("/")[0] in PACKAGES}
    assert [name for name in names if name.endswith(".data/data/share/man/man1/okr-sync.1")]


def test_the_sdist_has_every_file_that_git_keeps(project, dist):
    """Who packages it for a distribution can test it, build its image and read its documents."""
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert set(project.names) - packed == set()


@needs_root_folder
def test_a_bare_machine_with_the_wheel_does_everything(tmp_path, wheel, team):
    """Installed by pip, set up by options, it counts by cron's printed lines, and reports."""
    machine = BareRoot(tmp_path / "root")
    machine.lend("/wheel/" + wheel.name, wheel)
    machine.lend("/libraries", Path(pytest.__file__).parents[1])
    okrs = machine.folder / "srv/okrs"
    okrs.mkdir()

    def run(script):
        done = machine.run(f"cd /srv/okrs; PATH=/opt/okr-sync/bin:$PATH; {script}", {})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(
        "python3 -m venv /opt/okr-sync; "
        "echo /libraries > $(echo /opt/okr-sync/lib/python3*/site-packages)/lent.pth; "
        f"pip install --quiet --no-index --no-deps /wheel/{wheel.name}"
    )
    review = f"{datetime.now(UTC) + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    printed = run(
        f"echo {JIRA_TOKEN} | okr-sync init --url {team.jira_serving.url} --email {JIRA_EMAIL} "
        f"--token-stdin --label SPEED --team Publishing --review {review} --timezone UTC"
    )
    assert "0 errors" in run("okr-sync check")
    lines = [line.split(" ", 5)[5] for line in printed.splitlines() if " cd /srv/okrs && " in line]
    assert len(lines) == 2
    for line in lines * 2:
        run(line)
    (speed,) = json.loads(run("okr-sync status --json"))["key_results"]
    assert (speed["done"], speed["remaining"], speed["dropped"]) == SPEED
    assert [path.suffix for path in (okrs / "reports").glob("*[0-9].html")] == [".html"]
    made = run("okr-sync report --format html,md,pptx,json,csv --out made").split()
    assert {Path(name).suffix for name in made} == {".html", ".md", ".pptx", ".json", ".csv"}
    assert "/opt/okr-sync/" in run("python3 -c 'import syncer; print(syncer.__file__)'")
