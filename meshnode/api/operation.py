"""What an address of the API is, as the tables of them say it."""

from dataclasses import dataclass
from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.schema_parts import Schema

BASE: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method.

    `desk` and `handler` are the endpoints and their method that serve it (`app`); `answer`
    and `body` name schemas; `refusals` are what it may refuse with, beside what every address may
    (`COMMON_REFUSALS`); `parameters` are those of the query and of the path that only it has.
    """

    desk: str
    method: str
    path: str
    handler: str
    summary: str
    answer: str | None
    status: int = 200
    body: str | None = None
    refusals: tuple[ErrorCode, ...] = ()
    is_public: bool = False
    is_stream: bool = False
    has_window: bool = False
    has_language: bool = False
    parameters: tuple[Schema, ...] = ()


COMMON_REFUSALS: Final = (ErrorCode.BAD_REQUEST, ErrorCode.WRONG_HOST)

BY_ID: Final = (ErrorCode.NOT_FOUND, ErrorCode.AMBIGUOUS, ErrorCode.LIMIT)
SUBMITTING: Final = (
    ErrorCode.LIMIT,
    ErrorCode.REFUSED,
    ErrorCode.TOO_LARGE,
    ErrorCode.WRONG_TYPE,
    ErrorCode.STORE,
)
"""What an address may refuse with that signs or takes something."""
