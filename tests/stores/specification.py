"""A tool's own OpenAPI file beside its stand-in: no request and no answer may be against it."""

from __future__ import annotations

import io
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import yaml
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# The vendors' files aren't ours to hand on; where they aren't, nothing is compared.
FOLDER = Path(__file__).parents[3] / "shared" / "openapi" / "stores"


def specified(app: Any, name: str, prefix: str = "", *, answers: bool = True) -> Any:
    """Give the app, watched by its specification where that is at hand.

    Without `answers` only requests are: the tool itself doesn't keep to its file.
    """
    path = FOLDER / name
    if not path.is_file():
        return app
    return SpecifiedApp(app, _document(path), prefix, answers=answers)


@cache
def _document(path: Path) -> Any:
    """Give a vendor's file, of a megabyte, once for all tests."""
    return plain_schemas(yaml.safe_load(path.read_text("utf-8")))


class SpecifiedApp:
    """A WSGI app whose requests and answers are compared with an OpenAPI document.

    A request that isn't as documented fails the test; one that our own stand-in refuses
    (a status of 400 or more) may be of any shape, since it is refused.
    """

    def __init__(self, app: Any, document: dict[str, Any], prefix: str, *, answers: bool) -> None:
        self._answers = answers
        self.app = app
        self.prefix = prefix
        self.seen: set[str] = set()
        self._document = document
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path, operations)
            for path, operations in self._document["paths"].items()
        ]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app, name)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        answered: list[Any] = []

        def started(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            answered[:] = [int(status.split(maxsplit=1)[0]), dict(headers)]
            return start(status, headers, error)

        content = b"".join(self.app(environ, started))
        self._compare(environ, body, answered[0], answered[1], content)
        return [content]

    def _compare(
        self,
        environ: dict[str, Any],
        body: bytes,
        status: int,
        headers: dict[str, str],
        content: bytes,
    ) -> None:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(self.prefix)
        template, operations = self._operations(path)
        operation = operations[method.lower()]
        self.seen.add(f"{method} {template}")
        if status < 400:
            self._check_query(
                environ["QUERY_STRING"],
                [*operations.get("parameters", []), *operation.get("parameters", [])],
            )
            self._check_body(operation, body)
        if status in {401, 403, 429}:
            return  # said in the documents' prose, and not for each address
        # YAML's keys are numbers where nobody put quotes around them.
        responses = {str(known): response for known, response in operation["responses"].items()}
        documented = responses.get(str(status))
        assert documented is not None, f"{method} {path}: {status} isn't documented"
        documented = self._resolved(documented)
        schema = documented.get("schema") or _json_schema(documented)
        if self._answers and schema is not None and "json" in headers.get("Content-Type", ""):
            self._validate(json.loads(content), schema)

    def _operations(self, path: str) -> tuple[str, dict[str, Any]]:
        exact = [
            (template, operations) for _, template, operations in self._paths if template == path
        ]
        like = [
            (t, operations) for pattern, t, operations in self._paths if pattern.fullmatch(path)
        ]
        assert exact or like, f"{path} isn't documented"
        return (exact or like)[0]

    def _check_query(self, query: str, parameters: list[dict[str, Any]]) -> None:
        known = [self._resolved(parameter) for parameter in parameters]
        names = {parameter["name"]: parameter for parameter in known if parameter["in"] == "query"}
        sent = dict(parse_qsl(query, keep_blank_values=True))
        assert sent.keys() <= names.keys(), f"{sent.keys() - names.keys()} isn't documented"
        assert {n for n, parameter in names.items() if parameter.get("required")} <= sent.keys()
        for name, text in sent.items():
            schema = names[name].get("schema", names[name])
            allowed = schema.get("enum") or schema.get("items", {}).get("enum")
            assert not allowed or set(text.split(",")) <= set(allowed), f"{name}={text}"
            if schema.get("type") == "integer":
                int(text)

    def _check_body(self, operation: dict[str, Any], body: bytes) -> None:
        schema = _json_schema(operation.get("requestBody") or {})
        if schema is None:  # OpenAPI 2: our tool's file names the fields of its bodies singly
            inside = [
                parameter
                for parameter in operation.get("parameters", [])
                if parameter.get("in") == "body"
            ]
            schema = inside[0].get("schema") if inside else None
        if schema is not None:
            value = json.loads(body)
            self._validate(value, schema)
            self._check_names(value, schema)

    def _check_names(self, value: dict[str, Any], schema: dict[str, Any]) -> None:
        """Refuse a field that the specification doesn't name: a tool would ignore it."""
        names = set(self._names(schema))
        assert not names or value.keys() <= names, f"{value.keys() - names} isn't documented"

    def _names(self, schema: dict[str, Any]) -> Iterable[str]:
        schema = self._resolved(schema)
        yield from schema.get("properties", {})
        for part in schema.get("allOf", []):
            yield from self._names(part)

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            target: Any = self._document
            for step in value["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            value = target
        return value

    def _validate(self, value: Any, schema: dict[str, Any]) -> None:
        whole = {"components": self._document.get("components", {})}
        whole["definitions"] = self._document.get("definitions", {})
        Draft202012Validator({**whole, **schema}).validate(value)


def _json_schema(part: dict[str, Any]) -> dict[str, Any] | None:
    content = part.get("content", {})
    media = next(
        (media_object for kind, media_object in content.items() if kind.endswith("json")), None
    )
    return media.get("schema") if media else None


def plain_schemas(value: Any) -> Any:
    """Put OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(value, list):
        return [plain_schemas(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {key: plain_schemas(part) for key, part in value.items()}
    # In Asana's file a part of an allOf says it for the whole.
    parts = value.get("allOf", [])
    if out.pop("nullable", False) or any(part.get("nullable") for part in parts):
        if parts:
            out["allOf"] = [plain_schemas({**part, "nullable": False}) for part in parts]
        return {"anyOf": [out, {"type": "null"}]}
    return out
