"""Finds values that YAML cuts off: after a blank, a # begins a comment, meant as one or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_CUT = re.compile(r"[ \t]+(#[^\s#]\S*)")


def cut_values(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, value and what was cut off, for plain values before a # with a letter after it.

    A comment has a blank after its #, by everybody's habit and ours: "Reach #1" hasn't.
    """
    lines = text.split("\n")
    for token in yaml.scan(text, yaml.SafeLoader):
        plain = isinstance(token, yaml.ScalarToken) and token.plain
        if plain or isinstance(token, yaml.ValueToken | yaml.BlockEntryToken):
            end = token.end_mark
            cut = _CUT.match(lines[end.line][end.column :])
            if cut:
                yield end.line + 1, str(getattr(token, "value", "")), cut[1]
