"""By which links and rules a reading was counted, as text, so that a later run can tell; pure.

Links are kept as what they ask their source for. What can't be read any more,
because a later version of ours asks otherwise, is none.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from config.counting import Counting
from connectors.base import Scope, Selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KINDS = {kind.__name__: kind for kind in get_args(Selector)}


class CountedBy(NamedTuple):
    """What a KR's cards on one source were reached and judged by.

    `projects` narrows what the source looks through. `selectors` lacks those that
    can't be read any more; `whole` is whether there are none of these.
    """

    selectors: tuple[Selector, ...]
    projects: tuple[str, ...]
    rules: Counting
    whole: bool = True


def counted_by_text(selectors: Iterable[Selector], projects: Iterable[str], rules: Counting) -> str:
    """Write it down; the same links and rules are the same text."""
    written = {
        "links": [_written(selector) for selector in selectors],
        "projects": list(projects),
        "rules": rules.model_dump(mode="json", exclude_defaults=True),
    }
    return json.dumps(written, ensure_ascii=False, sort_keys=True, default=datetime.isoformat)


def read_counted_by(text: str) -> CountedBy | None:
    """Read it; None for what isn't our text, or has rules that are none any more."""
    try:
        written = json.loads(text)
        rules = Counting.model_validate(written["rules"])
        links = [_read(link) for link in written["links"]]
        projects = tuple(written["projects"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    known = tuple(selector for selector in links if selector is not None)
    return CountedBy(known, projects, rules, whole=len(known) == len(links))


def _written(selector: Selector) -> dict[str, Any]:
    return {"kind": type(selector).__name__, **asdict(selector)}


def _read(link: Mapping[str, Any]) -> Selector | None:
    kind = _KINDS.get(link["kind"])
    known = {field.name for field in fields(kind)} if kind else set()
    if kind is None or not link.keys() - {"kind"} <= known:
        return None
    selector: Selector = kind(**{name: _value(name, link[name]) for name in known & link.keys()})
    return selector


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if name == "since" and value is not None:
        return datetime.fromisoformat(value)
    return Scope(value) if name == "scope" else value
