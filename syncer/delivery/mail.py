"""A letter as a mail: text and HTML side by side, the report's files attached.

The charts are tables with coloured cells. Every mail client shows those, with
pictures blocked and in the dark too, which can't be said of SVG or of images.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from syncer.report.kr_sentences import KrWords
from syncer.report.lights import SIGNS
from syncer.report.sentences import LABELS
from syncer.report.text import plain
from syncer.review.attention import Light

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Template

    from config.destinations import Destination
    from syncer.delivery.letter import Letter
    from syncer.review.briefing import Briefing, KrBrief

SHOWN = 16
"""Key results with a chart, those that need help first; the files have them all."""

LARGEST = 100_000
"""Bytes of the HTML: Gmail cuts a mail at 102 KB, so longer ones show fewer key results."""

WEEKS = 13
_HIGH = 40  # pixels of the tallest bar
_COLOURS = {Light.HELP: "#b3261e", Light.UNSURE: "#8a6100", Light.WELL: "#1b6e3c"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A week's column: pixels of nothing, of work left, and of work done, from the top."""

    blank: int
    left: int
    done: int


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
    environment = Environment(
        loader=PackageLoader("syncer.delivery"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
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
        bars={kr.id: bars(kr, briefing) for kr in krs[:shown]} if briefing else {},
        labels=LABELS,
        signs=SIGNS,
        colours=_COLOURS,
    )


def bars(kr: KrBrief, briefing: Briefing) -> list[Bar]:
    """Give a column for each of the last weeks that are known, the newest last."""
    ends = [briefing.made_at - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    at_ends = [next((r for r in reversed(kr.readings) if r.at <= end), None) for end in ends]
    counted = [(r.progress.done, r.progress.remaining) for r in at_ends if r is not None]
    top = max((done + left for done, left in counted), default=0)
    return [_bar(done, left, top) for done, left in counted] if top else []


def _bar(done: int, left: int, top: int) -> Bar:
    """Scale to the tallest; what there is at all is at least a pixel."""
    tall = [max(1, round(_HIGH * part / top)) if part else 0 for part in (left, done)]
    over = max(0, sum(tall) - _HIGH)
    tall[tall.index(max(tall))] -= over
    return Bar(_HIGH - sum(tall), *tall)
