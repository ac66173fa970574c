"""Templates as people fill them in: words become values, and every mistake is named.

Invariants: a refusal says which value, what was typed and what is possible.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

from meshnode.board.bulletins.blanks import Parameter, ParameterKind
from meshnode.board.bulletins.bulletin import clean
from meshnode.board.bulletins.parameters import Value, check_value, origin_min, start_after
from meshnode.board.bulletins.template import FilledTemplate, filled
from meshnode.board.bulletins.templates import BY_IDENTIFIER, Template
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.node.clock import minute_of, moment_of
from meshnode.node.moments import POSSIBLE, parse_moment
from meshnode.protocol.errors import LimitError

Given = Mapping[str, str | int]
"""Values as somebody typed them, by parameter."""

PAST_MINUTES: Final = 4 * 60
"""A clock time this long ago is still today's: what has begun is announced late."""
AFTERWARDS_MINUTES: Final = 60
"""How long a bulletin stays when its time is over."""
LIFETIME_MINUTES: Final = 1440
"""How long one stays that does not say when it ends."""

_SHOWN_MAX: Final = 60
"""Characters of what was typed that a refusal repeats."""
_DURATION: Final = re.compile(r"(\d{1,4})\s*(m|min|h|d)", re.ASCII)
_UNITS: Final = {"m": 1, "min": 1, "h": 60, "d": 1440}
_PHONE_PUNCTUATION: Final = re.compile(r"[\s\-/().]")
_TIMES: Final = (ParameterKind.START, ParameterKind.END, ParameterKind.MOMENT)


def fill_template(
    identifier: str,
    given: Given,
    *,
    created_min: int,
    zone: tzinfo | None,
    is_time_known: bool = True,
) -> FilledTemplate:
    """Return a template with what somebody typed.

    Raises:
        LimitError: There is no such template, or a value is missing, unknown or not possible.
    """
    template = find_template(identifier)
    _refuse_unknown(template, given)
    form = _Form(created_min=created_min, zone=zone, is_time_known=is_time_known)
    values: dict[str, Value] = {}
    start = 0
    for parameter in template.parameters:
        if parameter.name not in given:
            _refuse_missing(template, parameter)
            continue
        value = form.value(parameter, given[parameter.name], start)
        start = start_after(parameter, value, start)
        values[parameter.name] = value
    return filled(template, values)


def find_template(identifier: str) -> Template:
    """Return the template of that name.

    Raises:
        LimitError: There is none; the message names those there are.
    """
    word = _shown(identifier.strip().lower())
    template = BY_IDENTIFIER.get(word)
    if template is not None:
        return template
    from difflib import get_close_matches  # noqa: PLC0415  Hardly ever needed.

    nearest = get_close_matches(word, BY_IDENTIFIER, n=1)
    guess = f" Did you mean {nearest[0]}?" if nearest else ""
    raise LimitError(
        f"There is no template {word!r}.{guess} Possible are: {', '.join(BY_IDENTIFIER)}."
    )


def lifetime_minutes(fields: FilledTemplate) -> int:
    """Return how long such a bulletin stays unless its author says so.

    An hour longer than what it announces; a day if it does not say when that ends.
    """
    ends, moments = [0], [0]
    for parameter, value in zip(fields.template.parameters, fields.values, strict=True):
        if parameter.kind in _TIMES and isinstance(value, int):
            (ends if parameter.kind is ParameterKind.END else moments).append(value)
    last = max(*ends, *moments) + AFTERWARDS_MINUTES
    minutes = last if len(ends) > 1 else max(last, LIFETIME_MINUTES)
    return min(max(minutes, AFTERWARDS_MINUTES), BULLETIN_MINUTES_MAX)


class _Form:
    """What the words of one form mean: times count from the bulletin's creation."""

    def __init__(self, *, created_min: int, zone: tzinfo | None, is_time_known: bool) -> None:
        self._created = moment_of(created_min)
        self._origin_min = origin_min(created_min)
        self._zone = zone
        self._is_time_known = is_time_known

    def value(self, parameter: Parameter, given: str | int, start: int) -> Value:
        value = self._parsed(parameter, given, start)
        possible = check_value(parameter, value, start)
        if possible:
            raise _refusal(parameter, given, possible)
        return value

    def _parsed(self, parameter: Parameter, given: str | int, start: int) -> Value:
        match parameter.kind:
            case ParameterKind.TEXT:
                return clean(str(given))
            case ParameterKind.CHOICE:
                return str(given).strip().lower()
            case ParameterKind.PHONE:
                return _PHONE_PUNCTUATION.sub("", str(given))
            case ParameterKind.COUNT:
                return _whole(parameter, given)
            case ParameterKind.DURATION:
                return _duration(parameter, given)
            case _:
                return self._time(parameter, given, start)

    def _time(self, parameter: Parameter, given: str | int, start: int) -> int:
        if not self._is_time_known:
            raise LimitError(
                f"{parameter.name}: this node does not know what time it is, so that it cannot "
                "say when that would be. Write the bulletin as text, or set the clock."
            )
        is_end = parameter.kind is ParameterKind.END
        earliest = (
            moment_of(self._origin_min + start + 1)
            if is_end
            else self._created - timedelta(minutes=PAST_MINUTES)
        )
        moment = self._moment(str(given), earliest)
        if moment is None:
            raise _refusal(parameter, given, POSSIBLE)
        minutes = minute_of(moment) - self._origin_min
        if is_end and minutes <= start:
            raise _refusal(parameter, given, "it must be later than the beginning and than now")
        return minutes

    def _moment(self, text: str, earliest: datetime) -> datetime | None:
        # What is said relative to now is rounded as all else is.
        now = moment_of(self._origin_min)
        return parse_moment(text, now=now, earliest=earliest, zone=self._zone)


def _whole(parameter: Parameter, given: str | int) -> int:
    text = str(given).strip()
    if text.isascii() and text.isdigit() and len(text) <= len(str(parameter.largest)):
        return int(text)
    raise _refusal(parameter, given, f"it is a whole number from 1 to {parameter.largest}")


def _duration(parameter: Parameter, given: str | int) -> int:
    found = _DURATION.fullmatch(str(given).strip().lower())
    if found is None:
        raise _refusal(parameter, given, "write it like 30m, 2h or 1d")
    return int(found[1]) * _UNITS[found[2]]


def _refuse_unknown(template: Template, given: Given) -> None:
    known = [one.name for one in template.parameters]
    for name in given:
        if name not in known:
            raise LimitError(
                f"{_shown(name)}: the template {template.identifier} has no such value. It has: "
                f"{', '.join(known)}."
            )


def _refuse_missing(template: Template, parameter: Parameter) -> None:
    if not parameter.is_optional:
        raise LimitError(
            f"{parameter.name} is missing: the template {template.identifier} needs "
            f"{parameter.help}, as in {parameter.example!r}."
        )


def _refusal(parameter: Parameter, given: str | int, possible: str) -> LimitError:
    return LimitError(f"{parameter.name}: {_shown(given)!r} is not possible; {possible}.")


def _shown(given: str | int) -> str:
    text = str(given)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
