"""The JSON schemas of places, levels and patterns."""

from typing import Final

from meshnode.api.places.documents import PRECISION_M
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
)
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.board.places.crowding import SaidAs, State, Trend
from meshnode.board.places.level import Level, Source
from meshnode.board.places.place import CATEGORIES, PEOPLE_MAX

_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NOTHING: Final[Schema] = {"type": ["string", "null"]}
_YES_NO_OR_UNSAID: Final[Schema] = {"type": ["boolean", "null"]}
_LEVEL: Final[Schema] = {"type": "string", "enum": [one.word for one in Level]}
_SOURCE: Final[Schema] = {"type": "string", "enum": [one.word for one in Source]}
_SAID_AS: Final[Schema] = {"type": "string", "enum": [one.value for one in SaidAs]}
_PEOPLE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": PEOPLE_MAX}
_PERCENT: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 100}

_OPENING: Final = record(
    {
        "is_always": {"type": "boolean"},
        "week": nullable(
            {
                "type": "array",
                "minItems": 7,
                "maxItems": 7,
                "items": {
                    "type": "array",
                    "items": {"type": "array", "items": _TEXT},
                },
                "description": "For each day from Monday on, from when to when, in local time; an "
                "end before its beginning is on the next day.",
            }
        ),
        "words": _TEXT_OR_NOTHING,
        "remark": {**_TEXT_OR_NOTHING, "description": "The author's words."},
    }
)
_POSITION: Final = record(
    {
        "latitude": {"type": "number"},
        "longitude": {"type": "number"},
        "precision_m": {"type": "integer", "const": PRECISION_M},
    }
)
_CONTRADICTION: Final = record(
    {
        "level": nullable(_LEVEL),
        "people": nullable(_PEOPLE),
        "said_by": _TEXT,
        "said_as": _SAID_AS,
        "said": MOMENT,
    }
)
_CROWDING: Final = record(
    {
        "state": {"type": "string", "enum": [one.value for one in State]},
        "level": {
            **nullable(_LEVEL),
            "description": "What was said last, also where the state is stale.",
        },
        "people": nullable(_PEOPLE),
        "source": nullable(_SOURCE),
        "said_by": _TEXT_OR_NOTHING,
        "said_as": nullable(_SAID_AS),
        "said": nullable(MOMENT),
        "age_s": nullable(COUNT),
        "confidence": _PERCENT,
        "contradiction": nullable(_CONTRADICTION),
        "trend": nullable({"type": "string", "enum": [one.value for one in Trend]}),
        "words": _TEXT,
    }
)
_BEST_TIME: Final = record(
    {
        "is_known": {"type": "boolean"},
        "from": nullable(MOMENT),
        "to": nullable(MOMENT),
        "percent": nullable(_PERCENT),
        "is_quiet": _YES_NO_OR_UNSAID,
        "words": _TEXT,
    }
)
_PLACE: Final[dict[str, Schema]] = {
    "id": ID,
    "root": {**KEY_ID, "description": "By which the place is known through all its versions."},
    "category": {"type": "string", "enum": list(CATEGORIES)},
    "category_words": _TEXT,
    "name": _TEXT,
    "address": _TEXT_OR_NOTHING,
    "contact": _TEXT_OR_NOTHING,
    "on_behalf_of": _TEXT_OR_NOTHING,
    "text": _TEXT_OR_NOTHING,
    "opening": nullable(_OPENING),
    "is_open": {
        **_YES_NO_OR_UNSAID,
        "description": "By its hours; null where none are said or the node does not know the time.",
    },
    "capacity": nullable(_PEOPLE),
    "position": nullable(_POSITION),
    "is_step_free": _YES_NO_OR_UNSAID,
    "author": KEY_ID,
    "author_fingerprint": nullable(FINGERPRINT),
    "author_name": _TEXT_OR_NOTHING,
    "hosts": {
        "type": "array",
        "items": _TEXT,
        "description": "Whom stewards made hosts of it; its author is one without that.",
    },
    "is_hidden": {"type": "boolean"},
    "notices": list_of("Notice"),
    "created": MOMENT,
    "expires": MOMENT,
    "expires_in_s": COUNT,
    "crowding": _CROWDING,
    "best_time": _BEST_TIME,
}
_SAID: Final = record(
    {
        "id": ID,
        "key": KEY_ID,
        "level": nullable(_LEVEL),
        "people": nullable(_PEOPLE),
        "source": _SOURCE,
        "said_by": _TEXT,
        "said_as": _SAID_AS,
        "said": MOMENT,
        "age_s": COUNT,
        "expires": MOMENT,
    }
)
_PATTERN: Final = record(
    {
        "known_hours": COUNT,
        "week": {
            "type": "array",
            "minItems": 7,
            "maxItems": 7,
            "items": {
                "type": "array",
                "minItems": 24,
                "maxItems": 24,
                "items": nullable(_PERCENT),
            },
            "description": "How full it usually is, hour by hour from Monday on; null: not known.",
        },
    }
)
_SIGNED: Final[Schema] = {**ENCODED, "description": "The newest version, as signed."}

PLACES_SCHEMAS: Final[dict[str, Schema]] = {
    "LocalPlaces": record({"places": list_of("LocalPlace")}),
    "LocalPlace": record(_PLACE),
    "WholeLocalPlace": record(
        {
            **_PLACE,
            "levels": {"type": "array", "items": _SAID},
            "pattern": _PATTERN,
            "encoded": _SIGNED,
        }
    ),
    "NewLevel": record(
        {
            "level": _LEVEL,
            "people": _PEOPLE,
            "source": {**_SOURCE, "default": Source.PERSON.word},
            "expires_in_s": {
                "type": "integer",
                "minimum": 1,
                "maximum": DAY_MINUTES * 60,
                "default": 360 * 60,
                "description": "Rounded up to the next lifetime that objects know.",
            },
        },
        optional=("level", "people", "source", "expires_in_s"),
    )
    | {"oneOf": [{"required": ["level"]}, {"required": ["people"]}]},
}
