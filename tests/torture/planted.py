"""Faults planted in the program, one at a time: the machine is worth what it finds of them."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from syncer.core.deliveries import Delivery, DeliveryStatus
from syncer.core.records import Fail, Keep, Refuse, State
from tests.torture.world import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Wrong = Callable[[Callable[..., Any]], Callable[..., Any]]

PLANTS: dict[str, tuple[tuple[str, Wrong], ...]] = {}
"""By what is wrong: the functions of the program that are replaced, and by what."""


def plant(story: str, *places: str) -> Callable[[Wrong], Wrong]:
    """Name a plant; the decorated function makes the wrong function of the right one."""

    def planted(wrong: Wrong) -> Wrong:
        PLANTS[story] = tuple((function, wrong) for function in places)
        return wrong

    return planted


@contextmanager
def growing(story: str) -> Iterator[None]:
    """Have a fault in the program; a target that isn't there any more is an error."""
    with ExitStack() as stack:
        for target, wrong in PLANTS[story]:
            owner, name = _found(target)
            stack.enter_context(patch.object(owner, name, wrong(getattr(owner, name))))
        yield


def _found(target: str) -> tuple[Any, str]:
    module, _, path = target.partition(":")
    owner: Any = import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    return owner, name


@plant(
    "omissions are believed",
    "connectors.boards.jira.fetching:obtain",
    "connectors.boards.jira.vanished:obtain",
)
def _(_right):
    return lambda *_: None


@plant("the lock is left out", "syncer.store.store:Store.lock")
def _(_right):
    return lambda *_: nullcontext()


@plant("a delivery is noted before it is sent", "syncer.publish.courier:Courier._send")
def _(right):
    def wrong(courier, destination, letter):
        now = courier.clock.now()
        courier.store.begin_delivery(courier.occasion, destination.name, now)
        noted = Delivery(DeliveryStatus.SENT, now)
        with patch.object(courier.store, "begin_delivery", lambda *_: True):
            result = right(courier, destination, letter)
        courier.store.end_delivery(courier.occasion, destination.name, noted)
        return replace(result, problem=False)

    return wrong


def _all_open(_right):
    return lambda destinations, *_: iter(destinations)


def _always_sent(_right):
    return lambda courier, destination, letter: courier._send(destination, letter)


PLANTS["a delivery is sent again"] = (
    ("syncer.publish.due:undelivered", _all_open),
    ("syncer.publish.courier:Courier.bring", _always_sent),
)


@plant("a report is made anew", "syncer.publish.due:DueReports._made")
def _(right):
    def wrong(due, meeting):
        made = right(due, meeting)
        for name in made.files if made else ():
            (due.files.folder / name).write_text(str(due.clock.now()))
        return made

    return wrong


@plant("a check-in is dropped", "syncer.store.store:Store.add_checkin")
def _(right):
    return lambda store, checkin: 1 if (checkin.confidence or 0) > 7 else right(store, checkin)


@plant("a check-in is stored twice", "syncer.store.store:Store.add_checkin")
def _(right):
    return lambda store, checkin: (
        right(store, checkin) if (checkin.confidence or 0) < 7 else None,
        right(store, checkin),
    )[1]


@plant("a form is taken each time", "syncer.store.store:Store.add_form")
def _(right):
    return lambda store, form, entries: right(store, f"{form}{id(entries)}", entries)


@plant("a form is lost beside another", "syncer.store.store:Store.add_form")
def _(right):
    def wrong(store, form, entries):
        scores = sum(entry.checkin.confidence or 0 for entry in entries)
        return None if scores % 3 == 0 else right(store, form, entries)

    return wrong


@plant("a token is on the page", "syncer.web.api:text_of")
def _(right):
    return lambda document: right(document) + TOKEN


@plant("a body is logged", "connectors.body:_beginning")
def _(right):
    def wrong(response):
        content = right(response)
        logging.getLogger("connectors").warning("%s", content.decode("utf-8", "replace"))
        return content

    return wrong


@plant("an address is logged", "connectors.http:Transport.send")
def _(right):
    def wrong(transport, request, **options):
        if "hush" in request.url or "key=" in request.url:
            logging.getLogger("connectors").warning("asking %s", request.url)
        return right(transport, request, **options)

    return wrong


@plant("secrets stand in messages", "connectors.http:Transport.send")
def _(right):
    def wrong(transport, request, **options):
        try:
            return right(transport, request, **options)
        except Exception as error:
            error.args = (f"{error} with {transport._secrets}",)
            raise

    return wrong


@plant("a person is logged", "connectors.boards.jira.client:JiraWire.get")
def _(right):
    def wrong(wire, path, **params):
        answer = right(wire, path, **params)
        if path == "myself":
            logging.getLogger("connectors").warning("hello, %s", answer["displayName"])
        return answer

    return wrong


@plant("vanished cards are believed", "syncer.core.decide:_lost")
def _(_right):
    return lambda *_: None


def _nobody_asks(_right):
    return lambda *_: None


def _no_header_is_read(right):
    def wrong(answer, asked):
        refused = right(answer, asked)
        return refused if refused is None or refused.status != HTTPStatus.OK else None

    return wrong


# Any one of these alone is made good by the others.
PLANTS["a stranger's empty answer is believed"] = (
    ("syncer.core.decide:_lost", _nobody_asks),
    ("connectors.boards.jira.identity:identify", _nobody_asks),
    ("connectors.boards.jira.accounting:identify", _nobody_asks),
    ("connectors.responses:judge", _no_header_is_read),
)


@plant("failures are taken for no change", "syncer.run:decide_all")
def _(right):
    def wrong(plan, answers, before, okrs, *, at, force):
        return tuple(
            Keep(each.kr, dict.fromkeys(before[each.kr].read_at, at))
            if isinstance(each, Fail | Refuse)
            else each
            for each in right(plan, answers, before, okrs, at=at, force=force)
        )

    return wrong


@plant("a problem isn't stored", "syncer.store.store:Store._set_problems")
def _(_right):
    return lambda *_: None


@plant("dropped cards count as done", "syncer.core.counting:_ruling")
def _(right):
    def wrong(*arguments):
        state, rule = right(*arguments)
        return (State.DONE if state is State.DROPPED else state), rule

    return wrong


@plant("a card counts twice", "syncer.core.decide:summed")
def _(right):
    return lambda cards: right([*cards, *list(cards)[:1]])


@plant("labels are compared by case", "connectors.boards.jira.cloud:CloudSite.spellings")
def _(_right):
    return lambda _site, labels: tuple(labels)


@plant("gone cards are kept", "syncer.core.decide:_next")
def _(right):
    return lambda *arguments: replace(right(*arguments), gone=())


@plant("changes since aren't asked for", "connectors.boards.jira.fetching:changed_since")
def _(_right):
    return lambda *_: []


@plant("a failed run ends with 0", "syncer.run:SyncResult.exit_code")
def _(_right):
    return property(lambda _: 0)


@plant("an edit of the links isn't noticed", "syncer.core.decide:_as_before")
def _(_right):
    return lambda _target, last, *_: last.cards
