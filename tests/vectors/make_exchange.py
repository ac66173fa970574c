"""Write `exchange.json`: offers and claims as bytes, for every implementation.

Run: `python -m tests.vectors.make_exchange`. Seeds and minutes are fixed, so the file changes only
if the format does; a test compares. Compressed words stand here as bytes: a younger compressor may
write others, and all must read back the same.
"""

import json
from pathlib import Path
from typing import Any, Final

from meshnode.board.exchange.claim import (
    ClaimFields,
    SlotRange,
    Span,
    Step,
    decode_claim,
    encode_claim,
    mark_of,
)
from meshnode.board.exchange.offer import OfferFields, Quantity, decode_offer, encode_offer
from meshnode.board.exchange.things import BY_IDENTIFIER, Direction, Sort
from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from tests.vectors.writers import CREATED_MIN, composed, plain

PATH: Final = Path(__file__).parent / "exchange.json"
WATER: Final = BY_IDENTIFIER["water"]
DRILL: Final = BY_IDENTIFIER["tool"]


def build() -> dict[str, Any]:
    """Return the content of `exchange.json`."""
    return {
        "about": "Made by tests/vectors/make_exchange.py. Byte strings are hex. See docs/spec/.",
        "objects": [_described(name, thing) for name, thing in _objects().items()],
        "refused_offers": [
            {"name": name, "body": body, "reason": reason} for name, body, reason in REFUSED_OFFERS
        ],
        "refused_claims": [
            {"name": name, "body": body, "reason": reason} for name, body, reason in REFUSED_CLAIMS
        ],
    }


REFUSED_OFFERS: Final = (
    ("nothing", "", "truncated"),
    ("custom category", "0f8001", "bad_category"),
    ("unknown sort", "608001", "bad_value"),
    ("unknown flag", "008101", "not_canonical"),
    ("item 0", "008000", "bad_value"),
    ("nothing offered", "0000", "bad_length"),
    ("quantity 0", "00c0010000", "bad_value"),
    ("quantity 10000", "00c001904e00", "bad_value"),
    ("unit 64", "00c0010140", "bad_value"),
    ("window of no length", "00b00100000500", "bad_value"),
    ("end after all minutes", "00b001ffffff01", "bad_value"),
    ("half a place", "008801616263", "truncated"),
)
REFUSED_CLAIMS: Final = (
    ("nothing", "", "truncated"),
    ("unknown step", "a0", "bad_step"),
    ("an ask until", "08", "not_canonical"),
    ("a hold without end", "106d61726b", "missing_value"),
    ("half a mark", "506d6172", "truncated"),
    ("done with a quantity", "516d61726b01", "not_canonical"),
    ("quantity 0", "0100", "bad_value"),
    ("quantity 10000", "01904e", "bad_value"),
    ("no slot", "020000", "bad_value"),
    ("65 slots", "020041", "bad_value"),
    ("slot 4096", "02802001", "bad_value"),
    ("span of no length", "0400000100", "bad_value"),
    ("span after all minutes", "04ffffff01", "bad_value"),
    ("109 bytes", "00" * 109, "oversize"),
)


def _objects() -> dict[str, SignedObject]:
    water = _offer(
        "person",
        OfferFields(
            Direction.OFFER,
            Sort.GOODS,
            "water",
            WATER.number,
            Quantity(20, 1),
            CREATED_MIN + 360,
            CREATED_MIN + 600,
        ),
        sequence=1,
    )
    update = _offer(
        "person",
        OfferFields(
            Direction.OFFER,
            Sort.GOODS,
            "water",
            WATER.number,
            Quantity(30, 1),
            last_min=CREATED_MIN + 21 * 1440,
        ),
        sequence=2,
        parent=water.short_id,
    )
    drill = _offer(
        "person", OfferFields(Direction.OFFER, Sort.LENDING, "other", DRILL.number), sequence=3
    )
    need = _offer(
        "device",
        OfferFields(
            Direction.REQUEST,
            Sort.SERVICE,
            "help",
            BY_IDENTIFIER["shopping"].number,
            place=ShortId(bytes.fromhex("0a0b0c0d")),
            on_behalf="Frau Schmidt",
        ),
        sequence=4,
    )
    ask = _claim("device", ClaimFields(Step.ASK, quantity=4), water, sequence=5)
    lent = _claim(
        "device",
        ClaimFields(Step.ASK, span=Span(CREATED_MIN + 1440, CREATED_MIN + 2880)),
        drill,
        sequence=6,
    )
    slots = _claim("device", ClaimFields(Step.ASK, slots=SlotRange(12, 2)), drill, sequence=7)
    hold = _claim(
        "person",
        ClaimFields(Step.HOLD, mark_of(ask.id), until_min=CREATED_MIN + 60),
        ask,
        sequence=8,
    )
    confirm = _claim(
        "person", ClaimFields(Step.CONFIRM, mark_of(ask.id), quantity=3), ask, sequence=9
    )
    done = _claim("device", ClaimFields(Step.DONE, mark_of(ask.id)), ask, sequence=10)
    thank = _claim(
        "device", ClaimFields(Step.THANK, mark_of(ask.id), text="Danke!"), ask, sequence=11
    )
    return {
        "offer": water,
        "offer-update": update,
        "offer-lending": drill,
        "request": need,
        "claim-ask": ask,
        "claim-span": lent,
        "claim-slots": slots,
        "claim-hold": hold,
        "claim-confirm": confirm,
        "claim-done": done,
        "claim-thank": thank,
    }


def _offer(
    signer: str, fields: OfferFields, *, sequence: int, parent: ShortId | None = None
) -> SignedObject:
    codec, body = encode_offer(fields)
    return composed(
        signer,
        Kind.OFFER,
        body,
        codec=codec,
        sequence=sequence,
        lifetime_code=8,
        parent=parent,
    )


def _claim(signer: str, fields: ClaimFields, about: SignedObject, *, sequence: int) -> SignedObject:
    codec, body = encode_claim(fields)
    return composed(
        signer,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=sequence,
        lifetime_code=13,
        parent=about.short_id,
    )


def _described(name: str, thing: SignedObject) -> dict[str, Any]:
    fields = (
        decode_offer(thing.codec, thing.body)
        if thing.kind == Kind.OFFER
        else decode_claim(thing.codec, thing.body, thing.parent)
    )
    return {
        "name": name,
        "kind": thing.kind,
        "codec": thing.codec,
        "parent": None if thing.parent is None else thing.parent.hex(),
        "id": ObjectId(thing.id).hex(),
        "fields": plain(fields),
        "body": thing.body.hex(),
        "encoded": thing.encoded.hex(),
        "bytes_on_the_air": len(RadioCodec(bytes(32), b"ab").seal(0, Objects((thing.encoded,)))),
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
