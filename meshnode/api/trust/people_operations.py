"""The addresses for clients with keys of their own: people, objects, sealed messages, joins."""

from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.operation import SUBMITTING, Access, Operation
from meshnode.api.schema_parts import Schema
from meshnode.api.trust.people_intake import KINDS, SUBMISSION_BYTES_MAX, WANTED_CHARACTERS_MAX
from meshnode.node.desks.grounds import DIGEST_BYTES

_NAME: Final[Schema] = {
    "name": "name",
    "in": "query",
    "description": "A part of a name, or what begins a fingerprint.",
    "schema": {"type": "string", "maxLength": WANTED_CHARACTERS_MAX},
}
_REVOKED: Final[Schema] = {
    "name": "revoked",
    "in": "query",
    "description": "Whether those who were revoked are listed, too.",
    "schema": {"type": "boolean", "default": False},
}
_WHO: Final[Schema] = {
    "name": "who",
    "in": "path",
    "required": True,
    "description": "A name, or what begins a name or a fingerprint: at least four of its digits.",
    "schema": {"type": "string", "minLength": 1, "maxLength": WANTED_CHARACTERS_MAX},
}
_KIND: Final[Schema] = {
    "name": "kind",
    "in": "query",
    "schema": {"type": "string", "enum": list(KINDS)},
}
_KNOWN: Final[Schema] = {
    "name": "known",
    "in": "query",
    "description": "The digest of an answer before; where nothing has changed it is not repeated.",
    "schema": {"type": "string", "pattern": f"^[0-9a-f]{{{2 * DIGEST_BYTES}}}$"},
}
_AFTER: Final[Schema] = {
    "name": "after",
    "in": "query",
    "description": "The last id of the answer before; what is unknown begins from the beginning.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}
_JOIN: Final[Schema] = {
    "name": "join",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
}
_TAKING: Final = (ErrorCode.LIMIT, ErrorCode.TOO_LARGE, ErrorCode.WRONG_TYPE)

PEOPLE_OPERATIONS: Final = (
    Operation(
        "people",
        "GET",
        "/community",
        "get_community",
        "Who this community is, and what a client needs to sign for it",
        "Community",
        refusals=(ErrorCode.NOT_FOUND,),
        access=Access.PAIRED,
    ),
    Operation(
        "people",
        "GET",
        "/grounds",
        "get_grounds",
        "Every object from which it follows who is who, for clients that find that out themselves",
        "Grounds",
        refusals=(ErrorCode.NOT_FOUND, ErrorCode.LIMIT),
        parameters=(_KNOWN,),
        access=Access.PAIRED,
    ),
    Operation(
        "people",
        "GET",
        "/members",
        "list_members",
        "Everybody who belongs, by name",
        "Members",
        parameters=(_NAME, _REVOKED),
        access=Access.PAIRED,
    ),
    Operation(
        "people",
        "GET",
        "/members/{who}",
        "get_member",
        "One member; several of a name, or of names that look alike, are ambiguous",
        "Member",
        refusals=(ErrorCode.NOT_FOUND, ErrorCode.AMBIGUOUS),
        parameters=(_WHO,),
        access=Access.PAIRED,
    ),
    Operation(
        "people",
        "GET",
        "/candidates",
        "list_candidates",
        "People for whom a member speaks, but not enough members yet",
        "Candidates",
        access=Access.PAIRED,
    ),
    Operation(
        "people",
        "GET",
        "/acts",
        "list_acts",
        "Every act of governance and of moderation that is held, newest first",
        "Acts",
        parameters=(_KIND,),
        access=Access.MEMBER,
    ),
    Operation(
        "exchange",
        "POST",
        "/objects",
        "post_objects",
        "Take signed objects in order; the first that is refused ends it",
        "Taken",
        status=201,
        body="NewObjects",
        body_bytes_max=SUBMISSION_BYTES_MAX,
        refusals=SUBMITTING,
        access=Access.PAIRED,
    ),
    Operation(
        "exchange",
        "GET",
        "/sealed",
        "list_sealed",
        "Sealed messages in the order in which they came to this node",
        "SealedMessages",
        parameters=(_AFTER,),
        access=Access.PAIRED,
    ),
    Operation(
        "exchange",
        "POST",
        "/sealed",
        "post_sealed",
        "Sign and send a sealed body by this node, so that nobody sees who wrote it",
        "SealedMessage",
        status=201,
        body="NewSealed",
        refusals=SUBMITTING,
        access=Access.PAIRED,
    ),
    Operation(
        "exchange",
        "GET",
        "/circles",
        "list_circles",
        "The circles that are listed, by name",
        "Circles",
        access=Access.PAIRED,
    ),
    Operation(
        "joins",
        "POST",
        "/joins",
        "begin_join",
        "Begin to join by a spoken code: a commitment for a nonce",
        "JoinBegun",
        status=201,
        body="NewJoin",
        refusals=_TAKING,
        access=Access.PAIRED,
    ),
    Operation(
        "joins",
        "GET",
        "/joins",
        "list_joins",
        "Who is joining here now, without the codes",
        "Joins",
        access=Access.MEMBER,
    ),
    Operation(
        "joins",
        "POST",
        "/joins/claim",
        "claim_join",
        "Who has this code; after three wrong ones whoever asks has to wait",
        "Newcomer",
        body="JoinClaim",
        refusals=(ErrorCode.NOT_FOUND, ErrorCode.TOO_LARGE, ErrorCode.WRONG_TYPE),
        access=Access.MEMBER,
    ),
    Operation(
        "joins",
        "POST",
        "/joins/{join}/reveal",
        "reveal_join",
        "Show what was committed to, for the code to be said aloud",
        "JoinCode",
        body="JoinReveal",
        refusals=(ErrorCode.NOT_FOUND, *_TAKING),
        parameters=(_JOIN,),
        access=Access.PAIRED,
    ),
)
