"""What an address of the API is, as the tables of them say it, and who may use it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.intake import BODY_BYTES_MAX
from meshnode.api.schema_parts import Schema

BASE: Final = "/api/v1"


class Access(IntEnum):
    """Who may use an address: each of them may also what the ones before may.

    PUBLIC: everybody who reaches the node. PAIRED: a phone that was let in (docs/spec/pairing.md).
    MEMBER: a paired phone that signs for a member who was not revoked. ADMIN: whoever may use the
    UNIX socket in the node's home; such an address is not there at all over TCP. A paired phone
    that was revoked, or whose owner was, may no more than everybody, but for `is_for_revoked`.
    """

    PUBLIC = 0
    PAIRED = 1
    MEMBER = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """How documents write it."""
        return self.name.lower()

    @property
    def refusals(self) -> tuple[ErrorCode, ...]:
        """What the gate may refuse with, for too little."""
        match self:
            case Access.MEMBER:
                return (ErrorCode.NOT_PAIRED, ErrorCode.NOT_ALLOWED, ErrorCode.REVOKED)
            case Access.PAIRED:
                return (ErrorCode.NOT_PAIRED, ErrorCode.REVOKED)
            case Access.ADMIN:
                return ()
            case Access.PUBLIC:
                return (ErrorCode.NOT_PAIRED,)


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method.

    `desk` and `handler` are the endpoints and their method that serve it (`app`); `answer`
    and `body` name schemas; `refusals` are what it may refuse with, beside what every address may
    (`COMMON_REFUSALS`); `parameters` are those of the query and of the path that only it has.
    `is_attempt`: who uses it may be guessing a secret, so it is rarer than other writes.
    `is_for_revoked`: it is a phone's own way out, so it stays when the phone was revoked.
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
    access: Access = Access.ADMIN
    body_bytes_max: int = BODY_BYTES_MAX
    is_attempt: bool = False
    is_for_revoked: bool = False
    is_stream: bool = False
    media_type: str = "application/json"
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
