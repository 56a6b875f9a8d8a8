"""oslokommune/okr-tracker: one value a day, and the same again is the same.

As https://github.com/oslokommune/okr-tracker does it at 66d697a: public/openapi.yaml,
functions/api/routes/keyres.js, functions/api/helpers.js.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors.errors import RejectedError
from connectors.okr_tool import Abilities, StoreKind, ToolNumber
from connectors.stores.session import ToolSession, one_by_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.okr_tool import NumberWrite, StoreAccess, ToolKeyResult


class OkrTrackerStore:
    """Key results by the id in their address; there is no list of them."""

    can = Abilities(dated=True, repeatable=True, note=True, takes_back=True)

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Sign in as the client where there is one, else as the team."""
        self.name = access.name
        client = {"okr-client-id": access.key, "okr-client-secret": access.secret}
        headers = client if access.key else {"okr-team-secret": access.token}
        part = "secret" if access.key else "token"
        self._tool = ToolSession(access, clock, patience, headers, part=part)

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List nothing; its API lists KPIs alone."""
        return ()

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Ask for each. `lastUpdated` never shows what a PUT wrote, so it is left alone.

        It is looked up among points with `archived == false`, and a PUT sets no `archived`.
        """
        return one_by_one(ids, self._read)

    def _read(self, id_: str) -> ToolNumber:
        answer = self._tool.get(f"/keyres/{quote(id_, safe='')}")
        self._tool.part(answer, "progression")
        return ToolNumber(self._tool.number(answer.get("currentValue")))

    def write(self, write: NumberWrite) -> str:
        """Put the day's value; value and note go together, so what is there is there whole."""
        if not write.there:
            self._put(write, write.value, _unaddressed(write.note))
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Put what stood there before in the day's place; a point can't be deleted."""
        if write.before is None:
            raise RejectedError(
                f"store {self.name}: {write.tool_id} had no value before, and okr-tracker "
                "deletes none by its API; delete the day's point there"
            )
        self._put(write, write.before, "")

    def _put(self, write: NumberWrite, value: float, comment: str) -> None:
        body = {"value": value, **({"comment": comment} if comment else {})}
        # It refuses tomorrow, by the clock of its server: east of that a team's day begins earlier.
        day = min(write.day, write.at.astimezone(UTC).date().isoformat())
        path = f"/keyres/{quote(write.tool_id, safe='')}/values/{day}"
        self._tool.part(self._tool.send("PUT", path, body), "message")


def _unaddressed(note: str) -> str:
    """Leave addresses out: the tool escapes their slashes for HTML on the way in."""
    return " ".join(word for word in note.split() if "://" not in word)


KIND = StoreKind(
    name="okr-tracker",
    title="okr-tracker",
    can=OkrTrackerStore.can,
    secrets=(("key", "secret"), ("token",)),
    opens=OkrTrackerStore,
)
