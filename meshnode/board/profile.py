"""Profiles: a member announces its key and name, with a certificate of the community.

Not for: deciding whose certificates count (`ports.Rules`): here is only what is signed and how.
Invariants: a profile's key is canonical and not of small order; its name can be shown.
Source: docs/spec/kinds.md section 1.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from meshnode.protocol import text as texts
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    CommunityId,
    PublicKey,
    SigningKey,
    is_acceptable,
    verify,
)
from meshnode.protocol.limits import CREATED_MIN_MAX

NAME_BYTES_MAX: Final = 40
"""A name and its place, as in `Begegnungszentrum Nordmarkt`; it rides in every profile."""

_CERTIFICATE_DOMAIN: Final = b"meshnode certificate 1\0"
_MINUTE_BYTES: Final = 3


@dataclass(frozen=True, slots=True)
class ProfileFields:
    """What a profile says.

    Shapes: `granted_min` counts minutes since 2024-01-01, 24 bits; `certificate` is 64 bytes;
    `name` is 1..40 bytes of UTF-8 in one line without blanks at its ends.
    """

    public_key: PublicKey
    granted_min: int
    certificate: bytes
    name: str


def clean_name(name: str) -> str:
    """Return what a person typed as a name in the form that profiles carry.

    Composed characters (NFC), every blank one space, nothing invisible that could mislead.
    """
    # Split before and after: a line end becomes a space, and what is taken out leaves only one.
    words = texts.without_unshowable(" ".join(name.split())).split()
    return unicodedata.normalize("NFC", " ".join(words))


def sign_certificate(
    key: SigningKey, community: CommunityId, subject: PublicKey, granted_min: int
) -> bytes:
    """Return the 64-byte certificate with which `key` vouches for `subject`.

    Raises:
        CallerError: The minute does not fit 24 bits.
    """
    if not 0 <= granted_min <= CREATED_MIN_MAX:
        raise CallerError(f"minute {granted_min} is outside 0..{CREATED_MIN_MAX}")
    return key.sign(_certified_message(community, subject, granted_min))


def certifies(certifier: PublicKey, community: CommunityId, fields: ProfileFields) -> bool:
    """Return whether the profile's certificate is by the holder of `certifier`."""
    message = _certified_message(community, fields.public_key, fields.granted_min)
    return verify(certifier, fields.certificate, message)


def encode_profile(fields: ProfileFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        LimitError: The name is outside its bounds; the message is for the person who chose it.
        CallerError: The key, the minute or the certificate has no valid form.
    """
    _check_name(fields.name)
    if not is_acceptable(fields.public_key) or len(fields.certificate) != SIGNATURE_BYTES:
        raise CallerError("the profile's key or certificate has no valid form")
    if not 0 <= fields.granted_min <= CREATED_MIN_MAX:
        raise CallerError(f"minute {fields.granted_min} is outside 0..{CREATED_MIN_MAX}")
    return (
        fields.public_key
        + fields.granted_min.to_bytes(_MINUTE_BYTES, "big")
        + fields.certificate
        + fields.name.encode()
    )


def decode_profile(codec: int, body: bytes) -> ProfileFields:
    """Return the fields of a profile's body; the certificate is not checked yet.

    Raises:
        PeerError: The body is damaged, out of bounds or not canonical.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in a profile")
    reader = Reader(body)
    public_key = PublicKey(reader.take(PUBLIC_KEY_BYTES))
    if not is_acceptable(public_key):
        raise PeerError("bad_key", "a profile's key is not canonical or of small order")
    return ProfileFields(
        public_key=public_key,
        granted_min=reader.uint(_MINUTE_BYTES),
        certificate=reader.take(SIGNATURE_BYTES),
        name=_decode_name(reader.rest()),
    )


def _decode_name(data: bytes) -> str:
    name = texts.decode(0, data, text_bytes_max=NAME_BYTES_MAX)
    if not name:
        raise PeerError("bad_length", "the name is empty")
    if "\n" in name or "\t" in name:
        raise PeerError("bad_character", "a name is one line without tabs")
    if name != name.strip(" "):
        raise PeerError("not_canonical", "a name begins or ends with a space")
    return name


def _check_name(name: str) -> None:
    if not name:
        raise LimitError("The name is empty. Choose one.")
    if "\n" in name or "\t" in name or texts.first_unshowable(name) is not None:
        raise LimitError("The name has a line break or an invisible character. Remove it.")
    if name != name.strip(" "):
        raise LimitError("The name begins or ends with a space. Remove it.")
    if len(name.encode()) > NAME_BYTES_MAX:
        raise LimitError(
            f"The name takes {len(name.encode())} bytes; at most {NAME_BYTES_MAX} fit (letters "
            f"such as ä take two). Choose a shorter one."
        )


def _certified_message(community: CommunityId, subject: PublicKey, granted_min: int) -> bytes:
    return _CERTIFICATE_DOMAIN + community + subject + granted_min.to_bytes(_MINUTE_BYTES, "big")
