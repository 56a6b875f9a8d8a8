"""What every board source keeps: subclass `BoardSourceContract` and give it a `tracker`.

A tracker is a stand-in served over real HTTP that a test can fill and break.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import pytest

from connectors.base import Ask, Category, Watch
from connectors.clock import Clock
from connectors.errors import (
    LimitedError,
    NotAuthorisedError,
    NotUnderstoodError,
    SourceError,
    TransientError,
)
from connectors.registry import open_source
from sandbox.faults import Answer, Fault, Faults
from syncer import background

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.base import Access, BoardSource, Card, Pull, Selector
    from connectors.throttle import Traffic
    from sandbox.server import Serving

NOW = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
PERSON = "Persephone Planted"


@dataclass
class StepClock:
    """A clock that moves only when someone sleeps.

    Threads that sleep side by side spend the same time: a sleep begins when its
    thread last looked at the clock, and ends at once if it is over already.
    """

    at: datetime = NOW
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _seen: threading.local = field(default_factory=threading.local, repr=False)

    def now(self) -> datetime:
        self._seen.at = self.at
        return self._seen.at

    def sleep(self, seconds: float) -> None:
        with self._lock:
            until = self._seen.at + timedelta(seconds=seconds)
            if until > self.at:
                self.slept.append((until - self.at).total_seconds())
                self.at = until

    @property
    def passed(self) -> float:
        """Seconds that were slept so far."""
        return sum(self.slept)

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep)


def is_done(card: Card) -> bool:
    """Whether a card shows by any of the signs that trackers have that it is done."""
    return card.complete or card.category is Category.DONE or card.list_name == "Done"


class Tracker(Protocol):
    """A stand-in tracker, as the contract's tests handle it."""

    access: Access
    serving: Serving
    faults: Faults
    steps: StepClock
    board: Selector
    missing_board: Selector
    data_path: str
    page: int

    def add(self, title: str, *, labels: Iterable[str] = (), done: bool = False) -> str:
        """Put a card on the board, someone's name beside it; gives its key."""
        ...

    def finish(self, key: str) -> None:
        """Do the work."""
        ...

    def remove(self, key: str) -> None:
        """Delete the card."""
        ...

    def labelled(self, label: str) -> Selector:
        """Everything with a label."""
        ...

    def revoke(self) -> None:
        """Let the credentials run out."""
        ...


class CardsContract:
    """What comes out of every board source, wherever it reads. `pull` asks a fresh connector."""

    def open(self, tracker: Tracker, patience: float = 300) -> tuple[BoardSource, Traffic]:
        return open_source(tracker.access, tracker.steps.clock, patience)

    def pull(self, tracker: Tracker, *selectors: Selector, patience: float = 300) -> Pull:
        source, _ = self.open(tracker, patience)
        return source.pull(Ask(selectors or (tracker.board,), ("auto",)), Watch())

    def cards(self, tracker: Tracker, *selectors: Selector) -> dict[str, Card]:
        answer = self.pull(tracker, *selectors)
        return {card.key: card for card in answer.cards.values()}

    def test_a_card_comes_with_what_a_report_needs(self, tracker):
        """A card has its tracker's key, its title, an address to open, and when it was made."""
        key = tracker.add("Search by postcode", labels=["web"])
        card = self.cards(tracker)[key]
        assert (card.key, card.title, card.source) == (
            key,
            "Search by postcode",
            tracker.access.name,
        )
        assert card.url.startswith("http")
        assert key in card.url
        assert card.labels == ("web",)
        assert card.created is not None
        assert card.created.tzinfo is not None

    def test_work_that_is_done_can_be_told(self, tracker):
        """Done work differs from open work by category, mark or list, and says when it was done."""
        open_, done = tracker.add("Open"), tracker.add("Done", done=True)
        cards = self.cards(tracker)
        finished = cards[done]
        assert is_done(finished)
        assert not is_done(cards[open_])
        assert finished.finished is not None
        assert finished.finished.tzinfo is not None

    def test_finishing_shows_in_the_next_pull(self, tracker):
        """What was open is done in the pull after it was finished, under the same id."""
        key = tracker.add("Draw the map")
        before = self.cards(tracker)[key]
        tracker.finish(key)
        after = self.cards(tracker)[key]
        assert after.id == before.id
        assert after != before

    def test_labels_match_without_regard_to_case(self, tracker):
        """Whatever the label's spelling on the card, the link's reaches it, and says so."""
        keys = {tracker.add("One", labels=["PUB-1"]), tracker.add("Two", labels=["pub-1"])}
        tracker.add("Another", labels=["PUB-11"])
        label = tracker.labelled("Pub-1")
        answer = self.pull(tracker, label)
        assert {answer.cards[hit.card].key for hit in answer.hits[label]} == keys
        assert all("label Pub-1" in hit.via for hit in answer.hits[label])

    def test_a_label_that_nothing_carries_reaches_nothing(self, tracker):
        """An unused label is an empty answer, no error."""
        tracker.add("One", labels=["other"])
        label = tracker.labelled("PUB-9")
        answer = self.pull(tracker, label)
        assert label in answer.hits
        assert not answer.hits[label]
        assert not answer.problems

    def test_a_removed_card_is_gone(self, tracker):
        """A deleted card isn't in the next pull."""
        key, other = tracker.add("Going"), tracker.add("Staying")
        tracker.remove(key)
        assert self.cards(tracker).keys() == {other}

    def test_all_pages_come(self, tracker):
        """More cards than one page are all there, each once."""
        keys = {tracker.add(f"Card {number}") for number in range(tracker.page + 3)}
        answer = self.pull(tracker)
        assert {card.key for card in answer.cards.values()} == keys
        assert len(answer.hits[tracker.board]) == len(keys)

    def test_two_pulls_of_the_same_are_the_same(self, tracker):
        """Nothing in a pull depends on threads, order or chance."""
        for number in range(30):
            tracker.add(f"Card {number}", labels=["PUB-1"], done=number % 3 == 0)
        selectors = (tracker.board, tracker.labelled("PUB-1"))
        first, other = self.pull(tracker, *selectors), self.pull(tracker, *reversed(selectors))
        assert first.cards == other.cards
        assert {key: set(hits) for key, hits in first.hits.items()} == {
            key: set(hits) for key, hits in other.hits.items()
        }

    def test_a_pull_answers_for_every_selector(self, tracker):
        """Each has its hits or its problem, and each hit's card is there under its own id."""
        tracker.add("Open", labels=["PUB-1"]), tracker.add("Done", done=True)
        asked = {tracker.board, tracker.missing_board, tracker.labelled("PUB-1")}
        answer = self.pull(tracker, *asked)
        assert answer.hits.keys() | answer.problems.keys() == asked
        assert not answer.hits.keys() & answer.problems.keys()
        assert {hit.card for hits in answer.hits.values() for hit in hits} <= answer.cards.keys()
        assert all(isinstance(id_, str) and card.id == id_ for id_, card in answer.cards.items())

    def test_titles_come_as_they_are(self, tracker):
        """Emoji, right-to-left text, markup and line separators pass unharmed."""
        title = "<b>Ünï</b> 🚀 مرحبا \u2028 =1+1 'quoted'"
        key = tracker.add(title)
        assert self.cards(tracker)[key].title == title

    def test_nobody_is_in_a_pull(self, tracker):
        """The tracker knows who works on what; the pull doesn't."""
        tracker.add("Someone's work", done=True)
        pull = repr(self.pull(tracker)).lower()
        assert not any(part in pull for part in PERSON.lower().split())
        assert "@" not in pull

    def test_one_missing_board_is_one_links_problem(self, tracker):
        """The links to boards that are there are answered all the same."""
        key = tracker.add("Here")
        answer = self.pull(tracker, tracker.missing_board, tracker.board)
        assert set(answer.problems) == {tracker.missing_board}
        assert isinstance(answer.problems[tracker.missing_board], SourceError)
        assert [answer.cards[hit.card].key for hit in answer.hits[tracker.board]] == [key]


class BoardSourceContract(CardsContract):
    """The suite for a tracker that is asked over HTTP, on a clock that needn't wait.

    `empty_list` is the body by which a tracker says that a list is empty, where that
    is a whole JSON document: it is no nonsense there, and an empty object is.
    """

    empty_list = ""

    def test_a_stranger_gets_no_count(self, tracker):
        """With credentials that have run out there is an error, never an empty answer."""
        tracker.add("There")
        tracker.revoke()
        with pytest.raises(NotAuthorisedError) as caught:
            self.pull(tracker)
        variable = f"OKR_SYNC_SOURCES__{tracker.access.name.upper()}__TOKEN"
        assert variable in str(caught.value)

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_hiccup_is_tried_again(self, tracker, status):
        """A service that fails once and then answers has answered."""
        key = tracker.add("There")
        tracker.faults.answer(tracker.data_path, Answer(status, "<h1>Oops</h1>", "text/html"))
        assert self.cards(tracker).keys() == {key}

    def test_a_failing_page_fails_the_pull(self, tracker):
        """A service that goes on failing gives an error that says where, never a part."""
        tracker.add("There")
        tracker.faults.answer(tracker.data_path, Answer(503, "down"), times=None)
        with pytest.raises(TransientError, match=r"503"):
            self.pull(tracker)

    def test_a_limit_is_waited_for(self, tracker):
        """A 429 is waited for as long as it says, and then asked again."""
        key = tracker.add("There")
        limited = Answer(429, "{}", headers=(("Retry-After", "7"),))
        tracker.faults.answer(tracker.data_path, limited)
        assert self.cards(tracker).keys() == {key}
        assert 7 <= tracker.steps.passed < 9

    def test_a_limit_beyond_patience_is_not_waited_for(self, tracker):
        """A quota that resets in an hour skips the source at once and says when it is free."""
        tracker.add("There")
        limited = Answer(429, "{}", headers=(("Retry-After", "3600"),))
        tracker.faults.answer(tracker.data_path, limited, times=None)
        with pytest.raises(LimitedError) as caught:
            self.pull(tracker)
        assert tracker.steps.slept == []
        assert caught.value.free_at >= NOW + timedelta(hours=1)
        assert "2026-11-21 07:" in str(caught.value)

    def test_a_web_page_is_no_answer(self, tracker):
        """A sign-in page with status 200 is an error, not an empty board."""
        tracker.add("There")
        page = Answer(200, "\n\n<!DOCTYPE html><title>Anmelden</title>", "text/html;charset=UTF-8")
        tracker.faults.answer(tracker.data_path, page, times=None)
        with pytest.raises(NotUnderstoodError, match="web page"):
            self.pull(tracker)

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"issues": null}', "17"])
    def test_nonsense_is_no_answer(self, tracker, body):
        """An answer that lacks what it should hold is an error that names the source."""
        tracker.add("There")
        body = "{}" if body == self.empty_list else body
        tracker.faults.answer(tracker.data_path, Answer(200, body), times=None)
        with pytest.raises(NotUnderstoodError, match=tracker.access.name):
            self.pull(tracker)

    @pytest.mark.parametrize("status", [201, 202, 203, 204, 205, 206, 207, 226, 299])
    def test_another_yes_is_no_answer(self, tracker, status):
        """A part, or what somebody in between changed, is an error whatever its body says."""
        tracker.add("There")
        tracker.faults.answer(tracker.data_path, Answer(status, "{}"), times=None)
        with pytest.raises(NotUnderstoodError, match=str(status)):
            self.pull(tracker)

    @pytest.mark.parametrize("body", ["[" * 3000 + "]" * 3000, "[NaN]", '{"id": 1e999}', "9" * 400])
    def test_what_no_reader_foresaw_is_an_error(self, tracker, body):
        """Brackets past all sense and numbers that are none are the source's failure."""
        tracker.add("There")
        tracker.faults.answer(tracker.data_path, Answer(200, body), times=None)
        answer = background.bounded("tracker", lambda: self.pull(tracker))
        assert isinstance(answer, SourceError)

    def test_a_run_that_is_over_asks_nothing(self, tracker):
        """After the run's end the source fails, in words that say what gives it more time."""
        tracker.add("There")
        clock = tracker.steps.clock
        clock.deadline.begin(0)
        source, traffic = open_source(tracker.access, clock, 300)
        with pytest.raises(TransientError, match="--deadline"):
            source.pull(Ask((tracker.board,)), Watch())
        assert traffic.requests == 0

    def test_more_than_any_answer_is_none(self, tracker, monkeypatch):
        """An answer without an end is cut, and is no answer."""
        tracker.add("There")
        monkeypatch.setattr("connectors.body.MOST_BYTES", 20)
        with pytest.raises(NotUnderstoodError, match="no answer"):
            self.pull(tracker)

    def test_a_cut_answer_is_asked_for_again(self, tracker):
        """A body that ends early is a failure of the line, not a short board."""
        key = tracker.add("There")
        tracker.faults.add(tracker.data_path, Fault(cut=20))
        assert self.cards(tracker).keys() == {key}

    def test_no_error_holds_a_secret(self, tracker):
        """Even if the service repeats our credentials to us, the message doesn't."""
        tracker.add("There")
        body = f"bad token {tracker.access.token} of {PERSON.split(maxsplit=1)[0]}@example.com"
        tracker.faults.answer(tracker.data_path, Answer(400, body, "text/plain"), times=None)
        try:
            message = repr(self.pull(tracker).problems)
        except SourceError as error:
            message = str(error)
        assert "400" in message
        assert tracker.access.token not in message
        assert "@example.com" not in message

    def test_a_redirect_is_not_followed(self, tracker):
        """Credentials go nowhere but where the operator sent them."""
        tracker.add("There")
        elsewhere = Answer(302, "", headers=(("Location", "https://login.example/sso"),))
        tracker.faults.answer(tracker.data_path, elsewhere, times=None)
        with pytest.raises(NotUnderstoodError, match="redirected"):
            self.pull(tracker)

    def test_few_requests_are_under_way_at_once(self, tracker):
        """However much there is to ask, at most eight requests are in flight."""
        for number in range(40):
            tracker.add(f"Card {number}", labels=[f"K-{number}"])
        self.pull(tracker, *(tracker.labelled(f"K-{number}") for number in range(40)))
        assert max(exchange.in_flight for exchange in tracker.serving.log.exchanges) <= 8
