"""Reads a TOML table strictly: every key is asked for once, and none is left over.

Not for: what the keys mean. Invariants: an error names the key with its whole path, the value and
what is possible.
"""

import tomllib
from collections.abc import Collection
from typing import Any, Final

from meshnode.protocol.errors import MeshError

_MISSING: Final = object()
_SHOWN_MAX: Final = 60
"""Characters of a wrong value that a refusal repeats."""


class ScenarioError(MeshError):
    """A scenario cannot be read or played; the message is for the person who wrote it."""


def parse(text: str) -> "Table":
    """Return the outermost table of a TOML document.

    Raises:
        ScenarioError: It is not TOML.
    """
    try:
        return Table(tomllib.loads(text), "")
    except (ValueError, RecursionError) as error:
        # Also a number of thousands of digits, or lists nested as deep.
        raise ScenarioError(f"The scenario is not TOML: {error}.") from error


class Table:
    """One table; `path` is where it stands. A method without default wants its key."""

    def __init__(self, values: dict[str, Any], path: str) -> None:
        self._values = values
        self._path = path
        self._known: list[str] = []

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, value, "write a text in quotes")
        return value

    def choice(self, key: str, possible: Collection[str], default: str) -> str:
        """Return one of the possible words."""
        value = self._take(key, default)
        if not isinstance(value, str) or value not in possible:
            raise self._wrong(key, value, f"choose one of {', '.join(possible)}")
        return value

    def number(self, key: str, low: float, high: float, default: object = _MISSING) -> float:
        """Return a number between two bounds, inclusive."""
        value = self._take(key, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise self._wrong(key, value, f"choose a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, key: str, low: int, high: int, default: object = _MISSING) -> int:
        """Return a whole number between two bounds, inclusive."""
        return self._whole(key, self._take(key, default), low, high)

    def number_or_none(self, key: str, low: float, high: float) -> float | None:
        """Return a number between two bounds, or None where there is no such key."""
        if key not in self._values:
            self._known.append(key)
            return None
        return self.number(key, low, high)

    def whole_or_none(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number between two bounds, or None where there is no such key."""
        if key not in self._values:
            self._known.append(key)
            return None
        return self.whole(key, low, high)

    def wholes(self, key: str, low: int, high: int, default: tuple[int, ...]) -> tuple[int, ...]:
        """Return a list of whole numbers that is not empty."""
        values = self._take(key, list(default))
        if not isinstance(values, list) or not values:
            raise self._wrong(key, values, f"write a list of numbers from {low} to {high}")
        return tuple(self._whole(key, value, low, high) for value in values)

    def whole_pair(
        self, key: str, low: int, high: int, default: tuple[int, int]
    ) -> tuple[int, int]:
        """Return the smallest and the largest of something."""
        values = self.wholes(key, low, high, default)
        if len(values) != 2 or values[0] > values[1]:
            raise self._wrong(key, list(values), "write two numbers, the smaller one first")
        return values[0], values[1]

    def table(self, key: str) -> "Table":
        """Return a table within this one; an empty one where there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, value, f"write it as a table, [{key}]")
        return Table(value, f"{self._path}{key}.")

    def tables(self, key: str, count_max: int) -> list["Table"]:
        """Return a list of tables; an empty one where there is none."""
        values = self._take(key, [])
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            raise self._wrong(key, values, f"write it as a list of tables, [[{key}]]")
        if len(values) > count_max:
            raise ScenarioError(
                f"There are {len(values)} {self._path}{key}; at most {count_max} are possible."
            )
        return [Table(one, f"{self._path}{key}[{number}].") for number, one in enumerate(values, 1)]

    def require_order(self, key: str, value: float, later: str, later_value: float) -> None:
        """Refuse a begin that does not come before its end."""
        if later_value <= value:
            raise ScenarioError(
                f"{self._path}{later} = {later_value:g} is not after "
                f"{self._path}{key} = {value:g}; choose a later time."
            )

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                raise ScenarioError(
                    f"There is no key {self._path}{key}; possible are {', '.join(self._known)}."
                )

    def _take(self, key: str, default: object = _MISSING) -> Any:
        self._known.append(key)
        value = self._values.get(key, default)
        if value is _MISSING:
            raise ScenarioError(f"The key {self._path}{key} is missing.")
        return value

    def _whole(self, key: str, value: object, low: int, high: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(key, value, f"choose a whole number from {low} to {high}")
        return value

    def _wrong(self, key: str, value: object, possible: str) -> ScenarioError:
        return ScenarioError(f"{self._path}{key} = {_shown(value)} is not possible; {possible}.")


def _shown(value: object) -> str:
    """Return a value as a message repeats it: its beginning, and never none at all."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
