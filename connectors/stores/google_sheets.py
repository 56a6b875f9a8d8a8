"""Google Sheets: one row a key result, found by its id, and one row a day in a tab of history.

As https://developers.google.com/sheets/api/reference/rest/v4/spreadsheets.values has it. All
is written RAW: as text, "=…" in a title would run as a formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors.errors import NotAuthorisedError, NotFoundError, RejectedError, SourceError
from connectors.extras import missing
from connectors.okr_tool import Abilities, StoreKind, StoreOption, ToolKeyResult, ToolNumber
from connectors.stores.session import ToolSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import requests

    from connectors.clock import Clock
    from connectors.okr_tool import NumberWrite, StoreAccess

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
COLUMNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Rows = list[list[Any]]


class GoogleSheetsStore:
    """A tab with a heading row: `id` and `value`, and whichever of the others it has."""

    can = Abilities(
        lists=True,
        dated=True,
        repeatable=True,
        status=True,
        note=True,
        takes_back=True,
        counts=True,
    )

    def __init__(self, access: StoreAccess, clock: Clock, patience: float) -> None:
        """Get ready; the service account signs in at the first question."""
        self.name = access.name
        self._access = access
        self._tool = ToolSession(access, clock, patience, {}, part="key_file")
        self._tool.sign(self._signed)
        self._credentials: Any = None
        self._tab = access.options.get("tab") or "OKRs"
        self._history = access.options.get("history") or "History"
        self._base = f"/v4/spreadsheets/{quote(access.options['spreadsheet'], safe='')}"

    def key_results(self) -> tuple[ToolKeyResult, ...]:
        """List the rows that have an id."""
        names, rows = self._rows()
        cells = [dict(zip(names, row, strict=False)) for row in rows]
        return tuple(self._listed(row) for row in cells if str(row.get("id", "")).strip())

    def read(self, ids: Sequence[str]) -> Mapping[str, ToolNumber | SourceError]:
        """Read the whole tab at once; a formula in a value's cell counts by itself."""
        names, rows = self._rows()
        return {id_: self._read(id_, names, rows) for id_ in ids}

    def _read(self, id_: str, names: list[str], rows: Rows) -> ToolNumber | SourceError:
        try:
            row = rows[self._place(id_, names, rows)]
            cells = dict(zip(names, row, strict=False))
            if str(cells.get("value", "")).startswith("="):
                return ToolNumber(None, counts_itself=True)
            value, target = (self._tool.number(cells.get(name)) for name in ("value", "target"))
            return ToolNumber(value, target=target)
        except SourceError as error:
            return error

    def write(self, write: NumberWrite) -> str:
        """Write the row's cells at once, then the day's row of the history."""
        cells = {"value": write.value, "note": write.note, "at": f"{write.at:%Y-%m-%d %H:%M}"}
        if write.light:
            cells["status"] = write.light
        self._put(write.tool_id, cells)
        self._remember(write, [write.day, write.tool_id, write.value, write.note])
        return ""

    def take_back(self, write: NumberWrite) -> None:
        """Put what stood there before, or nothing, in the row and in the day's history."""
        before = "" if write.before is None else write.before
        self._put(write.tool_id, {"value": before, "note": ""})
        self._remember(write, [write.day, write.tool_id, before, ""])

    def _put(self, id_: str, cells: Mapping[str, Any]) -> None:
        """Find the row anew, as people move rows, and write those cells that have a column."""
        names, rows = self._rows()
        line = self._place(id_, names, rows) + 2
        data = [
            {"range": f"{_tab(self._tab)}!{COLUMNS[names.index(name)]}{line}", "values": [[cell]]}
            for name, cell in cells.items()
            if name in names
        ]
        body = {"valueInputOption": "RAW", "data": data}
        self._tool.send("POST", f"{self._base}/values:batchUpdate", body)

    def _remember(self, write: NumberWrite, row: list[Any]) -> None:
        """Write the day's row of the history over, or add it: append alone would double it."""
        if not self._has_history():
            return
        known = self._values(f"{_tab(self._history)}!A:B")
        days = [[str(cell) for cell in line[:2]] for line in known]
        if [write.day, write.tool_id] in days:
            line = days.index([write.day, write.tool_id]) + 1
            path, method = f"{_tab(self._history)}!A{line}:D{line}", "PUT"
            params = {"valueInputOption": "RAW"}
        else:
            path, method = f"{_tab(self._history)}!A:D", "POST"
            params = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
        url = f"{self._base}/values/{quote(path, safe='')}" + (
            ":append" if method == "POST" else ""
        )
        self._tool.send(method, url, {"values": [row]}, params)

    def _has_history(self) -> bool:
        answer = self._tool.get(self._base, {"fields": "sheets.properties.title"})
        sheets = self._tool.part(answer, "sheets")
        return any(
            self._tool.part(sheet, "properties", "title") == self._history for sheet in sheets
        )

    def _rows(self) -> tuple[list[str], Rows]:
        """Give the headings, folded, and the rows under them."""
        heading, *rows = self._values(f"{_tab(self._tab)}!A:Z") or [[]]
        names = [str(cell).strip().casefold() for cell in heading]
        for name in ("id", "value"):
            if name not in names:
                raise RejectedError(
                    f"store {self.name}: the tab {self._tab} has no column headed {name}; "
                    "its first row names the columns"
                )
        return names, rows

    def _values(self, cells: str) -> Rows:
        path = f"{self._base}/values/{quote(cells, safe='')}"
        answer = self._tool.get(path, {"valueRenderOption": "FORMULA"})
        self._tool.part(answer, "range")  # an empty tab has no values, but it has a range
        rows: Rows = answer.get("values", [])
        return rows

    def _place(self, id_: str, names: list[str], rows: Rows) -> int:
        column = names.index("id")
        ids = [str(row[column]).strip() if len(row) > column else "" for row in rows]
        if ids.count(id_) > 1:
            raise RejectedError(f"store {self.name}: {id_} stands in {ids.count(id_)} rows")
        if id_ not in ids:
            raise NotFoundError(f"store {self.name}: no row of {self._tab} has the id {id_}")
        return ids.index(id_)

    def _listed(self, row: Mapping[str, Any]) -> ToolKeyResult:
        def text(name: str) -> str:
            return str(row.get(name, "")).strip()

        start, target, value = (
            None if text(name).startswith("=") else self._tool.number(row.get(name))
            for name in ("start", "target", "value")
        )
        return ToolKeyResult(
            id=text("id"),
            title=text("title") or text("id"),
            objective=text("objective") or "OKRs",
            objective_title=text("objective") or self._tab,
            team=text("team"),
            period=text("period"),
            start=start,
            target=target,
            current=value,
            unit=text("unit"),
            labels=tuple(label.strip() for label in text("labels").split(",") if label.strip()),
        )

    def _signed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add a token, made anew by Google's library when it is about to run out."""
        if self._credentials is None:
            self._credentials = self._service_account()
        credentials = self._credentials
        if not credentials.valid:
            # Its own transport's class, over our session: proxies, certificates and patience.
            from google.auth.transport.requests import Request  # noqa: PLC0415 - only when asked

            try:
                credentials.refresh(Request(self._tool.plain_session()))
            except RejectedError as error:
                raise self._unwelcome(str(error)) from error
        request.headers["Authorization"] = f"Bearer {credentials.token}"
        return request

    def _service_account(self) -> Any:
        try:
            from google.oauth2.service_account import Credentials  # noqa: PLC0415 - an extra's
        except ModuleNotFoundError as error:
            raise RejectedError(
                f"store {self.name}: {missing('google', 'Google Sheets')}"
            ) from error
        try:
            read: Any = Credentials.from_service_account_file
            return read(self._access.key_file, scopes=[SCOPE])
        except (OSError, ValueError) as error:
            raise self._unwelcome("it is no service account's key file") from error

    def _unwelcome(self, why: str) -> NotAuthorisedError:
        named = self._access.variable("key_file")
        return NotAuthorisedError(f"store {self.name}: {named}: {why}; make a new key there")


def _tab(name: str) -> str:
    """Quote a tab's name as ranges have it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


KIND = StoreKind(
    name="google-sheets",
    title="Google Sheets",
    can=GoogleSheetsStore.can,
    secrets=(("key_file",),),
    opens=GoogleSheetsStore,
    options={
        "spreadsheet": StoreOption("1AbCdEf", required=True),
        "tab": StoreOption("OKRs", default="OKRs"),
        "history": StoreOption("History", default="History"),
    },
    default_url="https://sheets.googleapis.com",
)
