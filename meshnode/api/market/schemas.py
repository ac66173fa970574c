"""The JSON schemas of offers, requests and claims."""

from typing import Final

from meshnode.api.schema_parts import (
    COUNT,
    FINGERPRINT,
    ID,
    KEY_ID,
    MOMENT,
    Schema,
    list_of,
    nullable,
    record,
    reference,
)
from meshnode.board.bulletins.bulletin import CATEGORIES
from meshnode.board.exchange.claim import Side, Step
from meshnode.board.exchange.life import State, Stock
from meshnode.board.exchange.things import Direction, Sort, Unit

_TEXT: Final[Schema] = {"type": "string"}
_YES_OR_NO: Final[Schema] = {"type": "boolean"}
_SHORT: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{8}$"}
_SIDES: Final[Schema] = {
    "type": "array",
    "items": {"type": "string", "enum": [one.value for one in Side]},
}


def _said(what: str) -> Schema:
    return {**_TEXT, "description": what}


_OFFER: Final[dict[str, Schema]] = {
    "id": ID,
    "root": {**_SHORT, "description": "By which claims name it, whatever its version."},
    "direction": {"type": "string", "enum": [one.word for one in Direction]},
    "sort": {"type": "string", "enum": [one.word for one in Sort]},
    "category": {"type": "string", "enum": list(CATEGORIES)},
    "item": nullable(record({"number": COUNT, "id": nullable(_TEXT), "word": _TEXT})),
    "headline": _said("What it is about in a few words, for a list."),
    "sentence": _said("All that its numbers say, in the reader's language."),
    "title": nullable(_TEXT),
    "text": nullable(_TEXT),
    "quantity": nullable(
        record(
            {
                "count": COUNT,
                "unit": nullable({"type": "string", "enum": [one.value for one in Unit]}),
                "text": _TEXT,
            }
        )
    ),
    "remaining": nullable({**COUNT, "description": "null: nobody counts it."}),
    "from": nullable(MOMENT),
    "to": nullable(MOMENT),
    "place": nullable(_SHORT),
    "place_words": nullable(_TEXT),
    "on_behalf": nullable(_TEXT),
    "deposit": nullable(_TEXT),
    "state": {"type": "string", "enum": [one.value for one in Stock]},
    "state_sentence": _TEXT,
    "author": KEY_ID,
    "author_fingerprint": nullable(FINGERPRINT),
    "author_name": nullable(_TEXT),
    "claim_count": COUNT,
    "claims_last": {**MOMENT, "description": "An ask must not end before this."},
    "is_hidden": _YES_OR_NO,
    "created": MOMENT,
    "age_s": nullable(COUNT),
    "expires": MOMENT,
    "expires_in_s": COUNT,
}
_SPAN: Final[dict[str, Schema]] = {
    "from": MOMENT,
    "to": MOMENT,
    "when": _said("The same in the reader's language and time zone."),
}

MARKET_SCHEMAS: Final[dict[str, Schema]] = {
    "Offer": record(_OFFER),
    "Offers": record({"total": COUNT, "offers": list_of("Offer")}),
    "OfferWithClaims": record(
        {**_OFFER, "claims": list_of("Claim"), "calendar": nullable(reference("Calendar"))}
    ),
    "Calendar": record(
        {
            "taken": {"type": "array", "items": record({"claim": ID, **_SPAN})},
            "free": {"type": "array", "items": record(_SPAN)},
        }
    ),
    "Claim": record(
        {
            "id": ID,
            "by": FINGERPRINT,
            "by_name": _TEXT,
            "on_behalf": nullable(_TEXT),
            "text": nullable(_TEXT),
            "quantity": COUNT,
            "from": nullable(MOMENT),
            "to": nullable(MOMENT),
            "when": nullable(_TEXT),
            "state": {"type": "string", "enum": [one.value for one in State]},
            "sentences": {
                "type": "array",
                "items": _TEXT,
                "description": "What the state means, in the reader's language.",
            },
            "held_until": nullable(MOMENT),
            "done_by": _SIDES,
            "returned_by": _SIDES,
            "is_conflict": {
                **_YES_OR_NO,
                "description": "Others were promised it first; it cannot be kept.",
            },
            "is_overdue": _YES_OR_NO,
            "created": MOMENT,
            "expires": MOMENT,
            "steps": list_of("ClaimStep"),
        }
    ),
    "ClaimStep": record(
        {
            "id": ID,
            "step": {"type": "string", "enum": [one.word for one in Step]},
            "key": KEY_ID,
            "by": FINGERPRINT,
            "by_name": _TEXT,
            "text": nullable(_TEXT),
            "until": nullable(MOMENT),
            "created": MOMENT,
        }
    ),
    "Matches": record(
        {
            "matches": {
                "type": "array",
                "items": record({"score": COUNT, "offer": reference("Offer")}),
            }
        }
    ),
}
"""By name, as in `schemas`."""
