"""Any output takes what is printed: no letter of anybody's is a reason to fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

TITLE = "Zürich 🚀 “fast” \u2013 完了"


def run(desk, encoding, *arguments):
    """Run the program in a process of its own, whose output has this encoding."""
    environ = {**os.environ, **desk.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    script = "import sys; from syncer.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "--okrs", str(desk.folder / "okrs.yaml"), *arguments]
    return subprocess.run(command, env=environ, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_every_printed_answer_fits_any_output(desk, encoding):
    """Text with a stand-in for what can't be shown; JSON with all of it, as JSON has it."""
    text = (desk.folder / "okrs.yaml").read_text(encoding="utf-8")
    text = text.replace("People find what they came for", TITLE).replace("Search", "Zürich 🚀")
    (desk.folder / "okrs.yaml").write_text(text, encoding="utf-8")
    for command in (["status"], ["history", "SEA-1"], ["schedule", "cron"]):
        printed = run(desk, encoding, *command)
        assert (printed.returncode, b"Traceback" in printed.stderr) == (0, False), printed.stderr
    status = run(desk, encoding, "status", "--json")
    teams = {row["team"] for row in json.loads(status.stdout.decode(encoding))["key_results"]}
    assert "Zürich 🚀" in teams
    assert run(desk, "utf-8", "checkin", "SEA-1", "--note", TITLE).returncode == 0
    report = run(desk, encoding, "report", "--json")
    document = json.loads(report.stdout.decode(encoding))
    assert TITLE in json.dumps(document, ensure_ascii=False)
