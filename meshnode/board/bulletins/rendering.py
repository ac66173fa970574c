"""Bulletins as their readers see them: a template becomes sentences in the reader's language.

Not for: files, clocks or time zones, which a `Reader` brings. Invariants: whatever could be
decoded can be rendered; what people wrote stands in the sentences as it is, and where directions
of writing meet it is isolated.
"""

from typing import Protocol

from meshnode.board.bulletins.blanks import Parameter, ParameterKind
from meshnode.board.bulletins.bulletin import BulletinFields
from meshnode.board.bulletins.parameters import Value, origin_min
from meshnode.board.bulletins.template import FilledTemplate, TemplateFields
from meshnode.board.bulletins.wording import (
    CHOICES,
    DRILL_TEXT,
    DRILL_TITLE,
    TOO_OLD,
    WHEN,
    WORDINGS,
    Sentence,
)
from meshnode.board.directions import isolated
from meshnode.board.view import BulletinView
from meshnode.board.words import Words


class Reader(Protocol):
    """Who reads: a language, a time zone, and what day it is there, if that is known.

    Shapes: minutes count from 2024-01-01 00:00 UTC.
    """

    @property
    def is_right_to_left(self) -> bool:
        """Whether the language is written from right to left."""

    def text(self, english: str) -> str:
        """Return the translation of a sentence."""

    def word(self, english: str) -> str:
        """Return the translation of a choice's word."""

    def named(self, words: Words, word: str) -> str:
        """Return what a coded word is called; one that is not known is its own name."""

    def counted(self, singular: str, plural: str, count: int) -> str:
        """Return the translation of a sentence in the form for this count."""

    def moment(self, minute: int) -> str:
        """Return when something is, as in `today at 6 pm`."""

    def span(self, start_min: int | None, end_min: int | None) -> str:
        """Return a span of which one end may be open, as in `today from 2 pm to 6 pm`."""

    def duration(self, minutes: int) -> str:
        """Return a length of time, as in `30 minutes`."""

    def ago(self, minutes: int) -> str:
        """Return how long ago something was, as in `30 minutes ago`."""


def shown_title(view: BulletinView, reader: Reader) -> str | None:
    """Return a bulletin's title; a drill's always has one, and says what it is."""
    title = view.fields.title
    return drill_title(title, reader) if view.is_drill else title


def shown_text(view: BulletinView, reader: Reader) -> str:
    """Return what a bulletin says; a drill says first that it is one."""
    text = bulletin_text(view.fields, view.created_min, reader)
    return drill_text(text, reader) if view.is_drill else text


def drill_title(title: str | None, reader: Reader) -> str:
    """Return a drill's title, with the word for a drill before what its author wrote."""
    word = reader.text(DRILL_TITLE)
    if title is None:
        return word
    return f"{word}: {isolated(title, is_right_to_left=reader.is_right_to_left)}"


def drill_text(text: str, reader: Reader) -> str:
    """Return a drill's text, behind the sentence that it is one."""
    return f"{reader.text(DRILL_TEXT)}\n{text}"


def bulletin_text(fields: BulletinFields, created_min: int, reader: Reader) -> str:
    """Return what a bulletin says, in the author's words or in the reader's language."""
    if fields.template is None:
        return fields.text
    return template_text(fields.template, created_min, reader)


def template_text(fields: TemplateFields, created_min: int, reader: Reader) -> str:
    """Return the sentences of a template, in one line."""
    if not isinstance(fields, FilledTemplate):
        return reader.text(TOO_OLD)
    blanks = _blanks(fields, origin_min(created_min), reader)
    values = fields.named()
    sentences = (
        _pattern(one, values, reader).format_map(blanks)
        for one in WORDINGS[fields.template.identifier].sentences
        if one.blanks <= blanks.keys()
    )
    return " ".join(sentences)


def _pattern(sentence: Sentence, values: dict[str, Value], reader: Reader) -> str:
    if sentence.plural is None or sentence.count is None:
        return reader.text(sentence.text)
    return reader.counted(sentence.text, sentence.plural, int(values[sentence.count]))


def _blanks(fields: FilledTemplate, origin: int, reader: Reader) -> dict[str, str]:
    """Return what stands in each blank; where a value is missing there is no blank."""
    blanks: dict[str, str] = {}
    ends: dict[ParameterKind, int] = {}
    for parameter, value in zip(fields.template.parameters, fields.values, strict=True):
        if value is None:
            continue
        if parameter.kind in (ParameterKind.START, ParameterKind.END):
            ends[parameter.kind] = origin + int(value)
        else:
            blanks[parameter.name] = _shown(parameter, value, origin, reader)
    if ends:
        blanks[WHEN] = reader.span(ends.get(ParameterKind.START), ends.get(ParameterKind.END))
    return blanks


def _shown(parameter: Parameter, value: Value, origin: int, reader: Reader) -> str:
    match parameter.kind:
        case ParameterKind.CHOICE:
            return reader.word(CHOICES[str(value)])
        case ParameterKind.MOMENT:
            return reader.moment(origin + int(value))
        case ParameterKind.DURATION:
            return reader.duration(int(value))
        case ParameterKind.TEXT | ParameterKind.PHONE:
            return isolated(str(value), is_right_to_left=reader.is_right_to_left)
        case _:
            return str(value)
