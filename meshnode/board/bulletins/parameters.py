"""The values of templates' parameters, one by one: their bounds and their bytes.

Invariants: on the wire 0 says that a value is missing, and is refused where it must not be;
every number has one form.
Source: docs/spec/kinds.md section 3.1.
"""

from typing import Final

from meshnode.board.bulletins.blanks import (
    DURATION_STEPS_MAX,
    PHONE_DIGITS_MAX,
    PHONE_DIGITS_MIN,
    STEP_MINUTES,
    STEPS_MAX,
    TEXT_CHARACTERS_MAX,
    Parameter,
    ParameterKind,
)
from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader, varint
from meshnode.protocol.errors import PeerError

Value = str | int
"""What a parameter holds.

TEXT: one line of 1..40 characters. CHOICE: one of the parameter's words. PHONE: digits, perhaps
with a plus before them. COUNT: 1..`largest`. DURATION: minutes. START, END, MOMENT: minutes after
`origin_min` of the bulletin, a multiple of five, negative before it.
"""

_PLUS_FLAG: Final = 0x10
_END_POSSIBLE: Final = "it is 5 minutes to 28 days after the beginning, in steps of 5 minutes"
_FILLER: Final = 0xF
"""The half byte after an odd number of digits."""


def origin_min(created_min: int) -> int:
    """Return the minute that times in a bulletin count from: five-minute steps of the clock."""
    return created_min - created_min % STEP_MINUTES


def start_after(parameter: Parameter, value: Value | None, start: int) -> int:
    """Return the minute that a later END counts from: this one if it is a START, else `start`."""
    is_start = parameter.kind is ParameterKind.START
    return value if is_start and isinstance(value, int) else start


def check_value(parameter: Parameter, value: Value, start: int = 0) -> str | None:  # noqa: PLR0911  (one a kind)
    """Return what would be possible, or None where the value is; `start` is where a span begins."""
    match parameter.kind, value:
        case ParameterKind.TEXT, str():
            return _text_problem(value)
        case ParameterKind.CHOICE, str():
            is_possible = value in parameter.choices
            return None if is_possible else f"it is one of {', '.join(parameter.choices)}"
        case ParameterKind.PHONE, str():
            return None if _is_phone(value) else "a number is 3 to 15 digits, perhaps after a +"
        case ParameterKind.COUNT, int():
            is_possible = 1 <= value <= parameter.largest
            return None if is_possible else f"it is a whole number from 1 to {parameter.largest}"
        case ParameterKind.DURATION, int():
            is_possible = _is_in_steps(value, 1, DURATION_STEPS_MAX)
            return None if is_possible else "it is 5 minutes to 7 days, in steps of 5 minutes"
        case ParameterKind.END, int():
            is_possible = _is_in_steps(value - start, 1, STEPS_MAX)
            return None if is_possible else _END_POSSIBLE
        case ((ParameterKind.START | ParameterKind.MOMENT), int()):
            is_possible = _is_in_steps(value, -STEPS_MAX, STEPS_MAX)
            return None if is_possible else "minutes come in steps of 5, within 28 days from now"
        case _:
            return "it is of another type"


def encode_value(parameter: Parameter, value: Value | None, start: int) -> bytes:  # noqa: PLR0911  (one a kind)
    """Return the bytes of a value that `check_value` takes; none for a text."""
    match parameter.kind, value:
        case ParameterKind.TEXT, _:
            return b""
        case _, None:
            return b"\0"
        case ParameterKind.CHOICE, str():
            return bytes([1 + parameter.choices.index(value)])
        case _, str():
            return _encode_phone(value)
        case ParameterKind.COUNT, _:
            return varint(value)
        case ParameterKind.DURATION, _:
            return varint(value // STEP_MINUTES)
        case ParameterKind.END, _:
            return varint((value - start) // STEP_MINUTES)
        case _:
            return varint(1 + _zigzag(value // STEP_MINUTES))


def decode_value(parameter: Parameter, reader: Reader, start: int) -> Value | None:
    """Return the next value; None for a text, which comes later, and for what is missing.

    Raises:
        PeerError: It is out of bounds, or missing where it must not be.
    """
    if parameter.kind is ParameterKind.TEXT:
        return None
    number = reader.varint()
    if number == 0:
        if not parameter.is_optional:
            raise PeerError("missing_value", parameter.name)
        return None
    value = _value(parameter, number, reader, start)
    problem = check_value(parameter, value, start)
    if problem:
        raise PeerError("bad_value", f"{parameter.name}: {problem}")
    return value


def _value(parameter: Parameter, number: int, reader: Reader, start: int) -> Value:
    match parameter.kind:
        case ParameterKind.CHOICE:
            if number > len(parameter.choices):
                raise PeerError("bad_value", f"{parameter.name}: choice {number}")
            return parameter.choices[number - 1]
        case ParameterKind.PHONE:
            return _decode_phone(number, reader)
        case ParameterKind.COUNT:
            return number
        case ParameterKind.DURATION:
            return number * STEP_MINUTES
        case ParameterKind.END:
            return start + number * STEP_MINUTES
        case _:
            return _unzigzag(number - 1) * STEP_MINUTES


def _text_problem(text: str) -> str | None:
    if not 1 <= len(text) <= TEXT_CHARACTERS_MAX:
        return f"it has {len(text)} characters, and 1 to {TEXT_CHARACTERS_MAX} fit"
    if "\n" in text or "\t" in text or texts.first_unshowable(text) is not None:
        return "it has a line break or an invisible character"
    if text != text.strip(" "):
        return "it begins or ends with a space"
    return None


def _is_in_steps(minutes: int, smallest: int, largest: int) -> bool:
    steps, rest = divmod(minutes, STEP_MINUTES)
    return rest == 0 and smallest <= steps <= largest


def _is_phone(text: str) -> bool:
    digits = text.removeprefix("+")
    is_digits = digits.isascii() and digits.isdigit()
    return is_digits and PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX


def _encode_phone(phone: str) -> bytes:
    digits = phone.removeprefix("+")
    halves = [*map(int, digits), _FILLER][: len(digits) + len(digits) % 2]
    pairs = zip(halves[::2], halves[1::2], strict=True)
    plus = _PLUS_FLAG if phone.startswith("+") else 0
    return bytes([plus | len(digits), *(high << 4 | low for high, low in pairs)])


def _decode_phone(first: int, reader: Reader) -> str:
    length = first & ~_PLUS_FLAG
    if not PHONE_DIGITS_MIN <= length <= PHONE_DIGITS_MAX:
        raise PeerError("bad_value", f"a phone number of {length} digits")
    halves = reader.take((length + 1) // 2).hex()
    digits, filler = halves[:length], halves[length:]
    if filler not in ("", "f"):
        raise PeerError("not_canonical", "the half byte after a phone number is not 15")
    return ("+" if first & _PLUS_FLAG else "") + digits


def _zigzag(number: int) -> int:
    return 2 * number if number >= 0 else -2 * number - 1


def _unzigzag(number: int) -> int:
    return number >> 1 if number % 2 == 0 else -(number >> 1) - 1
