"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings


def pytest_configure():
    """Give Hypothesis no deadline: how long an example takes on a busy machine is no claim."""
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")
