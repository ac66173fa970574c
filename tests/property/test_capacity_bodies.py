"""Bodies of capacity: what is written reads back the same, and no bytes do more than be refused."""

from contextlib import suppress

from hypothesis import assume, given
from hypothesis import strategies as st

from meshnode.board.bodies import check_body
from meshnode.board.bulletins.bulletin import clean
from meshnode.board.capacity.allotment import AllotmentFields, decode_allotment, encode_allotment
from meshnode.board.capacity.booking import BookingFields, decode_booking, encode_booking
from meshnode.board.capacity.lots import (
    GENERATION_MAX,
    Lot,
    encode_lots,
    packed,
    read_lots,
)
from meshnode.board.capacity.meetup import MeetupFields, decode_meetup, encode_meetup
from meshnode.board.capacity.selling import merged
from meshnode.board.capacity.slots import SlotsFields, decode_slots, encode_slots
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
from meshnode.board.names import clean_name
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import Fingerprint, KeyId
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import Kind, ShortId
from tests.community import ANNA, MINUTE, made

MINUTES = st.integers(0, CREATED_MIN_MAX)
SHORT = st.binary(min_size=4, max_size=4)
LINES = st.text(max_size=20).map(clean_name)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    capacity = draw(st.integers(1, CAPACITY_MAX))
    return Terms(
        capacity,
        Fingerprint(draw(st.binary(min_size=16, max_size=16))),
        draw(st.integers(1, capacity)),
        draw(st.integers(0, LEASE_MINUTES_MAX)),
        draw(st.booleans()),
    )


@st.composite
def timetables(draw: st.DrawFn, *, sorts: tuple[Sort, ...] = tuple(Sort)) -> Timetable:
    sort = draw(st.sampled_from(sorts))
    count = 1 if sort is Sort.SINGLE else draw(st.integers(1, SLOTS_MAX))
    made_up = Timetable(
        draw(MINUTES),
        draw(st.integers(1, SLOT_MINUTES_MAX)),
        draw(st.integers(1, SLOT_MINUTES_MAX)) if count > 1 else 0,
        count,
        sort,
        draw(terms()),
    )
    assume(made_up.closes_min <= CREATED_MIN_MAX)
    return made_up


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    first_slot = draw(st.integers(0, SLOTS_MAX - 1))
    first_unit = draw(st.integers(0, CAPACITY_MAX - 1))
    return Lot(
        first_slot,
        first_unit,
        draw(st.integers(1, SLOTS_MAX - first_slot)),
        draw(st.integers(1, CAPACITY_MAX - first_unit)),
        draw(st.integers(0, GENERATION_MAX)),
    )


@given(timetables())
def test_a_timetable_reads_back_the_same(timetable: Timetable) -> None:
    reader = Reader(encode_timetable(timetable))
    assert read_timetable(reader) == timetable
    reader.finish()


@given(timetables(), LINES, LINES, st.none() | SHORT)
def test_slots_read_back_the_same(
    timetable: Timetable, title: str, text: str, place: bytes | None
) -> None:
    fields = SlotsFields(timetable, title, clean(text), None if place is None else ShortId(place))
    codec, body = encode_slots(fields)
    assert decode_slots(codec, body) == fields


@given(timetables(sorts=(Sort.SLOTS, Sort.SINGLE)), LINES, LINES, st.booleans())
def test_a_meet_up_reads_back_the_same(
    timetable: Timetable, title: str, where: str, is_sold: bool
) -> None:
    if not is_sold:
        timetable = Timetable(
            timetable.start_min,
            timetable.length_minutes,
            timetable.interval_minutes,
            timetable.count,
            timetable.sort,
        )
    fields = MeetupFields(timetable, title, where, "")
    codec, body = encode_meetup(fields)
    assert decode_meetup(codec, body) == fields


@given(lots(), st.none() | MINUTES, SHORT, SHORT, SHORT)
def test_a_booking_reads_back_the_same(
    lot: Lot, lease_min: int | None, root: bytes, author: bytes, mark: bytes
) -> None:
    fields = BookingFields(ShortId(root), KeyId(author), mark, (lot,), lease_min)
    body = encode_booking(fields)
    assert decode_booking(0, body, ShortId(root)) == fields


@given(lots(), st.none() | MINUTES, SHORT, st.binary(min_size=16, max_size=16))
def test_an_allotment_reads_back_the_same(
    lot: Lot, until_min: int | None, author: bytes, to: bytes
) -> None:
    fields = AllotmentFields(KeyId(author), Fingerprint(to), (lot,), until_min)
    body = encode_allotment(fields)
    assert decode_allotment(0, body, ShortId(author)) == fields


@given(
    st.sampled_from([Kind.SLOTS, Kind.MEETUP, Kind.BOOKING, Kind.ALLOTMENT]),
    st.integers(0, 7),
    st.binary(max_size=60),
    st.none() | SHORT,
)
def test_any_bytes_are_read_or_refused(
    kind: Kind, codec: int, body: bytes, parent: bytes | None
) -> None:
    short = None if parent is None else ShortId(parent)
    thing = made(
        ANNA, kind, body, codec=codec, sequence=1, minute=MINUTE, minutes=1440, parent=short
    )
    with suppress(PeerError):
        check_body(thing)
    with suppress(PeerError):
        decode_slots(codec, body)
    with suppress(PeerError):
        decode_meetup(codec, body)


@given(st.binary(max_size=80))
def test_lots_have_one_form(data: bytes) -> None:
    try:
        found = read_lots(Reader(data))
    except PeerError:
        return
    assert encode_lots(found) == data


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 9), st.integers(0, 2)), max_size=40))
def test_merged_and_packed_lots_are_the_same_units(units: set[tuple[int, int, int]]) -> None:
    alone = [Lot(slot, unit, generation=gen) for slot, unit, gen in units]
    packs = packed(merged(alone), bytes_max=16)
    again = {
        (slot, unit, lot.generation)
        for pack in packs
        for lot in pack
        for slot in range(lot.first_slot, lot.end_slot)
        for unit in range(lot.first_unit, lot.end_unit)
    }
    assert again == units
    for pack in packs:
        with suppress(LimitError):
            # Units of several generations meet in this test, though never at a node.
            assert len(encode_lots(pack)) <= 16
