"""Frames: what they carry, and what is no frame of ours."""

import pytest

from meshnode.protocol.batch import (
    DATA_SYMBOLS_MAX,
    SYMBOL_BYTES_MAX,
    SYMBOL_BYTES_MIN,
    BatchId,
    Shape,
    compose,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import (
    BEACON_BYTES_MIN,
    DEPTH_MAX,
    FRAME_BYTES_MIN,
    HEARS_MAX,
    MAC_BYTES,
    PARTIALS_MAX,
    REMAINING_MAX,
    Beacon,
    Hello,
    Objects,
    Partial,
    RadioBody,
    RadioCodec,
    Ranges,
    Scope,
    Symbol,
    decode_stream,
    encode_stream,
    symbol_room_bytes,
    syndromes_max,
)
from meshnode.protocol.limits import OBJECT_BYTES_MAX, STREAM_FRAME_BYTES_MAX

CODEC = RadioCodec(bytes(32), b"\x12\x34\x56\x78")
BATCH = BatchId(b"abcd")
SYNDROME = bytes(4)


def beacon(
    *,
    depth: int = 0,
    bucket: int = 0,
    partials: tuple[Partial, ...] = (),
    syndromes: bytes = SYNDROME,
    hears: tuple[bytes, ...] | None = None,
    scope: Scope = Scope.ALL,
) -> Beacon:
    return Beacon(
        cutoff_hour=25_000,
        depth=depth,
        bucket=bucket,
        count=7,
        check=0xBEEF,
        partials=partials,
        syndromes=syndromes,
        hears=hears,
        scope=scope,
    )


def symbol(
    *, count: int = 3, index: int = 0, remaining: int = 0, data: bytes = b"\0half"
) -> Symbol:
    return Symbol(Shape(BATCH, count, len(data)), index, remaining, data)


def refused(payload: bytes, first: int = 0xB3) -> str:
    """Seal a payload by hand; return why it is refused."""
    content = bytes([first]) + b"\x12\x34\x00" + payload
    frame = content + CODEC._mac(content)
    with pytest.raises(PeerError) as caught:
        CODEC.open(frame)
    return caught.value.reason


BODIES: list[RadioBody] = [
    Objects(()),
    Objects((b"x",)),
    Objects((b"x" * 200, b"", b"y")),
    symbol(count=1),
    symbol(index=2, remaining=7),
    symbol(index=255, remaining=REMAINING_MAX, data=bytes(SYMBOL_BYTES_MIN)),
    symbol(count=DATA_SYMBOLS_MAX, index=DATA_SYMBOLS_MAX, data=bytes(SYMBOL_BYTES_MAX)),
    beacon(),
    beacon(depth=1, bucket=1),
    beacon(depth=DEPTH_MAX, bucket=255, syndromes=SYNDROME * 24),
    beacon(partials=(Partial(BATCH, 1),)),
    beacon(partials=(Partial(BATCH, DATA_SYMBOLS_MAX),) * PARTIALS_MAX),
    beacon(scope=Scope.URGENT),
    beacon(scope=Scope.URGENT, partials=(Partial(BATCH, 1),), hears=(b"ab",)),
    beacon(hears=()),
    beacon(hears=(b"\x12\x34", b"\0\0")),
    beacon(partials=(Partial(BATCH, 9),) * PARTIALS_MAX, hears=(b"ab",) * HEARS_MAX),
]


@pytest.mark.parametrize("body", BODIES)
def test_a_radio_frame_is_opened_as_it_was_sealed(body: RadioBody) -> None:
    frame = CODEC.open(CODEC.seal(300, body))
    assert frame.body == body
    assert frame.sender == b"\x12\x34"
    assert frame.number == 300 % 256


@pytest.mark.parametrize("body", BODIES)
def test_no_flipped_bit_gets_through(body: RadioBody) -> None:
    sealed = CODEC.seal(9, body)
    for position in range(8 * len(sealed)):
        flipped = bytearray(sealed)
        flipped[position // 8] ^= 1 << position % 8
        with pytest.raises(PeerError):
            CODEC.open(bytes(flipped))


@pytest.mark.parametrize("body", BODIES)
def test_no_truncated_or_longer_frame_gets_through(body: RadioBody) -> None:
    sealed = CODEC.seal(9, body)
    for length in range(len(sealed)):
        with pytest.raises(PeerError):
            CODEC.open(sealed[:length])
    with pytest.raises(PeerError):
        CODEC.open(sealed + b"\0")


def test_another_communitys_frame_has_a_wrong_mac() -> None:
    other = RadioCodec(b"\1" * 32, b"\x12\x34")
    with pytest.raises(PeerError, match="wrong_mac"):
        CODEC.open(other.seal(0, beacon()))


@pytest.mark.parametrize("frame", [b"", b"\x00", b"\x94\xc3hello", b"\xa3" + bytes(40)])
def test_another_programs_packet_is_foreign(frame: bytes) -> None:
    with pytest.raises(PeerError, match="foreign_frame"):
        CODEC.open(frame)


def test_our_magic_with_too_little_behind_it_is_truncated() -> None:
    with pytest.raises(PeerError, match="truncated"):
        CODEC.open(b"\xb3" + bytes(2 + MAC_BYTES))


def test_an_unknown_frame_type_is_refused() -> None:
    assert refused(b"", first=0xB0) == "unknown_frame"
    assert refused(b"", first=0xB4) == "unknown_frame"


@pytest.mark.parametrize("size", [OBJECT_BYTES_MAX, OBJECT_BYTES_MAX + 1])
def test_an_object_above_its_bound_is_oversize(size: int) -> None:
    frame = CODEC.seal(0, Objects((bytes(size),)))
    if size <= OBJECT_BYTES_MAX:
        assert CODEC.open(frame).body == Objects((bytes(size),))
    else:
        with pytest.raises(PeerError, match="oversize"):
            CODEC.open(frame)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (BATCH + bytes([0, 0, 0]) + b"\0x", "bad_symbol"),  # A batch of nothing.
        (BATCH + bytes([0, DATA_SYMBOLS_MAX + 1, 0]) + b"\0x", "bad_symbol"),
        (BATCH + bytes([0, 2, 0]) + bytes(SYMBOL_BYTES_MIN - 1), "bad_symbol"),
        (BATCH + bytes([0, 2, 0]) + bytes(SYMBOL_BYTES_MAX + 1), "bad_symbol"),
        (BATCH + bytes([0, 2]), "truncated"),
        (BATCH[:3], "truncated"),
    ],
)
def test_symbols_out_of_bounds_are_refused(payload: bytes, reason: str) -> None:
    assert refused(payload, first=0xB2) == reason


def test_a_sender_that_goes_on_for_longer_than_a_byte_says_says_its_most() -> None:
    sealed = CODEC.seal(0, symbol(remaining=REMAINING_MAX + 1))
    assert CODEC.open(sealed).body == symbol(remaining=REMAINING_MAX)


HEAD = (25_000).to_bytes(3, "big")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (HEAD + b"\x00" + bytes(4), "bad_beacon"),  # No syndrome.
        (HEAD + b"\x00" + bytes(4) + bytes(5), "bad_beacon"),  # Not in fours.
        (HEAD + b"\x90" + b"\x00" + bytes(4) + SYNDROME, "bad_beacon"),  # Too deep.
        (HEAD + b"\x10" + b"\x02" + bytes(4) + SYNDROME, "bad_beacon"),  # Bucket 2 of 2.
        (HEAD + b"\x14" + b"\x01" + bytes(4) + SYNDROME, "bad_beacon"),  # A bucket of the urgent.
        (HEAD + b"\x03" + bytes(4) + SYNDROME, "truncated"),
        (HEAD + b"\x01" + bytes(4) + BATCH + b"\x00" + SYNDROME, "bad_beacon"),  # None lacks.
        (HEAD + b"\x01" + bytes(4) + BATCH + bytes([DATA_SYMBOLS_MAX + 1]), "bad_beacon"),
        (HEAD + b"\x01" + bytes(4) + BATCH, "truncated"),
        (HEAD + b"\x08" + bytes(4) + bytes([HEARS_MAX + 1]) + bytes(200), "bad_beacon"),
        (HEAD + b"\x08" + bytes(4) + b"\x02" + b"\x12\x34\x56", "truncated"),
        (HEAD + b"\x08" + bytes(4), "truncated"),
        (HEAD + b"\x08" + bytes(4) + b"\x01\x12\x34", "bad_beacon"),  # No syndrome.
        (HEAD, "truncated"),
    ],
)
def test_beacons_out_of_bounds_are_refused(payload: bytes, reason: str) -> None:
    assert refused(payload) == reason


def test_a_quiet_beacon_takes_twenty_bytes() -> None:
    assert len(CODEC.seal(0, beacon())) == BEACON_BYTES_MIN + 4 == 20


def test_the_longest_beacon_without_syndromes_to_spare_fits_the_smallest_frame() -> None:
    partials = (Partial(BATCH, 1),) * PARTIALS_MAX
    hears = (b"ab",) * ((FRAME_BYTES_MIN - BEACON_BYTES_MIN) // 4)
    for listed in (None, (), hears):
        room = syndromes_max(FRAME_BYTES_MIN, partials, listed)
        assert room >= 1
        fullest = beacon(partials=partials, syndromes=SYNDROME * room, hears=listed)
        assert len(CODEC.seal(0, fullest)) <= FRAME_BYTES_MIN


@pytest.mark.parametrize("frame_bytes", [64, 200, 231])
def test_beacons_use_the_whole_frame_and_not_more(frame_bytes: int) -> None:
    for partials in ((), (Partial(BATCH, 9),)):
        for hears in (None, (), (b"ab", b"cd")):
            room = syndromes_max(frame_bytes, partials, hears)
            longest = beacon(depth=1, partials=partials, syndromes=SYNDROME * room, hears=hears)
            assert frame_bytes - 4 < len(CODEC.seal(0, longest)) <= frame_bytes


@pytest.mark.parametrize("frame_bytes", [64, 100, 200, 231])
def test_every_symbol_of_the_largest_object_fits_the_frames_it_is_cut_for(
    frame_bytes: int,
) -> None:
    batch = compose([bytes(OBJECT_BYTES_MAX)], symbol_room_bytes(frame_bytes))
    assert batch.shape.data_count <= DATA_SYMBOLS_MAX
    for index in (0, batch.shape.data_count - 1, batch.shape.data_count, 255):
        said = Symbol(batch.shape, index, 3, batch.symbol(index))
        sealed = CODEC.seal(0, said)
        assert len(sealed) <= frame_bytes
        assert CODEC.open(sealed).body == said


@pytest.mark.parametrize(
    "frame",
    [Hello(0, ()), Hello(25_000, (b"a", b"b")), Ranges(1, b""), Ranges(1, b"m"), Objects((b"z",))],
)
def test_a_stream_frame_is_decoded_as_it_was_encoded(frame: Hello | Ranges | Objects) -> None:
    assert decode_stream(encode_stream(frame)) == frame


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated"),
        (b"\x02", "unknown_frame"),
        (b"\x04\x00", "truncated"),
        (b"\x01\x05ab", "truncated"),
        (b"\x01" + b"\x81\x10" + bytes(OBJECT_BYTES_MAX + 1), "oversize"),
        (b"\x05" + bytes(STREAM_FRAME_BYTES_MAX), "oversize"),
        (b"\x06\0\0\0\x01" + bytes(7), "truncated"),
        (b"\x06\0\0\0\x01" + bytes(9), "trailing_bytes"),
    ],
)
def test_nonsense_on_a_stream_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as caught:
        decode_stream(data)
    assert caught.value.reason == reason
