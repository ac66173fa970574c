"""Every bound of capacity from both sides: what just fits is written and read, one more is not."""

from dataclasses import replace

import pytest

from meshnode.board.capacity.allotment import AllotmentFields, encode_allotment
from meshnode.board.capacity.booking import SALE_BODY_BYTES_MAX, BookingFields, encode_booking
from meshnode.board.capacity.lots import GENERATION_MAX, LOTS_MAX, Lot, encode_lots, read_lots
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.slots import SLOTS_CHARACTERS_MAX, SlotsFields, encode_slots
from meshnode.board.capacity.timetable import (
    CAPACITY_MAX,
    LEASE_MINUTES_MAX,
    SLOT_MINUTES_MAX,
    SLOTS_MAX,
    Sort,
    Terms,
    Timetable,
    encode_timetable,
    read_timetable,
)
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint, KeyId
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import Kind, ShortId, compose
from tests.community import COMMUNITY, HERE, MINUTE

NODE = Fingerprint(bytes(16))
TERMS = Terms(10, NODE)
PLAIN = Timetable(MINUTE, 30, 60, 4, terms=TERMS)

FITS = (
    replace(PLAIN, count=SLOTS_MAX),
    replace(PLAIN, length_minutes=SLOT_MINUTES_MAX),
    replace(PLAIN, interval_minutes=SLOT_MINUTES_MAX),
    replace(PLAIN, start_min=0),
    replace(PLAIN, start_min=CREATED_MIN_MAX - 3 * 60 - 30),
    replace(PLAIN, terms=replace(TERMS, capacity=CAPACITY_MAX, claim_max=CAPACITY_MAX)),
    replace(PLAIN, terms=replace(TERMS, claim_max=10)),
    replace(PLAIN, terms=replace(TERMS, lease_minutes=LEASE_MINUTES_MAX)),
    Timetable(MINUTE, 1, sort=Sort.SINGLE, terms=TERMS),
)
TOO_MUCH = (
    replace(PLAIN, count=SLOTS_MAX + 1),
    replace(PLAIN, count=0),
    replace(PLAIN, length_minutes=SLOT_MINUTES_MAX + 1),
    replace(PLAIN, length_minutes=0),
    replace(PLAIN, interval_minutes=SLOT_MINUTES_MAX + 1),
    replace(PLAIN, interval_minutes=0),
    replace(PLAIN, count=1),
    replace(PLAIN, start_min=-1),
    replace(PLAIN, start_min=CREATED_MIN_MAX - 3 * 60 - 29),
    replace(PLAIN, terms=replace(TERMS, capacity=CAPACITY_MAX + 1)),
    replace(PLAIN, terms=replace(TERMS, capacity=0)),
    replace(PLAIN, terms=replace(TERMS, claim_max=11)),
    replace(PLAIN, terms=replace(TERMS, claim_max=0)),
    replace(PLAIN, terms=replace(TERMS, lease_minutes=LEASE_MINUTES_MAX + 1)),
    replace(PLAIN, terms=replace(TERMS, lease_minutes=-1)),
    replace(PLAIN, sort=Sort.SINGLE),
)


@pytest.mark.parametrize("timetable", FITS)
def test_a_timetable_that_just_fits_is_read(timetable: Timetable) -> None:
    assert read_timetable(Reader(encode_timetable(timetable))) == timetable


@pytest.mark.parametrize("timetable", TOO_MUCH)
def test_a_timetable_beyond_its_bounds_is_not_written(timetable: Timetable) -> None:
    with pytest.raises(LimitError):
        encode_timetable(timetable)


def test_slots_are_sold_and_meet_ups_are_no_queues() -> None:
    with pytest.raises(LimitError):
        encode_slots(SlotsFields(replace(PLAIN, terms=None)))
    with pytest.raises(LimitError):
        encode_meetup(MeetupFields(replace(PLAIN, sort=Sort.QUEUE)))
    encode_slots(SlotsFields(PLAIN, "x" * 60, "x" * SLOTS_CHARACTERS_MAX))
    with pytest.raises(LimitError):
        encode_slots(SlotsFields(PLAIN, "x" * 61))
    with pytest.raises(LimitError):
        encode_slots(SlotsFields(PLAIN, "", "x" * (SLOTS_CHARACTERS_MAX + 1)))


@pytest.mark.parametrize(
    "lot",
    [
        Lot(SLOTS_MAX - 1, 0),
        Lot(0, 0, SLOTS_MAX, CAPACITY_MAX),
        Lot(0, CAPACITY_MAX - 1),
        Lot(0, 0, generation=GENERATION_MAX),
    ],
)
def test_a_lot_that_just_fits_is_read(lot: Lot) -> None:
    assert read_lots(Reader(encode_lots([lot]))) == (lot,)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [Lot(SLOTS_MAX, 0)],
        [Lot(1, 0, SLOTS_MAX)],
        [Lot(0, CAPACITY_MAX)],
        [Lot(0, 1, 1, CAPACITY_MAX)],
        [Lot(0, 0, 0)],
        [Lot(0, 0, 1, 0)],
        [Lot(0, 0, generation=GENERATION_MAX + 1)],
        [Lot(0, 1), Lot(0, 0)],
        [Lot(0, 0), Lot(0, 0)],
        [Lot(0, 0, 2, 2), Lot(1, 1)],
        [Lot(0, unit) for unit in range(LOTS_MAX + 1)],
    ],
)
def test_lots_beyond_their_bounds_are_not_written(wrong: list[Lot]) -> None:
    with pytest.raises(LimitError):
        encode_lots(wrong)


def test_lots_that_touch_without_a_common_unit_are_written() -> None:
    side_by_side = [Lot(0, 0, 2, 2), Lot(0, 2, 1, 2), Lot(2, 0, 1, 2)]
    assert read_lots(Reader(encode_lots(side_by_side))) == tuple(side_by_side)
    assert len(read_lots(Reader(encode_lots([Lot(0, unit) for unit in range(LOTS_MAX)])))) == 16


def test_the_largest_booking_and_allotment_are_120_bytes_at_the_two_millionth_object() -> None:
    lots = tuple(Lot(0, 2 * unit) for unit in range(4))
    root, author = ShortId(bytes(4)), KeyId(bytes(4))
    booking = encode_booking(BookingFields(root, author, bytes(4), lots, MINUTE))
    assert len(booking) == 36
    with pytest.raises(LimitError):
        encode_booking(BookingFields(root, author, bytes(4), (*lots, Lot(0, 9)), MINUTE))
    three = encode_allotment(AllotmentFields(author, NODE, lots[:3], MINUTE))
    assert len(three) == 39
    with pytest.raises(LimitError):
        encode_allotment(AllotmentFields(author, NODE, lots, MINUTE))
    for kind in (Kind.BOOKING, Kind.ALLOTMENT):
        largest = compose(
            key=HERE,
            community=COMMUNITY,
            kind=kind,
            body=bytes(SALE_BODY_BYTES_MAX),
            sequence=2**21 - 1,
            created_min=MINUTE,
            lifetime_code=13,
            parent=root,
        )
        assert len(largest.encoded) == 120
