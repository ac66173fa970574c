"""The JSON schemas of templates, made from the list of them."""

from typing import Final

from meshnode.api.schema_parts import Schema, record, reference
from meshnode.board.bulletins.blanks import TEXT_CHARACTERS_MAX, Parameter, ParameterKind
from meshnode.board.bulletins.templates import TEMPLATES, Template

_MOMENTS: Final = (ParameterKind.START, ParameterKind.END, ParameterKind.MOMENT)


def _written(parameter: Parameter) -> Schema:
    """Return what a bulletin shows as a parameter's value."""
    match parameter.kind:
        case ParameterKind.TEXT:
            return {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX}
        case ParameterKind.COUNT:
            return {"type": "integer", "minimum": 1, "maximum": parameter.largest}
        case ParameterKind.CHOICE:
            return {"type": "string", "enum": list(parameter.choices)}
        case ParameterKind.PHONE:
            return {"type": "string", "pattern": "^\\+?[0-9]{3,15}$"}
        case ParameterKind.DURATION:
            return {"type": "string", "pattern": "^[0-9]+m$"}
        case _:
            return {"type": "string", "format": "date-time"}


def _accepted(parameter: Parameter) -> Schema:
    """Return what may be posted as a parameter's value."""
    schema: Schema = {"description": parameter.help, "examples": [parameter.example]}
    match parameter.kind:
        case ParameterKind.CHOICE:
            return {**schema, **_written(parameter)}
        case ParameterKind.COUNT:
            return {**schema, "oneOf": [_written(parameter), {"type": "string"}]}
        case ParameterKind.DURATION:
            return {**schema, "type": "string", "pattern": "^ *[0-9]{1,4} *(m|min|h|d) *$"}
        case kind if kind in _MOMENTS:
            what = f"{parameter.help}; RFC 3339, or as people say it, in the node's time zone"
            return {**schema, "type": "string", "description": what}
        case _:
            return {**schema, "type": "string"}


def _new(template: Template) -> Schema:
    parameters = record(
        {one.name: _accepted(one) for one in template.parameters},
        optional=tuple(one.name for one in template.parameters if one.is_optional),
    )
    return record({"id": {"const": template.identifier}, "parameters": parameters})


def _filled(template: Template) -> Schema:
    parameters = record(
        {one.name: _written(one) for one in template.parameters},
        optional=tuple(one.name for one in template.parameters if one.is_optional),
    )
    return record(
        {
            "number": {"const": template.number},
            "id": {"const": template.identifier},
            "parameters": parameters,
        }
    )


_UNKNOWN: Final = record(
    {
        "number": {"type": "integer", "minimum": 0, "maximum": 255},
        "id": {"type": "null"},
        "parameters": {"type": "null"},
    }
)

TEMPLATE_SCHEMAS: Final[dict[str, Schema]] = {
    "NewTemplate": {"oneOf": [_new(one) for one in TEMPLATES]},
    "FilledTemplate": {
        "oneOf": [*(_filled(one) for one in TEMPLATES), _UNKNOWN],
        "description": "Without id and parameters: a template that only later versions know.",
    },
    "Template": record(
        {
            "number": {"type": "integer", "minimum": 1, "maximum": 255},
            "id": {"type": "string"},
            "title": {"type": "string"},
            "category": {"type": "string"},
            "severity": {"type": "string"},
            "example": {"type": "string", "description": "How it reads with the examples."},
            "parameters": {"type": "array", "items": reference("TemplateParameter")},
        }
    ),
    "TemplateParameter": record(
        {
            "name": {"type": "string"},
            "kind": {"type": "string", "enum": [one.value for one in ParameterKind]},
            "is_optional": {"type": "boolean"},
            "help": {"type": "string"},
            "example": {"type": "string"},
            "choices": {"type": "array", "items": {"type": "string"}},
            "label": {"type": "string", "description": "What a form asks, in the language."},
            "words": {
                "type": "array",
                "items": {"type": "string"},
                "description": "How the choices read in the language, in their order.",
            },
        }
    ),
    "Templates": record({"templates": {"type": "array", "items": reference("Template")}}),
}
"""By name, as in `schemas`."""
