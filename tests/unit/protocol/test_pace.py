"""The engine hears of another budget by one event, and gives the air by it from then on."""

import pytest

from meshnode.protocol.events import Paced
from meshnode.protocol.ledger import Ledger
from meshnode.protocol.medium import LONG_FAST, Medium
from meshnode.protocol.pace import BEACON_MS_MAX, Pace, usual_pace
from meshnode.protocol.priority import Priority
from meshnode.protocol.radio import RadioLink
from tests.community import ANNA, HERE, RADIO, RADIO_MEDIUM, Script, bulletin, sized

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
UNKNOWN_KIND = 30
BUSY = Pace(
    ordinary_share=0.06,
    urgent_share=0.08,
    beacon_ms_max=10 * MINUTE_MS,
    waiting=frozenset({UNKNOWN_KIND}),
)


def budgets(script: Script) -> tuple[float, float]:
    ledger = script.engine.common.ledger
    return (
        ledger.budget_ms(RADIO_MEDIUM, is_urgent=False) / HOUR_MS,
        ledger.budget_ms(RADIO_MEDIUM, is_urgent=True) / HOUR_MS,
    )


def test_before_any_word_the_pace_is_the_operators() -> None:
    script = Script()
    assert script.engine.pace == usual_pace() == Pace()
    assert budgets(script) == pytest.approx((0.04, 0.08))


def test_another_pace_gives_another_budget_and_the_one_from_before_the_old_one() -> None:
    script = Script()
    before = script.engine.pace
    script(Paced(BUSY))
    assert budgets(script) == pytest.approx((0.06, 0.08))
    script(Paced(before))
    assert script.engine.pace == before
    assert budgets(script) == pytest.approx((0.04, 0.08))


def test_what_was_spent_stays_spent_and_the_floor_stays_one_per_cent() -> None:
    medium = Medium(
        frame_bytes_max=200, modulation=LONG_FAST, overhead_bytes=24, duty_share_max=0.10
    )
    ledger = Ledger()
    ledger.charge(0.05 * HOUR_MS, is_urgent=True, now_ms=0)
    ledger.charge(0.009 * HOUR_MS, is_urgent=False, now_ms=0)
    assert ledger.allows(0.0009 * HOUR_MS, medium, is_urgent=False, now_ms=0)
    assert not ledger.allows(0.002 * HOUR_MS, medium, is_urgent=False, now_ms=0)
    ledger.allot(ordinary_share=0.06, urgent_share=0.08)
    assert ledger.allows(0.0009 * HOUR_MS, medium, is_urgent=False, now_ms=0)
    assert not ledger.allows(0.002 * HOUR_MS, medium, is_urgent=False, now_ms=0)
    assert not ledger.allows(0.022 * HOUR_MS, medium, is_urgent=True, now_ms=0)


def test_kinds_that_wait_come_last_those_that_are_here_too() -> None:
    script = Script()
    early, late, other = (
        sized(ANNA, 150, sequence=10),
        sized(ANNA, 150, sequence=11),
        bulletin(HERE, sequence=10),
    )
    script.submit(early)
    script.submit(other)
    script(Paced(BUSY))
    script.submit(late)
    ranks = {one: held.rank for one, held in script.engine.held.items()}
    assert ranks[early.id] is ranks[late.id] is Priority.BULK
    assert ranks[other.id] is Priority.ORDINARY
    script(Paced(Pace()))
    ranks = {one: held.rank for one, held in script.engine.held.items()}
    assert ranks[early.id] is ranks[late.id] is Priority.ORDINARY


def test_what_is_more_than_ordinary_does_not_wait() -> None:
    assert BUSY.rank(UNKNOWN_KIND, Priority.URGENT) is Priority.URGENT
    assert BUSY.rank(UNKNOWN_KIND, Priority.AUTHORITY) is Priority.AUTHORITY
    assert BUSY.rank(UNKNOWN_KIND + 1, Priority.ORDINARY) is Priority.ORDINARY


def interval_ms(script: Script) -> int:
    link = script.engine.links[RADIO]
    assert isinstance(link, RadioLink)
    return link._beacons.trickle.interval_ms


def test_beacons_come_at_least_as_often_as_the_pace_says() -> None:
    script = Script()
    script.wait(6 * HOUR_MS)
    assert interval_ms(script) == BEACON_MS_MAX
    script(Paced(BUSY))
    assert interval_ms(script) == BUSY.beacon_ms_max
    script.wait(6 * HOUR_MS)
    assert interval_ms(script) == BUSY.beacon_ms_max
    script(Paced(Pace()))
    script.wait(6 * HOUR_MS)
    assert interval_ms(script) == BEACON_MS_MAX
