"""The image is small, isn't root's, and runs on a root folder that nobody writes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
import yaml

from syncer.command_line.arguments import parser
from tests.packages.bare_root import why_not
from tests.packages.dockerfile import Build, steps
from tests.store.postgresql import start

LONG = bool(os.environ.get("LONG_TESTS"))


@pytest.fixture(scope="module")
def instructions(project):
    """Give the steps of the Dockerfile."""
    return list(steps(project.read("Dockerfile")))


@pytest.fixture(scope="module")
def services(project):
    """Give the services of compose.yaml that are ours."""
    written = yaml.safe_load(project.read("compose.yaml"))["services"]
    return {name: service for name, service in written.items() if "build" in service}


def test_the_image_is_not_roots_and_takes_every_library_by_its_hash(instructions):
    """Its last stage has a user by number, and nothing that installs or builds."""
    last = [name for name, _ in instructions][::-1].index("FROM")
    final = instructions[len(instructions) - last - 1 :]
    (user,) = [rest for name, rest in final if name == "USER"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert "RUN" not in {name for name, _ in final}
    installs = [rest for name, rest in instructions if name == "RUN" and " install " in rest]
    assert [step for step in installs if "--require-hashes" not in step] == [
        "python -m pip --python /opt/okr-sync/bin/python install --no-deps ."
    ]


def test_what_the_image_takes_is_in_the_clone_and_gets_to_the_engine(project, instructions):
    """What a step copies is kept by git, and .dockerignore lets that and no more through."""
    sources = {
        source
        for name, rest in instructions
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    kept = {"/".join(name.split("/")[:n]) for name in project.names for n in (1, 2)}
    assert sources - kept == set()
    metadata = tomllib.loads(project.read("pyproject.toml"))["tool"]["setuptools"]
    laid = {name for names in metadata["data-files"].values() for name in names}
    assert laid - sources == set()
    lines = project.read(".dockerignore").splitlines()
    assert lines[1] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == sources


def test_every_service_is_locked_up(services):
    """None runs as root, writes its root folder, or could become more than it is."""
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["user"] == "10001:10001"


def test_a_linter_finds_nothing_grave_in_compose(project):
    """compose.yaml is what compose reads, and opens nothing that it shouldn't."""
    linter = Path(sys.executable).with_name("compose-lint")
    command = [linter, project.root / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_service_runs_commands_that_there_are(services):
    """Each `okr-sync` in compose.yaml is accepted by the program's own parser."""
    shown = []
    for service in services.values():
        if service.get("entrypoint"):
            shown += re.findall(r"okr-sync (.+)", "\n".join(service["command"]))
        else:
            shown.append(" ".join(service["command"]))
    assert shown
    for command in shown:
        parser().parse_args(command.split())


@pytest.fixture
def database():
    """Give a PostgreSQL whose socket other users may reach."""
    folder = Path(tempfile.mkdtemp(prefix="okr-sync-"))
    server = start(folder)
    folder.chmod(0o711)
    yield server
    server.stop()


@pytest.mark.skipif(not LONG, reason="it takes a minute and the network; make image-test runs it")
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
def test_the_images_own_steps_make_one_that_counts(project, tmp_path, team, database):
    """Built without an engine, it syncs into PostgreSQL as nobody, on a read-only root."""
    shelf = tmp_path / "wheels"
    wheels(project.root, shelf)
    build = Build(
        context=project.root,
        work=tmp_path,
        lent={"/wheels": shelf, "/database": database.folder},
        environ={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"},
    )
    image = build.image(project.read("Dockerfile"))
    okrs = image.machine.folder / "okrs"
    shutil.copy(team.folder / "okrs.yaml", okrs)
    for path in (okrs, *okrs.iterdir()):
        os.chown(path, 10001, 10001)
    environ = {
        **image.environ,
        **{name: value for name, value in team.environ.items() if "SOURCES" in name},
        "OKR_SYNC_STORE": database.url.replace(str(database.folder), "/database"),
    }

    def run(command):
        script = f"cd {image.folder}; {image.entrypoint[0]} {command}"
        return image.machine.run(script, environ, user=image.user, writable="/okrs")

    for command in ("check", "sync", "status", "report --format html,pptx"):
        done = run(command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert list(okrs.glob("reports/*.pptx"))
    written = image.machine.run("echo > /opt/x", environ, user="0:0", writable="/okrs")
    assert "Read-only file system" in written.stderr


def wheels(root, shelf):
    """Fetch the very files that the image is made of, and what builds ours."""
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", shelf]
    hashed = ["--require-hashes", "-r", root / "requirements-container.txt"]
    for files in (hashed, ["setuptools>=77"]):
        done = subprocess.run([*fetch, *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
