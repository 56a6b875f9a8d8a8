"""What values of okrs.yaml are made of, and what its texts and names look like."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)


class Frozen(BaseModel):
    """A value of the file: unknown keys are errors, nothing changes after loading.

    A known key with nothing behind it counts as not written. A field's
    `examples` are what a message suggests to write.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = cls.model_fields
        return {key: value for key, value in data.items() if value is not None or key not in known}


def _one_line(text: str) -> str:
    """Fold a text of several lines into one, as YAML does with plain ones."""
    return " ".join(text.split())


def _identity(text: str) -> str:
    if not text.isprintable():
        message = "holds a line break or an unprintable character; write it in one line"
        raise ValueError(message)
    return text


def listed_texts(value: Any) -> Any:
    """Take one text for a list of one."""
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line = Annotated[Text, AfterValidator(_one_line)]
Identity = Annotated[Text, AfterValidator(_identity)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed_texts)]
Number = Annotated[float, Field(allow_inf_nan=False)]
