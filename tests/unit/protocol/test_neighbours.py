"""Who is heard, how much of what they say is not, and who hears whom."""

from itertools import pairwise, permutations
from random import Random

import pytest

from meshnode.protocol.neighbours import (
    ACQUAINTED_MS,
    GAP_MAX,
    LOSS_ASSUMED,
    LOSS_MAX,
    NEIGHBOURS_MAX,
    PRESENT_MS,
    Neighbour,
    Neighbours,
)

ANNA, BERT, CEM, DORA = b"an", b"be", b"ce", b"do"


def heard(*numbers: int) -> Neighbour:
    """Return what is known of one sender after frames with these numbers."""
    neighbours = Neighbours()
    for at_ms, number in enumerate(numbers):
        neighbours.heard(ANNA, number=number, snr_db=None, now_ms=at_ms)
    (one,) = neighbours.all()
    return one


def around(*senders: bytes, now_ms: int = 0, **hears: list[bytes]) -> Neighbours:
    """Return neighbours that were all heard for long, some of whom said whom they hear."""
    neighbours = Neighbours()
    for number, at_ms in enumerate((now_ms - ACQUAINTED_MS, now_ms)):
        for sender in senders:
            neighbours.heard(sender, number=number, snr_db=None, now_ms=at_ms)
    for name, whom in hears.items():
        neighbours.told(name.encode(), whom)
    return neighbours


# How much is lost


def test_of_whom_nothing_is_known_the_assumed_loss_holds() -> None:
    assert heard(9).loss == pytest.approx(LOSS_ASSUMED)
    assert Neighbours().losses([ANNA]) == [LOSS_ASSUMED]


def test_each_frame_in_sequence_lowers_the_loss_also_over_the_wrap() -> None:
    losses = [
        heard(*((250 + number) % 256 for number in range(count))).loss for count in range(1, 20)
    ]
    assert all(later < earlier for earlier, later in pairwise(losses))
    assert losses[-1] > 0


def test_a_gap_raises_the_loss_by_as_many_as_are_missing() -> None:
    losses = [heard(0, 1 + gap).loss for gap in range(GAP_MAX + 1)]
    assert losses[0] < LOSS_ASSUMED < losses[1]
    assert all(fewer < more or more == LOSS_MAX for fewer, more in pairwise(losses))
    assert heard(254, 1).loss == heard(0, 3).loss


def test_where_more_are_missing_the_other_was_away_and_that_is_no_loss() -> None:
    assert heard(0, 1 + GAP_MAX).loss > LOSS_ASSUMED
    assert heard(0, 2 + GAP_MAX).loss == heard(0).loss
    assert heard(0, 2 + GAP_MAX, 3 + GAP_MAX).loss == heard(0, 1).loss


def test_a_repeated_number_or_a_restart_is_no_loss() -> None:
    assert heard(5, 5).loss == heard(5).loss
    assert heard(200, 3).loss == heard(200).loss


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.2, 0.4])
def test_in_the_long_run_the_estimate_is_near_the_true_loss(loss: float) -> None:
    dice = Random(3)
    estimates = []
    for _ in range(40):
        numbers = [number % 256 for number in range(200) if dice.random() >= loss]
        estimates.append(heard(*numbers).loss)
    assert sum(estimates) / len(estimates) == pytest.approx(loss, abs=0.03)


def test_the_estimate_stays_within_its_bounds_whatever_is_heard() -> None:
    assert heard(*(number * (GAP_MAX + 1) % 256 for number in range(500))).loss == LOSS_MAX
    assert 0 <= heard(*(number % 256 for number in range(5_000))).loss < 0.001
    dice = Random(1)
    for _ in range(50):
        one = heard(*(dice.randrange(256) for _ in range(100)))
        assert 0 <= one.loss <= LOSS_MAX
        assert one.lost <= one.sent


def test_the_estimate_follows_a_change_within_some_hundred_frames() -> None:
    bad = [number * 3 % 256 for number in range(200)]
    good = [(bad[-1] + number) % 256 for number in range(1, 200)]
    assert heard(*bad).loss == LOSS_MAX
    assert heard(*bad, *good).loss < 0.05


def test_the_losses_come_in_the_order_asked_for() -> None:
    neighbours = around(ANNA, BERT)
    neighbours.heard(BERT, number=3, snr_db=None, now_ms=1)
    anna, bert = (one.loss for one in neighbours.all())
    assert neighbours.losses([BERT, CEM, ANNA]) == [bert, LOSS_ASSUMED, anna]
    assert bert > anna


# Who is here


def test_the_signal_stays_known_when_a_frame_comes_without() -> None:
    neighbours = Neighbours()
    neighbours.heard(ANNA, number=0, snr_db=-7.5, now_ms=0)
    neighbours.heard(ANNA, number=1, snr_db=None, now_ms=5)
    (one,) = neighbours.all()
    assert (one.snr_db, one.last_heard_ms, one.frame_count) == (-7.5, 5, 2)


def test_who_has_missed_two_signs_of_life_is_not_present() -> None:
    neighbours = around(ANNA)
    assert neighbours.present(PRESENT_MS) == [ANNA]
    assert neighbours.present(PRESENT_MS + 1) == []


def test_the_one_not_heard_for_longest_makes_room_and_its_word_is_forgotten() -> None:
    senders = [number.to_bytes(2, "big") for number in range(NEIGHBOURS_MAX + 1)]
    neighbours = around(*senders[:NEIGHBOURS_MAX])
    neighbours.told(senders[1], [])
    neighbours.heard(senders[0], number=1, snr_db=None, now_ms=1)
    neighbours.heard(senders[-1], number=0, snr_db=None, now_ms=2)
    present = neighbours.present(2)
    assert len(present) == NEIGHBOURS_MAX
    assert senders[0] in present
    assert senders[1] not in present
    assert neighbours.hears(senders[1], senders[2])


# Who hears whom


def test_while_neither_has_said_whom_it_hears_we_hope_so() -> None:
    neighbours = around(ANNA, BERT)
    assert neighbours.hears(ANNA, BERT)
    assert neighbours.hears(ANNA, DORA)
    assert neighbours.hears(CEM, DORA)


def test_the_word_of_one_of_both_is_enough() -> None:
    neighbours = around(ANNA, BERT, CEM, an=[BERT])
    assert neighbours.hears(ANNA, BERT)
    assert neighbours.hears(BERT, ANNA)
    neighbours.told(BERT, [])  # The other way may be lost, or its list be older.
    assert neighbours.hears(ANNA, BERT)
    assert neighbours.hears(BERT, ANNA)


def test_who_has_said_whom_it_hears_hears_no_other() -> None:
    neighbours = around(ANNA, BERT, CEM, an=[BERT])
    for sender in (CEM, DORA):
        assert not neighbours.hears(ANNA, sender)
        assert not neighbours.hears(sender, ANNA)


@pytest.mark.parametrize(
    ("together_ms", "is_believed"), [(ACQUAINTED_MS - 1, False), (ACQUAINTED_MS, True)]
)
def test_who_is_not_listed_may_only_not_have_spoken_until_they_were_together_for_long(
    together_ms: int, is_believed: bool
) -> None:
    neighbours = around(BERT, now_ms=0)
    neighbours.heard(ANNA, number=0, snr_db=None, now_ms=0)
    neighbours.heard(BERT, number=2, snr_db=None, now_ms=together_ms)
    neighbours.told(BERT, [])
    assert neighbours.hears(BERT, ANNA) != is_believed
    assert neighbours.hears(ANNA, BERT) != is_believed


def test_whom_we_never_heard_is_out_of_reach_of_whoever_does_not_list_it_after_a_while() -> None:
    neighbours = around(BERT, be=[])
    assert not neighbours.hears(BERT, DORA)
    young = Neighbours()
    young.heard(BERT, number=0, snr_db=None, now_ms=50)
    young.told(BERT, [])
    assert young.hears(BERT, DORA)


def test_whoever_speaks_has_heard_itself() -> None:
    neighbours = around(ANNA, BERT, an=[], be=[ANNA])
    assert neighbours.hears(ANNA, ANNA)
    assert neighbours.hears(BERT, BERT)
    assert neighbours.hears(DORA, DORA)


def test_a_later_word_replaces_the_one_before_and_frames_in_between_do_not() -> None:
    neighbours = around(ANNA, BERT, CEM, an=[BERT])
    neighbours.heard(ANNA, number=2, snr_db=None, now_ms=1)
    assert not neighbours.hears(ANNA, CEM)
    neighbours.told(ANNA, [CEM])
    assert neighbours.hears(ANNA, CEM)
    assert not neighbours.hears(ANNA, BERT)


def test_out_of_reach_are_the_present_that_hear_none_of_the_senders() -> None:
    lists = {"an": [BERT], "be": [ANNA, CEM], "ce": [BERT], "do": []}
    neighbours = around(ANNA, BERT, CEM, DORA, **lists)
    assert neighbours.out_of_reach([ANNA], 0) == [CEM, DORA]
    assert neighbours.out_of_reach([BERT], 0) == [DORA]
    assert neighbours.out_of_reach([ANNA, CEM], 0) == [DORA]
    assert neighbours.out_of_reach([], 0) == [ANNA, BERT, CEM, DORA]
    assert neighbours.out_of_reach([DORA], 0) == [ANNA, BERT, CEM]


def test_nobody_is_out_of_reach_while_nobody_says_whom_it_hears() -> None:
    assert around(ANNA, BERT, CEM).out_of_reach([ANNA], 0) == []


def test_who_is_gone_is_not_waited_for() -> None:
    neighbours = around(ANNA, BERT, an=[], be=[])
    neighbours.heard(ANNA, number=1, snr_db=None, now_ms=PRESENT_MS + 1)
    assert neighbours.out_of_reach([CEM], PRESENT_MS + 1) == [ANNA]


def test_the_order_of_senders_does_not_matter() -> None:
    neighbours = around(ANNA, BERT, CEM, DORA, an=[BERT], ce=[DORA], do=[CEM])
    for senders in permutations([ANNA, DORA]):
        assert neighbours.out_of_reach(senders, 0) == []
