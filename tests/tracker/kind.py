"""What Binder's links and sources take in okrs.yaml, and what a link asks it for."""

from __future__ import annotations

import re

from connectors.base import ByBoard, ByKey, ByLabel
from connectors.redaction import quoted
from connectors.tracker import Key, TrackerKind


def board(text):
    """Keep a board's team and name."""
    if not re.fullmatch(r"[a-z]+/[a-z]+", text):
        raise ValueError(f"{quoted(text)} is no binder board; write its team and name: pub/site")
    return text


def selector(keys, source, kr, since):
    """Say what a link asks for; one that names nothing asks for the KR's id as label."""
    del source, since
    if "board" in keys:
        return ByBoard((keys["board"],))
    if "milestone" in keys:
        return ByKey("milestone", (keys["milestone"],))
    return ByLabel(keys.get("label", kr))


KIND = TrackerKind(
    name="binder",
    connector="tests.tracker.source:BinderSource",
    links={"label": Key("PUB-1"), "milestone": Key("v1"), "board": Key("pub/site", read=board)},
    selector=selector,
    options={"boards": Key("[pub/site]", many=True, read=board, required=True)},
    exclusive=frozenset({"label", "milestone", "board"}),
    url_example="https://binder.acme.example",
)
