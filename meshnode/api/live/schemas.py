"""What the stream of events consists of."""

from typing import Final

from meshnode.api.schema_parts import ID, Schema, record

HAPPENING: Final[Schema] = record(
    {
        "kind": {
            "type": "string",
            "description": "What the object that came is, `removed` if something went, or `mode`.",
        },
        "id": ID,
    },
    optional=("id",),
) | {
    "description": "The data of one event. Only what hangs in public has an id. An event named "
    "`lost` has an empty object: what was shown before may be out of date."
}

LAST_EVENT_ID: Final[Schema] = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event that was read; browsers send it by themselves.",
    "schema": {"type": "string"},
}
