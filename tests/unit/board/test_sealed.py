"""Sealed bodies: who can read, who can have sealed, and what nobody can change."""

from dataclasses import replace
from hashlib import sha256

import pytest

from meshnode.board.mail import sealed
from meshnode.board.mail.message import Text, encode_payload
from meshnode.board.mail.prekey import PrekeyFields, decode_prekey, encode_prekey
from meshnode.board.mail.sealed import Recognition, check_sealed, open_, recognise, seal
from meshnode.protocol.agreement import (
    AgreementKey,
    AgreementPublicKey,
    agreement_key_of,
    agreement_public,
)
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.limits import BODY_BYTES_MAX
from meshnode.protocol.object import compose

COMMUNITY = CommunityId(b"c" * 16)
ALICE = SigningKey(b"\x0a" * 32)
BOB = SigningKey(b"\x0b" * 32)
CAROL = SigningKey(b"\x0c" * 32)
NODE = SigningKey(b"\x0e" * 32)
BOB_PREKEY = AgreementKey(b"\xb0" * 32)
CAROL_PREKEY = AgreementKey(b"\xc0" * 32)
EPHEMERAL = b"\xee" * 32
PAYLOAD = b"payload"
GERMAN = (
    "Kannst du bitte heute Abend nach meiner Mutter sehen? Sie wohnt im dritten Stock und hat "
    "seit gestern kein Wasser. Danke"
)


def to(*recipients: AgreementKey, payload: bytes = PAYLOAD) -> bytes:
    return seal(
        payload,
        sender=agreement_key_of(ALICE),
        recipients=[key.public for key in recipients],
        ephemeral_secret=EPHEMERAL,
        community=COMMUNITY,
    )


def read(body: bytes, *own: AgreementKey, community: CommunityId = COMMUNITY) -> bytes:
    opened = open_(
        body, recognise(body, own), senders=[BOB.public, ALICE.public], community=community
    )
    assert opened.sender == ALICE.public
    return opened.payload


def test_one_recipient_reads_and_knows_the_sender() -> None:
    body = to(BOB_PREKEY)
    opened = open_(
        body,
        recognise(body, [agreement_key_of(BOB), BOB_PREKEY]),
        senders=[CAROL.public, ALICE.public],
        community=COMMUNITY,
    )
    assert (opened.payload, opened.sender, opened.key) == (PAYLOAD, ALICE.public, BOB_PREKEY)


def test_each_of_several_recipients_reads() -> None:
    body = to(BOB_PREKEY, CAROL_PREKEY)
    assert read(body, BOB_PREKEY) == PAYLOAD
    assert read(body, CAROL_PREKEY) == PAYLOAD


def test_as_many_recipients_as_are_possible_read() -> None:
    keys = [AgreementKey(bytes([number]) * 32) for number in range(1, 33)]
    body = to(*keys)
    assert all(read(body, key) == PAYLOAD for key in keys)
    with pytest.raises(LimitError, match="33 devices are too many"):
        to(*keys, AgreementKey(b"\x63" * 32))


def test_a_stranger_recognises_nothing() -> None:
    body = to(BOB_PREKEY, CAROL_PREKEY)
    assert recognise(body, [agreement_key_of(ALICE), agreement_key_of(BOB)]) == ()


def test_what_is_recognised_by_chance_does_not_open() -> None:
    body = to(BOB_PREKEY)
    key = agreement_key_of(CAROL)
    by_chance = Recognition(key, 0, key.agree(body[1:33]))
    with pytest.raises(PeerError) as refused:
        open_(body, [by_chance], senders=[ALICE.public], community=COMMUNITY)
    assert refused.value.reason == "bad_seal"


def test_a_second_slot_recognised_by_chance_does_not_hide_ours() -> None:
    body = to(CAROL_PREKEY, BOB_PREKEY)
    ours = recognise(body, [BOB_PREKEY])
    opened = open_(
        body,
        [replace(ours[0], slot=0), *ours],
        senders=[ALICE.public],
        community=COMMUNITY,
    )
    assert opened.payload == PAYLOAD


def test_another_sender_or_community_does_not_open() -> None:
    body = to(BOB_PREKEY)
    found = recognise(body, [BOB_PREKEY])
    with pytest.raises(PeerError):
        open_(body, found, senders=[BOB.public, CAROL.public], community=COMMUNITY)
    with pytest.raises(PeerError):
        open_(body, found, senders=[], community=COMMUNITY)
    with pytest.raises(PeerError):
        read(body, BOB_PREKEY, community=CommunityId(b"d" * 16))


@pytest.mark.parametrize("count", [1, 2])
def test_no_bit_can_be_changed(count: int) -> None:
    body = to(BOB_PREKEY, *[CAROL_PREKEY][: count - 1])
    other_slot = range(33 + 34 + 2, 33 + 68) if count == 2 else range(0)
    for bit in range(8 * len(body)):
        changed = bytearray(body)
        changed[bit // 8] ^= 1 << bit % 8
        if bit // 8 in other_slot:  # Carol's wrapped key: hers alone to miss.
            assert read(bytes(changed), BOB_PREKEY) == PAYLOAD
            with pytest.raises(PeerError):
                read(bytes(changed), CAROL_PREKEY)
            continue
        with pytest.raises(PeerError):
            read(bytes(changed), BOB_PREKEY)


def test_a_recipient_cannot_put_other_words_under_the_seal_for_another() -> None:
    body = to(BOB_PREKEY, CAROL_PREKEY)
    parts = sealed._parse(body)
    assert parts is not None
    (mine,) = recognise(body, [BOB_PREKEY])
    agreed = mine.agreed + BOB_PREKEY.agree(agreement_public(ALICE.public))
    context = sealed.auth_context(
        agreed,
        parts.enc,
        BOB_PREKEY.public,
        agreement_public(ALICE.public),
        sealed._info(COMMUNITY),
    )
    bound = parts.head + sha256(parts.ciphertext).digest()
    content_key = context.open_(bound, parts.wrapped[0])
    cipher = sealed.ChaCha20Poly1305(sealed._content_key(content_key))
    assert cipher.decrypt(bytes(12), parts.ciphertext, parts.head) == PAYLOAD
    forged = body[: -len(parts.ciphertext)] + cipher.encrypt(bytes(12), b"forgery", parts.head)
    with pytest.raises(PeerError):
        read(forged, CAROL_PREKEY)


def test_who_knows_public_keys_only_recognises_nothing() -> None:
    watcher = AgreementKey(b"\x77" * 32)
    watcher.public = BOB_PREKEY.public
    assert recognise(to(BOB_PREKEY), [watcher]) == ()
    assert recognise(to(BOB_PREKEY, CAROL_PREKEY), [watcher]) == ()


def test_the_tag_differs_from_message_to_message() -> None:
    again = seal(
        PAYLOAD,
        sender=agreement_key_of(ALICE),
        recipients=[BOB_PREKEY.public],
        ephemeral_secret=b"\xef" * 32,
        community=COMMUNITY,
    )
    assert again[33:35] != to(BOB_PREKEY)[33:35]


def test_strangers_recognise_no_more_often_than_by_chance() -> None:
    body = to(BOB_PREKEY)
    keys = [AgreementKey(sha256(number.to_bytes(2, "big")).digest()) for number in range(4000)]
    # Expected 4000 / 65536 = 0.06; three or more come once in thirty thousand draws, and the
    # draw is fixed.
    assert len(recognise(body, keys)) < 3


def test_a_small_order_key_is_refused_on_either_side() -> None:
    body = to(BOB_PREKEY)
    with pytest.raises(PeerError):
        recognise(body[:1] + bytes(32) + body[33:], [BOB_PREKEY])
    with pytest.raises(PeerError):
        seal(
            PAYLOAD,
            sender=agreement_key_of(ALICE),
            recipients=[AgreementPublicKey(bytes(32))],
            ephemeral_secret=EPHEMERAL,
            community=COMMUNITY,
        )


def test_a_caller_that_seals_to_nobody_twice_or_nothing_is_told() -> None:
    with pytest.raises(CallerError):
        to()
    with pytest.raises(CallerError):
        to(BOB_PREKEY, BOB_PREKEY)
    with pytest.raises(CallerError):
        to(BOB_PREKEY, payload=b"")


def test_the_longest_payload_fits_and_one_byte_more_does_not() -> None:
    for keys in ((BOB_PREKEY,), (BOB_PREKEY, CAROL_PREKEY)):
        slots_bytes = 2 if len(keys) == 1 else 68
        longest = BODY_BYTES_MAX - 33 - slots_bytes - 16
        body = to(*keys, payload=bytes(longest))
        assert len(body) == BODY_BYTES_MAX
        check_sealed(0, body)
        assert read(body, BOB_PREKEY) == bytes(longest)
        with pytest.raises(LimitError, match=f"at most {longest} fit"):
            to(*keys, payload=bytes(longest + 1))


@pytest.mark.parametrize(
    ("codec", "body", "reason"),
    [
        (1, to(BOB_PREKEY), "unexpected_codec"),
        (0, b"", "truncated"),
        (0, b"\x01" + bytes(32 + 2 + 16), "truncated"),
        (0, b"\x02" + bytes(32 + 2 * 34 + 16), "truncated"),
        (0, b"\x20" + bytes(32 + 31 * 34 + 17), "truncated"),
        (0, b"\x21" + bytes(1800), "bad_value"),
        (0, bytes(8 + 16 + 64), "truncated"),
        (0, b"\x01" + bytes(BODY_BYTES_MAX), "oversize"),
    ],
)
def test_a_node_refuses_what_cannot_be_sealed(codec: int, body: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as refused:
        check_sealed(codec, body)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        b"\x01" + bytes(32 + 2 + 17),
        b"\x02" + bytes(32 + 2 * 34 + 17),
        b"\x20" + bytes(32 + 32 * 34 + 17),
        bytes(8 + 16 + 64 + 1),
    ],
)
def test_a_node_takes_the_shortest_of_each_shape(body: bytes) -> None:
    check_sealed(0, body)


def test_a_circle_message_is_for_no_recipient() -> None:
    body = bytes(8 + 16 + 64 + 1)
    assert recognise(body, [BOB_PREKEY]) == ()
    with pytest.raises(PeerError):
        open_(body, [], senders=[ALICE.public], community=COMMUNITY)


def test_a_text_of_120_characters_is_one_frame() -> None:
    assert len(GERMAN) == 120
    body = to(BOB_PREKEY, payload=encode_payload(Text(GERMAN), number=300))
    assert len(wrapped(12, body)) <= 180


def test_a_prekey_is_a_small_object() -> None:
    body = encode_prekey(PrekeyFields(7, BOB_PREKEY.public))
    assert decode_prekey(0, body) == PrekeyFields(7, BOB_PREKEY.public)
    assert len(wrapped(11, body)) <= 110


def wrapped(kind: int, body: bytes) -> bytes:
    """Return the whole object of a node that has made some hundred before."""
    return compose(
        key=NODE,
        community=COMMUNITY,
        kind=kind,
        body=body,
        sequence=500,
        created_min=1_052_700,
        lifetime_code=8,
    ).encoded


def test_a_recognition_does_not_print_what_was_agreed() -> None:
    (found,) = recognise(to(BOB_PREKEY), [BOB_PREKEY])
    assert repr(found.agreed) not in repr(found)


@pytest.mark.parametrize(
    ("codec", "body", "reason"),
    [
        (1, b"\x07" + BOB_PREKEY.public, "unexpected_codec"),
        (0, b"\x07" + BOB_PREKEY.public[:-1], "truncated"),
        (0, b"\x07" + BOB_PREKEY.public + b"\0", "trailing_bytes"),
        (0, b"\x07" + bytes(32), "bad_key"),
        (0, b"\x07" + b"\xff" * 32, "bad_key"),
    ],
)
def test_a_prekey_in_another_form_is_refused(codec: int, body: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as refused:
        decode_prekey(codec, body)
    assert refused.value.reason == reason


def test_a_prekey_without_valid_form_is_not_written() -> None:
    with pytest.raises(CallerError):
        encode_prekey(PrekeyFields(256, BOB_PREKEY.public))
    with pytest.raises(CallerError):
        encode_prekey(PrekeyFields(0, AgreementPublicKey(bytes(32))))
