"""A desk with a filled store, as the deliveries have it."""

from __future__ import annotations

import pytest

from tests.delivery.desk import Desk


@pytest.fixture
def desk(tmp_path):
    """A desk with a file and no store yet."""
    return Desk(tmp_path)
