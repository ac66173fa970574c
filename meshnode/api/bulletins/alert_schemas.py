"""The JSON schemas of official alerts."""

from typing import Final

from meshnode.api.schema_parts import COUNT, ID, MOMENT, Schema, list_of, nullable, record

DOCUMENT_BYTES_MAX: Final = 1200 * 1024
"""Half a megabyte of JSON, escaped as JSON once more."""
_COUNTS: Final[Schema] = {"type": "object", "additionalProperties": COUNT}
_ENCODED: Final[Schema] = {"type": "string", "description": "The signed bytes, base64url."}

ALERT_SCHEMAS: Final[dict[str, Schema]] = {
    "HeldAlert": record(
        {
            "encoded": _ENCODED,
            "author_fingerprint": {"type": ["string", "null"]},
        }
    ),
    "HeldAlerts": record({"alerts": list_of("HeldAlert")}),
    "Feed": record(
        {
            "name": {"type": "string"},
            "listed": {**COUNT, "description": "Warnings that it lists now."},
            "signed": {**COUNT, "description": "What this node signed of it since its start."},
            "last_answer": nullable(MOMENT),
            "problem": {"type": ["string", "null"]},
            "failures": {**_COUNTS, "description": "Since the start, by reason."},
            "passed_over": {**_COUNTS, "description": "At the last look, by reason."},
        }
    ),
    "Feeds": record(
        {
            "refusal": {
                "type": ["string", "null"],
                "description": "Why this node signs no alerts now.",
            },
            "feeds": list_of("Feed"),
        }
    ),
    "AlertDocument": record(
        {"content": {"type": "string", "minLength": 1, "maxLength": DOCUMENT_BYTES_MAX}}
    )
    | {"description": "CAP 1.2, or JSON of NINA or the weather service."},
    "ImportedAlerts": record(
        {"ids": {"type": "array", "items": ID}, "passed_over": _COUNTS},
    ),
}
"""Every schema by its name."""
