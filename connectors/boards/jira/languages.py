"""What the account's own language calls the names that Cloud is made to give in English."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.boards.jira.pages import list_of
from connectors.errors import NotUnderstoodError
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.boards.jira.fetching import FetchedIssues

NAMES = "names"
"""The note that keeps the names in both languages, and since when."""

ASK_EVERY = timedelta(hours=24)
LISTS = ("status", "resolution", "issuetype")
ENGLISH = "en"
KNOWN = frozenset({"en", "de", "es", "fr", "pt", "it", "nl", "sv", "pl", "ru", "zh", "ja", "ko"})
"""The languages whose usual names of given-up work are known (docs/counting.md, 4)."""


def local_names(
    fetched: FetchedIssues, notes: Mapping[str, str], learned: dict[str, str]
) -> dict[str, tuple[str, ...]]:
    """Give the English names by what the account's language calls them, once a day anew.

    A team that reads Jira in its own language writes its rules in it, too.
    """
    locale = fetched.locale
    if not fetched.site.fields_known_upfront or language_of(locale) in ("", ENGLISH):
        return {}
    noted = json.loads(notes.get(NAMES, "{}"))
    if noted.get("locale") == locale:
        at = datetime.fromisoformat(noted["at"])
        if fetched.now - at < ASK_EVERY:
            return {name: tuple(english) for name, english in noted["names"].items()}
    languages = ("en", locale.replace("_", "-"))
    asked = [partial(_names, fetched, path, language) for path in LISTS for language in languages]
    answers = fetched.wire.together(asked)
    names: dict[str, set[str]] = {}
    for english, local in zip(answers[::2], answers[1::2], strict=True):
        for id_ in english.keys() & local.keys():
            names.setdefault(folded(local[id_]), set()).add(english[id_])
    both = {name: tuple(sorted(english)) for name, english in names.items()}
    learned[NAMES] = json.dumps({"locale": locale, "at": fetched.now.isoformat(), "names": both})
    return both


def language_of(locale: str) -> str:
    """The language of a locale, as "de" of "de_DE"."""
    return locale.replace("-", "_").partition("_")[0].lower()


def language_note(fetched: FetchedIssues) -> tuple[str, ...]:
    """What to tell where names come in a language that isn't known: Data Center can't be asked."""
    language = language_of(fetched.locale)
    if fetched.site.fields_known_upfront or language in ("", *KNOWN):
        return ()
    note = (
        f"{fetched.access.name}: names come in the account's language ({fetched.locale}), whose "
        "words for given-up work aren't known; set it to English, or name them under counting"
    )
    return (note,)


def _names(fetched: FetchedIssues, path: str, language: str) -> dict[str, str]:
    answer: Any = fetched.wire.get_in(path, language)
    values = list_of({"values": answer}, "values", fetched.access.name)
    try:
        return {str(value["id"]): _text(value["name"]) for value in values}
    except (KeyError, TypeError) as error:
        raise NotUnderstoodError(f"{fetched.access.name}: a {path} without a name") from error


def _text(name: Any) -> str:
    """A name that is a text."""
    if not isinstance(name, str):
        raise TypeError(name)
    return name
