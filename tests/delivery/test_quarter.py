"""A whole quarter of cron: six reviews, each report made once and on time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.load import load
from config.settings import read_settings
from syncer.command_line.arguments import parser
from syncer.commands import report
from syncer.context import Context
from tests.delivery.desk import REVIEW, deliver

if TYPE_CHECKING:
    from argparse import Namespace

LONDON = ZoneInfo("Europe/London")
KRS = ("PUB-1", "PUB-2", "SEA-1")
HOUR = timedelta(hours=1)
SUNDAYS = REVIEW.replace("2026-10-08", "2026-10-11")
MEETINGS = ["10-11", "10-25", "11-08", "11-22", "12-06", "12-20"]
"""The clocks change in the night before the second one, within its window."""
NEAR = timedelta(hours=30)
"""From before a meeting's window opens until after the meeting: cron runs hourly."""


class Cron(Context):
    """A context that reads its file once: two thousand runs of cron ask for the same."""

    def configured(self, _: Namespace):
        """Give what was read first."""
        kept = self.__dict__.get("kept")
        if kept is None:
            kept = load(self.directory / "okrs.yaml"), read_settings(self.environ, self.directory)
            self.__dict__["kept"] = kept
        return kept


def test_a_quarter_of_crons_makes_six_reports_on_time_that_add_up(desk, hook):
    """Thirteen weeks with the clocks changing: once each, in its window, deltas without gaps."""
    desk.now = datetime.fromisoformat("2026-09-30T23:00+00:00")
    desk.write(SUNDAYS + deliver("slack: {}"))
    (desk.folder / "okr-sync.db").unlink()
    desk.cards.clear()
    made = walked(desk, weeks=13)
    assert [f"{at.astimezone(LONDON):%m-%d %H:%M}" for at in made] == [
        "10-10 10:00",
        "10-24 11:00",
        "11-07 10:00",
        "11-21 10:00",
        "12-05 10:00",
        "12-19 10:00",
    ]
    assert desk.reports() == [f"review-2026-{day}.json" for day in MEETINGS]
    assert len(hook.bodies) == 6
    titles = [body["blocks"][0]["text"]["text"] for body in hook.bodies]
    assert [title.rpartition(" 2026, ")[2] for title in titles] == ["10:00"] * 6
    assert adds_up(desk) == 5 * len(KRS)


def walked(desk, weeks):
    """Run cron day and night, with a sync each morning; give when reports were made."""
    rng, made = Random(7), []
    arguments = parser().parse_args(["report", "--due", "--format", "json"])
    context = desk.context
    cron = Cron(context.environ, context.directory, context.clock, context.out, context.err)
    work = {kr: [2, 6] for kr in KRS}
    synced, end = desk.now.date(), desk.now + timedelta(weeks=weeks)
    while desk.now < end:
        if desk.now.hour >= 6 and desk.now.date() > synced:
            for counts in work.values():
                live(counts, rng)
            desk.sync_all(work)
            synced = desk.now.date()
        assert report.run(arguments, cron) == 0, context.err.getvalue()
        if f"{desk.folder}/reports" in context.out.getvalue():
            made.append(desk.now)
        context.out.seek(0)
        context.out.truncate()
        desk.now += HOUR if near(desk.now) else 5 * HOUR
    return made


def near(now):
    """Whether a meeting is near, or will be at the next of the rarer runs."""
    meetings = [
        datetime.fromisoformat(f"2026-{day}T10:00").replace(tzinfo=LONDON) for day in MEETINGS
    ]
    return any(abs(meeting - now) < NEAR + 5 * HOUR for meeting in meetings)


def live(counts, rng):
    """Let a board live: cards are finished, added, and now and then reopened."""
    done, left = counts
    if left and rng.random() < 0.4:
        done, left = done + 1, left - 1
    if rng.random() < 0.3:
        left += 1
    if done and rng.random() < 0.05:
        done, left = done - 1, left + 1
    counts[:] = [done, left]


def adds_up(desk):
    """Check that each report begins with the counts that the one before ended with."""
    last, checked = {}, 0
    for name in desk.reports():
        document = json.loads((desk.folder / "reports" / name).read_text())
        for team in document["teams"]:
            for objective in team["objectives"]:
                for kr in objective["key_results"]:
                    delta, now = kr["since_last_review"], kr["cards"]
                    if kr["id"] in last:
                        before, at = last[kr["id"]]
                        assert (delta["before"]["done"], delta["before"]["remaining"]) == before
                        assert delta["since"] == at
                        checked += 1
                    change = delta["done"] - delta["reopened"]
                    assert delta["before"]["done"] + change >= now["done"] - delta["removed"]
                    last[kr["id"]] = (now["done"], now["remaining"]), document["made_at"]
    return checked
