"""The files of the guided set-up: drawn as texts, and written all or none, over nothing."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from config.variables import source_variable
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from syncer.setup.proposal import ProposedObjective
    from syncer.setup.source import SourceAnswers

HEAD = """\
# What your teams aim for, and where the work is. Every key that may stand here is in
# docs/okrs-yaml.md; `okr-sync check` says what is wrong or missing.
# No secrets in this file: they are in .env.
"""
OWNER_ALONE = 0o600
ANYBODY = 0o644


def okrs_yaml(
    source: SourceAnswers, objectives: Sequence[ProposedObjective], review: Mapping[str, str]
) -> str:
    """Draw the file: one source, the objectives with their links, the meetings if there are any."""
    lines = [HEAD, "sources:", f"  {source.name}:", f"    kind: {source.kind}"]
    lines += [f"    {key}: {_value(value)}" for key, value in source.written.items()]
    lines += ["", "objectives:"]
    for objective in objectives:
        lines += [
            f"  - id: {_value(objective.id)}",
            f"    title: {_value(objective.title)}",
            f"    team: {_value(objective.team)}",
            f"    period: {_value(objective.period)}",
            "    key_results:",
        ]
        for kr in objective.key_results:
            link = ", ".join(
                f"{key}: {_value(value)}"
                for key, value in {"source": source.name, **kr.link}.items()
            )
            lines += [
                f"      - id: {_value(kr.id)}",
                f"        title: {_value(kr.title)}",
                "        # Its number: where it was, where it should go, in which unit.",
                "        #metric: {start: 100, target: 90, unit: s}",
                f"        links: [{{{link}}}]",
            ]
    if review:
        lines += ["", "review:"]
        lines += [f"  {key}: {_value(value)}" for key, value in review.items()]
    return "\n".join(lines) + "\n"


def dotenv(source: SourceAnswers) -> str:
    """Draw `.env`: what opens the source."""
    lines = [
        f"{source_variable(source.name, part)}={value}" for part, value in source.secrets.items()
    ]
    return "\n".join(["# What opens the sources of okrs.yaml. Keep it to yourself.", *lines, ""])


def write_new(files: Mapping[Path, tuple[str, int]]) -> None:
    """Write files that aren't there yet, each with its rights; whatever happens, all or none."""
    written: list[Path] = []
    try:
        for path, (text, rights) in files.items():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights)
            written.append(path)
            with open(descriptor, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - a path has no rights to give
                file.write(text)
    except BaseException as error:
        for made in written:
            with suppress(OSError):
                made.unlink()
        if isinstance(error, FileExistsError):
            message = f"{path.name} is there already; nothing was written"
            raise ConfigurationError(message) from error
        if isinstance(error, OSError):
            message = f"{path} can't be written: {error.strerror}; nothing was written"
            raise ConfigurationError(message) from error
        raise


def _value(value: object) -> str:
    """Write a value so that YAML reads it as it is: JSON is YAML, and a plain word needs none."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    plain = text.replace("-", "").replace("_", "").isalnum() and text.isascii()
    telling = text[:1].isalpha() and text.casefold() not in _MEANT_OTHERWISE
    return text if plain and telling else json.dumps(text, ensure_ascii=False)


_MEANT_OTHERWISE = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
