"""What single values of okrs.yaml look like, and what to write where they don't."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from config.wording import nearest, quoted

_PERIOD = re.compile(r"[12][0-9]{3}(-Q[1-4])?")
_ISSUE_KEY = re.compile(r"[^\W\d]\w*-[0-9]+")
_EVERY = re.compile(r"(?:[1-9][0-9]{0,2}\s+)?(?:day|week|month|year)s?", re.IGNORECASE)
_DURATION = re.compile(
    r"([0-9]{1,6})\s*(weeks?|days?|hours?|minutes?|mins?|[wdhm])(?![a-z])", re.IGNORECASE
)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:]+")
_LONGEST = timedelta(days=366)
_YEARS = range(1970, 9000)


def _one_line(text: str) -> str:
    """Fold a text of several lines into one, as YAML does with plain ones."""
    return " ".join(text.split())


def _identity(text: str) -> str:
    if not text.isprintable():
        message = "holds a line break or an unprintable character; write it in one line"
        raise ValueError(message)
    return text


def _listed(value: Any) -> Any:
    """Take one text for a list of one."""
    return (value,) if isinstance(value, str) else value


def _period(text: str) -> str:
    if not _PERIOD.fullmatch(text.upper()):
        message = f"is {quoted(text)}; write 2026-Q4 for a quarter, or 2026 for the year"
        raise ValueError(message)
    return text.upper()


def _issue_key(text: str) -> str:
    if not _ISSUE_KEY.fullmatch(text):
        message = f"is {quoted(text)}, which is no issue's key; write one like PUB-120"
        raise ValueError(message)
    return text


def _rule(text: str) -> str:
    """Keep an RFC 5545 rule without its name; reviews are a day apart at the least."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only a file with a rule needs it

    rule = text.strip().removeprefix("RRULE:").upper()
    often = re.search(r"FREQ=(?:HOUR|MINUTE|SECOND)LY", rule)
    try:
        rrulestr(rule.replace("Z", ""), dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - any clock's
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        often = often or re.search("", rule)
    if often or not re.fullmatch(r"[A-Z0-9=;,+-]+", rule):
        message = f"is {quoted(text)}; write a rule like FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
        raise ValueError(message)
    return rule


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        message = "is no mail address; write one like reviews@acme.example, without a name"
        raise ValueError(message)
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        message = f"is {quoted(text)}; write a server's name alone, like smtp.acme.example"
        raise ValueError(message)
    return text


def _every(text: str) -> str:
    if not _EVERY.fullmatch(text):
        message = f"is {quoted(text)}; write for example 2 weeks, 10 days or month"
        raise ValueError(message)
    return text


def _moment(text: str) -> str:
    """Keep an ISO date and time as written; one that calendars can't reckon with is wrong."""
    try:
        moment = datetime.fromisoformat(text)
        year = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).year
    except (ValueError, OverflowError):
        year = 0
    if year not in _YEARS:
        message = f'is {quoted(text)}, which is no date and time; write one like "2026-10-08T10:00"'
        raise ValueError(message)
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        near = nearest(name, available_timezones()) or "one like Europe/London"
        message = f"is {quoted(name)}, which is no time zone; write {near}"
        raise ValueError(message) from error
    return name


def _duration(value: Any) -> Any:
    """Read "24h", "2d", "1 day" or "1d 12h"; anything but a text is left as it is."""
    if not isinstance(value, str):
        return value
    total = timedelta()
    for amount, unit in _DURATION.findall(value):
        total += timedelta(**{_UNITS[unit[0].lower()]: int(amount)})
    if _DURATION.sub("", value).strip() or not timedelta() < total <= _LONGEST:
        message = f"is {quoted(value)}; write for example 24h, 2d, 30m or 1 day, up to a year"
        raise ValueError(message)
    return total


def server(url: str) -> str:
    """Keep a server's address, without its last slash; raise ValueError if it isn't one.

    An empty one is kept too. The message never repeats the address: somebody
    may have put a password in it.
    """
    if not url:
        return url
    try:
        parts = urlsplit(url)
        plain = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
            and not re.search(r"[\s?#\\@\x00-\x20]", url)
        )
    except ValueError:
        plain = False
    if not plain:
        message = (
            "is no server's address; write one like https://acme.atlassian.net, "
            "without user, password, ? or #"
        )
        raise ValueError(message)
    return url.rstrip("/")


def board_id(text: str) -> str:
    """Tell the short link in a Trello board's URL and the number in a Jira board's.

    Anything that is no URL is returned as it is. Raises ValueError, without
    repeating it, for a URL that names no board.
    """
    if "/" not in text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    view = parse_qs(parts.query).get("rapidView", [""])[0]
    path = parts.path.rstrip("/")
    named = (
        re.search(r"/b/([A-Za-z0-9]+)(?:/|$)", path)
        or re.fullmatch(r"([0-9]+)", view)
        or re.search(r"/boards/([0-9]+)(?:/|$)", path)
        or re.search(r"/([0-9]+)$", path)
    )
    if named is None:
        message = (
            "names no board; write a Trello board's URL or short link, "
            "or the number of a Jira board"
        )
        raise ValueError(message)
    return named[1]


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line = Annotated[Text, AfterValidator(_one_line)]
Identity = Annotated[Text, AfterValidator(_identity)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
IssueKey = Annotated[Text, AfterValidator(_issue_key)]
IssueKeys = Annotated[tuple[IssueKey, ...], BeforeValidator(_listed)]
Board = Annotated[Text, AfterValidator(board_id)]
Boards = Annotated[tuple[Board, ...], BeforeValidator(_listed)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Period = Annotated[Text, AfterValidator(_period)]
Every = Annotated[Text, AfterValidator(_every)]
Moment = Annotated[Text, AfterValidator(_moment)]
Dates = Annotated[tuple[Moment, ...], BeforeValidator(_listed)]
Rule = Annotated[Text, AfterValidator(_rule)]
Address = Annotated[Text, AfterValidator(_address)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_listed)]
Host = Annotated[Text, AfterValidator(_host)]
Zone = Annotated[Text, AfterValidator(_zone)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Server = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(server)]
