"""Write `calls.json`: check-ins, acts of triage and modes as bytes, for every implementation.

Run: `python -m tests.vectors.make_calls`. Keys, minutes and compressed words are fixed, so the file
changes only if the format does; a test compares. `frame_bytes` is what the object takes on the air
beside the frame's own header.
"""

import json
from pathlib import Path
from typing import Any

from meshnode.board.calls.checkin import (
    CheckInFields,
    CheckInHead,
    Need,
    State,
    decode_checkin,
    encode_checkin,
)
from meshnode.board.calls.triage import Act, TriageFields, TriageHead, decode_triage, encode_triage
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, decode_mode, encode_mode
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from tests.vectors.writers import CREATED_MIN, KEYS, composed, plain, signed_message

PATH = Path(__file__).parent / "calls.json"
TEXT = "Kein Insulin seit heute Morgen, der Fahrstuhl steht."
"""52 characters, as somebody types them who is in a hurry."""
PARENT = ShortId(bytes.fromhex("3dadcfb5"))
PROPOSAL = ObjectId(bytes.fromhex("3dadcfb58a4a59cc9e256ba59bbcd663"))
REFUSED: tuple[tuple[str, Kind, str, str | None, str], ...] = (
    ("checkin-empty", Kind.CHECKIN, "", None, "truncated"),
    ("checkin-state", Kind.CHECKIN, "c0", None, "bad_state"),
    ("checkin-kept-bits", Kind.CHECKIN, "01", None, "not_canonical"),
    ("checkin-one-person-written-out", Kind.CHECKIN, "6001", None, "not_canonical"),
    ("checkin-no-needs-written-out", Kind.CHECKIN, "500000", None, "not_canonical"),
    ("checkin-ok-with-needs", Kind.CHECKIN, "100001", None, "bad_needs"),
    ("checkin-first-with-since", Kind.CHECKIN, "4410101c", None, "not_canonical"),
    ("checkin-cut-place", Kind.CHECKIN, "483dadcf", None, "truncated"),
    ("triage-about-nothing", Kind.TRIAGE, "00", None, "missing_parent"),
    ("triage-act", Kind.TRIAGE, "60", "3dadcfb5", "bad_act"),
    ("triage-kept-bits", Kind.TRIAGE, "01", "3dadcfb5", "not_canonical"),
    ("triage-handed-to-nobody", Kind.TRIAGE, "10", "3dadcfb5", "not_canonical"),
    ("triage-done-names-somebody", Kind.TRIAGE, "38" + "00" * 16, "3dadcfb5", "not_canonical"),
    ("triage-duplicate-of-nothing", Kind.TRIAGE, "40", "3dadcfb5", "truncated"),
    ("mode-empty", Kind.MODE, "", None, "truncated"),
    ("mode-unknown", Kind.MODE, "40", None, "bad_mode"),
    ("mode-kept-bits", Kind.MODE, "22", None, "not_canonical"),
    ("mode-confirmation-cut", Kind.MODE, "20" + "00" * 11, "3dadcfb5", "truncated"),
    ("mode-confirmation-with-reason", Kind.MODE, "20" + "00" * 13, "3dadcfb5", "bad_length"),
)
"""Name, kind, body, parent and reason of bodies that are refused."""


def build() -> dict[str, Any]:
    """Return the content of `calls.json`."""
    return {
        "about": "Made by tests/vectors/make_calls.py. All byte strings are hex. See docs/spec/.",
        "objects": [_describe(name, made, fields) for name, made, fields in _objects()],
        "refused_bodies": [
            {"name": name, "kind": kind.value, "body": body, "parent": parent, "reason": reason}
            for name, kind, body, parent, reason in REFUSED
        ],
    }


def _objects() -> list[tuple[str, SignedObject, dict[str, Any]]]:
    person = fingerprint(KEYS["person"].public)
    return [
        _checkin("checkin-ok", CheckInFields(CheckInHead(State.OK)), sequence=31),
        _checkin(
            "checkin-urgent",
            CheckInFields(
                CheckInHead(State.URGENT, 2, Need.MEDICINE | Need.COMPANY),
                where="Schillerstr. 12",
                on_behalf_of="Frau Schulz",
                text=TEXT,
            ),
            sequence=32,
        ),
        _checkin(
            "checkin-update",
            CheckInFields(CheckInHead(State.HELP, place=PARENT, since_min=CREATED_MIN - 90)),
            sequence=33,
            parent=PARENT,
        ),
        _checkin(
            "checkin-later-need",
            CheckInFields(CheckInHead(State.HELP, needs=Need(0x8001))),
            sequence=34,
        ),
        _triage("triage-taken", TriageFields(TriageHead(Act.TAKEN)), sequence=41),
        _triage(
            "triage-handed-over",
            TriageFields(TriageHead(Act.HANDED_OVER, person), "Schlüssel liegt am Kiosk."),
            sequence=42,
        ),
        _triage("triage-on-the-way", TriageFields(TriageHead(Act.ON_THE_WAY)), sequence=43),
        _triage("triage-done", TriageFields(TriageHead(Act.DONE)), sequence=44),
        _triage(
            "triage-duplicate",
            TriageFields(TriageHead(Act.DUPLICATE, duplicate_of=ShortId(b"\x01\x02\x03\x04"))),
            sequence=45,
        ),
        _triage("triage-reopened", TriageFields(TriageHead(Act.REOPENED)), sequence=46),
        _mode(
            "mode-proposal",
            ModeFields(ModeHead(Mode.OUTAGE), "Kein Strom nördlich vom Park."),
            sequence=51,
        ),
        _mode(
            "mode-confirmation",
            ModeFields(ModeHead(Mode.OUTAGE, proposal=PROPOSAL)),
            sequence=52,
        ),
        _mode("mode-drill", ModeFields(ModeHead(Mode.DISRUPTED, is_drill=True)), sequence=53),
    ]


def _checkin(
    name: str, fields: CheckInFields, *, sequence: int, parent: ShortId | None = None
) -> tuple[str, SignedObject, dict[str, Any]]:
    codec, body = encode_checkin(fields)
    assert decode_checkin(codec, body, parent) == fields
    made = composed(
        "person",
        Kind.CHECKIN,
        body,
        sequence=sequence,
        codec=codec,
        parent=parent,
        lifetime_code=6,
    )
    return name, made, plain(fields)


def _triage(
    name: str, fields: TriageFields, *, sequence: int
) -> tuple[str, SignedObject, dict[str, Any]]:
    codec, body = encode_triage(fields)
    assert decode_triage(codec, body, PARENT) == fields
    made = composed(
        "steward",
        Kind.TRIAGE,
        body,
        sequence=sequence,
        codec=codec,
        parent=PARENT,
        lifetime_code=11,
    )
    return name, made, plain(fields)


def _mode(
    name: str, fields: ModeFields, *, sequence: int
) -> tuple[str, SignedObject, dict[str, Any]]:
    proposal = fields.head.proposal
    parent = None if proposal is None else ShortId(proposal[:4])
    codec, body = encode_mode(fields)
    assert decode_mode(codec, body, parent) == fields
    made = composed(
        "steward", Kind.MODE, body, sequence=sequence, codec=codec, parent=parent, lifetime_code=3
    )
    return name, made, plain(fields)


def _describe(name: str, made: SignedObject, fields: dict[str, Any]) -> dict[str, Any]:
    signer = next(word for word, key in KEYS.items() if key.id == made.author)
    return {
        "name": name,
        "signer": signer,
        "kind": made.kind,
        "codec": made.codec,
        "lifetime_code": made.lifetime_code,
        "sequence": made.sequence,
        "created_min": made.created_min,
        "parent": made.parent.hex() if made.parent else None,
        "fields": fields,
        "body": made.body.hex(),
        "signed_message": signed_message(KEYS[signer], made.encoded[:-64]).hex(),
        "frame_bytes": len(made.encoded),
        "encoded": made.encoded.hex(),
        "id": made.id.hex(),
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
