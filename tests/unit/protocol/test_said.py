"""What was said by whom, and how often we repair one thing."""

from meshnode.protocol.said import (
    FREE_REPAIRS,
    OCCASION_MS,
    REMEMBERED_MAX,
    REPAIR_BACKOFF_MS,
    REPAIR_BACKOFF_MS_MAX,
    SAYERS_MAX,
    Said,
)

THING = b"t" * 16
OWN, ANNA, BERT = b"ow", b"an", b"be"


def repaired(times: int) -> Said:
    """Return what is remembered of a thing that we repaired so often, last at 0 ms."""
    said = Said()
    for _ in range(times):
        said.note(THING, OWN, 0, is_repair=True)
    return said


def wait_ms(said: Said) -> int:
    """Return how long a request made right after the last repair has to wait."""
    low_ms, high_ms = -1, 2 * REPAIR_BACKOFF_MS_MAX
    while high_ms - low_ms > 1:
        middle_ms = (low_ms + high_ms) // 2
        if said.may_repair(THING, asked_ms=0, now_ms=middle_ms):
            high_ms = middle_ms
        else:
            low_ms = middle_ms
    return high_ms


def test_all_who_said_a_thing_are_known_once_in_the_order_they_spoke() -> None:
    said = Said()
    assert said.sayers(THING) == ()
    for sayer in (BERT, ANNA, BERT):
        said.note(THING, sayer, 0)
    assert said.sayers(THING) == (BERT, ANNA)
    assert said.sayers(b"other") == ()


def test_what_was_never_said_may_be_repaired() -> None:
    assert Said().may_repair(THING, asked_ms=0, now_ms=0)


def test_whoever_asked_before_it_was_said_asks_again_if_that_did_not_help() -> None:
    said = Said()
    said.note(THING, ANNA, 1_000)
    assert not said.may_repair(THING, asked_ms=999, now_ms=9_999)
    assert said.may_repair(THING, asked_ms=1_000, now_ms=1_000)


def test_the_last_time_it_was_said_counts() -> None:
    said = Said()
    said.note(THING, ANNA, 1_000)
    said.note(THING, BERT, 2_000)
    assert not said.may_repair(THING, asked_ms=1_500, now_ms=3_000)


def test_each_repair_after_the_free_ones_waits_twice_as_long_up_to_a_bound() -> None:
    waits = [wait_ms(repaired(times)) for times in range(FREE_REPAIRS + 20)]
    doubled = [min(REPAIR_BACKOFF_MS << step, REPAIR_BACKOFF_MS_MAX) for step in range(20)]
    assert waits == [0] * FREE_REPAIRS + doubled
    assert waits[-1] == REPAIR_BACKOFF_MS_MAX


def test_only_our_repairs_make_further_ones_rarer() -> None:
    said = Said()
    for _ in range(FREE_REPAIRS + 1):
        said.note(THING, ANNA, 0)
        said.note(THING, OWN, 0)
    assert wait_ms(said) == 0


def test_what_others_say_meanwhile_does_not_shorten_the_wait() -> None:
    said = repaired(FREE_REPAIRS)
    said.note(THING, ANNA, 10_000)
    assert not said.may_repair(THING, asked_ms=10_000, now_ms=10_000 + REPAIR_BACKOFF_MS - 1)
    assert said.may_repair(THING, asked_ms=10_000, now_ms=10_000 + REPAIR_BACKOFF_MS)


def test_what_was_not_said_for_longest_makes_room() -> None:
    said = Said()
    said.note(THING, ANNA, 0)
    said.note(b"next", ANNA, 0)
    for number in range(REMEMBERED_MAX - 2):
        said.note(number.to_bytes(16, "big"), ANNA, 0)
    said.note(THING, ANNA, 1)
    said.note(b"last", ANNA, 1)
    assert said.sayers(THING) == (ANNA,)
    assert said.sayers(b"next") == ()


def test_of_one_thing_a_fixed_number_of_sayers_is_remembered_the_first_makes_room() -> None:
    said = Said()
    sayers = tuple(number.to_bytes(2, "big") for number in range(SAYERS_MAX + 3))
    for sayer in sayers:
        said.note(THING, sayer, 0)
    assert said.sayers(THING) == sayers[3:]


def test_what_is_said_on_another_occasion_or_as_a_repair_is_repeated() -> None:
    said = Said()
    assert not said.was_repeated_since(THING, 0)
    said.note(THING, ANNA, 1_000)
    said.note(THING, BERT, 1_000 + OCCASION_MS)
    assert not said.was_repeated_since(THING, 0)
    said.note(THING, BERT, 1_001 + 2 * OCCASION_MS)
    assert said.was_repeated_since(THING, 1_001 + 2 * OCCASION_MS)
    assert not said.was_repeated_since(THING, 1_002 + 2 * OCCASION_MS)
    said.note(b"other", OWN, 5, is_repair=True)
    assert said.was_repeated_since(b"other", 5)
