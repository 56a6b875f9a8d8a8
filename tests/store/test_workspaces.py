"""Several okrs.yaml in one store never see each other."""

from __future__ import annotations

import pytest

from connectors.errors import ConfigurationError
from syncer.core.deliveries import MeetingReport, Occasion, Purpose
from syncer.core.records import CheckIn, Fail, KrState
from syncer.store.store import open_store
from tests.store.samples import HOUR, NOW, key_result, metric, objective, okrs, write
from tests.store.test_known import card, pull

REPORT = MeetingReport("Publishing", "2026-11-19", NOW)
OCCASION = Occasion(Purpose.REPORT, "Publishing", "2026-11-19")


@pytest.fixture
def other(store, url):
    """A second workspace in the same store, which has the same ids."""
    assert store.workspace == ""
    with open_store(url, "digital") as opened:
        yield opened


def _fill(store):
    """Leave something of every kind."""
    krs = (key_result("PUB-1", metric=metric(current=96)), key_result("PUB-2"))
    store.define(okrs(objective(title="Reach the launch", key_results=krs)), NOW + HOUR)
    store.apply([write(range(3)), Fail("PUB-2", "jira is down")], NOW)
    store.add_checkin(CheckIn("PUB-1", NOW, 7))
    store.begin_run(NOW, "sync")
    store.remember("jira", "page", "100", NOW)
    store.keep_pull(pull(card("1")))
    store.claim_report(REPORT, "one")
    store.begin_delivery(OCCASION, "slack", NOW)


def _seen(store):
    """Give all that can be read."""
    krs = ["PUB-1", "PUB-2"]
    return (
        (store.states(krs), store.summaries(krs), store.read_spans(krs)),
        (store.readings_of(krs), store.ledger_of(krs), store.reported_values(krs)),
        (store.changes(), [(kr.id, kr.title) for kr in store.defined()]),
        (store.checkins(), store.latest_checkins(krs), store.last_runs(9)),
        (store.recall("jira"), store.known("jira")),
        (store.report_of("Publishing", "2026-11-19"), store.deliveries_of(OCCASION)),
    )


def test_two_workspaces_never_see_each_other(store, other):
    """Whatever one holds, the other is as it was, also where their ids are the same."""
    empty = _seen(other)
    _fill(store)
    assert _seen(other) == empty
    full = _seen(store)
    other.define(okrs(objective(key_results=(key_result("PUB-1", title="Theirs"),))), NOW)
    other.apply([write(range(9))], NOW)
    _fill(other)
    assert _seen(store) == full


def test_both_may_write_the_same_ids(store, other):
    """The same KR, card, report and delivery stand side by side."""
    for workspace in (store, other):
        _fill(workspace)
    both = [(s.states(["PUB-1"]), s.deliveries_of(OCCASION)) for s in (store, other)]
    assert both[0] == both[1]


def test_a_snapshot_is_of_its_workspace(store, other):
    """What is read in one transaction is of one workspace, too."""
    store.apply([write(range(3))], NOW)
    with other.snapshot() as seen:
        assert seen.states(["PUB-1"]) == {"PUB-1": KrState()}


def test_the_number_of_another_workspaces_check_in_is_unknown(store, other):
    """Nobody takes back what was said elsewhere."""
    number = store.add_checkin(CheckIn("PUB-1", NOW, 7))
    assert other.undo_checkin(number, NOW) is None
    assert store.checkins()[0].undone_at is None


def test_what_another_file_has_is_not_taken_out(store, other):
    """Two files in one store don't look like taking out and putting in."""
    other.define(okrs(objective("WEB")), NOW)
    store.define(okrs(), NOW + HOUR)
    assert store.changes() == other.changes() == ()
    assert {kr.id for kr in store.defined()} == {"PUB-1", "PUB-2", "PUB-3"}
    assert {kr.id for kr in other.defined()} == {"WEB-1", "WEB-2", "WEB-3"}


@pytest.fixture
def files(tmp_path):
    """Two files that might be one workspace's okrs.yaml."""
    pair = tmp_path / "a" / "okrs.yaml", tmp_path / "b" / "okrs.yaml"
    for file in pair:
        file.parent.mkdir()
        file.write_text("objectives: []\n")
    return pair


def test_a_workspace_that_another_file_writes_is_refused(store, files):
    """Written from one file, it is refused to another while that one is there."""
    mine, theirs = files
    store.refuse_other_file(mine)
    store.claim_workspace(mine, NOW)
    store.refuse_other_file(mine)
    with pytest.raises(ConfigurationError, match=r"last written from .*a/okrs\.yaml.* workspace:"):
        store.refuse_other_file(theirs)


def test_a_file_that_moved_goes_on(store, files):
    """Where the file of before is gone, its workspace is the new one's."""
    mine, theirs = files
    store.claim_workspace(mine, NOW)
    mine.unlink()
    store.refuse_other_file(theirs)
    store.claim_workspace(theirs, NOW)
    mine.write_text("objectives: []\n")
    with pytest.raises(ConfigurationError, match="b/okrs"):
        store.refuse_other_file(mine)


def test_the_same_file_by_another_path_is_the_same(store, files):
    """A link to the folder makes no second file of it."""
    mine, _ = files
    link = mine.parent.with_name("link")
    link.symlink_to(mine.parent)
    store.claim_workspace(mine, NOW)
    store.refuse_other_file(link / "okrs.yaml")


def test_another_workspace_has_another_file(store, other, files):
    """Each workspace has a file of its own."""
    store.claim_workspace(files[0], NOW)
    other.refuse_other_file(files[1])
    other.claim_workspace(files[1], NOW)
    store.refuse_other_file(files[0])


def test_a_claim_that_stands_is_not_written_again(store, files, ask):
    """A run with nothing new leaves it as it is."""
    store.claim_workspace(files[0], NOW)
    before = ask("SELECT * FROM workspaces")
    store.claim_workspace(files[0], NOW + HOUR)
    assert ask("SELECT * FROM workspaces") == before


def test_a_seal_is_of_its_workspace(store, other):
    """A report of the same day is another's affair."""
    content = b"{}"
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    for workspace in (store, other):
        assert workspace.claim_report(REPORT, "one").made_at is None
    assert store.seal_report(REPORT._replace(made_at=NOW), "one", content, digest)
    assert other.sealed_report("Publishing", "2026-11-19") is None
