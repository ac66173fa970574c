"""The vectors of pairing are what this code makes and reads; another reckoning agrees."""

import hmac
import json
import re
import runpy
from base64 import urlsafe_b64encode
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meshnode.board.pairing.answers import open_answer
from meshnode.board.pairing.openings import (
    FRAGMENT_CHARACTERS_MAX,
    code_secret,
    decode_opening,
    encode_opening,
    spell_code,
)
from meshnode.board.pairing.proofs import is_proof
from meshnode.board.pairing.signed import (
    AUTHORIZATION_CHARACTERS_MAX,
    decode_authorization,
    encode_authorization,
)
from meshnode.board.pairing.window import CounterWindow
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import verify_once

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_pairing.py"))
TEXT = MAKE["PATH"].read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(TEXT)
PAGE = (ROOT / "docs/spec/pairing.md").read_text(encoding="utf-8")
NODE_SEED = bytes.fromhex(VECTORS["node"]["seed"])
DEVICE_SEED = bytes.fromhex(VECTORS["device"]["seed"])
NODE = bytes.fromhex(VECTORS["node"]["key"])
DEVICE = bytes.fromhex(VECTORS["device"]["key"])
CHALLENGE = bytes.fromhex(VECTORS["challenge"])
REQUESTS = {row["name"]: row for row in VECTORS["requests"]}


def unhex(word: str) -> bytes:
    return bytes.fromhex(word)


def named(row: dict[str, Any]) -> str:
    return str(row.get("name", row.get("request")))


def base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def test_the_vectors_are_what_the_script_makes() -> None:
    assert MAKE["serialise"](MAKE["build"]()) == TEXT


@pytest.mark.parametrize("row", VECTORS["openings"], ids=named)
def test_an_address_says_token_node_and_perhaps_an_invitation(row: dict[str, Any]) -> None:
    host, _, fragment = row["address"].partition("/#")
    assert host == "http://192.168.1.20:8080"
    parts = [row["token"], sha256(NODE).hexdigest()[:32], row["seed"]]
    spelt = ".".join(base64(unhex(one)) for one in parts if one is not None)
    assert fragment == f"1.{spelt}"
    opening = decode_opening(fragment)
    assert [opening.token.hex(), opening.node_hash.hex()] == [row["token"], row["node_hash"]]
    assert (opening.seed and opening.seed.hex()) == row["seed"]
    assert encode_opening(opening) == fragment
    assert len(fragment) <= FRAGMENT_CHARACTERS_MAX


@pytest.mark.parametrize("fragment", VECTORS["refused_openings"])
def test_another_fragment_is_none_of_ours(fragment: str) -> None:
    with pytest.raises(PeerError):
        decode_opening(fragment)


def test_a_code_has_one_secret_however_it_is_typed() -> None:
    codes = VECTORS["codes"]
    assert spell_code(unhex(codes["random"])) == codes["shown"] == "K7Q2-M9XD"
    for row in codes["typed"]:
        assert code_secret(row["typed"]).hex() == row["secret"]
    assert {row["secret"] for row in codes["typed"][:4]} == {b"K7Q2M9XD".hex()}


@pytest.mark.parametrize("typed", VECTORS["codes"]["refused"])
def test_what_is_no_code_has_no_secret(typed: str) -> None:
    with pytest.raises(PeerError):
        code_secret(typed)


@pytest.mark.parametrize("row", VECTORS["proofs"], ids=named)
def test_both_prove_that_they_have_the_secret(row: dict[str, Any]) -> None:
    secret = unhex(row["secret"])
    assert row["phone"] == hmac.digest(secret, b"meshnode pair 1\0" + DEVICE, "sha256").hex()
    proof = hmac.digest(secret, b"meshnode paired 1\0" + NODE + DEVICE, "sha256")
    assert row["node"] == proof.hex()
    signed = b"meshnode paired 1\0" + DEVICE + proof
    assert row["node_signs"] == signed.hex()
    node = Ed25519PrivateKey.from_private_bytes(NODE_SEED)
    assert row["signature"] == node.sign(signed).hex()
    assert is_proof(unhex(row["phone"]), secret, DEVICE)  # type: ignore[arg-type]
    assert not is_proof(unhex(row["node"]), secret, DEVICE)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", VECTORS["requests"], ids=named)
def test_a_request_is_signed_with_all_that_it_asks(row: dict[str, Any]) -> None:
    where = row["path"] + (f"?{row['query']}" if row["query"] else "")
    target = sha256(f"{row['method']} {where}".encode()).digest()
    signed = (
        b"meshnode request 1\0"
        + (b"s" if row["sealed"] else b"-")
        + NODE
        + CHALLENGE
        + row["counter"].to_bytes(8, "big")
        + target
        + sha256(row["body"].encode()).digest()
    )
    assert (row["target"], row["signed"]) == (target.hex(), signed.hex())
    device = Ed25519PrivateKey.from_private_bytes(DEVICE_SEED)
    assert row["signature"] == device.sign(signed).hex()
    flags = "s" if row["sealed"] else "-"
    spelt = f"1.{flags}.{base64(DEVICE)}.{row['counter']}.{base64(unhex(row['signature']))}"
    assert row["authorization"] == f"Meshnode {spelt}"
    given = decode_authorization(row["authorization"])
    assert encode_authorization(given) == row["authorization"]
    assert verify_once(given.device_key, given.signature, signed)
    assert len(row["authorization"]) <= AUTHORIZATION_CHARACTERS_MAX


@pytest.mark.parametrize("value", VECTORS["refused_authorizations"])
def test_another_header_is_refused(value: str) -> None:
    with pytest.raises(PeerError):
        decode_authorization(value)


def test_each_number_is_taken_once_and_none_that_is_far_behind() -> None:
    window = CounterWindow()
    used: set[int] = {0}
    for row in VECTORS["counters"]:
        counter = int(row["counter"])
        is_fresh = counter not in used and counter > max(used) - 64
        assert row["taken"] is window.take(counter) is is_fresh
        used |= {counter} if is_fresh else set()


@pytest.mark.parametrize("row", VECTORS["answers"], ids=named)
def test_an_answer_opens_for_its_request_and_status_alone(row: dict[str, Any]) -> None:
    request = REQUESTS[row["request"]]
    scalar = X25519PrivateKey.from_private_bytes(sha512(DEVICE_SEED).digest()[:32])
    node = X25519PrivateKey.from_private_bytes(sha512(NODE_SEED).digest()[:32])
    agreed = scalar.exchange(node.public_key())
    assert agreed.hex() == row["agreed"]
    prk = hmac.digest(CHALLENGE, agreed, "sha256")
    key = hmac.digest(prk, b"meshnode answer 1\0" + NODE + DEVICE + b"\x01", "sha256")
    nonce = bytes(4) + request["counter"].to_bytes(8, "big")
    aad = row["status"].to_bytes(2, "big") + unhex(request["target"])
    assert [row["key"], row["nonce"], row["aad"]] == [key.hex(), nonce.hex(), aad.hex()]
    sealed = ChaCha20Poly1305(key).encrypt(nonce, row["text"].encode(), aad)
    assert sealed.hex() == row["sealed"]
    given = {"counter": request["counter"], "status": row["status"]}
    target = unhex(request["target"])
    assert open_answer(key, sealed, target=target, **given).decode() == row["text"]
    for changed in (
        {"target": sha256(target).digest()},
        {"status": row["status"] + 1},
        {"counter": request["counter"] + 1},
    ):
        with pytest.raises(PeerError):
            open_answer(key, sealed, **({"target": target} | given | changed))


def test_the_page_quotes_the_vectors() -> None:
    quoted = {
        name: "".join(re.findall(r"^([0-9a-f]{2,})\b", block, re.MULTILINE))
        for name, block in re.findall(r"^```pairing (\w+)\n(.*?)^```", PAGE, re.M | re.S)
    }
    proof, answer = VECTORS["proofs"][0], VECTORS["answers"][0]
    assert quoted == {
        "proof": proof["phone"] + proof["node"],
        "signed": REQUESTS["reading with a query"]["signed"],
        "answer": answer["key"] + answer["nonce"] + answer["sealed"],
    }
    assert VECTORS["challenge"] in PAGE
