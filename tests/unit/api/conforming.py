"""Whether a document is as its schema says: the few words of JSON Schema that our schemas use."""

import re
from typing import Any

from meshnode.api.schemas import SCHEMAS

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
KNOWN = {
    "$ref",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "pattern",
    "oneOf",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "format",
    "description",
    "default",
    "examples",
}


def faults(document: Any, schema: dict[str, Any] | bool, at: str = "$") -> list[str]:
    """Return where a document is not as the schema says."""
    if isinstance(schema, bool):
        return [] if schema else [f"{at}: not allowed"]
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        return faults(document, SCHEMAS[schema["$ref"].rsplit("/", 1)[1]], at)
    found = _choice_faults(document, schema, at)
    if "type" in schema and not _is_of_type(document, schema["type"]):
        return [*found, f"{at}: {document!r} is no {schema['type']}"]
    found += _value_faults(document, schema, at)
    if isinstance(document, list):
        for number, one in enumerate(document):
            found += faults(one, schema.get("items", True), f"{at}[{number}]")
    if isinstance(document, dict):
        found += _object_faults(document, schema, at)
    return found


def _choice_faults(document: Any, schema: dict[str, Any], at: str) -> list[str]:
    if "oneOf" not in schema:
        return []
    fitting = [one for one in schema["oneOf"] if not faults(document, one, at)]
    return [] if len(fitting) == 1 else [f"{at}: fits {len(fitting)} of {len(schema['oneOf'])}"]


def _is_of_type(document: Any, wanted: str | list[str]) -> bool:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    if isinstance(document, bool):
        return "boolean" in kinds
    return any(isinstance(document, _TYPES[one]) for one in kinds)


def _value_faults(document: Any, schema: dict[str, Any], at: str) -> list[str]:
    found: list[str] = []
    if "enum" in schema and document not in schema["enum"]:
        found.append(f"{at}: {document!r} is none of {schema['enum']}")
    if "const" in schema and document != schema["const"]:
        found.append(f"{at}: {document!r}")
    is_text = isinstance(document, str)
    if is_text and not re.search(schema.get("pattern", ""), document):
        found.append(f"{at}: {document!r} against {schema['pattern']}")
    if isinstance(document, int) and document < schema.get("minimum", document):
        found.append(f"{at}: {document} is too small")
    return found


def _object_faults(document: dict[str, Any], schema: dict[str, Any], at: str) -> list[str]:
    found = [f"{at}: no {name}" for name in schema.get("required", ()) if name not in document]
    properties = schema.get("properties", {})
    for name, value in document.items():
        inner = properties.get(name, schema.get("additionalProperties", True))
        found += faults(value, inner, f"{at}.{name}")
    return found


def assert_conforms(document: Any, name: str) -> None:
    """Fail unless a document is as the schema of that name says."""
    assert faults(document, SCHEMAS[name]) == []
