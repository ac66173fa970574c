"""Single values of requests, parsed at the border: texts, numbers, keys, signed bytes.

Invariants: each value has one form only; every refusal is a `RequestError` that names the field
and says what is right.
Source: docs/spec/api.md section 2.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from meshnode.api.codes import ErrorCode
from meshnode.api.refusals import RequestError

_MINUTE_S: Final = 60
_HEX_DIGITS: Final = frozenset("0123456789abcdef")
_BASE64_DIGITS: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)


def refuse_unknown(given: Mapping[str, Any], known: tuple[str, ...], word: str) -> None:
    """Take no names but the known ones; `word` says what they name.

    Raises:
        RequestError: There are others.
    """
    unknown = [name for name in given if name not in known]
    if unknown:
        expected = f"Known are: {', '.join(known)}." if known else "There are none here."
        _refuse(f"Unknown {word} {unknown[0]!a}. {expected}")


def require(document: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Take a document with exactly these fields.

    Raises:
        RequestError: One is missing, or there are others.
    """
    refuse_unknown(document, names, "field")
    missing = [name for name in names if name not in document]
    if missing:
        _refuse(f'The field "{missing[0]}" is missing.')


def text_field(document: Mapping[str, Any], name: str, default: str) -> str:
    """Return a text, whole characters only.

    Raises:
        RequestError: It is something else.
    """
    value = document.get(name, default)
    if not isinstance(value, str):
        _refuse(f"{name} must be a text.")
    if not value.isascii() and not _is_unicode(value):
        _refuse(f"{name} has half of a surrogate pair.")
    return value


def list_field(document: Mapping[str, Any], name: str, *, most: int) -> list[Any]:
    """Return a list of 0 to `most` values.

    Raises:
        RequestError: It is something else, or longer.
    """
    value = document[name]
    if not isinstance(value, list) or len(value) > most:
        _refuse(f"{name} must be a list of at most {most}.")
    return value


def minutes_field(document: Mapping[str, Any], name: str) -> int:
    """Return the whole minutes that so many seconds take.

    Raises:
        RequestError: It is not a whole number.
    """
    seconds = document[name]
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        _refuse(f"{name} must be a whole number of seconds.")
    return -(-seconds // _MINUTE_S)


def hex_bytes(value: object, name: str, *, length: int) -> bytes:
    """Return so many bytes, written as digits 0-9 and a-f.

    Raises:
        RequestError: It is something else.
    """
    if not isinstance(value, str) or len(value) != 2 * length or not set(value) <= _HEX_DIGITS:
        _refuse(f"{name} must be {2 * length} of the digits 0-9 and a-f.")
    return bytes.fromhex(value)


def base64_bytes(value: object, name: str, *, bytes_max: int) -> bytes:
    """Return 1 to `bytes_max` bytes, written in base64url without padding, in its one form.

    Raises:
        RequestError: It is something else, or longer.
    """
    is_text = isinstance(value, str) and set(value) <= _BASE64_DIGITS and len(value) % 4 != 1
    if not is_text or not isinstance(value, str):
        _refuse(f"{name} must be base64url (A-Z, a-z, 0-9, -, _) without padding.")
    data = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if encode_base64(data) != value:
        _refuse(f"{name} is not in the one form of base64url: its last bits must be 0.")
    if not 0 < len(data) <= bytes_max:
        _refuse(f"{name} must be 1 to {bytes_max} bytes, not {len(data)}.")
    return data


def encode_base64(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def whole(query: Mapping[str, str], name: str, default: int, *, smallest: int, largest: int) -> int:
    """Return a whole number from a query.

    Raises:
        RequestError: It is none, or out of its bounds.
    """
    text = query.get(name, str(default))
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(largest))
    if not is_number or not smallest <= int(text) <= largest:
        _refuse(f"{name} must be a whole number from {smallest} to {largest}.")
    return int(text)


def flag(query: Mapping[str, str], name: str) -> bool:
    """Return whether a query says yes; not unless it says so.

    Raises:
        RequestError: It is neither true nor false.
    """
    text = query.get(name, "false")
    if text not in ("true", "false"):
        _refuse(f"{name} must be true or false.")
    return text == "true"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(message: str) -> NoReturn:
    raise RequestError(ErrorCode.BAD_REQUEST, message)
