"""Where boards are, and where on them a key result's cards: keys of each tracker's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field, model_validator

from config.addresses import Server
from config.counting import Counting
from config.types import Frozen, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


class Extensible(Frozen):
    """A value with keys beside its fields, which its tracker's kind declares.

    They come typed as declared: a text, a tuple of texts, true or false.
    """

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _without_unwritten(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None}

    @property
    def own(self) -> Mapping[str, Any]:
        """The keys that are its tracker's own, those that are written."""
        return self.model_extra or {}


class Link(Extensible):
    """Where some of a KR's cards are; a link with nothing but a source is the KR's id as label."""

    source: Text = Field(examples=["jira"])


class Source(Extensible):
    """Where boards live. The secrets to it are in the environment, never here.

    `url` is empty where the kind's default, or the environment's, is meant;
    `insecure` lets it begin with http:// though it is another machine's.
    """

    kind: Text = Field(examples=["jira"])
    url: Server = Field(default="", examples=["https://acme.atlassian.net"])
    insecure: bool = Field(default=False, examples=["true"])
    counting: Counting | None = Field(default=None, examples=["{done: {statuses: [Verified]}}"])
