"""Many who ask one service never ask more than it takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.core.budget import ARRIVED, SOON, UNHEARD, Remainder, RequestBudget, Ticket

GET, SEARCH = "GET /issue/*", "POST /search"
TOKEN = Remainder("token", 9, 10, 10)


def reserved(budget, endpoint=GET, now=1000.0):
    """Let a request go that can."""
    after, ticket = budget.reserved(now, endpoint)
    assert isinstance(ticket, Ticket)
    return after, ticket


def heard(*remainders, now=1000.0):
    """What is known of a service after its first answer."""
    budget, ticket = reserved(RequestBudget(), now=now)
    return budget.settled(ticket, now, answered=True, remainders=remainders)


def wait(budget, endpoint=GET, now=1000.0):
    _, seconds = budget.reserved(now, endpoint)
    return seconds if not isinstance(seconds, Ticket) else 0.0


def test_the_first_asks_alone():
    """Nobody knows what a service takes until it has answered: the others wait for that."""
    budget, ticket = reserved(RequestBudget())
    assert wait(budget) == SOON
    assert wait(budget, SEARCH) == SOON
    assert wait(budget, now=1000 + UNHEARD) == 0
    budget = budget.settled(ticket, 1000, answered=True, remainders=[TOKEN])
    for _ in range(9):
        budget, _ = reserved(budget)
    assert wait(budget) == 10


def test_a_request_without_an_answer_tells_nothing():
    """Where the first got none, the next one asks alone."""
    budget, ticket = reserved(RequestBudget())
    budget = budget.settled(ticket, 1000, answered=False)
    budget, _ = reserved(budget)
    assert wait(budget) == SOON


def test_a_service_that_tells_no_limits_is_asked_freely():
    """Who says nothing of limits is asked by all at once, until it refuses."""
    budget = heard()
    for _ in range(50):
        budget, ticket = reserved(budget)
    budget = budget.settled(ticket, 1000, answered=True, free_at=1030)
    assert wait(budget, now=1010) == 20
    assert wait(budget, now=1030) == 0


def test_an_endpoint_with_a_limit_of_its_own_spends_none_of_another():
    """Where each endpoint has its limit, one that is used up stops no other."""
    budget = heard(Remainder(GET, 1, 10, 5))
    budget, _ = reserved(budget)
    assert wait(budget, now=1001) == 4
    budget, _ = reserved(budget, SEARCH)
    assert wait(budget, SEARCH) == SOON


def test_when_all_is_spent_one_asks_what_there_is_again():
    """After the limit's time a single request goes, and its answer says what may follow."""
    budget = heard(TOKEN._replace(left=0))
    budget, ticket = reserved(budget, now=1010)
    assert wait(budget, now=1010) == 10
    budget = budget.settled(ticket, 1011, answered=True, remainders=[TOKEN])
    assert wait(budget, now=1011) == 0


def test_what_others_spend_is_noticed():
    """Where the service has less left than we think, somebody else asks it too."""
    budget = heard(TOKEN)
    budget, ticket = reserved(budget)
    budget = budget.settled(ticket, 1000, answered=True, remainders=[TOKEN._replace(left=1)])
    budget, _ = reserved(budget)
    assert wait(budget) == 10


def test_a_late_answer_is_not_believed_to_the_full():
    """What was sent since a request may not have been in the count that its answer tells."""
    budget = heard(TOKEN._replace(left=4))
    budget, slow = reserved(budget)
    for _ in range(3):
        budget, _ = reserved(budget)
    budget = budget.settled(slow, 1001, answered=True, remainders=[TOKEN._replace(left=3)])
    assert wait(budget, now=1001) == 10


def test_who_died_under_way_is_forgotten():
    """Requests whose sender was killed count against nobody once they must have arrived."""
    budget = heard(TOKEN)
    for _ in range(5):
        budget, _ = reserved(budget)
    budget, ticket = reserved(budget, now=1000 + ARRIVED)
    assert ticket.beside == 0
    budget, _ = reserved(budget, now=1000 + UNHEARD + ARRIVED)
    assert len(budget.under_way) == 1


@pytest.mark.parametrize(("later", "used"), [(10, 3), (3600, 1)])
def test_requests_are_counted_by_the_hour(later, used):
    """What was asked in this hour is known, for whoever wants to see it."""
    budget = heard()
    budget, _ = reserved(budget)
    budget, _ = reserved(budget, now=1000 + later)
    assert budget.this_hour == used
    assert budget.sent == 3


class Window:
    """A service with so many requests in every window of so many seconds."""

    def __init__(self, most, every):
        self.most, self.every, self.used, self.window, self.refused = most, every, 0, -1, 0

    def ask(self, now):
        window = int(now // self.every)
        if window != self.window:
            self.used, self.window = 0, window
        self.used += 1
        self.refused += self.used > self.most
        return Remainder("token", max(0, self.most - self.used), self.most, self.every)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "send", "arrive", "arrive", "answer", "answer", "answer", "die"]),
        st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.3, 1.5]),
    ),
    min_size=40,
    max_size=80,
)


@pytest.mark.no_cover
@settings(max_examples=400)
@given(STEPS, st.integers(2, 5), st.sampled_from([5.0, 60.0]), st.floats(0, 5))
def test_no_service_is_asked_beyond_its_limit(steps, most, every, began):
    """However requests of many askers cross and get lost, none is refused by the service."""
    service, budget, now = Window(most, every), RequestBudget(), 1000 + began
    sent, arrived = [], []
    for step, seconds in steps:
        now += seconds
        # On the line nothing stays longer than we reckon with.
        while sent and (step == "arrive" or now - sent[0][1] >= ARRIVED):
            ticket, at = sent.pop(0)
            arrived.append((ticket, service.ask(min(now, at + ARRIVED - 0.01))))
            if step == "arrive":
                break
        if step == "send":
            budget, ticket = budget.reserved(now, GET)
            if isinstance(ticket, Ticket):
                sent.append((ticket, now))
        elif step == "answer" and arrived:
            ticket, remainder = arrived.pop()
            budget = budget.settled(ticket, now, answered=True, remainders=[remainder])
        elif step == "die" and arrived:
            arrived.pop()
    assert service.refused == 0
