"""The short form of `make torture-stores`, and whether it still finds what it is there for."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from syncer.core import push
from tests.torture import tool_life
from tests.torture.machine import PAGE


def test_weeks_with_all_tools_break_no_rule():
    """People edit, tools fail, a run is killed: at the end each tool has what rule 17 says."""
    life = tool_life.live(0, weeks=1)
    assert {"edit by hand", "kill -9"} <= set(life.tried)


def test_a_person_trampled_on_is_found():
    """Where every value counts as ours, the machine sees it within a week."""
    with (
        patch.object(push, "_is_ours", lambda *_: True),
        pytest.raises(tool_life.BrokenToolRule),
    ):
        tool_life.live(0, weeks=1)


def test_the_page_names_every_rule():
    """What holds with the tools is in docs/reliability.md in the same words."""
    page = PAGE.read_text(encoding="utf-8")
    for rule, sentence in tool_life.RULES.items():
        assert f"| {rule} | {sentence} |" in page
