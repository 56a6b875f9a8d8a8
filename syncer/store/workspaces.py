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
        """Note that this workspace is written from an okrs.yaml."""
        path = str(file.resolve())
        if self._written_from() != path:
            row = self._own({"file": path, "at": at})
            with self._writing() as connection:
                upsert(connection, workspaces, [row], "file", "at")

    def refuse_other_file(self, file: Path) -> None:
        """Raise `ConfigurationError` if another okrs.yaml, still there, wrote this workspace last.

        Each of two in one workspace would take the other's KRs out.
        """
        path, before = file.resolve(), self._written_from()
        if before is not None and _is_another(before, path):
            raise ConfigurationError(
                f"{self._database.name} was last written from {before}, which is still there: "
                f"give this file's OKRs a name of their own, with workspace: in {path}"
            )

    def _written_from(self) -> str | None:
        query = select(workspaces.c.file).where(self._mine(workspaces))
        with self._reading() as connection:
            known: str | None = connection.scalar(query)
        return known


def _is_another(before: str, path: Path) -> bool:
    other = path.__class__(before)
    try:
        return other.is_file() and not other.samefile(path)
    except OSError:  # it can't be seen from this account: nobody can tell
        return False
