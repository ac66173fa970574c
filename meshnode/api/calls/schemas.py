"""The JSON schemas of check-ins, calls for help and modes."""

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
from meshnode.board.calls.checkin import PERSONS_MAX, UNKNOWN_NEED, Need, State, need_word
from meshnode.board.calls.course import Stage
from meshnode.board.calls.triage import Act
from meshnode.board.modes.effects import Section
from meshnode.board.modes.mode import Mode

_TEXT: Final[Schema] = {"type": "string"}
_YES_OR_NO: Final[Schema] = {"type": "boolean"}
_ROOT: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{8}$"}
_WORDS: Final[Schema] = {**_TEXT, "description": "The same in the reader's language."}
_MODES: Final[Schema] = {"type": "string", "enum": [one.word for one in Mode]}
_MODE: Final[dict[str, Schema]] = {
    "mode": _MODES,
    "mode_words": _WORDS,
    "by": {
        **nullable(reference("ModeProposal")),
        "description": "The proposal in force; null: nobody has said anything, all is normal.",
    },
    "drill": {
        **nullable(reference("ModeProposal")),
        "description": "What is only practised; it changes words and nothing else.",
    },
}

CALLS_SCHEMAS: Final[dict[str, Schema]] = {
    "CheckIns": record({"checkins": list_of("CheckIn")}),
    "Calls": record(
        {
            "new": {**COUNT, "description": "How many nobody has taken."},
            "taken": {**COUNT, "description": "How many somebody has."},
            "calls": list_of("CheckIn"),
        }
    ),
    "CheckIn": record(
        {
            "id": ID,
            "root": {**_ROOT, "description": "By which updates and acts name it."},
            "author": KEY_ID,
            "author_fingerprint": nullable(FINGERPRINT),
            "author_name": nullable(_TEXT),
            "who": {**_TEXT, "description": "Whom it is about, as it is to be shown."},
            "on_behalf_of": nullable(_TEXT),
            "state": {"type": "string", "enum": [one.word for one in State]},
            "state_words": _WORDS,
            "persons": {"type": "integer", "minimum": 0, "maximum": PERSONS_MAX},
            "needs": {
                "type": "array",
                "items": {"type": "string", "enum": [*map(need_word, Need), UNKNOWN_NEED]},
            },
            "needs_words": {"type": "array", "items": _WORDS},
            "place": nullable(_ROOT),
            "where": {**nullable(_TEXT), "description": "Street or house, in words."},
            "text": nullable(_TEXT),
            "is_hidden": _YES_OR_NO,
            "since": {**MOMENT, "description": "When its first version was made."},
            "created": MOMENT,
            "age_s": nullable(COUNT),
            "expires": MOMENT,
            "stage": {"type": "string", "enum": [one.value for one in Stage]},
            "stage_words": _WORDS,
            "holders": {
                **list_of("CallHolder"),
                "description": "More than one where several took it at once.",
            },
            "closed": {
                **nullable(reference("TriageAct")),
                "description": "What ended it; null while it is open.",
            },
            "asked_again": {
                **nullable(MOMENT),
                "description": "When its author asked again after somebody had ended it.",
            },
            "acts": list_of("TriageAct"),
        }
    ),
    "CallHolder": record(
        {
            "fingerprint": FINGERPRINT,
            "name": _TEXT,
            "since": MOMENT,
            "handed_by_name": nullable(_TEXT),
            "on_the_way_since": nullable(MOMENT),
            "note": nullable(_TEXT),
        }
    ),
    "TriageAct": record(
        {
            "id": ID,
            "act": {"type": "string", "enum": [one.word for one in Act]},
            "act_words": _WORDS,
            "by": FINGERPRINT,
            "by_name": _TEXT,
            "person": nullable(FINGERPRINT),
            "person_name": nullable(_TEXT),
            "duplicate_of": nullable(_ROOT),
            "note": nullable(_TEXT),
            "created": MOMENT,
        }
    ),
    "Mode": record(_MODE),
    "ModeState": record(
        {**_MODE, "effects": reference("ModeEffects"), "proposals": list_of("ModeProposal")}
    ),
    "ModeProposal": record(
        {
            "id": ID,
            "mode": _MODES,
            "mode_words": _WORDS,
            "is_drill": _YES_OR_NO,
            "reason": nullable(_TEXT),
            "supporters": {
                "type": "array",
                "items": record({"fingerprint": FINGERPRINT, "name": _TEXT, "since": MOMENT}),
                "description": "Who proposed it, then who confirmed it.",
            },
            "needed": {**COUNT, "description": "How many have to stand behind it."},
            "is_confirmed": _YES_OR_NO,
            "is_in_force": _YES_OR_NO,
            "created": MOMENT,
            "until": MOMENT,
        }
    ),
    "ModeEffects": record(
        {
            "share_percent": {"type": "number", "minimum": 0},
            "beacon_s_max": COUNT,
            "level_s_min": {
                **COUNT,
                "description": "The shortest pause between two levels of a place by one key.",
            },
            "bulletin_s": {**COUNT, "description": "How long a bulletin lives by default."},
            "ok_s": COUNT,
            "call_s": COUNT,
            "waiting": {"type": "array", "items": _TEXT, "description": "Kinds."},
            "sections": {
                "type": "array",
                "items": {"type": "string", "enum": [one.value for one in Section]},
                "description": "In which order residents see them.",
            },
            "sections_words": {"type": "array", "items": _WORDS},
        }
    ),
}
