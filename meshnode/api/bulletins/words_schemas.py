"""The JSON schema of what the phone app says."""

from typing import Final

from meshnode.api.schema_parts import Schema, record
from meshnode.node.languages import LANGUAGES

_TEXT: Final[Schema] = {"type": "string"}
_FORM: Final[Schema] = {"type": "string", "enum": ["zero", "one", "two", "few", "many", "other"]}

WORDS_SCHEMAS: Final[dict[str, Schema]] = {
    "Words": record(
        {
            "language": {"type": "string", "enum": list(LANGUAGES)},
            "direction": {"type": "string", "enum": ["ltr", "rtl"]},
            "plurals": {
                "type": "array",
                "items": _FORM,
                "minItems": 1,
                "description": "The plural categories of Unicode in the order of the forms in "
                "`counted`. Numbers of a category that is not there take the last form.",
            },
            "words": {
                "type": "object",
                "additionalProperties": _TEXT,
                "description": "Translations of English sentences; what is missing is English.",
            },
            "counted": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": _TEXT},
                "description": "Translations of counted sentences, by the English singular.",
            },
        }
    ),
}
