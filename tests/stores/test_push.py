"""Numbers on their way to the tools: each there once, a person's left alone, nothing lost."""

from __future__ import annotations

import json
import math

import pytest

from connectors.okr_tool import ToolNumber
from connectors.stores.okr_tracker import OkrTrackerStore
from sandbox.faults import Answer, Fault

BOARD = "{store: board, id: kr1}"
HOOK = "{store: hook, id: ACME-12}"
GOALS = "{store: goals, id: '121', status: true}"


def test_a_sync_brings_the_number_to_all_tools(desk):
    """After a sync each tool shows the number, with how it came about, and status says so."""
    desk.goes_to(BOARD, HOOK, GOALS)
    desk.finish(12)
    out = desk.sync().out
    assert desk.values() == [60.0]
    assert desk.asana.goals["121"].values == [0.6]
    (post,) = desk.hook.posts
    assert post["number"] == {"kind": "percent", "value": 60.0}
    assert post["cards"] == {"done": 12, "remaining": 8, "dropped": 0}
    assert post["key_result"] == {
        "id": "PUB-1",
        "title": "Faster",
        "objective": "PUB",
        "team": "Publishing",
        "period": "2026-Q4",
        "tool_id": "ACME-12",
    }
    assert post["note"].startswith("12 of 20 cards done")
    assert "PUB-1 -> board kr1: wrote 60" in out
    for store, tool_id in (("board", "kr1"), ("hook", "ACME-12"), ("goals", "121")):
        assert desk.places()[store] == {
            "store": store,
            "id": tool_id,
            "state": "written",
            "value": 60.0,
            "at": "2026-11-21T06:15:00Z",
            "problem": None,
        }


def test_nothing_new_writes_nothing(desk):
    """A second run changes no tool, and not a row of the outbox."""
    desk.goes_to(BOARD, HOOK, GOALS)
    desk.finish(12)
    desk.sync()
    before = {store: desk.writes(store) for store in desk.tools}
    rows = desk.rows("SELECT * FROM outbox") + desk.rows("SELECT * FROM kr_stores")
    desk.days(1)
    desk.sync()
    desk.push()
    assert {store: desk.writes(store) for store in desk.tools} == before
    assert desk.rows("SELECT * FROM outbox") + desk.rows("SELECT * FROM kr_stores") == rows


def test_cards_that_change_no_percent_are_no_change(desk):
    """A change is a change of the number that goes out: not of cards, light or note."""
    desk.goes_to(BOARD, HOOK)
    desk.finish(10)
    desk.sync()
    for number in range(21, 41):
        desk.jira.add_issue(
            key=f"PUB-{number}", labels=["PUB-1"], status="Done" if number % 2 else "To Do"
        )
    desk.days(1)
    desk.sync()
    assert desk.counts("PUB-1") == (20, 20, 0)
    assert len(desk.hook.posts) == 1


@pytest.mark.parametrize(
    "answer",
    [{}, None, {"kr1": None}, {"kr1": ToolNumber("70")}, {"kr1": ToolNumber(math.nan)}],
    ids=["nothing for it", "no answer", "no number", "a text", "no finite one"],
)
def test_a_number_that_an_adapter_leaves_out_is_not_written_over(desk, monkeypatch, answer):
    """What stands there might be a person's: the number waits, and the other tools get theirs."""
    desk.goes_to(BOARD, HOOK)
    desk.tracker.person_sets("kr1", 70.0)
    desk.finish(12)
    monkeypatch.setattr(OkrTrackerStore, "read", lambda *_: answer)
    desk.run("sync")
    assert desk.values() == [70.0]
    assert desk.state() == ("waiting", 60.0)
    assert len(desk.hook.posts) == 1


def test_a_person_s_value_stays_until_somebody_approves(desk):
    """Ours is held back and said; --approve writes it, and from then on it moves again."""
    desk.goes_to(BOARD)
    desk.finish(10)
    desk.sync()
    desk.tracker.person_sets("kr1", 70.0)
    desk.finish(12)
    desk.days(1)
    assert "held 60: somebody set it to 70 there" in desk.sync().out
    assert desk.state() == ("held", 60.0)
    assert "70" in desk.places()["board"]["problem"]
    assert desk.tracker.key_results["kr1"].current == 70.0
    desk.push("--approve")
    assert desk.tracker.key_results["kr1"].current == 60.0
    assert desk.state() == ("written", 60.0)
    desk.finish(14)
    desk.days(1)
    desk.sync()
    assert desk.tracker.key_results["kr1"].current == 70.0


def test_a_person_s_value_that_is_ours_again_is_ours(desk):
    """Set back to what we wrote, or to what we would write, the number moves again."""
    desk.goes_to(BOARD)
    desk.finish(10)
    desk.sync()
    desk.tracker.person_sets("kr1", 70.0)
    desk.finish(14)
    desk.days(1)
    desk.sync()
    assert desk.state() == ("written", 70.0)
    desk.finish(16)
    desk.days(1)
    desk.sync()
    assert desk.tracker.key_results["kr1"].current == 80.0


@pytest.mark.parametrize(("there", "state"), [(0.0, "written"), (33.0, "held")])
def test_what_stood_there_before_us_is_a_person_s_unless_it_is_the_start(desk, there, state):
    """Before our first write 0 is nobody's, and anything else somebody's."""
    desk.goes_to(BOARD)
    desk.tracker.key_results["kr1"].current = there
    desk.finish(12)
    desk.sync()
    assert desk.state() == (state, 60.0)


def test_a_tool_that_lags_is_no_person(desk):
    """What still shows what we wrote before gets the next number all the same."""
    desk.goes_to(BOARD)
    desk.tracker.lagging = True
    for done, value in ((10, 50.0), (12, 60.0), (14, 70.0)):
        desk.finish(done)
        desk.days(1)
        desk.sync()
        assert desk.state() == ("written", value)
        if done == 10:
            desk.tracker.catch_up()
    assert desk.values() == [50.0, 60.0, 70.0]


def test_a_tool_that_is_down_gets_the_days_between_when_it_is_back(desk):
    """Days without the tool end with each day's value, in order, in one that takes dates."""
    desk.goes_to(BOARD)
    desk.finish(2)
    desk.sync()
    desk.faults["board"].answer("/keyres", Answer(503, "down"), times=None)
    for done in (4, 6, 8):
        desk.finish(done)
        desk.days(1)
        assert "503" in desk.sync(code=1).err
    assert desk.state() == ("waiting", 40.0)
    desk.faults["board"].clear()
    desk.days(0.1)
    desk.push()
    assert desk.values() == [10.0, 20.0, 30.0, 40.0]
    assert [p.at.day for p in desk.tracker.key_results["kr1"].points] == [21, 22, 23, 24]
    assert desk.state() == ("written", 40.0)


def test_one_without_dates_gets_the_newest_alone(desk):
    """A tool that was down for a week gets one value when it is back."""
    desk.goes_to(GOALS)
    desk.faults["goals"].answer("/goals", Answer(503, "down"), times=None)
    for done in (4, 6, 8):
        desk.finish(done)
        desk.days(1)
        desk.sync(code=1)
    desk.faults["goals"].clear()
    desk.push()
    assert desk.asana.goals["121"].values == [0.4]


def test_a_webhook_that_broke_gets_the_same_again_under_its_key(desk):
    """What may have arrived is repeated with its key; the receiver has it once."""
    desk.goes_to(HOOK)
    desk.finish(12)
    desk.faults["hook"].add("/in", Fault(close=True))
    desk.sync(code=1)
    assert desk.state("hook") == ("waiting", 60.0)
    desk.days(1)
    desk.sync()
    desk.sync()
    (bodies,) = desk.hook.bodies.values()
    assert len(bodies) == 1
    assert desk.writes("hook") == 2
    assert desk.state("hook") == ("written", 60.0)


def test_a_write_that_arrived_unheard_is_settled_by_reading(desk):
    """The tool had it, the line broke: the next run sees it there, and writes nothing."""
    desk.goes_to("{store: goals, id: '121', note: false}")
    desk.finish(12)
    asana = desk.asana
    desk.faults["goals"].add(
        "/setMetric", Fault(before=lambda: asana.goals["121"].values.append(0.6), close=True)
    )
    desk.faults["goals"].answer("/setMetric", Answer(500, ""), nth=2)
    desk.sync(code=1)
    assert asana.goals["121"].values == [0.6, 0.6]
    asana.goals["121"].values.pop()
    desk.sync()
    assert asana.goals["121"].values == [0.6]
    assert desk.state("goals") == ("written", 60.0)


def test_drafts_wait_for_a_person(desk):
    """With approve nothing goes out until somebody lets it go; a newer number is the draft."""
    desk.goes_to(GOALS, BOARD, approve=True)
    desk.finish(12)
    desk.sync()
    assert desk.state("goals") == ("draft", 60.0)
    assert desk.values() == [60.0]
    desk.finish(14)
    desk.days(1)
    assert "draft 70" in desk.sync().out
    assert desk.asana.goals["121"].values == []
    desk.push("--approve", "--store", "goals")
    assert desk.asana.goals["121"].values == [0.7]
    desk.finish(16)
    desk.sync()
    assert desk.state("goals") == ("draft", 80.0)


def test_what_was_let_go_goes_also_when_the_tool_was_down(desk):
    """An approval isn't lost with the tool."""
    desk.goes_to(GOALS, approve=True)
    desk.finish(12)
    desk.sync()
    desk.faults["goals"].answer("/goals", Answer(503, "down"), times=None)
    desk.push("--approve", code=1)
    desk.faults["goals"].clear()
    desk.sync()
    assert desk.asana.goals["121"].values == [0.6]


def test_a_write_can_be_taken_back_and_stays_back(desk):
    """--undo puts what was there; the number goes out again when it changes."""
    desk.goes_to(BOARD)
    desk.finish(10)
    desk.sync()
    desk.finish(12)
    desk.days(1)
    desk.sync()
    assert "took 60 back; it shows 50" in desk.push("--undo").out
    assert desk.tracker.key_results["kr1"].current == 50.0
    desk.sync()
    desk.push()
    assert desk.tracker.key_results["kr1"].current == 50.0
    assert desk.state() == ("held", 60.0)
    desk.finish(14)
    desk.days(1)
    desk.sync()
    assert desk.tracker.key_results["kr1"].current == 70.0
    desk.jira.move("PUB-14", "To Do")
    desk.jira.move("PUB-13", "To Do")
    desk.days(1)
    desk.sync()
    assert desk.tracker.key_results["kr1"].current == 60.0


def test_what_is_taken_back_is_taken_back_once(desk):
    """A second --undo leaves the write before alone, and the number stays back."""
    desk.goes_to(BOARD)
    desk.finish(10)
    desk.sync()
    desk.finish(12)
    desk.days(1)
    desk.sync()
    desk.push("--undo")
    assert "nothing of ours to take back" in desk.push("--undo").out
    assert desk.tracker.key_results["kr1"].current == 50.0
    desk.days(1)
    desk.sync()
    assert desk.places()["board"]["problem"].startswith("taken back")
    assert desk.tracker.key_results["kr1"].current == 50.0


def test_what_can_t_be_taken_back_is_said(desk):
    """A webhook can't, and a person's later value isn't touched: both end with 1."""
    desk.goes_to(HOOK, BOARD)
    desk.finish(12)
    desk.sync()
    assert "can't take a write back" in desk.push("--undo", "--store", "hook", code=1).out
    desk.tracker.person_sets("kr1", 70.0)
    assert "not our 60" in desk.push("--undo", "--store", "board", code=1).out
    assert desk.tracker.key_results["kr1"].current == 70.0


@pytest.mark.parametrize("command", ["sync", "push"])
def test_a_dry_run_shows_what_would_be_written(desk, command):
    """It decides by what the tools show, and writes nothing anywhere."""
    desk.goes_to(BOARD, HOOK)
    desk.finish(12)
    if command == "push":
        desk.faults["board"].answer("/keyres", Answer(503, "down"), times=5)
        desk.faults["hook"].answer("/in", Answer(403, "no"), times=1)
        desk.sync(code=1)
    before = desk.writes("hook")
    out = desk.run(command, "--dry-run").out
    assert "PUB-1 -> board kr1: would write 60 over 0" in out
    assert "PUB-1 -> hook ACME-12: would write 60" in out
    assert desk.values() == []
    assert desk.writes("hook") == before


def test_programs_get_it_as_json(desk):
    """`sync --json` and `push --json` tell each decision, and nothing else is on stdout."""
    desk.goes_to(BOARD)
    desk.finish(12)
    (row,) = desk.run("sync", "--json").json["stores"]
    assert (row["kr"], row["decision"], row["state"]) == ("PUB-1", "write", "written")
    (row,) = desk.run("push", "--json").json["stores"]
    assert (row["decision"], row["state"], row["value"]) == ("nothing", "written", 60.0)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(401, json.dumps({"message": "no"})), "waiting"),
        (Answer(403, "{}"), "waiting"),
        (Answer(404, "gone"), "refused"),
        (Answer(429, "slow", headers=(("Retry-After", "9999"),)), "waiting"),
        (Answer(500, "oops"), "waiting"),
        (Answer(200, "<html>", "text/html"), "waiting"),
        (Answer(200, "17"), "waiting"),
        (Answer(200, "{"), "waiting"),
    ],
    ids=["401", "403", "404", "429", "500", "web page", "no object", "no JSON"],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_failing_tool_is_its_own_problem(desk, answer, state, method):
    """Whatever one tool does, the others are served; nothing is lost, and nothing doubled."""
    desk.goes_to(BOARD, HOOK)
    desk.finish(12)
    desk.faults["board"].answer("/keyres", answer, method=method, times=None)
    result = desk.sync(code=1)
    row = desk.places()["board"]
    assert (row["state"], row["value"]) == (state, 60.0)
    assert row["problem"]
    assert row["problem"] in result.err
    assert len(desk.hook.posts) == 1
    desk.faults["board"].clear()
    desk.sync()
    assert desk.values() == [60.0]
    assert len(desk.hook.posts) == 1


def test_other_targets_and_counting_tools_are_refused(desk):
    """A target that isn't ours, and a key result that the tool counts, get no number."""
    desk.goes_to(GOALS)
    desk.finish(12)
    desk.asana.goals["121"].target = 0.8
    desk.sync(code=1)
    assert desk.state("goals") == ("refused", 60.0)
    assert "its target there is 80" in desk.places()["goals"]["problem"]
    desk.asana.goals["121"].target = 1.0
    desk.asana.goals["121"].progress_source = "task_completion"
    desk.sync(code=1)
    assert "counts it by itself" in desk.places()["goals"]["problem"]
    assert desk.asana.goals["121"].values == []


@pytest.mark.parametrize(
    ("number", "value"), [("percent", 60.0), ("done", 12.0), ("remaining", 8.0), ("value", 96.0)]
)
def test_each_kind_of_number_goes_out(desk, number, value):
    """What `number` names is what is written."""
    more = ", metric: {start: 100, target: 90, current: 96, unit: s}"
    desk.goes_to(f"{{store: hook, id: x, number: {number}}}", more=more)
    desk.finish(12)
    desk.sync()
    assert desk.hook.posts[0]["number"] == {"kind": number, "value": value}


def test_what_is_over_or_ahead_goes_nowhere(desk):
    """A period that ended, or hasn't begun, pushes nothing (rule 12)."""
    desk.goes_to(HOOK)
    desk.finish(12)
    desk.sync()
    path = desk.folder / "okrs.yaml"
    text = path.read_text("utf-8")
    desk.finish(14)
    for period in ("2026-Q3", "2027-Q1"):
        path.write_text(text.replace("2026-Q4", period), "utf-8")
        desk.run("sync")
        assert "no number goes to a tool" in desk.push().out
    assert len(desk.hook.posts) == 1


def test_notes_tell_titles_only_where_they_may(desk):
    """The titles of the cards done come with `titles: true`; `note: false` leaves all out."""
    places = ("{store: hook, id: a}", "{store: hook, id: b, titles: true}")
    desk.goes_to(*places, "{store: hook, id: c, note: false}")
    desk.sync()
    desk.jira.add_issue(key="PUB-21", labels=["PUB-1"], summary="Draw the map")
    desk.days(1)
    desk.sync()
    desk.hook.posts.clear()
    desk.jira.move("PUB-21", "Done")
    desk.days(1)
    desk.sync()
    notes = {post["key_result"]["tool_id"]: post["note"] for post in desk.hook.posts}
    assert "Draw the map" in notes["b"]
    assert "Draw the map" not in notes["a"]
    assert notes["c"] == ""
    assert all(len(note) <= 280 and "\n" not in note for note in notes.values())


def test_a_wrong_name_or_a_missing_secret_touches_nothing(desk):
    """An unknown store or KR, and a store without its secret, end with 2 before anything."""
    desk.goes_to(BOARD)
    assert "there is board, hook, goals" in desk.push("--store", "bored", code=2).err
    desk.push("--kr", "PUB-9", code=2)
    del desk.environ["OKR_SYNC_STORES__BOARD__SECRET"]
    assert "OKR_SYNC_STORES__BOARD__SECRET" in desk.sync(code=2).err
    assert not desk.database.exists()


def test_check_finds_places_that_no_number_can_go_to(desk):
    """A key result that is gone, with another target, or counted by the tool is found unwritten."""
    desk.goes_to("{store: board, id: gone}", GOALS, HOOK)
    desk.asana.goals["121"].target = 0.8
    findings = desk.run("check", "--json").json["findings"]
    texts = [finding["text"] for finding in findings if finding["where"] == "PUB-1"]
    assert any("board gone" in text and "404" in text for text in texts)
    assert any("goals 121: its target there is 80" in text for text in texts)
    assert desk.writes("hook") == desk.writes("board") == desk.writes("goals") == 0


def test_status_names_what_is_held_and_why(desk):
    """Below the table stands each number that isn't in its tool."""
    desk.goes_to(BOARD, HOOK)
    desk.tracker.key_results["kr1"].current = 33.0
    desk.finish(12)
    desk.sync()
    out = desk.run("status").out
    assert "PUB-1 -> board kr1: held: somebody set it to 33 there" in out
    assert "-> hook" not in out
