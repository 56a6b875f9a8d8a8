"""A signed webhook, for every tool that we don't know: one POST for each change."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from connectors.errors import UnsureError
from connectors.okr_tool import Abilities, StoreKind
from connectors.stores.session import ToolSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.okr_tool import NumberWrite, StoreAccess, ToolKeyResult, ToolNumber

ARRIVED = range(200, 300)


class WebhookStore:
    """A receiver that can't be read: what may not have arrived is sent again under its key."""

    can = Abilities(reads=False, note=True)

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Get ready to post to the address."""
        self.name = access.name
        self._secret = access.secret
        # The address is a secret: the transport keeps it out of all messages.
        self._tool = ToolSession(access, clock, patience, {}, part="url", courier=True)

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List nothing; a receiver can't be asked."""
        return ()

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Read nothing."""
        del ids
        return {}

    def write(self, write: NumberWrite) -> str:
        """Post the change, signed; any 2xx is taken as arrived, whatever it says."""
        content = json.dumps(webhook_body(write), ensure_ascii=False).encode()
        seconds = int(self._tool.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": write.key,
            "OKR-Sync-Signature": webhook_signature(self._secret, seconds, content),
        }
        try:
            self._tool.request("POST", "", data=content, headers=headers)
        except UnsureError as error:
            if error.status not in ARRIVED:
                raise
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Do nothing; what was posted stays posted."""


def webhook_body(write: NumberWrite) -> dict[str, Any]:
    """Give the body as docs/stores.md promises it (rule 18)."""
    about = write.about
    return {
        "version": 1,
        "at": write.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key_result": {**_mapping(about.get("key_result")), "tool_id": write.tool_id},
        "number": {"kind": str(write.number), "value": write.value},
        "cards": about.get("cards"),
        "light": about.get("light"),
        "note": write.note,
    }


def webhook_signature(secret: str, seconds: int, content: bytes) -> str:
    """Sign a body sent at these Unix seconds: a receiver does the same, and compares."""
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + content, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


KIND = StoreKind(
    name="webhook",
    title="A webhook",
    can=WebhookStore.can,
    secrets=(("url", "secret"),),
    opens=WebhookStore,
    secret_url=True,
)
