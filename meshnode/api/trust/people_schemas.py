"""The JSON schemas of people, acts, signed bytes and joins."""

from typing import Final

from meshnode.api.schema_parts import (
    COUNT,
    ENCODED,
    FINGERPRINT,
    ID,
    KEY,
    KEY_ID,
    MOMENT,
    Schema,
    list_of,
    nullable,
    record,
)
from meshnode.api.trust.people_intake import KINDS
from meshnode.board.bulletins.notice import Act
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.names import NAME_BYTES_MAX
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.evidence import DEVICES_MAX
from meshnode.board.trust.permissions import Office
from meshnode.board.trust.role import Role
from meshnode.node.desks.exchange import SUBMITTED_MAX
from meshnode.node.desks.grounds import DIGEST_BYTES
from meshnode.node.desks.joindesk import CODE_DIGITS, COMMITMENT_BYTES, NONCE_BYTES, RANDOM_BYTES

CLASSES: Final = [one.word for one in IdentityClass]
OFFICES: Final = sorted(Office)
_TEXT: Final[Schema] = {"type": "string"}
_YES_OR_NO: Final[Schema] = {"type": "boolean"}
_NAME: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": NAME_BYTES_MAX}
_FINGERPRINTS: Final[Schema] = {"type": "array", "items": FINGERPRINT}
_STEWARD: Final[dict[str, Schema]] = {
    "fingerprint": FINGERPRINT,
    "key": KEY,
    "name": nullable(_TEXT),
}


def _hex(length: int) -> Schema:
    return {"type": "string", "pattern": f"^[0-9a-f]{{{2 * length}}}$"}


PEOPLE_SCHEMAS: Final[dict[str, Schema]] = {
    "Community": record(
        {
            "id": ID,
            "name": _TEXT,
            "charter": record(
                {
                    "number": COUNT,
                    "id": ID,
                    "threshold": COUNT,
                    "stewards": {
                        "type": "array",
                        "items": record(
                            {
                                **_STEWARD,
                                "stands": {
                                    **_YES_OR_NO,
                                    "description": "false: the others revoked this steward.",
                                },
                            }
                        ),
                        "description": "In rank order.",
                    },
                    "created": MOMENT,
                    "expires": MOMENT,
                    "final": {
                        **_YES_OR_NO,
                        "description": "This node takes no other charter in its place.",
                    },
                }
            ),
            "pending": list_of("Proposal"),
            "minute": {**COUNT, "description": "To be written on what is signed now."},
            "clock_known": _YES_OR_NO,
            "node": record({"key": KEY, "name": _TEXT}),
            "encoded": record(
                {"charter": ENCODED, "endorsements": {"type": "array", "items": ENCODED}}
            ),
        }
    ),
    "Grounds": record(
        {
            "community": ID,
            "minute": {
                "type": ["integer", "null"],
                "description": "The community's minute; null: this node has no clock.",
            },
            "digest": _hex(DIGEST_BYTES),
            "pinned": {**ENCODED, "description": "The charter with which this node begins."},
            "charter": {**ENCODED, "description": "The charter in force here."},
            "objects": {
                "type": ["array", "null"],
                "items": ENCODED,
                "description": "null: those of which the client named the digest.",
            },
        }
    ),
    "Proposal": record(
        {
            "id": ID,
            "number": COUNT,
            "name": _TEXT,
            "threshold": COUNT,
            "stewards": {"type": "array", "items": record(_STEWARD)},
            "endorsed_by": {"type": "array", "items": _TEXT, "description": "Names, by rank."},
            "needed": {**COUNT, "description": "So many more have to endorse it."},
            "encoded": ENCODED,
        }
    ),
    "Member": record(
        {
            "fingerprint": FINGERPRINT,
            "key": KEY,
            "class": {"type": "string", "enum": CLASSES},
            "name": _TEXT,
            "shown_name": {
                **_TEXT,
                "description": "With digits of the fingerprint where the name would mislead.",
            },
            "certified_name": _TEXT,
            "languages": {"type": "array", "items": _TEXT},
            "is_steward": _YES_OR_NO,
            "is_full": {**_YES_OR_NO, "description": "Its word counts for others."},
            "is_revoked": _YES_OR_NO,
            "expires": nullable(MOMENT),
            "roles": {
                "type": "array",
                "items": record(
                    {
                        "role": {"type": "string", "enum": [one.word for one in Role]},
                        "until": MOMENT,
                        "place": nullable(ID),
                    }
                ),
            },
            "vouched_by": _FINGERPRINTS,
            "keys": list_of("MemberKey"),
            "prekeys": list_of("Prekey"),
            "looks_like": {
                **_FINGERPRINTS,
                "description": "Others whose name people could take for this one.",
            },
            "is_wordless": {**_YES_OR_NO, "description": "Neither letter nor digit in the name."},
        }
    ),
    "MemberKey": record(
        {
            "key": KEY,
            "key_id": KEY_ID,
            "is_device": _YES_OR_NO,
            "last": {
                "type": ["integer", "null"],
                "description": "The last sequence number that counts; null: all do.",
            },
            "last_sequence": {
                **COUNT,
                "description": "The highest sequence number that this node holds; 0: none.",
            },
        }
    ),
    "Prekey": record(
        {
            "id": ID,
            "key_id": {**KEY_ID, "description": "The device that announced it."},
            "number": COUNT,
            "key": KEY,
            "created": MOMENT,
            "expires": MOMENT,
            "encoded": ENCODED,
        }
    ),
    "Members": record({"members": list_of("Member")}),
    "Candidate": record(
        {"fingerprint": FINGERPRINT, "key": KEY, "name": _TEXT, "vouched_by": _FINGERPRINTS}
    ),
    "Candidates": record({"candidates": list_of("Candidate")}),
    "Act": record(
        {
            "id": ID,
            "kind": {"type": "string", "enum": list(KINDS)},
            "author": KEY_ID,
            "author_name": {
                **nullable(_TEXT),
                "description": "With an invitation's key: who invited.",
            },
            "created": MOMENT,
            "expires": MOMENT,
            "sequence": COUNT,
            "subject": {**nullable(FINGERPRINT), "description": "Whom it is about."},
            "target": {**nullable(ID), "description": "Which object it is about."},
            "act": {"type": ["string", "null"], "enum": [*(one.word for one in Act), None]},
            "role": nullable(_TEXT),
            "reason": nullable(_TEXT),
            "text": {**nullable(_TEXT), "description": "A name, or what a notice says."},
            "in_force": _YES_OR_NO,
            "encoded": ENCODED,
        }
    ),
    "Acts": record({"acts": list_of("Act")}),
    "NewObjects": record(
        {
            "objects": {
                "type": "array",
                "items": ENCODED,
                "minItems": 1,
                "maxItems": SUBMITTED_MAX,
            }
        }
    ),
    "Taken": record({"objects": {"type": "array", "items": record({"id": ID})}}),
    "NewSealed": record(
        {
            "body": ENCODED,
            "expires_in_s": {
                "type": "integer",
                "minimum": 1,
                "maximum": BULLETIN_MINUTES_MAX * 60,
                "description": "Rounded up to the next lifetime that objects know.",
            },
        }
    ),
    "SealedMessage": record({"id": ID, "encoded": ENCODED, "created": MOMENT, "expires": MOMENT}),
    "SealedMessages": record(
        {
            "sealed": list_of("SealedMessage"),
            "complete": {**_YES_OR_NO, "description": "false: ask again after the last one."},
        }
    ),
    "Circle": record(
        {
            "id": ID,
            "circle": {**_hex(4), "description": "The founder's own number for it."},
            "name": _TEXT,
            "policy": {"type": "string", "enum": ["open", "closed"]},
            "history": _YES_OR_NO,
            "founder": nullable(FINGERPRINT),
            "founder_name": nullable(_TEXT),
            "expires": MOMENT,
        }
    ),
    "Circles": record({"circles": list_of("Circle")}),
    "NewJoin": record(
        {
            "commitment": {
                **_hex(COMMITMENT_BYTES),
                "description": "SHA-256 over `meshnode join 1`, a zero byte, key, random and name.",
            }
        }
    ),
    "JoinBegun": record({"id": _TEXT, "nonce": _hex(NONCE_BYTES), "expires_in_s": COUNT}),
    "JoinReveal": record(
        {
            "key": KEY,
            "random": _hex(RANDOM_BYTES),
            "name": _NAME,
            "devices": {"type": "array", "items": ENCODED, "maxItems": DEVICES_MAX},
        }
    ),
    "JoinCode": record({"code": {"type": "string", "pattern": f"^[0-9]{{{CODE_DIGITS}}}$"}}),
    "Join": record(
        {
            "id": _TEXT,
            "name": nullable(_TEXT),
            "key": nullable(KEY),
            "code_known": _YES_OR_NO,
            "age_s": COUNT,
        }
    ),
    "Joins": record({"joins": list_of("Join")}),
    "JoinClaim": record({"code": {"type": "string", "pattern": f"^[0-9]{{{CODE_DIGITS}}}$"}}),
    "Newcomer": record(
        {
            "id": _TEXT,
            "name": _TEXT,
            "key": KEY,
            "fingerprint": FINGERPRINT,
            "devices": {"type": "array", "items": ENCODED},
        }
    ),
}
"""By name, as in `schemas`."""
