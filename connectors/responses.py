"""What a service's answer means for the run: good, wrong for good, or worth another try; pure.

The shapes are those seen in the wild: JSON errors of several kinds, plain
text, HTML from proxies and login pages, sometimes with status 200.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from connectors.errors import (
    NotAuthorisedError,
    NotFoundError,
    NotUnderstoodError,
    RejectedError,
    SourceError,
    TransientError,
)
from connectors.foreign_json import is_too_deep
from connectors.redaction import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response

OK = 200
REDIRECT = 300
UNKNOWN = 400
STRANGER = 401
FORBIDDEN = 403
MISSING = 404
TOO_MANY = 429
INNER = 449
FAILING_EARLY = frozenset({408, 420, 425})
INNER_FAULT = 500
NEVER = frozenset({501, 505})
SIGN_IN = 511
MASKED = frozenset({"AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"})
WINDOW = "Search limit exceeded"
RECENT = 1_000_000_000
ENDLESS = 1e12
"""Seconds: more than any service means, and few enough to reckon with."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Question(NamedTuple):
    """What was asked, as a message should name it.

    `variable` is the environment variable that holds the credentials; `secrets`
    are their values, to be blanked. `plain` is for services that call a good
    answer of one word a web page (Slack's webhooks do). `once` is for what isn't
    asked but done, to which any 2xx says yes. `words` are the question's own,
    which an answer may repeat.
    """

    subject: str
    variable: str
    secrets: tuple[str, ...] = ()
    plain: bool = False
    once: bool = False
    words: str = ""


def judge(answer: Response, asked: Question) -> SourceError | None:
    """The error that an answer is, None for a good one.

    A 200 is not good if it is a web page, or if the service says that it
    didn't know us.
    """
    status = answer.status_code
    login = answer.headers.get("X-Seraph-LoginReason", "")
    if any(part.strip() in MASKED for part in login.split(",")):
        return NotAuthorisedError(
            f"{asked.subject}: the service answered as to a stranger ({quote(login)}); "
            f"renew {asked.variable}",
            status=status,
        )
    if OK <= status < REDIRECT:
        if _is_page(answer, plain=asked.plain):
            return _page(answer, asked.subject)
        return None if status == OK or asked.once else _partly(status, asked.subject)
    if status < UNKNOWN:
        return NotUnderstoodError(
            f"{asked.subject}: redirected ({status}); if the service has moved, or signs in "
            "by a web page, set its address for programs as url",
            status=status,
        )
    if status == SIGN_IN:
        return _page(answer, asked.subject)
    reason, code = _reason(answer, plain=asked.plain)
    return _refused(answer, asked, reason, code)


def asked_wait(answer: Response, now: datetime, pause: float | None) -> float | None:
    """Seconds that the service asks us to wait, None where it doesn't say.

    Retry-After comes as whole or broken seconds or as a date; 0 means "you
    decide". Without it a reset time (ISO 8601, to the minute, or epoch seconds)
    or an interval counts. `pause` is for a 429 that says nothing at all.
    """
    headers = answer.headers
    wait = _retry_after(headers, now)
    if wait is None and answer.status_code == TOO_MANY:
        wait = _reset(headers, now)
        wait = _interval(headers) if wait is None else wait
        wait = pause if wait is None else wait
    return wait if wait is not None and wait > 0 else None


class Spare(NamedTuple):
    """What a service will still take of a limit: `left` requests, `more` every `every` seconds.

    `whose` is "token", "key" or "account", or "endpoint" for the endpoint's alone.
    """

    left: float
    more: float
    every: float
    whose: str

    def wait(self, requests: int) -> float:
        """Seconds until it takes so many requests; 0 for at once."""
        missing = requests - self.left
        return self.every * math.ceil(missing / self.more) if missing > 0 else 0.0


def spare(headers: Mapping[str, str]) -> list[Spare]:
    """What is left of each limit that the service tells; nothing where it doesn't.

    Trello tells what is left for the token and for the key in a window, Data
    Center its bucket and how that fills. Cloud's burst is by the second
    (https://developer.atlassian.com/cloud/jira/platform/rate-limiting/).
    """

    def limit(left: str, more: str, every: str, unit: float, whose: str) -> Iterator[Spare]:
        amount, most = seconds(headers.get(left)), seconds(headers.get(more))
        if amount is not None and most is not None and most >= 1:
            yield Spare(amount, most, (seconds(headers.get(every)) or unit) / unit, whose)

    limits: list[Spare] = []
    for kind in ("token", "key"):
        name = f"x-rate-limit-api-{kind}"
        limits += limit(f"{name}-remaining", f"{name}-max", f"{name}-interval-ms", 1000.0, kind)
    name, filled = "X-RateLimit", "X-RateLimit-FillRate" in headers
    more, whose = (f"{name}-FillRate", "account") if filled else (f"{name}-Limit", "endpoint")
    return [*limits, *limit(f"{name}-Remaining", more, f"{name}-Interval-Seconds", 1.0, whose)]


def seconds(text: str | None) -> float | None:
    """Read a header's number of seconds; None if it isn't one. Past all bounds is `ENDLESS`."""
    # A header that came twice is one with a comma.
    first = (text or "").partition(",")[0].strip()
    if not NUMBER.fullmatch(first):
        return None
    return min(max(float(first), -ENDLESS), ENDLESS)


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    text = headers.get("Retry-After")
    if text is None:
        return None
    value = seconds(text)
    if value is not None:
        return max(0.0, value)
    when = _date(text)
    return None if when is None else max(0.0, (when - now).total_seconds())


def _date(text: str) -> datetime | None:
    """Read a date in any of HTTP's forms, or as ISO 8601; None if it is none."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return _aware(read(text.strip()))
        except (ValueError, TypeError, LookupError, OverflowError):
            continue
    return None


def _reset(headers: Mapping[str, str], now: datetime) -> float | None:
    text = headers.get("X-RateLimit-Reset")
    if text is None:
        return None
    epoch = seconds(text)
    if epoch is not None and epoch > RECENT:
        return max(1.0, epoch - now.timestamp())
    when = _date(text)
    if when is None:
        return None
    # To the minute: the reset may be anywhere in the minute that is named.
    slack = 60.0 if when.second == 0 else 0.0
    return max(1.0, (when - now).total_seconds() + slack)


def _interval(headers: Mapping[str, str]) -> float | None:
    milliseconds = seconds(headers.get("x-rate-limit-api-token-interval-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    return seconds(headers.get("X-RateLimit-Interval-Seconds"))


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _refused(answer: Response, asked: Question, reason: str, code: str) -> SourceError:
    status = answer.status_code
    text = f"{asked.subject}: {status} {quote(reason, asked.secrets, asked.words)}".rstrip()
    kind = _kind(status, reason, code)
    if "CAPTCHA" in answer.headers.get("X-Authentication-Denied-Reason", ""):
        kind = NotAuthorisedError
        text += "; it wants a CAPTCHA solved: sign in once in a browser as this account"
    elif kind is NotAuthorisedError:
        text += f"; check {asked.variable} and what it may read"
    return kind(text, status=status, code=code)


def _kind(status: int, reason: str, code: str) -> type[SourceError]:
    broken = status in FAILING_EARLY or (status >= INNER_FAULT and status not in NEVER)
    if status == TOO_MANY or (broken and WINDOW not in reason):
        return TransientError
    unwelcome = status == STRANGER or (status == INNER and "Unauthorized" in reason)
    if unwelcome or (status == FORBIDDEN and not code.startswith("API_TOO_MANY")):
        return NotAuthorisedError
    return NotFoundError if status == MISSING else RejectedError


def _page(answer: Response, subject: str) -> SourceError:
    return NotUnderstoodError(
        f"{subject}: a web page came where data was expected; a sign-in page or a proxy "
        "stands before the service, or url isn't its address",
        status=answer.status_code,
    )


def _partly(status: int, subject: str) -> SourceError:
    return NotUnderstoodError(
        f"{subject}: {status} is no whole answer; does a proxy stand before the service?",
        status=status,
    )


def _is_page(answer: Response, *, plain: bool) -> bool:
    """Tell whether a web page came; one word isn't one, whatever its type says."""
    return answer.content.lstrip().startswith(b"<") if plain else _is_html(answer)


def _is_html(answer: Response) -> bool:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in {"text/html", "application/xhtml+xml"}


def _reason(answer: Response, *, plain: bool) -> tuple[str, str]:
    """The words of an error answer, and the service's own code for it, if any."""
    try:
        body = None if is_too_deep(answer.content) else json.loads(answer.content)
    except ValueError:
        # By the encoding that nearly all have: what the header names may be none at all.
        page = _is_page(answer, plain=plain)
        return ("" if page else answer.content.decode("utf-8", "replace")), ""
    if not isinstance(body, dict):
        return "", ""
    error = body.get("error")
    code = error if isinstance(error, str) else ""
    return " ".join(_words(body)) or code, code


def _words(body: dict[str, Any]) -> list[str]:
    errors, listed = body.get("errors"), body.get("errorMessages")
    words = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    if isinstance(errors, dict):
        words += [f"{field}: {text}" for field, text in errors.items() if isinstance(text, str)]
    # Confluence's v2 has a list of objects, Azure one object; both with a code of theirs.
    objects = errors if isinstance(errors, list) else []
    for error in (*objects, body.get("error")):
        words += _texts(error, "code", "title", "detail", "message")
    return words + _texts(body, "message", "errorMessage", "originalMessage")


def _texts(error: Any, *names: str) -> list[str]:
    """Those of an object's fields that hold a text, each once."""
    fields = error if isinstance(error, dict) else {}
    return list(dict.fromkeys(text for name in names if isinstance(text := fields.get(name), str)))
