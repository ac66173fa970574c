"""Error codes: the one word by which a program tells refusals apart, over HTTP and in `--json`.

Not for: messages, which are for people and may change. Imports nothing heavy: the command line
reads it at every start.
"""

from enum import StrEnum
from typing import Final


class ErrorCode(StrEnum):
    """What went wrong, as one word that never changes."""

    BAD_REQUEST = "bad_request"
    NOT_PAIRED = "not_paired"
    WRONG_ORIGIN = "wrong_origin"
    NOT_ALLOWED = "not_allowed"
    REVOKED = "revoked"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    USED = "used"
    AMBIGUOUS = "ambiguous"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    WRONG_HOST = "wrong_host"
    LIMIT = "limit"
    REFUSED = "refused"
    BUSY = "busy"
    INTERNAL = "internal"
    STORE = "store"


HTTP_STATUS: Final = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.NOT_PAIRED: 401,
    ErrorCode.WRONG_ORIGIN: 403,
    ErrorCode.NOT_ALLOWED: 403,
    ErrorCode.REVOKED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.WRONG_METHOD: 405,
    ErrorCode.USED: 409,
    ErrorCode.AMBIGUOUS: 409,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.WRONG_TYPE: 415,
    ErrorCode.WRONG_HOST: 421,
    ErrorCode.REFUSED: 422,
    ErrorCode.LIMIT: 422,
    ErrorCode.BUSY: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.STORE: 503,
}
"""The HTTP status that goes with each code."""
