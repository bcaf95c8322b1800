"""The least body an operation's schema allows, so that a refusal is about the person and not the form."""

from __future__ import annotations

from typing import Any

_WORDS = {
    "date": "2026-05-01",
    "date-time": "2026-05-01T04:00:00Z",
    "uuid": "8e5c6f0c-0000-4000-8000-000000000001",
}


def least(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """A value of `schema`; `root` is the OpenAPI document."""
    if "$ref" in schema:
        return least(root["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], root)
    for fixed in ("const", "default"):
        if fixed in schema:
            return schema[fixed]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            kinds = schema[several]
            return None if {"type": "null"} in kinds else least(kinds[0], root)
    return _of_type(schema, root)


def _of_type(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return {name: least(properties[name], root) for name in schema.get("required", [])}
        case "array":
            return [least(schema["items"], root)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return False
        case "string":
            words = "示例示例"[: schema.get("maxLength", 4)].ljust(schema.get("minLength", 0), "示")
            return _WORDS.get(schema.get("format", ""), words)
        case _:
            return {}
