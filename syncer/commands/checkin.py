"""`okr-sync checkin`: what a team says of a KR or an objective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.records import CheckIn

if TYPE_CHECKING:
    import argparse

    from config.okrs import Okrs
    from syncer.world import World


def run(arguments: argparse.Namespace, world: World) -> int:
    """Add one check-in; what was said before stays, and no sync touches it."""
    okrs, settings = world.configured(arguments)
    subject = _subject(okrs, arguments.id)
    said = CheckIn(
        subject=subject,
        at=world.now(),
        confidence=arguments.confidence,
        value=arguments.value,
        note=arguments.note.strip(),
        risk=arguments.risk.strip(),
        ask=arguments.ask.strip(),
    )
    if said == CheckIn(subject, said.at):
        raise ConfigurationError(
            "nothing to record: give --confidence, --value, --note, --risk or --ask"
        )
    with world.store(settings) as store:
        store.define(okrs, said.at)
        store.add_checkin(said)
    world.say(f"recorded for {subject}")
    return 0


def _subject(okrs: Okrs, name: str) -> str:
    """The id as the file spells it."""
    known = [one.id for one in okrs.objectives]
    known += [kr.id for one in okrs.objectives for kr in one.key_results]
    found = next((one for one in known if one.casefold() == name.casefold()), None)
    if found is None:
        raise ConfigurationError(
            f"no KR or objective has the id {name}; there is {', '.join(known)}"
        )
    return found
