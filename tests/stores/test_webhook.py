"""The webhook: one signed POST a change, and the same again under the same key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from connectors.errors import NotAuthorisedError, TransientError, UnsureError
from connectors.okr_tool import StoreAccess
from connectors.store_kinds import open_okr_store
from connectors.stores import webhook
from sandbox.faults import Answer, Fault, Faults
from sandbox.server import Serving
from sandbox.stores.receiver import Receiver
from tests.connectors.contract import StepClock
from tests.stores.contract import a_write

SCHEMA = Path(webhook.__file__).with_name("webhook-1.json")
ABOUT = {
    "key_result": {
        "id": "PUB-1",
        "title": "Faster",
        "objective": "PUB",
        "team": "Publishing",
        "period": "2026-Q4",
    },
    "cards": {"done": 12, "remaining": 8, "dropped": 1},
    "light": "well",
}


@pytest.fixture
def hook():
    """A receiver, its faults, and the store that posts to it."""
    steps, faults = StepClock(), Faults()
    receiver = Receiver("a-signing-key", now=steps.now)
    with Serving(faults.wrap(receiver)) as serving:
        url = f"{serving.url}/in/5ecret-path"
        access = StoreAccess("hook", "webhook", url, secret="a-signing-key")
        yield receiver, faults, access, open_okr_store(access, steps.clock, 60)


def test_a_change_is_one_signed_post(hook):
    """The receiver checks signature, key and type, and gets the documented body."""
    receiver, _, _, store = hook
    store.write(a_write("ACME-12", about=ABOUT, note="12 of 20 cards done."))
    assert receiver.posts == [
        {
            "version": 1,
            "at": "2026-11-21T06:15:00Z",
            "key_result": {**ABOUT["key_result"], "tool_id": "ACME-12"},
            "number": {"kind": "percent", "value": 60.0},
            "cards": ABOUT["cards"],
            "light": "well",
            "note": "12 of 20 cards done.",
        }
    ]


def test_a_body_is_as_its_schema_says(hook):
    """What is posted is valid by the schema that receivers are given."""
    receiver, _, _, store = hook
    store.write(a_write("ACME-12", about=ABOUT))
    validator = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    validator.validate(receiver.posts[0])
    assert not validator.is_valid({**receiver.posts[0], "version": 2})


def test_a_repeat_is_the_same_to_the_byte(hook):
    """What may have arrived goes out again with its key and its body."""
    receiver, faults, _, store = hook
    faults.add("/in/", Fault(close=True))
    write = a_write("ACME-12", about=ABOUT)
    with pytest.raises(UnsureError):
        store.write(write)
    store.write(replace(write, repeat=True))
    store.write(replace(write, repeat=True))
    assert len(receiver.posts) == 3
    assert [len(bodies) for bodies in receiver.bodies.values()] == [1]
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_has_arrived(hook, status):
    """Whatever the receiver says with it, even a web page."""
    _, faults, _, store = hook
    faults.answer("/in/", Answer(status, "<html>thanks</html>", "text/html"))
    assert store.write(a_write("ACME-12")) == ""


def test_what_goes_wrong_never_names_the_address(hook):
    """The address is a secret: no message has its path, nor the key."""
    receiver, faults, access, store = hook
    receiver.secret = "another"
    with pytest.raises(NotAuthorisedError) as refused:
        store.write(a_write("ACME-12"))
    faults.answer("/in/", Answer(503, f"down {access.url} a-signing-key", "text/plain"))
    with pytest.raises(TransientError) as failed:
        store.write(a_write("ACME-12"))
    for error in (refused.value, failed.value):
        assert "5ecret-path" not in str(error)
        assert "a-signing-key" not in str(error)
    assert "OKR_SYNC_STORES__HOOK__URL" in str(refused.value)


def test_it_is_never_read(hook):
    """Nothing is asked of a receiver."""
    store = hook[3]
    assert not store.can.reads
    assert store.read(["ACME-12"]) == {}
    assert store.key_results() == ()
    assert store.take_back(a_write("ACME-12")) is None


def test_letters_of_all_alphabets_are_signed_as_sent(hook):
    """UTF-8 as it is, not escaped, under a signature that fits."""
    receiver, _, _, store = hook
    store.write(a_write("ACME-12", note="✅ Größer 完了"))
    (body,) = next(iter(receiver.bodies.values()))
    assert "✅ Größer 完了".encode() in body
    assert json.loads(body)["note"] == "✅ Größer 完了"
