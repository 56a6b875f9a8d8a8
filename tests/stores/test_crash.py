"""Kills and second machines: one value in the tool at the end."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from sandbox.faults import Answer, Fault
from tests.store.conftest import _schema, server  # noqa: F401 - the fixture is used by name

LONGEST = 300.0
GOALS = "{store: goals, id: '121', note: false}"

# Builds a wheel of one module with nothing but Python: a test fetches nothing.
BACKEND = """
import zipfile
NAME, INFO = "okr_sync_notebook", "okr_sync_notebook-1.dist-info/"
FILES = {
    "METADATA": "Metadata-Version: 2.1\\nName: okr-sync-notebook\\nVersion: 1\\n",
    "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "entry_points.txt": "[okr_sync.stores]\\nnotebook = okr_sync_notebook:KIND\\n",
    "RECORD": "",
}
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = NAME + "-1-py3-none-any.whl"
    with zipfile.ZipFile(directory + "/" + name, "w") as wheel:
        wheel.write(NAME + ".py")
        for file, text in FILES.items():
            wheel.writestr(INFO + file, text)
    return name
"""


@pytest.fixture
def today(desk):
    """The desk on the machine's own clock, with a number read and nothing pushed yet."""
    desk.steps.at = datetime.now(UTC)
    desk.goes_to(GOALS)
    desk.finish(12)
    return desk


def test_kill_9_between_the_write_and_its_note_leaves_one_value(today):
    """The tool has the value, the process is gone: the next run finds it there and is content."""
    goal, written, dead = today.asana.goals["121"], threading.Event(), threading.Event()

    def write_and_wait():
        goal.values.append(0.6)
        written.set()
        dead.wait(LONGEST)

    fault = Fault(before=write_and_wait, answer=Answer(200, '{"data": {}}'))
    today.faults["goals"].add("/setMetric", fault)
    with today.start("sync") as process:
        assert written.wait(LONGEST)
        process.kill()
        process.communicate()
        dead.set()
    today.faults["goals"].clear()
    (row,) = today.rows("SELECT state, tries FROM outbox")
    assert row == ("sending", 1)
    today.sync()
    today.push()
    assert goal.values == [0.6]
    assert today.state("goals") == ("written", 60.0)


def test_kill_9_before_the_write_loses_nothing(today):
    """Killed with the write noted and not sent, the next run sends it, once."""
    asked, dead = threading.Event(), threading.Event()
    fault = Fault(before=lambda: (asked.set(), dead.wait(LONGEST)), close=True)
    today.faults["goals"].add("/setMetric", Fault(before=fault.before, answer=Answer(500, "")))
    with today.start("sync") as process:
        assert asked.wait(LONGEST)
        process.kill()
        process.communicate()
        dead.set()
    today.faults["goals"].clear()
    today.sync()
    assert today.asana.goals["121"].values == [0.6]


def test_two_machines_on_one_postgresql_push_once(today, request):
    """Whoever comes second waits for its turn, and finds nothing to write."""
    url = _schema(request.getfixturevalue("server"))
    today.environ["OKR_SYNC_STORE"] = url
    today.goes_to("{store: hook, id: a}")
    runs = [today.start("sync") for _ in range(2)]
    codes = sorted(run.wait(LONGEST) for run in runs)
    for run in runs:
        run.communicate()
    assert codes in ([0, 0], [0, 4])
    assert today.run("push").code == 0
    assert [post["number"]["value"] for post in today.hook.posts] == [60.0]


def test_an_adapter_of_another_distribution_is_found_by_its_entry_point(tmp_path, project_root):
    """What docs/stores.md shows, installed from a folder, is a kind like ours and is written to."""
    text = (project_root / "docs" / "stores.md").read_text("utf-8")
    module = next(part for part in text.split("```python\n") if "class NotebookStore" in part)
    source = tmp_path / "source"
    source.mkdir()
    (source / "okr_sync_notebook.py").write_text(module.partition("```")[0])
    entry = 'okr_sync.stores"]\nnotebook = "okr_sync_notebook:KIND"\n'
    assert entry in text
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "okr-sync-notebook"\nversion = "1"\n'
    )
    (source / "backend.py").write_text(BACKEND)
    site, pages = tmp_path / "site", tmp_path / "pages"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    pip += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(site)]
    subprocess.run([*pip, str(source)], check=True, capture_output=True)
    pages.mkdir()
    (pages / "PUB-1").write_text("")
    script = (
        "from datetime import datetime, UTC\n"
        "from connectors.clock import Clock\n"
        "from connectors.okr_tool import NumberKind, NumberWrite, StoreAccess\n"
        "from connectors.store_kinds import kind_names, open_okr_store\n"
        "assert 'notebook' in kind_names()\n"
        f"access = StoreAccess('nb', 'notebook', options={{'folder': {str(pages)!r}}})\n"
        "now = datetime(2026, 11, 21, tzinfo=UTC)\n"
        "store = open_okr_store(access, Clock(lambda: now, lambda _: None), 1)\n"
        "store.write(NumberWrite('PUB-1', NumberKind.PERCENT, 60.0, now, '2026-11-21', 'k'))\n"
        "assert store.read(['PUB-1'])['PUB-1'].value == 60.0\n"
    )
    env = {"PYTHONPATH": f"{project_root}:{site}", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", script], check=True, env=env)
    assert (pages / "PUB-1").read_text() == "60.0"
