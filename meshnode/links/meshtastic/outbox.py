"""Frames on their way into the radio: a few wait, one is outstanding until the radio answers.

Not for: packets and bytes; the session makes them. Invariants: every token that goes in comes
out exactly once as `Done`; nothing is handed over while another packet of ours is unanswered or
still in the radio's queue, where nobody could take it back; two places of that queue stay free
for what the radio relays, except from urgent frames.
Source: docs/spec/radio.md section 4; firmware 2.7 src/mesh/MeshService.cpp, MeshTypes.h.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.medium import Outcome
from meshnode.protocol.priority import Priority

WAITING_MAX: Final = 8
"""The engine chooses best at the last moment: more frames would only grow old here."""
QUEUE_RESERVE: Final = 2
"""Places of the radio's 16 that we leave to its own packets and relays."""
DUTY_MINUTES_MAX: Final = 60
"""The law counts a rolling hour, so no wait is longer."""

LEAVE_AIRTIMES: Final = 3
"""A packet that waits for others' to end leaves the queue within so many of its own airtimes."""

_SENT: Final = frozenset({0, 35})
_TOO_LARGE: Final = 7
_DUTY_LIMIT: Final = 9
_NEEDS_PEOPLE: Final = frozenset({4, 6, 33, 34})
"""NO_INTERFACE twice, NO_CHANNEL, DISABLED: the radio's settings are not what they were."""
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the frame with this token."""

    token: int
    outcome: Outcome
    retry_after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frame that has not been given to the radio yet."""

    frame: bytes
    priority: Priority
    token: int
    since_ms: int
    airtime_ms: float = 0.0

    @property
    def is_urgent(self) -> bool:
        """Whether it goes before others and may take the last places."""
        return self.priority is Priority.URGENT


@dataclass(slots=True)
class _Outstanding:
    token: int
    packet_id: int
    sent_ms: int
    leave_within_ms: int
    is_probed: bool = False
    accepted_ms: int | None = None
    """When the radio took it into its queue, out of which it still has to go."""
    free_then: int = 0
    asked_ms: int = 0
    notice_until_ms: int | None = None
    minutes: int | None = None


class Outbox:
    """The one owner of tokens between the engine's `send` and the radio's answer."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._waiting: list[Waiting] = []
        self._outstanding: _Outstanding | None = None
        self._room_asked_ms: int | None = None
        self.queue_free: int | None = None
        self.queue_length = 0
        self.needs_recheck = False
        """The radio refused in a way that its settings should explain: read them again."""
        self.refusal: int | None = None
        """The number by which the radio refused the last frame for good, or None."""

    @property
    def is_idle(self) -> bool:
        """Whether no packet of ours is with the radio, unanswered."""
        return self._outstanding is None

    def submit(self, waiting: Waiting) -> list[Done]:
        """Let a frame wait; if that is one too many, the last in order goes back as BUSY."""
        position = len(self._waiting)
        if waiting.is_urgent:
            position = sum(other.is_urgent for other in self._waiting)
        self._waiting.insert(position, waiting)
        if len(self._waiting) <= WAITING_MAX:
            return []
        return [self._busy(self._waiting.pop().token)]

    def hand_over(self, packet_id: int, now_ms: int) -> Waiting | None:
        """Return the frame to give to the radio now as `packet_id`, if it is time for one."""
        if self._outstanding is not None or not self._waiting or not self._has_room():
            return None
        waiting = self._waiting.pop(0)
        self._room_asked_ms = None
        within_ms = self._timing.leave_ms + round(LEAVE_AIRTIMES * waiting.airtime_ms)
        self._outstanding = _Outstanding(waiting.token, packet_id, now_ms, within_ms)
        return waiting

    def wants_answer(self, now_ms: int) -> bool:
        """Return whether a heartbeat is needed now, and count it as asked for.

        It tells whether there is room again, whether a packet has left the radio's queue, or
        that a packet's status was lost.
        """
        sent = self._outstanding
        if sent is not None and sent.accepted_ms is not None:
            is_due = now_ms >= sent.asked_ms + self._timing.leave_poll_ms
            sent.asked_ms = now_ms if is_due else sent.asked_ms
            return is_due
        if sent is not None:
            is_late = now_ms >= sent.sent_ms + self._timing.status_ms and not sent.is_probed
            sent.is_probed = sent.is_probed or is_late
            return is_late
        if not self._waiting or self._has_room():
            return False
        asked_ms = self._room_asked_ms
        if asked_ms is not None and now_ms < asked_ms + self._timing.room_ms:
            return False
        self._room_asked_ms = now_ms
        return True

    def queue_status(
        self, *, result: int, free: int, length: int, packet_id: int, now_ms: int
    ) -> list[Done]:
        """Take note of the radio's queue; return what that says about our packet."""
        self.queue_free, self.queue_length = free, length
        sent = self._outstanding
        if sent is None:
            return []
        if sent.accepted_ms is not None:
            has_left = free > sent.free_then or free >= length
            return self._finish(Outcome.SENT) if has_left else []
        if packet_id == sent.packet_id:
            return self._resolve(result, now_ms)
        if packet_id == 0 and sent.is_probed:
            # It answers a heartbeat that we sent long after the packet: the packet's own status
            # was lost among the two that the radio keeps. Perhaps it is on the air.
            return self._finish(Outcome.LOST)
        return []

    def verdict(self, packet_id: int, error: int, now_ms: int) -> list[Done]:
        """Take note of a routing error, or of none, that names one of our packets."""
        sent = self._outstanding
        if sent is None or packet_id != sent.packet_id:
            return []
        if sent.notice_until_ms is not None:
            return self._finish_duty_limit()
        return self._resolve(error, now_ms)

    def duty_notice(self, packet_id: int, minutes: int) -> list[Done]:
        """Take note of how many minutes the radio says that it must be silent."""
        sent = self._outstanding
        if sent is None or packet_id != sent.packet_id:
            return []
        sent.minutes = minutes
        return self._finish_duty_limit() if sent.notice_until_ms is not None else []

    def tick(self, now_ms: int) -> list[Done]:
        """Return what time alone decides."""
        done = []
        sent = self._outstanding
        if sent is not None and sent.accepted_ms is not None:
            # A radio whose figures never change counts differently: do not wait for ever.
            if now_ms >= sent.accepted_ms + sent.leave_within_ms:
                done += self._finish(Outcome.SENT)
        elif sent is not None and now_ms >= self._answer_deadline_ms(sent):
            is_refused = sent.notice_until_ms is not None
            done += self._finish_duty_limit() if is_refused else self._finish(Outcome.LOST)
        patience_ms = now_ms - self._timing.waiting_ms
        done += [self._busy(late.token) for late in self._waiting if late.since_ms <= patience_ms]
        self._waiting = [young for young in self._waiting if young.since_ms > patience_ms]
        return done

    def lose_all(self) -> list[Done]:
        """Return every token as LOST, because the link is gone."""
        tokens = [waiting.token for waiting in self._waiting]
        if self._outstanding is not None:
            tokens.insert(0, self._outstanding.token)
        self._waiting, self._outstanding = [], None
        self.queue_free = None
        return [Done(token, Outcome.LOST) for token in tokens]

    def patience_ms(self) -> int | None:
        """Return when the first frame has waited long enough."""
        return min((one.since_ms + self._timing.waiting_ms for one in self._waiting), default=None)

    def deadline_ms(self) -> int | None:
        """Return when `tick` or `wants_answer` may change by themselves."""
        patience_ms = self.patience_ms()
        deadlines = [] if patience_ms is None else [patience_ms]
        sent = self._outstanding
        if sent is not None and sent.accepted_ms is not None:
            deadlines.append(sent.asked_ms + self._timing.leave_poll_ms)
            deadlines.append(sent.accepted_ms + sent.leave_within_ms)
        elif sent is not None:
            status_ms = sent.sent_ms + self._timing.status_ms
            deadlines.append(self._answer_deadline_ms(sent) if sent.is_probed else status_ms)
            if sent.notice_until_ms is not None:
                deadlines.append(sent.notice_until_ms)
        elif self._waiting and not self._has_room():
            asked_ms = self._room_asked_ms
            since_ms = self._waiting[0].since_ms
            deadlines.append(since_ms if asked_ms is None else asked_ms + self._timing.room_ms)
        return min(deadlines, default=None)

    def _has_room(self) -> bool:
        # A queue of length 0 is that of a radio that does not count; it may refuse by itself.
        if self.queue_free is None or self.queue_length == 0:
            return True
        needed = 1 if self._waiting[0].is_urgent else QUEUE_RESERVE + 1
        return self.queue_free >= min(needed, self.queue_length)

    def _answer_deadline_ms(self, sent: _Outstanding) -> int:
        if sent.notice_until_ms is not None:
            return sent.notice_until_ms
        probes_ms = self._timing.probe_ms * self._timing.misses_max
        return sent.sent_ms + self._timing.status_ms + probes_ms

    def _resolve(self, result: int, now_ms: int) -> list[Done]:
        sent = self._outstanding
        if sent is None:
            return []
        if result == _DUTY_LIMIT:
            sent.notice_until_ms = now_ms + self._timing.notice_ms
            return self._finish_duty_limit() if sent.minutes is not None else []
        self.refusal = None if result in _SENT else result
        if result in _SENT:
            return self._accept(sent, now_ms)
        if result == _TOO_LARGE:
            return self._finish(Outcome.TOO_LARGE)
        if result in _NEEDS_PEOPLE:
            self.needs_recheck = True
            return self._finish(Outcome.BUSY, self._timing.refused_retry_ms)
        return self._finish(Outcome.BUSY, self._timing.busy_retry_ms)

    def _accept(self, sent: _Outstanding, now_ms: int) -> list[Done]:
        """Count the packet as sent now if the radio's queue is empty, else once it has left."""
        is_known = self.queue_free is not None and self.queue_length > 0
        if sent.accepted_ms is not None or not is_known or self._is_queue_empty():
            return self._finish(Outcome.SENT)
        sent.accepted_ms = sent.asked_ms = now_ms
        sent.free_then = self.queue_free or 0
        return []

    def _is_queue_empty(self) -> bool:
        return self.queue_free is not None and self.queue_free >= self.queue_length

    def _finish_duty_limit(self) -> list[Done]:
        minutes = self._outstanding.minutes if self._outstanding else None
        bounded = min(max(minutes or 1, 1), DUTY_MINUTES_MAX)
        return self._finish(Outcome.DUTY_LIMIT, bounded * _MINUTE_MS)

    def _finish(self, outcome: Outcome, retry_after_ms: int = 0) -> list[Done]:
        sent = self._outstanding
        self._outstanding = None
        return [] if sent is None else [Done(sent.token, outcome, retry_after_ms)]

    def _busy(self, token: int) -> Done:
        return Done(token, Outcome.BUSY, self._timing.busy_retry_ms)
