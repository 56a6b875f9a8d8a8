"""Kinds by name, ours and those that other distributions bring; loaded when one is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Named(Protocol):
    """What a kind is declared as: it says its own name."""

    @property
    def name(self) -> str:
        """Give the name by which okrs.yaml names it."""
        ...  # pragma: no cover


K = TypeVar("K", bound=Named)


@dataclass
class Kinds(Generic[K]):
    """The kinds of one role, "source" or "store".

    `group` are the entry points by which a distribution brings one: its name =
    "module:KIND". `ours` says where each of our own is declared, as a `declaration`.
    """

    role: str
    group: str
    ours: Mapping[str, str]
    declaration: type[K]
    _loaded: dict[str, K] = field(default_factory=dict)

    @cached_property  # looking through all distributions takes 40 ms
    def names(self) -> tuple[str, ...]:
        """Give the names of all kinds, ours first."""
        brought = sorted({point.name for point in entry_points(group=self.group)} - {*self.ours})
        return (*self.ours, *brought)

    def forget(self) -> None:
        """Look through the distributions anew: another may be installed by now."""
        vars(self).pop("names", None)
        self._loaded.clear()

    def of(self, name: str) -> K:
        """Give a kind; raises `ConfigurationError` where none has the name, or it is broken."""
        if name not in self._loaded:
            self._loaded[name] = self._declared(name)
        return self._loaded[name]

    def broken(self, name: str) -> str:
        """Say what is wrong with a kind of this name, "" if nothing is."""
        try:
            self.of(name)
        except ConfigurationError as error:
            return str(error)
        return ""

    def _declared(self, name: str) -> K:
        points = () if name in self.ours else entry_points(group=self.group, name=name)
        address = self.ours.get(name) or next((point.value for point in points), None)
        if address is None:
            raise ConfigurationError(
                f"no kind of {self.role} is named {name}; there is {', '.join(self.names)}"
            )
        kind = loaded(self.role, name, address)
        if not isinstance(kind, self.declaration) or kind.name != name:
            declared = self.declaration.__name__
            raise ConfigurationError(
                f"the kind {name} of {self.role}s is no {declared} of that name"
            )
        return kind


def loaded(role: str, name: str, address: str) -> Any:
    """Load a part of a kind, "module:name"; what another distribution brings may fail in any way.

    Raises `ConfigurationError`.
    """
    module, _, attribute = address.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except Exception as error:
        message = f"the kind {name} of {role}s can't be loaded ({type(error).__name__}: {error})"
        raise ConfigurationError(message) from error
