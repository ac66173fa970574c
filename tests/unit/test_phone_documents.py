"""The documents of the phone app against the schemas of the API: neither drifts from the other.

The app declares only the fields that it uses, in `web/src/node/documents`. An interface is the
schema of its name, or the one that `@schema Name.field` above it says. In files beyond `WHOLLY`
only what says so is: words such as `Place` mean something else there than in the API.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meshnode.api.schemas import SCHEMAS

DOCUMENTS = Path(__file__).parents[2] / "web/src/node/documents"
WHOLLY = ("bulletins", "offers", "meetups", "drafting", "papers", "people")
_INTERFACE = re.compile(
    r"(?:/\*\*(?P<comment>(?:(?!\*/).)*)\*/\s*)?export interface (?P<name>\w+)"
    r"(?: extends (?P<base>\w+))? \{\n(?P<body>.*?)\n\}",
    re.DOTALL,
)
_FIELD = re.compile(r"^  readonly (?P<name>\w+)\??: (?P<type>[^;]+);$", re.MULTILINE)
_SCHEMA = re.compile(r"@schema ([\w.]+)")


@dataclass(frozen=True, slots=True)
class Interface:
    name: str
    schema: str
    fields: dict[str, str]


def interfaces() -> Iterator[Interface]:
    for path in sorted(DOCUMENTS.glob("*.ts")):
        for found in _INTERFACE.finditer(path.read_text("utf-8")):
            named = _SCHEMA.search(found["comment"] or "")
            fields = {one["name"]: one["type"] for one in _FIELD.finditer(found["body"])}
            schema = named[1] if named else found["name"]
            if path.stem in WHOLLY or named:
                yield Interface(found["name"], schema, fields)


def variants(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a value may be, without null."""
    if "$ref" in schema:
        return variants(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    if "properties" not in schema and "oneOf" in schema:
        return [some for one in schema["oneOf"] for some in variants(one)]
    return [variants(schema["items"])[0]] if "items" in schema else [schema]


def properties(path: str) -> dict[str, list[dict[str, Any]]]:
    """Return the properties of the schema that stands there, as each variant of it has them."""
    name, *fields = path.split(".")
    schemas = variants(SCHEMAS[name])
    for field in fields:
        schemas = [some for one in schemas for some in variants(one["properties"][field])]
    found: dict[str, list[dict[str, Any]]] = {}
    for schema in schemas:
        for key, one in schema.get("properties", {}).items():
            found.setdefault(key, []).append(one)
    return found


def is_nullable(schema: dict[str, Any]) -> bool:
    if "null" in schema.get("type", ()):
        return True
    return any(is_nullable(one) for one in schema.get("oneOf", ()))


DECLARED = list(interfaces())


@pytest.mark.parametrize("declared", DECLARED, ids=lambda one: one.name)
def test_what_the_app_reads_is_what_the_node_writes(declared: Interface) -> None:
    written = properties(declared.schema)
    assert declared.fields.keys() <= written.keys()
    for name, said in declared.fields.items():
        may_be_null = any(map(is_nullable, written[name]))
        assert may_be_null == said.endswith("| null"), f"{declared.name}.{name}: {said}"


def test_every_interface_is_found() -> None:
    sources = "".join((DOCUMENTS / f"{name}.ts").read_text("utf-8") for name in WHOLLY)
    assert len(DECLARED) >= sources.count("export interface ") > 15
    assert all(one.fields for one in DECLARED)
