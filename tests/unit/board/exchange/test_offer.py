"""Offers: their bytes, their bounds from both sides, and what one frame holds."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bodies import check_body
from meshnode.board.bulletins.bulletin import CATEGORIES, clean
from meshnode.board.exchange.claim import QUANTITY_MAX
from meshnode.board.exchange.offer import (
    OFFER_CHARACTERS_MAX,
    WINDOW_MINUTES_MAX,
    OfferFields,
    Quantity,
    chain_end,
    decode_offer,
    encode_offer,
    read_offer_head,
    shown_offer,
)
from meshnode.board.exchange.things import (
    BY_IDENTIFIER,
    THINGS,
    UNIT_MAX,
    UNITS,
    Direction,
    Sort,
)
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.limits import CREATED_MIN_MAX, FRAME_BYTES_MAX_DEFAULT, SEQUENCE_MAX
from meshnode.protocol.object import LIFETIME_MINUTES, Kind, ShortId, SignedObject, compose
from tests.community import ANNA, COMMUNITY, MINUTE

WATER = BY_IDENTIFIER["water"]
LINES = st.text(alphabet="äbc 1", max_size=20).map(clean)
MINUTES = st.integers(min_value=0, max_value=CREATED_MIN_MAX - WINDOW_MINUTES_MAX)
QUANTITIES = st.builds(
    Quantity,
    st.integers(min_value=1, max_value=QUANTITY_MAX),
    st.integers(min_value=0, max_value=UNIT_MAX),
)


@st.composite
def offers(draw: st.DrawFn) -> OfferFields:
    start = draw(st.none() | MINUTES)
    length = draw(st.none() | st.integers(min_value=1, max_value=WINDOW_MINUTES_MAX))
    sort = draw(st.sampled_from(Sort))
    return OfferFields(
        direction=draw(st.sampled_from(Direction)),
        sort=sort,
        category=draw(st.sampled_from(CATEGORIES)),
        item=draw(st.integers(min_value=1, max_value=255)),
        quantity=draw(st.none() | QUANTITIES),
        start_min=start,
        end_min=None if length is None else (start or 0) + length,
        place=draw(st.none() | st.binary(min_size=4, max_size=4).map(ShortId)),
        last_min=draw(st.none() | MINUTES),
        title=draw(LINES),
        place_words=draw(LINES),
        on_behalf=draw(LINES),
        deposit=draw(LINES) if sort is Sort.LENDING else "",
        text=draw(st.text(alphabet="äbc 1\n", max_size=80).map(clean)),
    )


@given(fields=offers())
def test_what_is_written_reads_back_the_same(fields: OfferFields) -> None:
    codec, body = encode_offer(fields)
    assert decode_offer(codec, body) == fields
    assert shown_offer(codec, body) == fields


@settings(max_examples=300)
@given(codec=st.integers(min_value=0, max_value=7), body=st.binary(max_size=60))
def test_no_bytes_do_more_than_be_refused(codec: int, body: bytes) -> None:
    try:
        head, _ = read_offer_head(body)
    except PeerError:
        return
    assert shown_offer(codec, body).direction is head.direction
    try:
        fields = decode_offer(codec, body)
    except PeerError:
        return
    assert decode_offer(*encode_offer(fields)) == fields


def test_an_offer_with_120_characters_of_text_is_one_radio_frame() -> None:
    text = (
        "Wir haben noch Trinkwasser im Keller, bitte eigene Kanister mitbringen und vorher "
        "klingeln. Der Aufzug geht gerade nicht."
    )
    assert 115 <= len(text) <= 125
    fields = OfferFields(
        Direction.OFFER,
        Sort.GOODS,
        "water",
        WATER.number,
        Quantity(60, 1),
        MINUTE + 60,
        MINUTE + 600,
        ShortId(b"hall"),
        place_words="Schillerstraße 12",
        text=text,
    )
    codec, body = encode_offer(fields)
    assert _frame_bytes(codec, body) <= FRAME_BYTES_MAX_DEFAULT


def test_an_offer_without_words_says_all_in_a_few_bytes() -> None:
    codec, body = encode_offer(
        OfferFields(Direction.REQUEST, Sort.GOODS, "water", WATER.number, Quantity(20, 1))
    )
    assert (codec, body.hex()) == (0, "81c0011401")


@pytest.mark.parametrize(
    "changes",
    [
        {"item": 256},
        {"item": -1},
        {"item": 0},
        {"category": "gold"},
        {"quantity": Quantity(0, 0)},
        {"quantity": Quantity(QUANTITY_MAX + 1, 0)},
        {"quantity": Quantity(1, UNIT_MAX + 1)},
        {"start_min": 5, "end_min": 5},
        {"start_min": 5, "end_min": 6 + WINDOW_MINUTES_MAX},
        {"start_min": CREATED_MIN_MAX, "end_min": CREATED_MIN_MAX + 1},
        {"place": ShortId(b"long!")},
        {"deposit": "20 Euro"},
        {"title": "t" * 61},
        {"text": "t" * (OFFER_CHARACTERS_MAX + 1)},
    ],
)
def test_what_is_out_of_bounds_is_refused_before_it_is_signed(changes: dict[str, object]) -> None:
    plain = OfferFields(Direction.OFFER, Sort.GOODS, "water", WATER.number)
    encode_offer(plain)
    with pytest.raises(LimitError):
        encode_offer(replace(plain, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "truncated"),
        ("0f8001", "bad_category"),
        ("608001", "bad_value"),
        ("008101", "not_canonical"),
        ("008000", "bad_value"),
        ("0000", "bad_length"),
        ("00c0010000", "bad_value"),
        ("00c0010140", "bad_value"),
        ("00c001904e00", "bad_value"),
        ("00b001000005" + "00", "bad_value"),
        ("00b001ffffff" + "01", "bad_value"),
        ("008801616263", "truncated"),
    ],
)
def test_a_damaged_head_is_refused_by_every_node(body: str, reason: str) -> None:
    with pytest.raises(PeerError) as caught:
        read_offer_head(bytes.fromhex(body))
    assert caught.value.reason == reason


def test_an_update_says_by_when_all_versions_end_and_keeps_to_it() -> None:
    first = _signed(OfferFields(Direction.OFFER, Sort.GOODS, "water", 1), lifetime_code=8)
    check_body(first)
    last_min = chain_end(first, read_offer_head(first.body)[0])
    assert last_min == MINUTE + LIFETIME_MINUTES[10]
    update = OfferFields(Direction.OFFER, Sort.GOODS, "water", 1, last_min=last_min)
    in_time = _signed(update, lifetime_code=10, parent=first.short_id)
    check_body(in_time)
    assert chain_end(in_time, read_offer_head(in_time.body)[0]) == last_min
    too_long = _signed(update, lifetime_code=10, parent=first.short_id, minute=MINUTE + 1)
    assert _refused(too_long) == "lifetime"
    assert _refused(_signed(update, lifetime_code=8)) == "not_canonical"
    silent = replace(update, last_min=None)
    assert _refused(_signed(silent, lifetime_code=8, parent=first.short_id)) == "not_canonical"


def test_the_longest_offer_leaves_room_for_claims_that_outlive_it() -> None:
    first = _signed(OfferFields(Direction.OFFER, Sort.GOODS, "water", 1), lifetime_code=12)
    assert chain_end(first, read_offer_head(first.body)[0]) == MINUTE + 91 * 1440


def test_a_lending_may_be_kept_up_for_ever() -> None:
    lending = OfferFields(Direction.OFFER, Sort.LENDING, "other", BY_IDENTIFIER["tool"].number)
    thing = _signed(lending, lifetime_code=12, parent=ShortId(b"root"))
    check_body(thing)
    assert chain_end(thing, lending) == thing.expires_min


def test_things_have_numbers_of_their_own_and_known_categories() -> None:
    assert [one.number for one in THINGS] == list(range(1, len(THINGS) + 1))
    assert len(BY_IDENTIFIER) == len(THINGS) >= 40
    assert {one.category for one in THINGS} <= set(CATEGORIES)
    assert len(UNITS) <= UNIT_MAX + 1


def _refused(thing: SignedObject) -> str:
    with pytest.raises(PeerError) as caught:
        check_body(thing)
    return caught.value.reason


def _signed(
    fields: OfferFields,
    *,
    lifetime_code: int,
    minute: int = MINUTE,
    parent: ShortId | None = None,
) -> SignedObject:
    codec, body = encode_offer(fields)
    return compose(
        key=ANNA,
        community=COMMUNITY,
        kind=Kind.OFFER,
        body=body,
        codec=codec,
        parent=parent,
        sequence=1,
        created_min=minute,
        lifetime_code=lifetime_code,
    )


def _frame_bytes(codec: int, body: bytes) -> int:
    thing = compose(
        key=ANNA,
        community=COMMUNITY,
        kind=Kind.OFFER,
        body=body,
        codec=codec,
        sequence=SEQUENCE_MAX,
        created_min=MINUTE,
        lifetime_code=8,
    )
    return len(RadioCodec(bytes(32), b"ab").seal(0, Objects((thing.encoded,))))
