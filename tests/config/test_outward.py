"""Reviews beyond one interval, and places to send to: what the file may say, and what not."""

from __future__ import annotations

import pytest

from config.checks.environment import strangers
from config.destinations import calendar_at, destinations
from config.load import load
from config.settings import read_settings
from connectors.errors import ConfigurationError

FILE = """\
sources: {jira: {kind: jira, url: "https://acme.atlassian.net"}}
objectives:
  - {id: PUB, title: Scale, team: Publishing, period: 2026-Q4}
  - {id: SEA, title: Find, team: Search, period: 2026-Q4}
"""
EVERY = 'every: 2 weeks, starts: "2026-10-08T10:00"'
SECRET = "https://calendar.example/private-8a7b6c5d4e/basic.ics"


@pytest.fixture
def read(tmp_path):
    """Load the file with these lines at its end."""

    def _read(lines):
        path = tmp_path / "okrs.yaml"
        path.write_text(FILE + lines, encoding="utf-8")
        return load(path, "okrs.yaml")

    return _read


@pytest.fixture
def refused(read):
    """Tell what is said of the file with these lines at its end."""

    def _refused(lines):
        with pytest.raises(ConfigurationError) as raised:
            read(lines)
        return str(raised.value)

    return _refused


@pytest.fixture
def settings(tmp_path):
    """Read the settings of an environment."""
    return lambda **environ: read_settings(
        {f"OKR_SYNC_{name}": value for name, value in environ.items()}, tmp_path
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("review: {prepare: 24h}", "5: every is missing; write for example every: 2 weeks"),
        ("review: {ical: a.ics}", "5: event is missing; write for example event: OKR review"),
        ("review: {every: week}", "5: starts is missing; write for example starts:"),
        (f"review: {{{EVERY}, event: A}}", "5: event stands beside every; keep one of the two"),
        ("review: {event: A, starts: 2026-10-08}", "5: starts goes with every or rrule; take it"),
        (f"review: {{{EVERY}, ical: a.ics}}", "5: ical goes with event, and here is every"),
        ("review: {rrule: daily, starts: 2026-10-08}", "5: rrule is 'daily'; write a rule like"),
        ("review: {rrule: FREQ=HOURLY, starts: 2026-10-08}", "5: rrule is 'FREQ=HOURLY'; write"),
        ("review: {dates: [soon]}", "5: an item of dates is 'soon', which is no date and time"),
        (f"reviews: {{Serach: {{{EVERY}}}}}", "team 'Serach'; did you mean Search?"),
        (f"reviews: {{Search: {{{EVERY}}}, search: {{{EVERY}}}}}", "'search' is 'Search' again"),
        ("deliver: {chat: {}}", "5: delivery 'chat' has no kind; write kind: smtp, slack, teams"),
        ("deliver: {'a b': {kind: slack}}", "5: delivery 'a b' has no plain name"),
        ("deliver: {a-b: {kind: slack}, A_B: {kind: slack}}", "would share its secrets with a-b"),
        ("deliver: {slack: {to: [a@b.example]}}", "5: a slack delivery has no to; it takes only"),
        ("deliver: {smtp: {server: mail.example}}", "5: sender is missing; write for example"),
        ("deliver: {slack: {only: [Serach]}}", "only: 'Serach' has no meetings of its own"),
        ("deliver: {smtp: {to: ['Jo <jo@b.example>']}}", "an item of to is no mail address"),
        ('deliver: {smtp: {sender: "a@b.example\\r\\nBcc: c@d.example"}}', "is no mail address"),
        (
            "deliver: {smtp: {server: mail.example, user: u, security: none}}",
            "would send the password in the clear; write starttls or tls",
        ),
    ],
)
def test_each_fault_has_its_line_and_its_cure(refused, lines, message):
    """One wrong thing in an otherwise right file has its message."""
    assert message in refused(lines)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (f'review: {{event: A, ical: "{SECRET}"}}', "OKR_SYNC_REVIEW__ICAL"),
        (
            f'reviews: {{Search: {{event: A, ical: "{SECRET}"}}}}',
            "OKR_SYNC_REVIEWS__SEARCH__ICAL",
        ),
        (
            'deliver: {slack: {webhook: "https://hooks.slack.com/services/T0/B0/8a7b6c5d4e"}}',
            "OKR_SYNC_DELIVERY__SLACK__WEBHOOK",
        ),
        (
            "deliver: {smtp: {password: 8a7b6c5d4e}}",
            "OKR_SYNC_DELIVERY__SMTP__PASSWORD",
        ),
        (
            "deliver: {pages: {kind: confluence, token: 8a7b6c5d4e}}",
            "OKR_SYNC_DELIVERY__PAGES__TOKEN",
        ),
        ("# see https://hooks.slack.com/services/T0/B0/8a7b6c5d4e", "here is a secret"),
        ("# https://prod.example/workflows/1?sp=run&sig=8a7b6c5d4e", "here is a secret"),
    ],
)
def test_a_secret_in_the_file_is_sent_to_its_variable(refused, lines, named):
    """A private calendar's URL and a webhook are secrets too, and no message repeats one."""
    refusal = refused(lines)
    assert named in refusal
    assert "8a7b6c5d4e" not in refusal


def test_a_teams_review_has_the_programmes_clock_and_its_own_spelling(read):
    """What a team leaves out is as in the programme's, and case makes no difference to a name."""
    file = read(
        f"review: {{{EVERY}, timezone: Europe/London, prepare: 2d}}\n"
        'reviews: {publishing: {dates: "2026-11-05T10:00", prepare: 1h}}\n'
    )
    own = file.reviews["Publishing"]
    assert (own.timezone, own.prepare) == ("Europe/London", file.review.prepare / 48)
    assert file.review.every == "2 weeks"


def test_a_calendar_is_at_the_teams_own_place_else_at_the_programmes(read, settings):
    """Environment before file, the team's own before what all share."""
    file = read(
        "review: {event: All, ical: all.ics}\n"
        "reviews: {Search: {event: Search review}, Publishing: {event: P, ical: pub.ics}}\n"
    )
    none, both = settings(), settings(REVIEW__ICAL=SECRET, REVIEWS__SEARCH__ICAL=SECRET + "?s")
    assert calendar_at(file, none).file == "all.ics"
    assert calendar_at(file, none, "Search").file == "all.ics"
    assert calendar_at(file, both).url == SECRET
    assert calendar_at(file, both, "Search").url == SECRET + "?s"
    assert calendar_at(file, both, "Publishing").file == "pub.ics"
    assert strangers(file, both) == ()
    assert "8a7b6c5d4e" not in repr(calendar_at(file, both)) + repr(both)


def test_an_event_without_a_calendar_is_said_with_its_variable(read, settings):
    """The name of a team becomes a variable's: capitals, no accents, _ for the rest."""
    file = read("reviews: {Search: {event: A}}").model_copy()
    with pytest.raises(ConfigurationError, match="OKR_SYNC_REVIEWS__SEARCH__ICAL"):
        calendar_at(file, settings(), "Search")


def test_every_missing_secret_is_named_at_once(read, settings):
    """A delivery without its secret stops the run before anything is touched."""
    file = read(
        "deliver:\n"
        "  slack: {}\n"
        "  smtp: {server: mail.example, user: u, sender: a@b.example, to: c@d.example}\n"
        "  pages: {kind: confluence, url: 'https://acme.atlassian.net/wiki', space: OKR}\n"
    )
    with pytest.raises(ConfigurationError) as raised:
        destinations(file, settings())
    for named in ("SLACK__WEBHOOK", "SMTP__PASSWORD", "PAGES__TOKEN"):
        assert f"OKR_SYNC_DELIVERY__{named}" in str(raised.value)
    given = settings(
        DELIVERY__SLACK__WEBHOOK="https://hooks.slack.com/services/8a7b6c5d4e",
        DELIVERY__SMTP__PASSWORD="8a7b6c5d4e",
        DELIVERY__PAGES__TOKEN="8a7b6c5d4e",
    )
    assert [destination.name for destination in destinations(file, given)] == [
        "pages",
        "slack",
        "smtp",
    ]
    assert "8a7b6c5d4e" not in repr(destinations(file, given))
    assert strangers(file, given) == ()


def test_a_webhook_is_an_https_address(read, settings):
    """Sent in the clear it would be anybody's; the message doesn't repeat it."""
    with pytest.raises(ConfigurationError, match="SLACK__WEBHOOK is no address") as raised:
        settings(DELIVERY__SLACK__WEBHOOK="hooks.slack.com/services/8a7b6c5d4e")
    assert "8a7b6c5d4e" not in str(raised.value)
    clear = settings(DELIVERY__SLACK__WEBHOOK="http://hooks.slack.com/services/8a7b6c5d4e")
    with pytest.raises(ConfigurationError, match="SLACK__WEBHOOK begins with http://") as raised:
        destinations(read("deliver: {slack: {}}"), clear)
    assert "8a7b6c5d4e" not in str(raised.value)
    assert destinations(read("deliver: {slack: {insecure: true}}"), clear)


def test_a_variable_for_nothing_in_the_file_is_a_warning(read, settings):
    """A webhook of a delivery that the file doesn't have was meant for something."""
    file = read("deliver: {slack: {}}")
    given = settings(DELIVERY__SLAK__WEBHOOK="https://hooks.slack.com/services/8a7b6c5d4e")
    assert "OKR_SYNC_DELIVERY__SLAK__WEBHOOK" in strangers(file, given)[0]


def test_a_place_may_be_for_some_meetings_only(read, settings):
    """The programme's meeting has a name of its own beside the teams'."""
    file = read(
        f"reviews: {{Search: {{{EVERY}}}}}\n"
        "deliver: {all: {kind: slack}, lead: {kind: slack, only: programme},\n"
        "          chat: {kind: slack, only: [search]}}\n"
    )
    hook = "https://hooks.slack.com/services/8a7b6c5d4e"
    given = settings(**{f"DELIVERY__{name}__WEBHOOK": hook for name in ("ALL", "LEAD", "CHAT")})
    takes = {
        destination.name: (destination.takes(None), destination.takes("Search"))
        for destination in destinations(file, given)
    }
    assert takes == {"all": (True, True), "lead": (True, False), "chat": (False, True)}
