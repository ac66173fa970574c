"""What goes into the next frame."""

from meshnode.protocol.cursor import block
from meshnode.protocol.frames import (
    FRAGMENTS_MAX,
    Fragment,
    Objects,
    fragment_count,
    object_room_bytes,
)
from meshnode.protocol.inventory import Held
from meshnode.protocol.outbox import NEVER_MS, Load, Outbox, Purpose
from meshnode.protocol.priority import Priority
from tests.community import ANNA, sized

FRAME = 200
ROOM = object_room_bytes(FRAME)


def held(size: int, *, sequence: int = 1, rank: Priority = Priority.ORDINARY) -> Held:
    return Held(sized(ANNA, size, sequence=sequence), rank)


def load(outbox: Outbox, now_ms: int = 0, *, rank_max: Priority = Priority.ORDINARY) -> Load:
    found = outbox.next_load(now_ms, rank_max=rank_max)
    assert found is not None
    return found


def test_an_object_that_fills_the_frame_goes_whole_and_one_byte_more_in_fragments() -> None:
    fits = ROOM - 2  # Lengths from 128 take two bytes.
    for size, is_whole in ((fits, True), (fits + 1, False)):
        outbox = Outbox(FRAME)
        one = held(size)
        assert (len(block(one.object.encoded)) <= ROOM) == is_whole
        outbox.push(one, 0)
        assert isinstance(load(outbox).body, Objects if is_whole else Fragment)


def test_what_fits_rides_along_also_pushes_that_are_not_due_yet() -> None:
    outbox = Outbox(FRAME)
    first, second, large, later = (
        held(90, sequence=1),
        held(85, sequence=2),
        held(150, sequence=3),
        held(90, sequence=4),
    )
    outbox.push(first, 0)
    outbox.push(large, 1)
    outbox.push(second, 5_000)
    outbox.push(later, 6_000)
    assert load(outbox).ids == (first.object.id, second.object.id)


def test_repairs_that_are_not_due_do_not_ride_along() -> None:
    outbox = Outbox(FRAME)
    one, other = held(90, sequence=1), held(85, sequence=2)
    outbox.push(one, 0)
    outbox.repair(other, 5_000)
    assert load(outbox).ids == (one.object.id,)


def test_nothing_is_said_before_it_is_due() -> None:
    outbox = Outbox(FRAME)
    outbox.push(held(90), 10)
    assert outbox.next_load(9, rank_max=Priority.ORDINARY) is None
    assert outbox.next_load(10, rank_max=Priority.ORDINARY) is not None


def test_urgent_goes_before_authority_before_ordinary_whatever_was_due_first() -> None:
    outbox = Outbox(FRAME)
    for sequence, rank in enumerate(reversed(Priority)):
        outbox.push(held(150, sequence=sequence, rank=rank), sequence)
    said = []
    for _ in range(3):
        next_load = load(outbox, 10)
        said.append(next_load.is_urgent)
        outbox.sent(next_load)
    assert said == [True, False, False]
    assert len(outbox) == 0


def test_an_urgent_object_goes_between_the_fragments_of_an_ordinary_one() -> None:
    outbox = Outbox(FRAME)
    outbox.push(held(600), 0)
    outbox.sent(load(outbox))
    alert = held(150, sequence=2, rank=Priority.URGENT)
    outbox.push(alert, 0)
    assert load(outbox).ids == (alert.object.id,)


def test_only_what_is_urgent_enough_is_given_out() -> None:
    outbox = Outbox(FRAME)
    outbox.push(held(90, sequence=1), 0)
    outbox.push(held(90, sequence=2, rank=Priority.AUTHORITY), 0)
    assert outbox.next_load(0, rank_max=Priority.URGENT) is None
    only = load(outbox, rank_max=Priority.AUTHORITY)
    assert len(only.ids) == 1


def test_a_large_object_leaves_in_all_its_fragments_once() -> None:
    outbox = Outbox(FRAME)
    large = held(2039)
    outbox.push(large, 0)
    parts: dict[int, bytes] = {}
    while outbox.next_load(0, rank_max=Priority.ORDINARY) is not None:
        next_load = load(outbox)
        assert isinstance(next_load.body, Fragment)
        assert next_load.body.index not in parts
        parts[next_load.body.index] = next_load.body.data
        outbox.sent(next_load)
    assert b"".join(parts[index] for index in sorted(parts)) == large.object.encoded
    assert len(parts) == fragment_count(2039, FRAME)


def test_only_the_missing_fragments_are_repaired() -> None:
    outbox = Outbox(FRAME)
    large = held(1000)
    count = fragment_count(1000, FRAME)
    outbox.repair(large, 0, missing=(1, count - 1), count=count)
    indexes = []
    for _ in range(2):
        next_load = load(outbox)
        assert isinstance(next_load.body, Fragment)
        indexes.append(next_load.body.index)
        outbox.sent(next_load)
    assert indexes == [1, count - 1]
    assert large.object.id not in outbox


def test_whoever_cuts_smaller_gets_fragments_of_its_own_size() -> None:
    outbox = Outbox(FRAME)
    theirs = fragment_count(1000, 100)
    outbox.repair(held(1000), 0, missing=(2,), count=theirs)
    body = load(outbox).body
    assert isinstance(body, Fragment)
    assert (body.index, body.count) == (2, theirs)


def test_whoever_cuts_larger_than_our_frames_gets_the_whole_in_our_size() -> None:
    outbox = Outbox(100)
    theirs = fragment_count(1000, FRAME)
    outbox.repair(held(1000), 0, missing=(2,), count=theirs)
    body = load(outbox).body
    assert isinstance(body, Fragment)
    assert (body.index, body.count) == (0, fragment_count(1000, 100))


def test_a_count_that_leaves_fragments_empty_or_is_too_large_is_not_followed() -> None:
    # 200 bytes in 64 parts of 4 bytes: the last 14 would be empty.
    for count in (FRAGMENTS_MAX, FRAGMENTS_MAX + 1, 255):
        outbox = Outbox(FRAME)
        outbox.repair(held(200), 0, missing=(1,), count=count)
        body = load(outbox).body
        assert isinstance(body, Fragment)
        assert body.count == fragment_count(200, FRAME)


def test_a_small_object_is_repaired_whole_whatever_fragments_are_named() -> None:
    outbox = Outbox(FRAME)
    outbox.repair(held(100), 0, missing=(0,), count=2)
    assert isinstance(load(outbox).body, Objects)


def test_two_who_lack_different_fragments_get_both() -> None:
    outbox = Outbox(FRAME)
    large, count = held(1000), fragment_count(1000, FRAME)
    outbox.repair(large, 50, missing=(0,), count=count)
    outbox.repair(large, 10, missing=(3,), count=count)
    assert outbox.deadline_ms == 10
    outbox.sent(load(outbox, 10))
    body = load(outbox, 10).body
    assert isinstance(body, Fragment)
    assert body.index == 3


def test_an_overheard_object_or_fragment_is_not_said_again() -> None:
    outbox = Outbox(FRAME)
    small, large = held(90), held(1000, sequence=2)
    count = fragment_count(1000, FRAME)
    outbox.repair(small, 0)
    outbox.repair(large, 0, missing=(1, 2), count=count)
    outbox.drop(small.object.id)
    outbox.drop_fragment(large.object.short_id, 1, count)
    outbox.drop_fragment(large.object.short_id, 2, count + 1)
    body = load(outbox).body
    assert isinstance(body, Fragment)
    assert body.index == 2
    outbox.drop_fragment(large.object.short_id, 2, count)
    assert len(outbox) == 0
    assert outbox.deadline_ms == NEVER_MS


def test_repairs_are_put_off_and_pushes_are_not() -> None:
    outbox = Outbox(FRAME)
    outbox.push(held(90, sequence=1), 5)
    outbox.repair(held(150, sequence=2), 5)
    outbox.put_off_repairs(900)
    outbox.sent(load(outbox, 5))
    assert outbox.deadline_ms == 900
    outbox.put_off_repairs(100)
    assert outbox.deadline_ms == 900


def test_an_object_is_pending_once_and_stays_what_it_was() -> None:
    outbox = Outbox(FRAME)
    one = held(90)
    outbox.push(one, 100)
    outbox.repair(one, 20)
    assert len(outbox) == 1
    assert outbox.pushes == [one.object.id]
    assert load(outbox, 20).purpose is Purpose.PUSH
