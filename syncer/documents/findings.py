"""Everything that would stop or mislead a sync, as `check --json` and its siblings give it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.access import access, store_access
from config.checks.advice import advice
from config.checks.environment import open_to_others, strangers
from config.checks.yaml_text import cut_values
from config.destinations import destinations
from connectors.base import Pull
from connectors.errors import ConfigurationError, SourceError
from connectors.redaction import quoted
from connectors.registry import access_ends, survey_source
from syncer.core.check import findings, sources_without
from syncer.core.check_names import Notice
from syncer.core.plan import plan
from syncer.publish.rhythm import too_rare
from syncer.run import pull
from syncer.store.marks import can_be_marked, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from config.okrs import Okrs
    from config.settings import Settings
    from connectors.base import Access
    from syncer.context import Context
    from syncer.store.store import Store


_SOON = timedelta(days=30)
"""How long before its end a token is spoken of."""


def find_all(
    context: Context,
    okrs: Okrs,
    settings: Settings,
    *,
    patience: float,
    progressed: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Notice]:
    """Ask for everything that a sync would ask for, and give all that is wrong; write nothing."""
    planned = plan(okrs)
    ways = access(okrs, settings, only=planned.asks)
    answers, _ = pull(planned, ways, context.clock, patience=patience, progressed=progressed)
    in_use = {
        name: _labels_in_use(ways[name], context, patience)
        for name in sources_without(planned, answers)
    }
    return [
        *_of_file(okrs, settings),
        *(Notice("environment", text, error=True) for text in context.clock.network.faults()),
        *findings(okrs, planned, answers, in_use),
        *_of_tokens(okrs, ways, answers, context, patience),
        *_of_store(okrs, settings, context),
        *(Notice("deliver", text, error=True) for text in _lacking(destinations, okrs, settings)),
        *(Notice("stores", text, error=True) for text in _lacking(store_access, okrs, settings)),
        *_of_tools(okrs, settings, context, patience),
    ]


def findings_document(notices: Iterable[Notice], okrs: Okrs) -> dict[str, Any]:
    """Give the document of `check`."""
    return {"findings": [_finding(notice, okrs) for notice in notices]}


def _of_file(okrs: Okrs, settings: Settings) -> Iterator[Notice]:
    """Find what can be seen without asking anybody."""
    yield from (Notice("environment", text) for text in strangers(okrs, settings))
    yield from (Notice("environment", text) for text in open_to_others(okrs.folder))
    for item in advice(okrs):
        yield Notice(item.where, item.text, item.line or None)
    text = (okrs.folder / Path(okrs.places.file).name).read_text("utf-8-sig")
    for line, value, cut in cut_values(text):
        fault = f"{cut} is a comment, so that the value ends before it"
        yield Notice(
            "file", f"{fault}: {quoted(value)}; put it in quotes if it belongs to it", line
        )


def _labels_in_use(way: Access, context: Context, patience: float) -> tuple[str, ...]:
    """Give the labels in use on a source; none where it doesn't say."""
    try:
        return tuple(survey_source(way, context.clock, patience).labels)
    except SourceError:
        return ()


def _of_tokens(
    okrs: Okrs,
    ways: Mapping[str, Access],
    answers: Mapping[str, Pull | SourceError],
    context: Context,
    patience: float,
) -> Iterator[Notice]:
    """Find tokens that end soon, where a service that let us in tells."""
    soon = context.now() + _SOON
    for name, answer in answers.items():
        try:
            known = isinstance(answer, Pull)
            ends = access_ends(ways[name], context.clock, patience) if known else ()
        except SourceError:
            # It is no part of what a sync needs, and not every token may ask for it.
            continue
        for end in ends:
            if context.now() < end <= soon:
                text = f"a token of this account ends on {end:%Y-%m-%d}; make another before"
                yield Notice(name, text, okrs.places.sources.get(name))


def _of_store(okrs: Okrs, settings: Settings, context: Context) -> Iterator[Notice]:
    """Find another okrs.yaml in the same workspace, calendars that can't be read, rare runs."""
    okrs_file = context.directory / settings.okrs
    if not can_be_marked(okrs_file):
        gone = (
            f"{mark_of(okrs_file)} can't be written: a store that is gone would look like a new one"
        )
        yield Notice("store", gone)
    with context.store(settings, okrs.workspace, create=False) as store:
        try:
            store.refuse_other_file(okrs_file)
        except ConfigurationError as error:
            yield Notice("workspace", str(error), error=True)
        for text in _calendars(okrs, settings, context, store):
            yield Notice("review", text, error=True)
        rare = too_rare(store, okrs)
        if rare is not None:
            yield Notice("review", rare)


def _of_tools(
    okrs: Okrs, settings: Settings, context: Context, patience: float
) -> Iterator[Notice]:
    """Find places in OKR tools that no number can go to."""
    if any(kr.write_to for _, kr in okrs.key_results()):
        from syncer.push.checking import tool_faults  # noqa: PLC0415 - most files need none of it

        for kr, text in tool_faults(okrs, settings, context.clock, patience):
            yield Notice(kr, text, error=True)


def _calendars(okrs: Okrs, settings: Settings, context: Context, store: Store) -> list[str]:
    """Say which calendars of reviews can't be read now."""
    if not any(review and review.event for review in (okrs.review, *okrs.reviews.values())):
        return []
    from syncer.publish.calendars import Calendars  # noqa: PLC0415 - heavy

    calendars = Calendars(settings, okrs.folder, context.clock)
    try:
        calendars.read(okrs, store, context.now(), keep=False)
    except ConfigurationError as error:
        return str(error).splitlines()
    return calendars.problems


def _lacking(read: Callable[[Okrs, Settings], object], okrs: Okrs, settings: Settings) -> list[str]:
    """Say which variables have to be set before what is outside can be reached."""
    try:
        read(okrs, settings)
    except ConfigurationError as error:
        return str(error).splitlines()
    return []


def _finding(notice: Notice, okrs: Okrs) -> dict[str, Any]:
    return {
        "kind": "error" if notice.error else "warning",
        "where": notice.where,
        "file": okrs.places.file,
        "line": notice.line,
        "text": notice.text,
    }
