"""The report by mail: over TLS to a real server, readable in any client, once."""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest

from config.destinations import destinations
from config.load import load
from config.settings import read_settings
from syncer.delivery import mail, smtp
from syncer.delivery.letter import Letter, report
from syncer.review.writing import brief
from tests.delivery.desk import REVIEW, deliver
from tests.delivery.receivers import Mailbox, mail_server
from tests.report.hostile import HOSTILE
from tests.review.sample import NOW, histories, okrs

# What mail clients don't show or don't trust; see caniemail.com.
UNSAFE = re.compile(
    r"<(?:script|svg|img|style|link|form|iframe|video)\b|@import|url\(|position:", re.IGNORECASE
)


@pytest.fixture
def mailed(desk, mailbox):
    """A desk whose reports go out by mail."""
    desk.write(REVIEW + deliver(mailbox.entry))
    return desk


def parts(message):
    """Give the text, the HTML and the names of the files of a mail."""
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    return text, html, [part.get_filename() for part in message.iter_attachments()]


def test_the_report_is_mailed_once_with_its_files(mailed, mailbox):
    """Text and HTML say the same, the files are those of the folder, to the byte."""
    assert mailed.due("--format", "html,md,pptx").code == 0
    assert mailed.due("--format", "html,md,pptx").out == "no report is due\n"
    (message,) = mailbox.mails
    text, html, files = parts(message)
    assert files == [f"review-2026-11-19.{suffix}" for suffix in ("html", "md", "pptx")]
    for part in message.iter_attachments():
        made = (mailed.folder / "reports" / part.get_filename()).read_bytes()
        assert part.get_payload(decode=True) == made
    for body in (text, html):
        assert "OKR review, Thursday 19 November 2026, 10:00" in body
        assert "PUB-1 Publishing takes 10 % less time" in body
    assert message["Subject"].strip().startswith("OKR review, Thursday 19 November 2026, 10:00: ")
    assert message["Auto-Submitted"] == "auto-generated"
    assert mailbox.to == [["leaders@acme.example", "office@acme.example"]]


def test_it_goes_over_tls_and_with_the_sign_in(mailed, mailbox):
    """STARTTLS before the password, and before the mail."""
    mailed.due()
    assert (mailbox.secure, mailbox.users) == ([True], ["okr"])


def test_a_line_of_one_dot_doesnt_end_the_mail(mailed, mailbox):
    """Dots at the beginning of a line arrive as they were written."""
    (destination,) = destinations(
        load(mailed.folder / "okrs.yaml"), read_settings(mailed.environ, mailed.folder)
    )
    letter = Letter("stamp", "Title", ".", ".. two\n.one", ())
    smtp.deliver(destination, letter, mailed.context.clock, lambda: None)
    assert parts(mailbox.mails[0])[0].split() == ["Title", ".", "..", "two", ".one"]


def test_the_mail_is_seven_bit(mailed, mailbox):
    """Any server passes it on, and nothing of what the teams wrote is lost."""
    mailed.run("checkin", "PUB", "--ask", "Zürich 🚀")
    assert mailed.due().code == 0
    (raw,) = mailbox.raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert "Zürich 🚀" in parts(mailbox.mails[0])[0]


@pytest.mark.parametrize("how", ["tls", "none"])
@pytest.mark.usefixtures("trusted")
def test_tls_from_the_start_and_a_server_on_this_machine(desk, authority, how):
    """The other two ways of security work too."""
    box = Mailbox()
    with mail_server(box, authority.issue_cert("localhost"), how) as port:
        desk.write(
            REVIEW
            + deliver(
                f"smtp: {{server: localhost, port: {port}, security: {how}, "
                "sender: okr@acme.example, to: leaders@acme.example}"
            )
        )
        assert desk.due().code == 0
    assert (len(box.mails), box.secure) == (1, [how == "tls"])


def test_a_certificate_that_nobody_trusts_gets_no_mail_and_no_password(desk, mailbox, monkeypatch):
    """Someone in between learns nothing; the next run tries again."""
    monkeypatch.delenv("SSL_CERT_FILE")
    desk.write(REVIEW + deliver(mailbox.entry))
    failed = desk.due()
    assert (failed.code, mailbox.mails, mailbox.users) == (1, [], [])
    assert "certificate isn't trusted" in failed.err
    assert "the next run tries again" in failed.err


def test_a_server_without_starttls_gets_nothing(desk):
    """A password is never sent in the clear because a server doesn't offer better."""
    box = Mailbox()
    with mail_server(box, None, "none") as port:
        desk.write(
            REVIEW
            + deliver(
                f"smtp: {{server: localhost, port: {port}, sender: okr@acme.example, "
                "to: leaders@acme.example}"
            )
        )
        failed = desk.due()
    assert (failed.code, box.mails) == (1, [])
    assert "offers no STARTTLS" in failed.err


def test_a_wrong_password_is_said_without_it(mailed, mailbox):
    """The variable to mend is named."""
    mailed.environ["OKR_SYNC_DELIVERY__SMTP__PASSWORD"] = "open-barley"
    failed = mailed.due()
    assert (failed.code, mailbox.mails) == (1, [])
    assert "OKR_SYNC_DELIVERY__SMTP__PASSWORD" in failed.err
    assert "barley" not in failed.printed


def test_an_address_that_is_refused_keeps_it_from_nobody_else(mailed, mailbox):
    """The others get the mail, and how many didn't is said, but not who."""
    mailbox.refuse = ("office@acme.example",)
    made = mailed.due()
    assert (made.code, mailbox.to) == (0, [["leaders@acme.example"]])
    assert "1 of 2 addresses were refused" in made.out
    assert "office@" not in made.printed
    assert mailed.due().out == "no report is due\n"


def test_if_all_are_refused_the_next_run_tries_again(mailed, mailbox):
    """Nothing was sent, and no address is said."""
    mailbox.refuse = ("leaders@acme.example", "office@acme.example")
    failed = mailed.due()
    assert (failed.code, mailbox.mails) == (1, [])
    assert "refused: 550" in failed.err
    assert "@acme" not in failed.printed
    mailbox.refuse = ()
    assert (mailed.due().code, len(mailbox.mails)) == (0, 1)


@pytest.mark.parametrize("answer", ["451 try later", "554 no"])
def test_a_mail_refused_after_its_last_dot_wasnt_sent(mailed, mailbox, answer):
    """The server's no is clear at that point too."""
    mailbox.answer = answer
    failed = mailed.due()
    assert (failed.code, "the next run tries again" in failed.err) == (1, True)
    mailbox.answer = "250 OK"
    assert (mailed.due().code, len(mailbox.mails)) == (0, 1)


def test_a_line_that_breaks_after_the_last_dot_leaves_a_doubt_that_is_told_once(mailed, mailbox):
    """The server has the mail and never said so: no second mail, and the Message-ID to look for."""
    mailbox.after = lambda server: server.transport.abort()
    failed = mailed.due()
    assert (failed.code, len(mailbox.mails)) == (1, 1)
    assert "nobody knows whether it arrived" in failed.err
    assert mailbox.mails[0]["Message-ID"] in failed.err
    assert (mailed.due().code, len(mailbox.mails)) == (0, 1)


KILLED = """
import os
from pathlib import Path
from tests.delivery.desk import Desk
import syncer.store.store as store
def dies(*_):
    os._exit(9)
store.Store.{where} = dies
Desk(Path.cwd(), environ=dict(os.environ)).due()
"""


def test_killed_just_before_the_last_dot_no_mail_went_out(mailed, mailbox):
    """Everything but the dot was on the wire: the server drops it, and the next run sends it."""
    run = mailed.outside(KILLED.format(where="begin_delivery"))
    run.communicate(timeout=300)
    assert (run.returncode, mailbox.mails) == (9, [])
    assert (mailed.due().code, len(mailbox.mails)) == (0, 1)


def test_killed_between_the_servers_yes_and_our_note_no_second_mail_goes_out(mailed, mailbox):
    """The next run tells the doubt."""
    run = mailed.outside(KILLED.format(where="end_delivery"))
    run.communicate(timeout=300)
    assert (run.returncode, len(mailbox.mails)) == (9, 1)
    assert (mailed.due().code, len(mailbox.mails)) == (1, 1)
    assert (mailed.due().code, len(mailbox.mails)) == (0, 1)


def test_the_message_id_is_the_meetings(mailed, mailbox):
    """Made again it is the same, and another meeting's is another."""
    mailed.due()
    mailed.wait(14 * 24 * 3600)
    mailed.due()
    first, second = (message["Message-ID"] for message in mailbox.mails)
    assert first != second
    assert first.endswith("@acme.example>")


@cache
def twelve():
    """The letter of the sample's report."""
    return report(brief(okrs(), histories(), NOW, dice=Random), "report-2026-12-03")


def test_the_charts_are_shown_by_every_client():
    """No picture, script, style sheet or SVG: tables with coloured cells, one chart a KR."""
    html = mail.html(twelve())
    assert not UNSAFE.search(html)
    assert html.count('bgcolor="#1f5f8b"') == 11  # SEA-4 was never read
    assert len(html.encode()) < 100_000  # Gmail cuts at 102 KB


def test_the_parts_of_a_bar_are_its_cards():
    """Done before, done since, left and added fill the bar, and what there is at all is seen."""
    for kr in twelve().briefing.key_results:
        widths = [width for width, _ in mail.parts(kr)]
        assert not widths or (min(widths) >= 1 and 98 <= sum(widths) <= 102)


def test_three_hundred_key_results_make_no_mail_that_is_cut():
    """The gravest have their charts, the others are counted."""
    html = mail.html(crowd())
    assert len(html.encode()) < 100_000
    assert "more key results in the attached report" in html


@cache
def crowd():
    """The letter of a report of 360 key results with hostile titles."""
    return report(brief(*many(), NOW, dice=Random), "report")


def many():
    """The sample's file and histories, thirty times with other ids and hostile titles."""
    file, known, objectives, all_known = okrs(), histories(), [], []
    for n in range(30):
        for objective in file.objectives:
            krs = tuple(
                kr.model_copy(update={"id": f"{kr.id}x{n}", "title": HOSTILE[n % len(HOSTILE)]})
                for kr in objective.key_results
            )
            update = {"id": f"{objective.id}x{n}", "key_results": krs}
            made = objective.model_copy(update=update)
            objectives.append(made)
            for kr, old in zip(krs, objective.key_results, strict=True):
                history = next(history for history in known if history.key_result.id == old.id)
                all_known.append(
                    type(history)(
                        made, kr, history.state, history.readings, history.entries, history.checkins
                    )
                )
    return file.model_copy(update={"objectives": tuple(objectives)}), tuple(all_known)


def test_hostile_titles_dont_break_out_of_the_mail():
    """HTML in a title is text, and no control character of it gets into the text part."""
    assert not UNSAFE.search(mail.html(crowd()))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", crowd().text)
