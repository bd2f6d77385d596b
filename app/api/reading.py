"""The OpenAPI document as rows of a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class ApiField:
    """A parameter or a field; `kind` says what it holds, `shape` names another table where it is described."""

    name: str
    kind: str
    required: bool
    told: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class ApiOperation:
    method: str
    path: str
    summary: str
    parameters: Sequence[ApiField]
    sends: str
    answers: Sequence[tuple[str, str]]
    token: bool


def operations(document: Mapping[str, Any]) -> list[ApiOperation]:
    """In the order of their addresses; `answers` are (status, shape)."""
    return [
        ApiOperation(
            method.upper(),
            path,
            told["summary"],
            [_field(each["name"], each["schema"], each["required"]) for each in told["parameters"]],
            _shape(told["requestBody"]) if "requestBody" in told else "",
            [(status, _shape(answer)) for status, answer in sorted(told["responses"].items())],
            bool(told.get("security")),
        )
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def shapes(document: Mapping[str, Any]) -> dict[str, list[ApiField]]:
    """The fields of each object; lists of words are told where they stand."""
    known = document["components"]["schemas"]
    return {
        name: [
            _field(field, schema, field in told.get("required", ()), known)
            for field, schema in told["properties"].items()
        ]
        for name, told in known.items()
        if "properties" in told and not name.endswith(("Asked", "Listed"))
    }


def _shape(content: Mapping[str, Any]) -> str:
    kinds = list(content.get("content", {}).values())
    return _named(kinds[0]["schema"]) if kinds else ""


def _named(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _field(
    name: str, schema: Mapping[str, Any], required: bool, known: Mapping[str, Any] | None = None
) -> ApiField:
    ways = list(_ways(schema, known or {}))
    shape = next((found for _kind, found in ways if found), "")
    return ApiField(
        name,
        " | ".join(kind for kind, _found in ways if kind),
        required,
        schema.get("description", ""),
        shape,
    )


def _ways(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(what it is in words, the shape that describes it) of each kind that a value may be of."""
    if "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _ways(each, known)
        return
    named = _named(schema)
    if named:
        words = known.get(named, {}).get("enum")
        yield (" ".join(words), "") if words else ("", named)
    elif schema.get("type") == "array" and "items" in schema:
        for kind, shape in _ways(schema["items"], known):
            yield (f"[{kind}]" if kind else "[]", shape)
    elif "enum" in schema:
        yield " ".join(map(str, schema["enum"])), ""
    else:
        yield str(schema.get("format") or schema.get("type", "")), ""
