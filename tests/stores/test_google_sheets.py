"""Google Sheets: the contract, and a sheet that people edit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from google.auth.exceptions import MalformedError

from connectors.errors import NotAuthorisedError, RejectedError
from connectors.okr_tool import StoreAccess
from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.stores.google_sheets import GoogleSheets
from tests.connectors.contract import StepClock
from tests.stores.contract import NOTE, OkrStoreContract, StoreTool, a_write

HEADING = ["Id", "Title", "Objective", "Value", "Status", "Note", "At"]


@dataclass
class SheetTool(StoreTool):
    """The stand-in's cells, by the test's hand."""

    read_path: str = "/values/"
    write_path: str = "batchUpdate"
    method: str | None = "POST"

    def row(self, id_):
        return next((row for row in self.app.tabs["OKRs"][1:] if row and row[0] == id_), [])

    def cell(self, id_, name):
        row = self.row(id_)
        column = HEADING.index(name)
        return row[column] if len(row) > column else ""

    def add(self, name="PUB-1"):
        self.app.tabs["OKRs"].append([name, name, "PUB"])
        return name

    def person_sets(self, id_, value):
        row = self.row(id_)
        row.extend([""] * (4 - len(row)))
        row[3] = value

    def points(self, id_):
        rows = [row for row in self.app.tabs["History"] if len(row) > 2 and row[1] == id_]
        return [row[2] for row in rows]

    def shown(self, id_):
        return self.cell(id_, "Value")

    def notes(self, id_):
        return [note for note in [self.cell(id_, "Note")] if note]

    def lights(self, id_):
        del id_
        return self.app.lights

    def remove(self, id_):
        self.app.tabs["OKRs"].remove(self.row(id_))

    def revoke(self):
        self.app.verify = _no_longer

    def counts_itself(self, id_):
        self.person_sets(id_, "=SUM(D3:D9)")


class WatchedSheets(GoogleSheets):
    """The stand-in, remembering what its column of statuses showed."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.lights = []

    def batch(self, request, id_):
        answer = super().batch(request, id_)
        shown = [row[4] for row in self.tabs["OKRs"][1:] if len(row) > 4 and row[4]]
        self.lights += shown if shown and shown != self.lights[-1:] else []
        return answer


def _no_longer(_):
    raise ValueError


@pytest.fixture(scope="module")
def key():
    """Give a key pair for all of these tests."""
    return key_pair()


@cache
def key_pair():
    """Make a service account's key pair: its PEM, and its public half."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public


@pytest.fixture
def tool(tmp_path, key):
    """A spreadsheet, served, and the key file to it."""
    steps, faults = StepClock(), Faults()

    def verify(assertion):
        try:
            return jwt.decode(assertion, certs=key[1], verify=True, clock_skew_in_seconds=10)
        except MalformedError as error:
            raise ValueError from error

    app = WatchedSheets("1AbCdEf", verify, now=steps.now)
    app.tabs = {"OKRs": [list(HEADING)], "History": [["day", "id", "value", "note"]]}
    with Serving(faults.wrap(app)) as serving:
        path = tmp_path / "key.json"
        account = {
            "type": "service_account",
            "client_email": "robot@acme.iam.gserviceaccount.com",
            "private_key": key[0],
            "private_key_id": "k1",
            "token_uri": f"{serving.url}/token",
        }
        path.write_text(json.dumps(account))
        options = {"spreadsheet": "1AbCdEf"}
        access = StoreAccess(
            "sheet", "google-sheets", serving.url, key_file=str(path), options=options
        )
        yield SheetTool(serving, app, faults, access, steps)


class TestGoogleSheets(OkrStoreContract):
    """The contract, and what only a sheet has."""

    def test_it_signs_in_once(self, tool):
        """The token serves all questions of a run."""
        store = self.open(tool)
        store.read([tool.add()])
        store.write(a_write("PUB-1"))
        assert len(tool.serving.log.of("/token")) == 1

    def test_what_people_add_and_move_is_no_matter(self, tool):
        """Columns are found by their headings and rows by their ids, at each write anew."""
        tool.add("PUB-1")
        tool.add("PUB-2")
        rows = tool.app.tabs["OKRs"]
        rows[0] = ["note", "VALUE ", "Owner", "id"]
        rows[1:] = [["", "", "Kim", "PUB-2"], [], ["", 7, "Kim", " PUB-1"]]
        self.write(tool, a_write("PUB-1"))
        assert rows[3] == [NOTE, 60.0, "Kim", " PUB-1"]
        assert rows[1] == ["", "", "Kim", "PUB-2"]

    def test_a_formula_in_a_note_is_a_text(self, tool):
        """All is written RAW; the stand-in refuses anything else."""
        id_ = tool.add()
        self.write(tool, a_write(id_, note="=1+1"))
        assert tool.notes(id_) == ["=1+1"]

    def test_without_a_history_tab_there_is_no_history(self, tool):
        """The row is written all the same."""
        del tool.app.tabs["History"]
        id_ = tool.add()
        self.write(tool, a_write(id_))
        assert tool.shown(id_) == 60.0

    def test_a_day_has_one_row_of_history(self, tool):
        """A later value of the day takes the place of the earlier."""
        id_ = tool.add()
        self.write(tool, a_write(id_, 58.0))
        self.write(tool, a_write(id_, 60.0))
        assert tool.points(id_) == [60.0]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda rows: rows.append(["PUB-1"]), "stands in 2 rows"),
            (lambda rows: rows[0].__setitem__(3, "Worth"), "no column headed value"),
            (list.clear, "no column headed id"),
        ],
    )
    def test_a_sheet_that_isn_t_clear_is_a_problem(self, tool, change, message):
        """An id in two rows, or a heading that isn't there, is said; nothing is guessed."""
        id_ = tool.add()
        change(tool.app.tabs["OKRs"])
        with pytest.raises(RejectedError, match=message):
            self.read(tool, id_)

    def test_a_first_write_is_taken_back_to_nothing(self, tool):
        """What was empty is empty again."""
        id_ = tool.add()
        write = self.write(tool, a_write(id_))
        self.open(tool).take_back(write)
        assert self.read(tool, id_).value is None
        assert tool.shown(id_) == ""

    def test_a_key_file_that_is_none_is_told(self, tool, tmp_path):
        """A missing or broken file names its variable, and none of its content."""
        id_ = tool.add()
        for content in ("", '{"private_key": "5ecret"}'):
            path = tmp_path / "broken.json"
            path.write_text(content)
            broken = replace(tool, access=replace(tool.access, key_file=str(path)))
            with pytest.raises(NotAuthorisedError, match="OKR_SYNC_STORES__SHEET__KEY_FILE") as no:
                self.read(broken, id_)
            assert "5ecret" not in str(no.value)

    def test_it_lists_what_a_row_says(self, tool):
        """Target, unit, team, period and labels come from the columns that there are."""
        heading = ["id", "title", "objective", "value", "start", "target", "unit", "team", "labels"]
        row = ["PUB-1", "Faster", "Launch", 96, 100, 90, "s", "Publishing", "speed, web"]
        tool.app.tabs["OKRs"] = [heading, row, [], ["", "no id"]]
        (kr,) = self.open(tool).key_results()
        assert (kr.id, kr.title, kr.objective_title, kr.team) == (
            "PUB-1",
            "Faster",
            "Launch",
            "Publishing",
        )
        assert (kr.start, kr.target, kr.current, kr.unit) == (100.0, 90.0, 96.0, "s")
        assert kr.labels == ("speed", "web")
