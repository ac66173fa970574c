"""The JSON schemas of what a search finds."""

from typing import Final

from meshnode.api.bulletins.sieves import CATEGORY_PATTERN, SORTS
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
)
from meshnode.board.bulletins.alert import AlertState
from meshnode.board.bulletins.bulletin import Severity

_TEXT: Final[Schema] = {"type": ["string", "null"]}

SEARCH_SCHEMAS: Final[dict[str, Schema]] = {
    "Part": record({"text": {"type": "string"}, "is_match": {"type": "boolean"}}),
    "Find": record(
        {
            "id": ID,
            "root": {
                "type": "string",
                "pattern": "^[0-9a-f]{8}$",
                "description": "By which other objects name it, in all its versions.",
            },
            "kind": {"type": "string", "enum": list(SORTS)},
            "is_drill": {"type": "boolean", "description": "Nothing of it is real."},
            "title": {**_TEXT, "description": "A drill's begins with the word for drill."},
            "parts": {
                **list_of("Part"),
                "description": "A snippet of the text, cut where what was looked for begins and "
                "ends; the parts in a row are the snippet.",
            },
            "place": {**_TEXT, "description": "Where it is, in words; or the place's name."},
            "place_root": nullable({"type": "string", "pattern": "^[0-9a-f]{8}$"}),
            "category": nullable({"type": "string", "pattern": CATEGORY_PATTERN}),
            "language": {
                **_TEXT,
                "description": "As far as the node can tell; `*` is said in every language.",
            },
            "state": {
                **nullable({"type": "string", "enum": [one.word for one in AlertState]}),
                "description": "What became of an official alert; null for all else.",
            },
            "severity": nullable({"type": "string", "enum": [one.value for one in Severity]}),
            "author": {**KEY_ID, "description": "The id of the key that signed it."},
            "author_fingerprint": nullable(FINGERPRINT),
            "author_name": _TEXT,
            "notices": {
                **list_of("Notice"),
                "description": "What counts of moderation, to be shown with it.",
            },
            "created": MOMENT,
            "age_s": {"type": ["integer", "null"], "minimum": 0},
            "expires": MOMENT,
            "expires_in_s": COUNT,
        }
    ),
    "Finds": record(
        {
            "total": {**COUNT, "description": "How many were found, in this answer or not."},
            "missing": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "So many things cannot be found yet, because the node is still "
                "reading them; null where it does not know.",
            },
            "finds": list_of("Find"),
        }
    ),
}
