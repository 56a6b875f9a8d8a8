"""A secret in okrs.yaml is an error that says where it belongs, and is never repeated."""

from __future__ import annotations

from base64 import b64encode

import pytest

from connectors.redaction import hide, holds_secret
from tests.config.samples import YEAR, objective

CLOUD = "ATATT3xFfGF0" + "a1B2-c3D4_" * 10 + "=9F8E7D6C"
ADMIN = "ATCTT3xFfGN0" + "Zz9" * 20
TRELLO = "ATTA" + "0123456789abcdef" * 4 + "AAA0F1E2"
OLD_TRELLO = "0123456789abcdef" * 4
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123"
BASIC = "Basic " + b64encode(b"me@example.com:hunter2").decode()
BEARER = "Bearer 0a1b2c3d4e5f6g7h8i9j"
NAMES = ["cloud", "admin", "trello", "old trello", "oauth", "basic", "bearer"]
SHAPED = [CLOUD, ADMIN, TRELLO, OLD_TRELLO, JWT, BASIC, BEARER]
BELONGS = "a secret, and this file is no place for one; take it out and set"


@pytest.mark.parametrize(
    ("kind", "key", "variable"),
    [
        ("jira", "token", "TOKEN"),
        ("jira", "api_token", "TOKEN"),
        ("jira", "API-Token", "TOKEN"),
        ("jira", "key", "TOKEN"),
        ("jira", "password", "TOKEN"),
        ("jira", "secret", "TOKEN"),
        ("jira", "pat", "TOKEN"),
        ("jira", "email", "EMAIL"),
        ("jira", "user", "EMAIL"),
        ("trello", "key", "KEY"),
        ("trello", "api_key", "KEY"),
        ("trello", "token", "TOKEN"),
    ],
)
def test_a_key_that_holds_a_secret_names_its_variable(problems, kind, key, variable):
    """Whatever it looks like, what stands behind such a key belongs into the environment."""
    source = f'{{kind: {kind}, url: "https://acme.example", {key}: hunter2hunter2}}'
    (line,) = problems(f"sources:\n  my-source: {source}\n{YEAR}")
    assert (
        line
        == f"okrs.yaml:2: {key} holds {BELONGS} OKR_SYNC_SOURCES__MY_SOURCE__{variable} instead"
    )


@pytest.mark.parametrize("secret", SHAPED, ids=NAMES)
@pytest.mark.parametrize(
    "text",
    [
        'sources: {jira: {kind: jira, url: "SECRET"}}\n' + YEAR,
        'sources: {jira: {kind: "SECRET"}}\n' + YEAR,
        'sources: {"SECRET": {kind: jira}}\n' + YEAR,
        'sources: {jira: "SECRET"}\n' + YEAR,
        'sources: ["SECRET"]\n' + YEAR,
        '"SECRET": 1\n"SECRET": 2\n',
        'objectives: [{period: "SECRET", kind: "SECRET", parent: "SECRET"}]',
        'objectives: [{key_results: [{id: "SECRET"}, {id: "SECRET"}]}]',
        'objectives: [{key_results: [{links: [{source: "SECRET", board: "SECRET"}]}]}]',
        'review: {every: "SECRET", starts: "SECRET", timezone: "SECRET", prepare: "SECRET"}',
        "# SECRET\nsources: {}",
        "sources: { # SECRET",
        "a: [\n  SECRET",
        '!<SECRET> "SECRET"',
        "*SECRET",
    ],
)
def test_what_looks_like_a_secret_is_told_anywhere_and_repeated_nowhere(problems, text, secret):
    """In values, keys, comments and broken YAML: the line is named, the secret isn't."""
    refusal = "\n".join(problems(text.replace("SECRET", secret)))
    assert BELONGS in refusal
    assert secret not in refusal
    assert secret[len("Bearer ") : 20] not in refusal


@pytest.mark.parametrize(
    "url", ["https://me:hunter2@acme.example", "https://:hunter2@acme.example"]
)
def test_credentials_in_a_url_are_a_secret(problems, url):
    """An address with a password in it is told as a secret, not as a wrong address."""
    (line,) = problems(f'sources:\n  jira: {{kind: jira, url: "{url}"}}\n{YEAR}')
    assert line == f"okrs.yaml:2: url holds {BELONGS} OKR_SYNC_SOURCES__JIRA__TOKEN instead"


def test_a_secret_in_a_query_is_a_secret(linked):
    """A board's URL as an API's log shows it carries key and token."""
    (line,) = linked('{source: trello, board: "https://trello.com/b/a?key=abc&token=hunter2"}')
    assert line == f"board holds {BELONGS} OKR_SYNC_SOURCES__<NAME>__TOKEN instead"


def test_a_secret_given_by_its_key_is_hidden_wherever_it_stands(problems):
    """An alias, or the same text in another place, doesn't bring it into another message."""
    refusal = "\n".join(
        problems(
            """\
            sources:
              jira: {kind: jira, url: "https://acme.example", token: &secret correct-horse-battery}
            objectives:
              - {id: A, title: a, team: t, period: *secret}
              - {id: B, title: a, team: t, period: 2026, kind: correct-horse-battery}
              - {id: correct-horse-battery, title: a, team: t, period: 2026, parent: correct-horse}
            """
        )
    )
    assert "correct-horse-battery" not in refusal
    assert "okrs.yaml:4: period is '***'" in refusal


def test_a_secret_behind_a_key_at_the_wrong_level_is_none_the_less_one(problems):
    """A token beside the sources, in a link or in a list is found too."""
    lines = problems(
        """\
        token: hunter2-one
        sources:
          token: hunter2-two
          jira: {kind: jira, url: "https://acme.example", auth: [hunter2-three, {a: hunter2-four}]}
        objectives:
          - {id: A, title: a, team: t, period: 2026, password: hunter2-five}
        """
    )
    assert [line.split(" holds ")[0] for line in lines] == [
        "okrs.yaml:1: token",
        "okrs.yaml:3: token",
        "okrs.yaml:4: auth",
        "okrs.yaml:6: password",
    ]
    assert "hunter2" not in "".join(lines)


def test_a_secret_is_told_once_and_beside_all_else(problems):
    """A value over two lines is one secret; the same in a comment further down is another."""
    lines = problems(
        f"""\
sources:
  jira:
    kind: jira
    url: "https://acme.example"
    ulr: x
    token: >-
      {CLOUD}
    # token: {CLOUD}
{YEAR}"""
    )
    assert [line.split(" ")[0] for line in lines] == [
        "okrs.yaml:5:",
        "okrs.yaml:6:",
        "okrs.yaml:8:",
    ]
    assert lines[2] == f"okrs.yaml:8: here is {BELONGS} OKR_SYNC_SOURCES__<NAME>__TOKEN instead"


def test_ordinary_words_are_no_secrets(okrs):
    """Titles and queries that speak of tokens, keys and bearers load as they are."""
    okrs(
        'sources: {jira: {kind: jira, url: "https://acme.example"}, token: {kind: trello}}\n'
        + objective(
            kr="TOKEN-1",
            links="{source: jira, jql: 'key in (A-1) AND text ~ \"Basic internationalization\"'}",
        ).replace("Faster", "'Bearer tokens expire; Basic training, https://a.example/@me, ATTACK'")
    )


@pytest.mark.parametrize("secret", SHAPED, ids=NAMES)
def test_hiding_leaves_the_rest_of_a_text(secret):
    """What surrounds a secret stays readable."""
    assert holds_secret(secret)
    assert hide(f"before {secret} after") == "before *** after"


@pytest.mark.parametrize("text", ["Basic AAAA%", "Basic abcdefghi", "a@b.example", "deadbeef" * 5])
def test_what_only_resembles_a_secret_stays(text):
    """Nothing is hidden on a mere suspicion."""
    assert hide(text) == text
    assert not holds_secret(text)
