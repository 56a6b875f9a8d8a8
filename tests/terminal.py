"""Whether a terminal can be played here: a bare machine may have no pseudo-terminals."""

from __future__ import annotations

import os

import pytest


def needs_terminal() -> None:
    """Skip the test that is running where no terminal can be had, and say so."""
    try:
        ends = os.openpty()
    except OSError:
        pytest.skip("no pseudo-terminals on this machine (/dev/pts)")
    for end in ends:
        os.close(end)
