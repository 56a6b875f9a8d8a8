"""A tracker written from CONTRIBUTING alone does all that the built-in ones do."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime

import pytest

from config.load import load
from connectors.base import ByBoard, ByKey, ByLabel
from connectors.clock import Clock
from connectors.errors import ConfigurationError, TransientError
from syncer.cli import main
from syncer.context import Context
from tests.connectors.contract import BoardSourceContract
from tests.tracker import source as binder_source
from tests.tracker.kind import KIND
from tests.tracker.source import BinderSource

FILE = """\
sources:
  binder: {kind: binder, url: "URL", boards: [pub/site]}
objectives:
  - id: PUB
    title: Scale
    team: Publishing
    period: 2026-Q4
    key_results:
      - {id: PUB-1, title: Faster, metric: {start: 1, target: 2}, links: [LINK]}
"""


class TestBinder(BoardSourceContract):
    """The contract, by a tracker whose lists are JSON arrays."""

    empty_list = "[]"


@pytest.fixture
def file(tmp_path):
    """Give a function that writes okrs.yaml with one link."""

    def write(link, url="https://binder.acme.example"):
        path = tmp_path / "okrs.yaml"
        path.write_text(FILE.replace("LINK", link).replace("URL", url))
        return path

    return write


@pytest.fixture
def okr_sync(tmp_path, tracker):
    """Give a function that runs the program in the file's folder."""

    def run(*arguments, code=0):
        out, err = io.StringIO(), io.StringIO()
        environ = {"OKR_SYNC_SOURCES__BINDER__TOKEN": "binder-token"}
        clock = Clock(tracker.steps.now, tracker.steps.sleep)
        ended = main(arguments, Context(environ, tmp_path, clock, out, err))
        assert ended == code, err.getvalue()
        return err.getvalue() if code else out.getvalue()

    return run


def test_its_cards_are_counted_by_a_key_of_its_own(tracker, file, okr_sync):
    """`milestone:` is its kind's; done, open and given up by label come out as such."""
    for title, labels, done in (("a", (), True), ("b", (), False), ("c", ("wontdo",), True)):
        tracker.add(title, labels=labels, done=done, milestone="v1")
    tracker.add("elsewhere", milestone="v2")
    file("{source: binder, milestone: v1}", tracker.serving.url)
    okr_sync("sync")
    (kr,) = json.loads(okr_sync("status", "--json"))["key_results"]
    assert (kr["done"], kr["remaining"], kr["dropped"], kr["percent"]) == (1, 1, 1, 50.0)
    cards = json.loads(okr_sync("explain", "PUB-1", "--json"))["cards"]
    assert {card["via"][0] for card in cards} == {"milestone v1"}


@pytest.mark.parametrize(
    ("link", "selector"),
    [
        ("{source: binder}", ByLabel("PUB-1")),
        ("{source: binder, label: a b}", ByLabel("a b")),
        ("{source: binder, board: pub/site}", ByBoard(("pub/site",))),
        ("{source: binder, milestone: 2026}", ByKey("milestone", ("2026",))),
    ],
)
def test_its_links_ask_for_what_they_say(file, link, selector):
    """A link that names nothing is the key result's id as label."""
    okrs = load(file(link))
    (written,) = okrs.find_kr("PUB-1").links
    assert KIND.selector(written.own, okrs.sources["binder"].own, "PUB-1", None) == selector


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("{source: binder, board: '42'}", "board '42' is no binder board; write its team and name"),
        ("{source: binder, mileston: v1}", "unknown key 'mileston'; did you mean milestone?"),
        ("{source: binder, epic: A-1}", "a binder link has no epic; it takes board, label and mil"),
        ("{source: binder, label: a, milestone: b}", "a binder link takes one of board, label and"),
        ("{source: binder, milestone: [a]}", "milestone is a list; write for example milestone: v"),
    ],
)
def test_its_faults_are_told_as_any_others(file, link, message):
    """With the line, and with what to write."""
    with pytest.raises(ConfigurationError) as caught:
        load(file(link), "okrs.yaml")
    assert str(caught.value).startswith(f"okrs.yaml:9: {message}")


def test_what_its_source_needs_is_asked_for(file):
    """A key that its kind requires, and an address where there is no public one."""
    path = file("{source: binder}")
    path.write_text(
        path.read_text().replace(', url: "https://binder.acme.example", boards: [pub/site]', "")
    )
    with pytest.raises(ConfigurationError) as caught:
        load(path, "okrs.yaml")
    assert str(caught.value).splitlines() == [
        "okrs.yaml:2: boards is missing; write for example boards: [pub/site]",
        (
            "okrs.yaml:2: url is missing; write for example url: https://binder.acme.example, "
            "or set OKR_SYNC_SOURCES__BINDER__URL"
        ),
    ]


class Careless(BinderSource):
    """Takes a page that fails for the end of the list."""

    def _page(self, board, number):
        try:
            return super()._page(board, number)
        except TransientError:
            return []


class Talkative(BinderSource):
    """Lets a person into a card."""

    def _card(self, item):
        return super()._card(item)._replace(title=f"{item['title']} ({item['assignee']})")


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (Careless, "test_a_failing_page_fails_the_pull"),
        (Talkative, "test_nobody_is_in_a_pull"),
    ],
)
def test_who_breaks_a_promise_is_refused(tracker, monkeypatch, broken, promise):
    """The suite fails for a connector that answers in part, or with somebody's name."""
    monkeypatch.setattr(binder_source, "BinderSource", broken)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        getattr(TestBinder(), promise)(tracker)


def _without_zone(pull):
    cards = {id_: card._replace(finished=datetime(2026, 11, 1)) for id_, card in pull.cards.items()}  # noqa: DTZ001 - the fault
    return replace(pull, cards=cards)


def _by_number(pull):
    return replace(
        pull, cards={id_: card._replace(id=int(id_)) for id_, card in pull.cards.items()}
    )


@pytest.fixture
def one_linked_card(tracker, file):
    """Give a key result that reaches one card, by its label."""
    tracker.add("a", labels=["PUB-1"])
    file("{source: binder}", tracker.serving.url)


@pytest.mark.usefixtures("one_linked_card")
@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (lambda _: None, "NoneType, no Pull"),
        (lambda pull: replace(pull, hits={}), "neither hits nor a problem for a link"),
        (lambda pull: replace(pull, cards={}), "a hit on a card that isn't in the pull"),
        (_by_number, "a card under what isn't its id, or an id that is no text"),
        (_without_zone, "a card with a time that has no zone"),
    ],
    ids=["no pull", "no hits", "no cards", "numbers", "no zone"],
)
def test_a_pull_that_doesnt_hold_together_is_its_connectors_failure(
    okr_sync, monkeypatch, broken, fault
):
    """The run goes on and ends with 1, and the message says which kind gave what."""
    whole = BinderSource.pull
    monkeypatch.setattr(BinderSource, "pull", lambda *asked: broken(whole(*asked)))
    assert f"binder: the connector of kind binder gave {fault}; tell who" in okr_sync(
        "sync", code=1
    )


def test_a_connector_that_cant_be_loaded_is_said_as_such(tracker, file, okr_sync, monkeypatch):
    """A package that is broken ends a run with 2 and its kind's name, not with a fault of ours."""
    file("{source: binder, label: PUB-1}", tracker.serving.url)
    monkeypatch.delattr(binder_source, "BinderSource")
    assert "the kind binder of sources can't be loaded (AttributeError" in okr_sync("sync", code=2)
