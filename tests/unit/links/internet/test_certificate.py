import os
import ssl
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.internet.certificate import Authority, peer_key
from meshnode.links.internet.context import (
    PROTOCOL_NAME,
    file_in_memory,
    file_on_disk,
    tls_contexts,
)
from meshnode.protocol.errors import CallerError, LinkRefused
from tests.unit.links.internet.support import NETWORK_KEY, OTHER_NETWORK_KEY, key_number

ALICE, BOB = key_number(1), key_number(2)

AUTHORITY_SHA256 = "4f2edbe6d380b564b56abaa31969b8e70425bc7ac241fa109070d92ff3f6b9e8"
ALICE_SHA256 = "c516a458acdd90cfc50828e3f9487cd6bf0f5b5199cf46fef92a5680b1903761"
"""From docs/spec/internet.md section 2: what every member, of whatever version, must derive."""


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def test_all_members_derive_the_same_bytes() -> None:
    first, second = Authority(NETWORK_KEY), Authority(bytes(NETWORK_KEY))
    assert der(first.certificate) == der(second.certificate)
    assert sha256(der(first.certificate)).hexdigest() == AUTHORITY_SHA256
    assert sha256(der(first.certify(ALICE))).hexdigest() == ALICE_SHA256


def test_another_network_key_gives_another_authority() -> None:
    ours, theirs = Authority(NETWORK_KEY), Authority(OTHER_NETWORK_KEY)
    assert ours.certificate.public_key() != theirs.certificate.public_key()
    with pytest.raises(InvalidSignature):
        ours.certify(ALICE).verify_directly_issued_by(theirs.certificate)


def test_certificates_hold_in_1970_and_in_9998() -> None:
    authority = Authority(NETWORK_KEY)
    for certificate in (authority.certificate, authority.certify(ALICE)):
        assert certificate.not_valid_before_utc == datetime(1970, 1, 1, tzinfo=UTC)
        assert certificate.not_valid_after_utc > datetime(9998, 12, 31, tzinfo=UTC)


def test_a_node_cannot_act_as_the_authority() -> None:
    leaf = Authority(NETWORK_KEY).certify(ALICE)
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert constraints.critical
    assert not constraints.value.ca
    assert usage.digital_signature
    assert not usage.key_cert_sign


@given(st.binary(min_size=32, max_size=32))
def test_the_node_key_stands_in_the_certificate(seed: bytes) -> None:
    key = type(ALICE)(seed)
    leaf = Authority(NETWORK_KEY).certify(key)
    leaf.verify_directly_issued_by(Authority(NETWORK_KEY).certificate)
    assert peer_key(der(leaf)) == key.public
    assert 0 < leaf.serial_number < 2**127


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_network_key_of_another_length_is_our_mistake(length: int) -> None:
    with pytest.raises(CallerError, match="32 bytes"):
        Authority(bytes(length))


def test_an_authority_does_not_print_its_secret() -> None:
    assert repr(Authority(NETWORK_KEY)) == "Authority()"


def test_a_certificate_about_another_kind_of_key_is_refused() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(datetime(1970, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(9999, 1, 1, tzinfo=UTC))
        .sign(private, SHA256())
    )
    with pytest.raises(LinkRefused, match="Ed25519"):
        peer_key(der(certificate))


def test_a_key_of_small_order_is_refused() -> None:
    leaf = der(Authority(NETWORK_KEY).certify(ALICE))
    weak = leaf.replace(ALICE.public, bytes([1]) + bytes(31))
    with pytest.raises(LinkRefused, match="anybody could sign"):
        peer_key(weak)


@given(st.binary(max_size=400))
def test_random_bytes_are_no_certificate(data: bytes) -> None:
    with pytest.raises(LinkRefused, match="certificate"):
        peer_key(data)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(st.data())
def test_a_damaged_certificate_is_refused_or_names_some_key(data: st.DataObject) -> None:
    leaf = bytearray(der(Authority(NETWORK_KEY).certify(ALICE)))
    leaf[data.draw(st.integers(0, len(leaf) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert len(peer_key(bytes(leaf))) == 32
    except LinkRefused:
        return


@pytest.mark.parametrize("secret_file", [file_in_memory, file_on_disk])
def test_a_secret_file_is_private_and_gone_afterwards(
    secret_file: Callable[[bytes], AbstractContextManager[str]],
) -> None:
    with secret_file(b"secret") as path:
        with open(path, "rb") as file:
            assert file.read() == b"secret"
        if secret_file is file_on_disk:
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        else:
            assert os.readlink(path).startswith("/memfd:")
    assert not os.path.exists(path)


class Pipe:
    """Two sides of TLS in memory."""

    def __init__(self, caller: ssl.SSLContext, listener: ssl.SSLContext) -> None:
        up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.caller = caller.wrap_bio(down, up)
        self.listener = listener.wrap_bio(up, down, server_side=True)

    def handshake(self) -> None:
        for _ in range(3):
            for side in (self.caller, self.listener):
                try:
                    side.do_handshake()
                except ssl.SSLWantReadError:
                    continue
        self.caller.do_handshake()
        self.listener.do_handshake()


def test_both_sides_learn_the_other_ones_key() -> None:
    pipe = Pipe(tls_contexts(ALICE, NETWORK_KEY).caller, tls_contexts(BOB, NETWORK_KEY).listener)
    pipe.handshake()
    assert peer_key(pipe.caller.getpeercert(binary_form=True) or b"") == BOB.public
    assert peer_key(pipe.listener.getpeercert(binary_form=True) or b"") == ALICE.public
    assert pipe.caller.version() == "TLSv1.3"
    assert pipe.caller.selected_alpn_protocol() == PROTOCOL_NAME


def test_there_is_no_ticket_to_come_back_without_a_certificate() -> None:
    pipe = Pipe(tls_contexts(ALICE, NETWORK_KEY).caller, tls_contexts(BOB, NETWORK_KEY).listener)
    pipe.handshake()
    pipe.listener.write(b"after the place where tickets come")
    assert pipe.caller.read(5) == b"after"
    assert pipe.caller.session is not None
    assert not pipe.caller.session.has_ticket


def test_the_strictest_certificate_rules_are_met() -> None:
    contexts = [tls_contexts(ALICE, NETWORK_KEY).caller, tls_contexts(BOB, NETWORK_KEY).listener]
    for context in contexts:
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    Pipe(*contexts).handshake()


def test_a_member_of_another_community_is_no_listener_for_us() -> None:
    pipe = Pipe(
        tls_contexts(ALICE, NETWORK_KEY).caller, tls_contexts(BOB, OTHER_NETWORK_KEY).listener
    )
    with pytest.raises(ssl.SSLCertVerificationError):
        pipe.handshake()


def test_a_certificate_for_a_key_that_one_does_not_hold_is_useless() -> None:
    stolen = Authority(NETWORK_KEY).certify(ALICE).public_bytes(Encoding.PEM)
    own = BOB.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with file_in_memory(own + stolen) as path, pytest.raises(ssl.SSLError, match=r"(?i)mismatch"):
        context.load_cert_chain(path)
