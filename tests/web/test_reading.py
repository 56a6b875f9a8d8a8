"""Pages and /api beside the commands: the same figures everywhere."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest

from tests.web.visitor import OKRS, Visitor, office_in


def figures(text):
    """Give what a page says of each key result in a row: its cards, number and score."""
    rows = re.findall(r'<a class="grid row.*?</a>', text, re.DOTALL)
    texts = (re.sub(r"<[^>]+>", " ", row) for row in rows)
    return sorted(" ".join(text.split()) for text in texts)


def test_the_page_beside_the_report_has_the_same_figures(filled, reader):
    """Row by row, what the report says; and its headline."""
    assert filled.run("report").code == 0
    (report,) = (filled.folder / "reports").glob("review-*.html")
    printed, shown = report.read_text(encoding="utf-8"), reader.get("/").text
    assert len(figures(shown)) == 7
    assert figures(shown) == figures(printed)
    for mark in ("h1", 'p class="lead"'):
        part = re.compile(rf"<{mark}>(.*?)</", re.DOTALL)
        assert part.search(shown)[1] == part.search(printed)[1]


def test_each_row_leads_to_the_key_results_own_page(reader):
    """By its address alone, without a script."""
    links = re.findall(r'<a class="grid row[^>]*href="([^"]+)"', reader.get("/").text)
    assert "/kr/SPEED" in links
    for link in links:
        assert "Cards behind the number" in reader.get(link).text


def test_the_briefing_is_of_one_team_or_period_where_somebody_asks(reader):
    """Names as the file has them, whatever the case; what isn't in it is said."""
    assert figures(reader.get("/?team=search+%26+co").text)[0].count("FIND") == 1
    assert len(figures(reader.get("/?team=Search+%26+co").text)) == 1
    assert figures(reader.get("/?period=2026-q4").text) == figures(reader.get("/").text)
    assert "no team is called" in reader.get("/?team=Nobody", 400).text
    assert "no objective has the period 2031-Q1" in reader.get("/?period=2031-Q1", 400).text
    assert 'href="/?period=2026-Q3&amp;as_of=2026-09-30"' in reader.get("/").text


def test_any_day_is_as_the_report_was_then(filled, reader):
    """`?as_of=` is `--as-of`, on the page and in its JSON."""
    day = str((filled.steps.at).date().replace(day=20))
    command = filled.run("report", "--json", "--as-of", day)
    assert command.code == 0, command.output
    assert reader.get(f"/api/report?as_of={day}").text == command.out
    assert f"This is what was known on {day}" in reader.get(f"/?as_of={day}").text
    assert "Let these go" not in reader.get(f"/?as_of={day}").text


@pytest.mark.parametrize("day", ["2031-01-01", "soon", "0001-01-01", "2026-13-40"])
@pytest.mark.parametrize("path", ["/", "/kr/SPEED", "/api/report"])
def test_a_day_that_is_none_is_refused(reader, path, day):
    """In the future, before all time, or no day."""
    assert "as_of" in reader.get(f"{path}?as_of={day}", 400).text


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/api/status", ("status",)),
        (
            "/api/status?team=publishing&period=2026-Q3",
            ("status", "--team", "Publishing", "--period", "2026-Q3"),
        ),
        ("/api/explain/speed", ("explain", "SPEED")),
        ("/api/explain/BOTH?state=done", ("explain", "BOTH", "--state", "done")),
        ("/api/history/FIND", ("history", "FIND")),
        ("/api/report", ("report",)),
        ("/api/report?team=Publishing", ("report", "--team", "Publishing")),
    ],
)
def test_the_api_gives_what_the_commands_give(filled, reader, path, command):
    """To the byte: `status`, `explain`, `history` and `report` with `--json`."""
    answer = reader.get(path)
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == filled.run(*command, "--json").out


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/explain/NOPE", 404),
        ("/api/history/NOPE", 404),
        ("/api/nothing", 404),
        ("/api/explain/SPEED?state=lost", 400),
        ("/api/status?team=Nobody", 400),
        ("/api/report?meeting=2026-01-01", 400),
    ],
)
def test_what_the_api_cant_answer_is_json_too(reader, path, code):
    """An object whose `error` says why."""
    answer = reader.get(path, code)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["error"]


def test_other_ways_to_ask_are_refused(reader):
    """Reading is GET and HEAD, and only forms are sent."""
    assert reader.client.post("/api/status").status_code == 405
    assert reader.client.delete("/").status_code == 405
    assert reader.client.head("/").status_code == 200
    assert reader.client.get("/outbox").status_code == 405


def test_a_key_result_shows_its_cards_and_leaves_out_what_isnt_asked_for(filled, reader):
    """By state, rule and link, as plain addresses."""
    cards = filled.explained("BOTH")
    whole = reader.get("/kr/BOTH").text
    assert all(card["title"] in whole for card in cards.values())
    done = {key for key, card in cards.items() if card["state"] == "done"}
    shown = shown_cards(reader.get("/kr/BOTH?state=done").text)
    assert shown == done
    (first, *_) = cards.values()
    by_rule = {key for key, card in cards.items() if card["rule"] == first["rule"]}
    assert (
        shown_cards(reader.client.get("/kr/BOTH", params={"rule": first["rule"]}).text) == by_rule
    )
    way = first["via"][0]
    by_link = {key for key, card in cards.items() if way in card["via"]}
    assert shown_cards(reader.client.get("/kr/BOTH", params={"link": way}).text) == by_link
    assert shown_cards(reader.get("/kr/BOTH?rule=none").text) == set()


def shown_cards(text):
    """Give the keys in a page's table of cards."""
    table = re.search(r'<table class="of-cards">.*?</table>', text, re.DOTALL)
    return set(re.findall(r'<span class="key"><a[^>]*>([^<]+)</a>', table[0])) if table else set()


def test_a_key_result_shows_what_happened_and_what_the_team_said(reader):
    """The ledger, newest first, and the check-ins; hostile words are words."""
    text = reader.get("/kr/SPEED").text
    assert text.index("Finished") > text.index('id="ledger"')
    assert "Two more days" in text
    hostile = reader.get("/kr/PUB-4").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in hostile
    assert "<script>alert" not in hostile
    assert "Its period is over" in reader.get("/kr/OLD-1").text


def test_a_key_result_on_a_day_is_as_it_was(filled, reader):
    """Its cards count as they did, and what came later isn't there."""
    first = filled.readings("SPEED")[0 if not filled.readings("SPEED")[0]["rebuilt"] else -2]
    text = reader.client.get("/kr/SPEED", params={"as_of": first["at"]}).text
    assert f"{first['done']}</strong> of {first['done'] + first['remaining']} done" in text
    assert text.count("Finished") < reader.get("/kr/SPEED").text.count("Finished")


def test_an_unknown_key_result_is_no_page(reader):
    """Nor is anything else that isn't there."""
    for path in ("/kr/NOPE", "/badge/NOPE.svg", "/nothing", "/static/none.css", "/kr/%00"):
        assert reader.get(path, 404)


def test_what_left_okrs_yaml_can_still_be_looked_at(office):
    """With when it went; the store knows it."""
    office.plan(text=re.sub(r".*id: PUB-6.*\n", "", OKRS))
    office.sync()
    text = Visitor(office).get("/kr/PUB-6").text
    assert "left okrs.yaml" in text


def test_an_id_may_be_any_text(office):
    """With a slash, a space, a question mark or another alphabet in it, all links lead to it."""
    name = "A/B ü?#1"
    text = OKRS.replace("id: PUB-6", f"id: '{name}'")
    office.plan(
        text=text.replace('"%"}, links: [ISSUES]', '"%"}, links: [{source: jira, label: both}]')
    )
    office.sync()
    visitor = Visitor(office)
    (link,) = re.findall(r'<a class="grid row[^>]*href="([^"]*A%2FB[^"]*)"', visitor.get("/").text)
    text = visitor.get(link).text
    assert f"{name}</span>" in text
    for address in re.findall(r'(?:href|src)="(/(?:api|badge)/[^"]+)"', text):
        assert name in visitor.get(address).text
    fields = visitor.form("/checkin?team=Publishing")
    assert name in fields["kr"]


def test_a_badge_says_where_a_key_result_stands(filled, reader):
    """In words, for whoever can't see it; other sites may show it."""
    answer = reader.get("/badge/speed.svg")
    row = filled.kr("SPEED")
    counted = f"{row['done']} of {row['done'] + row['remaining']} done"
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "SPEED: " in answer.text
    assert counted in answer.text
    assert "closed" in reader.get("/badge/OLD-1.svg").text


def test_metrics_are_what_a_prometheus_reads(reader):
    """Ages, costs, problems and the outbox, each name once."""
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    answer = reader.get("/metrics")
    samples = {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["okr_sync_store_up",] == 1
    assert samples["okr_sync_last_sync_exit_code",] == 0
    assert samples["okr_sync_reading_age_seconds", "SPEED", "2026-Q4", "Publishing"] == 3600
    assert samples["okr_sync_requests", "jira"] > 0
    assert samples["okr_sync_outbox", "draft"] == 0
    assert not any("OLD-1" in key for key in samples)
    assert reader.get("/metrics").text.count("# HELP okr_sync_requests") == 1


def test_health_is_well_while_the_store_can_be_read(reader):
    """200, and nothing wrong."""
    assert reader.get("/healthz").json() == {"status": "ok", "store": None, "okrs": None}


def test_where_there_is_no_store_the_page_says_what_to_do(tmp_path, street):
    """503 on every page, health too; metrics say that it is down; nothing is made."""
    office = office_in(tmp_path, street)
    visitor = Visitor(office)
    for path in ("/", "/kr/SPEED", "/checkin?team=Publishing"):
        text = visitor.get(path, 503).text
        assert "okr-sync sync makes it" in text
        assert str(tmp_path) not in text
    health = visitor.get("/healthz", 503).json()
    assert (health["status"], "okr-sync.db" in health["store"]) == ("failing", True)
    assert "okr_sync_store_up 0.0" in visitor.get("/metrics").text
    assert visitor.get("/api/status", 503).json()["error"]
    assert not office.database.exists()
    office.sync()
    assert visitor.get("/healthz").json()["status"] == "ok"
    assert "Faster" in visitor.get("/").text


def test_a_damaged_store_is_said_and_nothing_else_breaks(office, visitor):
    """No traceback, but what to do; a check-in is refused."""
    fields = visitor.form("/checkin?team=Publishing")
    office.database.write_bytes(b"no database at all")
    assert "The store can&#39;t be read" in visitor.get("/", 503).text
    assert visitor.get("/healthz", 503)
    visitor.send("/checkin", fields, 503)


def test_what_nobody_wrote_is_a_damaged_store(office, visitor):
    """A row that means nothing ends a page with 503, and health says so."""
    with closing(sqlite3.connect(office.database)) as database:
        database.execute("UPDATE readings SET done = -3")
        database.commit()
    assert "never writes" in visitor.get("/", 503).text
    assert visitor.get("/healthz", 503).json()["status"] == "failing"


@pytest.mark.parametrize("table", ["cards", "entries", "readings", "checkins", "kr_stores"])
def test_health_sees_a_table_that_is_gone(office, visitor, table):
    """Whichever it is: what is shown can't be, so a watchdog is to know."""
    with closing(sqlite3.connect(office.database)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
        database.commit()
    assert visitor.get("/healthz", 503).json()["status"] == "failing"
    assert visitor.get("/", 503)


def test_an_edited_okrs_yaml_counts_at_the_next_click(office, visitor):
    """A new title is there; a broken file is said, and the page goes on as before."""
    office.plan(text=OKRS.replace("Publishing keeps up", "Publishing leads"))
    office.sync()
    assert "Publishing leads" in visitor.get("/").text
    (office.folder / "okrs.yaml").write_text("objectives: [", encoding="utf-8")
    text = visitor.get("/").text
    assert "okrs.yaml was edited, and is wrong" in text
    assert "okrs.yaml:1" in text
    assert "Publishing leads" in text
    assert str(office.folder) not in text
    assert visitor.get("/healthz").json()["okrs"].startswith("okrs.yaml:1")
    assert "okr_sync_okrs_valid 0.0" in visitor.get("/metrics").text
    assert visitor.get("/api/status").json()["key_results"]
    office.plan()
    assert "was edited" not in visitor.get("/").text


def test_a_source_that_fails_is_said(office, visitor):
    """With its own words, beside when it was last read."""
    office.later()
    office.lose_token("jira")
    office.sync(code=1)
    office.renew_token("jira")
    text = visitor.get("/").text.partition('id="sources"')[2]
    assert "jira" in text
    assert 'class="alarm"' in text
    assert "ended with 1" in text


def test_nothing_secret_is_on_any_page(filled, reader):
    """No token, no address of the store, no path."""
    for path in (
        "/",
        "/kr/SPEED",
        "/checkin?team=Publishing",
        "/metrics",
        "/healthz",
        "/api/report",
    ):
        text = reader.get(path).text
        for secret in (*filled.environ.values(), str(filled.folder)):
            assert secret not in text


def test_a_page_is_drawn_once_for_all_who_ask_at_once(reader):
    """And anew for who asks for something else."""
    first, second = reader.get("/api/report").text, reader.get("/api/report").text
    assert json.loads(first)["version"] == 1
    assert first is second or first == second
    assert reader.get("/api/report?team=Publishing").text != first
