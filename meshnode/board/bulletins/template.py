"""Filled-in templates: the values of a template's parameters, and the bytes that carry them.

Not for: what the templates are (`templates`) or how they read (`rendering`). Invariants: what
`decode_template` reads, `encode_template` writes with the same bytes, but for a compressor's
freedom; a template that this version does not know is kept as it is.
Source: docs/spec/kinds.md section 3.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.board.bulletins.blanks import TEXT_CHARACTERS_MAX, ParameterKind
from meshnode.board.bulletins.parameters import (
    Value,
    check_value,
    decode_value,
    encode_value,
    start_after,
)
from meshnode.board.bulletins.templates import BY_NUMBER, Template
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError

TEMPLATE_BYTES_MAX: Final = 400
"""Largest content of a template behind its number: two texts of 40 characters of four bytes, and
room for the rest. No template may ever need more. It holds for those that we do not know too, which
must not become a place to store things; so nodes of all ages refuse the same ones."""


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A template and a value for each of its parameters, in their order.

    Shapes: as `parameters.Value`; None only where a parameter is optional.
    """

    template: Template
    values: tuple[Value | None, ...]

    def named(self) -> dict[str, Value]:
        """Return the values that are there, by parameter."""
        pairs = zip(self.template.parameters, self.values, strict=True)
        return {parameter.name: value for parameter, value in pairs if value is not None}


@dataclass(frozen=True, slots=True)
class UnknownTemplate:
    """A template of a later version: its number, and codec and bytes as they came."""

    number: int
    codec: int
    data: bytes


TemplateFields = FilledTemplate | UnknownTemplate


def filled(template: Template, values: Mapping[str, Value]) -> FilledTemplate:
    """Return the template with these values.

    Raises:
        LimitError: A value is missing, not one of the template's, or outside its bounds.
    """
    fields = FilledTemplate(template, tuple(values.get(one.name) for one in template.parameters))
    unknown = sorted(set(values) - {one.name for one in template.parameters})
    if unknown:
        raise LimitError(f"{unknown[0]}: the template {template.identifier} has no such value.")
    _check(fields)
    return fields


def encode_template(fields: TemplateFields) -> tuple[int, bytes]:
    """Return the text codec's number and the bytes of a template.

    Raises:
        LimitError: A value is outside its bounds.
    """
    if isinstance(fields, UnknownTemplate):
        return fields.codec, bytes([fields.number]) + fields.data
    _check(fields)
    head, words, start = bytes([fields.template.number]), [], 0
    for parameter, value in zip(fields.template.parameters, fields.values, strict=True):
        head += encode_value(parameter, value, start)
        start = start_after(parameter, value, start)
        if parameter.kind is ParameterKind.TEXT:
            words.append(str(value or ""))
    codec, data = texts.encode("\n".join(words))
    return codec, head + data


def decode_template(codec: int, data: bytes) -> TemplateFields:
    """Return what the bytes of a template say, its number first.

    Shapes: at most `TEMPLATE_BYTES_MAX` behind the number, which whoever read the head has checked.

    Raises:
        PeerError: They are damaged, out of bounds or not canonical.
    """
    reader = Reader(data)
    number = reader.uint(1)
    template = BY_NUMBER.get(number)
    if template is None:
        return UnknownTemplate(number, codec, reader.rest())
    values: list[Value | None] = []
    start = 0
    for parameter in template.parameters:
        values.append(decode_value(parameter, reader, start))
        start = start_after(parameter, values[-1], start)
    return FilledTemplate(template, _with_texts(template, values, codec, reader.rest()))


def _with_texts(
    template: Template, values: list[Value | None], codec: int, data: bytes
) -> tuple[Value | None, ...]:
    """Return the values with the texts, which stand together at the end."""
    count = sum(one.kind is ParameterKind.TEXT for one in template.parameters)
    bytes_max = count * (4 * TEXT_CHARACTERS_MAX + 1)
    words = texts.decode(codec, data, text_bytes_max=bytes_max).split("\n")
    if len(words) != count:
        raise PeerError("bad_length", f"{len(words)} texts in a template with {count}")
    if codec and not any(words):
        raise PeerError("not_canonical", f"no text, in codec {codec}")
    left = iter(words)
    whole: list[Value | None] = []
    for parameter, value in zip(template.parameters, values, strict=True):
        if parameter.kind is not ParameterKind.TEXT:
            whole.append(value)
            continue
        word = next(left)
        if not word and not parameter.is_optional:
            raise PeerError("missing_value", parameter.name)
        problem = check_value(parameter, word) if word else None
        if problem:
            raise PeerError("bad_value", f"{parameter.name}: {problem}")
        whole.append(word or None)
    return tuple(whole)


def _check(fields: FilledTemplate) -> None:
    start = 0
    for parameter, value in zip(fields.template.parameters, fields.values, strict=True):
        if value is None:
            if not parameter.is_optional:
                raise LimitError(f"{parameter.name} is missing: {parameter.help}.")
            continue
        problem = check_value(parameter, value, start)
        start = start_after(parameter, value, start)
        if problem:
            raise LimitError(f"{parameter.name}: {value!r} is not possible; {problem}.")
