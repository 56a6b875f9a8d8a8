"""Which keys the models know at a place in okrs.yaml, and what is wrong there in words."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

from config.okrs import File
from config.wording import meant
from connectors.redaction import quoted

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from config.yaml_file import KeyPath


def fields_at(path: KeyPath) -> dict[str, FieldInfo]:
    """Tell the fields of the mapping at a key path, none where the file has no such mapping."""
    annotation: Any = File
    for part in path:
        annotation = _step(_without_none(annotation), part)
    annotation = _without_none(annotation)
    return dict(annotation.model_fields) if _is_model(annotation) else {}


def message(error: ErrorDetails) -> str:
    """Say one of pydantic's errors in the operator's words, never with a whole value."""
    path = error["loc"] or ("the file",)
    key = next((part for part in reversed(path) if isinstance(part, str)), "the file")
    if error["type"] == "extra_forbidden":
        return f"unknown key {quoted(str(path[-1]))}; {_known(path)}"
    item = "an item of " if isinstance(path[-1], int) else ""
    return f"{item}{key} {_fault(error)}"


def _fault(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"is {_shown(error)}; {_advice(error)}"


def _advice(error: ErrorDetails) -> str:
    match error["type"]:
        case "literal_error":
            return f"write {_choices(error['ctx']['expected'])}"
        case "float_parsing" | "finite_number":
            return "write a number, such as 90 or 0.5"
        case "bool_parsing":
            return "write true or false"
        case _:
            return _example(error["loc"])


def _shown(error: ErrorDetails) -> str:
    value = error["input"]
    if error["type"] == "missing":
        return "missing"
    if isinstance(value, str) and value.strip():
        return quoted(value)
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "empty"


def _choices(expected: str) -> str:
    """Take pydantic's "'a', 'b' or 'c'" without its quotation marks."""
    return expected.replace("'", "")


def _known(path: KeyPath) -> str:
    return meant(str(path[-1]), fields_at(path[:-1]), "take it out")


def _example(path: KeyPath) -> str:
    """Suggest what to write, from the examples of the nearest field above."""
    *above, last = path
    while (field := fields_at(tuple(above)).get(str(last))) is None and above:
        last = above.pop()
    if field is None or not field.examples:
        return "write key: value"
    return f"write for example {last}: {field.examples[0]}"


def _step(annotation: Any, part: str | int) -> Any:
    """Go from a type to that of its part: a model's field, a list's item, a mapping's value."""
    if _is_model(annotation):
        field = annotation.model_fields.get(part)
        return field.annotation if field else None
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (tuple, dict):
        return arguments[0 if origin is tuple else 1]
    return None


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
