"""Answers in the service's words: its refusals, and wrong answers seen in the wild.

The latter are for `Faults`; public reports of them are named beside them.
"""

from __future__ import annotations

import json

from sandbox.faults import Answer


class RefusedError(Exception):
    """Ends a request with an answer that isn't what was asked for."""

    def __init__(self, answer: Answer) -> None:
        """Carry the answer."""
        super().__init__(answer.status)
        self.answer = answer


def complaint(
    status: int, *messages: str, headers: tuple[tuple[str, str], ...] = ()
) -> RefusedError:
    """The usual JSON error."""
    body = {"errorMessages": list(messages), "errors": {}}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return RefusedError(Answer(status, text, "application/json;charset=UTF-8", headers))


def gateway_complaint(status: int, message: str) -> RefusedError:
    """The error of what stands before the service."""
    return RefusedError(Answer(status, json.dumps({"code": status, "message": message})))


def bad_payload() -> RefusedError:
    """A body that the service doesn't take."""
    return complaint(
        400,
        "Invalid request payload. Refer to the REST API documentation and try again.",
    )


def no_issue() -> RefusedError:
    """Deleted, moved out of sight and hidden all answer alike."""
    return complaint(404, "Issue does not exist or you do not have permission to see it.")


NOT_SIGNED_IN = Answer(
    401,
    "Client must be authenticated to access this resource.",
    "text/plain;charset=UTF-8",
    (("WWW-Authenticate", 'OAuth realm="https%3A%2F%2Fexample.atlassian.net"'),),
)

SEARCH_REMOVED = Answer(
    410,
    '{"errorMessages":["The requested API has been removed. Please migrate to the '
    "/rest/api/3/search/jql API. A full migration guideline is available at "
    'https://developer.atlassian.com/changelog/#CHANGE-2046"],"errors":{}}',
    "application/json;charset=UTF-8",
)

# https://github.com/lesstif/php-jira-rest-client/issues/528
BEARER_WITH_API_TOKEN = Answer(403, '{"error": "Failed to parse Connect Session Auth Token"}')

# https://github.com/raycast/extensions/issues/29015
LIMITED_JSON = (
    '{"errorMessages":["The request has been rate-limited. Please try again later."],"errors":{}}'
)

# https://github.com/floralvikings/jira-connector/issues/250
LIMITED_HTML = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    "<title>Oops - an error has occurred</title></head>"
    '<body class=" error-page error429"><div id="page"><section id="content" role="main">'
    "<h1>Something went wrong</h1><p>Try reloading the page, then check our "
    '<a href="https://status.atlassian.com">Statuspage</a> for any current outages.</p>'
    "</section></div></body></html>"
)

# https://github.com/ahungry/org-jira/issues/365
_TOO_MANY = "HTTP Status 429 \N{EN DASH} Too Many Requests"
LIMITED_TOMCAT = (
    f'<!doctype html><html lang="en"><head><title>{_TOO_MANY}</title></head><body>'
    f"<h1>{_TOO_MANY}</h1><p><b>Type</b> Status Report</p><p><b>Message</b> Rate limit exceeded."
    "</p><p><b>Description</b> The user has sent too many requests in a given amount of time "
    '("rate limiting").</p><h3>Apache Tomcat/9.0.95</h3></body></html>'
)

# https://github.com/cristibaluta/Jit/issues/12
CAPTCHA = Answer(
    403,
    "<html><body><main><h1>Forbidden (403)</h1><p>Basic Authentication Failure - Reason : "
    "AUTHENTICATION_DENIED</p></main></body></html>",
    "text/html;charset=UTF-8",
    (
        (
            "X-Authentication-Denied-Reason",
            "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp",
        ),
        ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED"),
    ),
)

# https://github.com/Qytera-Gmbh/cypress-xray-plugin/issues/511
LOGIN_PAGE = Answer(
    200,
    "\n\n\n\n\n\n\n\n\n"
    '<!DOCTYPE html>\n<html lang="de">\n<head>\n<title>Anmelden - Example JIRA</title>\n'
    '<meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.12">\n'
    "</head><body></body></html>",
    "text/html;charset=UTF-8",
)

# https://github.com/apache/devlake/issues/7540
BAD_GATEWAY = Answer(
    502,
    "<html><head><title>502 - Web server received an invalid response while acting as a gateway "
    "or proxy server.</title></head><body><h1>Server Error</h1></body></html>",
    "text/html",
)
