"""Write `places.json`: places, levels and a pattern as bytes, for every implementation.

Run: `python -m tests.vectors.make_places`. Seeds and minutes are fixed, and no text here is in the
codec whose bytes depend on the version of zlib, so the file changes only if the format does; a test
compares. `bytes_on_the_air` is a radio frame with this object alone in it.
"""

import json
from pathlib import Path
from typing import Any

from meshnode.board.places.crowding import Counted
from meshnode.board.places.level import Level, LevelFields, Source, encode_level
from meshnode.board.places.opening_words import week_from_words
from meshnode.board.places.pattern import Cell, Pattern, Sample, encode_pattern
from meshnode.board.places.place import (
    PlaceFields,
    PlaceHead,
    PlaceWords,
    Steps,
    coarse_position,
    encode_place,
)
from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.object import Kind, ShortId, SignedObject
from tests.vectors.writers import KEYS, composed, plain

PATH = Path(__file__).parent / "places.json"
NETWORK_KEY = b"\x07" * 32

HALL = PlaceFields(
    PlaceHead(
        category=0,
        capacity=60,
        week=week_from_words("Mo-Fr 9-12, 14-18; Sa 9:30-13"),
        position=coarse_position(51.5234, 7.4671),
        steps=Steps.STEP_FREE,
    ),
    PlaceWords("Begegnungszentrum Nordmarkt", "Nordmarkt 1", contact="Klingel am Seiteneingang"),
)
WELL = PlaceFields(
    PlaceHead(category=1, week=week_from_words("always")),
    PlaceWords("Wasserstelle", text="Das Wasser bitte abkochen."),
)
BAR = PlaceFields(
    PlaceHead(category=10, week=week_from_words("Fr-Sa 18-2"), steps=Steps.STEPS),
    PlaceWords(
        "Gasthaus am Markt", on_behalf_of="Frau Yilmaz", text="Nach Mitternacht nur Wasser."
    ),
)
LEVELS = {
    "level-full": LevelFields(Level.FULL),
    "level-closed": LevelFields(Level.CLOSED),
    "level-estimate": LevelFields(Level.SOME, source=Source.ESTIMATE),
    "level-people": LevelFields(people=37),
    "level-counter": LevelFields(people=300, source=Source.COUNTER),
}
REFUSED_BODIES = {
    "place-nothing": (Kind.PLACE, 0, "", "truncated"),
    "place-without-words": (Kind.PLACE, 0, "0000", "bad_length"),
    "place-steps-3": (Kind.PLACE, 0, "00c04120", "bad_flags"),
    "place-no-capacity": (Kind.PLACE, 0, "001000410a0a0a0a0a", "bad_capacity"),
    "place-capacity-50001": (Kind.PLACE, 0, "0010d18603410a0a0a0a0a", "bad_capacity"),
    "place-south-of-the-pole": (Kind.PLACE, 0, "0020ffffffffff410a0a0a0a0a", "bad_position"),
    "place-form-9-of-hours": (Kind.PLACE, 0, "0009410a0a0a0a0a", "bad_hours"),
    "place-hours-of-no-day": (Kind.PLACE, 0, "0001002448410a0a0a0a0a", "bad_hours"),
    "place-hours-backwards": (Kind.PLACE, 0, "0001014824410a0a0a0a0a", "bad_hours"),
    "place-hours-into-the-day": (Kind.PLACE, 0, "0001014880410a0a0a0a0a", "bad_hours"),
    "place-hours-that-touch": (Kind.PLACE, 0, "00018124303048410a0a0a0a0a", "bad_hours"),
    "place-a-day-twice": (Kind.PLACE, 0, "0002012448012440410a0a0a0a0a", "not_canonical"),
    "place-days-out-of-order": (Kind.PLACE, 0, "0002022448012440410a0a0a0a0a", "not_canonical"),
    "place-hours-twice": (Kind.PLACE, 0, "0002012448022448410a0a0a0a0a", "not_canonical"),
    "place-always-by-days": (Kind.PLACE, 0, "00017f0060410a0a0a0a0a", "not_canonical"),
    "level-nothing": (Kind.LEVEL, 0, "", "truncated"),
    "level-in-codec-1": (Kind.LEVEL, 1, "02", "unexpected_codec"),
    "level-of-source-3": (Kind.LEVEL, 0, "32", "bad_level"),
    "level-5": (Kind.LEVEL, 0, "05", "bad_level"),
    "level-counter-without-number": (Kind.LEVEL, 0, "12", "bad_level"),
    "level-people-50001": (Kind.LEVEL, 0, "04d18603", "oversize"),
    "level-more-bytes": (Kind.LEVEL, 0, "0200", "trailing_bytes"),
}
"""Bodies that are refused, and why; the levels have a parent."""


def build() -> dict[str, Any]:
    """Return the content of `places.json`."""
    hall = _place("place-hall", HALL, sequence=40)
    root = hall["id"][:8]
    moved = PlaceFields(HALL.head, PlaceWords("Begegnungszentrum Nordmarkt", "Nordmarkt 2"))
    places = [
        hall,
        _place("place-update", moved, sequence=41, parent=root),
        _place("place-always", WELL, sequence=42),
        _place("place-after-midnight", BAR, sequence=43),
    ]
    levels = [
        _level(name, fields, root, sequence=50 + at)
        for at, (name, fields) in enumerate(LEVELS.items())
    ]
    return {
        "about": "Made by tests/vectors/make_places.py. All byte strings are hex. See docs/spec/.",
        "objects": places + levels,
        "refused_bodies": [
            {"name": name, "kind": int(kind), "codec": codec, "body": body, "reason": reason}
            for name, (kind, codec, body, reason) in REFUSED_BODIES.items()
        ],
        "pattern": encode_pattern(pattern(root)).hex(),
    }


def pattern(root: str) -> Pattern:
    """Return what a node may have learned of a place."""
    cells = [Cell()] * 168
    cells[9], cells[10], cells[18] = Cell(2, 1000), Cell(8, 4000), Cell(1, 0)
    return Pattern(
        root=ShortId(bytes.fromhex(root)),
        folded_hour=17_545,
        pending=(Sample(17_560, True, 30, Level.FULL), Sample(17_562, False, 5, Level.SOME)),
        counted=(Counted(17_561, 37),),
        cells=tuple(cells),
    )


def _place(
    name: str, fields: PlaceFields, *, sequence: int, parent: str | None = None
) -> dict[str, Any]:
    codec, body = encode_place(fields)
    assert codec != 1, f"{name} depends on the version of zlib"
    made = composed(
        "person",
        Kind.PLACE,
        body,
        codec=codec,
        sequence=sequence,
        lifetime_code=13,
        parent=None if parent is None else ShortId(bytes.fromhex(parent)),
    )
    return _described(name, made, fields)


def _level(name: str, fields: LevelFields, root: str, *, sequence: int) -> dict[str, Any]:
    codec, body = encode_level(fields)
    made = composed(
        "person",
        Kind.LEVEL,
        body,
        codec=codec,
        sequence=sequence,
        lifetime_code=2,
        parent=ShortId(bytes.fromhex(root)),
    )
    return _described(name, made, fields)


def _described(name: str, made: SignedObject, fields: object) -> dict[str, Any]:
    frame = RadioCodec(NETWORK_KEY, KEYS["node"].id).seal(0, Objects((made.encoded,)))
    return {
        "name": name,
        "signer": "person",
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
    """Return the file's text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
