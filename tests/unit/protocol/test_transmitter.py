"""One radio's way to the air: what becomes of a frame, and what it may cost."""

from collections.abc import Sequence

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.trust.accounts import SPEAKER_DAY_MAX
from meshnode.protocol.channel_load import (
    MEASUREMENT_MS,
    OTHERS_PAUSE_PERCENT,
    OTHERS_STOP_PERCENT,
)
from meshnode.protocol.effects import Drop, SaveSetting, Transmit
from meshnode.protocol.events import ChannelUtilisation, TransmitDone
from meshnode.protocol.frames import Objects
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE, Ledger
from meshnode.protocol.load import Purpose
from meshnode.protocol.medium import Outcome
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import FAIR_OBJECTS_HOUR, FAIR_URGENT_HOUR
from meshnode.protocol.transmitter import FLIGHT_MS_MAX, LEDGER_KEY, RETRY_MS
from tests.community import (
    ANNA,
    HERE,
    MEMBERS,
    MINUTE,
    RADIO,
    Script,
    bulletin,
    certificate,
    signing_key,
    sized,
)
from tests.unit.protocol.radio_script import HOUR_MS, link, quiet, said

# The answers of the radio


def test_what_the_radio_had_no_room_for_is_said_again_and_costs_nothing() -> None:
    script = quiet()
    before_ms = script.engine.common.ledger.spent_ms(script.now_ms)
    script.outcome = Outcome.BUSY
    post = bulletin(HERE, minute=script.minute)
    script.submit(post)
    script.wait(RETRY_MS)
    assert script.engine.common.ledger.spent_ms(script.now_ms) == before_ms
    script.outcome = Outcome.SENT
    script.wait(RETRY_MS + 200)
    assert len(script.sent) == 2
    assert said(script) == [post.encoded]


def test_a_refund_that_comes_in_a_later_minute_is_a_refund_all_the_same() -> None:
    script = quiet()
    script.wait(59_000 - script.now_ms % 60_000)
    before_ms = script.engine.common.ledger.spent_ms(script.now_ms)
    script.outcome, script.busy_ms = Outcome.BUSY, 5_000
    script.submit(bulletin(HERE, minute=script.minute))
    script.wait(5_001)
    assert script.engine.common.ledger.spent_ms(script.now_ms) == before_ms


def test_the_radio_may_say_when_to_try_again() -> None:
    script = quiet()
    (sent,) = (
        one
        for one in script.submit(bulletin(HERE, minute=script.minute))
        if isinstance(one, Transmit)
    )
    script._due.clear()
    script(TransmitDone(RADIO, sent.token, Outcome.DUTY_LIMIT, retry_after_ms=90_000))
    script.wait(89_000)
    assert len(script.sent) == 1
    script.wait(2_000)
    assert len(script.sent) == 2


def test_a_frame_that_is_too_large_is_counted_and_given_up() -> None:
    script = quiet()
    script.outcome = Outcome.TOO_LARGE
    script.submit(bulletin(HERE, minute=script.minute))
    dropped = [one for one in script.wait(1_000) if isinstance(one, Drop)]
    assert [one.reason for one in dropped] == ["too_large"]
    assert link(script).pending_count == 0


def test_a_beacon_that_is_too_large_is_not_tried_every_two_seconds() -> None:
    script = Script()
    script.outcome = Outcome.TOO_LARGE
    script.wait(HOUR_MS)
    assert 1 <= len(script.sent) <= 6


def test_a_lost_frame_costs_airtime_and_counts_as_said() -> None:
    script = quiet()
    script.outcome = Outcome.LOST
    script.submit(bulletin(HERE, minute=script.minute))
    script.wait(5_000)
    assert len(script.sent) == 1
    assert link(script).pending_count == 0
    assert link(script).contacts.frame_counts[Purpose.PUSH] == 1


def test_an_answer_to_another_frame_is_ignored() -> None:
    script = quiet()
    script.submit(bulletin(HERE, minute=script.minute))
    assert script(TransmitDone(RADIO, 10**9, Outcome.BUSY)) == []
    assert link(script).pending_count == 1


def test_a_radio_that_never_answers_does_not_silence_the_node_for_ever() -> None:
    script = quiet()
    script.busy_ms = 10**12
    script.submit(bulletin(HERE, sequence=1, minute=script.minute))
    script.submit(bulletin(HERE, "Zwei", sequence=2, minute=script.minute))
    script.wait(FLIGHT_MS_MAX - 1)
    assert len(said(script)) == 1
    script.wait(FLIGHT_MS_MAX)
    assert len(said(script)) == 2


# Budget and a busy channel


def budget_script(**options: object) -> Script:
    script = quiet(**options)
    script.busy_ms = 20
    return script


def flood(
    script: Script,
    count: int,
    severity: Severity,
    *,
    first: int = 0,
    is_fair: bool = True,
    authors: Sequence[SigningKey] = (HERE,),
) -> None:
    """Post so many; fairly: no more of one hour than an author's share of it."""
    for sequence in range(first, first + count):
        hours = sequence // FAIR_OBJECTS_HOUR if is_fair else 0
        script.submit(
            bulletin(
                authors[sequence % len(authors)],
                "Kanister bitte selbst mitbringen " + "x" * 60,
                sequence=sequence,
                severity=severity,
                minute=script.minute - 60 * hours,
            )
        )


def spent_share(script: Script) -> float:
    return script.engine.common.ledger.spent_ms(script.now_ms) / HOUR_MS


def test_ordinary_posts_stop_at_four_per_cent_of_the_hour_and_go_on_later() -> None:
    script = budget_script()
    flood(script, 200, Severity.INFO)
    script.wait(HOUR_MS // 2)
    assert ORDINARY_SHARE - 0.001 < spent_share(script) <= ORDINARY_SHARE
    count = len(script.sent)
    script.wait(HOUR_MS)
    assert len(script.sent) > count
    assert spent_share(script) <= ORDINARY_SHARE


def test_what_exceeds_its_authors_fair_share_stops_at_half_the_budget() -> None:
    script = budget_script()
    flood(script, SPEAKER_DAY_MAX - 1, Severity.INFO, is_fair=False)
    script.wait(HOUR_MS // 2)
    assert ORDINARY_SHARE / 2 - 0.001 < spent_share(script) <= ORDINARY_SHARE / 2 + 0.001
    script.sent.clear()
    # What is within somebody's share goes out all the same.
    post = bulletin(HERE, minute=script.minute + 120, sequence=SPEAKER_DAY_MAX)
    script.submit(post)
    script.wait(60_000)
    assert post.encoded in said(script)


def test_alerts_stop_at_eight_per_cent_and_ordinary_posts_keep_their_floor() -> None:
    # Of one identity's in an hour fewer are urgent than it takes to use up the budget.
    several = [*MEMBERS, *(signing_key(f"coordinator {n}") for n in range(30))]
    assert FAIR_URGENT_HOUR * len(several) > 400
    script = budget_script(members=several)
    flood(script, 400, Severity.EXTREME, is_fair=False, authors=several)
    script.wait(HOUR_MS // 2)
    assert URGENT_SHARE - 0.001 < spent_share(script) <= URGENT_SHARE
    script.sent.clear()
    flood(script, 5, Severity.INFO, first=1_000, is_fair=False)
    script.wait(HOUR_MS)
    assert spent_share(script) <= URGENT_SHARE
    assert any(one.priority is Priority.ORDINARY for one in script.sent)


def test_the_account_survives_a_restart_and_a_day_off_frees_it() -> None:
    script = budget_script()
    flood(script, 200, Severity.INFO)
    effects = script.wait(HOUR_MS // 2)
    saved = [one for one in effects if isinstance(one, SaveSetting)][-1].value
    again = Script(settings={LEDGER_KEY: saved}, minute=script.minute)
    again.submit(sized(HERE, 180))
    assert said(again) == []
    rested = Script(settings={LEDGER_KEY: saved}, minute=script.minute + 1440)
    rested.submit(bulletin(HERE, "x" * 400, minute=script.minute + 1440))
    assert len(said(rested)) == 1


def test_without_a_clock_the_account_is_kept_after_a_restart() -> None:
    ledger = Ledger()
    ledger.charge(ORDINARY_SHARE * HOUR_MS, is_urgent=False, now_ms=0)
    saved = ledger.encode(now_ms=0, minute=MINUTE)
    script = Script(settings={LEDGER_KEY: saved}, minute=0, is_synchronised=False)
    script.hear(Objects((bulletin(ANNA, severity=Severity.INFO).encoded,)))
    script.wait(HOUR_MS // 2)
    assert script.sent == []


@pytest.mark.parametrize(
    ("percent", "priority", "is_said"),
    [
        (OTHERS_PAUSE_PERCENT, Severity.INFO, True),
        (OTHERS_PAUSE_PERCENT + 0.1, Severity.INFO, False),
        (OTHERS_PAUSE_PERCENT + 0.1, Severity.SEVERE, True),
        (OTHERS_STOP_PERCENT + 0.1, Severity.SEVERE, True),
        (float("nan"), Severity.INFO, True),
        (100.1, Severity.INFO, True),
    ],
)
def test_a_busy_channel_holds_back_what_is_not_urgent(
    percent: float, priority: Severity, is_said: bool
) -> None:
    script = quiet()
    script(ChannelUtilisation(RADIO, percent))
    script.submit(bulletin(HERE, severity=priority, minute=script.minute))
    script.wait(RETRY_MS)
    assert bool(said(script)) == is_said
    script.wait(MEASUREMENT_MS)
    assert said(script)


@pytest.mark.parametrize(
    ("percent", "is_said"),
    [(OTHERS_STOP_PERCENT, True), (OTHERS_STOP_PERCENT + 0.1, False)],
)
def test_on_a_full_channel_even_authority_waits(percent: float, is_said: bool) -> None:
    script = quiet()
    script(ChannelUtilisation(RADIO, percent))
    script.submit(certificate(HERE, sequence=2, name="Neu", minute=script.minute))
    script.wait(RETRY_MS)
    assert bool(said(script)) == is_said


def test_a_busy_channel_does_not_make_the_engine_busy() -> None:
    script = quiet()
    script(ChannelUtilisation(RADIO, 90.0))
    script.submit(bulletin(HERE, minute=script.minute))
    for _ in range(50):
        assert script.engine.next_deadline_ms() > script.now_ms
        script.wait(script.engine.next_deadline_ms() - script.now_ms)
    assert script.now_ms > 50_000


# What it went for


def test_urgent_airtime_is_counted_apart_and_is_part_of_the_whole() -> None:
    script = quiet()
    contacts = link(script).contacts
    script.submit(bulletin(HERE, sequence=1, minute=script.minute))
    script.wait(10_000)
    ordinary_ms = contacts.spent_ms[Purpose.PUSH]
    assert ordinary_ms > 0
    assert contacts.urgent_ms[Purpose.PUSH] == 0
    alert = bulletin(HERE, sequence=2, minute=script.minute, severity=Severity.EXTREME)
    script.submit(alert)
    script.wait(60_000)
    assert contacts.urgent_ms[Purpose.PUSH] > 0
    assert contacts.spent_ms[Purpose.PUSH] == ordinary_ms + contacts.urgent_ms[Purpose.PUSH]
    assert contacts.urgent_ms[Purpose.BEACON] == 0


def test_after_an_ordinary_frame_there_is_a_pause_and_after_an_urgent_one_there_is_none() -> None:
    for severity, is_paused in ((Severity.INFO, True), (Severity.EXTREME, False)):
        script = quiet()
        for sequence in range(2):
            script.submit(
                bulletin(
                    HERE, "x" * 150, sequence=sequence, severity=severity, minute=script.minute
                )
            )
        airtime_ms = round(link(script).medium.airtime_ms(len(script.sent[0].frame)))
        script.wait(script.busy_ms + airtime_ms + 1)
        assert (len(script.sent) == 1) == is_paused
        script.wait(round(0.6 * airtime_ms) + 1)
        assert len(script.sent) == 2
