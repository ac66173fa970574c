"""The JSON schemas of what a form needs: the words to choose from, and how the whole would read."""

from typing import Final

from meshnode.api.schema_parts import Schema, list_of, nullable, record
from meshnode.board.bulletins.bulletin import CATEGORIES
from meshnode.board.exchange.things import ITEM_MAX, Sort, Unit

_TEXT: Final[Schema] = {"type": "string"}
_SORT: Final[Schema] = {"type": "string", "enum": [one.word for one in Sort]}
_UNIT: Final[Schema] = {"type": "string", "enum": [one.value for one in Unit]}

VOCABULARY_SCHEMAS: Final[dict[str, Schema]] = {
    "ChoosableWord": record({"id": _TEXT, "word": _TEXT}),
    "ChoosableThing": record(
        {
            "id": _TEXT,
            "number": {"type": "integer", "minimum": 1, "maximum": ITEM_MAX},
            "word": _TEXT,
            "sort": _SORT,
            "category": {"type": "string", "enum": list(CATEGORIES)},
            "unit": _UNIT,
        }
    ),
    "ChoosableUnit": record(
        {
            "id": _UNIT,
            "forms": {
                "type": "array",
                "items": _TEXT,
                "description": "With a blank `{count}`, in the order of `plurals` of the words.",
            },
        }
    ),
    "Vocabulary": record(
        {
            "things": list_of("ChoosableThing"),
            "sorts": list_of("ChoosableWord"),
            "units": list_of("ChoosableUnit"),
            "categories": list_of("ChoosableWord"),
            "severities": list_of("ChoosableWord"),
            "reasons": list_of("ChoosableWord"),
        }
    )
    | {"description": "In the order of the numbers that objects carry."},
    "Preview": record(
        {
            "headline": nullable(_TEXT),
            "sentence": nullable(_TEXT)
            | {"description": "What the numbers say, in the reader's language."},
            "text": nullable(_TEXT),
        }
    ),
}
"""By name, as in `schemas`."""
