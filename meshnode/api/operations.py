"""Every address of the API, once: routes and the OpenAPI document are both made from this table."""

from dataclasses import dataclass
from typing import Final

from meshnode.api.codes import ErrorCode

BASE: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method.

    `handler` is the method of `Endpoints` that serves it; `answer` and `body` name schemas;
    `refusals` are what it may refuse with, beside what every address may (`COMMON_REFUSALS`).
    """

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


COMMON_REFUSALS: Final = (ErrorCode.BAD_REQUEST, ErrorCode.WRONG_HOST)

_BY_ID: Final = (ErrorCode.NOT_FOUND, ErrorCode.AMBIGUOUS, ErrorCode.LIMIT)

OPERATIONS: Final = (
    Operation("GET", "/status", "get_status", "How the node is", "Status", is_public=True),
    Operation(
        "GET",
        "/health",
        "get_health",
        "200 if all is well; 503 and what is wrong if not",
        "Health",
        is_public=True,
    ),
    Operation(
        "GET",
        "/bulletins",
        "list_bulletins",
        "The board: the worst first, then the newest",
        "Bulletins",
        is_public=True,
        has_window=True,
        has_language=True,
    ),
    Operation(
        "POST",
        "/bulletins",
        "post_bulletin",
        "Sign and send a bulletin by this node; answered once it is on disk",
        "Bulletin",
        status=201,
        body="NewBulletin",
        refusals=(
            ErrorCode.LIMIT,
            ErrorCode.TOO_LARGE,
            ErrorCode.WRONG_TYPE,
            ErrorCode.STORE,
        ),
        has_language=True,
    ),
    Operation(
        "GET",
        "/bulletins/{id}",
        "get_bulletin",
        "One bulletin, by its id or the unambiguous beginning of it",
        "Bulletin",
        refusals=_BY_ID,
        is_public=True,
        has_language=True,
    ),
    Operation(
        "POST",
        "/bulletins/{id}/withdraw",
        "withdraw_bulletin",
        "Take back a bulletin of this node's, everywhere; answered with what it was",
        "Bulletin",
        refusals=(*_BY_ID, ErrorCode.NOT_ALLOWED, ErrorCode.TOO_LARGE, ErrorCode.STORE),
        has_language=True,
    ),
    Operation(
        "GET",
        "/objects/{id}/whereabouts",
        "get_whereabouts",
        "Which other nodes hold an object of this node, by what they said themselves",
        "Whereabouts",
        refusals=_BY_ID,
    ),
    Operation(
        "GET",
        "/templates",
        "list_templates",
        "The bulletins that have a number instead of a text, and what each needs",
        "Templates",
        is_public=True,
        has_language=True,
    ),
    Operation(
        "GET",
        "/watch",
        "watch",
        "What happens, one JSON document a line, until the reader goes",
        "News",
        refusals=(ErrorCode.LIMIT,),
        is_stream=True,
        has_language=True,
    ),
    Operation(
        "GET",
        "/openapi.json",
        "get_openapi",
        "This description",
        None,
        is_public=True,
    ),
)
