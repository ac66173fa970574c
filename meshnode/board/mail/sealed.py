"""Sealed bodies: a payload that only its recipients read, and they know which device sealed it.

A node wraps the body in its own signature and learns neither sender nor recipient. Not for: what
the payload says (`message`), circle messages (`epoch`), or who may send.
Invariants: only the holder of a recipient's secret can compute that recipient's tag; a recipient
of a body for several cannot put another payload under it for the others; one ephemeral secret
makes one body.
Source: docs/spec/private.md sections 3 and 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meshnode.protocol import hpke
from meshnode.protocol.agreement import (
    AGREEMENT_KEY_BYTES,
    AgreementKey,
    AgreementPublicKey,
    agreement_public,
)
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.hpke import TAG_BYTES, auth_context, expand, extract, open_once
from meshnode.protocol.keys import CommunityId, PublicKey
from meshnode.protocol.limits import BODY_BYTES_MAX

RECIPIENTS_MAX: Final = 32
"""A circle's thirty devices and two to spare: their slots take 1088 of 1965 bytes."""

RECOGNITION_BYTES: Final = 2
"""A stranger's message looks like ours once in 65,536 keys and slots, and is then refused."""

CONTENT_KEY_BYTES: Final = 16
CIPHERTEXT_BYTES_MIN: Final = TAG_BYTES + 1

CIRCLE_HEAD_BYTES: Final = 8
"""Of a circle's message: a zero byte, its tag and the masked sender and counter."""
CIRCLE_CIPHERTEXT_BYTES_MIN: Final = TAG_BYTES + 64 + 1
"""A circle's ciphertext holds a signature as well."""

_INFO: Final = b"meshnode sealed 1\0"
_RECOGNITION: Final = b"meshnode recognise 1\0"
_CONTENT_KEY: Final = b"meshnode content key 1\0"
_CONTENT: Final = b"meshnode content 1\0"
_ZERO_NONCE: Final = bytes(hpke.NONCE_BYTES)
"""For keys that seal one thing only."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """One slot of a body that is, but for chance, for a key of ours."""

    key: AgreementKey
    slot: int
    agreed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sealed body held; `key` is the one of ours that it was sealed to."""

    sender: PublicKey
    key: AgreementKey
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A sealed body, cut up; `wrapped` is empty for one recipient."""

    enc: bytes
    tags: tuple[bytes, ...]
    wrapped: tuple[bytes, ...]
    ciphertext: bytes

    @property
    def head(self) -> bytes:
        """What every recipient's seal covers beside its content."""
        return bytes([len(self.tags)]) + self.enc + b"".join(self.tags)


def seal(
    payload: bytes,
    *,
    sender: AgreementKey,
    recipients: Sequence[AgreementPublicKey],
    ephemeral_secret: bytes,
    community: CommunityId,
) -> bytes:
    """Return the body of a SEALED object; its codec is 0.

    Shapes: 1..32 different recipients; `ephemeral_secret` is 32 bytes that nobody has seen and
    that are never used again.

    Raises:
        CallerError: No recipient, one of them twice, no payload, or a secret of another length.
        LimitError: More recipients or a longer payload than fit; the message is for people.
        PeerError: A recipient's key has no valid form.
    """
    _check(payload, recipients)
    ephemeral = AgreementKey(ephemeral_secret)
    enc, info = ephemeral.public, _info(community)
    agreed = [ephemeral.agree(recipient) for recipient in recipients]
    tags = tuple(_tag(secret, enc, key) for secret, key in zip(agreed, recipients, strict=True))
    contexts = [
        auth_context(secret + sender.agree(key), enc, key, sender.public, info)
        for secret, key in zip(agreed, recipients, strict=True)
    ]
    head = _Parts(enc, tags, (), b"").head
    if len(contexts) == 1:
        return head + contexts[0].seal(head, payload)
    content_key = expand(extract(b"", ephemeral_secret), _CONTENT_KEY, CONTENT_KEY_BYTES)
    ciphertext = ChaCha20Poly1305(_content_key(content_key)).encrypt(_ZERO_NONCE, payload, head)
    bound = head + sha256(ciphertext).digest()
    slots = (
        tag + context.seal(bound, content_key) for tag, context in zip(tags, contexts, strict=True)
    )
    return bytes([len(tags)]) + enc + b"".join(slots) + ciphertext


def payload_bytes_max(count: int) -> int:
    """Return how long a payload may be for so many recipients, in bytes; 1..32 of them."""
    slot_bytes = RECOGNITION_BYTES + (CONTENT_KEY_BYTES + TAG_BYTES if count > 1 else 0)
    return BODY_BYTES_MAX - 1 - AGREEMENT_KEY_BYTES - count * slot_bytes - TAG_BYTES


def recognise(body: bytes, own_keys: Sequence[AgreementKey]) -> tuple[Recognition, ...]:
    """Return the slots of a body that are for one of our keys; none for a circle's message.

    Every key and every slot is looked at, whatever is found, so the time does not tell.

    Raises:
        PeerError: The body is not in order, or its ephemeral key is of small order.
    """
    parts = _parse(body)
    if parts is None:
        return ()
    found = []
    for key in own_keys:
        agreed = key.agree(parts.enc)
        tag = _tag(agreed, parts.enc, key.public)
        for slot, seen in enumerate(parts.tags):
            if compare_digest(tag, seen):
                found.append(Recognition(key, slot, agreed))
    return tuple(found)


def open_(
    body: bytes,
    recognised: Sequence[Recognition],
    *,
    senders: Sequence[PublicKey],
    community: CommunityId,
) -> Opened:
    """Return what a recognised body holds; `senders` are the devices that may have sealed it.

    Raises:
        PeerError: None of the senders sealed it for us, or it is damaged.
    """
    parts = _parse(body)
    if parts is None:
        raise PeerError("bad_seal", "a circle's message has no recipients")
    for recognition in recognised:
        for sender in senders:
            try:
                payload = _open_from(parts, recognition, agreement_public(sender), community)
            except PeerError:
                continue  # The usual case: another one of them sealed it.
            return Opened(sender, recognition.key, payload)
    raise PeerError("bad_seal", f"sealed by none of {len(senders)} devices for us")


def check_sealed(codec: int, body: bytes) -> None:
    """Check what a node can check without keys: count, lengths and bounds.

    Raises:
        PeerError: The body cannot be a sealed one.
    """
    if codec != 0:
        raise PeerError("unexpected_codec", f"codec {codec} in a sealed body")
    _parse(body)


def _parse(body: bytes) -> _Parts | None:
    """Return the parts of a sealed body, or None for a circle's message."""
    if len(body) > BODY_BYTES_MAX:
        raise PeerError("oversize", f"body of {len(body)} bytes, at most {BODY_BYTES_MAX}")
    reader = Reader(body)
    count = reader.uint(1)
    if count == 0:
        reader.take(CIRCLE_HEAD_BYTES - 1 + CIRCLE_CIPHERTEXT_BYTES_MIN)
        return None
    if count > RECIPIENTS_MAX:
        raise PeerError("bad_value", f"{count} recipients, at most {RECIPIENTS_MAX}")
    enc = reader.take(AGREEMENT_KEY_BYTES)
    wrapped_bytes = CONTENT_KEY_BYTES + TAG_BYTES if count > 1 else 0
    slots = [(reader.take(RECOGNITION_BYTES), reader.take(wrapped_bytes)) for _ in range(count)]
    if reader.remaining < CIPHERTEXT_BYTES_MIN:
        raise PeerError("truncated", f"a ciphertext of {reader.remaining} bytes")
    tags, wrapped = zip(*slots, strict=True)
    return _Parts(enc, tags, wrapped, reader.rest())


def _open_from(
    parts: _Parts, recognition: Recognition, sender: AgreementPublicKey, community: CommunityId
) -> bytes:
    key = recognition.key
    agreed = recognition.agreed + key.agree(sender)
    context = auth_context(agreed, parts.enc, key.public, sender, _info(community))
    if len(parts.tags) == 1:
        return context.open_(parts.head, parts.ciphertext)
    bound = parts.head + sha256(parts.ciphertext).digest()
    content_key = context.open_(bound, parts.wrapped[recognition.slot])
    return open_once(_content_key(content_key), _ZERO_NONCE, parts.head, parts.ciphertext)


def _tag(agreed: bytes, enc: bytes, recipient: bytes) -> bytes:
    """Return the recognition tag: of the agreed secret, so that no public key leads to it."""
    return expand(extract(_RECOGNITION, agreed), enc + recipient, RECOGNITION_BYTES)


def _content_key(content_key: bytes) -> bytes:
    return expand(extract(_CONTENT, content_key), b"", hpke.KEY_BYTES)


def _info(community: CommunityId) -> bytes:
    return _INFO + community


def _check(payload: bytes, recipients: Sequence[AgreementPublicKey]) -> None:
    count = len(recipients)
    if count == 0 or len(set(recipients)) != count or not payload:
        raise CallerError("a sealed body needs a payload and different recipients")
    if count > RECIPIENTS_MAX:
        raise LimitError(
            f"{count} devices are too many for one message; at most {RECIPIENTS_MAX} fit. "
            f"Send it in parts."
        )
    room_bytes = payload_bytes_max(count)
    if len(payload) > room_bytes:
        raise LimitError(
            f"The message takes {len(payload)} bytes; to {count} devices at most {room_bytes} "
            f"fit. Shorten it or split it in two."
        )
