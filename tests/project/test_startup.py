"""Help is quick, because it loads nothing of what the work needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.history import Past, fill

DIALECTS = "sqlalchemy.dialects."
HEAVY = {
    "alembic",
    "jinja2",
    "jira",
    "pydantic",
    "prometheus_client",
    "pydantic_settings",
    "requests",
    "rich",
    "sqlalchemy",
    "starlette",
    "tenacity",
    "trello",
    "urllib3",
    "uvicorn",
    "werkzeug",
    "yaml",
}


@pytest.fixture(scope="module")
def okr_sync() -> str:
    """Give the installed command; it stands beside the Python that runs the tests."""
    return str(Path(sys.executable).parent / "okr-sync")


def imported(*command: str) -> list[str]:
    """Run Python with these arguments and give the names of all modules it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True
    )
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return [line.rsplit("|", 1)[-1].strip() for line in lines]


def cpu_seconds(*command: str) -> float:
    """Run a program to its end and give the processor time that the whole of it took."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize("command", [["--help"], ["sync", "--help"], ["schedule", "--help"]])
def test_help_loads_no_client_no_store_and_no_drawing(okr_sync, command):
    """Asking for help imports none of the heavy libraries, only the program's own shell."""
    modules = {name.split(".")[0] for name in imported(okr_sync, *command)}
    assert "syncer" in modules
    assert modules & HEAVY == set()


def test_status_loads_no_client_and_no_other_dialect(okr_sync, tmp_path, monkeypatch):
    """`okr-sync status` on a SQLite store loads no tracker's client, no HTTP, no other dialect.

    Nor where numbers are written to OKR tools.
    """
    monkeypatch.setenv("OKR_SYNC_STORE", fill(tmp_path, Past(3, 60), datetime.now(UTC)))
    monkeypatch.chdir(tmp_path)
    okrs = json.loads(Path("okrs.yaml").read_text())
    tools = {
        name: {"kind": name, "url": "https://tool.example"} for name in ("okr-tracker", "operately")
    }
    for kr in okrs["objectives"][0]["key_results"][:1]:
        kr["write_to"] = [{"store": tool, "id": "1"} for tool in tools]
    Path("okrs.yaml").write_text(json.dumps(okrs | {"stores": tools}))
    modules = set(imported(okr_sync, "status"))
    dialects = {".".join(name.split(".")[:3]) for name in modules if name.startswith(DIALECTS)}
    assert "sqlalchemy" in modules
    assert modules & {"jira", "trello", "requests", "urllib3", "http.client"} == set()
    assert dialects <= {f"{DIALECTS}_typing", f"{DIALECTS}sqlite"}


def test_help_loads_a_third_of_the_modules_that_the_jira_client_needs(okr_sync):
    """Of Python's own modules too, `okr-sync --help` imports few."""
    assert len(imported(okr_sync, "--help")) < len(imported("-c", "import jira")) / 3


def test_help_starts_in_half_of_the_time_that_the_jira_client_needs(okr_sync):
    """The whole of `okr-sync --help` costs less processor time than half of `import jira`.

    It is a quarter; but processor time too is longer on a busy machine, by more or by less.
    """
    ours, theirs = [], []
    for _ in range(5):
        ours.append(cpu_seconds(okr_sync, "--help"))
        theirs.append(cpu_seconds(sys.executable, "-c", "import jira"))
    assert min(ours) < min(theirs) / 2
