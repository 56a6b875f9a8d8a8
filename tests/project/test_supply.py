"""What okr-sync is made of is known, pinned, and comes along where it is installed from."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

EXTRAS = tuple(
    sorted({*(distribution("okr-sync").metadata.get_all("Provides-Extra") or ())} - {"dev"})
)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def libraries(name: str, extras: tuple[str, ...], known: set[tuple[str, ...]]) -> set[str]:
    """Give all libraries that a distribution runs with here, by canonical name."""
    if (name, *extras) in known:
        return set()
    known.add((name, *extras))
    try:
        requires = distribution(name).requires or []
    except PackageNotFoundError:  # one for another system
        return set()
    names = {canonical(name)}
    for line in requires:
        needed = Requirement(line)
        environments = [{"extra": extra} for extra in extras or ("",)]
        if needed.marker is None or any(map(needed.marker.evaluate, environments)):
            names |= libraries(needed.name, tuple(sorted(needed.extras)), known)
    return names


@pytest.fixture(scope="module")
def licences(project):
    """Give the licence of each library, as docs/licences.md lists them."""
    rows = re.findall(r"^\| ([\w.-]+) \| (.+) \|$", project.read("docs/licences.md"), re.MULTILINE)
    return {name: licence for name, licence in rows if name != "Library"}


def test_every_library_has_its_licence_listed(licences):
    """Whoever passes okr-sync on knows the terms of all of it."""
    assert licences.keys() == libraries("okr-sync", EXTRAS, set()) - {"okr-sync"}


def test_what_is_under_the_lgpl_is_named(project, licences):
    """Above the table, and as the library's own metadata says."""
    fields = ("License", "License-Expression", "Classifier")
    declared = {
        name: [line for field in fields for line in distribution(name).metadata.get_all(field, [])]
        for name in licences
    }
    lgpl = {name for name in declared if re.search(r"LGPL|Lesser General", str(declared[name]))}
    assert {name for name, licence in licences.items() if "LGPL" in licence} == lgpl
    above = project.read("docs/licences.md").partition("| Library")[0]
    assert [name for name in lgpl if name not in above] == []


def test_every_install_of_the_documents_takes_the_tested_versions(project):
    """A command that installs okr-sync names the constraints."""
    lines = [
        (name, line.strip())
        for name in project.names
        if name.endswith(".md")
        for line in project.read(name).splitlines()
        if re.search(r"\bpip install\b.*(?:\s\.|'\.\[|okr[-_]sync)", line)
    ]
    assert lines
    assert [line for line in lines if "-c " not in line[1] and "CHANGELOG" not in line[0]] == []


def test_the_source_package_holds_what_it_takes_to_test_it(project):
    """Every file that git keeps is in it."""
    rules = [line.split() for line in project.read("MANIFEST.in").splitlines()]
    grafted = {name for rule, *names in rules if rule == "graft" for name in names}
    included = {name for rule, *names in rules if rule == "include" for name in names}
    left = [n for n in project.names if n.split("/")[0] not in grafted and n not in included]
    assert left == []


def test_the_containers_requirements_are_the_pins_with_their_hashes(project):
    """An installation into an image takes exactly what was tested, file by file."""
    text = project.read("requirements-container.txt")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", project.read("constraints.txt"), re.MULTILINE))
    versions = {canonical(name): version for name, version in pins.items()}
    assert {canonical(name): versions[canonical(name)] for name in pinned} == {
        canonical(name): version for name, version in pinned.items()
    }
    assert text.count("--hash=sha256:") >= len(pinned)
    needed = libraries("okr-sync", tuple(sorted({*EXTRAS} - {"demo"})), set()) - {"okr-sync"}
    assert {canonical(name) for name in pinned} >= needed
