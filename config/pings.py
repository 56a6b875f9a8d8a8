"""Whom to tell of a run, as far as it can be read while something else is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from config.environment import variables
from config.secrets import PingAddresses
from config.variables import PREFIX
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import SecretStr


def ping_addresses(
    environ: Mapping[str, str], directory: Path, okrs: str | Path | None = None
) -> tuple[dict[str, SecretStr], dict[str, str]]:
    """Give the addresses by what they are told (start, success, failure), and all variables.

    Nothing is raised: whoever is to be told that the set-up is broken must be told
    in spite of that. What can't be read is left out; the run itself says why.
    """
    try:
        gathered, _ = variables(environ, directory, okrs)
    except ConfigurationError:
        gathered = {name.upper(): value for name, value in environ.items()}
    addresses = {}
    for part in PingAddresses.model_fields:
        if text := gathered.get(f"{PREFIX}PING__{part.upper()}"):
            try:
                addresses[part] = getattr(PingAddresses.model_validate({part: text}), part)
            except ValidationError:
                continue
    return addresses, gathered
