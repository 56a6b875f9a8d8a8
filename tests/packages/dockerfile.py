"""Runs a Dockerfile's own steps in bare root folders, where no container engine is at hand."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from tests.packages.bare_root import BareRoot

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator


@dataclass
class Stage:
    """An image on its way: its folder, and what its last steps said."""

    machine: BareRoot
    environ: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = ""
    entrypoint: tuple[str, ...] = ()

    def run(self, script: str, **options: str) -> subprocess.CompletedProcess[str]:
        """Run a script as the steps so far have it."""
        inside = f"cd {shlex.quote(self.folder)}; {script}"
        return self.machine.run(inside, {**self.environ, **options}, user=self.user)


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Give the instructions of a Dockerfile with what stands behind them."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


@dataclass
class Build:
    """Does the steps; `lent` is what every machine on the way is lent, by its path in there."""

    context: Path
    work: Path
    lent: dict[str, Path]
    environ: dict[str, str]
    stages: dict[str, Stage] = field(default_factory=dict)

    def image(self, text: str) -> Stage:
        """Give what the last stage became."""
        for name, rest in steps(text):
            getattr(self, f"_{name.lower()}")(rest)
        return self._now

    @property
    def _now(self) -> Stage:
        return list(self.stages.values())[-1]

    def _arg(self, rest: str) -> None:
        """Leave out: which Python it is the machine that runs the test decides."""

    def _expose(self, rest: str) -> None:
        """Leave out: the network is this machine's."""

    def _cmd(self, rest: str) -> None:
        """Leave out: whoever runs the image says what to do."""

    def _from(self, rest: str) -> None:
        _, _, name = rest.partition(" AS ")
        assert rest.startswith("python:"), "the bare root has a Python and nothing else"
        machine = BareRoot(self.work / f"stage-{len(self.stages)}")
        for inside, own in self.lent.items():
            machine.lend(inside, own)
        self.stages[name or "image"] = Stage(machine)

    def _env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            known = {"PATH": self._now.machine.path, **self._now.environ}
            self._now.environ[name] = Template(value).substitute(known)

    def _workdir(self, rest: str) -> None:
        self._now.folder = rest
        self._within(rest).mkdir(parents=True, exist_ok=True)

    def _user(self, rest: str) -> None:
        self._now.user = rest

    def _entrypoint(self, rest: str) -> None:
        self._now.entrypoint = tuple(json.loads(rest))

    def _run(self, rest: str) -> None:
        done = self._now.run(rest, **self.environ)
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        stage = next((part for part in sources if part.startswith("--from=")), None)
        base = self.context
        if stage:
            sources.remove(stage)
            base = self.stages[stage.removeprefix("--from=")].machine.folder
        for source in sources:
            goal = self._within(target)
            if target.endswith("/"):
                goal /= Path(source).name
            _copied(base / source.lstrip("/"), goal)

    def _within(self, path: str) -> Path:
        return self._now.machine.folder / str(Path(self._now.folder, path)).lstrip("/")


def _copied(source: Path, goal: Path) -> None:
    goal.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, goal, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy(source, goal)
