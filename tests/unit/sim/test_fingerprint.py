"""The trace hash tells two histories apart that differ in anything, and only those."""

from dataclasses import dataclass

import pytest

from meshnode.protocol.effects import Drop, RemoveObject, SaveSetting, StoreObject, Transmit
from meshnode.protocol.events import (
    ChannelUtilisation,
    FrameReceived,
    LinkDown,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.medium import Outcome
from meshnode.protocol.object import Kind, ObjectId, compose
from meshnode.protocol.priority import Priority
from meshnode.sim.fingerprint import Fingerprint

KEY = SigningKey(bytes(32))


def thing(text: bytes):
    return compose(
        key=KEY,
        community=CommunityId(bytes(16)),
        kind=Kind.BULLETIN,
        body=text,
        sequence=1,
        created_min=1_500_000,
        lifetime_code=3,
    )


@dataclass(frozen=True, slots=True)
class Unheard:
    """A kind of event or effect that the fingerprint was not told of."""

    number: int


def hash_of(*happenings):
    fingerprint = Fingerprint()
    for now_ms, node, event, effects in happenings:
        fingerprint.add(now_ms, node, event, effects)
    return fingerprint.hex()


HEARD = FrameReceived("radio", b"\x01\x02", 5.0)
PLAIN = (1.0, 0, HEARD, [])

DIFFERENT = [
    (1.001, 0, HEARD, []),
    (1.0, 1, HEARD, []),
    (1.0, 0, FrameReceived("radio", b"\x01\x03", 5.0), []),
    (1.0, 0, FrameReceived("wire:1", b"\x01\x02", 5.0), []),
    (1.0, 0, FrameReceived("radio", b"\x01\x02", 5.1), []),
    (1.0, 0, FrameReceived("radio", b"\x01\x02", None), []),
    (1.0, 0, Tick(), []),
    (1.0, 0, LinkDown("radio"), []),
    (1.0, 0, WallClock(1, is_synchronised=True), []),
    (1.0, 0, WallClock(1, is_synchronised=False), []),
    (1.0, 0, ChannelUtilisation("radio", 1.0), []),
    (1.0, 0, ChannelUtilisation("radio", 1.5), []),
    (1.0, 0, TransmitDone("radio", 1, Outcome.SENT), []),
    (1.0, 0, TransmitDone("radio", 1, Outcome.BUSY), []),
    (1.0, 0, TransmitDone("radio", 2, Outcome.SENT), []),
    (1.0, 0, TransmitDone("radio", 2, Outcome.SENT, 7), []),
    (1.0, 0, Submitted(thing(b"a")), []),
    (1.0, 0, Submitted(thing(b"b")), []),
    (1.0, 0, Unheard(1), []),
    (1.0, 0, Unheard(2), []),
    (1.0, 0, HEARD, [Drop("expired", "radio")]),
    (1.0, 0, HEARD, [Drop("expired", None)]),
    (1.0, 0, HEARD, [Drop("future", "radio")]),
    (1.0, 0, HEARD, [Drop("expired", "radio"), Drop("expired", "radio")]),
    (1.0, 0, HEARD, [StoreObject(thing(b"a"), "radio")]),
    (1.0, 0, HEARD, [StoreObject(thing(b"a"), None)]),
    (1.0, 0, HEARD, [StoreObject(thing(b"b"), "radio")]),
    (1.0, 0, HEARD, [RemoveObject(ObjectId(bytes(16)), "expired", 1)]),
    (1.0, 0, HEARD, [RemoveObject(ObjectId(bytes(16)), "expired", 2)]),
    (1.0, 0, HEARD, [SaveSetting("airtime", b"1")]),
    (1.0, 0, HEARD, [SaveSetting("airtime", b"2")]),
    (1.0, 0, HEARD, [Transmit("radio", b"1", Priority.URGENT, 1)]),
    (1.0, 0, HEARD, [Transmit("radio", b"2", Priority.URGENT, 1)]),
    (1.0, 0, HEARD, [Transmit("radio", b"1", Priority.ORDINARY, 1)]),
    (1.0, 0, HEARD, [Transmit("radio", b"1", Priority.URGENT, 2)]),
    (1.0, 0, HEARD, [Unheard(1)]),
    (1.0, 0, HEARD, [Unheard(2)]),
]


def test_whatever_differs_shows_in_the_hash():
    hashes = [hash_of(PLAIN), *(hash_of(other) for other in DIFFERENT)]
    assert len(set(hashes)) == len(hashes)


def test_the_same_history_has_the_same_hash_however_often_one_looks():
    fingerprint = Fingerprint()
    for number in range(5_000):
        fingerprint.add(number, number % 7, HEARD, [Drop("expired", "radio")])
        if number % 900 == 0:
            fingerprint.hex()
    once = hash_of(*((n, n % 7, HEARD, [Drop("expired", "radio")]) for n in range(5_000)))
    assert fingerprint.hex() == once
    assert fingerprint.events == 5_000


@pytest.mark.parametrize("place", [0, 2_500, 4_999])
def test_one_byte_of_one_event_among_thousands_shows(place):
    history = [(n, n % 7, HEARD, []) for n in range(5_000)]
    other = list(history)
    other[place] = (place, place % 7, FrameReceived("radio", b"\x01\x00", 5.0), [])
    assert hash_of(*history) != hash_of(*other)


def test_the_order_of_two_events_at_the_same_time_shows():
    assert hash_of((1.0, 0, HEARD, []), (1.0, 1, HEARD, [])) != hash_of(
        (1.0, 1, HEARD, []), (1.0, 0, HEARD, [])
    )
