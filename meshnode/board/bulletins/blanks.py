"""The blanks of templates: what each may hold, within which bounds, and how the list makes them.

Not for: which template has which (`templates`), or their bytes (`parameters`). Imports nothing
heavy: the command line reads it.
Source: docs/spec/kinds.md section 3.1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TEXT_CHARACTERS_MAX: Final = 40
"""A place, a street, a task: what fits one line of a phone. More is a text, not a parameter."""

STEP_MINUTES: Final = 5
"""Times are multiples of this; nobody announces 14:03, and a byte then reaches five hours."""

STEPS_MAX: Final = 8191
"""28 days before or after the bulletin, which is what two bytes of a varint hold."""

DURATION_STEPS_MAX: Final = 2016
"""A week."""

PHONE_DIGITS_MIN: Final = 3
PHONE_DIGITS_MAX: Final = 15
"""From 112 to the longest number there is. Source: ITU-T E.164."""


class ParameterKind(StrEnum):
    """What a parameter holds.

    START and END are the two ends of one span and are read together.
    """

    TEXT = "text"
    START = "start"
    END = "end"
    MOMENT = "moment"
    DURATION = "duration"
    COUNT = "count"
    CHOICE = "choice"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One blank of a template. `largest` belongs to COUNT, `choices` to CHOICE."""

    name: str
    kind: ParameterKind
    help: str
    example: str
    is_optional: bool = False
    largest: int = 0
    choices: tuple[str, ...] = ()


def text(name: str, what: str, example: str, *, is_optional: bool = False) -> Parameter:
    """Return a blank for a few words."""
    return Parameter(name, ParameterKind.TEXT, what, example, is_optional)


def choice(
    name: str, what: str, choices: tuple[str, ...], *, is_optional: bool = False
) -> Parameter:
    """Return a blank for one of a list; the first is the example."""
    return Parameter(
        name, ParameterKind.CHOICE, what, choices[0], is_optional=is_optional, choices=choices
    )


def count(
    name: str, what: str, example: int, *, largest: int, is_optional: bool = False
) -> Parameter:
    """Return a blank for a number from 1 to `largest`."""
    return Parameter(
        name, ParameterKind.COUNT, what, str(example), is_optional=is_optional, largest=largest
    )


def span(*, is_optional: bool = False) -> tuple[Parameter, Parameter]:
    """Return the two blanks of a span: from, to."""
    return (
        Parameter("from", ParameterKind.START, "when it begins", "14:00", is_optional),
        Parameter("to", ParameterKind.END, "when it ends", "18:00", is_optional),
    )
