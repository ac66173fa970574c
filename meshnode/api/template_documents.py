"""Templates as JSON documents: the list of them, and one with its values.

Invariants: the values in a document are such as posting takes.
"""

from typing import Any, Final

from meshnode.board.parameters import Value, origin_min
from meshnode.board.template import FilledTemplate, TemplateFields
from meshnode.board.templates import TEMPLATES, Parameter, ParameterKind, Template
from meshnode.board.wording import WORDINGS
from meshnode.node.clock import moment_text
from meshnode.node.languages import Language

Document = dict[str, Any]

_MOMENTS: Final = (ParameterKind.START, ParameterKind.END, ParameterKind.MOMENT)


def filled_document(fields: TemplateFields, created_min: int) -> Document:
    """Return a template in a bulletin; what a later version's says nobody knows here."""
    if not isinstance(fields, FilledTemplate):
        return {"number": fields.number, "id": None, "parameters": None}
    pairs = zip(fields.template.parameters, fields.values, strict=True)
    origin = origin_min(created_min)
    return {
        "number": fields.template.number,
        "id": fields.template.identifier,
        "parameters": {
            parameter.name: _value(parameter, value, origin)
            for parameter, value in pairs
            if value is not None
        },
    }


def templates_document(language: Language) -> Document:
    """Return every template, named in a language."""
    return {"templates": [_template(one, language) for one in TEMPLATES]}


def _template(template: Template, language: Language) -> Document:
    return {
        "number": template.number,
        "id": template.identifier,
        "title": language.text(WORDINGS[template.identifier].title),
        "category": template.category,
        "severity": template.severity,
        "parameters": [_parameter(one) for one in template.parameters],
    }


def _parameter(parameter: Parameter) -> Document:
    return {
        "name": parameter.name,
        "kind": parameter.kind.value,
        "is_optional": parameter.is_optional,
        "help": parameter.help,
        "example": parameter.example,
        "choices": list(parameter.choices),
    }


def _value(parameter: Parameter, value: Value, origin: int) -> str | int:
    if parameter.kind in _MOMENTS:
        return moment_text(origin + int(value))
    return f"{value}m" if parameter.kind is ParameterKind.DURATION else value
