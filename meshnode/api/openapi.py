"""The OpenAPI 3.1 document, made from the table of operations and the schemas."""

from functools import cache
from typing import Any, Final

from starlette.responses import JSONResponse

from meshnode import __version__
from meshnode.api.codes import HTTP_STATUS, ErrorCode
from meshnode.api.intake import BULLETINS_MAX
from meshnode.api.operation import BASE, COMMON_REFUSALS, Access, Operation
from meshnode.api.operations import OPERATIONS
from meshnode.api.schema_parts import Schema, reference
from meshnode.api.schemas import SCHEMAS
from meshnode.board.pairing.signed import SCHEME
from meshnode.node.languages import LANGUAGES

_ID: Final[Schema] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "An id, or its beginning: at least four of its digits.",
    "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{4,32}$"},
}
_WINDOW: Final[list[Schema]] = [
    {
        "name": "offset",
        "in": "query",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": BULLETINS_MAX,
            "default": BULLETINS_MAX,
        },
    },
    {
        "name": "hidden",
        "in": "query",
        "description": "Whether what moderation hides is listed, too; not over TCP.",
        "schema": {"type": "boolean", "default": False},
    },
]

_LANGUAGE: Final[Schema] = {
    "name": "language",
    "in": "query",
    "description": "In which language templates are said.",
    "schema": {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
}

_PHONE: Final[Schema] = {
    "type": "http",
    "scheme": SCHEME,
    "description": "Signed by a paired phone, see docs/spec/pairing.md. `x-access` says whether "
    "the phone has to sign for a member. Without `security` an address is on the UNIX socket only.",
}


@cache
def openapi_bytes() -> bytes:
    """Return the description as it is sent."""
    return bytes(JSONResponse(openapi_document()).body)


def openapi_document() -> dict[str, Any]:
    """Return the description of the whole API."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        methods = paths.setdefault(BASE + operation.path, {})
        methods[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "meshnode",
            "version": __version__,
            "summary": "The board of one node of a neighbourhood.",
            "description": "The whole API is on the UNIX socket in the node's home, guarded by "
            "file permissions. Over TCP there is only what has another `x-access` than "
            "`admin`, and only under names of the node (else 421).",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": {"phone": _PHONE}},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    document: dict[str, Any] = {
        "operationId": operation.handler,
        "summary": operation.summary,
        "x-access": operation.access.word,
        "security": _security(operation),
        "responses": _answers(operation),
    }
    parameters = [_ID] if "{id}" in operation.path else []
    if operation.has_window:
        parameters = [*parameters, *_WINDOW]
    parameters = [*parameters, *operation.parameters]
    if operation.has_language:
        parameters = [*parameters, _LANGUAGE]
    if parameters:
        document["parameters"] = parameters
    if operation.body is not None:
        schema = {"schema": reference(operation.body)}
        document["requestBody"] = {"required": True, "content": {"application/json": schema}}
    return document


def _answers(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {str(operation.status): _good_answer(operation)}
    if operation.answer == "Health":
        answers["503"] = _good_answer(operation)
    by_status: dict[int, list[ErrorCode]] = {}
    for code in _refusals(operation):
        by_status.setdefault(HTTP_STATUS[code], []).append(code)
    for status, codes in sorted(by_status.items()):
        answers[str(status)] = {
            "description": ", ".join(codes),
            "content": {"application/json": {"schema": reference("Error")}},
        }
    return answers


def _refusals(operation: Operation) -> list[ErrorCode]:
    """Return what an address may refuse with, each once."""
    codes = [*COMMON_REFUSALS, *operation.access.refusals, *operation.refusals]
    if operation.method != "GET" and operation.access is not Access.ADMIN:
        codes += [ErrorCode.WRONG_ORIGIN, ErrorCode.BUSY]
    return list(dict.fromkeys(codes))


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Return by what one may use an address: nothing, a phone's signature, or the socket."""
    if operation.access is Access.PUBLIC:
        return [{}, {"phone": []}]
    return [] if operation.access is Access.ADMIN else [{"phone": []}]


def _good_answer(operation: Operation) -> dict[str, Any]:
    schema = {"type": "object"} if operation.answer is None else reference(operation.answer)
    return {"description": operation.summary, "content": {operation.media_type: {"schema": schema}}}
