"""A year of reviews: what was said stays said, adds up, and is known again as it was known."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from types import SimpleNamespace

import pytest

from config.counting import Counting
from config.okrs import KeyResult, Link, Metric, Objective, Okrs, Source
from config.reviews import Review
from connectors.base import ByLabel, Card, Category, Hit, Pull
from connectors.errors import TransientError
from syncer.core.deliveries import MeetingReport
from syncer.core.plan import as_stored, plan
from syncer.core.records import CheckIn
from syncer.publish.making import briefing_of
from syncer.report.json_document import document
from syncer.review.calendar import day, meetings
from syncer.review.sealing import opened, sealed
from syncer.run import decide_all
from syncer.store.store import open_store

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
OUTAGE = (datetime(2026, 7, 10, tzinfo=UTC), datetime(2026, 7, 22, tzinfo=UTC))
REVIEWS = 28


class Board:
    """A board on which cards come, are done, are reopened and go."""

    def __init__(self, rng):
        self.rng, self.cards, self.number = rng, {}, 0

    def live(self, now, labels):
        """Let half a day go by."""
        for label in labels:
            if self.rng.random() < 0.2:
                self.number += 1
                id_ = f"C-{self.number}"
                self.cards[id_] = Card(
                    "jira", id_, id_, f"Card {id_}", "u", labels=(label,), status="Doing",
                    category=Category.ACTIVE, created=now,
                    estimates=(("auto", 2.0),) if self.rng.random() < 0.6 else (),
                )  # fmt: skip
        for id_, card in list(self.cards.items()):
            chance = self.rng.random()
            if card.category is Category.ACTIVE and chance < 0.02:
                done = {"status": "Done", "category": Category.DONE, "finished": now}
                self.cards[id_] = card._replace(**done)
            elif card.category is Category.DONE and chance < 0.001:
                self.cards[id_] = card._replace(category=Category.ACTIVE, finished=None)
            elif chance > 0.9995:
                del self.cards[id_]
            elif 0.99 < chance < 0.991:
                self.cards[id_] = card._replace(title=f"{card.title}!", estimates=(("auto", 3.0),))

    def pull(self, selectors, now):
        """Answer as a tracker does."""
        hits = {
            selector: tuple(
                Hit(id_, f"label {selector.label}")
                for id_, card in self.cards.items()
                if isinstance(selector, ByLabel) and selector.label in card.labels
            )
            for selector in selectors
        }
        return Pull("jira", now, dict(self.cards), hits)


def quarter(number, **edits):
    """A quarter's objective with its KRs; `edits` are links, targets, more and fewer."""
    name = f"2026-Q{number}" if number < 5 else "2027-Q1"
    krs = [
        KeyResult(
            id=f"Q{number}-{n}",
            title=edits.get("title", f"Key result {n}"),
            metric=Metric(start=0, target=edits.get("target", 10), unit="%"),
            links=(Link(source="jira", label=edits.get("label", f"q{number}-{n}")),),
        )
        for n in edits.get("krs", (1, 2))
    ]
    return Objective(
        id=f"Q{number}", title=f"Aim {number}", team="Team", period=name, key_results=tuple(krs)
    )


def file(review, *objectives):
    """An okrs.yaml."""
    rules = {
        kr.id: {"jira": Counting()} for objective in objectives for kr in objective.key_results
    }
    sources = {"jira": Source(kind="jira")}
    return Okrs(sources=sources, objectives=objectives, review=review, rules=rules)


def files(review):
    """What people write over the year, with the moment from which it stands."""
    at = lambda month, day_: datetime(2026, month, day_, 9, tzinfo=UTC)  # noqa: E731 - a table's
    return [
        (BEGIN, file(review, quarter(1))),
        (at(2, 3), file(review, quarter(1, target=12, title="Better said"))),
        (at(3, 30), file(review, quarter(2))),  # made ready early
        (at(5, 12), file(review, quarter(2, label="q2-1"))),  # linked anew
        (at(7, 3), file(review, quarter(2, label="q2-1"), quarter(3))),  # left in
        (at(8, 4), file(review, quarter(3, krs=(1, 3)))),  # one out, one in
        (at(10, 2), file(review, quarter(4))),
        (datetime(2027, 1, 4, 9, tzinfo=UTC), file(review, quarter(5))),
    ]


def sync(store, okrs, board, now):
    """One run, from the plan to the store."""
    store.define(okrs, now)
    planned = plan(okrs)
    before = store.states([target.id for target in planned.targets])
    needed = as_stored(planned, before, now)
    down = OUTAGE[0] <= now < OUTAGE[1]
    answers = {
        name: TransientError("jira is down") if down else board.pull(ask.selectors, now)
        for name, ask in needed.asks.items()
    }
    store.apply(decide_all(needed, answers, before, okrs, at=now, force=True), now)


def adds_up(briefing):
    """Each row leads from before to now, for all cards and for those done."""
    for kr in briefing.key_results:
        row = kr.delta
        if row is None:
            continue
        of = row.of_done
        entered, went = row.added + row.linked, row.removed + row.unlinked
        assert row.before.total + entered - went == row.now.total
        left = of.reopened + of.dropped + of.removed + of.unlinked
        assert row.before.done + row.done + of.linked - left == row.now.done


def live_through(store, zone):
    """Live through the year; gives the days of the sealed reports and what they had closed."""
    rng = Random(zone)
    board, now = Board(rng), BEGIN
    review = Review(every="2 weeks", starts="2026-01-08T10:00", timezone=zone)
    written, coming = files(review), meetings(review, BEGIN)
    meeting, days, closed = next(coming), [], Counter()
    while len(days) < REVIEWS:
        now += timedelta(hours=12)
        okrs = [value for since, value in written if since <= now][-1]
        krs = [kr for _, kr in okrs.key_results()]
        board.live(now, [link.label for kr in krs for link in kr.links])
        sync(store, okrs, board, now)
        if rng.random() < 0.1:
            score = {"confidence": rng.randint(2, 9), "value": rng.uniform(0, 12)}
            store.add_checkin(
                CheckIn(rng.choice(krs).id, now, **score, ask=rng.choice(["", "Help"]))
            )
        if now >= meeting - timedelta(hours=13):
            made = now + timedelta(minutes=7)
            briefing = briefing_of(store, okrs, made)
            adds_up(briefing)
            closed.update(closing.period for closing in briefing.closings)
            name = str(day(review, meeting))
            content = sealed(briefing)
            report = MeetingReport("", name, meeting, made, ("review.html",))
            store.claim_report(MeetingReport("", name, meeting), "us")
            store.seal_report(report, "us", content, sha256(content).hexdigest())
            days.append((name, made))
            meeting = next(coming)
    return SimpleNamespace(days=days, closed=closed, okrs=okrs)


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_year_is_known_again_as_it_was_known(tmp_path, zone):
    """Rows add up, each quarter has one closing, and each report is the same when asked again."""
    with open_store(f"sqlite:///{tmp_path}/year.db") as store:
        year = live_through(store, zone)
        assert year.closed == dict.fromkeys(("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"), 1)
        for name, made in year.days:
            content = store.sealed_report("", name).content
            again = briefing_of(store, year.okrs, made)
            assert document(again) == document(opened(content)), name
