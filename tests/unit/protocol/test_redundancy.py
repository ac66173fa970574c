"""How many sums are said in advance, against the definition worked out and against dice."""

from itertools import pairwise, product
from random import Random

import pytest

from meshnode.protocol import redundancy
from meshnode.protocol.neighbours import LOSS_MAX
from meshnode.protocol.redundancy import (
    CONFIDENCE,
    CONFIDENCE_URGENT,
    SPARE_MAX,
    spare_count,
)

COUNTS = (1, 2, 5, 24, 64)
LOSSES = (0.0, 0.05, 0.1, 0.25, 0.5)


def chance_by_states(wanted: int, sent: int, loss: float) -> float:
    """Return the chance that `wanted` of `sent` arrive: one symbol after the other."""
    states = [1.0] + [0.0] * wanted  # How likely it is to have so many, at most `wanted`.
    for _ in range(sent):
        for have in range(wanted, 0, -1):
            arriving = states[have - 1] * (1 - loss)
            staying = states[have] * (1.0 if have == wanted else loss)
            states[have] = staying + arriving
        states[0] *= loss
    return states[wanted]


def share_by_dice(count: int, sent: int, losses: tuple[float, ...], dice: Random) -> float:
    """Return in which share of the tries all receivers heard enough."""
    tries = 4_000
    return (
        sum(
            all(sum(dice.random() >= loss for _ in range(sent)) >= count for loss in losses)
            for _ in range(tries)
        )
        / tries
    )


@pytest.mark.parametrize(("count", "loss"), list(product(COUNTS, LOSSES)))
def test_the_chance_of_one_receiver_is_what_states_say(count: int, loss: float) -> None:
    for spare in (0, 1, 3, SPARE_MAX):
        said = redundancy._arrives(count, count + spare, round(20 * loss))
        assert said == pytest.approx(chance_by_states(count, count + spare, loss), abs=1e-9)


@pytest.mark.parametrize("confidence", [CONFIDENCE, CONFIDENCE_URGENT])
@pytest.mark.parametrize("losses", [(0.1,), (0.5,), (0.1, 0.25, 0.5), (0.2,) * 8])
def test_it_is_the_smallest_number_with_which_all_have_enough(
    losses: tuple[float, ...], confidence: float
) -> None:
    for count in COUNTS:
        spare = spare_count(count, losses, confidence)
        chances = []
        for each in (spare - 1, spare):
            chance = 1.0
            for loss in losses:
                chance *= chance_by_states(count, count + each, loss)
            chances.append(chance)
        assert spare == 0 or chances[0] < confidence
        assert spare == SPARE_MAX or chances[1] >= confidence


@pytest.mark.parametrize("losses", [(0.1,), (0.1, 0.3), (0.25,) * 5])
def test_dice_agree_with_the_promised_share(losses: tuple[float, ...]) -> None:
    dice = Random(7)
    for confidence in (CONFIDENCE, CONFIDENCE_URGENT):
        spare = spare_count(10, losses, confidence)
        assert share_by_dice(10, 10 + spare, losses, dice) >= confidence - 0.03
        assert spare == 0 or share_by_dice(10, 9 + spare, losses, dice) < confidence + 0.03


def test_more_loss_more_receivers_or_more_confidence_never_need_fewer() -> None:
    for count in COUNTS:
        by_loss = [spare_count(count, (step / 100,), 0.9) for step in range(51)]
        by_receivers = [spare_count(count, (0.1,) * receivers, 0.9) for receivers in range(40)]
        by_confidence = [spare_count(count, (0.2, 0.1), step / 50) for step in range(51)]
        for row in (by_loss, by_receivers, by_confidence):
            assert all(fewer <= more for fewer, more in pairwise(row))
        assert by_loss[0] < by_loss[-1]


def test_nobody_who_loses_anything_needs_nothing_in_advance() -> None:
    assert spare_count(24, (), 0.99) == 0
    assert spare_count(24, (0.0, 0.0), 1.0) == 0
    assert spare_count(24, (0.024,), 0.999) == 0  # Rounds to no loss at all.


def test_there_is_a_bound_whatever_the_losses() -> None:
    assert spare_count(64, (LOSS_MAX,) * 128, CONFIDENCE_URGENT) == SPARE_MAX
    assert spare_count(1, (1.0,), CONFIDENCE) == 6  # Counts as 0.95: 1 - 0.95^7 > 0.3.
    assert spare_count(1, (1.0,), CONFIDENCE_URGENT) == SPARE_MAX


def test_few_chances_are_kept_whatever_the_losses() -> None:
    redundancy._arrives.cache_clear()
    dice = Random(1)
    for _ in range(200):
        spare_count(24, [dice.random() * LOSS_MAX for _ in range(20)], CONFIDENCE_URGENT)
    kept = redundancy._arrives.cache_info()
    assert kept.currsize <= 10 * (SPARE_MAX + 1)
    assert kept.maxsize is not None
