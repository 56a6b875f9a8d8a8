"""Environment, .env and secrets directory, and the way to each source."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.access import access
from config.checks.environment import strangers
from config.load import load
from config.settings import Settings, read_settings
from connectors.base import Access
from connectors.errors import ConfigurationError
from tests.config.samples import YEAR

JIRA = "OKR_SYNC_SOURCES__JIRA__"
TRELLO = "OKR_SYNC_SOURCES__OUR_BOARD__"
FILE = f"""\
sources:
  jira:
    kind: jira
    url: "https://acme.atlassian.net"
    projects: [PUB]
    deployment: cloud
  our-board: {{kind: trello, boards: [AbCd1234]}}
{YEAR}"""
TOKENS = {
    "OKR_SYNC_SOURCES__JIRA__EMAIL": "me@acme.example",
    "OKR_SYNC_SOURCES__JIRA__TOKEN": "jira-token",
    "OKR_SYNC_SOURCES__OUR_BOARD__KEY": "trello-key",
    "OKR_SYNC_SOURCES__OUR_BOARD__TOKEN": "trello-token",
}


def refused(call, *arguments) -> list[str]:
    """Tell the lines of a refusal."""
    with pytest.raises(ConfigurationError) as caught:
        call(*arguments)
    return str(caught.value).split("\n")


def test_without_anything_set_the_defaults_hold(tmp_path):
    """An embedded store and okrs.yaml, and no secrets."""
    settings = read_settings({}, tmp_path)
    store = f"sqlite:///{tmp_path}/okr-sync.db"
    assert settings == Settings(folder=tmp_path, store=store)
    assert (settings.okrs, Settings().store) == (Path("okrs.yaml"), "sqlite:///okr-sync.db")
    assert settings.sources == {}


def test_the_process_environment_is_not_looked_at(tmp_path, monkeypatch):
    """What isn't handed over doesn't count."""
    monkeypatch.setenv("OKR_SYNC_STORE", "sqlite:///elsewhere.db")
    monkeypatch.setenv("OKR_SYNC_NAMES", "[]")
    assert "elsewhere" not in read_settings({}, tmp_path).store
    assert read_settings({}, tmp_path).names == frozenset()
    assert Settings().store == "sqlite:///okr-sync.db"


def test_environment_wins_over_dotenv_over_secrets_directory_over_file(tmp_path, okrs):
    """Each variable is taken from the nearest place that has it."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for part in ("url", "token", "email"):
        (secrets / f"okr_sync_sources__jira__{part}").write_text(f"https://{part}.directory\n")
    (tmp_path / ".env").write_text(
        f"export {JIRA}URL='https://url.dotenv'\n{JIRA}TOKEN=token.dotenv # a comment\n"
        "OKR_SYNC_SECRETS_DIR=secrets\n"
    )
    environ = {f"{JIRA}URL": "https://url.environment"}
    file = okrs(FILE)

    def way(environ):
        return access(file, read_settings(environ, tmp_path), only=["jira"])["jira"]

    source = way(environ)
    assert (source.url, source.token, source.email) == (
        "https://url.environment",
        "token.dotenv",
        "https://email.directory",
    )
    assert way({}).url == "https://url.dotenv"
    (tmp_path / ".env").write_text("OKR_SYNC_SECRETS_DIR=secrets\n")
    assert way({}).url == "https://url.directory"
    (secrets / "okr_sync_sources__jira__url").unlink()
    assert way({}).url == "https://acme.atlassian.net"


def test_a_way_holds_all_that_a_connector_needs(tmp_path, okrs):
    """Both kinds of sources get address, secrets and what narrows them."""
    ways = access(okrs(FILE), read_settings(TOKENS, tmp_path))
    assert ways == {
        "jira": Access(
            name="jira",
            kind="jira",
            url="https://acme.atlassian.net",
            email="me@acme.example",
            token="jira-token",
            options={"deployment": "cloud", "projects": ("PUB",)},
        ),
        "our-board": Access(
            name="our-board",
            kind="trello",
            url="https://api.trello.com",
            token="trello-token",
            key="trello-key",
            options={"boards": ("AbCd1234",)},
        ),
    }


def test_names_of_variables_and_files_may_be_in_any_case(tmp_path):
    """Source names are compared without regard to case, and - is written as _."""
    (tmp_path / "OKR_Sync_Sources__Our_Board__Key").write_text("a")
    environ = {"okr_sync_sources__Our_Board__Token": "b", "OKR_SYNC_SECRETS_DIR": str(tmp_path)}
    secrets = read_settings(environ, tmp_path / "elsewhere").sources["our_board"]
    assert (secrets.key.get_secret_value(), secrets.token.get_secret_value()) == ("a", "b")


def test_mounted_secrets_of_kubernetes_and_of_other_programs_do_no_harm(tmp_path):
    """Links to a hidden directory are followed; other files are never opened."""
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / f"{JIRA}TOKEN").write_text("a\n")
    (tmp_path / f"{JIRA}TOKEN").symlink_to(Path("..data") / f"{JIRA}TOKEN")
    (tmp_path / "another").write_bytes(b"\xff\xfe")
    (tmp_path / "OKR_SYNC_DIRECTORY").mkdir()
    settings = read_settings({"OKR_SYNC_SECRETS_DIR": str(tmp_path)}, tmp_path)
    assert settings.sources["jira"].token.get_secret_value() == "a"


@pytest.mark.parametrize(
    "value", ["null", "{}", "[]", "1", "true", "a=b", "$HOME", "${HOME}", "a#b"]
)
def test_a_secret_is_taken_as_it_is(tmp_path, value):
    """No value is read as JSON, and nothing in one is replaced."""
    (tmp_path / ".env").write_text(f"{JIRA}TOKEN={value}\n")
    secrets = read_settings({f"{JIRA}KEY": value}, tmp_path).sources["jira"]
    assert (secrets.key.get_secret_value(), secrets.token.get_secret_value()) == (value, value)


def test_an_empty_variable_is_as_good_as_none(tmp_path):
    """`docker -e NAME=` doesn't hide what .env says."""
    (tmp_path / ".env").write_text(f"{JIRA}TOKEN=a\n{JIRA}KEY=\n{JIRA}EMAIL\n")
    secrets = read_settings({f"{JIRA}TOKEN": " "}, tmp_path).sources["jira"]
    assert (secrets.token.get_secret_value(), secrets.key, secrets.email) == ("a", None, None)


def test_no_repr_shows_a_secret(tmp_path, okrs):
    """Settings, their parts, the store's address and the ways can be logged."""
    environ = {**TOKENS, "OKR_SYNC_STORE": "postgresql://me:hunter2@host/okrs"}
    settings = read_settings(environ, tmp_path)
    shown = f"{settings!r}{settings}{settings.sources!r}{access(okrs(FILE), settings)}"
    assert settings.store == "postgresql://me:hunter2@host/okrs"
    for secret in ("hunter2", *TOKENS.values()):
        assert secret not in shown


def test_every_wrong_variable_is_named_and_no_value(tmp_path):
    """A token with its scheme before it, and an address that is none."""
    environ = {
        f"{JIRA}TOKEN": "Bearer hunter2",
        f"{JIRA}URL": "https://me:hunter2@acme.example",
        "OKR_SYNC_SOURCES__OUR_BOARD__KEY": "hünter2",
    }
    lines = refused(read_settings, environ, tmp_path)
    assert [line.split(" ")[0] for line in lines] == [
        f"{JIRA}TOKEN",
        f"{JIRA}URL",
        "OKR_SYNC_SOURCES__OUR_BOARD__KEY",
    ]
    assert "nter2" not in "".join(lines)


def test_files_that_cannot_be_read_are_named(tmp_path):
    """.env and secrets that are no text, and a directory that isn't there."""
    environ = {"OKR_SYNC_SECRETS_DIR": "secrets"}
    (line,) = refused(read_settings, environ, tmp_path)
    assert line.startswith("OKR_SYNC_SECRETS_DIR names no directory that can be read; ")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / f"{JIRA}TOKEN").write_bytes(b"\xff")
    assert refused(read_settings, environ, tmp_path) == [
        f"{JIRA}TOKEN isn't UTF-8; save it as UTF-8"
    ]
    (tmp_path / ".env").write_text(f"A=b\nHELLO: there\n{JIRA}TOKEN: hunter2\n")
    assert refused(read_settings, {}, tmp_path) == [".env:3: isn't NAME=value; write it so"]


def test_every_missing_secret_is_told_with_its_variable(tmp_path, okrs):
    """All at once, Trello's key too; a Jira without an e-mail address uses its token alone."""
    file = okrs(FILE)
    assert refused(access, file, read_settings({}, tmp_path)) == [
        f"source jira has no token; set {JIRA}TOKEN in the environment or .env",
        f"source our-board has no key; set {TRELLO}KEY in the environment or .env",
        f"source our-board has no token; set {TRELLO}TOKEN in the environment or .env",
    ]
    alone = read_settings({f"{JIRA}TOKEN": "a"}, tmp_path)
    assert access(file, alone, only={"jira"})["jira"].email is None


def test_an_address_in_the_environment_is_checked_as_the_files_is(tmp_path, okrs):
    """The API's path is too much there too."""
    environ = {**TOKENS, "OKR_SYNC_SOURCES__OUR_BOARD__URL": "http://127.0.0.1:8080/1"}
    assert refused(access, okrs(FILE), read_settings(environ, tmp_path)) == [
        "OKR_SYNC_SOURCES__OUR_BOARD__URL has the API's path in it; write the server without /1"
    ]


def test_the_environment_may_tell_an_address_in_the_files_place(tmp_path):
    """A Jira's url may be left out where a variable has it, and is missing where none does."""
    path = tmp_path / "okrs.yaml"
    path.write_text(FILE.replace('    url: "https://acme.atlassian.net"\n', ""))
    (tmp_path / ".env").write_text(f"{JIRA}URL=https://jira.acme.example\n")
    settings = read_settings(TOKENS, tmp_path)
    file = load(path, variables=settings.names)
    assert access(file, settings)["jira"].url == "https://jira.acme.example"
    bare = read_settings({**TOKENS, f"{JIRA}URL": ""}, tmp_path / "elsewhere")
    (line,) = refused(load, path, "okrs.yaml", bare.names)
    assert line.startswith("okrs.yaml:2: url is missing; write for example url: https://acme.atl")
    assert line.endswith(f", or set {JIRA}URL")


def test_variables_that_mean_nothing_are_told_with_the_nearest_that_does(tmp_path, okrs):
    """A typing error in a name would else be a missing token, or nothing at all."""
    environ = {
        **TOKENS,
        "OKR_SYNC_STORE": "sqlite:///x.db",
        "OKR_SYNC_STROE": "sqlite:///x.db",
        "OKR_SYNC_SOURCES": "{}",
        "OKR_SYNC_SOURCES__JRIA__TOKEN": "hunter2",
        "OKR_SYNC_SOURCES__JIRA__TOKN": "hunter2",
        "OKR_SYNC_SOURCES__GITLAB__TOKEN": "hunter2",
        "OKR_SYN": "not ours",
    }
    (tmp_path / ".env").write_text("OKR_SYNC_SOURCES__OUR-BOARD__TOKEN=a\n")
    warnings = strangers(okrs(FILE), read_settings(environ, tmp_path))
    assert [text.split(" is set, but ")[1] for text in warnings] == [
        "nothing is called so; did you mean OKR_SYNC_STORE?",
        "okrs.yaml has no such source; write JIRA or OUR_BOARD",
        "a source has no such part; did you mean TOKEN?",
        "okrs.yaml has no such source; did you mean JIRA?",
        "okrs.yaml has no such source; did you mean OUR_BOARD?",
        "nothing is called so; did you mean OKR_SYNC_STORE?",
    ]
    assert "hunter2" not in "".join(warnings)
    assert strangers(okrs(FILE), read_settings(TOKENS, tmp_path / "elsewhere")) == ()


NAMES = st.sampled_from([*TOKENS, f"{JIRA}URL", "OKR_SYNC_STORE", "OKR_SYNC_OKRS"]) | st.text(
    "_ABcé -=.", max_size=8
).map(lambda tail: f"OKR_SYNC_SOURCES__{tail}")


@given(st.dictionaries(NAMES, st.text(max_size=20)))
def test_any_environment_is_read_or_refused(tmp_path_factory, environ):
    """No name or value of a variable is a traceback."""
    try:
        lines = [*read_settings(environ, tmp_path_factory.getbasetemp()).names]
    except ConfigurationError as error:
        lines = str(error).split("\n")
    assert all(line.startswith("OKR_SYNC_") for line in lines)
