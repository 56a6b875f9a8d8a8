"""The okrs.yaml that a fleet works for: found by patterns, read anew when they are edited."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from config.load import load
from config.settings import read_settings
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.okrs import Okrs
    from config.settings import Settings

    Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OkrsFile:
    """An okrs.yaml as it is now; `digest` tells its editions apart."""

    path: Path
    okrs: Okrs
    digest: str

    @property
    def workspace(self) -> str:
        """What tells its key results from those of others."""
        return self.okrs.workspace


@dataclass(frozen=True, slots=True)
class FleetFiles:
    """All files of a moment, by workspace, and what is wrong with the others, by path."""

    files: Mapping[str, OkrsFile] = field(default_factory=dict)
    problems: Mapping[Path, str] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        """Name them all, the broken ones too."""
        return frozenset(map(str, [*(file.path for file in self.files.values()), *self.problems]))


class OkrsFiles:
    """Where a worker's okrs.yaml are; its methods are for any thread.

    `store` is the URL of the store that all of them must be for.
    """

    def __init__(
        self, environ: Mapping[str, str], directory: Path, patterns: Sequence[str], store: str
    ) -> None:
        self._environ = environ
        self._directory = directory
        self._patterns = patterns
        self._store = store
        self._lock = Lock()
        self._read: dict[Path, tuple[Stamp, OkrsFile | str]] = {}

    def look(self) -> FleetFiles:
        """Look at all files; those that are as they were aren't read again."""
        with self._lock:
            paths = list(found_files(self._directory, self._patterns))
            self._read = {path: self._known(path) for path in paths}
            read = {path: answer for path, (_, answer) in self._read.items()}
        problems = {path: answer for path, answer in read.items() if isinstance(answer, str)}
        files: dict[str, OkrsFile] = {}
        for path, file in read.items():
            if isinstance(file, str):
                continue
            first = files.setdefault(file.workspace, file)
            if first is not file:
                problems[path] = (
                    f"{path}: {first.path} has the workspace {file.workspace or 'without a name'} "
                    "too: give one of them a workspace: of its own"
                )
        return FleetFiles(files, problems)

    def settings(self, file: OkrsFile) -> Settings:
        """Give a file's settings and secrets as they are now."""
        return read_settings(self._environ, self._directory, str(file.path))

    def _known(self, path: Path) -> tuple[Stamp, OkrsFile | str]:
        stamp = _stamp(path)
        known = self._read.get(path)
        return known if known is not None and known[0] == stamp else (stamp, self._loaded(path))

    def _loaded(self, path: Path) -> OkrsFile | str:
        try:
            settings = read_settings(self._environ, self._directory, str(path))
            if settings.store != self._store:
                return f"{path}: its OKR_SYNC_STORE is another one than the worker's"
            okrs = load(path, str(path), settings.names)
            return OkrsFile(path, okrs, hashlib.sha256(path.read_bytes()).hexdigest()[:16])
        except ConfigurationError as error:
            return str(error)
        except OSError as error:
            return f"{path}: {error.strerror}"


def found_files(directory: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Give the files that patterns name, each once, in their order."""
    seen: set[Path] = set()
    for pattern in patterns:
        path = directory / pattern
        matched = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        # What isn't there is a problem of its own, unless it is a pattern.
        for file in matched or ([] if any(sign in pattern for sign in "*?[") else [path]):
            if file not in seen:
                seen.add(file)
                yield file


def _stamp(path: Path) -> Stamp:
    """Tell a file's editions apart without reading it; a secret's doesn't matter here."""
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return (state.st_mtime_ns, state.st_size)
