"""Private messages: what is written reads back the same, and no bytes do more than be refused."""

from collections.abc import Callable
from contextlib import suppress
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.mail.circle import (
    CircleFields,
    CircleId,
    CirclePolicy,
    EpochFields,
    Member,
    MemberId,
    decode_circle,
    decode_epoch,
    encode_circle,
    encode_epoch,
    member_id,
)
from meshnode.board.mail.epoch import (
    EpochKeys,
    epoch_keys,
    open_circle,
    recognise_circle,
    seal_circle,
)
from meshnode.board.mail.message import (
    CircleRequest,
    Content,
    Receipt,
    Text,
    Wish,
    decode_circle_payload,
    decode_payload,
    encode_circle_payload,
    encode_payload,
)
from meshnode.board.mail.prekey import PrekeyFields, decode_prekey, encode_prekey
from meshnode.board.mail.sealed import check_sealed, open_, recognise, seal
from meshnode.board.names import clean_name
from meshnode.protocol.agreement import AgreementKey, AgreementPublicKey, agreement_key_of
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import ShortId

COMMUNITY = CommunityId(b"c" * 16)
ALICE, BOB = SigningKey(b"\x0a" * 32), SigningKey(b"\x0b" * 32)
PREKEYS = [AgreementKey(bytes([number]) * 32) for number in range(1, 6)]

SECRETS = st.binary(min_size=32, max_size=32)
CODECS = st.integers(min_value=0, max_value=7)
NUMBERS = st.integers(min_value=0, max_value=65_535)
SHORT_IDS = st.binary(min_size=4, max_size=4).map(ShortId)
CIRCLE_IDS = st.binary(min_size=4, max_size=4).map(CircleId)
POLICIES = st.builds(CirclePolicy, is_open=st.booleans(), has_history=st.booleans())
NAMES = st.text(max_size=10).map(clean_name).filter(bool)
TEXTS = st.builds(
    Text, st.text(min_size=1, max_size=100).map(clean).filter(bool), st.none() | SHORT_IDS
)
RECEIPTS = st.builds(
    lambda ids, cut: Receipt(tuple(sorted(ids[:cut])), tuple(sorted(ids[cut:]))),
    st.lists(SHORT_IDS, min_size=1, max_size=64, unique=True),
    st.integers(min_value=0, max_value=64),
)
MEMBERS = st.lists(
    st.tuples(st.integers(0, 254), st.binary(min_size=8, max_size=8).map(MemberId)),
    min_size=1,
    max_size=30,
    unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
).map(lambda pairs: tuple(Member(*pair) for pair in sorted(pairs)))
EPOCHS = st.builds(
    EpochFields,
    circle=CIRCLE_IDS,
    number=NUMBERS,
    policy=POLICIES,
    name=NAMES,
    members=MEMBERS,
    secret=st.binary(min_size=16, max_size=16),
)
REQUESTS = st.builds(CircleRequest, CIRCLE_IDS, st.sampled_from(Wish))
CIRCLE_KEYS = epoch_keys(
    EpochFields(
        circle=CircleId(b"circ"),
        number=0,
        policy=CirclePolicy(is_open=True, has_history=False),
        name="Hof",
        members=(Member(0, member_id(ALICE.public)), Member(1, member_id(BOB.public))),
        secret=b"s" * 16,
    ),
    founder=ALICE.public,
    community=COMMUNITY,
)
SHAPES = st.sampled_from([b"", b"\x00", b"\x01", b"\x02", b"\x20", b"\x21"])
BODIES = st.builds(lambda head, rest: head + rest, SHAPES, st.binary(max_size=300))


def only_refuses(decode: Callable[[], object]) -> None:
    """Any error but PeerError fails the test that calls this."""
    with suppress(PeerError):
        decode()


@given(TEXTS | RECEIPTS | EPOCHS | REQUESTS, NUMBERS)
def test_a_payload_reads_back_the_same(content: Content, number: int) -> None:
    assert decode_payload(encode_payload(content, number=number)) == (number, content)


@given(TEXTS | RECEIPTS)
def test_a_circle_payload_reads_back_the_same(content: Text | Receipt) -> None:
    assert decode_circle_payload(encode_circle_payload(content)) == content


@given(st.binary(max_size=80), st.booleans())
def test_random_bytes_as_a_payload_read_to_something_writable_or_are_refused(
    data: bytes, is_padded: bool
) -> None:
    payload = data + b"\x80" + bytes((4 - len(data)) % 16) if is_padded else data
    only_refuses(lambda: decode_circle_payload(payload))
    with suppress(PeerError):
        number, content = decode_payload(payload)
        again = encode_payload(content, number=number)
        assert decode_payload(again) == (number, content)
        if not isinstance(content, Text):
            assert again == payload


@given(EPOCHS)
def test_an_epoch_reads_back_the_same(fields: EpochFields) -> None:
    assert decode_epoch(encode_epoch(fields)) == fields


@given(EPOCHS, st.data())
def test_an_epoch_with_one_flipped_bit_has_one_form_or_is_refused(
    fields: EpochFields, data: st.DataObject
) -> None:
    changed = flipped(encode_epoch(fields), data)
    with suppress(PeerError):
        assert encode_epoch(decode_epoch(changed)) == changed


@given(CIRCLE_IDS, POLICIES, NAMES)
def test_a_listing_reads_back_the_same(circle: CircleId, policy: CirclePolicy, name: str) -> None:
    fields = CircleFields(circle, policy, name)
    assert decode_circle(0, encode_circle(fields)) == fields


@given(CODECS, st.binary(max_size=50))
def test_random_bytes_as_a_listing_have_one_form_or_are_refused(codec: int, body: bytes) -> None:
    with suppress(PeerError):
        assert encode_circle(decode_circle(codec, body)) == body


@given(st.integers(min_value=0, max_value=255), SECRETS)
def test_a_prekey_reads_back_the_same(number: int, secret: bytes) -> None:
    fields = PrekeyFields(number, AgreementKey(secret).public)
    assert decode_prekey(0, encode_prekey(fields)) == fields


@given(CODECS, st.binary(min_size=33, max_size=33) | st.binary(max_size=40))
def test_random_bytes_as_a_prekey_have_one_form_or_are_refused(codec: int, body: bytes) -> None:
    with suppress(PeerError):
        assert encode_prekey(decode_prekey(codec, body)) == body


@settings(max_examples=40)
@given(
    st.binary(min_size=1, max_size=200),
    SECRETS,
    st.lists(st.sampled_from(PREKEYS), min_size=1, unique=True),
    st.lists(st.sampled_from(PREKEYS), unique=True),
)
def test_recipients_read_what_was_sealed_and_others_do_not(
    payload: bytes, secret: bytes, recipients: list[AgreementKey], own: list[AgreementKey]
) -> None:
    body = sealed_to(recipients, payload, secret)
    check_sealed(0, body)
    found = recognise(body, own)
    ours = [key for key in own if key in recipients]
    assert {one.key for one in found} >= set(ours)
    if ours:
        opened = open_(body, found, senders=[BOB.public, ALICE.public], community=COMMUNITY)
        assert (opened.payload, opened.sender) == (payload, ALICE.public)
        assert opened.key in ours
    else:
        only_refuses(lambda: open_(body, found, senders=[ALICE.public], community=COMMUNITY))


@settings(max_examples=60)
@given(st.integers(min_value=1, max_value=3), st.binary(min_size=1, max_size=60), st.data())
def test_a_sealed_body_with_one_flipped_bit_never_says_anything_else(
    count: int, payload: bytes, data: st.DataObject
) -> None:
    changed = flipped(sealed_to(PREKEYS[:count], payload, b"\xee" * 32), data)
    for key in PREKEYS[:count]:
        with suppress(PeerError):
            found = recognise(changed, [key])
            opened = open_(changed, found, senders=[ALICE.public], community=COMMUNITY)
            assert count > 1
            assert opened.payload == payload


@given(CODECS, BODIES)
def test_random_bytes_as_a_sealed_body_only_are_refused(codec: int, body: bytes) -> None:
    only_refuses(lambda: check_sealed(codec, body))
    only_refuses(lambda: recognise(body, PREKEYS[:2]))
    only_refuses(lambda: recognise_circle(body, CIRCLE_KEYS))
    only_refuses(lambda: open_circle(body, keys=CIRCLE_KEYS, sender=ALICE.public))
    only_refuses(
        lambda: open_(
            body, recognise(body, PREKEYS[:1]), senders=[ALICE.public], community=COMMUNITY
        )
    )


@settings(max_examples=40)
@given(st.permutations(range(8)), st.integers(min_value=1, max_value=8))
def test_circle_messages_are_read_in_any_order_and_with_losses(
    order: list[int], heard_count: int
) -> None:
    bodies: list[bytes] = []
    writer = CIRCLE_KEYS
    for number in range(8):
        body, writer = seal_circle(b"%d" % number, keys=writer, place=0, signer=ALICE)
        bodies.append(body)

    def hear(keys: EpochKeys, number: int) -> EpochKeys:
        opened = open_circle(bodies[number], keys=keys, sender=ALICE.public)
        assert opened.payload == b"%d" % number
        return opened.keys

    reduce(hear, order[:heard_count], CIRCLE_KEYS)


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_circle_message_with_one_flipped_bit_is_refused(
    payload: bytes, data: st.DataObject
) -> None:
    body, _ = seal_circle(payload, keys=CIRCLE_KEYS, place=1, signer=BOB)
    changed = flipped(body, data)
    is_refused = False
    try:
        open_circle(changed, keys=CIRCLE_KEYS, sender=BOB.public)
    except PeerError:
        is_refused = True
    assert is_refused


def sealed_to(recipients: list[AgreementKey], payload: bytes, secret: bytes) -> bytes:
    """Return a body of Alice's."""
    public_keys: list[AgreementPublicKey] = [key.public for key in recipients]
    return seal(
        payload,
        sender=agreement_key_of(ALICE),
        recipients=public_keys,
        ephemeral_secret=secret,
        community=COMMUNITY,
    )


def flipped(body: bytes, data: st.DataObject) -> bytes:
    """Return the bytes with one bit changed that Hypothesis chooses."""
    bit = data.draw(st.integers(min_value=0, max_value=8 * len(body) - 1))
    changed = bytearray(body)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
