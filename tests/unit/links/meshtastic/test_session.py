import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meshtastic.protobuf import mesh_pb2

from meshnode.links.meshtastic.outbox import LEAVE_AIRTIMES, WAITING_MAX, Done
from meshnode.links.meshtastic.packets import HeardFrame, Ignored, Utilisation
from meshnode.links.meshtastic.radio_config import RadioSettings
from meshnode.links.meshtastic.session import (
    Down,
    Gone,
    Output,
    RadioSession,
    Refused,
    Up,
    Wake,
    Write,
)
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.medium import LONG_FAST, MEDIUM_FAST, Outcome
from meshnode.protocol.priority import Priority
from tests.unit.links.meshtastic.scripted_radio import (
    ScriptedRadio,
    duty_notice,
    from_radio,
    heard,
    queue_status,
    routing_error,
    telemetry,
)

TIMING = Timing()


class Talk:
    """A session and a scripted radio that hear each other at once; time moves by hand."""

    def __init__(self, radio: ScriptedRadio | None = None, **settings: Any) -> None:
        self.radio = radio or ScriptedRadio()
        self.now_ms = 1000
        self.seen: list[Output] = []
        self.said: list[Any] = []
        self.session = RadioSession(
            RadioSettings(**settings), dice=random.Random(3), timing=TIMING, now_ms=self.now_ms
        )
        self._carry_out(self.session.start())

    def hear(self, *messages: bytes) -> list[Output]:
        before = len(self.seen)
        for message in messages:
            self._carry_out(self.session.receive(message, self.now_ms))
        return self.seen[before:]

    def send(
        self, frame: bytes, token: int, priority: Priority = Priority.ORDINARY
    ) -> list[Output]:
        before = len(self.seen)
        self._carry_out(self.session.send(frame, priority, token, self.now_ms))
        return self.seen[before:]

    def wait(self, duration_ms: int) -> list[Output]:
        before, end_ms = len(self.seen), self.now_ms + duration_ms
        while (deadline_ms := self.session.deadline_ms()) is not None and deadline_ms <= end_ms:
            assert deadline_ms >= self.now_ms or not self.seen, "a deadline that does not move"
            self.now_ms = deadline_ms
            self._carry_out(self.session.tick(self.now_ms))
        self.now_ms = end_ms
        return self.seen[before:]

    def _carry_out(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Write):
                self.said.append(mesh_pb2.ToRadio.FromString(output.message))
                for answer in self.radio.answer(output.message):
                    self._carry_out(self.session.receive(answer, self.now_ms))
            else:
                self.seen.append(output)


def handed_over(radio: ScriptedRadio) -> list[bytes]:
    return [bytes(packet.decoded.payload) for packet in radio.packets]


def muted() -> ScriptedRadio:
    """A radio that takes packets and leaves the answer to the test."""
    return ScriptedRadio(on_packet=lambda _packet: [])


def test_a_handshake_brings_the_link_up_with_the_radios_real_medium() -> None:
    talk = Talk(ScriptedRadio())
    woken, up = talk.seen
    assert woken == Wake(is_thorough=False)
    assert isinstance(up, Up)
    assert up.plan.medium.modulation == LONG_FAST
    assert up.plan.medium.duty_share_max == 0.10
    assert up.plan.channel is not None
    assert up.plan.channel.name == "meshnode"


def test_the_end_of_an_older_handshake_is_not_ours() -> None:
    radio = ScriptedRadio(is_silent=True)
    talk = Talk(radio)
    [question] = talk.said
    older = radio.settings(question.want_config_id ^ 1)
    assert talk.hear(*older) == []
    ours = talk.hear(*radio.settings(question.want_config_id))
    assert isinstance(ours[-1], Up)


def test_nonces_are_drawn_and_never_one_to_which_firmware_gives_a_meaning() -> None:
    first, second = (Talk(ScriptedRadio()).radio.questions[0] for _ in range(2))
    assert first == second, "the same dice draw the same"
    assert first not in (0, 69420, 69421)


def test_a_question_without_an_answer_is_put_again_and_then_given_up() -> None:
    talk = Talk(ScriptedRadio(is_silent=True))
    outputs = talk.wait(TIMING.handshake_ms)
    assert outputs.count(Wake(is_thorough=True)) == 11
    assert len({said.want_config_id for said in talk.said}) == 12
    assert outputs[-1] == Gone("the radio did not tell its settings in time")
    assert talk.session.deadline_ms() is None


def test_an_answer_with_gaps_is_asked_for_again_and_taken_at_last() -> None:
    class Forgetful(ScriptedRadio):
        def settings(self, nonce: int) -> list[bytes]:
            *whole, end = super().settings(nonce)
            channel_tag = b"\x52"
            return [*[one for one in whole if not one.startswith(channel_tag)], end]

    talk = Talk(Forgetful())
    assert len(talk.radio.questions) == 3
    used = talk.seen[-1]
    assert isinstance(used, Up)
    assert any("no channel named meshnode" in warning for warning in used.plan.warnings)


def test_a_slow_answer_is_not_interrupted() -> None:
    radio = ScriptedRadio(is_silent=True)
    talk = Talk(radio)
    nonce = talk.said[0].want_config_id
    for message in radio.settings(nonce):
        talk.wait(TIMING.handshake_repeat_ms - 1)
        talk.hear(message)
        if talk.now_ms > TIMING.handshake_ms - TIMING.handshake_repeat_ms:
            break
    assert len(talk.said) == 1


def test_a_frame_goes_to_the_radio_and_is_sent_when_the_radio_says_so() -> None:
    radio = muted()
    talk = Talk(radio, hop_limit=1)
    assert talk.send(b"frame", 1) == []
    [packet] = radio.packets
    assert (packet.channel, packet.hop_limit) == (1, 1)
    assert talk.hear(queue_status(packet.id)) == [Done(1, Outcome.SENT)]


def test_packet_ids_are_never_zero_and_differ() -> None:
    talk = Talk()
    for token in range(50):
        talk.send(b"frame", token)
    ids = [packet.id for packet in talk.radio.packets]
    assert len(set(ids)) == 50
    assert 0 not in ids


def test_one_packet_is_with_the_radio_at_a_time() -> None:
    radio = muted()
    talk = Talk(radio)
    for token in range(3):
        talk.send(bytes([token]), token)
    assert handed_over(radio) == [b"\0"]
    talk.hear(queue_status(12345), queue_status(0))
    assert handed_over(radio) == [b"\0"]
    assert talk.hear(queue_status(radio.packets[0].id)) == [Done(0, Outcome.SENT)]
    assert handed_over(radio) == [b"\0", b"\1"]


def test_urgent_frames_overtake_the_others_in_their_own_order() -> None:
    radio = muted()
    talk = Talk(radio)
    order = [Priority.ORDINARY, Priority.ORDINARY, Priority.URGENT, Priority.URGENT]
    for token, priority in enumerate(order):
        talk.send(bytes([token]), token, priority)
    for _ in order:
        talk.hear(queue_status(radio.packets[-1].id))
    assert handed_over(radio) == [b"\0", b"\2", b"\3", b"\1"]


def test_one_frame_too_many_is_busy_at_once_and_never_an_urgent_one_for_an_ordinary() -> None:
    talk = Talk(muted())
    for token in range(1 + WAITING_MAX):
        assert talk.send(b"x", token) == []
    busy = TIMING.busy_retry_ms
    assert talk.send(b"x", 100) == [Done(100, Outcome.BUSY, busy)]
    assert talk.send(b"x", 101, Priority.URGENT) == [Done(WAITING_MAX, Outcome.BUSY, busy)]


def test_a_frame_longer_than_promised_is_too_large() -> None:
    talk = Talk(frame_bytes_max=100)
    assert talk.send(bytes(101), 1) == [Done(1, Outcome.TOO_LARGE)]
    assert talk.send(b"", 2) == [Done(2, Outcome.TOO_LARGE)]
    assert talk.send(bytes(100), 3) == [Done(3, Outcome.SENT)]


@pytest.mark.parametrize(
    ("result", "outcome", "retry_after_ms"),
    [
        (0, Outcome.SENT, 0),
        (35, Outcome.SENT, 0),
        (7, Outcome.TOO_LARGE, 0),
        (32, Outcome.BUSY, TIMING.busy_retry_ms),
        (38, Outcome.BUSY, TIMING.busy_retry_ms),
        (-5, Outcome.BUSY, TIMING.busy_retry_ms),
        (6, Outcome.BUSY, TIMING.refused_retry_ms),
        (33, Outcome.BUSY, TIMING.refused_retry_ms),
        (34, Outcome.BUSY, TIMING.refused_retry_ms),
    ],
)
def test_each_answer_of_the_queue_is_an_outcome(
    result: int, outcome: Outcome, retry_after_ms: int
) -> None:
    talk = Talk(ScriptedRadio(result=result))
    assert talk.send(b"x", 1) == [Done(1, outcome, retry_after_ms)]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(0, Outcome.SENT), (7, Outcome.TOO_LARGE), (6, Outcome.BUSY), (32, Outcome.BUSY)],
)
def test_a_routing_error_about_our_packet_is_an_outcome_too(error: int, outcome: Outcome) -> None:
    radio = muted()
    talk = Talk(radio)
    talk.send(b"x", 1)
    assert talk.hear(routing_error(radio.packets[0].id ^ 1, error)) == []
    [done] = talk.hear(routing_error(radio.packets[0].id, error))
    assert isinstance(done, Done)
    assert done.outcome is outcome
    assert talk.hear(queue_status(radio.packets[0].id, result=error)) == []


def test_a_duty_limit_waits_a_moment_for_the_minutes() -> None:
    radio = muted()
    talk = Talk(radio)
    talk.send(b"x", 1)
    packet_id = radio.packets[0].id
    assert talk.hear(queue_status(packet_id, result=9)) == []
    assert talk.hear(duty_notice(packet_id ^ 1, 5)) == []
    assert talk.hear(duty_notice(packet_id, 7)) == [Done(1, Outcome.DUTY_LIMIT, 7 * 60_000)]


def test_minutes_that_come_first_count_too() -> None:
    radio = muted()
    talk = Talk(radio)
    talk.send(b"x", 1)
    packet_id = radio.packets[0].id
    assert talk.hear(duty_notice(packet_id, 999)) == []
    limit = talk.hear(queue_status(packet_id, result=9))
    assert limit == [Done(1, Outcome.DUTY_LIMIT, 60 * 60_000)]


def test_a_duty_limit_without_minutes_is_one_minute() -> None:
    radio = muted()
    talk = Talk(radio)
    talk.send(b"x", 1)
    talk.send(b"y", 2)
    talk.hear(queue_status(radio.packets[0].id, result=9))
    assert talk.wait(TIMING.notice_ms) == [Done(1, Outcome.DUTY_LIMIT, 60_000)]
    talk.hear(queue_status(radio.packets[1].id, result=9))
    refusal = talk.hear(routing_error(radio.packets[1].id, 9))
    assert refusal == [Done(2, Outcome.DUTY_LIMIT, 60_000)]


def test_a_lost_status_is_found_out_by_a_heartbeat() -> None:
    radio = ScriptedRadio(loses_statuses=True)
    talk = Talk(radio)
    talk.send(b"x", 1)
    assert talk.wait(TIMING.status_ms - 1) == []
    assert radio.heartbeats == 0
    assert talk.wait(1) == [Done(1, Outcome.LOST)]
    assert radio.heartbeats == 1


def test_only_the_radios_answer_to_us_says_that_a_status_was_lost() -> None:
    radio = ScriptedRadio(loses_statuses=True)
    talk = Talk(radio)
    talk.send(b"x", 1)
    radio.is_silent = True
    talk.wait(TIMING.status_ms)
    packet_id = radio.packets[0].id
    assert talk.hear(queue_status(packet_id ^ 1)) == []
    assert talk.hear(queue_status(packet_id)) == [Done(1, Outcome.SENT)]


def test_a_radio_that_talks_but_never_answers_costs_the_token_only() -> None:
    radio = ScriptedRadio(is_silent=False, loses_statuses=True)
    talk = Talk(radio)
    talk.send(b"x", 1)
    radio.is_silent = True
    outputs: list[Output] = []
    for _ in range(20):
        outputs += talk.wait(1000)
        outputs += talk.hear(heard(b"still here"))
    assert Done(1, Outcome.LOST) in outputs
    assert not any(isinstance(output, Gone) for output in outputs)


def test_a_radio_that_falls_silent_with_a_packet_is_gone_in_15_seconds() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    radio.is_silent = True
    talk.send(b"x", 1)
    talk.send(b"y", 2)
    assert talk.wait(14_999) == []
    lost, also_lost, down, gone = talk.wait(1)
    assert [lost, also_lost] == [Done(1, Outcome.LOST), Done(2, Outcome.LOST)]
    assert isinstance(down, Down)
    assert gone == Gone("the radio does not answer")
    assert talk.send(b"z", 3) == [Done(3, Outcome.LOST)]
    assert talk.hear(queue_status()) == []


def test_a_radio_that_falls_silent_while_idle_is_gone_in_less_than_20_seconds() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    radio.is_silent = True
    outputs = talk.wait(19_999)
    assert isinstance(outputs[-1], Gone)


def test_heartbeats_missed_long_ago_do_not_count() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    for _ in range(5):
        radio.is_silent = True
        assert talk.wait(TIMING.idle_ms + TIMING.probe_ms + 1) == []
        radio.is_silent = False
        talk.hear(queue_status())


def test_a_quiet_radio_that_answers_stays_for_ever_and_heartbeats_cost_no_airtime() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    assert [output for output in talk.wait(3_600_000) if not isinstance(output, Wake)] == []
    assert 60 * 60 / 8 * 0.9 <= radio.heartbeats <= 60 * 60 / 8
    assert radio.packets == []


def test_a_busy_channel_does_not_let_the_radio_forget_us() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    for _ in range(300):
        talk.wait(1000)
        talk.hear(heard(b"x", portnum=1))
    assert 4 <= radio.heartbeats <= 5


def test_two_places_of_the_queue_are_left_to_relays_except_from_urgent_frames() -> None:
    radio = ScriptedRadio(queue_free=2)
    talk = Talk(radio)
    talk.hear(queue_status(free=2))
    assert talk.send(b"patient", 1) == []
    assert talk.wait(3_500) == []
    assert handed_over(radio) == []
    talk.send(b"urgent", 2, Priority.URGENT)
    assert handed_over(radio) == [b"urgent"]
    radio.queue_free = 16
    assert talk.wait(2_000) == [Done(2, Outcome.SENT), Done(1, Outcome.SENT)]
    assert handed_over(radio) == [b"urgent", b"patient"]


def test_a_frame_counts_as_sent_when_it_has_left_the_radio_s_queue() -> None:
    radio = ScriptedRadio(queue_free=15)
    talk = Talk(radio)
    assert talk.send(b"first", 1) == []
    assert talk.send(b"second", 2) == []
    assert talk.wait(2_000) == []
    assert handed_over(radio) == [b"first"], "the second waits where it can still be taken back"
    radio.queue_free = 16
    assert talk.wait(TIMING.leave_poll_ms)[:1] == [Done(1, Outcome.SENT)]


def test_a_radio_whose_queue_never_empties_is_not_waited_for_for_ever() -> None:
    talk = Talk(ScriptedRadio(queue_free=12))
    assert talk.send(b"x", 1) == []
    airtime_ms = LONG_FAST.airtime_ms(24)
    within_ms = TIMING.leave_ms + int(LEAVE_AIRTIMES * airtime_ms)
    assert talk.wait(within_ms - 100) == []
    assert talk.wait(400) == [Done(1, Outcome.SENT)]


def test_a_frame_that_finds_no_room_goes_back_to_the_engine() -> None:
    radio = ScriptedRadio(queue_free=0)
    talk = Talk(radio)
    talk.hear(queue_status(free=0))
    talk.send(b"x", 1)
    assert talk.wait(TIMING.waiting_ms) == [Done(1, Outcome.BUSY, TIMING.busy_retry_ms)]


def test_a_radio_that_does_not_count_its_queue_is_given_frames() -> None:
    talk = Talk()
    status = mesh_pb2.QueueStatus(free=0, maxlen=0)
    talk.hear(from_radio(queueStatus=status))
    assert talk.send(b"x", 1) == [Done(1, Outcome.SENT)]


def test_a_reboot_loses_tokens_and_begins_anew() -> None:
    radio = muted()
    talk = Talk(radio)
    talk.send(b"x", 1)
    talk.send(b"y", 2)
    outputs = talk.hear(from_radio(rebooted=True))
    assert outputs[:2] == [Done(1, Outcome.LOST), Done(2, Outcome.LOST)]
    assert outputs[2] == Down("the radio restarted")
    assert isinstance(outputs[-1], Up)
    assert len(set(radio.questions)) == 2


def test_a_queue_that_was_full_before_a_reboot_is_not_waited_for_after_it() -> None:
    talk = Talk()
    talk.hear(queue_status(free=0), from_radio(rebooted=True))
    assert talk.send(b"x", 1) == [Done(1, Outcome.SENT)]


def test_settings_that_change_without_a_reboot_are_noticed() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    radio.lora.modem_preset = 4
    outputs = talk.wait(TIMING.reread_ms)
    wake, down, up = outputs
    assert (wake, down) == (Wake(is_thorough=False), Down("the radio's settings changed"))
    assert isinstance(up, Up)
    assert up.plan.medium.modulation == MEDIUM_FAST
    assert radio.questions[1:] == [69420]


def test_a_warning_that_is_new_does_not_take_the_link_down() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    radio.rebroadcast_mode = 5
    assert talk.wait(TIMING.reread_ms) == [Wake(is_thorough=False)]
    assert talk.session.plan is not None
    assert "CORE_PORTNUMS_ONLY" in talk.session.plan.warnings[0]


def test_frames_wait_while_the_settings_are_read_again() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    talk.wait(TIMING.reread_ms - 1)
    radio.is_silent = True
    talk.now_ms += 1
    assert talk.send(b"x", 1) == [Wake(is_thorough=False)]
    assert radio.packets == []
    radio.is_silent = False
    assert Done(1, Outcome.SENT) in talk.wait(TIMING.handshake_repeat_ms)


def test_a_refusal_that_settings_explain_has_them_read_again_soon() -> None:
    radio = ScriptedRadio()
    talk = Talk(radio)
    radio.lora.region = 0
    radio.result = 34
    talk.send(b"x", 1)
    assert talk.session.refusal == 34
    refused = talk.wait(TIMING.recheck_ms)[-1]
    assert isinstance(refused, Refused)
    assert "lora.region EU_868" in (refused.plan.refusal or "")


def test_a_radio_without_a_region_is_refused_asked_again_and_used_once_it_has_one() -> None:
    radio = ScriptedRadio()
    radio.lora.region = 0
    talk = Talk(radio)
    assert isinstance(talk.seen[-1], Refused)
    assert talk.send(b"x", 1) == [Done(1, Outcome.LOST)]
    assert talk.hear(heard(b"frame")) == [Ignored("not_up")]
    talk.wait(5 * TIMING.recheck_ms)
    assert len(radio.questions) == 6
    radio.lora.region = 3
    assert isinstance(talk.wait(TIMING.recheck_ms)[-1], Up)


def test_what_the_radio_hears_is_passed_on() -> None:
    talk = Talk()
    outputs = talk.hear(heard(b"frame"), telemetry(17), heard(b"x", portnum=1))
    assert outputs == [HeardFrame(b"frame", 6.5), Utilisation(17), Ignored("other_port")]


def test_closing_answers_every_token() -> None:
    talk = Talk(muted())
    talk.send(b"x", 1)
    talk.send(b"y", 2)
    assert talk.session.close("unplugged") == [
        Done(1, Outcome.LOST),
        Done(2, Outcome.LOST),
        Down("unplugged"),
    ]
    assert talk.session.tick(10**9) == []


def test_messages_newer_than_this_program_are_passed_over() -> None:
    assert Talk().hear(b"", bytes.fromhex("9a 01 02 08 01")) == []


def test_nonsense_is_ignored_and_counted() -> None:
    talk = Talk()
    assert talk.hear(b"\xff\xff\xff") == [Ignored("malformed_message")]


@given(st.lists(st.binary(max_size=512), max_size=20), st.integers(0, 10**6))
def test_no_bytes_of_the_radio_raise_or_make_time_stand_still(
    messages: list[bytes], step_ms: int
) -> None:
    talk = Talk()
    for message in messages:
        talk.hear(message)
        talk.now_ms += step_ms
        talk._carry_out(talk.session.tick(talk.now_ms))
    talk.wait(200_000)


@given(
    st.lists(
        st.builds(
            mesh_pb2.FromRadio,
            packet=st.builds(
                lambda number, to, payload, port, wanted: mesh_pb2.MeshPacket(
                    **{"from": number},
                    to=to,
                    decoded=mesh_pb2.Data(portnum=port, payload=payload, request_id=wanted),
                ),
                st.integers(0, 2**32 - 1),
                st.integers(0, 2**32 - 1),
                st.binary(max_size=233),
                st.integers(0, 511),
                st.integers(0, 2**32 - 1),
            ),
        ),
        max_size=10,
    )
)
def test_no_packet_from_the_air_raises(messages: list[Any]) -> None:
    talk = Talk()
    for message in messages:
        talk.hear(message.SerializeToString())
