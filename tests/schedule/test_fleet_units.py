"""Units for workers, read by each scheduler's own linter or published schema."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from syncer.schedule.cron import cron_time
from syncer.schedule.fleet import fleet_schedule
from syncer.schedule.installation import Installation

COMMAND = "/opt/okr-sync/bin/okr-sync"
TEAMS = Installation(COMMAND, "/srv/okr", "teams/*.yaml")


def test_systemd_has_no_complaint_about_a_worker(tmp_path):
    """`systemd-analyze verify` accepts the template, in a folder with an awkward name."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd on this machine")
    folder = tmp_path / "okrs 100 %Q"
    folder.mkdir()
    command = folder / "okr-sync"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    installation = Installation(str(command), str(folder), "teams/*.yaml")
    text = fleet_schedule("systemd", installation, user="root")
    _, _, unit = text.partition("# /etc/systemd/system/okr-sync-worker@.service\n")
    (tmp_path / "okr-sync-worker@.service").write_text(unit)
    done = subprocess.run(
        [program, "verify", str(tmp_path / "okr-sync-worker@1.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "okr-sync" in line] == []


def test_systemd_keeps_a_worker_running_and_shut_in():
    """It is restarted whatever ends it, has time to hand back, and may write its folder alone."""
    text = fleet_schedule(
        "systemd", Installation(COMMAND, "/srv/okr", "teams/*.yaml", "postgresql://db/okr")
    )
    for line in (
        f'ExecStart="{COMMAND}" "--okrs" "teams/*.yaml" worker',
        'Environment="OKR_SYNC_STORE=postgresql://db/okr"',
        "Restart=always",
        "TimeoutStopSec=60",
        'ReadWritePaths="/srv/okr"',
        "ProtectSystem=strict",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("version", ["1.32", "1.37"])
def test_kubernetes_schemas_take_the_manifests(version):
    """The Deployment and its disruption budget are as Kubernetes' own schemas want them."""
    text = fleet_schedule("kubernetes", TEAMS, image="acme/okr:3")
    kinds = []
    for document in yaml.safe_load_all(text):
        kubernetes_validate.validate(document, version, strict=True)
        kinds.append(document["kind"])
    assert kinds == ["PodDisruptionBudget", "Deployment"]


def test_kubernetes_probes_its_workers_and_mounts_what_they_need():
    """All probes ask for the file that the worker touches, and every mount is offered."""
    budget, deployment = yaml.safe_load_all(fleet_schedule("kubernetes", TEAMS, image="acme/okr:3"))
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert budget["spec"]["selector"]["matchLabels"] == labels
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    alive = container["args"][container["args"].index("--alive") + 1]
    kinds = ("startup", "readiness", "liveness")
    probes = [container[f"{kind}Probe"]["exec"]["command"] for kind in kinds]
    assert probes == [["okr-sync", "worker", "--probe", alive]] * 3
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}
    assert container["args"][:3] == ["worker", "--okrs", "/config/*.yaml"]
    assert container["image"] == "acme/okr:3"


def test_compose_is_taken_by_a_linter(tmp_path):
    """A linter of compose files finds nothing grave, and the file starts what it should."""
    (tmp_path / ".env").write_text("OKR_SYNC_STORE=postgresql://db/okr\n")
    file = tmp_path / "compose.yaml"
    file.write_text(fleet_schedule("compose", TEAMS, image="acme/okr:3"))
    linter = Path(sys.executable).with_name("compose-lint")
    done = subprocess.run([linter, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    worker = yaml.safe_load(file.read_text())["services"]["worker"]
    assert worker["entrypoint"] == ["okr-sync"]
    assert worker["command"][:3] == ["worker", "--okrs", "/config/*.yaml"]
    assert worker["healthcheck"]["test"][1:] == [
        "okr-sync",
        "worker",
        "--probe",
        worker["command"][-1],
    ]
    assert worker["volumes"][0]["source"] == "./teams"


def test_docker_reads_the_compose_file(tmp_path):
    """Docker's own reader takes it, where there is one."""
    if shutil.which("docker") is None or not _has_compose():
        pytest.skip("no docker compose on this machine")
    (tmp_path / ".env").write_text("OKR_SYNC_STORE=postgresql://db/okr\n")
    (tmp_path / "compose.yaml").write_text(fleet_schedule("compose", TEAMS))
    subprocess.run(["docker", "compose", "config", "--quiet"], cwd=tmp_path, check=True)


def _has_compose():
    done = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize(
    ("okrs", "folder"), [("", "."), ("teams/*.yaml", "./teams"), ("/srv/okr/a.yaml", "/srv/okr")]
)
def test_compose_binds_the_folder_of_the_files(okrs, folder):
    """Wherever the files are, the workers see their folder."""
    text = fleet_schedule("compose", Installation(COMMAND, "/srv", okrs))
    worker = yaml.safe_load(text)["services"]["worker"]
    assert worker["volumes"][0]["source"] == folder


def test_cron_has_the_fleet_read_on_time():
    """One line queues everything, at this installation's own minute, with its store."""
    stored = Installation(COMMAND, "/srv/100%", "teams/*.yaml", "postgresql://db/okr")
    lines = fleet_schedule("cron", stored, every=30, spread=7).splitlines()
    line = lines[-1]
    assert line.startswith(f"{cron_time(30, 7)} cd /srv/100\\% && ")
    assert "--okrs 'teams/*.yaml' enqueue" in line
    assert 'OKR_SYNC_STORE="postgresql://db/okr"' in fleet_schedule("cron", stored)
    assert "OKR_SYNC_STORE" not in fleet_schedule("cron", TEAMS)
