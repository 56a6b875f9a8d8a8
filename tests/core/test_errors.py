"""What an operator is told to mend, and until when a service is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.base import Access
from connectors.errors import LimitedError, TransientError


def test_a_source_names_the_variable_of_its_token():
    """A name's dashes can't be in a variable's name."""
    assert Access("our-jira", "jira", "").variable == "OKR_SYNC_SOURCES__OUR_JIRA__TOKEN"


def test_a_limit_tells_when_it_ends():
    """It is a failure that passes, whose end is known."""
    moment = datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
    limit = LimitedError("too many", free_at=moment)
    assert isinstance(limit, TransientError)
    assert (limit.free_at, limit.status) == (moment, 429)
