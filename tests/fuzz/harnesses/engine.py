"""A whole engine: frames under the right MAC, truly signed objects, time, and nonsense."""

from collections.abc import Iterator
from functools import cache

from meshnode.protocol import object as objects
from meshnode.protocol.effects import Effect, StoreObject, Transmit
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import (
    ChannelUtilisation,
    Decoded,
    Event,
    FrameReceived,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
)
from meshnode.protocol.frames import MAGIC, Hello, Objects, RadioCodec, Ranges, encode_stream
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import SignedObject
from tests.community import (
    ANNA,
    BERT,
    COMMUNITY,
    MEMBERS,
    MINUTE,
    NETWORK_KEY,
    RADIO,
    Script,
    bulletin,
    profile,
    withdrawal,
)
from tests.fuzz.harness import Cuts, Harness, packed, require

WIRE = "wire"
CODEC = RadioCodec(NETWORK_KEY, ANNA.id)
_PEER = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=BERT.public)
_SENDERS = (ANNA.id[:2], BERT.id[:2], b"\x00\x00", b"\xff\xff")
_STEPS_MAX = 12
_STEP_MS = (0, 50, 3_000, 600_000)
_RADIO, _STREAM, _SAID, _SUBMITTED, _DONE, _DECODED, _LOAD, _WAIT = range(8)
_MINUTES_SHIFTED = (0, -60, 60, -100_000)
"""When an object says that it was made."""


@cache
def members() -> tuple[SignedObject, ...]:
    """Return what makes the members known; signing it once is enough."""
    return tuple(held.object for held in Script().engine.held.values())


def run(data: bytes) -> bool:
    """Each step: a byte for what happens and how much later, then what it needs."""
    cuts = Cuts(data)
    script = Script(members=(), held=members())
    script(LinkUp(WIRE, _PEER))
    has_stored = False
    for _ in range(_STEPS_MAX):
        if not cuts.remaining:
            break
        first = cuts.byte()
        script.now_ms += _STEP_MS[first >> 3 & 3]
        effects = _step(script, first & 7, cuts)
        effects += script(Tick())
        has_sent = any(isinstance(effect, Transmit) for effect in effects)
        is_later = script.engine.next_deadline_ms() > script.now_ms
        require(has_sent or is_later, "an engine that runs in circles")
        has_stored = has_stored or any(isinstance(effect, StoreObject) for effect in effects)
    return has_stored


def seeds() -> Iterator[bytes]:
    news = bulletin(ANNA, sequence=7)
    back = withdrawal(ANNA, news)
    said = [signed_content(news), signed_content(back), signed_content(profile(BERT))]
    yield b"".join(bytes([_SAID, 0]) + packed(one) for one in said)
    yield b"".join(bytes([_SUBMITTED, 0]) + packed(one) for one in said)
    for body in (Objects((news.encoded,)), Objects((b"", b"x"))):
        yield bytes([_RADIO]) + packed(CODEC.seal(1, body)[:-4]) + bytes([_WAIT | 0x10, 200])
    for frame in (Objects((news.encoded,)), Hello(MINUTE // 60, (news.encoded,))):
        yield bytes([_STREAM]) + packed(encode_stream(frame))
    ranges = Ranges(MINUTE // 60, b"\x00\x20\x05" + bytes(8))
    hello = packed(encode_stream(Hello(MINUTE // 60, ())))
    yield bytes([_STREAM]) + hello + bytes([_STREAM]) + packed(encode_stream(ranges))
    beacon = bytes([3]) + _SENDERS[0] + b"\x01" + (MINUTE // 60).to_bytes(3, "big")
    beacon += bytes([0]) + b"\x00\x07\x12\x34" + bytes.fromhex("0a0b0c0d0102030405060708")
    yield (bytes([_RADIO | 0x08]) + packed(beacon) + bytes([_WAIT | 0x18, 255, _DONE, 0, 0])) * 3


def signed_content(thing: SignedObject) -> bytes:
    """Return an object without its signature, which this harness makes anew."""
    return thing.encoded[:-64]


def _step(script: Script, kind: int, cuts: Cuts) -> list[Effect]:
    if kind == _WAIT:
        return script.wait(1_000 * (1 + cuts.byte()))
    event = _event(kind, cuts)
    return [] if event is None else script(event)


def _event(kind: int, cuts: Cuts) -> Event | None:
    event: Event | None = None
    match kind:
        case 0:
            event = FrameReceived(RADIO, _sealed(cuts.block()), 5.0)
        case 1:
            event = FrameReceived(WIRE, cuts.block())
        case 2:
            thing = _signed(cuts.byte(), cuts.block())
            said = Objects((thing.encoded,) if thing else ())
            event = FrameReceived(RADIO, CODEC.seal(cuts.byte(), said))
        case 3:
            thing = _signed(cuts.byte(), cuts.block())
            event = Submitted(thing) if thing else None
        case 4:
            outcome = tuple(Outcome)[cuts.byte() % len(Outcome)]
            event = TransmitDone(RADIO, cuts.byte(), outcome, 1_000)
        case 5:
            event = Decoded(RADIO, cuts.byte(), [one + 1 for one in cuts.block()])
        case _:
            event = ChannelUtilisation(RADIO, float(cuts.byte()))
    return event


def _sealed(content: bytes) -> bytes:
    whole = bytes([MAGIC | content[0] & 0x0F]) + content[1:] if content else bytes([MAGIC])
    return whole + CODEC._mac(whole)


def _signed(who: int, content: bytes) -> SignedObject | None:
    """Return the object that these bytes are without signature, by a member of the engine's."""
    try:
        read = objects.decode(content + bytes(64))
    except PeerError:
        return None
    minute = MINUTE + _MINUTES_SHIFTED[who >> 6]
    return objects.compose(
        key=MEMBERS[who % len(MEMBERS)],
        community=COMMUNITY,
        kind=read.kind,
        body=read.body,
        sequence=read.sequence,
        created_min=minute if who & 0x20 else read.created_min,
        lifetime_code=read.lifetime_code,
        codec=read.codec,
        parent=read.parent,
    )


HARNESS = Harness(run=run, seeds=seeds, reads=(RadioCodec.open,), bytes_max=1_200, mutations=700)
