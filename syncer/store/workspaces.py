"""Which okrs.yaml a workspace is written from: two in one would take each other's KRs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from connectors.errors import ConfigurationError
from syncer.store.rows import upsert
from syncer.store.session import Session
from syncer.store.tables import workspaces

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class WorkspacesMixin(Session):
    """The part of the store that keeps several okrs.yaml apart."""

    def claim_workspace(self, file: Path, at: datetime) -> None:
        """Note that this workspace is written from an okrs.yaml.

        Raises `ConfigurationError` where it was last written from another one that is
        still there.
        """
        path = file.resolve()
        known = select(workspaces.c.file).where(self._mine(workspaces))
        with self._reading() as connection:
            before = connection.scalar(known)
        if before == str(path):
            return
        if before is not None and _is_another(before, path):
            raise ConfigurationError(
                f"{self._database.name}: it was last written from {before}, which is still there: "
                f"give one of the two a name of its own (workspace: in {path.name})"
            )
        with self._writing() as connection:
            upsert(connection, workspaces, [self._own({"file": str(path), "at": at})], "file", "at")


def _is_another(before: str, path: Path) -> bool:
    other = path.__class__(before)
    try:
        return other.is_file() and not other.samefile(path)
    except OSError:  # it can't be seen from this account: nobody can tell
        return False
