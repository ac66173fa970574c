import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from meshnode.protocol import ranges, rangewire
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.idset import END, IdSet
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.object import ObjectId
from tests.exchange import Trace, exchange

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "ranges.json").read_text())


def numbered(number: int) -> ObjectId:
    return ObjectId(sha256(b"id %d" % number).digest()[:16])


def held(numbers: list[int] | range) -> IdSet:
    return IdSet(numbered(number) for number in numbers)


@pytest.mark.parametrize("case", VECTORS["opening"])
def test_a_session_opens_with_the_bytes_of_the_vectors(case: dict[str, Any]) -> None:
    assert ranges.open_session(held(case["holds"])).hex() == case["message"]


@pytest.mark.parametrize("case", VECTORS["answers"], ids=lambda case: case["name"])
def test_answers_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    response = ranges.respond(held(case["holds"]), bytes.fromhex(case["heard"]))
    assert (response.message.hex() if response.message else None) == case["answer"]
    assert [one.hex() for one in response.they_lack] == case["they_lack"]
    assert [one.hex() for one in response.we_lack] == case["we_lack"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["message"])
def test_what_is_not_in_its_one_form_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PeerError) as refused:
        ranges.respond(held(range(50)), bytes.fromhex(case["message"]))
    assert refused.value.reason == case["reason"]


COSTS = [  # ids on either side, differences, bytes both ways at most, messages at most
    (1000, 0, 12, 1),
    (1000, 1, 600, 5),
    (1000, 5, 1_800, 6),
    (1000, 20, 4_600, 6),
    (1000, 100, 10_500, 6),
    (1000, 1000, 30_000, 7),
    (10_000, 0, 12, 1),
    (10_000, 1, 750, 6),
    (10_000, 5, 2_600, 6),
    (10_000, 20, 7_700, 6),
    (10_000, 100, 23_000, 7),
    (10_000, 1000, 105_000, 8),
]


@pytest.mark.parametrize(("count", "differences", "bytes_max", "messages_max"), COSTS)
def test_bytes_follow_the_difference_and_not_the_set(
    count: int, differences: int, bytes_max: int, messages_max: int
) -> None:
    trace = exchanged(
        range(count),
        range(count, count + differences // 2),
        range(-(differences - differences // 2), 0),
    )
    assert trace.bytes_both_ways <= bytes_max
    assert len(trace.message_bytes) <= messages_max


def exchanged(both: range, left_only: range, right_only: range) -> Trace:
    left, right = held([*both, *left_only]), held([*both, *right_only])
    trace = exchange(left, right)
    assert list(left) == list(right) == list(held([*both, *left_only, *right_only]))
    assert trace.objects_sent == len(left_only) + len(right_only)
    assert trace.objects_sent_in_vain == 0
    assert max(trace.message_bytes) <= rangewire.MESSAGE_BYTES_MAX < STREAM_FRAME_BYTES_MAX
    return trace


@pytest.mark.parametrize("count", [0, 1, 8, 9, 64])
def test_small_sets_that_share_nothing_become_equal(count: int) -> None:
    exchanged(range(0), range(count), range(1000, 1000 + count))


def test_a_newcomer_gets_everything_for_two_messages() -> None:
    trace = exchanged(range(0), range(20_000), range(0))
    assert trace.message_bytes == [13, 3]


def test_a_newcomer_with_a_few_ids_of_its_own_stays_cheap() -> None:
    trace = exchanged(range(5), range(5, 20_000), range(-3, 0))
    assert trace.bytes_both_ways < 300


def test_what_does_not_fit_one_message_follows_in_later_ones() -> None:
    trace = exchanged(range(2_000), range(2_000, 14_000), range(-12_000, 0))
    near = rangewire.MESSAGE_BYTES_MAX - 2_000
    assert sum(size > near for size in trace.message_bytes) >= 3


def test_ids_that_arrive_during_a_session_do_not_disturb_it() -> None:
    left, right = held(range(800)), held(range(100, 900))

    def arrive(turn: int) -> None:
        left.add(numbered(10_000 + turn))
        right.discard(numbered(300 + turn))

    exchange(left, right, meanwhile=arrive)
    again = exchange(left, right)
    assert list(left) == list(right)
    assert again.objects_sent < 20


def test_wanted_ids_with_the_same_beginning_are_all_given() -> None:
    twins = [ObjectId(b"same" + bytes([last]) * 12) for last in (1, 2)]
    response = ranges.respond(IdSet([*twins, numbered(1)]), b"\x01same")
    assert response == ranges.Response(message=None, they_lack=tuple(twins), we_lack=())


def test_ids_that_differ_in_the_last_byte_only_are_told_apart() -> None:
    ids = [ObjectId(bytes(15) + bytes([last])) for last in range(100)]
    left, right = IdSet(ids[:60]), IdSet(ids[40:])
    exchange(left, right)
    assert list(left) == list(right) == ids


def test_the_largest_message_is_answered_within_the_same_size() -> None:
    ids = held(range(5000))
    writer = rangewire.Writer(())
    for first in range(1, 6000):
        bound = (first << 3).to_bytes(2, "big").rstrip(b"\0")
        claim = rangewire.Fingerprint(writer.position, bound, 1000, b"nonsense")
        if not writer.has_room_for([claim]):
            break
        writer.put(claim)
    assert len(writer.encoded()) > rangewire.MESSAGE_BYTES_MAX - 200
    answer = ranges.respond(ids, writer.encoded()).message
    assert answer is not None
    assert len(answer) <= rangewire.MESSAGE_BYTES_MAX
    ranges.respond(ids, answer)


def test_a_message_beyond_its_bounds_is_refused() -> None:
    for encoded, reason in (
        (bytes(rangewire.MESSAGE_BYTES_MAX + 1), "oversize"),
        (b"\0" + many_empty_lists(rangewire.STATEMENTS_MAX + 1), "trailing_bytes"),
    ):
        with pytest.raises(PeerError) as refused:
            rangewire.decode(encoded)
        assert refused.value.reason == reason


def many_empty_lists(count: int) -> bytes:
    bounds = [number.to_bytes(2, "big") for number in range(1, 65_536) if number & 0xFF]
    return b"".join(b"\x42" + bound + b"\0" for bound in bounds[:count])


def test_statements_out_of_order_cannot_be_written() -> None:
    writer = rangewire.Writer(())
    writer.put(rangewire.Listing(b"\x10", b"\x20", ()))
    for lower, upper in ((b"\x1f", b"\x30"), (b"\x20", b"\x20"), (END, END)):
        with pytest.raises(CallerError):
            writer.put(rangewire.Listing(lower, upper, ()))


def test_the_order_of_insertion_does_not_reach_a_message() -> None:
    numbers = list(range(300))
    first = ranges.respond(held(numbers), ranges.open_session(held(range(1, 301))))
    random.Random(5).shuffle(numbers)
    assert first == ranges.respond(held(numbers), ranges.open_session(held(range(1, 301))))
