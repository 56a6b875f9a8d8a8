"""A spreadsheet of Google's: values by range, empty ends left out, a token for an hour.

After Google's discovery document sheets.v4.json (in the wheel of google-api-python-client)
and https://developers.google.com/sheets/api/reference/rest/v4/spreadsheets.values.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.stores.app import ToolApp, ToolRefusalError, json_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from werkzeug.wrappers import Request

RANGE = re.compile(r"'((?:[^']|'')+)'!([A-Z])(\d*)(?::([A-Z])(\d*))?")
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}
HOUR = timedelta(hours=1)


class GoogleSheets(ToolApp):
    """One spreadsheet with tabs of cells; `verify` checks an assertion and gives its claims.

    `raw` and `entered` are how many cells were written as they are, and how many as if typed.
    """

    routes = {  # noqa: RUF012 - a ClassVar in the base
        "POST /token": "token",
        "GET /v4/spreadsheets/<id_>": "spreadsheet",
        "GET /v4/spreadsheets/<id_>/values/<range_>": "get",
        "PUT /v4/spreadsheets/<id_>/values/<range_>": "put",
        "POST /v4/spreadsheets/<id_>/values/<range_>:append": "append",
        "POST /v4/spreadsheets/<id_>/values:batchUpdate": "batch",
    }

    def __init__(self, id_: str, verify: Callable[[bytes], Mapping[str, Any]], **more: Any) -> None:
        super().__init__(**more)
        self.id = id_
        self.verify = verify
        self.tabs: dict[str, list[list[Any]]] = {}
        self.tokens: dict[str, datetime] = {}

    def sign_in(self, request: Request) -> None:
        """Know the token, while it lasts."""
        if request.path == "/token":
            return
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, self.now()) <= self.now():
            raise _refusal(401, "Request had invalid authentication credentials.")

    def token(self, request: Request) -> tuple[int, Any]:
        """Give a token for a signed assertion."""
        if request.form.get("grant_type") != GRANT:
            raise ToolRefusalError(400, {"error": "unsupported_grant_type"})
        try:
            claims = self.verify(request.form["assertion"].encode())
        except ValueError:
            body = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
            raise ToolRefusalError(400, body) from None
        if SCOPE not in claims["scope"].split():
            raise ToolRefusalError(400, {"error": "invalid_scope"})
        token = f"ya29.{len(self.tokens)}"
        self.tokens[token] = self.now() + HOUR
        return 200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}

    def spreadsheet(self, request: Request, id_: str) -> tuple[int, Any]:
        """Tell the tabs' titles."""
        self._known(id_)
        if request.args.get("fields") != "sheets.properties.title":
            raise _refusal(400, "Request contains an invalid argument.")
        return 200, {"sheets": [{"properties": {"title": title}} for title in self.tabs]}

    def get(self, request: Request, id_: str, range_: str) -> tuple[int, Any]:
        """Give the cells of a range, without the empty ones at the ends."""
        self._known(id_)
        if request.args.get("valueRenderOption") != "FORMULA":
            raise _refusal(400, "this stand-in renders formulas alone")
        rows, first, columns, _ = self._cells(range_)
        values = [_trimmed(row[columns]) for row in rows[first:]]
        while values and not values[-1]:
            values.pop()
        answer = {"range": range_, "majorDimension": "ROWS"}
        return 200, answer | ({"values": values} if values else {})

    def put(self, request: Request, id_: str, range_: str) -> tuple[int, Any]:
        """Write the cells of a range over."""
        self._known(id_)
        self._raw(request.args.get("valueInputOption"))
        self._write(range_, self._body(request)["values"])
        return 200, {"spreadsheetId": id_, "updatedRange": range_}

    def append(self, request: Request, id_: str, range_: str) -> tuple[int, Any]:
        """Add rows below the last; the same again is another row."""
        self._known(id_)
        self._raw(request.args.get("valueInputOption"))
        rows, *_ = self._cells(range_)
        while rows and not _trimmed(rows[-1]):
            rows.pop()
        rows.extend([list(row) for row in self._body(request)["values"]])
        return 200, {"spreadsheetId": id_, "tableRange": range_}

    def batch(self, request: Request, id_: str) -> tuple[int, Any]:
        """Write several ranges, all or none."""
        self._known(id_)
        body = self._body(request)
        self._raw(body.get("valueInputOption"))
        for part in body["data"]:
            self._cells(part["range"])
        for part in body["data"]:
            self._write(part["range"], part["values"])
        return 200, {"spreadsheetId": id_, "totalUpdatedRows": 1}

    def _known(self, id_: str) -> None:
        if id_ != self.id:
            raise ToolRefusalError(404, _error(404, "Requested entity was not found.", "NOT_FOUND"))

    def _raw(self, option: str | None) -> None:
        if option != "RAW":
            raise _refusal(400, "Invalid valueInputOption: this stand-in takes RAW alone")

    def _body(self, request: Request) -> dict[str, Any]:
        return json_body(request, lambda text: _refusal(400, text))

    def _cells(self, range_: str) -> tuple[list[list[Any]], int, slice, int]:
        match = RANGE.fullmatch(range_)
        title = match[1].replace("''", "'") if match else ""
        if match is None or title not in self.tabs:
            raise _refusal(400, f"Unable to parse range: {range_}")
        first = ord(match[2]) - ord("A")
        last = ord(match[4]) - ord("A") + 1 if match[4] else first + 1
        row = int(match[3]) - 1 if match[3] else 0
        return self.tabs[title], row, slice(first, last), first

    def _write(self, range_: str, values: list[list[Any]]) -> None:
        rows, row, _, column = self._cells(range_)
        for down, cells in enumerate(values):
            while len(rows) <= row + down:
                rows.append([])
            line = rows[row + down]
            line.extend([""] * (column + len(cells) - len(line)))
            line[column : column + len(cells)] = cells


def _trimmed(row: list[Any]) -> list[Any]:
    row = list(row)
    while row and row[-1] in ("", None):
        row.pop()
    return row


def _refusal(status: int, message: str) -> ToolRefusalError:
    return ToolRefusalError(status, _error(status, message, STATUSES[status]))


def _error(code: int, message: str, status: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status}}
