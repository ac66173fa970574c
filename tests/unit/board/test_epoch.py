"""A circle's messages: written by one member, read by all, in any order, by nobody else."""

from dataclasses import replace

import pytest

from meshnode.board.mail.circle import CircleId, CirclePolicy, EpochFields, Member, member_id
from meshnode.board.mail.epoch import (
    AHEAD_MAX,
    COUNTER_MAX,
    SKIPPED_MAX,
    EpochKeys,
    Heading,
    OpenedInCircle,
    earlier_keys,
    epoch_keys,
    open_circle,
    recognise_circle,
    seal_circle,
)
from meshnode.board.mail.message import Text, decode_circle_payload, encode_circle_payload
from meshnode.board.mail.sealed import check_sealed, recognise
from meshnode.protocol.agreement import AgreementKey
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.limits import BODY_BYTES_MAX
from meshnode.protocol.object import compose

COMMUNITY = CommunityId(b"c" * 16)
FOUNDER, ALICE, BOB = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
MEMBERS = tuple(
    Member(place, member_id(key.public)) for place, key in ((0, FOUNDER), (1, ALICE), (4, BOB))
)
FIELDS = EpochFields(
    circle=CircleId(b"circ"),
    number=7,
    policy=CirclePolicy(is_open=False, has_history=True),
    name="Hof",
    members=MEMBERS,
    secret=b"s" * 16,
    earlier=(b"r" * 16, b"q" * 16),
)
KEYS = epoch_keys(FIELDS, founder=FOUNDER.public, community=COMMUNITY)
GERMAN = (
    "Kannst du bitte heute Abend nach meiner Mutter sehen? Sie wohnt im dritten Stock und hat "
    "seit gestern kein Wasser. Danke"
)


def written(count: int, keys: EpochKeys = KEYS) -> list[bytes]:
    """Return that many messages of Alice, each saying its number."""
    bodies = []
    for number in range(count):
        body, keys = seal_circle(b"%d" % number, keys=keys, place=1, signer=ALICE)
        bodies.append(body)
    return bodies


def read(body: bytes, keys: EpochKeys = KEYS) -> OpenedInCircle:
    return open_circle(body, keys=keys, sender=ALICE.public)


def test_a_member_writes_and_the_others_read() -> None:
    first, second = written(2)
    opened = read(first)
    assert (opened.payload, opened.heading) == (b"0", Heading(1, 0))
    assert read(second, opened.keys).payload == b"1"


def test_messages_are_read_in_any_order_each_once() -> None:
    bodies = written(6)
    keys = KEYS
    for number in (3, 0, 5, 4, 1, 2):
        opened = read(bodies[number], keys)
        assert opened.payload == b"%d" % number
        keys = opened.keys
    for body in bodies:
        with pytest.raises(PeerError) as refused:
            read(body, keys)
        assert refused.value.reason == "duplicate"
    chain = keys.chain(1)
    assert chain is not None
    assert chain.skipped == ()


def test_lost_messages_do_not_stop_the_chain() -> None:
    bodies = written(SKIPPED_MAX + 3)
    opened = read(bodies[-1])
    chain = opened.keys.chain(1)
    assert chain is not None
    assert len(chain.skipped) == SKIPPED_MAX
    assert read(bodies[2], opened.keys).payload == b"2"
    with pytest.raises(PeerError) as refused:
        read(bodies[1], opened.keys)
    assert refused.value.reason == "duplicate"


def test_a_message_too_far_ahead_is_refused() -> None:
    bodies = written(AHEAD_MAX + 2)
    assert read(bodies[AHEAD_MAX]).heading.counter == AHEAD_MAX
    with pytest.raises(PeerError) as refused:
        read(bodies[AHEAD_MAX + 1])
    assert refused.value.reason == "too_far_ahead"


def test_who_takes_the_state_later_cannot_read_what_was_read_before() -> None:
    body = written(1)[0]
    after = read(body).keys
    before = KEYS.chain(1)
    later = after.chain(1)
    assert before is not None
    assert later is not None
    assert before.key != later.key
    with pytest.raises(PeerError):
        read(body, after)
    # The writer's own state goes forward too.
    _, writers = seal_circle(b"0", keys=KEYS, place=1, signer=ALICE)
    assert writers.chain(1) == later


def test_no_bit_can_be_changed() -> None:
    body = written(1)[0]
    for bit in range(8 * len(body)):
        changed = bytearray(body)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(PeerError):
            read(bytes(changed))


def test_a_member_cannot_write_as_another() -> None:
    # Bob knows all keys of the epoch; he takes Alice's chain and pretends.
    chain = KEYS.chain(1)
    assert chain is not None
    stolen = tuple(
        replace(one, member=member_id(BOB.public)) if one.place == 1 else one
        for one in KEYS.chains
        if one.place != 4
    )
    forged, _ = seal_circle(b"x", keys=replace(KEYS, chains=stolen), place=1, signer=BOB)
    assert recognise_circle(forged, KEYS) == Heading(1, 0)
    with pytest.raises(PeerError) as refused:
        read(forged)
    assert refused.value.reason == "bad_signature"
    with pytest.raises(PeerError) as refused:
        open_circle(forged, keys=KEYS, sender=BOB.public)
    assert refused.value.reason == "wrong_author"
    with pytest.raises(CallerError):
        seal_circle(b"x", keys=KEYS, place=1, signer=BOB)


def test_a_refused_message_leaves_the_chain_where_it_was() -> None:
    body = written(1)[0]
    with pytest.raises(PeerError):
        read(body[:-1] + bytes([body[-1] ^ 1]))
    assert read(body).payload == b"0"


@pytest.mark.parametrize(
    "other",
    [
        epoch_keys(replace(FIELDS, secret=b"t" * 16), founder=FOUNDER.public, community=COMMUNITY),
        epoch_keys(replace(FIELDS, number=8), founder=FOUNDER.public, community=COMMUNITY),
        epoch_keys(
            replace(FIELDS, circle=CircleId(b"ring")), founder=FOUNDER.public, community=COMMUNITY
        ),
        epoch_keys(FIELDS, founder=ALICE.public, community=COMMUNITY),
        epoch_keys(FIELDS, founder=FOUNDER.public, community=CommunityId(b"d" * 16)),
    ],
    ids=["secret", "number", "circle", "founder", "community"],
)
def test_another_epoch_recognises_nothing(other: EpochKeys) -> None:
    body = written(1)[0]
    assert recognise_circle(body, other) is None
    with pytest.raises(PeerError):
        read(body, other)


def test_a_newcomer_reads_the_earlier_epochs_that_came_along() -> None:
    before = replace(FIELDS, number=6, secret=b"r" * 16, earlier=())
    body = written(1, epoch_keys(before, founder=FOUNDER.public, community=COMMUNITY))[0]
    newest, oldest = earlier_keys(FIELDS, founder=FOUNDER.public, community=COMMUNITY)
    assert read(body, newest).payload == b"0"
    assert recognise_circle(body, oldest) is None


def test_nothing_in_a_body_shows_writer_circle_or_order() -> None:
    heads = [body[1:8] for body in written(40)]
    # Without the mask, writer and high byte of the counter would be the same in all of them.
    assert len({head[4] for head in heads}) > 20
    assert len({head[:4] for head in heads}) == 40


def test_a_body_for_recipients_is_of_no_epoch_and_the_other_way_round() -> None:
    assert recognise_circle(b"\x01" + bytes(200), KEYS) is None
    body = written(1)[0]
    check_sealed(0, body)
    assert recognise(body, [AgreementKey(b"\x05" * 32)]) == ()


def test_a_text_of_120_characters_in_a_circle_takes_two_hundred_bytes() -> None:
    payload = encode_circle_payload(Text(GERMAN))
    body, _ = seal_circle(payload, keys=KEYS, place=1, signer=ALICE)
    whole = compose(
        key=FOUNDER,
        community=COMMUNITY,
        kind=12,
        body=body,
        sequence=500,
        created_min=1_052_700,
        lifetime_code=8,
    ).encoded
    assert len(whole) <= 200
    assert decode_circle_payload(read(body).payload) == Text(GERMAN)


def test_the_longest_payload_fits_and_one_byte_more_does_not() -> None:
    longest = BODY_BYTES_MAX - 8 - 16 - 64
    body, _ = seal_circle(bytes(longest), keys=KEYS, place=1, signer=ALICE)
    assert len(body) == BODY_BYTES_MAX
    assert read(body).payload == bytes(longest)
    with pytest.raises(LimitError, match=f"at most {longest} fit"):
        seal_circle(bytes(longest + 1), keys=KEYS, place=1, signer=ALICE)


def test_after_the_last_number_nothing_is_sealed() -> None:
    chains = tuple(replace(chain, counter=COUNTER_MAX) for chain in KEYS.chains)
    _, after = seal_circle(b"x", keys=replace(KEYS, chains=chains), place=1, signer=ALICE)
    with pytest.raises(LimitError, match="no message numbers left"):
        seal_circle(b"x", keys=after, place=1, signer=ALICE)


def test_a_caller_without_a_place_or_words_is_told() -> None:
    with pytest.raises(CallerError):
        seal_circle(b"x", keys=KEYS, place=2, signer=ALICE)
    with pytest.raises(CallerError):
        seal_circle(b"", keys=KEYS, place=1, signer=ALICE)


def test_keys_do_not_print_themselves() -> None:
    text = repr(read(written(3)[2]).keys)
    chain = KEYS.chain(1)
    assert chain is not None
    for secret in (KEYS.header_key, chain.key):
        assert repr(secret) not in text
        assert repr(secret) not in repr(KEYS)
