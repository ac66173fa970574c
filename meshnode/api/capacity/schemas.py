"""The JSON schemas of slots, meet-ups and claims on them."""

from typing import Final

from meshnode.api.schema_parts import (
    COUNT,
    ENCODED,
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
from meshnode.board.capacity.ledger import State
from meshnode.board.capacity.timetable import CAPACITY_MAX, SLOTS_MAX, Sort

_TEXT: Final[Schema] = {"type": "string"}
_SAID: Final[Schema] = {"type": ["string", "null"]}
_YES_OR_NO: Final[Schema] = {"type": "boolean"}
_KIND: Final[Schema] = {"type": "string", "enum": ["slots", "meetup"]}
_SORT: Final[Schema] = {"type": "string", "enum": [one.word for one in Sort]}
_ROOT: Final[Schema] = {**KEY_ID, "description": "By which it is known in all its versions."}
_COUNTED: Final[Schema] = nullable(COUNT)
_WORDS: Final[Schema] = {**_TEXT, "description": "The same in the reader's language."}
_HEARD: Final[Schema] = {
    **nullable(COUNT),
    "description": "How long ago it was heard; 0: it is this node; null: not since the start.",
}
_OWNER: Final[dict[str, Schema]] = {"fingerprint": FINGERPRINT, "name": _TEXT, "heard_s": _HEARD}
_SLOT: Final = record(
    {
        "slot": {"type": "integer", "minimum": 1, "maximum": SLOTS_MAX},
        "starts": MOMENT,
        "ends": MOMENT,
        "sold": _COUNTED,
        "free": {**_COUNTED, "description": "As this node knows it; it may be fewer."},
        "free_elsewhere": {
            **_COUNTED,
            "description": "How many of these another node than the authority sells.",
        },
        "free_here": {**_COUNTED, "description": "How many of these this node itself sells."},
    }
)
_THING: Final[dict[str, Schema]] = {
    "id": ID,
    "root": _ROOT,
    "kind": _KIND,
    "sort": _SORT,
    "sort_words": _WORDS,
    "title": _SAID,
    "where": _SAID,
    "text": _SAID,
    "place": nullable(KEY_ID),
    "is_rightful": {
        **_YES_OR_NO,
        "description": "Whether its author may open it at its place; else nothing is sold.",
    },
    "author": KEY_ID,
    "author_fingerprint": nullable(FINGERPRINT),
    "author_name": _SAID,
    "is_hidden": _YES_OR_NO,
    "notices": list_of("Notice"),
    "created": MOMENT,
    "expires": MOMENT,
    "starts": MOMENT,
    "closes": MOMENT,
    "length_s": COUNT,
    "interval_s": COUNT,
    "capacity": _COUNTED,
    "claim_max": _COUNTED,
    "lease_s": _COUNTED,
    "is_automatic": {"type": ["boolean", "null"]},
    "authority": nullable(reference("SellingNode")),
    "signed_up": COUNT,
    "slots": {"type": "array", "items": _SLOT},
}
_RUN: Final = record(
    {
        "slot": {"type": "integer", "minimum": 1},
        "first_unit": {"type": "integer", "minimum": 1},
        "units": COUNT,
        "generation": COUNT,
    }
)

CAPACITY_SCHEMAS: Final[dict[str, Schema]] = {
    "SellingNode": record(_OWNER),
    "BookableThing": record(_THING),
    "BookableThings": record({"things": list_of("BookableThing")}),
    "WholeBookableThing": record(
        {
            **_THING,
            "owners": {"type": "array", "items": record({**_OWNER, "free": COUNT})},
            "proofs": {
                "type": "array",
                "items": record({"node": _TEXT, "first": ID, "other": ID}),
                "description": "Two acts of a node with the same unit; the first one counts.",
            },
            "encoded": ENCODED,
        }
    ),
    "BookingClaim": record(
        {
            "id": ID,
            "root": _ROOT,
            "kind": {
                "type": ["string", "null"],
                "enum": [*_KIND["enum"], None],
                "description": "Null where nothing is known here of what it is for.",
            },
            "sort": {"type": ["string", "null"], "enum": [*_SORT["enum"], None]},
            "sort_words": nullable(_WORDS),
            "title": _SAID,
            "where": _SAID,
            "place": nullable(KEY_ID),
            "by": FINGERPRINT,
            "by_name": _TEXT,
            "on_behalf": _SAID,
            "text": _SAID,
            "units": COUNT,
            "first_slot": COUNT,
            "slots": COUNT,
            "starts": nullable(MOMENT),
            "ends": nullable(MOMENT),
            "created": MOMENT,
            "expires": MOMENT,
            "state": {
                "type": "string",
                "enum": [one.value for one in State],
                "description": "called-off: its host withdrew it. gone: what it is for is not "
                "here.",
            },
            "state_words": _WORDS,
            "needs_word": {**_YES_OR_NO, "description": "Whether a host has to say yes."},
            "ahead": {**_COUNTED, "description": "About so many are before it; a hint."},
            "kept_until": nullable(MOMENT),
            "booked": {"type": "array", "items": _RUN},
            "sellers": list_of("SellingNode"),
            "bookings": {"type": "array", "items": ID},
            "authority": nullable(reference("SellingNode")),
        }
    ),
    "BookingClaims": record({"claims": list_of("BookingClaim")}),
    "NewAllotment": record(
        {
            "to": {**_TEXT, "description": "A node's name, or what begins its fingerprint."},
            "units": {"type": "integer", "minimum": 1, "maximum": CAPACITY_MAX},
            "first_slot": {"type": "integer", "minimum": 1, "maximum": SLOTS_MAX},
            "last_slot": {"type": "integer", "minimum": 1, "maximum": SLOTS_MAX},
            "until_in_s": {"type": "integer", "minimum": 60},
            "automatic": {
                "type": "boolean",
                "description": "Half stays here, the rest goes to nodes heard lately; then to, "
                "units and slots are left out.",
            },
        },
        optional=("to", "units", "first_slot", "last_slot", "until_in_s", "automatic"),
    ),
    "PassedUnits": record(
        {
            "passed": {
                "type": "array",
                "items": record(
                    {
                        "to": FINGERPRINT,
                        "units": COUNT,
                        "acts": {"type": "array", "items": ID},
                    }
                ),
            }
        }
    ),
    "ResumeSelling": record(
        {
            "is_complete": {
                "type": "boolean",
                "const": True,
                "description": "That nothing is missing of what this node had sold.",
            }
        }
    ),
    "Resumed": record({"is_selling": _YES_OR_NO}),
    "ReturnedUnits": record({"units": COUNT}),
}
