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
        for name in ("python", "python3"):
            (self.folder / str(_python().parent).lstrip("/") / name).symlink_to(_python())

    def lend(self, inside: str, own: Path) -> None:
        """Let a file or folder of this machine be seen in there, and never written."""
        target = self.folder / inside.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if own.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.touch()
        self.lent[inside] = own

    @property
    def path(self) -> str:
        """Where its programs are."""
        return f"{_python().parent}:{TOOLS}"

    def run(
        self, script: str, environ: Mapping[str, str], *, user: str = "", writable: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell's script in there, as root of that folder alone or as another user.

        With `writable`, a folder in there, nothing but that and /tmp can be written.
        """
        mounts = [_mount(self.folder / path.lstrip("/"), own) for path, own in self.lent.items()]
        mounts += [f"mount --bind /dev/{name} {self.folder}/dev/{name}" for name in DEVICES]
        if writable:
            mounts = [*_read_only(self.folder, writable), *mounts]
        account = f"--userspec={user} " if user else ""
        inside = ["set -e", *mounts, f'exec chroot {account}{self.folder} /bin/sh -c "$0"']
        return subprocess.run(
            [*_entrance(), "sh", "-c", "\n".join(inside), script],
            env={"PATH": self.path, "HOME": "/root", **environ},
            capture_output=True,
            text=True,
            check=False,
        )


@cache
def why_not() -> str:
    """Say why no bare root can be had here; nothing where it can."""
    if any(shutil.which(tool) is None for tool in ("unshare", "mount", "chroot")):
        return "no unshare, mount and chroot on this machine"
    lent = "mount --bind /usr /usr && mount -o remount,bind,ro /usr"
    probe = f"{lent} && mount --bind /dev/null /dev/null && exec chroot / /bin/sh -c :"
    done = subprocess.run([*_entrance(), "sh", "-c", probe], capture_output=True, check=False)
    return "" if done.returncode == 0 else "this account may mount nothing, even for itself"


def _entrance() -> tuple[str, ...]:
    return AS_USER if os.geteuid() else AS_ROOT


def _mount(target: Path, own: Path) -> str:
    return f"mount --bind {own} {target}\nmount -o remount,bind,ro {target}"


def _read_only(folder: Path, writable: str) -> list[str]:
    """Give the mounts that leave a folder of it, and an empty /tmp, to be written."""
    kept = folder / writable.lstrip("/")
    return [
        f"mount --bind {folder} {folder}",
        f"mount --bind {kept} {kept}",
        f"mount -t tmpfs tmpfs {folder}/tmp",  # noqa: S108 - the bare root's own
        f"mount -o remount,bind,ro {folder}",
    ]


def _python() -> Path:
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def _python_folders() -> tuple[Path, ...]:
    """Give where Python's library and what it links to are."""
    return Path(sysconfig.get_path("stdlib")), Path(sys.base_exec_prefix) / "lib"
