"""A bare root folder: a shell, Python and nothing else, as on a machine that was just made.

Python's own files are lent from this machine, read-only; no container engine is needed. What is
mounted is seen by the commands in it alone, and is gone with the last of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_ROOT = ("unshare", "--mount")
AS_USER = ("unshare", "--mount", "--map-root-user")
TOOLS = "/usr/bin:/bin:/usr/sbin:/sbin"
DEVICES = ("null", "zero", "urandom", "random")
EMPTY = ("tmp", "root", "etc", "proc", "dev", "usr/bin", "bin", "srv")


@dataclass
class BareRoot:
    """The folder, and what of this machine is lent to it by its path in there."""

    folder: Path
    lent: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in EMPTY:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name in DEVICES:
            (self.folder / "dev" / name).touch()
        (self.folder / "etc/hosts").write_text("127.0.0.1 localhost\n")
        self.lend("/bin/sh", Path("/bin/sh").resolve())
        for folder in (*_python_folders(), *map(Path, ("/lib", "/lib64", "/usr/lib"))):
            if folder.exists():
                self.lend(str(folder), folder.resolve())
        self.lend(str(_python()), _python())
        (self.folder / str(_python().parent).lstrip("/") / "python3").symlink_to(_python())

    def lend(self, inside: str, own: Path) -> None:
        """Let a file or folder of this machine be seen in there, and never written."""
        target = self.folder / inside.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if own.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.touch()
        self.lent[inside] = own

    def run(self, script: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a shell's script in there, as root of that folder alone."""
        mounts = [
            _mount(self.folder / there.lstrip("/"), here) for there, here in self.lent.items()
        ]
        devices = [f"mount --bind /dev/{n} {self.folder}/dev/{n}" for n in DEVICES]
        inside = "\n".join(
            ["set -e", *mounts, *devices, f'exec chroot {self.folder} /bin/sh -c "$0"']
        )
        return subprocess.run(
            [*_entrance(), "sh", "-c", inside, script],
            env={"PATH": f"{_python().parent}:{TOOLS}", "HOME": "/root", **environ},
            capture_output=True,
            text=True,
            check=False,
        )


@cache
def why_not() -> str:
    """Say why no bare root can be had here; nothing where it can."""
    if any(shutil.which(tool) is None for tool in ("unshare", "mount", "chroot")):
        return "no unshare, mount and chroot on this machine"
    probe = "mount --bind /bin /bin && exec chroot / /bin/sh -c :"
    done = subprocess.run([*_entrance(), "sh", "-c", probe], capture_output=True, check=False)
    return "" if done.returncode == 0 else "this account may mount nothing, even for itself"


def _entrance() -> tuple[str, ...]:
    return AS_USER if os.geteuid() else AS_ROOT


def _mount(target: Path, own: Path) -> str:
    return f"mount --bind {own} {target} && mount -o remount,bind,ro {target}"


def _python() -> Path:
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def _python_folders() -> tuple[Path, ...]:
    """Give where Python's library and what it links to are."""
    return Path(sysconfig.get_path("stdlib")), Path(sys.base_exec_prefix) / "lib"
