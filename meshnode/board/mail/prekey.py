"""Prekeys: a device announces a key for messages to it, and deletes the secret three weeks later.

Not for: who may announce one, or when the secret is deleted (the device that keeps it).
Source: docs/spec/private.md section 2.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.protocol.agreement import AGREEMENT_KEY_BYTES, AgreementPublicKey, is_agreeable
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, PeerError

PREKEY_NUMBER_MAX: Final = 255
"""One byte: the device's own name for the secret, never used twice among those it still has."""
PREKEY_SECRET_MINUTES: Final = 21 * 1440
"""How long after its creation the secret is kept: whatever is sealed to it has to be over then."""


@dataclass(frozen=True, slots=True)
class PrekeyFields:
    """What a prekey says.

    Shapes: `number` 0..255; `public_key` is canonical and not of small order.
    """

    number: int
    public_key: AgreementPublicKey


def encode_prekey(fields: PrekeyFields) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        CallerError: The number or the key has no valid form.
    """
    if not 0 <= fields.number <= PREKEY_NUMBER_MAX:
        raise CallerError(f"prekey number {fields.number} is outside 0..{PREKEY_NUMBER_MAX}")
    if not is_agreeable(fields.public_key):
        raise CallerError("the prekey has no valid form")
    return bytes([fields.number]) + fields.public_key


def decode_prekey(codec: int, body: bytes) -> PrekeyFields:
    """Return the fields of a prekey's body.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in a prekey")
    reader = Reader(body)
    number = reader.uint(1)
    public_key = AgreementPublicKey(reader.take(AGREEMENT_KEY_BYTES))
    reader.finish()
    if not is_agreeable(public_key):
        raise PeerError("bad_key", "a prekey is not canonical or of small order")
    return PrekeyFields(number, public_key)
