"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from fnmatch import fnmatch
from pathlib import PurePosixPath

import grimp
import pytest

from connectors.tracker_kinds import BUILT_IN

ROOMS = ("config", "connectors", "sandbox", "syncer")
LONGEST_FUNCTION = 48
LONGEST_FILE = 290
# In pieces, so that this file doesn't break the rules it holds others to.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npmjs" + ".com",
    "deb." + "debian.org",
]
MACHINE = [
    "/" + "work/",
    "/" + "tmp/v",
    "/" + "root/",
    "/" + "home/runner",
    "--extra-" + "index-url",
    "--index" + "-url",
]
LEFT_OPEN = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "raise NotImplemented" + "Error"]


@pytest.fixture(scope="session")
def settings(project):
    """Give pyproject.toml."""
    return tomllib.loads(project.read("pyproject.toml"))


@pytest.fixture(scope="session")
def texts(project):
    """Give every file that is text, by name; licences and versions are others' words."""
    readable = {}
    for name in project.names:
        try:
            readable[name] = project.read(name)
        except UnicodeDecodeError:
            continue
    return readable


def functions(project):
    """Give every function of the program with its size in lines."""
    for name in project.python(*ROOMS, "bench", "tests"):
        for node in ast.walk(ast.parse(project.read(name))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (name, node.name), node.end_lineno - node.lineno + 1


def test_no_function_is_longer_than_a_screen(project):
    """Every function, the tests' too, has at most 48 lines, and most have at most thirteen."""
    sizes = list(functions(project))
    assert {where for where, size in sizes if size > LONGEST_FUNCTION} == set()
    assert sorted(size for _, size in sizes)[len(sizes) // 2] <= 13


def test_no_file_is_too_long_to_read_at_a_sitting(project):
    """Every file of the program has at most 290 lines."""
    sizes = {name: project.read(name).count("\n") for name in project.python(*ROOMS)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_package_files_hold_a_docstring_alone(project):
    """An `__init__.py` says what its room is and does no work."""
    for name in project.python(*ROOMS):
        if name.endswith("__init__.py"):
            tree = ast.parse(project.read(name))
            assert ast.get_docstring(tree), name
            assert len(tree.body) == 1, name


def test_every_file_says_what_it_is_for(project):
    """Every Python file of the tree, a test's and the benchmark's too, begins with a sentence."""
    opening = {
        name: (ast.get_docstring(ast.parse(project.read(name))) or "").partition("\n\n")[0]
        for name in project.python(*ROOMS, "bench", "tests")
    }
    assert [name for name, sentence in opening.items() if not sentence.endswith((".", ":"))] == []


def test_no_file_cites_what_is_not_here(texts):
    """What a service does stands in our own words, not under a number of somebody's notes."""
    cited = re.compile(r"Fact" + r"s [A-C]\d?\b|\berrors? " + r'"[a-z0-9-]+"(?= [a-z]:|[:,])')
    assert {name: hit[0] for name, text in texts.items() if (hit := cited.search(text))} == {}


def test_every_test_states_its_claim(project):
    """A test's docstring is one sentence that ends."""
    silent = []
    for name in project.python("tests"):
        for node in ast.walk(ast.parse(project.read(name))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                claim = (ast.get_docstring(node) or "").strip()
                if not claim.endswith((".", "?", "!", "…")):
                    silent.append(f"{name}:{node.lineno} {node.name}")
    assert silent == []


@pytest.mark.parametrize(
    "words", [REGISTRIES, MACHINE, LEFT_OPEN], ids=["registry", "machine", "open"]
)
def test_no_file_says(words, texts):
    """No file names a registry's host, a path of one machine, or work left for later."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!X)" for word in words))
    hits = [f"{name}: {hit[0]}" for name, text in texts.items() for hit in pattern.finditer(text)]
    assert hits == []


def pure(project, settings) -> set[str]:
    """Give the modules of the pure core: those whose coverage must be whole."""
    globs = settings["tool"]["coverage"]["report"]["include"]
    files = [n for n in project.python(*ROOMS) if any(fnmatch(n, glob) for glob in globs)]
    assert all(any(fnmatch(n, glob) for n in files) for glob in globs)
    return {name.removesuffix(".py").replace("/", ".") for name in files}


def test_what_is_covered_whole_is_held_pure(project, settings):
    """The list of files that must be covered and that of the import contract are the same files."""
    (contract,) = (
        item
        for item in settings["tool"]["importlinter"]["contracts"]
        if item["name"].startswith("The core is pure")
    )
    held = contract["source_modules"]
    missing = {
        m for m in pure(project, settings) if not any(m == h or m.startswith(h + ".") for h in held)
    }
    assert missing == set()


def test_the_core_is_told_the_time(project, settings):
    """No pure module asks what time it is: the moment is an argument."""
    asks = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(")
    for module in pure(project, settings):
        assert not asks.search(project.read(module.replace(".", "/") + ".py")), module


def test_trackers_share_no_file(settings):
    """What one tracker's connector is made of, no other's is; shared things live outside."""
    contracts = {item["name"]: item for item in settings["tool"]["importlinter"]["contracts"]}
    connectors = sorted(where.rpartition(".")[0] for where in BUILT_IN.values())
    assert contracts["Trackers don't know each other"]["modules"] == connectors
    graph = grimp.build_graph("connectors", cache_dir=None)
    made_of = {
        item: (
            {item}
            | graph.find_descendants(item)
            | graph.find_upstream_modules(item, as_package=True)
        )
        & graph.find_descendants("connectors.boards")
        for item in connectors
    }
    shared = {
        pair: made_of[pair[0]] & made_of[pair[1]]
        for pair in itertools.combinations(connectors, 2)
        if made_of[pair[0]] & made_of[pair[1]]
    }
    # Trello's exports are its API's JSON, Jira's have its keys and labels; only that way round.
    exports = {
        ("connectors.boards.files.trello_json", "connectors.boards.trello"),
        ("connectors.boards.files.jira_csv", "connectors.boards.jira"),
    }
    assert shared.keys() == exports
    for exported, asked in exports:
        assert not any(module.startswith(exported) for module in made_of[asked])


def test_what_is_no_python_is_shipped_too(project, settings):
    """A template, a grammar or an example in a package is named as its data, so a wheel has it."""
    data = settings["tool"]["setuptools"]["package-data"]
    lost = []
    for name in project.names:
        room, _, inside = name.partition("/")
        globs = ["*.py", *data.get(room, [])]
        if room in ROOMS and not any(PurePosixPath(inside).match(glob) for glob in globs):
            lost.append(name)
    assert lost == []


def test_every_dependency_is_pinned(project, settings):
    """Each library of pyproject.toml has one version in constraints.txt, and no address."""
    asked = settings["project"]["dependencies"] + [
        item for extra in settings["project"]["optional-dependencies"].values() for item in extra
    ]
    pins = [line for line in project.read("constraints.txt").splitlines() if line[:1] != "#"]

    def name(requirement: str) -> str:
        return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()

    assert {name(item) for item in asked} - {name(pin) for pin in pins} == {"okr-sync"}
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
