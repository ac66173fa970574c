"""HPKE against the vector of RFC 9180 A.2.3, and base mode's parts against another library."""

from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from meshnode.protocol import hpke
from meshnode.protocol.agreement import AgreementKey
from meshnode.protocol.errors import PeerError

# RFC 9180 appendix A.2.3: auth mode, sequence number 0.
INFO: Final = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
SK_E: Final = bytes.fromhex("c94619e1af28971c8fa7957192b7e62a71ca2dcdde0a7cc4a8a9e741d600ab13")
SK_R: Final = bytes.fromhex("3ca22a6d1cda1bb9480949ec5329d3bf0b080ca4c45879c95eddb55c70b80b82")
SK_S: Final = bytes.fromhex("2def0cb58ffcf83d1062dd085c8aceca7f4c0c3fd05912d847b61f3e54121f05")
ENC: Final = bytes.fromhex("f7674cc8cd7baa5872d1f33dbaffe3314239f6197ddf5ded1746760bfc847e0e")
SHARED: Final = bytes.fromhex("d2d67828c8bc9fa661cf15a31b3ebf1febe0cafef7abfaaca580aaf6d471e3eb")
KEY: Final = bytes.fromhex("b071fd1136680600eb447a845a967d35e9db20749cdf9ce098bcc4deef4b1356")
NONCE: Final = bytes.fromhex("d20577dff16d7cea2c4bf780")
AAD: Final = bytes.fromhex("436f756e742d30")
PLAINTEXT: Final = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
CIPHERTEXT: Final = bytes.fromhex(
    "ab1a13c9d4f01a87ec3440dbd756e2677bd2ecf9df0ce7ed73869b98e00c09be111cb9fdf077347aeb88e61bdf"
)

EPHEMERAL = AgreementKey(SK_E)
SENDER = AgreementKey(SK_S)
RECIPIENT = AgreementKey(SK_R)


def sender_context() -> hpke.Context:
    agreed = EPHEMERAL.agree(RECIPIENT.public) + SENDER.agree(RECIPIENT.public)
    return hpke.auth_context(agreed, ENC, RECIPIENT.public, SENDER.public, INFO)


def opened(
    *,
    enc: bytes = ENC,
    recipient: AgreementKey = RECIPIENT,
    sender: bytes = SENDER.public,
    info: bytes = INFO,
    aad: bytes = AAD,
    ciphertext: bytes = CIPHERTEXT,
) -> bytes:
    agreed = recipient.agree(enc) + recipient.agree(sender)
    context = hpke.auth_context(agreed, enc, recipient.public, sender, info)
    return context.open_(aad, ciphertext)


def test_the_vector_of_the_rfc_is_sealed_to_the_same_bytes() -> None:
    assert EPHEMERAL.public == ENC
    context = sender_context()
    assert context.seal(AAD, PLAINTEXT) == CIPHERTEXT


def test_the_vector_of_the_rfc_has_the_same_values_on_the_way() -> None:
    agreed = EPHEMERAL.agree(RECIPIENT.public) + SENDER.agree(RECIPIENT.public)
    shared = hpke.shared_secret(agreed, ENC + RECIPIENT.public + SENDER.public)
    assert shared == SHARED
    context = sender_context()
    assert (context.key, context.nonce) == (KEY, NONCE)


def test_the_vector_of_the_rfc_opens() -> None:
    assert opened() == PLAINTEXT


@pytest.mark.parametrize(
    "change",
    [
        {"enc": AgreementKey(SK_S).public},
        {"recipient": SENDER},
        {"sender": EPHEMERAL.public},
        {"info": b"another"},
        {"aad": b""},
        {"ciphertext": CIPHERTEXT[:-1]},
        {"ciphertext": b""},
    ],
    ids=str,
)
def test_whatever_differs_nothing_opens(change: dict[str, bytes]) -> None:
    with pytest.raises(PeerError) as refused:
        opened(**change)  # type: ignore[arg-type]
    assert refused.value.reason == "bad_seal"


def test_a_context_does_not_print_its_key() -> None:
    text = repr(hpke.Context(KEY, NONCE))
    assert KEY.hex() not in text
    assert repr(KEY) not in text


def test_what_the_library_seals_in_base_mode_opens_with_our_parts() -> None:
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    public = X25519PublicKey.from_public_bytes(RECIPIENT.public)
    sealed = suite.encrypt(PLAINTEXT, public, INFO)
    enc, ciphertext = sealed[:32], sealed[32:]
    shared = hpke.shared_secret(RECIPIENT.agree(enc), enc + RECIPIENT.public)
    assert hpke.key_schedule(0, shared, INFO).open_(b"", ciphertext) == PLAINTEXT
