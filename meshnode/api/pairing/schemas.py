"""The JSON schemas of phones: pairing, openings, and what a phone is told about itself."""

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
from meshnode.board.trust.role import Role
from meshnode.node.pairing.pairingdesk import OpeningState, Outcome

_TEXT: Final[Schema] = {"type": "string"}
_YES_OR_NO: Final[Schema] = {"type": "boolean"}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_PROOF: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_CHALLENGE: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_NODE: Final[Schema] = record({"key": KEY, "name": _TEXT})
_OPENING_ID: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{16}$"}

PHONES_SCHEMAS: Final[dict[str, Schema]] = {
    "Challenge": record({"challenge": _CHALLENGE, "node": _NODE}),
    "NewPairing": record({"key": KEY, "proof": _PROOF}),
    "Paired": record(
        {
            "challenge": _CHALLENGE,
            "node": _NODE,
            "proof": _PROOF,
            "signature": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
        }
    ),
    "EndedPairing": record({"key": KEY}),
    "Me": record(
        {
            "key": KEY,
            "paired": MOMENT,
            "seen": _DAY,
            "member": nullable(
                record(
                    {
                        "fingerprint": FINGERPRINT,
                        "key": KEY,
                        "name": _TEXT,
                        "shown_name": _TEXT,
                        "is_steward": _YES_OR_NO,
                        "is_full": _YES_OR_NO,
                        "expires": nullable(MOMENT),
                        "roles": {
                            "type": "array",
                            "items": record(
                                {
                                    "role": {"type": "string", "enum": [one.word for one in Role]},
                                    "until": MOMENT,
                                }
                            ),
                        },
                    }
                )
            ),
            "total": COUNT,
            "objects": list_of("Belonging"),
        }
    ),
    "Belonging": record(
        {
            "id": ID,
            "kind": _TEXT,
            "is_own": {
                "type": "boolean",
                "description": "By the phone's owner; else by somebody about them.",
            },
            "created": MOMENT,
            "expires": MOMENT,
            "bytes": COUNT,
        }
    ),
    "Invitation": record(
        {
            "id": ID,
            "encoded": ENCODED,
            "vouchers": {
                "type": "array",
                "items": ENCODED,
                "description": "What vouches for who signed it, in the order to take it in.",
            },
            "uses_left": COUNT,
        }
    ),
    "Pairings": record(
        {
            "phones": list_of("Phone"),
            "openings": list_of("Opening"),
            "attempts": list_of("Attempt"),
        }
    ),
    "Phone": record(
        {
            "key": KEY,
            "key_id": KEY_ID,
            "name": nullable(_TEXT),
            "fingerprint": nullable(FINGERPRINT),
            "paired": MOMENT,
            "seen": _DAY,
        }
    ),
    "Opening": record(
        {
            "id": _OPENING_ID,
            "state": {"type": "string", "enum": [one.value for one in OpeningState]},
            "is_kiosk": _YES_OR_NO,
            "expires_in_s": COUNT,
            "used_by": nullable(KEY),
        }
    ),
    "OpenedPairing": record(
        {
            "id": _OPENING_ID,
            "token": ENCODED,
            "node": ENCODED,
            "code": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$"},
            "fragment": {
                "type": "string",
                "description": "What stands behind the # of the address in a QR code.",
            },
            "address": nullable(_TEXT),
            "expires_in_s": COUNT,
        }
    ),
    "Attempt": record(
        {
            "at": MOMENT,
            "outcome": {"type": "string", "enum": [one.value for one in Outcome]},
            "key": KEY,
            "address": nullable(_TEXT),
        }
    ),
}
