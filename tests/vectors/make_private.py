"""Write `private.json`: keys, payloads, sealed bodies and circles, for every implementation.

Run: `python -m tests.vectors.make_private`. Seeds and ephemeral secrets are fixed, so the file
changes only if the format does; a test compares. All inputs are in it: who seals the same payload
with the same secrets gets the same body. A text's compressed bytes may be others'; what counts is
that all read the same from these.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from meshnode.board.mail.circle import (
    CircleFields,
    CircleId,
    CirclePolicy,
    EpochFields,
    Member,
    encode_circle,
    encode_epoch,
    member_id,
)
from meshnode.board.mail.epoch import EpochKeys, earlier_keys, epoch_keys, seal_circle
from meshnode.board.mail.message import (
    CircleRequest,
    Content,
    Receipt,
    Text,
    Wish,
    encode_circle_payload,
    encode_payload,
)
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.mail.sealed import recognise, seal
from meshnode.protocol import agreement
from meshnode.protocol.agreement import AgreementKey, agreement_key_of
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import ShortId

PATH = Path(__file__).parent / "private.json"

COMMUNITY = CommunityId(bytes.fromhex("a3ce8a3468dc77fa9e7666622f58e127"))
DEVICES = {
    name: SigningKey(bytes([byte]) * 32)
    for name, byte in (("alice", 10), ("bob", 11), ("carol", 12), ("dora", 13))
}
PREKEYS = {"bob": AgreementKey(b"\xb0" * 32), "carol": AgreementKey(b"\xc0" * 32)}
CIRCLE = CircleId(bytes.fromhex("0c1a0001"))
POLICY = CirclePolicy(is_open=False, has_history=True)
MEMBERS = tuple(
    Member(place, member_id(DEVICES[name].public))
    for place, name in ((0, "alice"), (1, "bob"), (3, "carol"))
)
EPOCH = EpochFields(
    circle=CIRCLE,
    number=2,
    policy=POLICY,
    name="Hof Schillerstraße",
    members=MEMBERS,
    secret=b"\x52" * 16,
    earlier=(b"\x51" * 16, b"\x50" * 16),
)
GERMAN = (
    "Kannst du bitte heute Abend nach meiner Mutter sehen? Sie wohnt im dritten Stock und hat "
    "seit gestern kein Wasser. Danke"
)
CONTENTS: dict[str, tuple[int, Content]] = {
    "text-raw": (1, Text("Ja.")),
    "text-german": (2, Text(GERMAN)),
    "text-reply": (65_535, Text("Ja, um 8.", ShortId(bytes.fromhex("b86ff50a")))),
    "receipt": (
        3,
        Receipt(
            reached=(ShortId(b"\x01\x02\x03\x04"), ShortId(b"\xff\x00\x00\x00")),
            read=(ShortId(b"\x05\x06\x07\x08"),),
        ),
    ),
    "join": (0, CircleRequest(CIRCLE, Wish.JOIN)),
    "leave": (1, CircleRequest(CIRCLE, Wish.LEAVE)),
    "epoch": (4, EPOCH),
}
CIRCLE_CONTENTS: dict[str, Text | Receipt] = {
    "circle-text": Text("Ja."),
    "circle-reply": Text("Nein.", ShortId(bytes.fromhex("b86ff50a"))),
    "circle-receipt": Receipt(read=(ShortId(b"\x05\x06\x07\x08"),)),
}
REFUSED_PAYLOADS = (
    ("empty", "", "not_canonical"),
    ("zeros", "0000000000", "not_canonical"),
    ("too-much-padding", "0000014a612e80" + "00" * 30, "not_canonical"),
    ("no-text", "0000018000", "bad_length"),
    ("unknown-type", "4000018000", "unknown_type"),
    ("receipt-of-none", "10000100" + "80", "bad_value"),
    ("wish", "3000010c1a00010280" + "00" * 12, "bad_value"),
)
REFUSED_BODIES = (
    ("empty", 0, "", "truncated"),
    ("a-codec", 1, "01" + "00" * 60, "unexpected_codec"),
    ("too-many-recipients", 0, "21" + "00" * 1200, "bad_value"),
    ("one-cut-short", 0, "01" + "00" * 50, "truncated"),
    ("two-cut-short", 0, "02" + "00" * 116, "truncated"),
    ("circle-cut-short", 0, "00" * 88, "truncated"),
    ("too-long", 0, "01" + "00" * 1965, "oversize"),
)


def build() -> dict[str, Any]:
    """Return the content of `private.json`."""
    payloads = {
        name: encode_payload(content, number=number) for name, (number, content) in CONTENTS.items()
    }
    return {
        "about": "Made by tests/vectors/make_private.py. Byte strings are hex. See private.md.",
        "community": COMMUNITY.hex(),
        "devices": {name: _describe_device(key) for name, key in DEVICES.items()},
        "prekeys": [_prekey(name, number) for number, name in enumerate(PREKEYS, 7)],
        "refused_agreement_keys": [
            u.to_bytes(32, "little").hex()
            for u in (*sorted(agreement._SMALL_ORDER_U), 2**255 - 19, 2**255 - 18)
        ],
        "payloads": [
            {"name": name, "number": number, "content": _describe(content), "payload": payload}
            for (name, (number, content)), payload in zip(
                CONTENTS.items(), _hex(payloads.values()), strict=True
            )
        ],
        "circle_payloads": [
            {
                "name": name,
                "content": _describe(content),
                "payload": encode_circle_payload(content).hex(),
            }
            for name, content in CIRCLE_CONTENTS.items()
        ],
        "refused_payloads": [
            {"name": name, "payload": payload, "reason": reason}
            for name, payload, reason in REFUSED_PAYLOADS
        ],
        "sealed": [
            _sealed("one", payloads["text-german"], ["bob-prekey"], 0xE1),
            _sealed("one-without-prekey", payloads["text-raw"], ["dora"], 0xE2),
            _sealed("several", payloads["epoch"], ["bob-prekey", "carol-prekey", "dora"], 0xE3),
        ],
        "refused_bodies": [
            {"name": name, "codec": codec, "body": body, "reason": reason}
            for name, codec, body, reason in REFUSED_BODIES
        ],
        "listing": {
            **_describe_listing(),
            "body": encode_circle(CircleFields(CIRCLE, POLICY, EPOCH.name)).hex(),
        },
        "circle": _circle(),
    }


def _describe_device(key: SigningKey) -> dict[str, str]:
    return {
        "seed": key.private.private_bytes_raw().hex(),
        "public_key": key.public.hex(),
        "agreement_public_key": agreement_key_of(key).public.hex(),
        "member_id": member_id(key.public).hex(),
    }


def _prekey(name: str, number: int) -> dict[str, Any]:
    public_key = PREKEYS[name].public
    return {
        "name": f"{name}-prekey",
        "number": number,
        "secret": f"{(0xB0 if name == 'bob' else 0xC0):02x}" * 32,
        "public_key": public_key.hex(),
        "body": encode_prekey(PrekeyFields(number, public_key)).hex(),
    }


def _key(name: str) -> AgreementKey:
    owner, _, is_prekey = name.partition("-")
    return PREKEYS[owner] if is_prekey else agreement_key_of(DEVICES[owner])


def _sealed(name: str, payload: bytes, recipients: list[str], ephemeral: int) -> dict[str, Any]:
    """Return a body that Alice sealed, and what leads to it."""
    keys = [_key(recipient) for recipient in recipients]
    body = seal(
        payload,
        sender=agreement_key_of(DEVICES["alice"]),
        recipients=[key.public for key in keys],
        ephemeral_secret=bytes([ephemeral]) * 32,
        community=COMMUNITY,
    )
    return {
        "name": name,
        "sender": "alice",
        "recipients": recipients,
        "ephemeral_secret": f"{ephemeral:02x}" * 32,
        "payload": payload.hex(),
        "agreed": _hex(recognise(body, [key])[0].agreed for key in keys),
        "body": body.hex(),
    }


def _circle() -> dict[str, Any]:
    founder = DEVICES["alice"].public
    keys = epoch_keys(EPOCH, founder=founder, community=COMMUNITY)
    return {
        "founder": "alice",
        "members": [
            {"place": member.place, "device": name}
            for member, name in zip(MEMBERS, ("alice", "bob", "carol"), strict=True)
        ],
        "epoch": encode_epoch(EPOCH).hex(),
        "keys": _describe_keys(keys),
        "earlier_keys": [
            _describe_keys(one) for one in earlier_keys(EPOCH, founder=founder, community=COMMUNITY)
        ],
        "messages": _circle_messages(keys),
        "read_in_order": [2, 0, 3, 1],
    }


def _circle_messages(keys: EpochKeys) -> list[dict[str, Any]]:
    rows = []
    payload = encode_circle_payload(Text("Ja."))
    for name, place in (("bob", 1), ("bob", 1), ("bob", 1), ("carol", 3)):
        chain = keys.chain(place)
        assert chain is not None
        body, keys = seal_circle(payload, keys=keys, place=place, signer=DEVICES[name])
        rows.append(
            {
                "sender": name,
                "place": place,
                "counter": chain.counter,
                "chain_key": chain.key.hex(),
                "payload": payload.hex(),
                "body": body.hex(),
            }
        )
    return rows


def _describe_keys(keys: EpochKeys) -> dict[str, Any]:
    return {
        "context": keys.context.hex(),
        "header_key": keys.header_key.hex(),
        "chains": [{"place": chain.place, "key": chain.key.hex()} for chain in keys.chains],
    }


def _describe_listing() -> dict[str, Any]:
    return {"circle": CIRCLE.hex(), "name": EPOCH.name, **_describe_policy(POLICY)}


def _describe_policy(policy: CirclePolicy) -> dict[str, bool]:
    return {"is_open": policy.is_open, "has_history": policy.has_history}


def _describe(content: Content) -> dict[str, Any]:
    match content:
        case Text():
            reply_to = content.reply_to.hex() if content.reply_to else None
            return {"type": "text", "text": content.text, "reply_to": reply_to}
        case Receipt():
            return {
                "type": "receipt",
                "reached": _hex(content.reached),
                "read": _hex(content.read),
            }
        case CircleRequest():
            return {
                "type": "request",
                "circle": content.circle.hex(),
                "wish": content.wish.name.lower(),
            }
        case EpochFields():
            return {
                "type": "epoch",
                "circle": content.circle.hex(),
                "number": content.number,
                **_describe_policy(content.policy),
                "name": content.name,
                "members": [[one.place, one.id.hex()] for one in content.members],
                "secret": content.secret.hex(),
                "earlier": _hex(content.earlier),
            }


def _hex(parts: Iterable[bytes]) -> list[str]:
    return [part.hex() for part in parts]


if __name__ == "__main__":
    PATH.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
