"""Private messages: sealed bodies, circles, mailboxes, and the payloads behind right seals."""

from collections.abc import Iterator
from functools import cache

from meshnode.board.mail import sealed
from meshnode.board.mail.epoch import open_circle, recognise_circle
from meshnode.board.mail.message import (
    CircleContent,
    CircleRequest,
    Content,
    EpochFields,
    Receipt,
    Text,
    Wish,
    decode_circle_payload,
    decode_payload,
    encode_circle_payload,
    encode_payload,
)
from meshnode.board.mail.sealed import check_sealed, open_, recognise, seal
from meshnode.person import inbox
from meshnode.person.stored import from_document
from meshnode.protocol import text as texts
from meshnode.protocol.agreement import AGREEMENT_KEY_BYTES, AgreementKey, agreement_key_of
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import ShortId
from tests.fuzz import circle_talk, mailbox_talk
from tests.fuzz.circle_talk import COMMUNITY, PLACES, WRITERS, fresh_keys, read_payload
from tests.fuzz.harness import Cuts, Harness, packed, require
from tests.fuzz.mailbox_talk import padded

_PAYLOAD, _CHANGED, _RAW, _CIRCLE, _MAILBOX = range(5)
_UNPADDED = 0x80
_PAYLOAD_BYTES_MAX = 1_000
_MODELLED_BYTES_MAX = 64
"""Longer texts in the codecs that predict are left to `models`."""
_CHANGES_MAX = 4
_OWN = tuple(AgreementKey(bytes([number]) * 32) for number in range(1, 5))
_SECRET = b"\x77" * 32
_ANNA, _BERT = WRITERS[:2]
_SENDERS = (_BERT.public, _ANNA.public)
_SAID = b"\x00\x00\x07said"


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    cuts = Cuts(data)
    mode = cuts.byte() % 5
    if mode == _CIRCLE:
        return circle_talk.talk(cuts)
    if mode == _MAILBOX:
        return mailbox_talk.hear(cuts)
    try:
        if mode == _PAYLOAD:
            return _payload(cuts)
        return _changed(cuts) if mode == _CHANGED else _raw(cuts.rest())
    except PeerError:
        return False


def seeds() -> Iterator[bytes]:
    contents = _contents()
    for count, content in enumerate(contents):
        payload = _bare(encode_payload(content, number=count))
        yield bytes([_PAYLOAD, count]) + payload
        letter = bytes([mailbox_talk.LETTER]) + packed(payload)
        yield bytes([_MAILBOX]) + letter + letter
        both = bytes([mailbox_talk.WRITE, mailbox_talk.TO_BOTH]) + packed(payload)
        by_stranger = bytes([mailbox_talk.BY_STRANGER]) + packed(payload)
        yield bytes([_MAILBOX]) + both + by_stranger + bytes([mailbox_talk.LATER, 90])
    for base in range(len(_bases())):
        yield bytes([_CHANGED, base, 0])
        yield bytes([_CHANGED, base, 1, 0, 34, 1])
        yield bytes([_RAW]) + _bases()[base]
    said: tuple[CircleContent, ...] = (Text("Hallo"), Receipt((ShortId(b"1234"),)))
    for content in said:
        block = packed(encode_circle_payload(content))
        steps = [bytes([what << 2]) + block for what in (circle_talk.SEND, circle_talk.KEEP)]
        steps += [bytes([circle_talk.AGAIN << 2, 1]), bytes([circle_talk.FORGE << 2 | 1])]
        steps += [bytes([circle_talk.CHANGE << 2, 0, 9, 1]), bytes([0x60 | 2]) + block]
        yield bytes([_CIRCLE]) + b"".join(steps) + bytes([circle_talk.FAR_AHEAD << 2, 4, 0])
        in_circle = bytes([mailbox_talk.IN_CIRCLE]) + packed(_bare(encode_circle_payload(content)))
        for number, with_bert in ((3, True), (0, True), (3, False)):
            fields = mailbox_talk.epoch(number, with_bert=with_bert)
            begun = packed(_bare(encode_payload(fields, number=1)))
            yield bytes([_MAILBOX, mailbox_talk.LETTER]) + begun + in_circle + in_circle


def _contents() -> tuple[Content, ...]:
    circle = mailbox_talk.circle_id()
    epoch: EpochFields = mailbox_talk.epoch(2)
    return (
        Text("Hallo"),
        Text("x", ShortId(b"abcd")),
        Text("Wasser gibt es am Nordmarkt."),
        Receipt((ShortId(b"abcd"),), (ShortId(b"abce"), ShortId(b"abcf"))),
        CircleRequest(circle, Wish.JOIN),
        CircleRequest(circle, Wish.LEAVE),
        epoch,
    )


def _bare(payload: bytes) -> bytes:
    """Return a payload without the padding that this harness makes anew."""
    return payload.rstrip(b"\0")[:-1]


def _payload(cuts: Cuts) -> bool:
    """Sealed to some keys and opened again, it is the same; then it is read."""
    flags = cuts.byte()
    content = cuts.rest()[:_PAYLOAD_BYTES_MAX]
    payload = content if flags & _UNPADDED and content else padded(content)
    count, own = 1 + (flags & 3), flags >> 2 & 3
    body = seal(
        payload,
        sender=agreement_key_of(_ANNA),
        recipients=[key.public for key in _OWN[:count]],
        ephemeral_secret=_SECRET,
        community=COMMUNITY,
    )
    check_sealed(0, body)
    recognised = recognise(body, _OWN[own:])
    require(len(recognised) >= count - own, "a body that its recipients do not know")
    if not recognised:
        return False
    opened = open_(body, recognised, senders=_SENDERS, community=COMMUNITY)
    require(opened.payload == payload and opened.sender == _ANNA.public, "something else opens")
    if payload[0] >> 1 & 0x07 in texts.MODELS and len(payload) > _MODELLED_BYTES_MAX:
        return False
    return _read(payload) or read_payload(payload)


def _read(payload: bytes) -> bool:
    try:
        number, content = decode_payload(payload)
    except PeerError:
        return False
    if not isinstance(content, Text):
        require(encode_payload(content, number=number) == payload, "a payload of two forms")
    elif len(payload) <= _MODELLED_BYTES_MAX:
        again = decode_payload(encode_payload(content, number=number))
        require(again == (number, content), "a text that does not come back")
    return True


@cache
def _bases() -> tuple[bytes, ...]:
    """Return right bodies: for one, for three, and a circle's."""
    bodies = [
        seal(
            padded(_SAID),
            sender=agreement_key_of(_ANNA),
            recipients=[key.public for key in _OWN[:count]],
            ephemeral_secret=_SECRET,
            community=COMMUNITY,
        )
        for count in (1, 3)
    ]
    of_circle, _ = circle_talk.seal_circle(
        padded(b"\0said"), keys=fresh_keys(), place=PLACES[0], signer=_ANNA
    )
    return (*bodies, of_circle)


def _changed(cuts: Cuts) -> bool:
    """A right body with some bytes changed: it says what it said, or nothing."""
    base = _bases()[cuts.byte() % len(_bases())]
    body = bytearray(base)
    for _ in range(cuts.byte() % (_CHANGES_MAX + 1)):
        at = int.from_bytes(cuts.take(2), "big") % len(body)
        body[at] ^= cuts.byte()
    said = _opened(bytes(body))
    require(said in (padded(_SAID), padded(b"\0said")), "a changed body says something else")
    return True


def _raw(body: bytes) -> bool:
    """Any bytes, with the tag of a key of ours where there is one."""
    with_tag = body
    if len(body) > AGREEMENT_KEY_BYTES + sealed.RECOGNITION_BYTES and body[0]:
        enc = body[1 : 1 + AGREEMENT_KEY_BYTES]
        tag = sealed._tag(_OWN[0].agree(enc), enc, _OWN[0].public)
        with_tag = body[: 1 + AGREEMENT_KEY_BYTES] + tag + body[3 + AGREEMENT_KEY_BYTES :]
    for codec in (0, 1):
        try:
            check_sealed(codec, with_tag)
        except PeerError:
            require(codec == 1 or _is_refused(with_tag), "unchecked, but it opens")
    return bool(_opened(with_tag))


def _is_refused(body: bytes) -> bool:
    try:
        _opened(body)
    except PeerError:
        return True
    return False


def _opened(body: bytes) -> bytes:
    if body[:1] == b"\0":
        recognise_circle(body, fresh_keys())
        return open_circle(body, keys=fresh_keys(), sender=_ANNA.public).payload
    recognised = recognise(body, _OWN)
    return open_(body, recognised, senders=_SENDERS, community=COMMUNITY).payload


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(
        check_sealed,
        recognise,
        open_,
        recognise_circle,
        open_circle,
        decode_payload,
        decode_circle_payload,
        inbox.receive,
        from_document,
    ),
    bytes_max=1_200,
    mutations=700,
)
