"""Whatever stands in okrs.yaml, it is loaded or refused; nothing else happens."""

from __future__ import annotations

import re
from importlib.resources import files
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import yaml_file
from config.load import load
from config.okrs import Okrs
from connectors.errors import ConfigurationError

EXAMPLE = re.sub(
    r"(?m)^ *#.*\n| #.*$", "", files("config").joinpath("okrs.example.yaml").read_text("utf-8")
)
TOKEN = "ATATT3xFfGF0a1B2c3D4e5F6g7H8"
PIECES = st.sampled_from(
    [
        *"\n\t -:,[]{}#&*!|>'\"%@`?~",
        *(
            "- ",
            ": ",
            "\n  ",
            "null",
            "<<: ",
            "&a ",
            "*a",
            "---\n",
            "...\n",
            "!!str ",
            "!x ",
            "010",
        ),
        *("jira", "trello", "PUB-1", "YEAR", "parent: PUB\n", "id: ", "links: [", "source: ", "{}"),
        *("sources:\n", "objectives:\n", "token: ", "email: ", "key: x", TOKEN, "2026", ".nan"),
        *("https://trello.com/b/x", "https://u:p@h", "https://[", "999999999999999999d", "1e999"),
        *("\x00", "\ud7ff", "\U0001f600", "\x85", "\u2028", "\ufeff", "\\ud800", '"\\ud800"'),
    ]
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES | st.text(max_size=5)))
LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


@pytest.fixture(scope="module", params=LOADERS, ids=lambda loader: loader.__name__)
def parser(request):
    """Read with PyYAML's own parser, and with libyaml where it is there."""
    before = yaml_file._LOADER
    yaml_file._LOADER = request.param
    yield SimpleNamespace(name=request.param.__name__)
    yaml_file._LOADER = before


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Give the file that is written again and again."""
    return tmp_path_factory.mktemp("any") / "okrs.yaml"


def edited(text: str, edits: list[tuple[float, int, str]]) -> str:
    """Replace some characters here and there."""
    for share, length, piece in edits:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


def check(path, content: bytes) -> None:
    """Load what was written; a refusal names file and place in each line, and no secret."""
    path.write_bytes(content)
    try:
        outcome: Okrs | str = load(path, "okrs.yaml")
    except ConfigurationError as error:
        outcome = str(error)
    if isinstance(outcome, Okrs):
        assert TOKEN.encode() not in content
        return
    assert all(re.match(r"okrs\.yaml:[1-9]\d*: .+", line) for line in outcome.split("\n"))
    assert TOKEN not in outcome.encode().decode()


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=EDITS)
def test_an_edited_example_is_loaded_or_refused(parser, path, edits):
    """Typing errors of every kind, in the middle of a right file."""
    assert parser.name
    check(path, edited(EXAMPLE, edits).encode("utf-8", "replace"))


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pieces=st.lists(PIECES, max_size=30))
def test_any_heap_of_pieces_is_loaded_or_refused(parser, path, pieces):
    """YAML's own signs in any order."""
    assert parser.name
    check(path, "".join(pieces).encode("utf-8", "replace"))


@given(content=st.binary(max_size=50))
def test_any_bytes_are_loaded_or_refused(path, content):
    """A file that is no text at all."""
    check(path, content)


WORDS = [
    *("sources", "objectives", "counting", "review", "jira", "trello", "id", "title", "team"),
    *("period", "parent", "key_results", "metric", "start", "target", "links", "source", "label"),
    *("epic", "jql", "board", "list", "scope", "sprint", "children", "kind", "url", "boards"),
    *("projects", "done", "builtin", "statuses", "every", "starts", "timezone", "prepare"),
    *("token", "threads", "discovery"),
]
TREES = st.recursive(
    st.none() | st.sampled_from([*WORDS, "2026-Q4", "PUB-1", "1", "true", "", "a b", TOKEN]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)
    ),
    max_leaves=30,
)


@settings(max_examples=200)
@given(sources=TREES, objectives=st.lists(TREES, max_size=3) | TREES, review=TREES)
def test_any_shape_of_values_is_loaded_or_refused(path, sources, objectives, review):
    """Right keys in wrong places, with wrong kinds of values."""
    tree = {"sources": sources, "objectives": objectives, "review": review}
    check(path, yaml.safe_dump(tree).encode())
