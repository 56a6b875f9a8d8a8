"""pygal's line over time at a third of its cost: a report of 300 KRs draws it 900 times.

What is left out is what pygal does for charts that aren't ours: other kinds of
values, its style sheet and its script, which the page has no use for.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from pygal import DateTimeLine
from pygal.config import SerieConfig
from pygal.etree import etree
from pygal.serie import Serie
from pygal.util import compose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_attribute = object.__getattribute__


class LineOverTime(DateTimeLine):  # type: ignore[misc] # pygal has no types
    """A chart whose series are (moment, number) each; colours and scripts are the page's."""

    def __init__(self, **options: Any) -> None:
        """Draw into a tree of the standard library's, which `render_tree` gives."""
        etree.to_etree()
        super().__init__(**options)

    def __getattribute__(self, name: str) -> Any:
        """Look where pygal does, the state of the drawing under way first, without its detours."""
        if name[:2] != "__":
            state = _attribute(self, "__dict__").get("state")
            if state is not None and name in state.__dict__ and name != "state":
                return state.__dict__[name]
        return _attribute(self, name)

    def prepare_values(
        self, raw: Iterable[tuple[Any, Mapping[str, Any]]], offset: int = 0
    ) -> list[Serie]:
        """Give each series its options and its points; moments become timestamps."""
        self._x_adapt = reduce(compose, self._x_adapters)
        self._adapt = float
        drawn = self.state.__dict__
        options = SerieConfig()
        options(**{name: drawn[name] for name in vars(options) if name in drawn})
        return [
            Serie(number, [(self._x_adapt(at), value) for at, value in points], _with(options, own))
            for number, (points, own) in enumerate(raw, offset)
        ]

    def _tooltip_data(self, *_: Any, **__: Any) -> None:
        """Write nothing for a script that isn't there."""

    def _draw(self) -> None:
        super()._draw()
        self.svg.pre_render = partial(int)


def _with(options: SerieConfig, own: Mapping[str, Any]) -> SerieConfig:
    """Give a series its own options over those of the chart."""
    made = SerieConfig.__new__(SerieConfig)
    made.__dict__.update(vars(options), **own)
    return made
