"""The sandbox's Trello lets in, keeps out and slows down as the facts say the real one does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates
from sandbox.trello.world import TrelloWorld

NOW = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
GOOD = {"key": "k", "token": "t"}


class Trello:
    """A world with one board, an app over it, and a clock for each."""

    def __init__(self, **options):
        self.now, self.seconds = NOW, 0.0
        self.world = TrelloWorld(lambda: self.now)
        self.account = self.world.add_account("k", "t", expires=NOW + timedelta(days=30))
        self.board = self.world.add_board("Search")
        self.app = TrelloApp(self.world, timer=lambda: self.seconds, **options)
        self.client = Client(self.app)

    def get(self, path="", given=GOOD, **headers):
        return self.client.get(
            f"/1{path or '/boards/' + self.board}", query_string=given, headers=headers
        )


def status_and_text(answer):
    """Status and text of an answer."""
    return answer.status_code, answer.text


@pytest.fixture
def trello():
    """A fresh Trello."""
    return Trello()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "invalid key"),
        ({"key": "other", "token": "t"}, "invalid key"),
        ({"key": "k", "token": "other"}, "invalid token"),
        ({"key": "k"}, "unauthorized permission requested"),
    ],
)
def test_wrong_credentials_answer_plain_text(trello, given, text):
    """A 401 is plain text that names the key, the token or the permission."""
    answer = trello.get(given=given)
    assert status_and_text(answer) == (401, text)
    assert answer.content_type == "text/plain; charset=utf-8"


def test_the_oauth_header_carries_key_and_token(trello):
    """Key and token may come in the header instead of the query."""
    header = 'OAuth oauth_consumer_key="k", oauth_token="t"'
    assert trello.get(given={}, Authorization=header).status_code == 200
    assert status_and_text(trello.get(given={}, Authorization="Bearer t")) == (401, "invalid key")
    wrong = 'OAuth oauth_consumer_key="k", oauth_token="u"'
    assert status_and_text(trello.get(given={}, Authorization=wrong)) == (401, "invalid token")


def test_a_revoked_token_is_invalid(trello):
    """A token that was revoked answers 401, invalid token."""
    trello.world.revoke("t")
    assert status_and_text(trello.get()) == (401, "invalid token")


def test_a_board_that_the_account_may_not_see(trello):
    """No access to a board is a 401 about permission, not a 404."""
    inside = trello.world.add_list(trello.board, "Doing")
    card = trello.world.add_card(inside, "Hidden")
    trello.world.add_account("k", "other", boards=[])
    for path in ("", f"/lists/{inside}/cards", f"/cards/{card}"):
        answer = trello.get(path, {"key": "k", "token": "other"})
        assert status_and_text(answer) == (401, "unauthorized permission requested")


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/boards/Publishing%20board", 400, "invalid id"),
        ("/boards/abcd1234", 404, "board not found"),
        ("/cards/abcd1234", 404, "Could not find the card"),
        ("/lists/5abbe4b7ddc1b351ef961414/cards", 404, "The requested resource was not found."),
        ("/lists/abcd1234/cards", 400, "invalid id"),
        ("/nothing", 404, "The requested resource was not found."),
        ("/search", 404, "The requested resource was not found."),
    ],
)
def test_what_is_not_there_answers_plain_text(trello, path, status, text):
    """A name is an invalid id; a 404 is plain text."""
    answer = trello.get(path)
    assert status_and_text(answer) == (status, text)
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
def test_it_only_reads(trello, method):
    """A program that only reads has no other verb to use; the sandbox has none either."""
    path = f"/1/boards/{trello.board}"
    assert trello.client.open(path, method=method, query_string=GOOD).status_code == 404


def test_nothing_is_served_outside_version_one(trello):
    """The version is part of every address."""
    assert trello.client.get(f"/2/boards/{trello.board}", query_string=GOOD).status_code == 404


def test_a_token_is_limited_to_its_window(trello):
    """100 requests in 10 s a token, then the documented 429 without a Retry-After."""
    for _ in range(100):
        assert trello.get().status_code == 200
    refused = trello.get()
    assert refused.status_code == 429
    assert refused.get_json() == {
        "error": "API_TOKEN_LIMIT_EXCEEDED",
        "message": "Rate limit exceeded",
    }
    assert "Retry-After" not in refused.headers
    trello.seconds = 10
    assert trello.get().status_code == 200


def test_every_answer_tells_the_rates(trello):
    """Error answers, trello-ratelimit-headers: interval, maximum and remaining by token and key."""
    headers = trello.get().headers
    assert headers["x-rate-limit-api-token-interval-ms"] == "10000"
    assert headers["x-rate-limit-api-token-max"] == "100"
    assert headers["x-rate-limit-api-token-remaining"] == "99"
    assert headers["x-rate-limit-api-key-max"] == "300"
    assert headers["x-rate-limit-api-key-remaining"] == "299"
    assert "x-rate-limit-api-key-max" in trello.get("/boards/abcd1234").headers


def test_a_key_is_limited_over_all_its_tokens():
    """300 requests in 10 s a key, whoever uses it."""
    trello = Trello(rates=Rates(token=2, key=3))
    trello.world.add_account("k", "u")
    both = [trello.get(given={"key": "k", "token": token}) for token in "ttuu"]
    assert [each.status_code for each in both] == [200, 200, 200, 429]
    assert both[-1].get_json()["error"] == "API_KEY_LIMIT_EXCEEDED"


def test_members_have_a_limit_of_their_own():
    """/1/members/ allows 100 in 900 s; routes nested under a member don't count."""
    trello = Trello(rates=Rates(members=2))
    assert [trello.get("/members/me").status_code for _ in range(3)] == [200, 200, 429]
    refused = trello.get("/members/me").get_json()
    assert refused == {
        "error": "RATE_LIMIT_EXCEEDED",
        "message": "Exceeded rate limit to /1/member",
    }
    assert trello.get("/members/me/boards").status_code == 200
    trello.seconds = 10
    assert trello.get("/members/me").status_code == 429
    trello.seconds = 900
    assert trello.get("/members/me").status_code == 200


def test_who_goes_on_after_refusals_is_blocked():
    """More than 200 refusals in a window refuse everything for the rest of it."""
    trello = Trello(rates=Rates(token=1, key=50, refused=3))
    trello.world.add_account("k", "u")
    assert [trello.get().status_code for _ in range(4)] == [200, 429, 429, 429]
    other = {"key": "k", "token": "u"}
    assert trello.get(given=other).status_code == 429
    trello.seconds = 10
    assert trello.get(given=other).status_code == 200


def test_rates_can_be_a_tenth():
    """Issue 3 runs the sources at a tenth of the real limits."""
    assert Rates().scaled(0.1) == Rates(token=10, key=30, members=10, refused=20)


def test_myself_and_my_boards(trello):
    """The account's own member and boards, closed ones too."""
    closed = trello.world.add_board("Last quarter")
    trello.world.close_board(closed)
    me = trello.get("/members/me", {**GOOD, "fields": "username"}).get_json()
    assert me["username"] == "plantedowner"
    mine = trello.get("/members/me/boards/", {**GOOD, "fields": "name,closed"}).get_json()
    assert {each["name"]: each["closed"] for each in mine} == {
        "Search": False,
        "Last quarter": True,
    }
    assert trello.get("/members/someone").status_code == 404
    assert trello.get("/members/me/boards", {**GOOD, "filter": "starred"}).status_code == 400
