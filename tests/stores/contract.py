"""What every OKR store keeps: subclass `OkrStoreContract` and give it a `tool`.

A tool is a stand-in served over real HTTP that a test can fill, edit by hand and break.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.errors import (
    LimitedError,
    NotAuthorisedError,
    NotFoundError,
    NotUnderstoodError,
    SourceError,
    TransientError,
    UnsureError,
)
from connectors.okr_tool import NumberKind, NumberWrite, StoreAccess
from connectors.store_kinds import open_okr_store, store_kind
from sandbox.faults import Answer, Fault, Faults
from tests.connectors.contract import StepClock

if TYPE_CHECKING:
    from connectors.okr_tool import OkrStore
    from sandbox.log import Exchange
    from sandbox.server import Serving

NOW = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
PERSON = "Persephone Planted"
NOTE = "12 of 20 cards done: +4 done since 9 Nov. Confidence 5, was 6."
WEB_PAGE = Answer(200, "<!DOCTYPE html><title>Sign in</title>", "text/html")


@dataclass
class StoreTool:
    """A stand-in tool as the contract's tests handle it; one subclass a tool.

    `read_path` and `write_path` are regular expressions of what is asked to read a
    value and to write one, `method` is the one that writes.
    """

    serving: Serving
    app: Any
    faults: Faults
    access: StoreAccess
    steps: StepClock = field(default_factory=StepClock)
    read_path: str = "/"
    write_path: str = "/"
    method: str | None = None
    cuts: bool = True

    def add(self, name: str = "PUB-1") -> str:
        """Put a key result there that nobody wrote to, from 0 to 100; gives its id."""

    def person_sets(self, id_: str, value: float) -> None:
        """Let somebody edit it by hand."""

    def points(self, id_: str) -> list[float]:
        """Give all values it ever got, in their order; the same again is a second one."""

    def shown(self, id_: str) -> float | None:
        """Give the value that people see."""
        return next(reversed(self.points(id_)), None)

    def notes(self, id_: str) -> list[str]:
        """Give the notes that people see."""

    def lights(self, id_: str) -> list[str]:
        """Give the statuses that it ever got, as okr-sync calls them."""

    def remove(self, id_: str) -> None:
        """Delete the key result."""

    def revoke(self) -> None:
        """Let the credentials run out."""

    def counts_itself(self, id_: str) -> None:
        """Let the tool count it by itself from now on."""

    def is_write(self, exchange: Exchange) -> bool:
        """Tell whether a request changed something."""
        return exchange.method == self.method

    def fail_writes(self, fault: Fault, times: int | None = 1) -> None:
        """Let the next writes go wrong."""
        self.faults.add(self.write_path, fault, method=self.method, times=times)


def a_write(id_: str, value: float = 60.0, **more: Any) -> NumberWrite:
    """Make a write to a key result."""
    values = {"at": NOW, "day": "2026-11-21", "key": f"{id_}-{value}", "note": NOTE} | more
    return NumberWrite(id_, NumberKind.PERCENT, value, **values)


class OkrStoreContract:
    """The suite; a fresh adapter for each question, on a clock that needn't wait."""

    def open(self, tool: StoreTool, patience: float = 60) -> OkrStore:
        return open_okr_store(tool.access, tool.steps.clock, patience)

    def read(self, tool: StoreTool, id_: str) -> Any:
        """Give what the tool shows of a key result; raises why there is nothing."""
        answer = self.open(tool).read([id_])[id_]
        if isinstance(answer, SourceError):
            raise answer
        return answer

    def write(self, tool: StoreTool, write: NumberWrite) -> NumberWrite:
        """Write, and give the write with its receipt."""
        return replace(write, receipt=self.open(tool).write(write))

    def test_it_says_what_it_can_do(self, tool):
        """What the registry declares is what the adapter has, and its name is the store's."""
        store = self.open(tool)
        assert store.can == store_kind(tool.access.kind).can
        assert store.name == tool.access.name

    def test_a_fresh_key_result_shows_nothing_or_its_start(self, tool):
        """Nobody wrote there yet, and that can be seen."""
        assert self.read(tool, tool.add()).value in (None, 0.0)

    def test_what_is_written_is_shown(self, tool):
        """A value written is the one that people and the next reading see."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        assert tool.shown(id_) == 60.0
        assert self.read(tool, id_).value == 60.0
        self.write(tool, a_write(id_, 60.4))
        assert self.read(tool, id_).value == pytest.approx(60.4)

    def test_what_a_person_sets_is_shown(self, tool):
        """A value set by hand is read as it is."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        tool.person_sets(id_, 72.0)
        assert self.read(tool, id_).value == 72.0

    def test_each_key_result_has_its_own_value(self, tool):
        """Many are read at once, and none gets another's."""
        ids = [tool.add(f"PUB-{number}") for number in range(1, 4)]
        self.write(tool, a_write(ids[1], 44.0))
        answers = self.open(tool).read(ids)
        assert [answers[id_].value in (None, 0.0) for id_ in ids] == [True, False, True]
        assert answers[ids[1]].value == 44.0

    def test_a_write_that_arrived_is_not_there_twice(self, tool):
        """The line broke after the tool had heard: repeated, there is one value and one note."""
        id_ = tool.add()
        write = a_write(id_, light="well" if store_kind(tool.access.kind).can.status else None)
        self.write(tool, write)
        points, notes = tool.points(id_), tool.notes(id_)
        self.write(tool, replace(write, repeat=True, there=True))
        assert tool.points(id_) == points
        assert tool.notes(id_) == notes

    def test_a_write_that_was_lost_arrives_when_repeated(self, tool):
        """The line broke before the tool had heard: the same write again brings it."""
        id_ = tool.add()
        tool.fail_writes(Fault(answer=Answer(502, "down", "text/plain")))
        with pytest.raises(UnsureError):
            self.write(tool, a_write(id_))
        tool.faults.clear()
        self.write(tool, replace(a_write(id_), repeat=True))
        assert tool.shown(id_) == 60.0

    @pytest.mark.parametrize(
        "fault",
        [
            Fault(answer=Answer(500, "{}")),
            Fault(answer=Answer(503, "<h1>down</h1>", "text/html")),
            Fault(close=True),
            Fault(answer=WEB_PAGE),
        ],
        ids=["500", "503", "hang-up", "web page"],
    )
    def test_a_write_without_a_clear_answer_is_unsure_and_not_repeated(self, tool, fault):
        """One request, and an error that says that nobody knows."""
        id_ = tool.add()
        tool.fail_writes(fault, times=None)
        before = len(tool.serving.log.exchanges)
        with pytest.raises((UnsureError, NotUnderstoodError)) as caught:
            self.write(tool, a_write(id_))
        assert (caught.value.status or 0) < 300 or isinstance(caught.value, UnsureError)
        sent = tool.serving.log.exchanges[before:]
        assert sum(tool.is_write(exchange) for exchange in sent) <= 2

    def test_one_that_isn_t_there_is_its_own_problem(self, tool):
        """A deleted key result is not found; the others are read all the same."""
        ids = [tool.add("PUB-1"), tool.add("PUB-2")]
        tool.remove(ids[0])
        answers = self.open(tool).read(ids)
        assert isinstance(answers[ids[0]], NotFoundError)
        assert answers[ids[1]].value in (None, 0.0)

    def test_a_stranger_is_told_which_variable_to_renew(self, tool):
        """With credentials that have run out nothing is written, and the message helps."""
        id_ = tool.add()
        tool.revoke()
        with pytest.raises(NotAuthorisedError) as caught:
            _ = self.read(tool, id_), self.write(tool, a_write(id_))
        assert f"OKR_SYNC_STORES__{tool.access.name.upper()}__" in str(caught.value)
        assert tool.points(id_) in ([], [0.0])

    def test_a_missing_right_is_no_write(self, tool):
        """A 403 says so, and is no try that may have arrived."""
        id_ = tool.add()
        tool.fail_writes(Fault(answer=Answer(403, "{}")))
        with pytest.raises(NotAuthorisedError):
            self.write(tool, a_write(id_))

    def test_a_limit_is_waited_for(self, tool):
        """A 429 hasn't been heard: it is waited for, and the write goes out once."""
        id_ = tool.add()
        limited = Answer(429, "slow down", "text/plain", headers=(("Retry-After", "7"),))
        tool.fail_writes(Fault(answer=limited))
        self.write(tool, a_write(id_))
        assert 7 <= tool.steps.passed < 9
        assert tool.shown(id_) == 60.0

    def test_a_limit_beyond_patience_is_not_waited_for(self, tool):
        """A quota that resets in an hour says when it is free."""
        id_ = tool.add()
        limited = Answer(429, "{}", headers=(("Retry-After", "3600"),))
        tool.fail_writes(Fault(answer=limited), times=None)
        with pytest.raises(LimitedError) as caught:
            self.write(tool, a_write(id_))
        assert caught.value.free_at >= NOW + timedelta(minutes=59)

    def test_a_tool_that_is_down_says_so(self, tool):
        """Reading is tried again, and in the end fails with the status."""
        id_ = tool.add()
        tool.faults.answer(tool.read_path, Answer(503, "down", "text/plain"), times=None)
        with pytest.raises(TransientError, match="503"):
            self.read(tool, id_)

    def test_a_web_page_is_no_value(self, tool):
        """A sign-in page with status 200 is an error, not an empty key result."""
        id_ = tool.add()
        tool.faults.answer(tool.read_path, WEB_PAGE, times=None)
        with pytest.raises((NotUnderstoodError, UnsureError), match="web page"):
            self.read(tool, id_)

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"data": null}', "17", '"text"'])
    def test_nonsense_is_no_value(self, tool, body):
        """An answer that lacks what it should hold is an error that names the store."""
        id_ = tool.add()
        tool.faults.answer(tool.read_path, Answer(200, body), times=None)
        with pytest.raises(SourceError, match=tool.access.name) as caught:
            self.read(tool, id_)
        assert not isinstance(caught.value, NotFoundError)

    def test_nobody_is_in_what_is_read(self, tool):
        """The tool knows who edits; we don't."""
        id_ = tool.add()
        tool.person_sets(id_, 72.0)
        store = self.open(tool)
        seen = repr((store.read([id_]), store.key_results() if store.can.lists else ())).lower()
        assert not any(part in seen for part in PERSON.lower().split())
        assert "@" not in seen

    def test_no_error_holds_a_secret(self, tool):
        """Even if the tool repeats our credentials to us, the message doesn't."""
        id_ = tool.add()
        secrets = tool.access.secrets
        words = f"bad {' '.join(secrets)} of {PERSON.split(maxsplit=1)[0]}@example.com"
        tool.fail_writes(Fault(answer=Answer(400, words, "text/plain")), times=None)
        with pytest.raises(SourceError) as caught:
            self.write(tool, a_write(id_))
        assert not any(secret in str(caught.value) for secret in secrets)
        assert "@example.com" not in str(caught.value)

    def test_a_redirect_is_not_followed(self, tool):
        """Credentials go nowhere but where the operator sent them."""
        id_ = tool.add()
        elsewhere = Answer(302, "", headers=(("Location", "https://login.example/sso"),))
        tool.fail_writes(Fault(answer=elsewhere), times=None)
        with pytest.raises(NotUnderstoodError, match="redirected"):
            self.write(tool, a_write(id_))

    def test_a_note_comes_as_it_is(self, tool):
        """People see beside the value how it came about."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        can = store_kind(tool.access.kind).can
        assert tool.notes(id_) == ([NOTE[: can.note_length]] if can.note else [])

    def test_no_note_is_no_note(self, tool):
        """With an empty note nothing but the value is written."""
        id_ = tool.add()
        self.write(tool, a_write(id_, note=""))
        assert [note for note in tool.notes(id_) if note] == []
        assert tool.shown(id_) == 60.0

    def test_a_value_of_an_earlier_day_goes_to_its_day(self, tool):
        """Where it takes dated values, the days between are there, the newest is shown."""
        if not store_kind(tool.access.kind).can.dated:
            pytest.skip("it takes no dated values")
        id_ = tool.add()
        yesterday = NOW - timedelta(days=1)
        self.write(tool, a_write(id_, 58.0, day="2026-11-20", at=yesterday))
        self.write(tool, a_write(id_))
        assert tool.points(id_) == [58.0, 60.0]
        assert self.read(tool, id_).value == 60.0

    def test_our_last_write_can_be_taken_back(self, tool):
        """Where the tool can, what stood there before stands there again."""
        if not store_kind(tool.access.kind).can.takes_back:
            pytest.skip("it takes nothing back")
        id_ = tool.add()
        self.write(tool, a_write(id_, 50.0, key="first"))
        last = self.write(tool, a_write(id_, 60.0, before=50.0))
        self.open(tool).take_back(last)
        assert self.read(tool, id_).value == 50.0

    def test_the_light_is_the_tool_s_own_status(self, tool):
        """With a light the status follows; unsure changes none."""
        if not store_kind(tool.access.kind).can.status:
            pytest.skip("it has no status")
        id_ = tool.add()
        for number, light in enumerate(("well", "behind", "help")):
            self.write(tool, a_write(id_, 60.0 + number, light=light))
        assert tool.lights(id_) == ["well", "behind", "help"]

    def test_a_changed_light_alone_makes_no_second_value(self, tool):
        """Where the value is there already, only the status is sent."""
        if not store_kind(tool.access.kind).can.status:
            pytest.skip("it has no status")
        id_ = tool.add()
        self.write(tool, a_write(id_, light="well"))
        self.write(tool, a_write(id_, light="help", key="other", there=True))
        assert tool.points(id_).count(60.0) == 1
        assert tool.lights(id_) == ["well", "help"]

    def test_what_it_counts_itself_can_be_told(self, tool):
        """A key result that the tool works out by itself says so."""
        if not store_kind(tool.access.kind).can.counts:
            pytest.skip("it counts none itself")
        id_ = tool.add()
        assert not self.read(tool, id_).counts_itself
        tool.counts_itself(id_)
        assert self.read(tool, id_).counts_itself

    def test_its_key_results_can_be_listed(self, tool):
        """Where the tool can list them, each is there with its title, objective and numbers."""
        if not store_kind(tool.access.kind).can.lists:
            pytest.skip("it lists none")
        ids = {tool.add(f"PUB-{number}") for number in range(1, 4)}
        listed = {kr.id: kr for kr in self.open(tool).key_results()}
        assert listed.keys() == ids
        assert {kr.title for kr in listed.values()} == {"PUB-1", "PUB-2", "PUB-3"}
        assert all(kr.objective_title for kr in listed.values())
