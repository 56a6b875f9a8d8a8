"""The form for a team's week: nothing lost, doubled or covered."""

from __future__ import annotations

import threading

import pytest

from syncer.web.week import LONGEST
from tests.web.visitor import OKRS, Visitor, forms_of, named


def test_what_was_said_last_is_filled_in(reader):
    """Confidence, number, open ask and risk; a number that only okrs.yaml has, too."""
    fields = reader.form("/checkin?team=Publishing")
    assert fields["kr"] == ["SPEED", "BOTH", "PUB-3", "PUB-4", "PUB-5", "PUB-6"]
    filled = {
        **named(fields, confidence_SPEED="7", value_SPEED="150", ask_SPEED="Two more days"),
        **named(fields, value_PUB_3="5", confidence_PUB_3="", confidence_PUB_4="4"),
        **named(fields, risk_PUB_4="<script>alert(1)</script>", note_SPEED=""),
    }
    assert {name: fields[name] for name in filled} == filled
    assert not any(name in fields for name in named(fields, value_BOTH=""))


def test_a_week_is_recorded_and_shown(office, visitor):
    """What was left as it is counts as said again; what is empty is left out."""
    sent = visitor.check_in(confidence_PUB_3="8", note_PUB_3="Two teams left", value_PUB_6="12.5")
    page = visitor.get(sent.headers["location"]).text
    assert "4 key results were checked in" in page
    assert "confidence 8, value 5, note: Two teams left" in page
    last = visitor.spoken("PUB-3")[-1]
    assert (last["confidence"], last["value"], last["note"]) == (8, 5.0, "Two teams left")
    again = visitor.spoken("SPEED")[-1]
    assert (again["confidence"], again["value"], again["ask"]) == (7, 150.0, "Two more days")
    assert visitor.spoken("BOTH") == []
    assert office.kr("PUB-6")["value"] == 12.5
    assert "Two teams left" in visitor.get("/kr/PUB-3").text


def test_a_form_that_is_sent_twice_is_recorded_once(visitor):
    """A second click leads to the same page, also at the same time, and after a restart."""
    fields = visitor.form("/checkin?team=Publishing")
    fields |= named(fields, note_PUB_5="Once")
    threads = [threading.Thread(target=visitor.send, args=("/checkin", fields)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    restarted = Visitor(visitor.office)
    restarted.client.cookies = visitor.client.cookies
    restarted.send("/checkin", fields)
    assert [checkin["note"] for checkin in visitor.spoken("PUB-5")] == ["Once"]


def test_forty_at_once_lose_nothing(office, visitor):
    """Each note is there once, and nobody's old values cover somebody's new ones."""
    visitors = [visitor.beside() for _ in range(40)]
    forms = [each.form("/checkin?team=Publishing") for each in visitors]
    forms = [
        {**fields, **named(fields, note_PUB_5=f"note {number}")}
        for number, fields in enumerate(forms)
    ]
    forms[3] |= named(forms[3], confidence_SPEED="2")
    threads = [
        threading.Thread(target=each.send, args=("/checkin", fields))
        for each, fields in zip(visitors, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notes = [checkin["note"] for checkin in visitor.spoken("PUB-5")]
    assert sorted(notes) == sorted(f"note {number}" for number in range(40))
    assert office.kr("SPEED")["confidence"] == 2


def test_what_somebody_else_has_said_meanwhile_isnt_covered(office, visitor):
    """Of a key result scored since the form was opened only what was changed is recorded."""
    fields = visitor.form("/checkin?team=Publishing")
    office.run("checkin", "SPEED", "--confidence", "2", "--value", "140")
    visitor.send("/checkin", {**fields, **named(fields, note_SPEED="Late to it")})
    row = office.kr("SPEED")
    assert (row["confidence"], row["value"]) == (2, 140.0)
    last = visitor.spoken("SPEED")[-1]
    assert (last["confidence"], last["value"], last["note"]) == (None, None, "Late to it")


def test_a_number_far_off_its_course_is_asked_about(visitor):
    """Nothing of the form is recorded before it is confirmed, and another number asks anew."""
    fields = visitor.form("/checkin?team=Publishing")
    fields |= named(fields, value_SPEED="9500", note_PUB_5="Beside it")
    asked = visitor.send("/checkin", fields, 422)
    assert "9500? The way is from 180 to 60" in asked.text
    assert visitor.spoken("PUB-5") == []
    again = {**fields, **named(fields, sure_SPEED="9500", value_SPEED="9600")}
    assert "9600? The way is" in visitor.send("/checkin", again, 422).text
    visitor.send("/checkin", {**fields, **named(fields, sure_SPEED="9500")})
    assert visitor.spoken("SPEED")[-1]["value"] == 9500.0
    assert visitor.spoken("PUB-5")[-1]["note"] == "Beside it"
    visitor.check_in()
    assert len([each for each in visitor.spoken("SPEED") if each["value"] == 9500.0]) == 2


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("confidence", "11", "give 0 to 10"),
        ("confidence", "seven", "give 0 to 10"),
        ("value", "96,5", "is no number"),
        ("value", "nan", "is no number"),
        ("note", "x" * (LONGEST + 1), "longer than"),
    ],
)
def test_what_cant_be_is_said_at_its_field_and_nothing_is_lost(visitor, name, text, says):
    """The form comes back as it was filled in, with the field marked."""
    fields = visitor.form("/checkin?team=Publishing")
    fields |= named(fields, note_PUB_5="Kept")
    fields |= named(fields, **{f"{name}_SPEED": text})
    page = visitor.send("/checkin", fields, 422).text
    assert says in page
    assert f'id="fault-{name}-0"' in page
    assert f'aria-describedby="fault-{name}-0"' in page
    assert "Kept" in page
    assert visitor.spoken("PUB-5") == []


def test_nothing_filled_in_is_nothing_recorded(visitor):
    """An empty form is said, and written nowhere."""
    fields = visitor.form("/checkin?team=Search+%26+co")
    assert "Nothing was filled in" in visitor.send("/checkin", fields, 422).text
    assert visitor.spoken("FIND") == []


def test_an_answered_ask_is_asked_no_more(office, visitor):
    """A tick closes it, and its words aren't said again."""
    visitor.check_in(answered_SPEED="1")
    assert visitor.spoken("SPEED")[-1]["ask"] == ""
    assert office.kr("SPEED")["light"]["asks"] == []
    fields = visitor.form("/checkin?team=Publishing")
    assert fields[next(iter(named(fields, ask_SPEED="")))] == ""


def test_what_was_sent_can_be_taken_back(visitor):
    """With a trace; only what came by the form, and only once."""
    location = visitor.check_in(note_PUB_5="Wrong").headers["location"]
    number = str(visitor.spoken("PUB-5")[-1]["number"])
    page = visitor.get(location).text
    fields = last_form(page)
    foreign = visitor.send("/checkin/undo", {**fields, "number": "1"}, 422)
    assert "come by this form" in foreign.text
    again = visitor.send("/checkin/undo", {**fields, "number": number})
    assert "taken back" in visitor.get(again.headers["location"]).text
    assert visitor.spoken("PUB-5")[-1]["undone"]


def last_form(page):
    """Give the fields of a page's last form."""
    return dict(forms_of(page)[-1][1])


def test_only_a_teams_open_key_results_are_asked_for(office):
    """Nor what is over, nor what isn't the team's; a key result that went meanwhile is left out."""
    visitor = Visitor(office)
    fields = visitor.form("/checkin?team=Publishing")
    assert "OLD-1" not in fields["kr"]
    fields |= named(fields, note_PUB_5="Still")
    fields["kr"] = [*fields["kr"][:-1], "FIND"]
    office.plan(text=OKRS.replace("Faster", "Much faster"))
    visitor.send("/checkin", fields)
    assert visitor.spoken("FIND") == []
    assert visitor.spoken("PUB-5")[-1]["note"] == "Still"


def test_what_is_over_is_scored_until_its_closing_review(office):
    """The last numbers of a quarter come after its end (rule 12)."""
    office.steps.at = office.steps.at.replace(year=2027, month=1, day=1)
    office.plan()
    fields = Visitor(office).form("/checkin?team=Publishing")
    assert "SPEED" in fields["kr"]
    office.steps.at = office.steps.at.replace(month=2)
    assert (
        "no key result that could be scored" in Visitor(office).get("/checkin?team=Publishing").text
    )


def test_nobodys_name_is_asked_for_or_kept(office, visitor):
    """There is no field for it, and the store has no column that one could be in."""
    fields = visitor.form("/checkin?team=Publishing")
    asked = {name.partition("-")[0] for name in fields}
    known = {"token", "form", "team", "kr", "seen", "confidence", "value", "note", "risk", "ask"}
    assert asked == known
    visitor.check_in(note_PUB_5="Ours")
    columns = {name for _, name, *_ in office.rows("PRAGMA table_info(checkins)")}
    assert columns == {
        *("id", "workspace", "subject", "at", "entered_at", "undone_at", "confidence", "value"),
        *("note", "risk", "ask", "answered", "form"),
    }


def test_which_team_is_asked_where_there_are_several(reader):
    """A link for each, whatever its name; a team that there isn't is said."""
    text = reader.get("/checkin").text
    assert 'href="/checkin?team=Search+%26+co"' in text
    assert "no team is called" in reader.get("/checkin?team=Nobody", 400).text


def test_a_check_in_goes_on_beside_a_sync(office, visitor):
    """The lock is a run's; what a team says waits for none."""
    fields = visitor.form("/checkin?team=Publishing")
    sent = []
    office.jira_faults.before(
        "",
        lambda: sent.append(
            visitor.send("/checkin", {**fields, **named(fields, note_PUB_5="Now")})
        ),
    )
    office.later()
    office.sync()
    assert len(sent) == 1
    assert visitor.spoken("PUB-5")[-1]["note"] == "Now"
