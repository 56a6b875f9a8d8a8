"""Sent is what the service itself calls sent; its refusals are told with its own reason."""

from __future__ import annotations

import pytest

from tests.delivery.desk import REVIEW, deliver
from tests.delivery.receivers import Hook, served

OK = "200 OK"
TRIES_AGAIN = "the next run tries again"
CONNECTOR = (
    b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "
    b"403 with ContextId tcid=0,server=Persephone,cv=abc.0.."
)
NO_AUTHORIZATION = (
    b'{"error": {"code": "DirectApiAuthorizationRequired", "message": "The request must be '
    b'authenticated only by Shared Access scheme, Persephone."}}'
)
DISABLED = (
    b'{"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "Could not execute workflow '
    b"'hush-hush' trigger 'manual' with state 'Disabled': trigger is not enabled.\"}}"
)


def posted(desk, kind, status, content):
    """Post to a webhook that answers so, twice; give both results and how often it was posted."""
    hook = Hook(well=(status, content))
    with served(hook) as url:
        desk.write(REVIEW + deliver(f"{kind}: {{}}"))
        desk.environ[f"OKR_SYNC_DELIVERY__{kind.upper()}__WEBHOOK"] = f"{url}/x/hush-hush"
        return desk.due(), desk.due(), len(hook.bodies)


@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        ("slack", OK, b"ok"),
        ("slack", OK, b'{"ok": true}'),
        ("teams", OK, b"1"),
        ("teams", "202 Accepted", b""),
    ],
)
def test_the_services_own_sign_is_taken_for_sent(desk, kind, status, content):
    """Each has one or two of them."""
    first, second, count = posted(desk, kind, status, content)
    assert (first.code, f"sent to {kind}\n" in first.out, second.code, count) == (0, True, 0, 1)


@pytest.mark.parametrize(
    ("kind", "status", "content", "why"),
    [
        ("slack", OK, b'{"ok": false, "error": "channel_is_archived"}', "channel_is_archived"),
        ("slack", OK, b'{"ok": false, "error": "persephone_planted"}', "don't know"),
        ("slack", OK, b'{"ok": false}', "don't know"),
        ("slack", OK, b"no_service", "no_service"),
        ("slack", "404 Not Found", b"no_service", "no_service"),
        ("slack", "410 Gone", b"channel_is_archived", "channel_is_archived"),
        ("slack", "400 Bad Request", b"invalid_blocks", "invalid_blocks"),
        ("teams", OK, CONNECTOR, "HTTP error 403"),
        ("teams", OK, CONNECTOR.replace(b"403", b"429"), "HTTP error 429"),
        ("teams", OK, NO_AUTHORIZATION, "DirectApiAuthorizationRequired"),
        ("teams", "202 Accepted", DISABLED, "WorkflowTriggerIsNotEnabled"),
        ("teams", "400 Bad Request", DISABLED, "trigger is not enabled"),
        ("teams", "401 Unauthorized", NO_AUTHORIZATION, "DirectApiAuthorizationRequired"),
    ],
)
def test_a_refusal_in_words_is_a_refusal(desk, kind, status, content, why):
    """Whatever its status: it is told with the service's code, and tried again by the next run."""
    first, second, count = posted(desk, kind, status, content)
    assert (first.code, why in first.err, TRIES_AGAIN in first.err) == (1, True, True)
    assert (second.code, count == 2 or not status.startswith("2")) == (1, True)
    for hidden in ("ersephone", "hush-hush"):
        assert hidden not in first.printed + second.printed


@pytest.mark.parametrize("kind", ["slack", "teams"])
@pytest.mark.parametrize(
    "answer", [(OK, b""), (OK, b"<html>Welcome</html>"), ("204 No Content", b""), (OK, b"[1]")]
)
def test_a_good_status_without_the_sign_leaves_a_doubt(desk, kind, answer):
    """A proxy or a portal may have answered: nobody knows, and it isn't posted twice."""
    first, second, count = posted(desk, kind, *answer)
    assert (first.code, second.code, count) == (1, 0, 1)
    assert "nobody knows whether it arrived" in first.err
    assert "sent to" not in first.printed
