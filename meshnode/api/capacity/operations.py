"""The addresses of slots, meet-ups and claims on them."""

from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.operation import BY_ID, SUBMITTING, Access, Operation
from meshnode.api.schema_parts import FINGERPRINT, Schema

_KIND: Final[Schema] = {
    "name": "kind",
    "in": "query",
    "schema": {"type": "string", "enum": ["slots", "meetup"], "default": "slots"},
}
_BY: Final[Schema] = {
    "name": "by",
    "in": "query",
    "description": "Only what this person asked for.",
    "schema": FINGERPRINT,
}
_ON: Final[Schema] = {
    "name": "thing",
    "in": "query",
    "description": "Only claims on what has an id or root that begins so.",
    "schema": {"type": "string", "pattern": "^#?[0-9A-Fa-f]{4,32}$"},
}
_SIGNING: Final = (*BY_ID, *SUBMITTING, ErrorCode.NOT_ALLOWED)

CAPACITY_OPERATIONS: Final = (
    Operation(
        "capacity",
        "GET",
        "/bookable",
        "list_things",
        "What can be booked, joined or queued for, with what is free as this node knows it",
        "BookableThings",
        has_language=True,
        access=Access.PUBLIC,
        parameters=(_KIND,),
    ),
    Operation(
        "capacity",
        "GET",
        "/bookable/{id}",
        "get_thing",
        "One of these, with the nodes that sell it",
        "WholeBookableThing",
        has_language=True,
        refusals=BY_ID,
        access=Access.PUBLIC,
    ),
    Operation(
        "capacity",
        "POST",
        "/bookable/{id}/allotments",
        "post_allotment",
        "Pass unsold units of this node on to another one, which sells them then",
        "PassedUnits",
        status=201,
        body="NewAllotment",
        refusals=_SIGNING,
        access=Access.MEMBER,
    ),
    Operation(
        "capacity",
        "POST",
        "/bookable/{id}/return",
        "post_return",
        "Give back what other nodes passed on to this one and it has not sold",
        "ReturnedUnits",
        refusals=_SIGNING,
        access=Access.MEMBER,
    ),
    Operation(
        "capacity",
        "POST",
        "/selling/resume",
        "post_resume",
        "Sell again, though this node had forgotten what it sold",
        "Resumed",
        body="ResumeSelling",
        refusals=(ErrorCode.STORE, ErrorCode.TOO_LARGE, ErrorCode.WRONG_TYPE),
    ),
    Operation(
        "capacity",
        "GET",
        "/claims",
        "list_claims",
        "Claims on what is booked and queued for, and how each stands",
        "BookingClaims",
        has_language=True,
        refusals=BY_ID,
        access=Access.MEMBER,
        parameters=(_BY, _ON),
    ),
    Operation(
        "capacity",
        "GET",
        "/claims/{id}",
        "get_claim",
        "One claim, and how it stands",
        "BookingClaim",
        has_language=True,
        refusals=BY_ID,
        access=Access.MEMBER,
    ),
)
