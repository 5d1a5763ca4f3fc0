"""The live protocol's messages as OpenAPI schemas: one source for sockets and HTTP."""

from __future__ import annotations

from typing import Any

import msgspec


def schema_of(message: type[msgspec.Struct], *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON schema of a message with everything inlined, ``without`` some of its fields."""
    schema = msgspec.json.schema(message)
    definitions = schema.pop("$defs", {})
    found: dict[str, Any] = _inlined(schema, definitions)
    for name in without:
        found.get("properties", {}).pop(name, None)
        if name in found.get("required", []):
            found["required"].remove(name)
    return found


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        if "$ref" in node:
            return _inlined(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
        return {key: _inlined(value, definitions) for key, value in node.items()}
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    return node
