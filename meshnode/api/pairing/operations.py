"""The addresses for pairing phones, and for what a paired one asks about itself."""

from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.operation import Access, Operation
from meshnode.api.schema_parts import KEY, Schema

_OPENING: Final[Schema] = {
    "name": "opening",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
}
_PHONE: Final[Schema] = {
    "name": "phone",
    "in": "path",
    "required": True,
    "description": "A phone's key, or its beginning: at least four of its digits.",
    "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{4,64}$"},
}
_INVITED: Final[Schema] = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The public key that the invitation names.",
    "schema": KEY,
}

PHONES_OPERATIONS: Final = (
    Operation(
        "phones",
        "GET",
        "/challenge",
        "get_challenge",
        "What phones sign their requests for, until the node's next start",
        "Challenge",
        access=Access.PUBLIC,
    ),
    Operation(
        "phones",
        "POST",
        "/pairings",
        "post_pairing",
        "Let a phone in that proves to have seen a code of this node",
        "Paired",
        status=201,
        body="NewPairing",
        refusals=(
            ErrorCode.NOT_ALLOWED,
            ErrorCode.USED,
            ErrorCode.LIMIT,
            ErrorCode.TOO_LARGE,
            ErrorCode.WRONG_TYPE,
            ErrorCode.STORE,
        ),
        access=Access.PUBLIC,
        is_attempt=True,
    ),
    Operation(
        "phones",
        "POST",
        "/pairings/end",
        "end_pairing",
        "Let the phone that asks in no more",
        "EndedPairing",
        refusals=(ErrorCode.NOT_ALLOWED, ErrorCode.TOO_LARGE, ErrorCode.STORE),
        access=Access.PAIRED,
        is_for_revoked=True,
    ),
    Operation(
        "phones",
        "GET",
        "/me",
        "get_me",
        "What this node holds about the owner of the phone that asks, without content",
        "Me",
        refusals=(ErrorCode.NOT_ALLOWED,),
        access=Access.PAIRED,
        is_for_revoked=True,
    ),
    Operation(
        "phones",
        "GET",
        "/invitations/{key}",
        "get_invitation",
        "An invitation by the key that it names, with what vouches for it",
        "Invitation",
        refusals=(ErrorCode.NOT_FOUND,),
        access=Access.PAIRED,
        parameters=(_INVITED,),
    ),
    Operation(
        "phones",
        "GET",
        "/pairings",
        "list_pairings",
        "The phones that were let in, the codes that are open, and who tried them",
        "Pairings",
    ),
    Operation(
        "phones",
        "POST",
        "/pairings/open",
        "open_pairing",
        "Make a code by which one phone may come in within ten minutes",
        "OpenedPairing",
        status=201,
        refusals=(ErrorCode.LIMIT, ErrorCode.TOO_LARGE),
    ),
    Operation(
        "phones",
        "POST",
        "/pairings/openings/{opening}/close",
        "close_opening",
        "Let nobody in by a code any more",
        "Opening",
        refusals=(ErrorCode.NOT_FOUND, ErrorCode.TOO_LARGE),
        parameters=(_OPENING,),
    ),
    Operation(
        "phones",
        "POST",
        "/pairings/{phone}/unpair",
        "unpair",
        "Let a phone in no more",
        "Phone",
        refusals=(
            ErrorCode.NOT_FOUND,
            ErrorCode.AMBIGUOUS,
            ErrorCode.LIMIT,
            ErrorCode.TOO_LARGE,
            ErrorCode.STORE,
        ),
        parameters=(_PHONE,),
    ),
)
