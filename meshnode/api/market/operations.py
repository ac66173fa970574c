"""The addresses for offers and requests: what phones read without a key. Steps go to `/objects`."""

from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.market.intake import (
    DIRECTIONS,
    OFFERS_MAX,
    SORTS,
    STATES,
    WORD_CHARACTERS_MAX,
)
from meshnode.api.operation import BY_ID, Access, Operation
from meshnode.api.schema_parts import FINGERPRINT, Schema
from meshnode.board.bulletins.bulletin import CATEGORIES
from meshnode.board.exchange.things import BY_IDENTIFIER


def _filter(name: str, schema: Schema, description: str = "") -> Schema:
    parameter = {"name": name, "in": "query", "schema": schema}
    return parameter | ({"description": description} if description else {})


def _one_of(words: list[str]) -> Schema:
    return {"type": "string", "enum": words}


_FILTERS: Final = (
    _filter("direction", _one_of(list(DIRECTIONS))),
    _filter("sort", _one_of(list(SORTS))),
    _filter("category", _one_of(list(CATEGORIES))),
    _filter("item", _one_of(list(BY_IDENTIFIER))),
    _filter(
        "place",
        {"type": "string", "maxLength": WORD_CHARACTERS_MAX},
        "What begins a place's id, or a part of the place as it was written.",
    ),
    _filter("state", _one_of(list(STATES))),
    _filter("with", FINGERPRINT, "Only what this person offers, needs, or asked for."),
    _filter("offset", {"type": "integer", "minimum": 0, "default": 0}),
    _filter(
        "limit", {"type": "integer", "minimum": 1, "maximum": OFFERS_MAX, "default": OFFERS_MAX}
    ),
)

MARKET_OPERATIONS: Final = (
    Operation(
        "market",
        "GET",
        "/offers",
        "list_offers",
        "Offers and requests that are not over, newest first",
        "Offers",
        refusals=(ErrorCode.LIMIT,),
        access=Access.PUBLIC,
        has_language=True,
        parameters=_FILTERS,
    ),
    Operation(
        "market",
        "GET",
        "/offers/{id}",
        "get_offer",
        "One offer or request with its claims, by its id or by a claim's",
        "OfferWithClaims",
        refusals=BY_ID,
        access=Access.PUBLIC,
        has_language=True,
    ),
    Operation(
        "market",
        "GET",
        "/offers/{id}/matches",
        "list_matches",
        "What meets an offer or a request, the best first",
        "Matches",
        refusals=BY_ID,
        access=Access.PUBLIC,
        has_language=True,
    ),
)
