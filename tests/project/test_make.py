"""`make` on a machine that lacks something says what, in one line."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


@pytest.fixture
def folder(project, tmp_path):
    """Give a folder with nothing but what make reads."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(project.root / name, tmp_path)
    return tmp_path


def make(folder, *arguments):
    """Run make to its end."""
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def interpreter(folder, script):
    """Write a stand-in for python3."""
    path = folder / "python3"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("target", ["demo", "test", "constraints"])
def test_an_old_python_is_refused_by_name(target, folder):
    """Where python3 is older than 3.11, make says which it found, and touches nothing."""
    old = interpreter(folder, 'case "$*" in *version_info*) exit 1;; esac; echo Python 3.9.2')
    done = make(folder, target, f"PYTHON={old}")
    assert done.returncode != 0
    assert f"okr-sync needs Python 3.11 or later; {old} is Python 3.9.2" in done.stderr
    assert not (folder / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(folder):
    """Debian's python3 comes without venv; make names the package."""
    bare = interpreter(folder, 'case "$*" in *ensurepip*) exit 1;; esac; exit 0')
    done = make(folder, "demo", f"PYTHON={bare}")
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr


def test_no_python_at_all_is_told(folder):
    """Where the interpreter isn't there, make says how to name another."""
    done = make(folder, "demo", "PYTHON=python-of-nowhere")
    assert done.returncode != 0
    assert "python-of-nowhere isn't on the PATH" in done.stderr


def test_set_up_is_done_once_and_again_when_its_list_changes(folder):
    """A second make installs nothing; a changed constraints.txt makes it install again."""
    log = folder / "calls"
    # Called as `-m venv`, it makes itself the virtual environment's Python.
    fake = interpreter(
        folder,
        f'echo "$*" >> {log}\n'
        'if [ "$2" = venv ]; then mkdir -p .venv/bin\n'
        '    cp "$0" .venv/bin/python; cp "$0" .venv/bin/okr-sync; fi',
    )

    def installs():
        done = make(folder, "demo", f"PYTHON={fake}")
        assert done.returncode == 0, done.stderr
        return log.read_text().count("pip install")

    first, second = installs(), installs()
    (folder / "constraints.txt").write_text("# other versions\n")
    # Some disks know no finer moment than a second: all that was there is older than that.
    for age, name in enumerate((".venv/.demo", ".venv/bin/python", "pyproject.toml"), start=1):
        then = (folder / name).stat().st_mtime - 10 * age
        os.utime(folder / name, (then, then))
    assert (first, second, installs()) == (1, 1, 2)
