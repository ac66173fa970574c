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
from meshnode.api.fields import flag, minutes_field, refuse_unknown, text_field, whole
from meshnode.api.refusals import RequestError
from meshnode.board.bulletins.bulletin import Severity, clean
from meshnode.board.bulletins.revising import Change
from meshnode.node.desks.bulletins import EXPIRES_MINUTES_DEFAULT
from meshnode.node.languages import LANGUAGES

BODY_BYTES_MAX: Final = 16 * 1024
"""Twice the longest bulletin in UTF-8 (four bytes for each of 1,680 characters)."""
BODY_TIMEOUT_S: Final = 30.0
"""How long a body may take to arrive; a phone at the edge of the Wi-Fi needs a few seconds."""
BULLETINS_MAX: Final = 1000
"""Bulletins in one answer; more take several."""
_OFFSET_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class NewBulletin:
    """What somebody wants to post; the board's own bounds are checked by the node."""

    text: str
    title: str | None
    category: str
    severity: Severity
    expires_minutes: int


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """Which template somebody wants to post; what is None the template says."""

    identifier: str
    parameters: dict[str, str | int]
    category: str | None
    severity: Severity | None
    expires_minutes: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the board is wanted, and whether with what moderation hides."""

    offset: int
    limit: int
    with_hidden: bool


async def read_document(request: Request, *, bytes_max: int = BODY_BYTES_MAX) -> dict[str, Any]:
    """Return the JSON object in a request's body of at most so many bytes.

    Raises:
        RequestError: It is too large, too slow, or not a JSON object.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise RequestError(ErrorCode.WRONG_TYPE, "Send JSON: Content-Type: application/json.")
    return parse_object(await read_body(request, bytes_max))


async def read_nothing(request: Request) -> None:
    """Take a request whose body must be empty or `{}`.

    Raises:
        RequestError: There is something in it.
    """
    body = await read_body(request, BODY_BYTES_MAX)
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


def parse_new_bulletin(document: Mapping[str, Any]) -> NewBulletin | NewTemplate:
    """Return the bulletin that a document asks for.

    Raises:
        RequestError: A field is unknown, missing or of the wrong type.
    """
    if "template" in document:
        return _parse_new_template(document)
    known = ("text", "title", "category", "severity", "expires_in_s")
    refuse_unknown(document, (*known, "template"), "field")
    if "text" not in document:
        raise RequestError(
            ErrorCode.BAD_REQUEST, 'The field "text" is missing; "template" can stand in for it.'
        )
    minutes = _minutes(document)
    return NewBulletin(
        text=text_field(document, "text", ""),
        title=None if document.get("title") is None else text_field(document, "title", ""),
        category=text_field(document, "category", "general"),
        severity=_severity(document) or Severity.INFO,
        expires_minutes=EXPIRES_MINUTES_DEFAULT if minutes is None else minutes,
    )


def parse_update(document: Mapping[str, Any]) -> Change:
    """Return what a document wants to be different in a bulletin.

    Raises:
        RequestError: A field is unknown or of the wrong type, or nothing is to change.
    """
    refuse_unknown(document, ("text", "title", "category", "severity", "expires_in_s"), "field")
    if not document:
        raise RequestError(ErrorCode.BAD_REQUEST, "Say what is to change: text, severity, ...")
    return Change(
        text=clean(text_field(document, "text", "")) if "text" in document else None,
        title=clean(text_field(document, "title", "")) if "title" in document else None,
        category=text_field(document, "category", "") or None,
        severity=_severity(document),
        minutes=_minutes(document),
    )


def _parse_new_template(document: Mapping[str, Any]) -> NewTemplate:
    refuse_unknown(
        document, ("template", "category", "severity", "expires_in_s"), "field beside a template"
    )
    template = document["template"]
    if not isinstance(template, dict):
        raise RequestError(
            ErrorCode.BAD_REQUEST, 'template must be an object: {"id": ..., "parameters": {...}}.'
        )
    refuse_unknown(template, ("id", "parameters"), "field in template")
    return NewTemplate(
        identifier=text_field(template, "id", ""),
        parameters=_parameters(template.get("parameters", {})),
        category=text_field(document, "category", "") or None,
        severity=_severity(document),
        expires_minutes=_minutes(document),
    )


def _parameters(given: object) -> dict[str, str | int]:
    if not isinstance(given, dict):
        raise RequestError(ErrorCode.BAD_REQUEST, "parameters must be an object.")
    parameters: dict[str, str | int] = {}
    for name, value in given.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise RequestError(ErrorCode.BAD_REQUEST, f"{name} must be a text or a whole number.")
        parameters[name] = value if isinstance(value, int) else text_field(given, name, "")
    return parameters


def parse_language(query: Mapping[str, str]) -> str:
    """Return the language that a query asks for.

    Raises:
        RequestError: This node does not speak it.
    """
    language = query.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise RequestError(
            ErrorCode.BAD_REQUEST, f"language must be one of {', '.join(LANGUAGES)}."
        )
    return language


def parse_window(query: Mapping[str, str], *, besides: tuple[str, ...] = ()) -> Window:
    """Return which part of the board a query asks for, that may say other things `besides`.

    Raises:
        RequestError: A parameter is unknown or out of its bounds.
    """
    refuse_unknown(query, ("offset", "limit", "language", "hidden", *besides), "parameter")
    return Window(
        offset=whole(query, "offset", 0, smallest=0, largest=_OFFSET_MAX),
        limit=whole(query, "limit", BULLETINS_MAX, smallest=1, largest=BULLETINS_MAX),
        with_hidden=flag(query, "hidden"),
    )


def refuse_parameters(query: Mapping[str, str], *, besides: tuple[str, ...] = ()) -> None:
    """Take no query parameters but those named.

    Raises:
        RequestError: There are others.
    """
    refuse_unknown(query, besides, "parameter")


async def read_body(request: Request, bytes_max: int) -> bytes:
    """Return a request's body of at most so many bytes.

    Raises:
        RequestError: It is larger, or does not arrive whole in time.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > bytes_max:
                    raise RequestError(
                        ErrorCode.TOO_LARGE, f"The body may take {bytes_max} bytes at most."
                    )
    except (TimeoutError, ClientDisconnect) as error:
        raise RequestError(ErrorCode.BAD_REQUEST, "The body did not arrive whole.") from error
    return bytes(body)


def _severity(document: Mapping[str, Any]) -> Severity | None:
    if "severity" not in document:
        return None
    severity = text_field(document, "severity", "")
    if severity not in tuple(Severity):
        raise RequestError(ErrorCode.BAD_REQUEST, f"severity must be one of {', '.join(Severity)}.")
    return Severity(severity)


def _minutes(document: Mapping[str, Any]) -> int | None:
    return minutes_field(document, "expires_in_s") if "expires_in_s" in document else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice")
    return document
