"""Errors as HTTP answers: `{"error": {"code": "...", "message": "..."}}`.

What the rules refuse also says the `reason` as a word and which objects were `accepted` before it.
Invariants: what a caller did wrong never becomes a 5xx; a message never says more than its error.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.codes import HTTP_STATUS, ErrorCode
from meshnode.node.denials import (
    AmbiguousError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    TooOftenError,
    UsedError,
)
from meshnode.protocol.errors import LimitError, MeshError, StoreError

_CODES: tuple[tuple[type[MeshError], ErrorCode], ...] = (
    (NotFoundError, ErrorCode.NOT_FOUND),
    (AmbiguousError, ErrorCode.AMBIGUOUS),
    (NotAllowedError, ErrorCode.NOT_ALLOWED),
    (UsedError, ErrorCode.USED),
    (TooOftenError, ErrorCode.BUSY),
    (RefusedError, ErrorCode.REFUSED),
    (LimitError, ErrorCode.LIMIT),
    (StoreError, ErrorCode.STORE),
)
_CODE_OF_STATUS = {status: code for code, status in HTTP_STATUS.items()}
_MESSAGES = {
    404: "There is nothing at this address; see /api/v1/openapi.json.",
    405: "This address does not take this method; see /api/v1/openapi.json.",
}


class RequestError(Exception):
    """A request is not one that this API takes; the message says what would be."""

    def __init__(self, code: ErrorCode, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s


def refusal(code: ErrorCode, message: str) -> JSONResponse:
    """Return the answer for a request that was refused."""
    document = {"error": {"code": code.value, "message": message}}
    return JSONResponse(document, status_code=HTTP_STATUS[code])


def code_of(error: MeshError) -> ErrorCode:
    """Return the code of an error of the node's; INTERNAL where it is a bug of ours."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ErrorCode.INTERNAL)


async def on_request_error(request: Request, error: Exception) -> Response:
    """Answer a request that is not one that this API takes."""
    if not isinstance(error, RequestError):
        raise error
    answer = refusal(error.code, str(error))
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


async def on_mesh_error(request: Request, error: Exception) -> Response:
    """Answer a request that the node refused."""
    if not isinstance(error, MeshError):
        raise error
    if isinstance(error, RefusedError):
        return _refused(error)
    answer = refusal(code_of(error), str(error))
    if isinstance(error, TooOftenError):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer a request for which there is no route or no method."""
    if not isinstance(error, HTTPException):
        raise error
    code = _CODE_OF_STATUS.get(error.status_code, ErrorCode.BAD_REQUEST)
    answer = refusal(code, _MESSAGES.get(error.status_code, error.detail))
    answer.headers.update(error.headers or {})
    return answer


def _refused(error: RefusedError) -> JSONResponse:
    document = {
        "error": {
            "code": ErrorCode.REFUSED.value,
            "message": str(error),
            "reason": error.reason,
            "accepted": [one.hex() for one in error.accepted],
        }
    }
    return JSONResponse(document, status_code=HTTP_STATUS[ErrorCode.REFUSED])


async def on_bug(request: Request, error: Exception) -> Response:
    """Answer where this program failed; the error itself goes to the log."""
    return refusal(ErrorCode.INTERNAL, "The node failed inside. Its log says more.")
