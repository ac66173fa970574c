"""Who we are in TLS: a certificate over the node's own key, signed by the community's.

Every member derives the same authority from the network key; only its certificate is trusted.
There is no public authority and no revocation here: the engine judges who is a member. All
certificates are valid from 1970 to 9999, so that no node's clock can lock it out.
Source: docs/spec/internet.md section 2; RFC 5280 section 4; RFC 5869; RFC 8410.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from meshnode.protocol.errors import CallerError, LinkRefused
from meshnode.protocol.keys import PublicKey, SigningKey, is_acceptable

NETWORK_KEY_BYTES: Final = 32

_SEED_LABEL: Final = b"meshnode transport authority 1"
_VALID_FROM: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VALID_UNTIL: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""What RFC 5280 section 4.1.2.5 gives to certificates that never end."""
_AUTHORITY_NAME: Final = x509.Name(
    [x509.NameAttribute(NameOID.COMMON_NAME, "meshnode transport authority")]
)
_AUTHORITY_SERIAL: Final = 1
_SERIAL_BYTES: Final = 15
"""From the key's hash; short enough to stay positive and below the 20 bytes of RFC 5280."""
_KEY_MARK_BYTES: Final = 20
"""Length of a key identifier, as the usual SHA-1 has; ours is the beginning of SHA-256."""


class Authority:
    """The community's transport authority. Whoever holds the network key can make it.

    Shapes: `network_key` is 32 secret bytes. Equal keys give certificates equal in every byte.
    """

    __slots__ = ("_private", "certificate")

    def __init__(self, network_key: bytes) -> None:
        if len(network_key) != NETWORK_KEY_BYTES:
            raise CallerError(f"a network key is {NETWORK_KEY_BYTES} bytes, not {len(network_key)}")
        seed = HKDF(SHA256(), length=32, salt=None, info=_SEED_LABEL).derive(network_key)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key()
        self.certificate = self._sign(
            _outline(_AUTHORITY_NAME, public, _AUTHORITY_SERIAL)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(is_authority=True), critical=True)
        )

    def certify(self, key: SigningKey) -> x509.Certificate:
        """Return the certificate under which the holder of `key` appears in TLS, in both roles."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"meshnode {key.id.hex()}")])
        serial = int.from_bytes(sha256(key.public).digest()[:_SERIAL_BYTES], "big") + 1
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        return self._sign(
            _outline(name, key.private.public_key(), serial)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(is_authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        )

    def _sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        issuer = x509.AuthorityKeyIdentifier(_key_mark(self._private.public_key()), None, None)
        return builder.add_extension(issuer, critical=False).sign(self._private, None)

    def __repr__(self) -> str:
        return "Authority()"


def peer_key(certificate_der: bytes) -> PublicKey:
    """Return the node key that the other side's certificate is about.

    TLS has proven by now that the other side holds it.

    Raises:
        LinkRefused: It is not a key that a node can have.
    """
    try:
        public = x509.load_der_x509_certificate(certificate_der).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise LinkRefused("the other side's certificate cannot be read") from None
    if not isinstance(public, Ed25519PublicKey):
        raise LinkRefused("the other side's certificate is not about a node's key (Ed25519)")
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if not is_acceptable(raw):
        raise LinkRefused("the other side's key is one that anybody could sign for")
    return PublicKey(raw)


def _outline(name: x509.Name, public: Ed25519PublicKey, serial: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(_AUTHORITY_NAME)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier(_key_mark(public)), critical=False)
    )


def _key_mark(public: Ed25519PublicKey) -> bytes:
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha256(raw).digest()[:_KEY_MARK_BYTES]


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    """An authority signs certificates, a node signs handshakes, and neither anything else."""
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
