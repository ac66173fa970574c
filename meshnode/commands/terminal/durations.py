"""Durations as people type and read them: `24h`, `in 3 h`, `12 min ago`."""

import re
from typing import Any, Final

import click

MINUTES_OF_UNIT: Final = {"m": 1, "h": 60, "d": 1440, "w": 7 * 1440}
_SHAPE: Final = re.compile(r"(\d{1,6})\s*([mhdw])", re.ASCII | re.IGNORECASE)
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400


class Duration(click.ParamType[int]):
    """Minutes, typed as a number and a unit."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the minutes; whole numbers are defaults of ours and pass."""
        if isinstance(value, int):
            return value
        found = _SHAPE.fullmatch(str(value).strip())
        minutes = int(found[1]) * MINUTES_OF_UNIT[found[2].lower()] if found else 0
        if minutes <= 0:
            self.fail(
                f"{value!r} is not a duration. Write a number and a unit: "
                "90m (minutes), 24h (hours), 3d (days) or 2w (weeks).",
                param,
                ctx,
            )
        return minutes


def duration_words(seconds: int) -> str:
    """Return a length of time in its largest fitting unit, as in `3 h`."""
    if seconds < _MINUTE_S:
        return f"{max(0, seconds)} s"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min"
    if seconds < 2 * _DAY_S:
        return f"{round(seconds / _HOUR_S)} h"
    return f"{round(seconds / _DAY_S)} days"


def ago(seconds: int) -> str:
    """Return how long ago something was, as in `12 min ago`."""
    return "now" if seconds < _MINUTE_S else f"{duration_words(seconds)} ago"


def ahead(seconds: int) -> str:
    """Return when something will be, as in `in 3 h`."""
    return "now" if seconds <= 0 else f"in {duration_words(seconds)}"
