"""The vectors of private messages are what this code makes and reads; another reckoning agrees."""

import hmac
import json
import re
import runpy
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meshnode.board.mail.circle import (
    EpochFields,
    decode_circle,
    decode_epoch,
    encode_epoch,
    member_id,
)
from meshnode.board.mail.epoch import EpochKeys, earlier_keys, epoch_keys, open_circle, seal_circle
from meshnode.board.mail.message import (
    decode_circle_payload,
    decode_payload,
    encode_circle_payload,
    encode_payload,
)
from meshnode.board.mail.prekey import decode_prekey
from meshnode.board.mail.sealed import check_sealed, open_, recognise, seal
from meshnode.protocol.agreement import (
    AgreementKey,
    agreement_key,
    agreement_key_of,
    agreement_public,
    is_agreeable,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, SigningKey

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_private.py"))
TEXT = MAKE["PATH"].read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(TEXT)
PAGE = (ROOT / "docs/spec/private.md").read_text(encoding="utf-8")
COMMUNITY = CommunityId(bytes.fromhex(VECTORS["community"]))
DEVICES = {name: SigningKey(bytes.fromhex(row["seed"])) for name, row in VECTORS["devices"].items()}
AGREEMENT = {name: agreement_key_of(key) for name, key in DEVICES.items()} | {
    row["name"]: AgreementKey(bytes.fromhex(row["secret"])) for row in VECTORS["prekeys"]
}
SEALED = {row["name"]: row for row in VECTORS["sealed"]}
CIRCLE = VECTORS["circle"]


def unhex(word: str) -> bytes:
    return bytes.fromhex(word)


def named(row: dict[str, Any]) -> str:
    return str(row["name"])


def extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), secret, "sha256")


def expand(pseudorandom: bytes, info: bytes, length: int) -> bytes:
    assert length <= 32
    return hmac.digest(pseudorandom, info + b"\x01", "sha256")[:length]


def test_the_vectors_are_what_the_script_makes() -> None:
    assert json.dumps(MAKE["build"](), indent=1, ensure_ascii=False) + "\n" == TEXT


@pytest.mark.parametrize("name", list(VECTORS["devices"]))
def test_the_keys_of_a_device_follow_from_its_seed(name: str) -> None:
    row = VECTORS["devices"][name]
    public_key = DEVICES[name].public
    assert public_key.hex() == row["public_key"]
    assert agreement_key(unhex(row["seed"])).public.hex() == row["agreement_public_key"]
    assert agreement_public(public_key).hex() == row["agreement_public_key"]
    assert member_id(public_key).hex() == row["member_id"] == sha256(public_key).hexdigest()[:16]
    scalar = sha512(unhex(row["seed"])).digest()[:32]
    again = X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()
    assert again.hex() == row["agreement_public_key"]


@pytest.mark.parametrize("row", VECTORS["prekeys"], ids=named)
def test_a_prekey_reads(row: dict[str, Any]) -> None:
    fields = decode_prekey(0, unhex(row["body"]))
    assert (fields.number, fields.public_key.hex()) == (row["number"], row["public_key"])
    assert AGREEMENT[row["name"]].public == fields.public_key


@pytest.mark.parametrize("word", VECTORS["refused_agreement_keys"])
def test_a_refused_key_is_refused(word: str) -> None:
    assert not is_agreeable(unhex(word))
    with pytest.raises(PeerError):
        AGREEMENT["alice"].agree(unhex(word))


@pytest.mark.parametrize("row", VECTORS["payloads"], ids=named)
def test_a_payload_reads(row: dict[str, Any]) -> None:
    number, content = decode_payload(unhex(row["payload"]))
    assert (number, MAKE["_describe"](content)) == (row["number"], row["content"])
    if row["content"]["type"] != "text":
        assert encode_payload(content, number=number).hex() == row["payload"]


@pytest.mark.parametrize("row", VECTORS["circle_payloads"], ids=named)
def test_a_circle_payload_reads(row: dict[str, Any]) -> None:
    content = decode_circle_payload(unhex(row["payload"]))
    assert MAKE["_describe"](content) == row["content"]
    assert encode_circle_payload(content).hex() == row["payload"]


@pytest.mark.parametrize("row", VECTORS["refused_payloads"], ids=named)
def test_a_refused_payload_is_refused_for_its_reason(row: dict[str, str]) -> None:
    with pytest.raises(PeerError) as refused:
        decode_payload(unhex(row["payload"]))
    assert refused.value.reason == row["reason"]


@pytest.mark.parametrize("row", VECTORS["refused_bodies"], ids=named)
def test_a_refused_body_is_refused_for_its_reason(row: dict[str, Any]) -> None:
    with pytest.raises(PeerError) as refused:
        check_sealed(row["codec"], unhex(row["body"]))
    assert refused.value.reason == row["reason"]


@pytest.mark.parametrize("row", VECTORS["sealed"], ids=named)
def test_a_body_is_sealed_to_the_same_bytes(row: dict[str, Any]) -> None:
    body = seal(
        unhex(row["payload"]),
        sender=AGREEMENT[row["sender"]],
        recipients=[AGREEMENT[name].public for name in row["recipients"]],
        ephemeral_secret=unhex(row["ephemeral_secret"]),
        community=COMMUNITY,
    )
    assert body.hex() == row["body"]


@pytest.mark.parametrize("row", VECTORS["sealed"], ids=named)
def test_each_recipient_of_a_body_reads_it(row: dict[str, Any]) -> None:
    body = unhex(row["body"])
    check_sealed(0, body)
    for slot, name in enumerate(row["recipients"]):
        (found,) = recognise(body, [AGREEMENT[name]])
        assert (found.slot, found.agreed.hex()) == (slot, row["agreed"][slot])
        senders = [key.public for key in DEVICES.values()]
        opened = open_(body, [found], senders=senders, community=COMMUNITY)
        assert opened.payload.hex() == row["payload"]
        assert opened.sender == DEVICES[row["sender"]].public


@pytest.mark.parametrize("row", VECTORS["sealed"], ids=named)
def test_the_tags_follow_from_the_specification(row: dict[str, Any]) -> None:
    body = unhex(row["body"])
    slot_bytes = 2 if body[0] == 1 else 34
    ephemeral = X25519PrivateKey.from_private_bytes(unhex(row["ephemeral_secret"]))
    for slot, name in enumerate(row["recipients"]):
        public_key = AGREEMENT[name].public
        agreed = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
        start = 33 + slot * slot_bytes
        label = b"meshnode recognise 1\0"
        tag = expand(extract(label, agreed), body[1:33] + public_key, 2)
        assert body[start : start + 2] == tag


def test_the_content_of_a_body_for_several_follows_from_the_specification() -> None:
    row = SEALED["several"]
    body = unhex(row["body"])
    ciphertext = body[33 + 3 * 34 :]
    head = body[:33] + b"".join(body[33 + slot * 34 :][:2] for slot in range(3))
    secret = extract(b"", unhex(row["ephemeral_secret"]))
    content_key = expand(secret, b"meshnode content key 1\0", 16)
    key = expand(extract(b"meshnode content 1\0", content_key), b"", 32)
    opened = ChaCha20Poly1305(key).decrypt(bytes(12), ciphertext, head)
    assert opened.hex() == row["payload"]


def test_a_listing_reads() -> None:
    row = VECTORS["listing"]
    fields = decode_circle(0, unhex(row["body"]))
    assert (fields.circle.hex(), fields.name) == (row["circle"], row["name"])
    assert fields.policy.is_open == row["is_open"]
    assert fields.policy.has_history == row["has_history"]


def epoch() -> EpochFields:
    return decode_epoch(unhex(CIRCLE["epoch"]))


def keys_of_circle() -> EpochKeys:
    return epoch_keys(epoch(), founder=DEVICES[CIRCLE["founder"]].public, community=COMMUNITY)


def test_the_keys_of_an_epoch_follow_from_it() -> None:
    fields = epoch()
    founder = DEVICES[CIRCLE["founder"]].public
    assert encode_epoch(fields).hex() == CIRCLE["epoch"]
    assert MAKE["_describe_keys"](keys_of_circle()) == CIRCLE["keys"]
    earlier = earlier_keys(fields, founder=founder, community=COMMUNITY)
    assert [MAKE["_describe_keys"](one) for one in earlier] == CIRCLE["earlier_keys"]


def test_the_keys_of_an_epoch_follow_from_the_specification() -> None:
    fields = epoch()
    founder = DEVICES[CIRCLE["founder"]].public
    for number, secret, row in (
        (2, fields.secret, CIRCLE["keys"]),
        (1, fields.earlier[0], CIRCLE["earlier_keys"][0]),
        (0, fields.earlier[1], CIRCLE["earlier_keys"][1]),
    ):
        context = COMMUNITY + founder + fields.circle + bytes([0, number])
        assert context.hex() == row["context"]
        pseudorandom = extract(b"meshnode circle epoch 1\0" + context, secret)
        header_key = expand(pseudorandom, b"meshnode circle header 1\0", 32)
        assert header_key.hex() == row["header_key"]
        for chain in row["chains"]:
            label = b"meshnode circle chain 1\0" + bytes([chain["place"]])
            assert expand(pseudorandom, label, 32).hex() == chain["key"]


def test_circle_messages_are_sealed_to_the_same_bytes() -> None:
    keys = keys_of_circle()
    for row in CIRCLE["messages"]:
        chain = keys.chain(row["place"])
        assert chain is not None
        assert (chain.counter, chain.key.hex()) == (row["counter"], row["chain_key"])
        body, keys = seal_circle(
            unhex(row["payload"]),
            keys=keys,
            place=row["place"],
            signer=DEVICES[row["sender"]],
        )
        assert body.hex() == row["body"]


def test_circle_messages_are_read_in_another_order() -> None:
    keys = keys_of_circle()
    for index in CIRCLE["read_in_order"]:
        row = CIRCLE["messages"][index]
        sender = DEVICES[row["sender"]].public
        opened = open_circle(unhex(row["body"]), keys=keys, sender=sender)
        keys = opened.keys
        assert (opened.heading.place, opened.heading.counter) == (row["place"], row["counter"])
        assert opened.payload.hex() == row["payload"]


@pytest.mark.parametrize("row", CIRCLE["messages"], ids=lambda row: f"{row['counter']}")
def test_a_circle_message_follows_from_the_specification(row: dict[str, Any]) -> None:
    body, header_key = unhex(row["body"]), unhex(CIRCLE["keys"]["header_key"])
    ciphertext = body[8:]
    made = expand(header_key, b"meshnode circle header 1\0" + ciphertext[-16:], 7)
    heading = bytes([row["place"]]) + row["counter"].to_bytes(2, "big")
    masked = bytes(one ^ other for one, other in zip(heading, made[4:], strict=True))
    assert body[:8] == b"\0" + made[:4] + masked
    key = expand(unhex(row["chain_key"]), b"meshnode circle message key 1\0", 32)
    covered = unhex(CIRCLE["keys"]["context"]) + heading
    plain = ChaCha20Poly1305(key).decrypt(bytes(12), ciphertext, covered)
    payload = unhex(row["payload"])
    signature = DEVICES[row["sender"]].sign(b"meshnode circle message 1\0" + covered + payload)
    assert plain == payload + signature


def test_bytes_quoted_in_the_specification_are_those_of_the_vector() -> None:
    bodies = {
        "prekey": VECTORS["prekeys"][0]["body"],
        "one": SEALED["one"]["body"],
        "circle-message": CIRCLE["messages"][0]["body"],
        "listing": VECTORS["listing"]["body"],
        "epoch": CIRCLE["epoch"],
        "text-german": next(
            row["payload"] for row in VECTORS["payloads"] if row["name"] == "text-german"
        ),
    }
    quoted = re.findall(r"```private (\S+)\n(.*?)```", PAGE, re.S)
    assert {name for name, _ in quoted} == set(bodies)
    for name, lines in quoted:
        columns = [line.split("  ")[0] for line in lines.splitlines()]
        assert "".join(columns) == bodies[name]
