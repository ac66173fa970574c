"""A circle's messages: one chain of keys a sender, all from the secret of the epoch.

A chain goes forward only: who takes a device finds no keys for what was read before, unless the
circle has history and so keeps the secret. Not for: what a payload says (`message`), who belongs
to the circle (`circle`), or keeping this state (the member's device).
Invariants: nothing changes but by a message whose seal and signature are right; a key seals one
message, so a sender MUST keep the state that `seal_circle` returns before it sends.
Source: docs/spec/private.md section 7.
"""

from dataclasses import dataclass, field, replace
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meshnode.board.mail.circle import CircleId, EpochFields, MemberId, member_id
from meshnode.board.mail.sealed import (
    CIRCLE_HEAD_BYTES,
    check_sealed,
)
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.hpke import KEY_BYTES, NONCE_BYTES, TAG_BYTES, expand, extract, open_once
from meshnode.protocol.keys import (
    SIGNATURE_BYTES,
    CommunityId,
    PublicKey,
    SigningKey,
    verify,
)
from meshnode.protocol.limits import BODY_BYTES_MAX

COUNTER_MAX: Final = 65_535
"""Messages of one sender in one epoch; then the founder begins a new one."""

AHEAD_MAX: Final = 2_048
"""How many messages of one sender may be missing before one that is read: 2048 steps take 10 ms,
and nobody writes as many in the weeks that a message lives."""

SKIPPED_MAX: Final = 64
"""Keys kept for missing messages of one sender: a day of talk that comes late. Older ones go."""

_TAG_BYTES: Final = 4
"""A stranger's message looks like one of an epoch's once in 4 billion."""
_MASKED_BYTES: Final = 3
_EPOCH: Final = b"meshnode circle epoch 1\0"
_HEADER: Final = b"meshnode circle header 1\0"
_CHAIN: Final = b"meshnode circle chain 1\0"
_MESSAGE_KEY: Final = b"meshnode circle message key 1\0"
_NEXT: Final = b"meshnode circle next 1\0"
_SIGNATURE: Final = b"meshnode circle message 1\0"
_ZERO_NONCE: Final = bytes(NONCE_BYTES)


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a sender's chain stands: the key and number of the next message, and missing ones."""

    member: MemberId
    place: int
    counter: int
    key: bytes = field(repr=False)
    skipped: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """All that a member needs to write and read in one epoch.

    Shapes: `context` names community, founder, circle and epoch; `chains` by rising place.
    """

    context: bytes
    header_key: bytes = field(repr=False)
    chains: tuple[Chain, ...]

    def chain(self, place: int) -> Chain | None:
        """Return the chain of the sender at this place."""
        return next((chain for chain in self.chains if chain.place == place), None)


@dataclass(frozen=True, slots=True)
class Heading:
    """Who wrote a circle's message, and its number among the writer's in this epoch."""

    place: int
    counter: int


@dataclass(frozen=True, slots=True)
class OpenedInCircle:
    """What a circle's message held, and the state to keep from now on."""

    sender: PublicKey
    heading: Heading
    keys: EpochKeys
    payload: bytes = field(repr=False)


def epoch_keys(fields: EpochFields, *, founder: PublicKey, community: CommunityId) -> EpochKeys:
    """Return the keys at the beginning of an epoch; its founder is who sealed it to us.

    The same circle and number from another device is another epoch, with other keys.
    """
    return _keys(fields, fields.number, fields.secret, founder, community)


def earlier_keys(
    fields: EpochFields, *, founder: PublicKey, community: CommunityId
) -> tuple[EpochKeys, ...]:
    """Return the keys of the earlier epochs that came along, newest first.

    Only of today's members: what others wrote before they left stays closed to a newcomer.
    """
    return tuple(
        _keys(fields, fields.number - 1 - index, secret, founder, community)
        for index, secret in enumerate(fields.earlier)
    )


def seal_circle(
    payload: bytes, *, keys: EpochKeys, place: int, signer: SigningKey
) -> tuple[bytes, EpochKeys]:
    """Return the body of a SEALED object and the state to keep; `place` is the signer's own.

    Raises:
        CallerError: The place is not the signer's, or the payload is empty.
        LimitError: The payload is too long, or the epoch has no numbers left.
    """
    chain = keys.chain(place)
    if chain is None or chain.member != member_id(signer.public) or not payload:
        raise CallerError(f"nothing to say, or place {place} is not the signer's")
    if chain.counter > COUNTER_MAX:
        raise LimitError("This circle has no message numbers left. Ask its founder to renew it.")
    room_bytes = BODY_BYTES_MAX - CIRCLE_HEAD_BYTES - TAG_BYTES - SIGNATURE_BYTES
    if len(payload) > room_bytes:
        raise LimitError(
            f"The message takes {len(payload)} bytes; at most {room_bytes} fit. Shorten it."
        )
    heading = Heading(place, chain.counter)
    covered = _covered(keys, heading)
    signature = signer.sign(_SIGNATURE + covered + payload)
    key, chain_key = _step(chain.key)
    ciphertext = ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, payload + signature, covered)
    tag, mask = _protection(keys, ciphertext)
    body = b"\0" + tag + _masked(_heading_bytes(heading), mask) + ciphertext
    return body, _with(keys, replace(chain, counter=chain.counter + 1, key=chain_key))


def recognise_circle(body: bytes, keys: EpochKeys) -> Heading | None:
    """Return who wrote a message and its number if it is of this epoch; unproven until opened.

    Raises:
        PeerError: The body is not in order.
    """
    check_sealed(0, body)
    if body[0] != 0:
        return None
    tag, mask = _protection(keys, body[CIRCLE_HEAD_BYTES:])
    if not compare_digest(tag, body[1 : 1 + _TAG_BYTES]):
        return None
    plain = _masked(body[1 + _TAG_BYTES : CIRCLE_HEAD_BYTES], mask)
    return Heading(plain[0], int.from_bytes(plain[1:], "big"))


def open_circle(body: bytes, *, keys: EpochKeys, sender: PublicKey) -> OpenedInCircle:
    """Return what a circle's message holds, if the device `sender` has the writer's place.

    Raises:
        PeerError: It is of another epoch, was read before, is too far ahead, by somebody else,
            or damaged. The state stays as it was.
    """
    heading = recognise_circle(body, keys)
    if heading is None:
        raise PeerError("bad_seal", "not a message of this circle's epoch")
    chain = keys.chain(heading.place)
    if chain is None or chain.member != member_id(sender):
        raise PeerError("wrong_author", f"this device has not the place {heading.place}")
    key, after = _reach(chain, heading.counter)
    covered = _covered(keys, heading)
    plain = open_once(key, _ZERO_NONCE, covered, body[CIRCLE_HEAD_BYTES:])
    payload, signature = plain[:-SIGNATURE_BYTES], plain[-SIGNATURE_BYTES:]
    if not verify(sender, signature, _SIGNATURE + covered + payload):
        raise PeerError("bad_signature", "another member wrote as this one")
    return OpenedInCircle(sender, heading, _with(keys, after), payload)


def _keys(
    fields: EpochFields, number: int, secret: bytes, founder: PublicKey, community: CommunityId
) -> EpochKeys:
    context = _context(community, founder, fields.circle, number)
    pseudorandom = extract(_EPOCH + context, secret)
    chains = tuple(
        Chain(
            member=member.id,
            place=member.place,
            counter=0,
            key=expand(pseudorandom, _CHAIN + bytes([member.place]), KEY_BYTES),
        )
        for member in fields.members
    )
    return EpochKeys(context, expand(pseudorandom, _HEADER, KEY_BYTES), chains)


def _context(community: CommunityId, founder: PublicKey, circle: CircleId, number: int) -> bytes:
    return community + founder + circle + number.to_bytes(2, "big")


def _reach(chain: Chain, counter: int) -> tuple[bytes, Chain]:
    """Return the key of a message and the chain without it, and with those in between."""
    if counter < chain.counter:
        key = dict(chain.skipped).get(counter)
        if key is None:
            raise PeerError("duplicate", f"message {counter} was read before, or its key is gone")
        rest = tuple(one for one in chain.skipped if one[0] != counter)
        return key, replace(chain, skipped=rest)
    if counter - chain.counter > AHEAD_MAX:
        raise PeerError("too_far_ahead", f"message {counter}, expected {chain.counter}")
    skipped, chain_key = list(chain.skipped), chain.key
    for missing in range(chain.counter, counter):
        key, chain_key = _step(chain_key)
        skipped.append((missing, key))
    key, chain_key = _step(chain_key)
    kept = tuple(skipped[-SKIPPED_MAX:])
    return key, replace(chain, counter=counter + 1, key=chain_key, skipped=kept)


def _step(chain_key: bytes) -> tuple[bytes, bytes]:
    """Return the key of a chain's next message, and the chain's key after it."""
    return expand(chain_key, _MESSAGE_KEY, KEY_BYTES), expand(chain_key, _NEXT, KEY_BYTES)


def _with(keys: EpochKeys, chain: Chain) -> EpochKeys:
    chains = (chain if one.place == chain.place else one for one in keys.chains)
    return replace(keys, chains=tuple(chains))


def _covered(keys: EpochKeys, heading: Heading) -> bytes:
    """Return what seal and signature cover beside the payload."""
    return keys.context + _heading_bytes(heading)


def _heading_bytes(heading: Heading) -> bytes:
    return bytes([heading.place]) + heading.counter.to_bytes(2, "big")


def _protection(keys: EpochKeys, ciphertext: bytes) -> tuple[bytes, bytes]:
    """Return the tag of a message and the mask of its heading, both different every time.

    The end of the ciphertext is as good as chance and never comes twice, as in RFC 9001
    section 5.4: so no observer sees which messages are of one circle or by one writer.
    """
    made = expand(keys.header_key, _HEADER + ciphertext[-TAG_BYTES:], _TAG_BYTES + _MASKED_BYTES)
    return made[:_TAG_BYTES], made[_TAG_BYTES:]


def _masked(data: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(data, mask, strict=True))
