"""The OKR tools that numbers are written to, and what of a key result goes to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from config.addresses import Server
from config.types import Frozen, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

NumberName = Literal["percent", "done", "remaining", "value"]


class OkrTool(Frozen):
    """One OKR tool; the secrets to it are in the environment.

    `url` is empty where the kind's default, or the environment's, is meant.
    With `approve`, each write waits until a person lets it go. Further keys
    are the kind's own: its `StoreKind` declares them.
    """

    model_config = ConfigDict(extra="allow")

    kind: Text = Field(examples=["atlassian-goals"])
    url: Server = Field(default="", examples=["https://acme.atlassian.net"])
    approve: bool = Field(default=False, examples=["true"])
    insecure: bool = Field(default=False, examples=["true"])

    @model_validator(mode="before")
    @classmethod
    def _without_unwritten(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None}

    @property
    def options(self) -> Mapping[str, str]:
        """The keys that are its kind's own, as texts."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


class WriteTo(Frozen):
    """One number of a key result that goes to an OKR tool.

    `id` is what the tool calls the key result. `status` shows the light there
    too, `note` says how the number came about, and `titles` lets the titles of
    cards into it.
    """

    store: Text = Field(examples=["goals"])
    id: Text = Field(examples=["ACME-12"])
    number: NumberName = "percent"
    status: bool = Field(default=False, examples=["true"])
    note: bool = Field(default=True, examples=["false"])
    titles: bool = Field(default=False, examples=["true"])
