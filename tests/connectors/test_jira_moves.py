"""Sites that were moved to Cloud: when work was done that the move dates on its own day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Access, Ask, ByQuery, Card, Category, Known, Watch
from connectors.boards.jira.cards import card as card_of
from connectors.boards.jira.fields import CLOUD_FIELDS, CardFields
from connectors.boards.jira.moves import dated
from connectors.registry import open_source
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from tests.connectors.contract import StepClock

MOVE = datetime(2026, 10, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def done(number, changed, resolved=None, project="PUB", category=Category.DONE):
    """A card that came into its category at one time, and was resolved at another."""
    key = f"{project}-{number}"
    dates = () if resolved in {None, changed} else (changed, resolved)
    card = Card("jira", key, key, key, "", category=category, finished=changed)
    return card._replace(end_dates=dates, resolution=None if resolved is None else "Done")


def moved(count, begin=1, project="PUB"):
    """Cards that were resolved a day apart before the move, which took three minutes a card."""
    return [
        done(n, MOVE + n * HOUR / 20, MOVE - n * DAY, project) for n in range(begin, begin + count)
    ]


def finished(cards):
    """When each card was finished, by its key."""
    return {card.key: card.finished for card in dated({card.id: card for card in cards}).values()}


def kept(cards):
    """Whether each of the cards is finished when its category says."""
    return finished(cards) == {card.key: card.finished for card in cards}


def test_what_a_move_dated_was_done_when_it_was_resolved():
    """Where half of a project's done cards bear the moving day, their resolution tells when."""
    later = [done(n, MOVE + n * DAY, MOVE + n * DAY) for n in range(50, 54)]
    dates = finished([*moved(4), *later])
    assert [dates[f"PUB-{n}"] for n in range(1, 5)] == [MOVE - n * DAY for n in range(1, 5)]
    assert all(dates[card.key] == card.finished for card in later)


def test_fewer_than_half_are_no_move():
    """Three of seven closed on one day after they were resolved stay as their category says."""
    later = [done(n, MOVE + n * DAY, MOVE + n * DAY) for n in range(50, 54)]
    assert kept([*moved(3), *later])


def test_a_move_past_midnight_is_one_day():
    """A day is any 24 hours, whoever's midnight is in it; what is 24 hours later isn't in it."""
    cards = [done(n, MOVE + n * 7 * HOUR, MOVE - (n + 1) * DAY) for n in range(4)]
    dates = finished(cards)
    assert dates == {f"PUB-{n}": MOVE - (n + 1) * DAY for n in range(4)}
    dates = finished([*cards, done(9, MOVE + DAY, MOVE - DAY), done(10, MOVE, MOVE - DAY)])
    assert (dates["PUB-9"], dates["PUB-10"]) == (MOVE + DAY, MOVE - DAY)


def test_one_card_is_no_move():
    """A lone card whose dates disagree was reopened, as far as anybody can tell."""
    assert kept(moved(1))
    assert not kept(moved(2))


def test_work_closed_together_is_no_move():
    """A sprint's end closes and resolves many at once; a resolution left over moves none of it."""
    closed = [done(n, MOVE, MOVE) for n in range(5)]
    assert kept([*closed, *moved(2, begin=10)])
    assert kept([*closed, *(done(n, MOVE) for n in range(20, 25))])


def test_what_was_never_resolved_has_the_moving_day():
    """Cards without a resolution count towards the half, and keep the only date they have."""
    unresolved = [done(n, MOVE) for n in range(20, 25)]
    dates = finished([*moved(2), *unresolved])
    assert dates["PUB-1"] == MOVE - DAY
    assert {dates[card.key] for card in unresolved} == {MOVE}


def test_what_was_resolved_after_the_move_is_dated_by_its_category():
    """A resolution that is set or edited later tells nothing of when the work was done."""
    dates = finished([*moved(4), done(9, MOVE, MOVE + 5 * DAY)])
    assert dates["PUB-9"] == MOVE


def test_each_project_moves_by_itself():
    """One project's move says nothing of another's cards, on whatever day these were closed."""
    other = [done(n, MOVE, MOVE - n * DAY if n == 1 else MOVE, "OPS") for n in range(1, 6)]
    dates = finished([*moved(4), *other])
    assert dates["PUB-1"] == MOVE - DAY
    assert dates["OPS-1"] == MOVE


def test_of_two_full_days_the_one_that_was_moved_counts():
    """Half on the moving day and half on a day of ordinary work: the former are moved."""
    for work in (MOVE - 9 * DAY, MOVE + 9 * DAY):
        ordinary = [done(n, work, work) for n in range(50, 54)]
        dates = finished([*moved(4), *ordinary])
        assert dates["PUB-2"] == MOVE - 2 * DAY
        assert {dates[card.key] for card in ordinary} == {work}


def test_only_done_cards_are_moved():
    """What isn't done has no end that a resolution could tell."""
    open_ = done(9, MOVE, MOVE - DAY, category=Category.ACTIVE)
    assert finished([*moved(4), open_])["PUB-9"] == MOVE
    assert dated({}) == {}
    undated = Card("jira", "1", "PUB-1", "", "", category=Category.DONE)
    assert dated({"1": undated}) == {"1": undated}


def test_what_was_chosen_before_is_chosen_anew():
    """Cards as an earlier pull dated them are dated by all that is known now."""
    cards = dated({card.id: card for card in moved(4)})
    assert dated(cards) == cards
    few = dict(list(cards.items())[:1])
    assert next(iter(dated(few).values())).finished == MOVE + HOUR / 20


def issue(**fields):
    """An issue as Jira tells it, with these dates."""
    status = {"id": "3", "name": "Done", "statusCategory": {"key": "done"}}
    kind = {"name": "Story", "hierarchyLevel": 0}
    return {"id": "1", "key": "PUB-1", "fields": {"status": status, "issuetype": kind, **fields}}


@pytest.mark.parametrize(
    ("category", "resolution", "finish", "both"),
    [
        ("2026-10-10T20:00:00.000+0000", "2026-10-01T20:00:00.000+0000", 10, True),
        ("2026-10-10T20:00:00.100+0000", "2026-10-10T20:00:00.000+0000", 10, False),
        ("2026-10-10T20:00:00.000+0000", None, 10, False),
        (None, "2026-10-01T20:00:00.000+0000", 1, False),
        (None, None, None, False),
    ],
)
def test_a_card_has_both_dates_where_they_differ(category, resolution, finish, both):
    """The border keeps the two dates; a transition's own, milliseconds apart, are one."""
    fields = {"statuscategorychangedate": category, "resolutiondate": resolution}
    read = card_of("jira", "https://x.example", issue(**fields), CardFields(CLOUD_FIELDS))
    assert (read.finished and read.finished.day) == finish
    assert [date.day for date in read.end_dates] == ([10, 1] if both else [])


class Tracker:
    """A Jira of done work, a few cards a project, and a connector that remembers."""

    def __init__(self, deployment):
        self.steps = StepClock()
        self.site = JiraSite(deployment=deployment, now=self.steps.now)
        cloud = deployment == "cloud"
        self.email = "robot@example.com" if cloud else None
        self.site.add_account(
            "robot@example.com", "token", kind="api-token" if cloud else "personal"
        )
        for project in ("PUB", "OPS"):
            self.site.add_project(project)
            self.fill(project, 1, 6)
        self.serving = Serving((cloud_app if cloud else data_center_app)(self.site))
        self.known = Known()

    def fill(self, project, begin, end):
        for n in range(begin, end):
            at = self.steps.now() - n * DAY
            done_ = {"status": "Done", "resolution": "Done", "finished": at}
            self.site.add_issue(key=f"{project}-{n}", created=at - DAY, **done_)

    def finished(self):
        """When each card was finished, as a pull of everything says."""
        access = Access("jira", "jira", self.serving.url, email=self.email, token="token")
        source, _ = open_source(access, self.steps.clock, 60)
        query = ByQuery("project in (PUB, OPS)")
        pull = source.pull(Ask((query,), known=self.known), Watch())
        since = pull.read_at if pull.comparable else None
        self.known = Known(pull.cards, since, dict(self.known.notes) | dict(pull.learned))
        return {card.key: card.finished for card in pull.cards.values()}


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_moved_project_keeps_its_past(deployment):
    """After a move each card was done when it was, of the project that moved as of the other."""
    tracker = Tracker(deployment)
    with tracker.serving:
        before = tracker.finished()
        tracker.site.migrate("PUB")
        assert tracker.finished() == before


def test_a_comparison_keeps_a_moved_past(monkeypatch):
    """Cards known from earlier runs and one that changed since are dated by the move alike."""
    monkeypatch.setattr("connectors.boards.jira.fetching.LARGE", 5)
    monkeypatch.setattr("connectors.boards.jira.pull.LARGE", 5)
    tracker = Tracker("cloud")
    with tracker.serving:
        before = tracker.finished()
        tracker.known = Known()
        tracker.site.migrate()
        assert tracker.finished() == before
        assert tracker.known.since is not None
        tracker.site.relabel("PUB-3", "late")
        assert tracker.finished() == before
