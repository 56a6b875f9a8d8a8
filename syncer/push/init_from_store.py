"""`okr-sync init --from-store NAME`: an okrs.yaml out of what a tool has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from config.access import access, store_access
from config.okrs import Okrs
from config.settings import read_settings
from config.sources import Source
from config.stores import OkrTool
from config.wording import likely
from connectors.base import Ask, ByLabel, Watch
from connectors.errors import ConfigurationError, SourceError
from connectors.registry import open_source
from connectors.store_kinds import open_okr_store
from syncer.push.importing import imported_objectives, objectives_yaml
from syncer.report.text import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from config.settings import Settings
    from connectors.okr_tool import OkrStore
    from syncer.context import Context
    from syncer.push.importing import ImportedObjective

Links = dict[str, list[dict[str, str]]]


def init_from_store(arguments: argparse.Namespace, context: Context) -> int:
    """Write the tool's objectives into an okrs.yaml without any, else into a file beside it."""
    name = arguments.from_store
    settings = read_settings(context.environ, context.directory, arguments.okrs)
    path = context.directory / settings.okrs
    content, text = _content(path)
    okrs = _stores_of(content, name, path.name)
    tool = open_okr_store(
        store_access(okrs, settings, {name})[name], context.clock, arguments.patience
    )
    empty = not content.get("objectives")
    file = path if empty else path.with_name(f"okrs.{name}.yaml")
    if not empty and file.exists():
        raise ConfigurationError(f"{file.name} is there already, and nothing is written over it")
    objectives = imported_objectives(_listed(tool, name))
    links = _proposed(okrs, settings, objectives, context, arguments.patience)
    written = objectives_yaml(objectives, name, context.now(), links)
    head = _without_objectives(text) if empty else _head(content)
    file.write_text(f"{head.rstrip()}\n\n{written}", encoding="utf-8")
    count = sum(len(objective.key_results) for objective in objectives)
    krs, of = counted(count, "key result"), counted(len(objectives), "objective")
    context.say(f"wrote {krs} of {of} into {file.name}")
    context.say("Look at their periods, teams and links, then run: okr-sync check")
    return 0


def _content(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{path.name} can't be read: {error.strerror}; write one with stores in it"
        raise ConfigurationError(message) from error
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path.name} is no YAML; okr-sync check says where") from error
    return (content if isinstance(content, dict) else {}), text


def _stores_of(content: Mapping[str, Any], name: str, file: str) -> Okrs:
    """Take what is needed of the file: it may have no objectives yet, so it isn't whole."""
    stores, sources = content.get("stores") or {}, content.get("sources") or {}
    if name not in stores:
        known = ", ".join(stores) or "none"
        near = likely(name, stores)
        raise ConfigurationError(f"no store is named {name} in {file}; there is {known}{near}")
    try:
        return Okrs.model_construct(
            objectives=(),
            stores={name: OkrTool(**stores[name])},
            sources={key: Source(**value) for key, value in sources.items()},
        )
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{file} isn't right yet; okr-sync check says where") from error


def _listed(tool: OkrStore, name: str) -> Any:
    if not tool.can.lists:
        raise ConfigurationError(f"{name} can't list its key results; write them by hand")
    listed = tool.key_results()
    if not listed:
        raise ConfigurationError(f"{name} lists no key results to these credentials")
    return listed


def _proposed(
    okrs: Okrs,
    settings: Settings,
    objectives: tuple[ImportedObjective, ...],
    context: Context,
    patience: float,
) -> Links:
    """Link each key result where some card carries its id or one of its labels in the tool."""
    krs = [kr for objective in objectives for kr in objective.key_results]
    selectors = tuple(dict.fromkeys(ByLabel(label) for kr in krs for label in kr.labels))
    out: Links = {}
    for source in okrs.sources:
        try:
            way = access(okrs, settings, {source})[source]
            adapter, _ = open_source(way, context.clock, patience)
            hits = adapter.pull(Ask(selectors), Watch()).hits
        except (ConfigurationError, SourceError) as error:
            context.warn(f"no links to {source} are proposed: {error}")
            continue
        for kr in krs:
            for label in kr.labels:
                if hits.get(ByLabel(label)):
                    own = {} if label == kr.id else {"label": label}
                    out.setdefault(kr.id, []).append({"source": source, **own})
    return out


def _without_objectives(text: str) -> str:
    """Take an empty `objectives:` out, to write a full one."""
    lines = [line for line in text.splitlines() if not line.startswith("objectives:")]
    return "\n".join(lines)


def _head(content: Mapping[str, Any]) -> str:
    kept = {key: content[key] for key in ("sources", "stores", "review") if key in content}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)
