"""The set and its digests: pure functions of what is in it."""

from collections.abc import Sequence
from random import Random

from meshnode.protocol.idset import IdSet
from meshnode.protocol.inventory import (
    EXPIRED,
    HOUR_MINUTES,
    SYNDROMES_MAX,
    VARIANT_HOURS,
    Inventory,
    bucket_depth_for,
    element,
    expiry_hour,
    variant_at,
)
from meshnode.protocol.limits import GONE_MINUTES
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.priority import Priority
from tests.community import ANNA, MINUTE, sized, withdrawal

HOUR = MINUTE // HOUR_MINUTES
GONE_HOURS = GONE_MINUTES // HOUR_MINUTES


def things(count: int, *, minutes: int = 1440, first: int = 0) -> list[SignedObject]:
    base = sized(ANNA, 100)
    return [
        withdrawal(ANNA, base, sequence=first + number, minutes=minutes) for number in range(count)
    ]


def inventory(*objects: SignedObject) -> Inventory:
    made = Inventory()
    for thing in objects:
        made.add(thing, Priority.ORDINARY)
    return made


def remove(made: Inventory, thing: SignedObject) -> None:
    made.remove(thing, reason="replaced", until_min=thing.expires_min + GONE_MINUTES)


def test_a_digest_does_not_depend_on_the_order_of_arrival_or_on_what_left() -> None:
    objects = things(12)
    extra = things(5, first=50)
    one = inventory(*objects)
    other = inventory()
    for thing in (*extra, *Random(1).sample(objects, 12)):
        other.add(thing, Priority.URGENT)
    one.digest(HOUR, 4)  # Tables that exist are updated; the others are made when asked for.
    for thing in extra:
        remove(other, thing)
    for hour in (HOUR, HOUR + VARIANT_HOURS, HOUR + 2 * VARIANT_HOURS):
        assert one.digest(hour, 8) == other.digest(hour, 8)


def test_a_shorter_digest_is_the_beginning_of_a_longer_one() -> None:
    made = inventory(*things(5))
    long, short = made.digest(HOUR, SYNDROMES_MAX), made.digest(HOUR, 3)
    assert long.syndromes.startswith(short.syndromes)
    assert (long.count, long.check) == (short.count, short.check) == (5, long.check)


def test_a_cutoff_covers_exactly_what_expires_at_or_after_it() -> None:
    day, week = things(3, minutes=1440), things(2, minutes=7 * 1440, first=10)
    made = inventory(*day, *week)
    last = expiry_hour(day[0])
    assert last == HOUR + 23
    assert made.digest(last, 1).count == 5
    assert made.digest(last + 1, 1).count == 2
    assert {held.object.id for held in made.covered(last + 1)} == {thing.id for thing in week}


def test_buckets_are_a_partition_of_the_set() -> None:
    made = inventory(*things(40))
    digests = [
        made.bucket_digest(HOUR, depth=3, bucket=bucket, syndrome_count=4) for bucket in range(8)
    ]
    assert sum(digest.count for digest in digests) == 40
    check = 0
    for digest in digests:
        check ^= digest.check
    assert check == made.digest(HOUR, 1).check


def test_expiry_takes_out_what_the_cutoff_does_not_cover_and_older_cutoffs_still_count_it() -> None:
    day, week = things(3, minutes=1440), things(2, minutes=7 * 1440, first=10)
    made = inventory(*day, *week)
    before = made.digest(HOUR, 6)
    over = expiry_hour(day[0]) + 1
    assert made.expire(over - 1) == []
    assert {thing.id for thing in made.expire(over)} == {thing.id for thing in day}
    assert made.digest(HOUR, 6) == before
    assert made.digest(over, 6) == inventory(*week).digest(over, 6)
    assert all(made.gone[thing.id][0] == EXPIRED for thing in day)


def test_after_two_days_expired_ids_count_no_more_and_are_forgotten() -> None:
    day = things(3)
    made = inventory(*day)
    over = expiry_hour(day[0]) + 1
    made.expire(over)
    made.expire(over - 1 + GONE_HOURS)
    assert made.digest(HOUR, 1).count == 3
    made.expire(over + GONE_HOURS)
    assert made.digest(HOUR, 1).count == 0
    until_min = day[0].expires_min + GONE_MINUTES
    assert not made.forget_gone(until_min - 1)
    assert made.forget_gone(until_min)
    assert made.gone == {}
    assert made.known_element(element(day[0].id, variant_at(HOUR)), HOUR) is None


def test_what_was_replaced_counts_no_more_at_any_cutoff() -> None:
    one, other = things(2)
    made = inventory(one, other)
    remove(made, one)
    assert made.digest(HOUR, 4) == inventory(other).digest(HOUR, 4)
    assert not made.counts_gone(one.id, HOUR)


def test_ids_that_the_store_remembers_count_as_before_the_restart() -> None:
    day = things(3)
    made = inventory(*day)
    over = expiry_hour(day[0]) + 1
    made.expire(over)
    again = Inventory()
    for thing_id, (reason, until_min) in made.gone.items():
        again.remember_gone(thing_id, reason, until_min)
    assert again.digest(HOUR, 4) == made.digest(HOUR, 4)


def test_a_clock_that_was_wrong_lets_neighbours_bring_back_what_is_not_over() -> None:
    day, week = things(3, minutes=1440), things(2, minutes=7 * 1440, first=10)
    made = inventory(*day, *week)
    made.digest(HOUR, 4)
    ahead = expiry_hour(week[0]) + 1
    made.expire(ahead)
    made.recall(expiry_hour(day[0]) + 1)
    assert set(made.gone) == {thing.id for thing in day}
    made.recall(HOUR)
    assert made.gone == {}
    assert made.digest(HOUR, 4) == Inventory().digest(HOUR, 4)
    assert made.known_element(element(day[0].id, variant_at(HOUR)), HOUR) is None
    for thing in (*day, *week):
        made.add(thing, Priority.ORDINARY)
    assert made.digest(HOUR, 4) == inventory(*day, *week).digest(HOUR, 4)


def test_a_recall_reaches_also_what_the_store_remembered_and_what_was_forgotten() -> None:
    (thing,) = things(1)
    made = inventory(thing)
    made.expire(expiry_hour(thing) + GONE_HOURS + 5)
    again = Inventory()
    for thing_id, (reason, until_min) in made.gone.items():
        again.remember_gone(thing_id, reason, until_min)
    for one in (made, again):
        one.recall(HOUR)
        assert one.gone == {}
        one.add(thing, Priority.ORDINARY)
        assert one.digest(HOUR, 4) == inventory(thing).digest(HOUR, 4)


def test_a_recall_without_a_step_back_changes_nothing() -> None:
    day = things(3)
    made = inventory(*day)
    over = expiry_hour(day[0]) + 1
    made.expire(over)
    made.recall(over)
    assert len(made.gone) == 3


def test_ids_follow_the_set_and_the_cutoff() -> None:
    day, week = things(3, minutes=1440), things(2, minutes=7 * 1440, first=10)
    made = inventory(*day)
    assert same(made.ids_at(HOUR), day)
    for thing in week:
        made.add(thing, Priority.ORDINARY)
    assert same(made.ids_at(HOUR), [*day, *week])
    remove(made, day[0])
    assert same(made.ids_at(HOUR), [*day[1:], *week])
    assert same(made.ids_at(expiry_hour(day[0]) + 1), week)
    made.add(things(1, first=90)[0], Priority.ORDINARY)
    assert same(made.ids_at(expiry_hour(day[0]) + 1), week)
    assert len(made.ids_at(HOUR)) == 5


def same(ids: IdSet, objects: Sequence[SignedObject]) -> bool:
    return list(ids) == sorted(thing.id for thing in objects)


def test_short_ids_find_their_objects_until_they_leave() -> None:
    one, other = things(2)
    made = inventory(one, other)
    assert made.find(one.short_id) == [one.id]
    remove(made, one)
    assert list(made.find(one.short_id)) == []


def test_four_different_parts_of_an_id_stand_for_it_in_turn() -> None:
    thing = ObjectId(bytes(range(16)))
    hours = [VARIANT_HOURS * number for number in range(5)]
    elements = [element(thing, variant_at(hour)) for hour in hours]
    assert elements == [0x00010203, 0x04050607, 0x08090A0B, 0x0C0D0E0F, 0x00010203]
    assert variant_at(VARIANT_HOURS - 1) == 0


def test_an_id_of_zeros_is_still_an_element() -> None:
    assert element(ObjectId(bytes(16)), 2) == 1


def test_a_difference_is_cut_until_each_bucket_decodes_well() -> None:
    assert bucket_depth_for(SYNDROMES_MAX) == 1
    assert bucket_depth_for(SYNDROMES_MAX + 2) == 2
    assert bucket_depth_for(150) == 3
    assert bucket_depth_for(10**6) == 8
