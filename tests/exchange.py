"""Two ends of a reliable, ordered stream that make their id sets equal by ranges."""

from collections.abc import Callable
from dataclasses import dataclass, field

from meshnode.protocol import ranges
from meshnode.protocol.idset import IdSet
from meshnode.protocol.object import ObjectId

MESSAGES_MAX = 400


@dataclass
class Trace:
    """What an exchange cost: the size of each message, and objects sent in vain."""

    message_bytes: list[int] = field(default_factory=list)
    objects_sent: int = 0
    objects_sent_in_vain: int = 0

    @property
    def bytes_both_ways(self) -> int:
        return sum(self.message_bytes)


def exchange(
    left: IdSet, right: IdSet, *, meanwhile: Callable[[int], None] = lambda turn: None
) -> Trace:
    """Run one session, opened by `left`; objects arrive before the message sent after them."""
    trace = Trace()
    sets = (left, right)
    message: bytes | None = ranges.open_session(left)
    for turn in range(1, MESSAGES_MAX):
        if message is None:
            return trace
        trace.message_bytes.append(len(message))
        meanwhile(turn)
        response = ranges.respond(sets[turn % 2], message)
        for object_id in response.they_lack:
            give(trace, sets[1 - turn % 2], object_id)
        message = response.message
    raise AssertionError(f"no end after {MESSAGES_MAX} messages")


def give(trace: Trace, receiver: IdSet, object_id: ObjectId) -> None:
    trace.objects_sent += 1
    trace.objects_sent_in_vain += object_id in receiver
    receiver.add(object_id)
