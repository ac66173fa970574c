"""JSON from outside as plain values, read by type: bounded, and never with a surprise.

Invariants: whatever bytes come, a `PeerError` comes or a value of JSON; a field of another type
than the wanted one counts as missing, because feeds change without notice.
"""

import json
from typing import Any, Final, NoReturn

from meshnode.protocol.errors import PeerError

JSON_BYTES_MAX: Final = 8 * 1024 * 1024
"""Germany's weather warnings on the worst day take about 2 MB."""

_BOM: Final = b"\xef\xbb\xbf"


def parse_json(data: bytes) -> Any:
    """Return the value that a document holds.

    Raises:
        PeerError: It is no JSON in UTF-8, too large or too deep.
    """
    if len(data) > JSON_BYTES_MAX:
        raise PeerError("oversize", f"{len(data)} bytes of JSON, at most {JSON_BYTES_MAX}")
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise PeerError("bad_charset", "these bytes are not utf-8") from error
    if text.lstrip()[:1] == "<":
        raise PeerError("bad_json", "a page of HTML stands where JSON was expected")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        # Not JSON, cut off, a number of thousands of digits, or nested as deep.
        raise PeerError("bad_json", str(error)[:120]) from error


def record(value: object) -> dict[str, Any]:
    """Return an object of JSON; of anything else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """Return a list; of anything else an empty one."""
    return value if isinstance(value, list) else []


def word(value: object) -> str:
    """Return a text; of anything else an empty one. Lone surrogates become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """Return a whole number; of anything else None."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and isinstance(value, int) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
