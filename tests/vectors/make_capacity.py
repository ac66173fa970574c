"""Write `capacity.json`: slots, meet-ups, bookings and allotments as bytes, and ledgers.

Run: `python -m tests.vectors.make_capacity`. Seeds and minutes are fixed, and no text here is in
the codec whose bytes depend on the version of zlib, so the file changes only if the format does; a
test compares. `bytes_on_the_air` is a radio frame with this object alone in it.
"""

import json
from pathlib import Path
from typing import Any

from meshnode.board.capacity.allotment import AllotmentFields, encode_allotment
from meshnode.board.capacity.booking import BookingFields, encode_booking
from meshnode.board.capacity.chain import Act, Run, fates
from meshnode.board.capacity.lots import Lot
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.slots import SlotsFields, encode_slots
from meshnode.board.capacity.timetable import Sort, Terms, Timetable
from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.keys import Fingerprint, KeyId, fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from tests.vectors.writers import CREATED_MIN, KEYS, composed, plain

PATH = Path(__file__).parent / "capacity.json"
NETWORK_KEY = b"\x07" * 32
NODE = fingerprint(KEYS["node"].public)
OTHER = Fingerprint(bytes(range(16)))
PERSON = fingerprint(KEYS["person"].public)
ROOT = ShortId(bytes.fromhex("c0ffee01"))
ASK = ShortId(bytes.fromhex("0a5c0001"))
MARK = bytes.fromhex("11223344")
NEXT_DAY = CREATED_MIN + 1440

SLOTS = SlotsFields(
    Timetable(NEXT_DAY, 15, 15, 20, Sort.SLOTS, Terms(2, NODE, 2, 10)),
    "Impftermine",
    place=ROOT,
)
QUEUE = SlotsFields(
    Timetable(NEXT_DAY, 240, sort=Sort.QUEUE, terms=Terms(200, NODE)), "Wasserausgabe"
)
BY_HAND = SlotsFields(
    Timetable(NEXT_DAY, 120, sort=Sort.SINGLE, terms=Terms(6, NODE, 2, is_automatic=False)),
    "Werkstatt",
)
LUNCH = MeetupFields(Timetable(NEXT_DAY, 90, 10_080, 8), "Mittagstisch", "Gemeindehaus")
REPAIR = MeetupFields(Timetable(NEXT_DAY, 180, terms=Terms(8, NODE)), "Repair", place=ROOT)
BOOKINGS = {
    "booking-one": BookingFields(ROOT, KeyId(PERSON[:4]), MARK, (Lot(2, 1),)),
    "booking-freed-before": BookingFields(
        ROOT, KeyId(PERSON[:4]), MARK, (Lot(2, 1, generation=1),), NEXT_DAY + 40
    ),
    "booking-largest": BookingFields(
        ROOT,
        KeyId(PERSON[:4]),
        MARK,
        (Lot(300, 9_000, 60, 900, 300), Lot(360, 200, 5, 800, 65_535)),
        NEXT_DAY,
    ),
}
ALLOTMENTS = {
    "allotment-half": AllotmentFields(
        KeyId(PERSON[:4]), OTHER, (Lot(0, 1, 20, 1),), NEXT_DAY + 120
    ),
    "allotment-to-itself": AllotmentFields(KeyId(PERSON[:4]), NODE, (Lot(2, 1),)),
    "allotment-largest": AllotmentFields(
        KeyId(PERSON[:4]), OTHER, (Lot(300, 9_000, 60, 900, 65_535),), NEXT_DAY
    ),
}
_TIMES = f"{NEXT_DAY:06x}"
REFUSED_BODIES = {
    "slots-nothing": (Kind.SLOTS, 0, "", "truncated"),
    "slots-nobody-sells": (Kind.SLOTS, 0, f"00{_TIMES}0f0100", "missing_value"),
    "slots-sort-3": (Kind.SLOTS, 0, f"0b{_TIMES}0f01020100{NODE.hex()}00", "bad_value"),
    "slots-no-length": (Kind.SLOTS, 0, f"08{_TIMES}0001020100{NODE.hex()}00", "bad_value"),
    "slots-367": (Kind.SLOTS, 0, f"08{_TIMES}0fef020f020100{NODE.hex()}00", "bad_value"),
    "slots-no-capacity": (Kind.SLOTS, 0, f"08{_TIMES}0f01000100{NODE.hex()}00", "bad_value"),
    "slots-more-than-there-are": (
        Kind.SLOTS,
        0,
        f"08{_TIMES}0f01020300{NODE.hex()}00",
        "bad_value",
    ),
    "slots-single-twice": (
        Kind.SLOTS,
        0,
        f"0a{_TIMES}0f020f020100{NODE.hex()}00",
        "not_canonical",
    ),
    "meetup-queue": (Kind.MEETUP, 0, f"01{_TIMES}0f0100", "bad_value"),
    "meetup-alone-and-unsold": (Kind.MEETUP, 0, f"04{_TIMES}0f0100", "not_canonical"),
    "booking-nothing": (Kind.BOOKING, 0, "", "truncated"),
    "booking-in-codec-1": (
        Kind.BOOKING,
        1,
        "00c0ffee01aabbccdd112233440000000000",
        "unexpected_codec",
    ),
    "booking-no-lot": (Kind.BOOKING, 0, "00c0ffee01aabbccdd11223344", "truncated"),
    "booking-flag-2": (Kind.BOOKING, 0, "02c0ffee01aabbccdd112233440000000000", "not_canonical"),
    "booking-twice-a-unit": (
        Kind.BOOKING,
        0,
        "00c0ffee01aabbccdd1122334400000000000000000001",
        "not_canonical",
    ),
    "booking-unit-10000": (
        Kind.BOOKING,
        0,
        "00c0ffee01aabbccdd112233440000904e0000",
        "bad_value",
    ),
    "booking-41-bytes": (
        Kind.BOOKING,
        0,
        "00c0ffee01aabbccdd11223344" + "00" * 28,
        "oversize",
    ),
    "allotment-nothing": (Kind.ALLOTMENT, 0, "", "truncated"),
    "allotment-no-lot": (Kind.ALLOTMENT, 0, f"00aabbccdd{NODE.hex()}", "truncated"),
}
"""Bodies that are refused, and why; bookings and allotments have a parent."""


def build() -> dict[str, Any]:
    """Return the content of `capacity.json`."""
    things = [
        _thing("slots-morning", Kind.SLOTS, encode_slots(SLOTS), SLOTS, sequence=60),
        _thing("slots-queue", Kind.SLOTS, encode_slots(QUEUE), QUEUE, sequence=61),
        _thing("slots-by-hand", Kind.SLOTS, encode_slots(BY_HAND), BY_HAND, sequence=62),
        _thing("meetup-weekly", Kind.MEETUP, encode_meetup(LUNCH), LUNCH, sequence=63),
        _thing("meetup-seats", Kind.MEETUP, encode_meetup(REPAIR), REPAIR, sequence=64),
    ]
    bookings = [
        _act(name, Kind.BOOKING, encode_booking(fields), fields, ASK, sequence=10_000 + at)
        for at, (name, fields) in enumerate(BOOKINGS.items())
    ]
    allotments = [
        _act(name, Kind.ALLOTMENT, encode_allotment(fields), fields, ROOT, sequence=10_010 + at)
        for at, (name, fields) in enumerate(ALLOTMENTS.items())
    ]
    return {
        "about": "Made by tests/vectors/make_capacity.py. All byte strings are hex. "
        "See docs/spec/capacity.md.",
        "objects": things + bookings + allotments,
        "refused_bodies": [
            {"name": name, "kind": int(kind), "codec": codec, "body": body, "reason": reason}
            for name, (kind, codec, body, reason) in REFUSED_BODIES.items()
        ],
        "ledgers": [_ledger(name, acts, revoked) for name, (acts, revoked) in LEDGERS.items()],
    }


A, B, C = (Fingerprint(bytes([number]) * 16) for number in (0xA, 0xB, 0xC))


def _sale(
    number: int, by: Fingerprint, unit: int, generation: int = 0, *, sequence: int = 0
) -> Act:
    lots = (Lot(0, unit, generation=generation),)
    return Act(_id(number), by, sequence or number, 0, lots, claim=bytes([number]) * 8)


def _passing(
    number: int, by: Fingerprint, to: Fingerprint, units: tuple[int, int], generation: int = 0
) -> Act:
    lots = (Lot(0, units[0], 1, units[1], generation),)
    return Act(_id(number), by, number, 0, lots, to=to)


def _id(number: int) -> ObjectId:
    return ObjectId(bytes([number]) * 16)


LEDGERS: dict[str, tuple[list[Act], set[Fingerprint]]] = {
    "nothing-sold": ([], set()),
    "sold-here-and-there": ([_passing(1, A, B, (2, 2)), _sale(2, A, 0), _sale(3, B, 2, 1)], set()),
    "sold-without-owning": ([_sale(1, B, 0), _sale(2, A, 1)], set()),
    "freed-and-sold-again": (
        [_sale(1, A, 0), _passing(2, A, A, (0, 1)), _sale(3, A, 0, 1)],
        set(),
    ),
    "sold-twice": ([_sale(1, A, 0), _sale(2, A, 0)], set()),
    "sold-and-passed-on": ([_sale(1, A, 0), _passing(2, A, B, (0, 1)), _sale(3, B, 0, 1)], set()),
    "passed-on-and-sold": ([_passing(1, A, B, (0, 1)), _sale(2, A, 0), _sale(3, B, 0, 1)], set()),
    "through-two-and-back": (
        [
            _passing(1, A, B, (0, 4)),
            _passing(2, B, C, (0, 2), 1),
            _passing(3, C, B, (0, 1), 2),
            _passing(4, B, A, (2, 2), 1),
            _sale(5, C, 1, 2),
            _sale(6, B, 0, 3),
            _sale(7, A, 2, 2),
        ],
        set(),
    ),
    "revoked-and-taken": (
        [
            _passing(1, A, B, (0, 4)),
            _sale(2, B, 0, 1),
            _passing(3, A, A, (1, 3), 1),
            _sale(4, A, 1, 2),
        ],
        {B},
    ),
    "taken-without-a-revocation": (
        [_passing(1, A, B, (0, 4)), _passing(3, A, A, (1, 3), 1), _sale(4, A, 1, 2)],
        set(),
    ),
}
"""One slot of four units whose authority is A; node B or C may be revoked."""


def _ledger(name: str, acts: list[Act], revoked: set[Fingerprint]) -> dict[str, Any]:
    found = fates(acts, slots=1, capacity=4, authority=A, is_revoked=lambda one: one in revoked)
    return {
        "name": name,
        "slots": 1,
        "capacity": 4,
        "authority": A.hex(),
        "revoked": sorted(one.hex() for one in revoked),
        "acts": [plain(one) for one in acts],
        "runs": [_run(one) for one in found.runs],
        "ended": sorted(one.hex() for one in found.ended),
        "proofs": [plain(one) for one in sorted(found.proofs.values())],
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "slot": run.slot,
        "first_unit": run.first_unit,
        "units": run.units,
        "generation": run.generation,
        "owner": run.owner.hex(),
        "grantors": [one.hex() for one in run.grantors],
        "sold": None if run.sold is None else run.sold.id.hex(),
    }


def _thing(
    name: str, kind: Kind, content: tuple[int, bytes], fields: object, *, sequence: int
) -> dict[str, Any]:
    codec, body = content
    assert codec != 1, f"{name} depends on the version of zlib"
    made = composed("person", kind, body, codec=codec, sequence=sequence, lifetime_code=13)
    return _described(name, "person", made, fields)


def _act(
    name: str, kind: Kind, body: bytes, fields: object, parent: ShortId, *, sequence: int
) -> dict[str, Any]:
    made = composed("node", kind, body, sequence=sequence, lifetime_code=10, parent=parent)
    return _described(name, "node", made, fields)


def _described(name: str, signer: str, made: SignedObject, fields: object) -> dict[str, Any]:
    frame = RadioCodec(NETWORK_KEY, KEYS["node"].id).seal(0, Objects((made.encoded,)))
    return {
        "name": name,
        "signer": signer,
        "kind": int(made.kind),
        "codec": made.codec,
        "parent": made.parent.hex() if made.parent else None,
        "fields": plain(fields),
        "body": made.body.hex(),
        "encoded": made.encoded.hex(),
        "id": made.id.hex(),
        "object_bytes": len(made.encoded),
        "bytes_on_the_air": len(frame),
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the text of the file."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
