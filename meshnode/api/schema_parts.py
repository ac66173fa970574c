"""What JSON schemas are put together from."""

from typing import Any, Final

Schema = dict[str, Any]

COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
ID: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
FINGERPRINT: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
KEY: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
KEY_ID: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{8}$"}
ENCODED: Final[Schema] = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]+$",
    "description": "base64url without padding.",
}


def reference(name: str) -> Schema:
    """Return a reference to the schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def list_of(name: str) -> Schema:
    """Return the schema of a list of what has the schema of that name."""
    return {"type": "array", "items": reference(name)}


def nullable(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    return {"oneOf": [{"type": "null"}, schema]}
