"""Frames: what they carry, and what is no frame of ours."""

import pytest

from meshnode.protocol.errors import PeerError
from meshnode.protocol.frames import (
    BEACON_BYTES_MIN,
    DEPTH_MAX,
    FRAGMENTS_MAX,
    FRAME_BYTES_MIN,
    MAC_BYTES,
    PARTIALS_MAX,
    Beacon,
    Fragment,
    Hello,
    Objects,
    Partial,
    RadioBody,
    RadioCodec,
    Ranges,
    decode_stream,
    encode_stream,
    fragment_count,
    fragment_of,
    object_room_bytes,
    syndromes_max,
)
from meshnode.protocol.limits import OBJECT_BYTES_MAX, STREAM_FRAME_BYTES_MAX
from meshnode.protocol.object import ShortId

CODEC = RadioCodec(bytes(32), b"\x12\x34\x56\x78")
SHORT = ShortId(b"abcd")
SYNDROME = bytes(4)


def beacon(
    *,
    depth: int = 0,
    bucket: int = 0,
    partials: tuple[Partial, ...] = (),
    syndromes: bytes = SYNDROME,
) -> Beacon:
    return Beacon(
        cutoff_hour=25_000,
        depth=depth,
        bucket=bucket,
        count=7,
        check=0xBEEF,
        partials=partials,
        syndromes=syndromes,
    )


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
    Fragment(SHORT, 0, 2, b"half"),
    Fragment(SHORT, FRAGMENTS_MAX - 1, FRAGMENTS_MAX, b"x"),
    beacon(),
    beacon(depth=1, bucket=1),
    beacon(depth=DEPTH_MAX, bucket=255, syndromes=SYNDROME * 24),
    beacon(partials=(Partial(SHORT, 2, (1,)),)),
    beacon(partials=(Partial(SHORT, FRAGMENTS_MAX, tuple(range(FRAGMENTS_MAX))),) * PARTIALS_MAX),
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


def test_fragments_out_of_bounds_are_refused() -> None:
    assert refused(SHORT + bytes([0, 1]) + b"x", first=0xB2) == "bad_fragment"
    assert refused(SHORT + bytes([2, 2]) + b"x", first=0xB2) == "bad_fragment"
    assert refused(SHORT + bytes([0, FRAGMENTS_MAX + 1]) + b"x", first=0xB2) == "bad_fragment"
    assert refused(SHORT + bytes([0, 2]), first=0xB2) == "bad_fragment"
    assert refused(SHORT + bytes([0, 2]) + bytes(OBJECT_BYTES_MAX + 1), first=0xB2) == "oversize"
    assert refused(SHORT + b"\0", first=0xB2) == "truncated"


HEAD = (25_000).to_bytes(3, "big")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (HEAD + b"\x00" + bytes(4), "bad_beacon"),  # No syndrome.
        (HEAD + b"\x00" + bytes(4) + bytes(5), "bad_beacon"),  # Not in fours.
        (HEAD + b"\x90" + b"\x00" + bytes(4) + SYNDROME, "bad_beacon"),  # Too deep.
        (HEAD + b"\x10" + b"\x02" + bytes(4) + SYNDROME, "bad_beacon"),  # Bucket 2 of 2.
        (HEAD + b"\x04" + bytes(4) + SYNDROME, "bad_beacon"),  # Four partials.
        (HEAD + b"\x01" + bytes(4) + SHORT + b"\x01\x01" + SYNDROME, "bad_beacon"),
        (HEAD + b"\x01" + bytes(4) + SHORT + b"\x41\x01" + SYNDROME, "bad_beacon"),
        (HEAD + b"\x01" + bytes(4) + SHORT + b"\x02\x00" + SYNDROME, "bad_beacon"),  # None lacks.
        (HEAD + b"\x01" + bytes(4) + SHORT + b"\x02\x04" + SYNDROME, "bad_beacon"),  # Third of 2.
        (HEAD + b"\x01" + bytes(4) + SHORT, "truncated"),
        (HEAD, "truncated"),
    ],
)
def test_beacons_out_of_bounds_are_refused(payload: bytes, reason: str) -> None:
    assert refused(payload) == reason


def test_a_quiet_beacon_takes_twenty_bytes() -> None:
    assert len(CODEC.seal(0, beacon())) == BEACON_BYTES_MIN + 4 == 20


def test_the_longest_beacon_without_syndromes_to_spare_fits_the_smallest_frame() -> None:
    partials = (Partial(SHORT, FRAGMENTS_MAX, (0,)),) * PARTIALS_MAX
    room = syndromes_max(FRAME_BYTES_MIN, partials)
    assert room >= 1
    fullest = beacon(partials=partials, syndromes=SYNDROME * room)
    assert len(CODEC.seal(0, fullest)) <= FRAME_BYTES_MIN


@pytest.mark.parametrize("frame_bytes", [64, 200, 231])
def test_beacons_use_the_whole_frame_and_not_more(frame_bytes: int) -> None:
    for partials in ((), (Partial(SHORT, 9, (0,)),)):
        room = syndromes_max(frame_bytes, partials)
        longest = beacon(depth=1, partials=partials, syndromes=SYNDROME * room)
        assert frame_bytes - 4 < len(CODEC.seal(0, longest)) <= frame_bytes


@pytest.mark.parametrize("frame_bytes", [64, 100, 200, 231])
def test_every_object_fits_the_frames_it_is_cut_for(frame_bytes: int) -> None:
    for size in [
        *range(object_room_bytes(frame_bytes) - 1, OBJECT_BYTES_MAX, 37),
        OBJECT_BYTES_MAX,
    ]:
        encoded = bytes(index % 251 for index in range(size))
        count = fragment_count(size, frame_bytes)
        parts = [fragment_of(encoded, index, count) for index in range(count)]
        assert b"".join(parts) == encoded
        assert all(parts)
        assert count <= FRAGMENTS_MAX
        for index, part in enumerate(parts):
            if count > 1:
                sealed = CODEC.seal(0, Fragment(SHORT, index, count, part))
                assert len(sealed) <= frame_bytes
                assert CODEC.open(sealed).body == Fragment(SHORT, index, count, part)


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
    ],
)
def test_nonsense_on_a_stream_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as caught:
        decode_stream(data)
    assert caught.value.reason == reason
