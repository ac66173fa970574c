"""The account of airtime: what fits, what stays, what a restart does to it."""

import pytest

from meshnode.protocol.errors import PeerError
from meshnode.protocol.ledger import Ledger
from meshnode.protocol.medium import LONG_FAST, Medium

MEDIUM = Medium(frame_bytes_max=200, modulation=LONG_FAST, overhead_bytes=24, duty_share_max=0.10)
HOUR_MS = 3_600_000
ORDINARY_MS = 0.04 * HOUR_MS
URGENT_MS = 0.08 * HOUR_MS
FLOOR_MS = 0.01 * HOUR_MS
NOW_MS = 10 * HOUR_MS


def allows(
    ledger: Ledger, airtime_ms: float, *, urgent: bool = False, now_ms: int = NOW_MS
) -> bool:
    return ledger.allows(airtime_ms, MEDIUM, is_urgent=urgent, now_ms=now_ms)


def charged(
    *,
    ordinary_ms: float = 0,
    urgent_ms: float = 0,
    now_ms: int = NOW_MS,
    ledger: Ledger | None = None,
) -> Ledger:
    ledger = ledger or Ledger()
    ledger.charge(ordinary_ms, is_urgent=False, now_ms=now_ms)
    ledger.charge(urgent_ms, is_urgent=True, now_ms=now_ms)
    return ledger


def test_ordinary_frames_fit_up_to_four_per_cent_and_not_a_millisecond_more() -> None:
    assert allows(Ledger(), ORDINARY_MS)
    assert not allows(Ledger(), ORDINARY_MS + 1)


def test_urgent_frames_fit_up_to_eight_per_cent_of_both_together() -> None:
    ledger = charged(ordinary_ms=ORDINARY_MS)
    assert allows(ledger, URGENT_MS - ORDINARY_MS, urgent=True)
    assert not allows(ledger, URGENT_MS - ORDINARY_MS + 1, urgent=True)


def test_ordinary_frames_keep_one_per_cent_in_an_emergency() -> None:
    ledger = charged(urgent_ms=URGENT_MS - FLOOR_MS)
    assert allows(ledger, FLOOR_MS)
    assert not allows(ledger, FLOOR_MS + 1)


def test_the_floor_does_not_lift_the_sum_above_eight_per_cent() -> None:
    ledger = charged(urgent_ms=URGENT_MS - 10)
    assert allows(ledger, 10)
    assert not allows(ledger, 11)


def test_a_charge_stays_for_a_full_hour_and_leaves_within_a_minute_after() -> None:
    for begin_ms in (NOW_MS, NOW_MS + 59_999):
        ledger = charged(ordinary_ms=ORDINARY_MS, now_ms=begin_ms)
        assert not allows(ledger, 1, now_ms=begin_ms + HOUR_MS - 1)
        assert allows(ledger, 1, now_ms=begin_ms + HOUR_MS + 60_000)


def test_relief_comes_when_the_oldest_charge_leaves() -> None:
    ledger = charged(ordinary_ms=ORDINARY_MS)
    relief_ms = ledger.relief_ms(NOW_MS)
    assert not allows(ledger, 1, now_ms=relief_ms - 1)
    assert allows(ledger, 1, now_ms=relief_ms)


def test_an_empty_account_needs_no_relief() -> None:
    assert Ledger().relief_ms(NOW_MS) == NOW_MS


def test_giving_back_frees_what_was_booked_also_in_an_earlier_minute() -> None:
    ledger = charged(ordinary_ms=ORDINARY_MS)
    ledger.charge(-ORDINARY_MS, is_urgent=False, now_ms=NOW_MS)
    assert ledger.spent_ms(NOW_MS + 120_000) == 0


def test_nobody_can_give_back_more_than_was_booked() -> None:
    ledger = charged(ordinary_ms=100)
    ledger.charge(-500, is_urgent=False, now_ms=NOW_MS)
    assert ledger.spent_ms(NOW_MS) == 0


@pytest.mark.parametrize(
    ("duty_share", "ordinary_ms"),
    [(1.0, ORDINARY_MS), (0.10, ORDINARY_MS), (0.01, ORDINARY_MS / 10)],
)
def test_a_stricter_law_shrinks_the_budget_and_a_laxer_one_does_not_widen_it(
    duty_share: float, ordinary_ms: float
) -> None:
    medium = Medium(frame_bytes_max=200, modulation=LONG_FAST, duty_share_max=duty_share)
    assert Ledger().budget_ms(medium, is_urgent=False) == pytest.approx(ordinary_ms)
    assert Ledger().budget_ms(medium, is_urgent=True) == pytest.approx(2 * ordinary_ms)


def test_the_operators_share_carries_the_urgent_one_and_the_floor_with_it() -> None:
    ledger = Ledger(ordinary_share=0.02)
    assert ledger.budget_ms(MEDIUM, is_urgent=False) == pytest.approx(0.02 * HOUR_MS)
    assert ledger.budget_ms(MEDIUM, is_urgent=True) == pytest.approx(0.04 * HOUR_MS)


def restarted(ledger: Ledger, *, saved_minute: int, now_ms: int = NOW_MS) -> Ledger:
    """The account after a restart in which monotonic time began again at 7 ms."""
    fresh = Ledger()
    fresh.restore(ledger.encode(now_ms=now_ms, minute=saved_minute), now_ms=7)
    return fresh


def test_a_restart_keeps_the_account() -> None:
    ledger = restarted(charged(ordinary_ms=ORDINARY_MS - 10, urgent_ms=20), saved_minute=500)
    assert ledger.spent_ms(7) == ORDINARY_MS + 10
    assert not allows(ledger, 1, now_ms=7)


def test_without_a_clock_what_was_restored_stays_for_an_hour_of_running() -> None:
    ledger = restarted(charged(ordinary_ms=ORDINARY_MS), saved_minute=500)
    assert not allows(ledger, 1, now_ms=HOUR_MS)
    assert allows(ledger, 1, now_ms=HOUR_MS + 120_000)


def test_a_day_without_power_frees_the_account() -> None:
    ledger = restarted(charged(ordinary_ms=ORDINARY_MS), saved_minute=500)
    ledger.learn_minute(500 + 1440, now_ms=60_000)
    assert allows(ledger, ORDINARY_MS, now_ms=60_000)


def test_half_an_hour_without_power_frees_what_is_older_than_half_an_hour() -> None:
    ledger = charged(ordinary_ms=1_000, now_ms=NOW_MS - 40 * 60_000)
    charged(ordinary_ms=500, now_ms=NOW_MS, ledger=ledger)
    after = restarted(ledger, saved_minute=500)
    after.learn_minute(500 + 30, now_ms=7)
    assert after.spent_ms(7) == 500


def test_a_clock_that_is_learnt_late_does_not_age_what_was_said_since_the_restart() -> None:
    ledger = restarted(charged(ordinary_ms=1_000), saved_minute=500)
    ledger.charge(2_000, is_urgent=False, now_ms=20 * 60_000)
    ledger.learn_minute(500 + 1440, now_ms=30 * 60_000)
    assert ledger.spent_ms(30 * 60_000) == 2_000


def test_time_that_ran_since_the_restart_is_not_counted_twice() -> None:
    ledger = restarted(charged(ordinary_ms=1_000), saved_minute=500)
    ledger.learn_minute(500 + 50, now_ms=50 * 60_000)
    assert ledger.spent_ms(50 * 60_000) == 1_000


@pytest.mark.parametrize("minute", [0, 1, 499, 500])
def test_a_clock_that_went_back_frees_nothing(minute: int) -> None:
    ledger = restarted(charged(ordinary_ms=ORDINARY_MS), saved_minute=500)
    ledger.learn_minute(minute, now_ms=7)
    assert not allows(ledger, 1, now_ms=7)


def test_an_account_saved_without_a_clock_never_ages_by_one() -> None:
    ledger = restarted(charged(ordinary_ms=ORDINARY_MS), saved_minute=0)
    ledger.learn_minute(1_500_000, now_ms=7)
    assert not allows(ledger, 1, now_ms=7)


def test_restored_charges_stay_a_full_hour_of_true_time_wherever_minutes_are_cut() -> None:
    for charge_ms in (0, 30_000, 59_999):
        for off_ms in (1, 59_999, 60_000, 600_000):
            for start_ms in (0, 59_999):
                true_charge_ms = NOW_MS + charge_ms
                ledger = charged(ordinary_ms=1_000, now_ms=true_charge_ms)
                back_ms = true_charge_ms + off_ms
                fresh = Ledger()
                saved = ledger.encode(now_ms=true_charge_ms, minute=true_charge_ms // 60_000)
                fresh.restore(saved, now_ms=start_ms)
                fresh.learn_minute(back_ms // 60_000, now_ms=start_ms)
                still_ms = start_ms + HOUR_MS - off_ms - 1
                assert fresh.spent_ms(still_ms) == 1_000, (charge_ms, off_ms, start_ms)


def test_two_restarts_lose_nothing() -> None:
    ledger = restarted(charged(ordinary_ms=1_000), saved_minute=500)
    ledger.charge(300, is_urgent=True, now_ms=7)
    again = restarted(ledger, saved_minute=500, now_ms=8)
    assert again.spent_ms(7) == 1_300


def test_time_may_be_negative_and_pass_through_zero() -> None:
    ledger = charged(ordinary_ms=ORDINARY_MS, now_ms=-30_000)
    assert not allows(ledger, 1, now_ms=0)
    assert not allows(ledger, 1, now_ms=HOUR_MS - 30_001)
    assert allows(ledger, 1, now_ms=HOUR_MS + 60_000)


@pytest.mark.parametrize("damaged", [b"", b"\0\0\0", b"\0\0\0\0\1", b"\0\0\0\0" + b"\1" * 8])
def test_a_damaged_account_is_refused(damaged: bytes) -> None:
    with pytest.raises(PeerError, match="truncated"):
        Ledger().restore(damaged, now_ms=0)
