"""What may or may not have arrived stays in sight until somebody says what is so."""

from __future__ import annotations

import pytest

from tests.delivery.desk import REVIEW, deliver

DOUBT = "nobody knows whether it arrived"
ANSWERS = ["503 Service Unavailable", "hang up", "500 Internal Server Error"]


@pytest.fixture(params=ANSWERS)
def unsure(desk, hook, request):
    """A desk whose Slack message had no clear answer."""
    desk.write(REVIEW + deliver("slack: {}"))
    hook.answers = [request.param]
    assert desk.due().code == 1
    hook.bodies.clear()
    return desk


def test_it_is_said_by_status_and_by_every_later_run(unsure, hook):
    """Also once the meeting is over, and nothing is posted again by itself."""
    for _ in range(2):
        later = unsure.due()
        assert (later.code, DOUBT in later.err, hook.bodies) == (0, True, [])
        assert "--resend slack, or --settled slack" in later.err
        assert DOUBT in unsure.run("status").printed
        shown = unsure.run("status", "--json")
        assert (shown.out[0], DOUBT in shown.err) == ("{", True)
        unsure.wait(86400 * 2)


def test_settled_it_is_silent(unsure, hook):
    """Somebody looked, and it was there."""
    settled = unsure.run("report", "--settled", "slack")
    assert (settled.code, "settled: the report of 2026-11-19 to slack" in settled.out) == (0, True)
    assert DOUBT not in unsure.due().printed + unsure.run("status").printed
    assert hook.bodies == []


def test_resent_it_is_sent_once_with_its_content(unsure, hook):
    """Also after the meeting: who asks for it wants it."""
    unsure.wait(86400 * 2)
    resent = unsure.run("report", "--resend", "slack")
    assert (resent.code, resent.out, len(hook.bodies)) == (0, "sent to slack\n", 1)
    assert hook.bodies[0]["text"].startswith("OKR review, Thursday 19 November 2026")
    assert DOUBT not in unsure.due().printed
    again = unsure.run("report", "--resend", "slack")
    assert (again.out, len(hook.bodies)) == ("nothing is unsure at slack\n", 1)


def test_resent_in_vain_it_is_still_to_be_sent(unsure, hook):
    """A second doubt is a doubt, and a clear no is tried again by the next run."""
    hook.answers = ["503 Service Unavailable"]
    doubtful = unsure.run("report", "--resend", "slack")
    assert (doubtful.code, DOUBT in doubtful.err) == (1, True)
    hook.answers = ["404 Not Found"]
    refused = unsure.run("report", "--resend", "slack")
    assert (refused.code, "the next run tries again" in refused.err) == (1, True)
    assert (unsure.due().code, len(hook.bodies)) == (0, 1)


def test_a_reminders_doubt_is_settled_and_not_resent(desk, hook):
    """A week's reminder is of that week."""
    desk.write(REVIEW + deliver("slack: {remind: true}"))
    desk.wait(86400 * 12)
    hook.answers = ["503 Service Unavailable"]
    assert desk.due().code == 1
    assert "the reminder of 2026-W49" in desk.due().err
    refused = desk.run("report", "--resend", "slack")
    assert (refused.code, "can't be sent again" in refused.err) == (1, True)
    assert desk.run("report", "--settled", "slack").code == 0
    assert DOUBT not in desk.due().printed


def test_another_place_is_named(unsure):
    """With those that there are; and the two don't go together."""
    unknown = unsure.run("report", "--resend", "slak")
    assert (unknown.code, "there is slack" in unknown.err) == (2, True)
    assert unsure.run("report", "--resend", "slack", "--settled", "slack").code == 2


def test_a_crash_that_left_one_on_its_way_is_in_sight_too(desk, hook):
    """The run that sent it died, and no later one came within the window."""
    del hook
    desk.write(REVIEW + deliver("slack: {}"))
    script = """
import os
from pathlib import Path
from tests.delivery.desk import Desk
import syncer.store.store as store
store.Store.end_delivery = lambda *_: os._exit(9)
Desk(Path.cwd(), environ=dict(os.environ)).due()
"""
    desk.outside(script).communicate(timeout=300)
    desk.wait(86400 * 2)
    assert DOUBT in desk.run("status").printed
    assert DOUBT in desk.due().err
