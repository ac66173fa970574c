"""The JSON schemas of what goes in and out, as the OpenAPI document shows them."""

from typing import Final

from meshnode.api.bulletins.alert_schemas import ALERT_SCHEMAS
from meshnode.api.bulletins.search_schemas import SEARCH_SCHEMAS
from meshnode.api.bulletins.template_schemas import TEMPLATE_SCHEMAS
from meshnode.api.bulletins.vocabulary_schemas import VOCABULARY_SCHEMAS
from meshnode.api.bulletins.words_schemas import WORDS_SCHEMAS
from meshnode.api.calls.schemas import CALLS_SCHEMAS
from meshnode.api.capacity.schemas import CAPACITY_SCHEMAS
from meshnode.api.codes import ErrorCode
from meshnode.api.intake import BODY_BYTES_MAX
from meshnode.api.live.schemas import HAPPENING
from meshnode.api.market.schemas import MARKET_SCHEMAS
from meshnode.api.pairing.schemas import PHONES_SCHEMAS
from meshnode.api.places.schemas import PLACES_SCHEMAS
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
from meshnode.api.trust.people_schemas import CLASSES, OFFICES, PEOPLE_SCHEMAS
from meshnode.board.bulletins.alert import AlertState
from meshnode.board.bulletins.bulletin import (
    CATEGORIES,
    CATEGORY_BYTES_MAX,
    TEXT_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    Severity,
)
from meshnode.board.bulletins.notice import Act, Reason
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.protocol.clock import Quality
from meshnode.protocol.holdings import State

_COUNTS: Final[Schema] = {"type": "object", "additionalProperties": COUNT}
_SEVERITY: Final[Schema] = {"type": "string", "enum": [one.value for one in Severity]}
_TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string"}}


_CATEGORY: Final[Schema] = {
    "type": "string",
    "pattern": f"^[a-z0-9-]{{1,{CATEGORY_BYTES_MAX}}}$",
    "examples": list(CATEGORIES),
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Bulletin": record(
        {
            "id": ID,
            "is_update": {
                "type": "boolean",
                "description": "It stands in the place of an earlier version.",
            },
            "root": {**KEY_ID, "description": "What updates keep: the short id of the first."},
            "kind": {"type": "string", "enum": ["bulletin", "drill", "alert"]},
            "is_drill": {"type": "boolean", "description": "Nothing of it is real."},
            "author": {**KEY_ID, "description": "The id of the key that signed it."},
            "author_fingerprint": nullable(FINGERPRINT),
            "author_name": {
                "type": ["string", "null"],
                "description": "With digits of the fingerprint where the name alone would mislead; "
                "null where what vouches for the author is not on this node.",
            },
            "author_class": {"type": ["string", "null"], "enum": [*CLASSES, None]},
            "author_roles": {"type": "array", "items": {"type": "string", "enum": OFFICES}},
            "title": {
                "type": ["string", "null"],
                "description": "A drill's always begins with the language's word for drill.",
            },
            "text": {"type": "string", "description": "A drill's first sentence says what it is."},
            "template": {
                "oneOf": [{"type": "null"}, reference("FilledTemplate")],
                "description": "Whose sentences the text is, in the language asked for.",
            },
            "category": _CATEGORY,
            "severity": _SEVERITY,
            "provenance": nullable(reference("Provenance"))
            | {"description": "From which official source an alert is, and since when."},
            "passed_on_by": {
                **_TEXTS,
                "description": "Who passed an official alert on, by name, the first one first.",
            },
            "is_hidden": {"type": "boolean", "description": "Moderation hides it."},
            "notices": {
                **list_of("Notice"),
                "description": "What counts of moderation, oldest first.",
            },
            "created": MOMENT,
            "age_s": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "By the community's time; null where the node does not know it.",
            },
            "expires": MOMENT,
            "expires_in_s": COUNT,
        }
    ),
    "Provenance": record(
        {
            "source": {"type": "string"},
            "issued": MOMENT,
            "state": {"type": "string", "enum": [one.word for one in AlertState]},
            "reference": {"type": ["string", "null"], "pattern": "^[0-9a-f]{16}$"},
            "replaces": _TEXTS,
            "onset": nullable(MOMENT),
            "ends": nullable(MOMENT),
        }
    ),
    "BulletinUpdate": record(
        {
            "text": {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX},
            "title": {"type": "string", "maxLength": TITLE_CHARACTERS_MAX},
            "category": _CATEGORY,
            "severity": _SEVERITY,
            "expires_in_s": {"type": "integer", "minimum": 1, "maximum": BULLETIN_MINUTES_MAX * 60},
        },
        optional=("text", "title", "category", "severity", "expires_in_s"),
    )
    | {"description": "What is left out stays as it is. It ends no earlier than before."},
    "Bulletins": record(
        {
            "total": {**COUNT, "description": "How many are on the board, in this answer or not."},
            "bulletins": list_of("Bulletin"),
        }
    ),
    "NewBulletin": {
        **record(
            {
                "text": {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX},
                "title": {"type": ["string", "null"], "maxLength": TITLE_CHARACTERS_MAX},
                "template": reference("NewTemplate"),
                "category": {**_CATEGORY, "description": "Otherwise general, or the template's."},
                "severity": {**_SEVERITY, "description": "Otherwise info, or the template's."},
                "expires_in_s": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": BULLETIN_MINUTES_MAX * 60,
                    "description": "Rounded up to the next lifetime that objects know. Otherwise "
                    "86400, or until an hour after what a template announces.",
                },
            },
            optional=("text", "title", "template", "category", "severity", "expires_in_s"),
        ),
        "oneOf": [
            {"required": ["text"]},
            {"required": ["template"], "properties": {"title": False}},
        ],
        "description": f"At most {BODY_BYTES_MAX} bytes of JSON in UTF-8.",
    },
    "Notice": record(
        {
            "id": ID,
            "act": {"type": "string", "enum": [one.word for one in Act]},
            "reason": {"type": "string", "enum": [one.word for one in Reason]},
            "text": {"type": ["string", "null"]},
            "by": FINGERPRINT,
            "by_name": {"type": "string"},
            "created": MOMENT,
        }
    ),
    "Papers": record(
        {
            "id": ID,
            "encoded": ENCODED,
            "notices": {"type": "array", "items": ENCODED},
            "vouchers": {"type": "array", "items": ENCODED},
        }
    )
    | {"description": "Corrections go with it; vouchers stand in the order to hand them in."},
    "Whereabouts": record({"id": ID, "nodes": list_of("Place")})
    | {"description": "The object lies on this node; these are the others that it has met."},
    "Place": record(
        {
            "node": {
                "type": "string",
                "description": "Its key id, or two bytes of it where no one member is meant.",
            },
            "name": {"type": ["string", "null"]},
            "links": _TEXTS,
            "state": {
                "type": "string",
                "enum": [one.value for one in State],
                "description": "By the node's own word; never because something was sent to it.",
            },
            "known_s": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "Seconds since it said so; null where the state is unknown.",
            },
            "last_contact_s": {**COUNT, "description": "Seconds since it was last heard."},
        }
    ),
    **TEMPLATE_SCHEMAS,
    **PEOPLE_SCHEMAS,
    **PHONES_SCHEMAS,
    **ALERT_SCHEMAS,
    **MARKET_SCHEMAS,
    **CAPACITY_SCHEMAS,
    **PLACES_SCHEMAS,
    **CALLS_SCHEMAS,
    **SEARCH_SCHEMAS,
    **WORDS_SCHEMAS,
    **VOCABULARY_SCHEMAS,
    "Link": record(
        {
            "name": {"type": "string"},
            "state": {"type": "string", "enum": ["connecting", "up", "waiting", "refused"]},
            "pending": {**COUNT, "description": "Objects that are still to be sent."},
            "sentence": {"type": "string"},
            "warnings": _TEXTS,
            "detail": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number"]},
            },
        },
        optional=("sentence", "warnings", "detail"),
    ),
    "Neighbour": record(
        {
            "sender": {"type": "string"},
            "name": {"type": ["string", "null"]},
            "link": {"type": "string"},
            "last_contact_s": {**COUNT, "description": "Seconds since it was last heard."},
            "snr_db": {"type": ["number", "null"]},
            "loss_percent": COUNT,
            "frames": COUNT,
        }
    ),
    "Airtime": record(
        {
            "spent_ms": {**COUNT, "description": "In the last hour."},
            "budget_ms": {**COUNT, "description": "An hour; 0 while no radio is up."},
            "urgent_budget_ms": COUNT,
            "by_purpose_ms": {**_COUNTS, "description": "Since the node started."},
            "urgent_by_purpose_ms": {
                **_COUNTS,
                "description": "The part of it that went to urgent objects.",
            },
            "frames_by_purpose": {**_COUNTS, "description": "Since the node started."},
        }
    ),
    "Status": record(
        {
            "name": {"type": "string"},
            "node_id": {"type": "string"},
            "community": {"type": "string"},
            "version": {"type": "string"},
            "uptime_s": COUNT,
            "objects": COUNT,
            "bulletins": COUNT,
            "board": {**_COUNTS, "description": "What is on the board now, by its kind."},
            "members": COUNT,
            "links": list_of("Link"),
            "neighbours": list_of("Neighbour"),
            "airtime_ms": {**COUNT, "description": "Spent in the last hour."},
            "airtime": reference("Airtime"),
            "drops": {**_COUNTS, "description": "What was refused, by reason, since the start."},
            "mode": reference("Mode"),
            "calls": record({"new": COUNT, "taken": COUNT}),
            "selling": record(
                {"things": COUNT, "forgotten": COUNT, "is_in_doubt": {"type": "boolean"}}
            )
            | {"description": "Things that are not over and that this node sells first."},
            "clock": record(
                {
                    "quality": {"type": "string", "enum": [one.value for one in Quality]},
                    "now": MOMENT,
                }
            ),
            "store_bytes": COUNT,
            "problems": _TEXTS,
        },
        optional=("store_bytes", "problems", "calls", "selling"),
    )
    | {
        "description": "Over TCP without addresses: no store_bytes, problems, calls, selling, "
        "or links' details."
    },
    "Health": record({"ok": {"type": "boolean"}, "problems": _TEXTS}),
    "News": {
        "type": "object",
        "description": "One line of the stream. `kind` is one of hello, bulletin, posted, object, "
        "removed, notice, checkin, mode, link, drop, lost, keepalive; others may come. A bulletin, "
        "drill or alert, a notice and a check-in bring their whole documents; an act of triage "
        "brings the check-in that it is about; `posted`, which is whatever else is searched, "
        "brings what a search would find.",
        "properties": {
            "kind": {"type": "string"},
            "bulletin": reference("Bulletin"),
            "posted": reference("Find"),
            "notice": reference("Notice"),
            "checkin": reference("CheckIn"),
        },
        "required": ["kind"],
    },
    "Happening": HAPPENING,
    "Error": record(
        {
            "error": record(
                {
                    "code": {"type": "string", "enum": [one.value for one in ErrorCode]},
                    "message": {"type": "string", "description": "For people; may change."},
                    "reason": {
                        "type": "string",
                        "description": "With `refused`: the rule that was met, as one word.",
                    },
                    "accepted": {
                        "type": "array",
                        "items": ID,
                        "description": "With `refused`: what was handed in before and is on disk.",
                    },
                },
                optional=("reason", "accepted"),
            )
        }
    ),
}
"""Every schema by its name."""
