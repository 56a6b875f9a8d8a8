"""When the service says "too many requests", and in which of its many ways."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal

from sandbox.faults import Answer
from sandbox.jira.answers import (
    LIMITED_HTML,
    LIMITED_JSON,
    LIMITED_TOMCAT,
    RefusedError,
)
from sandbox.limits import FixedWindow, TokenBucket

if TYPE_CHECKING:
    from sandbox.jira.models import JiraAccount
    from sandbox.jira.site import JiraSite

Headers = tuple[tuple[str, str], ...]
RetryAfter = Literal["seconds", "fraction", "date", "zero", "absent"]
_HOUR = 3600.0
_NEAR = 0.2


@dataclass(frozen=True, slots=True)
class CloudLimits:
    """Cloud's limits; the defaults are the documented ones.

    `per_second` and `burst` hold for each endpoint and method, shared by
    everybody on the site. `quota` is OAuth's points in an hour: 1 a request and
    1 an issue. `retry_after` is the form of that header.
    """

    per_second: float = 100
    burst: float = 100
    quota: int = 65_000
    retry_after: RetryAfter = "seconds"
    html: bool = False


@dataclass(frozen=True, slots=True)
class DataCenterLimits:
    """Data Center's token bucket for each account; off unless an admin sets it."""

    size: int = 50
    fill: int = 10
    interval_seconds: int = 1
    retry_after: RetryAfter = "seconds"


class CloudThrottle:
    """Counts what a Cloud site was asked."""

    def __init__(self, site: JiraSite, limits: CloudLimits) -> None:
        self._site = site
        self._limits = limits
        self._buckets: dict[tuple[str, str], TokenBucket] = {}
        self._quota = FixedWindow(limit=limits.quota, seconds=_HOUR, clock=self._clock)

    def enter(self, endpoint: str, method: str, account: JiraAccount | None) -> Headers:
        """Count a request in; raises `RefusedError` when there are too many."""
        if account is not None and account.kind == "oauth":
            wait = self._quota.take(1)
            if wait > 0:
                raise self._refusal(wait, self._limits.quota, "jira-quota-tenant-based")
        bucket = self._buckets.setdefault(
            (endpoint, method),
            TokenBucket(
                per_second=self._limits.per_second,
                size=self._limits.burst,
                clock=self._clock,
            ),
        )
        wait = bucket.take()
        if wait > 0:
            raise self._refusal(wait, int(self._limits.burst), "jira-burst-based")
        return self._headers(bucket.remaining)

    def charge(self, account: JiraAccount | None, issues: float) -> None:
        """Add an answer's issues to the points."""
        if account is not None and account.kind == "oauth":
            self._quota.charge(issues)

    def _clock(self) -> float:
        return self._site.now().timestamp()

    def _headers(self, remaining: int) -> Headers:
        near = remaining < self._limits.burst * _NEAR
        near_limit = (("X-RateLimit-NearLimit", "true"),) if near else ()
        return (
            ("X-RateLimit-Limit", str(int(self._limits.burst))),
            ("X-RateLimit-Remaining", str(remaining)),
            *near_limit,
        )

    def _refusal(self, wait: float, limit: int, reason: str) -> RefusedError:
        reset = self._site.now() + timedelta(seconds=wait)
        whole_minute = reset + timedelta(seconds=(60 - reset.second) % 60)
        headers = (
            *_retry_after(self._site, wait, self._limits.retry_after),
            ("X-RateLimit-Limit", str(limit)),
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", f"{whole_minute:%Y-%m-%dT%H:%MZ}"),
            ("RateLimit-Reason", reason),
        )
        if self._limits.html:
            return RefusedError(Answer(429, LIMITED_HTML, "text/html", headers))
        return RefusedError(Answer(429, LIMITED_JSON, "application/json", headers))


class DataCenterThrottle:
    """Counts what a Data Center's accounts asked."""

    def __init__(self, site: JiraSite, limits: DataCenterLimits) -> None:
        self._site = site
        self._limits = limits
        self._buckets: dict[str, TokenBucket] = {}

    def enter(self, account: JiraAccount | None) -> Headers:
        """Count a request in; raises `RefusedError` when there are too many."""
        limits = self._limits
        bucket = self._buckets.setdefault(
            account.email if account else "",
            TokenBucket(
                per_second=limits.fill / limits.interval_seconds,
                size=limits.size,
                clock=lambda: self._site.now().timestamp(),
            ),
        )
        wait = bucket.take()
        headers = (
            ("X-RateLimit-Limit", str(limits.size)),
            ("X-RateLimit-Remaining", str(bucket.remaining)),
            ("X-RateLimit-FillRate", str(limits.fill)),
            ("X-RateLimit-Interval-Seconds", str(limits.interval_seconds)),
        )
        if wait > 0:
            retry_after = _retry_after(self._site, wait, limits.retry_after)
            raise RefusedError(Answer(429, LIMITED_TOMCAT, "text/html", (*headers, *retry_after)))
        return headers


def _retry_after(site: JiraSite, wait: float, form: RetryAfter) -> Headers:
    if form == "absent":
        return ()
    if form == "date":
        free = site.now() + timedelta(seconds=math.ceil(wait))
        return (("Retry-After", format_datetime(free, usegmt=True)),)
    text = {
        "seconds": str(math.ceil(wait)),
        "fraction": f"{math.ceil(wait * 10) / 10}",
        "zero": "0",
    }[form]
    return (("Retry-After", text),)
