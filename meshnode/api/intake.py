"""What comes in with a request, parsed at the border: bounded, strict, typed.

Invariants: nothing unknown is ignored; every refusal is a `RequestError` that says what is right.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from starlette.requests import ClientDisconnect, Request

from meshnode.api.codes import ErrorCode
from meshnode.api.refusals import RequestError
from meshnode.board.bulletin import Severity
from meshnode.node.service import EXPIRES_MINUTES_DEFAULT

BODY_BYTES_MAX: Final = 16 * 1024
"""Twice the longest bulletin in UTF-8 (four bytes for each of 1,680 characters)."""
BODY_TIMEOUT_S: Final = 30.0
"""How long a body may take to arrive; a phone at the edge of the Wi-Fi needs a few seconds."""
BULLETINS_MAX: Final = 1000
"""Bulletins in one answer; more take several."""
_OFFSET_MAX: Final = 1_000_000
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class NewBulletin:
    """What somebody wants to post; the board's own bounds are checked by the node."""

    text: str
    title: str | None
    category: str
    severity: Severity
    expires_minutes: int


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted."""

    offset: int
    limit: int


async def read_document(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request's body.

    Raises:
        RequestError: It is too large, too slow, or not a JSON object.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise RequestError(ErrorCode.WRONG_TYPE, "Send JSON: Content-Type: application/json.")
    return parse_object(await _read_body(request))


async def read_nothing(request: Request) -> None:
    """Take a request whose body must be empty or `{}`.

    Raises:
        RequestError: There is something in it.
    """
    body = await _read_body(request)
    if body.strip() and parse_object(body):
        raise RequestError(ErrorCode.BAD_REQUEST, "This takes no fields; send an empty body.")


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`.

    Raises:
        RequestError: It is not one, or has a key twice.
    """
    try:
        document = json.loads(
            body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except (ValueError, RecursionError) as error:
        raise RequestError(
            ErrorCode.BAD_REQUEST, "The body is not valid JSON in UTF-8, or has a key twice."
        ) from error
    if not isinstance(document, dict):
        raise RequestError(ErrorCode.BAD_REQUEST, 'The body must be a JSON object: {"...": ...}.')
    return document


def parse_new_bulletin(document: Mapping[str, Any]) -> NewBulletin:
    """Return the bulletin that a document asks for.

    Raises:
        RequestError: A field is unknown, missing or of the wrong type.
    """
    known = ("text", "title", "category", "severity", "expires_in_s")
    _refuse_unknown(document, known, "field")
    if "text" not in document:
        raise RequestError(ErrorCode.BAD_REQUEST, 'The field "text" is missing.')
    severity = _text(document, "severity", Severity.INFO.value)
    if severity not in tuple(Severity):
        raise RequestError(ErrorCode.BAD_REQUEST, f"severity must be one of {', '.join(Severity)}.")
    return NewBulletin(
        text=_text(document, "text", ""),
        title=None if document.get("title") is None else _text(document, "title", ""),
        category=_text(document, "category", "general"),
        severity=Severity(severity),
        expires_minutes=_minutes(document),
    )


def parse_window(query: Mapping[str, str]) -> Window:
    """Return which part of a list a query asks for.

    Raises:
        RequestError: A parameter is unknown or out of its bounds.
    """
    _refuse_unknown(query, ("offset", "limit"), "parameter")
    return Window(
        offset=_whole(query, "offset", 0, smallest=0, largest=_OFFSET_MAX),
        limit=_whole(query, "limit", BULLETINS_MAX, smallest=1, largest=BULLETINS_MAX),
    )


def refuse_parameters(query: Mapping[str, str]) -> None:
    """Take no query parameters.

    Raises:
        RequestError: There are some.
    """
    _refuse_unknown(query, (), "parameter")


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_BYTES_MAX:
                    raise RequestError(
                        ErrorCode.TOO_LARGE, f"The body may take {BODY_BYTES_MAX} bytes at most."
                    )
    except (TimeoutError, ClientDisconnect) as error:
        raise RequestError(ErrorCode.BAD_REQUEST, "The body did not arrive whole.") from error
    return bytes(body)


def _minutes(document: Mapping[str, Any]) -> int:
    seconds = document.get("expires_in_s", EXPIRES_MINUTES_DEFAULT * _MINUTE_S)
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise RequestError(ErrorCode.BAD_REQUEST, "expires_in_s must be a whole number of seconds.")
    return -(-seconds // _MINUTE_S)


def _text(document: Mapping[str, Any], name: str, default: str) -> str:
    value = document.get(name, default)
    if not isinstance(value, str):
        raise RequestError(ErrorCode.BAD_REQUEST, f"{name} must be a text.")
    if not value.isascii() and not _is_unicode(value):
        raise RequestError(ErrorCode.BAD_REQUEST, f"{name} has half of a surrogate pair.")
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(
    query: Mapping[str, str], name: str, default: int, *, smallest: int, largest: int
) -> int:
    text = query.get(name, str(default))
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(largest))
    if not is_number or not smallest <= int(text) <= largest:
        raise RequestError(
            ErrorCode.BAD_REQUEST, f"{name} must be a whole number from {smallest} to {largest}."
        )
    return int(text)


def _refuse_unknown(given: Mapping[str, Any], known: tuple[str, ...], word: str) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        expected = f"Known are: {', '.join(known)}." if known else "There are none here."
        raise RequestError(ErrorCode.BAD_REQUEST, f"Unknown {word} {unknown[0]!a}. {expected}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document
