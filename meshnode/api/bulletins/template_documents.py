"""Templates as JSON documents: the list of them, and one with its values.

Invariants: the values in a document are such as posting takes.
"""

from typing import Any, Final

from meshnode.board.bulletins.blanks import Parameter, ParameterKind
from meshnode.board.bulletins.parameters import Value, origin_min
from meshnode.board.bulletins.rendering import template_text
from meshnode.board.bulletins.template import FilledTemplate, TemplateFields
from meshnode.board.bulletins.template_words import BLANKS, question_name
from meshnode.board.bulletins.templates import TEMPLATES, Template
from meshnode.board.bulletins.wording import CHOICES, WORDINGS
from meshnode.node.clock import moment_text
from meshnode.node.desks.template_form import fill_template
from meshnode.node.reader import LocalReader

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


def templates_document(reader: LocalReader, *, minute: int) -> Document:
    """Return every template for a reader, with an example filled in at `minute`."""
    return {"templates": [_template(one, reader, minute) for one in TEMPLATES]}


def _template(template: Template, reader: LocalReader, minute: int) -> Document:
    examples = {one.name: one.example for one in template.parameters}
    example = fill_template(template.identifier, examples, created_min=minute, zone=reader.zone)
    return {
        "number": template.number,
        "id": template.identifier,
        "title": reader.text(WORDINGS[template.identifier].title),
        "category": template.category,
        "severity": template.severity,
        "example": template_text(example, minute, reader),
        "parameters": [_parameter(template, one, reader) for one in template.parameters],
    }


def _parameter(template: Template, parameter: Parameter, reader: LocalReader) -> Document:
    return {
        "name": parameter.name,
        "kind": parameter.kind.value,
        "is_optional": parameter.is_optional,
        "help": parameter.help,
        "example": parameter.example,
        "choices": list(parameter.choices),
        "label": reader.named(BLANKS, question_name(template.identifier, parameter.name)),
        "words": [reader.word(CHOICES[one]) for one in parameter.choices],
    }


def _value(parameter: Parameter, value: Value, origin: int) -> str | int:
    if parameter.kind in _MOMENTS:
        return moment_text(origin + int(value))
    return f"{value}m" if parameter.kind is ParameterKind.DURATION else value
