from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from meshnode.protocol.errors import CallerError
from meshnode.protocol.keys import (
    PublicKey,
    SigningKey,
    fingerprint,
    is_acceptable,
    key_id,
    verify,
)

PRIME = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
ORDER_EIGHT = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SMALL_ORDER = [0, 1, PRIME - 1, ORDER_EIGHT, PRIME - ORDER_EIGHT]
NOT_CANONICAL = [PRIME, PRIME + 1, PRIME + 2, PRIME + 18]
KEY = SigningKey(b"\x02" * 32)


def point(y: int, sign: int) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def passes_rfc_8032(key: PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_an_rfc_8032_vector_holds() -> None:
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    key = SigningKey(bytes.fromhex(seed))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_ids_are_the_beginnings_of_hashes() -> None:
    assert KEY.id == key_id(KEY.public) == sha256(KEY.public).digest()[:4]
    assert fingerprint(KEY.public) == sha256(KEY.public).digest()[:16]


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", SMALL_ORDER)
def test_a_key_of_small_order_is_refused(y: int, sign: int) -> None:
    assert not is_acceptable(point(y, sign))


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", NOT_CANONICAL)
def test_a_key_in_another_than_the_canonical_form_is_refused(y: int, sign: int) -> None:
    assert not is_acceptable(point(y, sign))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    assert not is_acceptable(KEY.public[:1] * length)


@pytest.mark.parametrize("y", SMALL_ORDER)
def test_a_signature_made_without_a_secret_does_not_count(y: int) -> None:
    """With such a key one forged signature in eight or more passes the check of RFC 8032."""
    key = PublicKey(point(y, 0))
    forged = point(1, 0) + bytes(32)
    messages = [bytes([number]) for number in range(200)]
    assert any(passes_rfc_8032(key, forged, message) for message in messages)
    assert not any(verify(key, forged, message) for message in messages)


def test_a_signature_counts_for_its_key_and_message_only() -> None:
    signature = KEY.sign(b"message")
    assert verify(KEY.public, signature, b"message")
    assert not verify(KEY.public, signature, b"massage")
    assert not verify(SigningKey(b"\x03" * 32).public, signature, b"message")


def test_a_signature_of_another_length_does_not_count() -> None:
    signature = KEY.sign(b"message")
    assert not verify(KEY.public, signature[:-1], b"message")
    assert not verify(KEY.public, signature + b"\0", b"message")


def test_a_signature_in_its_second_form_does_not_count() -> None:
    signature = KEY.sign(b"message")
    other = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    assert not verify(KEY.public, signature[:32] + other.to_bytes(32, "little"), b"message")


def test_a_key_that_is_no_point_refuses_every_signature() -> None:
    no_point = PublicKey(point(2, 0))
    assert is_acceptable(no_point)
    assert not verify(no_point, KEY.sign(b"message"), b"message")


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_our_own_mistake(length: int) -> None:
    with pytest.raises(CallerError):
        SigningKey(bytes(length))


def test_a_key_never_prints_its_secret() -> None:
    assert repr(KEY) == f"SigningKey({KEY.id.hex()})"
    assert not hasattr(KEY, "__dict__")
