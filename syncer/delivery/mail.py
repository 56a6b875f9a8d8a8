"""A letter as a mail: text and HTML side by side, the report's files attached.

The bars are tables with coloured cells. Every mail client shows those, with
pictures blocked and in the dark too, which can't be said of SVG or of images.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from syncer.report.glyphs import bar
from syncer.report.kr_sentences import KrWords
from syncer.report.lights import SIGNS
from syncer.report.templating import templates
from syncer.report.text import plain
from syncer.review.attention import Light

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment, Template

    from config.destinations import Destination
    from syncer.delivery.letter import Letter
    from syncer.review.briefing import KrBrief

SHOWN = 16
"""Key results with a chart, those that need help first; the files have them all."""

LARGEST = 100_000
"""Bytes of the HTML: Gmail cuts a mail at 102 KB, so longer ones show fewer key results."""

_COLOURS = {  # the page's own, which hold on white and on black
    Light.HELP: "#b3261e",
    Light.BEHIND: "#8f5500",
    Light.UNSURE: "#5d6470",
    Light.WELL: "#1e6b45",
}


_DONE_BEFORE_COLOUR, _DONE_SINCE_COLOUR, _LEFT_COLOUR, _ADDED_COLOUR = (
    "#1f5f8b",
    "#4fa3d1",
    "#c4c1b8",
    "#b9a26a",
)


def mail(destination: Destination, letter: Letter, now: datetime) -> EmailMessage:
    """Make the message. It says that a machine wrote it, so that none answers."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = destination.settings.sender
    message["To"] = ", ".join(destination.settings.to)
    message["Subject"] = f"{letter.title}: {letter.lead.rstrip('.')}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(destination, letter)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(html(letter), subtype="html")
    for file in letter.files:
        main, _, sub = file.media_type.partition("/")
        charset = {"charset": "utf-8"} if main == "text" else None
        message.add_attachment(
            file.content, maintype=main, subtype=sub, filename=file.name, params=charset
        )
    return message


def message_id(destination: Destination, letter: Letter) -> str:
    """Name the message, the same for a letter to the same people whenever it is made.

    Mail systems drop a second message of the same name, should there ever be one.
    """
    identity = "\n".join((destination.name, *destination.settings.to, letter.stamp))
    name = sha256(identity.encode()).hexdigest()[:24]
    return f"<okr-sync.{name}@{(destination.settings.sender or '').rpartition('@')[2]}>"


def html(letter: Letter) -> str:
    """Draw the mail's HTML: no script, no style sheet, no picture, nothing from outside."""
    template = _environment().get_template("mail.html.j2")
    shown = SHOWN
    while len((drawn := _drawn(template, letter, shown)).encode()) > LARGEST and shown:
        shown -= 1
    return drawn


def _environment() -> Environment:
    environment = templates("syncer.delivery")
    environment.filters["plain"] = plain
    return environment


def _drawn(template: Template, letter: Letter, shown: int) -> str:
    briefing = letter.briefing
    krs = briefing.key_results if briefing else ()
    return template.render(
        letter=letter,
        krs=krs[:shown],
        more=max(0, len(krs) - shown),
        words=KrWords(briefing) if briefing else None,
        bars={kr.id: parts(kr) for kr in krs[:shown]},
        signs=SIGNS,
        colours=_COLOURS,
        well=Light.WELL,
    )


def parts(kr: KrBrief) -> list[tuple[int, str]]:
    """Give the parts of a KR's bar: percent of its width, and colour; none where no card counts."""
    drawn = bar(kr)
    if drawn is None:
        return []
    counts = (
        (drawn.done_before, _DONE_BEFORE_COLOUR),
        (drawn.done_since, _DONE_SINCE_COLOUR),
        (drawn.left - drawn.added, _LEFT_COLOUR),
        (drawn.added, _ADDED_COLOUR),
    )
    return [(max(1, round(100 * count / drawn.total)), colour) for count, colour in counts if count]
