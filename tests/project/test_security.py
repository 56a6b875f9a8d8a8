"""SECURITY.md names for each promise the test that holds it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_each_promise_names_a_test_that_exists():
    """No promise of the page is held by a test that was renamed or taken out."""
    named = NAMED.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) >= 10
    for file, test in named:
        path = ROOT / file
        assert path.exists(), file
        assert f"def {test}(" in path.read_text(encoding="utf-8"), test
