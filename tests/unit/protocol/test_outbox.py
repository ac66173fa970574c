"""What goes into the next frame."""

from collections.abc import Collection

import pytest

from meshnode.protocol.batch import Batch, compose
from meshnode.protocol.collector import Collector
from meshnode.protocol.cursor import block
from meshnode.protocol.frames import Objects, Symbol, object_room_bytes, symbol_room_bytes
from meshnode.protocol.inventory import Held
from meshnode.protocol.load import Load, Purpose
from meshnode.protocol.outbox import (
    BATCH_SYMBOLS_MAX,
    NEVER_MS,
    Outbox,
    in_order,
)
from meshnode.protocol.priority import Priority
from tests.community import ANNA, bulletin, objects_of, sized

FRAME = 200
ROOM = object_room_bytes(FRAME)
TURN = 1_000
ONE, TWO, THREE = b"\1\1", b"\2\2", b"\3\3"


def everybody(_: bytes) -> bool:
    return True


def nobody(_: bytes) -> bool:
    return False


def only(*receivers: bytes):
    return lambda receiver: receiver in receivers


def outbox(
    frame: int = FRAME, *, spare: int = 0, urgent_spare: int = 0, turn: int = TURN
) -> Outbox:
    """An outbox whose receivers are said to need so many sums or repeats."""

    def spared(count: int, receivers: Collection[bytes], *, is_urgent: bool) -> int:
        return urgent_spare if is_urgent else spare

    return Outbox(frame, turn=turn, spare=spared, remember=Collector().remember)


def held(size: int, *, sequence: int = 1, rank: Priority = Priority.ORDINARY) -> Held:
    return Held(sized(ANNA, size, sequence=sequence), rank)


def batch_of(*things: Held, frame: int = FRAME) -> Batch:
    encoded = [one.object.encoded for one in in_order(things)]
    return compose(encoded, symbol_room_bytes(frame))


def load(box: Outbox, now_ms: int = 0, *, rank_max: Priority = Priority.BULK) -> Load:
    found = box.next_load(now_ms, rank_max=rank_max)
    assert found is not None
    return found


def say(box: Outbox, now_ms: int = 0) -> Symbol:
    """Say the next frame, which is a symbol."""
    next_load = load(box, now_ms)
    box.sent(next_load, again_ms=NEVER_MS)
    assert isinstance(next_load.body, Symbol)
    return next_load.body


def say_all(box: Outbox, now_ms: int = 0) -> list[Load]:
    """Say everything that is due; repeats are for another day."""
    loads = []
    while (next_load := box.next_load(now_ms, rank_max=Priority.BULK)) is not None:
        loads.append(next_load)
        box.sent(next_load, again_ms=NEVER_MS)
    return loads


def indices(loads: list[Load]) -> list[int]:
    return [one.body.index for one in loads if isinstance(one.body, Symbol)]


# One frame


def test_an_object_that_fills_the_frame_goes_whole_and_one_byte_more_in_symbols() -> None:
    fits = ROOM - 2  # Lengths from 128 take two bytes.
    for size, is_whole in ((fits, True), (fits + 1, False)):
        box = outbox()
        one = held(size)
        assert (len(block(one.object.encoded)) <= ROOM) == is_whole
        box.push(one, 0)
        assert isinstance(load(box).body, Objects if is_whole else Symbol)


def test_what_fits_rides_along_also_pushes_that_are_not_due_yet() -> None:
    box = outbox()
    first, second, large, later = (
        held(90, sequence=1),
        held(85, sequence=2),
        held(150, sequence=3),
        held(90, sequence=4),
    )
    box.push(first, 0)
    box.push(large, 1)
    box.push(second, 5_000)
    box.push(later, 6_000)
    assert load(box).ids == (first.object.id, second.object.id)


def test_repairs_that_are_not_due_do_not_ride_along() -> None:
    box = outbox()
    one, other = held(90, sequence=1), held(85, sequence=2)
    box.push(one, 0)
    box.repair(other, 5_000, asker=ONE)
    assert load(box).ids == (one.object.id,)


def test_nothing_is_said_before_it_is_due() -> None:
    box = outbox()
    box.push(held(90), 10)
    assert box.next_load(9, rank_max=Priority.ORDINARY) is None
    assert box.next_load(10, rank_max=Priority.ORDINARY) is not None


def test_only_what_is_urgent_enough_is_given_out() -> None:
    box = outbox()
    box.push(held(90, sequence=1), 0)
    box.push(held(90, sequence=2, rank=Priority.AUTHORITY), 0)
    assert box.next_load(0, rank_max=Priority.URGENT) is None
    only = load(box, rank_max=Priority.AUTHORITY)
    assert len(only.ids) == 1


def test_an_object_is_pending_once_and_stays_what_it_was() -> None:
    box = outbox()
    one = held(90)
    box.push(one, 100)
    box.repair(one, 20, asker=ONE)
    assert len(box) == 1
    assert box.pushes == [one.object.id]
    assert load(box, 20).purpose is Purpose.PUSH


def test_the_same_thing_is_not_said_later_because_somebody_asks_later() -> None:
    box = outbox()
    box.repair(held(90), 10, asker=ONE)
    box.repair(held(90), 50, asker=TWO)
    assert box.deadline_ms == 10


def test_an_empty_outbox_has_no_deadline() -> None:
    assert outbox().deadline_ms == NEVER_MS


def test_what_left_the_set_is_not_said() -> None:
    box = outbox()
    one = held(90)
    box.push(one, 0)
    box.drop(one.object.id)
    assert box.next_load(0, rank_max=Priority.ORDINARY) is None


# Repeats of single frames


@pytest.mark.parametrize("spare", [0, 1, 3])
def test_a_single_frame_is_repeated_as_often_as_its_receivers_need(spare: int) -> None:
    box = outbox(urgent_spare=spare)
    box.push(held(90, rank=Priority.URGENT), 0)
    for turn in range(spare + 1):
        assert box.next_load(turn * 100 - 1, rank_max=Priority.ORDINARY) is None
        box.sent(load(box, turn * 100), again_ms=(turn + 1) * 100)
    assert len(box) == 0


def test_a_repeat_is_no_news_any_more_and_ends_when_others_say_it() -> None:
    box = outbox(spare=2)
    one = held(90)
    box.push(one, 0, receivers=(ONE,))
    assert box.pushes == [one.object.id]
    box.sent(load(box), again_ms=100)
    assert box.pushes == []
    assert len(box) == 1
    box.heard(one.object.id, everybody)
    assert len(box) == 0


def test_a_repair_is_not_repeated_in_advance() -> None:
    box = outbox(spare=2)
    box.repair(held(90), 0, asker=ONE)
    box.sent(load(box), again_ms=100)
    assert len(box) == 0


# Batches


def test_what_does_not_fit_one_frame_together_goes_as_one_batch() -> None:
    box = outbox()
    things = [held(120, sequence=number) for number in range(5)]
    for thing in things:
        box.push(thing, 0)
    loads = say_all(box)
    batch = batch_of(*things)
    assert {one.body.shape for one in loads if isinstance(one.body, Symbol)} == {batch.shape}
    assert indices(loads) == list(range(batch.shape.data_count))
    assert objects_of(one.body for one in loads) == [one.object.encoded for one in in_order(things)]
    assert len(box) == 0


def test_whoever_says_the_same_objects_makes_the_same_batch_in_whatever_order_they_came() -> None:
    things = [held(120, sequence=number) for number in range(5)]
    shapes = set()
    for order in (things, things[::-1], things[2:] + things[:2]):
        box = outbox(turn=len(shapes))
        for thing in order:
            box.push(thing, 0)
        shapes.add(say(box).shape)
    assert len(shapes) == 1


def test_the_largest_object_alone_is_a_batch() -> None:
    box = outbox()
    large = held(2039)
    box.push(large, 0)
    assert objects_of(one.body for one in say_all(box)) == [large.object.encoded]


def test_a_symbol_says_how_many_follow_and_the_last_one_ends_the_batch() -> None:
    box = outbox(spare=2)
    box.push(held(600), 0)
    loads = say_all(box)
    assert [one.body.remaining for one in loads if isinstance(one.body, Symbol)] == [
        5,
        4,
        3,
        2,
        1,
        0,
    ]
    assert [one.is_end for one in loads] == [False] * 5 + [True]
    assert {one.batch for one in loads} == {None}


def test_sums_follow_a_batch_as_its_receivers_need_from_this_nodes_turn_on() -> None:
    box = outbox(spare=2, turn=7)
    box.push(held(600), 0)
    assert indices(say_all(box)) == [0, 1, 2, 3, 4 + 7, 4 + 8]
    assert len(box) == 0


def test_a_batch_of_several_is_bounded_and_the_rest_makes_another() -> None:
    box = outbox()
    things = [held(150, sequence=number) for number in range(60)]
    for thing in things:
        box.push(thing, 0)
    loads = say_all(box)
    shapes = list(dict.fromkeys(one.body.shape for one in loads if isinstance(one.body, Symbol)))
    assert len(shapes) > 1
    assert max(shape.data_count for shape in shapes) <= BATCH_SYMBOLS_MAX
    assert len(objects_of(one.body for one in loads)) == 60


def test_an_ordinary_object_does_not_make_an_urgent_batch_longer() -> None:
    box = outbox()
    alerts = [held(150, sequence=number, rank=Priority.URGENT) for number in range(3)]
    for thing in (held(150, sequence=9), *alerts):
        box.push(thing, 0)
    loads = say_all(box)
    assert [one.is_urgent for one in loads] == [True] * 3 + [False]
    assert isinstance(loads[-1].body, Objects)


def test_news_that_comes_while_a_batch_is_said_waits_for_its_end() -> None:
    box = outbox()
    box.push(held(600), 0)
    say(box)
    other = held(90, sequence=2)
    box.push(other, 0)
    assert [isinstance(one.body, Symbol) for one in say_all(box)] == [True, True, True, False]


# Order


def test_each_rank_goes_before_the_next_whatever_was_due_first() -> None:
    box = outbox()
    for sequence, rank in enumerate(reversed(Priority)):
        box.push(held(150, sequence=sequence, rank=rank), sequence)
    loads = say_all(box, 10)
    assert loads[0].is_urgent
    assert isinstance(loads[0].body, Objects)
    # The others share a batch, in their order.
    assert not any(one.is_urgent for one in loads[1:])
    said = objects_of(one.body for one in loads)
    assert said[:2] == [held(150, sequence=n).object.encoded for n in (3, 2)]
    # What exceeds its author's share depends on who judges: in a batch it counts like the rest.
    rest = [Held(held(150, sequence=n).object, Priority.ORDINARY) for n in (0, 1)]
    assert said[2:] == [one.object.encoded for one in in_order(rest)]
    assert len(box) == 0


@pytest.mark.parametrize("rank", Priority)
def test_a_batch_of_any_rank_is_said_to_its_end(rank: Priority) -> None:
    box = outbox()
    box.push(held(600, rank=rank), 0)
    assert indices(say_all(box)) == [0, 1, 2, 3]
    assert box.deadline_ms == NEVER_MS


@pytest.mark.parametrize("rank", Priority)
def test_sums_of_any_rank_are_said(rank: Priority) -> None:
    box = outbox()
    box.supply(batch_of(held(1_000)), 2, 0, rank=rank, asker=ONE)
    assert len(say_all(box)) == 2
    assert box.deadline_ms == NEVER_MS


def test_an_urgent_object_overtakes_a_batch_in_its_middle_and_the_batch_goes_on() -> None:
    box = outbox(spare=1)
    large = held(600)
    box.push(large, 0)
    said = [say(box).index, say(box).index]
    alert = held(150, sequence=2, rank=Priority.URGENT)
    box.push(alert, 0)
    overtaking = load(box)
    assert overtaking.ids == (alert.object.id,)
    box.sent(overtaking, again_ms=NEVER_MS)
    rest = say_all(box)
    assert said + indices(rest) == [0, 1, 2, 3, 4 + TURN % 252]
    assert objects_of(one.body for one in rest) == []
    assert len(box) == 0


@pytest.mark.parametrize("rank", [Priority.URGENT, Priority.AUTHORITY])
def test_what_overtakes_a_batch_takes_nothing_of_the_batch_with_it(rank: Priority) -> None:
    box = outbox()
    things = [held(80, sequence=number) for number in range(6)]
    for thing in things:
        box.push(thing, 0)
    count = say(box).remaining
    first = held(90, sequence=9, rank=rank)
    box.push(first, 0)
    loads = say_all(box)
    assert loads[0].ids == (first.object.id,)
    assert indices(loads[1:]) == list(range(1, count + 1))


def test_an_urgent_batch_interrupts_an_ordinary_one_and_then_that_goes_on() -> None:
    box = outbox()
    box.push(held(600), 0)
    ordinary = say(box).shape
    box.push(held(700, sequence=2, rank=Priority.URGENT), 0)
    loads = say_all(box)
    assert [one.is_urgent for one in loads] == [True] * 4 + [False] * 3
    last = loads[-1].body
    assert isinstance(last, Symbol)
    assert (last.shape, last.index, last.remaining) == (ordinary, 3, 0)


def test_a_batch_in_its_middle_waits_while_only_the_urgent_may_be_said() -> None:
    box = outbox()
    box.push(held(600), 0)
    say(box)
    assert box.next_load(0, rank_max=Priority.URGENT) is None
    alert = held(90, sequence=2, rank=Priority.URGENT)
    box.push(alert, 0)
    assert load(box, rank_max=Priority.URGENT).ids == (alert.object.id,)


# What others lack of a batch


def supplied(box: Outbox, count: int, *, asker: bytes = ONE, due_ms: int = 0) -> Batch:
    batch = batch_of(held(1_000))
    box.supply(batch, count, due_ms, rank=Priority.ORDINARY, asker=asker)
    return batch


def test_who_lacks_symbols_gets_that_many_sums_that_were_not_on_the_air() -> None:
    box = outbox(turn=3)
    batch = batch_of(held(1_000))
    batch.used.update((9, 10))
    box.supply(batch, 2, 0, rank=Priority.ORDINARY, asker=ONE)
    assert box.has_repairs
    loads = say_all(box)
    assert indices(loads) == [11, 12]
    assert [one.purpose for one in loads] == [Purpose.REPAIR] * 2
    assert [one.batch for one in loads] == [batch.shape.id] * 2
    assert [one.is_end for one in loads] == [False, True]
    assert not box.has_repairs


def test_two_who_lack_some_of_one_batch_are_both_served_by_the_larger_number() -> None:
    box = outbox()
    batch = batch_of(held(1_000))
    for asker, count in ((ONE, 2), (TWO, 3), (THREE, 1)):
        box.supply(batch, count, 0, rank=Priority.ORDINARY, asker=asker)
    assert len(say_all(box)) == 3


def test_who_asks_while_the_batch_is_said_gets_only_what_is_not_coming_anyway() -> None:
    box = outbox(spare=2)
    large = held(1_000)
    box.push(large, 0)
    while (first := say(box)).remaining > 3:
        pass
    batch = box._saying[-1].batch
    box.supply(batch, 3, 0, rank=Priority.ORDINARY, asker=ONE)
    assert not box.has_repairs
    box.supply(batch, 5, 0, rank=Priority.ORDINARY, asker=ONE)
    assert first.remaining + 2 == len(say_all(box))


def test_sums_wait_for_their_time_and_for_a_batch_in_its_middle() -> None:
    box = outbox()
    batch = supplied(box, 2, due_ms=10)
    assert box.deadline_ms == 10
    box.push(held(600, sequence=2), 0)
    assert say(box).shape != batch.shape
    assert [one.batch for one in say_all(box, 10)] == [None] * 3 + [batch.shape.id] * 2


def test_urgent_sums_overtake_an_ordinary_batch_in_its_middle() -> None:
    box = outbox()
    box.push(held(600), 0)
    ordinary = say(box).shape
    batch = batch_of(held(1_000, sequence=2))
    box.supply(batch, 2, 0, rank=Priority.URGENT, asker=ONE)
    loads = say_all(box)
    shapes = [one.body.shape for one in loads if isinstance(one.body, Symbol)]
    assert shapes == [batch.shape] * 2 + [ordinary] * 3


def test_ordinary_sums_do_not_interrupt_a_batch_of_authority() -> None:
    box = outbox()
    box.push(held(600, rank=Priority.AUTHORITY), 0)
    first = say(box).shape
    batch = supplied(box, 1)
    loads = say_all(box)
    shapes = [one.body.shape for one in loads if isinstance(one.body, Symbol)]
    assert shapes == [first] * 3 + [batch.shape]


def test_an_urgent_object_goes_before_ordinary_sums() -> None:
    box = outbox()
    supplied(box, 2)
    alert = held(90, sequence=2, rank=Priority.URGENT)
    box.push(alert, 0)
    assert say_all(box)[0].ids == (alert.object.id,)


# What others say


def test_what_another_says_is_left_out_for_those_who_hear_it() -> None:
    box = outbox()
    one = held(90)
    box.push(one, 0, receivers=(ONE, TWO))
    box.heard(one.object.id, only(ONE))
    assert one.object.id in box
    box.heard(one.object.id, only(TWO))
    assert one.object.id not in box


def test_a_repair_is_kept_for_the_one_of_its_askers_that_did_not_hear_it() -> None:
    box = outbox()
    one = held(90)
    box.repair(one, 0, asker=ONE)
    box.repair(one, 0, asker=TWO)
    box.heard(one.object.id, only(ONE))
    assert one.object.id in box
    box.heard(one.object.id, only(ONE, TWO))
    assert len(box) == 0


def test_repairs_are_dropped_and_pushes_kept_when_another_repairs_unseen_things() -> None:
    box = outbox()
    box.push(held(90, sequence=1), 0, receivers=(ONE,))
    box.repair(held(90, sequence=2), 0, asker=ONE)
    box.repair(held(90, sequence=3), 0, asker=TWO)
    box.drop_repairs(only(ONE))
    assert len(box) == 2
    assert held(90, sequence=2).object.id not in box


def test_an_overheard_symbol_is_one_less_to_say() -> None:
    box = outbox()
    batch = supplied(box, 3)
    for index in (90, 91):
        box.heard_symbol(Symbol(batch.shape, index, 5, b""), everybody, is_first=False)
    assert len(say_all(box)) == 1
    supplied(box, 1)
    box.heard_symbol(Symbol(batch.shape, 92, 0, b""), everybody, is_first=False)
    assert not box.has_repairs


def test_symbols_of_another_batch_or_cut_do_not_count() -> None:
    box = outbox()
    batch = supplied(box, 2)
    other = batch_of(held(1_000), frame=100)
    assert other.shape.id == batch.shape.id
    box.heard_symbol(Symbol(other.shape, 90, 5, b""), everybody, is_first=True)
    box.heard_symbol(Symbol(batch_of(held(900)).shape, 90, 5, b""), everybody, is_first=True)
    assert len(say_all(box)) == 2


def test_of_two_that_say_the_same_batch_the_one_with_less_left_goes_on() -> None:
    for theirs, is_first, is_ours_over in ((1, False, True), (9, True, False)):
        box = outbox()
        large = held(1_000)
        box.push(large, 0)
        shape = say(box).shape
        said = Symbol(shape, 4, theirs, b"")
        box.heard_symbol(said, everybody, is_first=is_first)
        assert (not say_all(box)) == is_ours_over
        assert large.object.id not in box


def test_of_two_that_have_as_much_left_of_the_same_batch_exactly_one_goes_on() -> None:
    for is_first in (False, True):
        box = outbox()
        box.push(held(1_000), 0)
        first = say(box)
        # Theirs is another symbol than we would say next: ours is one less as well.
        box.heard_symbol(Symbol(first.shape, 1, first.remaining, b""), everybody, is_first=is_first)
        assert (not say_all(box)) == is_first


def test_who_says_sums_alone_does_not_stop_whoever_still_says_data() -> None:
    box = outbox(spare=2)
    box.push(held(1_000), 0)
    shape = say(box).shape
    box.heard_symbol(Symbol(shape, 200, 0, b""), everybody, is_first=True)
    # It is one less all the same.
    assert indices(say_all(box)) == [1, 2, 3, 4, 5, 6 + TURN % 250]


def test_who_reaches_fewer_than_we_do_makes_neither_a_batch_nor_sums_shorter() -> None:
    box = outbox()
    box.push(held(1_000), 0, receivers=(ONE, TWO))
    first = say(box)
    box.heard_symbol(Symbol(first.shape, 200, 0, b""), only(ONE), is_first=True)
    assert indices(say_all(box)) == [1, 2, 3, 4, 5]
    batch = supplied(box, 3, asker=ONE)
    box.heard_symbol(Symbol(batch.shape, 201, 0, b""), only(TWO), is_first=True)
    assert len(say_all(box)) == 3


def test_an_urgent_batch_that_stops_does_not_stop_the_ordinary_one_beneath() -> None:
    box = outbox()
    box.push(held(600), 0)
    ordinary = say(box)
    box.push(held(700, sequence=2, rank=Priority.URGENT), 0)
    urgent = say(box)
    box.heard_symbol(Symbol(urgent.shape, 3, 0, b""), everybody, is_first=True)
    assert indices(say_all(box)) == [1, 2, 3]
    assert ordinary.index == 0


def test_repairs_are_put_off_for_those_who_hear_the_speaker_and_pushes_are_not() -> None:
    box = outbox()
    box.push(held(90, sequence=1), 5)
    box.repair(held(150, sequence=2), 5, asker=ONE)
    box.put_off_repairs(900, nobody)
    assert box.deadline_ms == 5
    box.put_off_repairs(900, only(ONE))
    assert load(box, 5).ids == (held(90, sequence=1).object.id,)
    box.sent(load(box, 5), again_ms=NEVER_MS)
    assert box.deadline_ms == 900
    box.put_off_repairs(100, everybody)
    assert box.deadline_ms == 900


def test_urgent_repairs_are_not_put_off() -> None:
    box = outbox()
    box.repair(held(90, rank=Priority.URGENT), 5, asker=ONE)
    box.put_off_repairs(900, everybody)
    assert box.deadline_ms == 5


# Relays


def test_relays_wait_for_the_rest_and_leave_together() -> None:
    box = outbox()
    for number, due_ms in ((1, 10), (2, 20)):
        box.push(held(120, sequence=number), due_ms, receivers=(ONE,), is_relay=True)
    box.push(held(90, sequence=3), 30, receivers=(ONE,))
    box.hold_relays(500)
    assert box.deadline_ms == 30
    box.drop(held(90, sequence=3).object.id)
    assert box.deadline_ms == 500
    box.hurry([held(120, sequence=number).object.id for number in (1, 2, 9)], 200)
    assert box.deadline_ms == 200
    assert indices(say_all(box, 200)) == [0, 1]


def test_an_urgent_relay_waits_for_nothing() -> None:
    box = outbox()
    box.push(held(120, rank=Priority.URGENT), 10, receivers=(ONE,), is_relay=True)
    box.hold_relays(500)
    assert box.deadline_ms == 10


def test_the_newest_of_one_rank_comes_first_in_a_batch() -> None:
    old, new = bulletin(ANNA, minute=1_500_000), bulletin(ANNA, minute=1_500_010)
    order = in_order([Held(old, Priority.ORDINARY), Held(new, Priority.ORDINARY)])
    assert [one.object.id for one in order] == [new.id, old.id]


def test_what_has_to_wait_for_the_channel_is_not_due() -> None:
    box = outbox()
    box.push(held(90, rank=Priority.BULK), 10)
    assert not box.is_due(9, rank_max=Priority.BULK)
    assert box.is_due(10, rank_max=Priority.BULK)
    assert not box.is_due(10, rank_max=Priority.ORDINARY)
