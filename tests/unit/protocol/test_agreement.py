"""Agreement keys: the way from Ed25519 to X25519, and keys that nobody must agree with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.protocol import agreement
from meshnode.protocol.agreement import (
    AgreementKey,
    agreement_key,
    agreement_key_of,
    agreement_public,
    is_agreeable,
)
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.keys import PublicKey, SigningKey

SEEDS = st.binary(min_size=32, max_size=32)
SMALL_ORDER = sorted(agreement._SMALL_ORDER_U)
PRIME = 2**255 - 19


@given(SEEDS)
def test_the_public_key_can_be_reckoned_from_either_half(seed: bytes) -> None:
    key = SigningKey(seed)
    assert agreement_public(key.public) == agreement_key(seed).public
    assert agreement_key_of(key).public == agreement_key(seed).public
    assert is_agreeable(agreement_key(seed).public)


@given(SEEDS, SEEDS)
def test_two_keys_agree(one: bytes, other: bytes) -> None:
    mine, yours = agreement_key(one), AgreementKey(other)
    assert mine.agree(yours.public) == yours.agree(mine.public)


@pytest.mark.parametrize("u", [*SMALL_ORDER, PRIME, PRIME + 1])
def test_a_key_of_small_order_is_refused(u: int) -> None:
    public_key = u.to_bytes(32, "little")
    assert not is_agreeable(public_key)
    with pytest.raises(PeerError, match="small order"):
        AgreementKey(b"\x05" * 32).agree(public_key)


def test_a_key_in_another_form_is_not_for_announcing() -> None:
    usual = AgreementKey(b"\x05" * 32).public
    assert is_agreeable(usual)
    assert not is_agreeable(usual[:31] + bytes([usual[31] | 0x80]))
    assert not is_agreeable((PRIME + 9).to_bytes(32, "little"))
    assert not is_agreeable(usual[:31])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(PeerError):
        AgreementKey(b"\x05" * 32).agree(bytes(length))
    with pytest.raises(PeerError):
        agreement_public(PublicKey(bytes(length)))
    with pytest.raises(CallerError):
        AgreementKey(bytes(length))
    with pytest.raises(CallerError):
        agreement_key(bytes(length))


@pytest.mark.parametrize("y", [0, 1, PRIME - 1])
def test_a_signing_key_of_small_order_has_no_agreement_key(y: int) -> None:
    with pytest.raises(PeerError):
        agreement_public(PublicKey(y.to_bytes(32, "little")))


def test_a_key_does_not_print_its_secret() -> None:
    secret = bytes(range(32))
    text = repr(AgreementKey(secret))
    assert secret.hex() not in text
    assert repr(secret) not in text
