"""What holds for every test: no verdict hangs on the machine, the moment or the shell."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.made_once import made_once

# What a shell, a CI or an outer make may have set, and no test means: proxies between us
# and our own servers, signs to draw for a terminal, another make's flags, git's or our own
# settings. TZ, LANG and HOME may be what they like.
SHELLS_OWN = re.compile(
    r"(?i).*_proxy|netrc|(ssl|requests_ca|curl_ca)_.*"
    r"|columns|lines|(no|force)_color|clicolor.*|tty_.*|term(inal.*)?"
    r"|makeflags|mflags|makelevel|makeoverrides|gnumakeflags"
    r"|git_.*|okr_sync_.*|pythonwarnings|pg[a-z]+"
)
# Who tests the pure core, whose every line must be covered. The others run much of what
# isn't measured, and tracing that would take as long again.
OF_THE_CORE = {"connectors", "core", "review", "schedule"}
# Of the connectors' tests those that go over the wire by the hundred reach nothing of the
# core that the others don't.
OVER_THE_WIRE = {
    "test_any_omission", "test_jira_cut", "test_jira_odd_values", "test_jira_plans",
    "test_jira_waves", "test_limits", "test_network", "test_transport", "test_trello_odd",
}  # fmt: skip


def pytest_configure():
    """Forget what the shell said, and give Hypothesis one verdict for one commit.

    It tries the same examples each time, as long as they take on a busy machine.
    `--hypothesis-profile=exploring` tries others.
    """
    for name in [name for name in os.environ if SHELLS_OWN.fullmatch(name)]:
        del os.environ[name]
    slow = [HealthCheck.too_slow]
    settings.register_profile("exploring", deadline=None, suppress_health_check=slow)
    settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
    settings.load_profile("steady")


def pytest_collection_modifyitems(config, items):
    """Measure the coverage of those tests alone that are the core's.

    Some of those are marked `no_cover` themselves: they run by the thousand what the others
    cover, and would take thrice as long.
    """
    if config.getoption("cov_source", None):
        _load_the_core()
    for item in items:
        if not _of_the_core(item.path):
            item.add_marker("no_cover")


def _load_the_core():
    """Load all that must be covered: what an untraced test loads first would count as missed."""
    root = Path(__file__).parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for glob in settings["tool"]["coverage"]["report"]["include"]:
        for path in root.glob(glob):
            import_module(".".join(path.relative_to(root).with_suffix("").parts))


def _of_the_core(path):
    room = path.relative_to(Path(__file__).parent).parts[0]
    return room in OF_THE_CORE and path.stem not in OVER_THE_WIRE


@pytest.fixture(scope="session", autouse=True)
def commands_share():
    """Build the parser and compile the statements once for all commands of these tests."""
    with made_once():
        yield


@pytest.fixture(scope="module", autouse=True)
def nothing_remembered(request):
    """Let each file of the core's tests run all that it asks for.

    What an earlier test of the same process had remembered would be answered without
    running, and count as not covered.
    """
    if _of_the_core(request.path):
        for name, module in tuple(sys.modules.items()):
            if name.partition(".")[0] in ("config", "connectors", "syncer"):
                for value in vars(module).values():
                    getattr(value, "cache_clear", int)()
