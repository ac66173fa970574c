"""The engine under anything that may happen: it never raises, and never runs in circles."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.parts import Cut
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.protocol.batch import Batch, BatchId, Shape, compose
from meshnode.protocol.effects import Transmit
from meshnode.protocol.events import (
    ChannelUtilisation,
    Decoded,
    Event,
    FrameReceived,
    LinkDown,
    LinkUp,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.frames import (
    Hello,
    Objects,
    RadioCodec,
    Ranges,
    Symbol,
    encode_stream,
)
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import Kind, SignedObject
from tests.community import (
    ANNA,
    BERT,
    CEM,
    COMMUNITY,
    DORA,
    HERE,
    MEMBERS,
    MINUTE,
    NETWORK_KEY,
    RADIO,
    RADIO_MEDIUM,
    ROOT,
    Script,
    bulletin,
    certificate,
    made,
    memberships,
    profile,
    role,
    sized,
    withdrawal,
)

WIRE = "wire"
TICKS_PER_HOUR_MAX = 2_500
"""More than a frame a second and a half and as many pauses; a busy loop makes millions."""
CODEC = RadioCodec(NETWORK_KEY, ANNA.id)


def payload(dice: Random) -> bytes:
    """A radio frame under the right key: sensible or senseless."""
    kind = dice.randrange(16) if dice.random() < 0.2 else dice.choice((1, 2, 3))
    content = bytes([0xB0 | kind]) + dice.randbytes(3)
    match kind:
        case 1:
            things = [thing_of(dice).encoded for _ in range(dice.randrange(3))]
            return CODEC.seal(dice.randrange(256), Objects(tuple(things)))
        case 2:
            return CODEC.seal(dice.randrange(256), symbol_of(dice))
        case 3:
            hour = dice.choice((0, 2**24 - 1, MINUTE // 60 + dice.randrange(-80, 80)))
            depth = dice.choice((0, 0, 0, 1, 8, 9))
            partials = dice.choice((0, 0, 1, 3))
            hears = dice.choice((None, None, 0, 2, 65))
            listed = partials | (0 if hears is None else 0x08) | dice.choice((0, 0, 0x04))
            content += hour.to_bytes(3, "big") + bytes([depth << 4 | listed])
            content += bytes([dice.randrange(1 << min(depth, 8))]) if depth else b""
            content += dice.choice((bytes(4), dice.randbytes(4)))
            for _ in range(partials):
                content += dice.choice(batches()).shape.id + bytes([dice.randrange(66)])
            if hears is not None:
                ids = (ANNA.id[:2], HERE.id[:2], dice.randbytes(2))
                content += bytes([hears]) + b"".join(dice.choice(ids) for _ in range(hears))
            content += dice.randbytes(4 * dice.randrange(1, 40))
        case _:
            content += dice.randbytes(dice.randrange(60))
    return content + CODEC._mac(content)


def symbol_of(dice: Random) -> Symbol:
    """A symbol of a real batch, mostly right, or one of nothing that exists."""
    remaining, index = dice.choice((0, 1, 7, 255)), dice.randrange(256)
    if dice.random() < 0.2:
        shape = Shape(BatchId(dice.randbytes(4)), dice.randrange(1, 65), 30)
        return Symbol(shape, index, remaining, dice.randbytes(30))
    batch = dice.choice(batches())
    index = dice.choice((index, dice.randrange(batch.shape.data_count)))
    data = batch.symbol(index)
    if dice.random() < 0.05:
        data = dice.randbytes(len(data))
    return Symbol(batch.shape, index, remaining, data)


@cache
def batches() -> tuple[Batch, ...]:
    """Batches of what is in the pool, and one of nonsense."""
    dice = Random(2)
    things = [dice.sample(pool(), count) for count in (1, 2, 4, 6)]
    encoded = [[thing.encoded for thing in group] for group in things]
    return tuple(compose(group, 184) for group in (*encoded, [b"nonsense" * 40, b"x" * 300]))


@cache
def pool() -> tuple[SignedObject, ...]:
    """Objects of every sort, made once: signing and compressing takes most of the time."""
    dice = Random(1)
    things = authority()
    for key in (ANNA, BERT, CEM, HERE):
        for sequence in range(40):
            base = bulletin(key, sequence=sequence, minute=MINUTE)
            minute = MINUTE + dice.choice((0, -5_000, 5_000, 60))
            severity = dice.choice(list(Severity))
            things += (
                base,
                bulletin(key, sequence=sequence, minute=minute, severity=severity),
                withdrawal(key, base),
                certificate(key, sequence=sequence, name=f"N{sequence}"),
                profile(key, sequence=sequence, minutes=dice.choice((60, 1440))),
                sized(key, dice.randrange(90, 2_000), sequence=sequence),
            )
    return tuple(things)


def authority() -> list[SignedObject]:
    """Who may what, taken back and given again: with each of these others lose or find ground."""
    things = [certificate(HERE, minute=MINUTE + 5, sequence=200)]
    for sequence, key in enumerate((ANNA, BERT, CEM), start=100):
        lost = RevocationFields(RevocationReason.LOST, fingerprint(key.public))
        less = replace(lost, role=Role.COORDINATOR, cuts=(Cut(key.id, 7),))
        bodies = [
            *((ROOT, Kind.REVOCATION, encode_revocation(one)) for one in (lost, less)),
            (key, Kind.DEVICE, encode_device(DORA, key.public, COMMUNITY)),
            (DORA, Kind.REVOCATION, encode_revocation(lost)),
        ]
        things += [
            made(author, kind, body, sequence=sequence, minute=MINUTE, minutes=1440)
            for author, kind, body in bodies
        ]
        things.append(role(key, sequence=sequence, minute=MINUTE + sequence))
    return things


def thing_of(dice: Random) -> SignedObject:
    return dice.choice(pool())


def stream_payload(dice: Random) -> bytes:
    things = tuple(thing_of(dice).encoded for _ in range(dice.randrange(3)))
    return dice.choice(
        (
            encode_stream(Hello(MINUTE // 60 + dice.randrange(-60, 60), things)),
            encode_stream(Objects(things)),
            encode_stream(Ranges(MINUTE // 60, dice.randbytes(dice.randrange(40)))),
            dice.randbytes(dice.randrange(40)),
        )
    )


def event_of(dice: Random, sent: list[Transmit]) -> Event:
    link = dice.choice((RADIO, RADIO, WIRE, "nowhere"))
    peer = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=BERT.public)
    done = dice.choice(sent) if sent else None
    clocks = (0, MINUTE, MINUTE - 4_320, MINUTE + 60 * 24 * 3650)
    outcome = dice.choice(list(Outcome))
    choices: tuple[Callable[[], Event], ...] = (
        lambda: LinkUp(RADIO, RADIO_MEDIUM),
        lambda: LinkUp(WIRE, peer),
        lambda: LinkDown(link),
        lambda: FrameReceived(RADIO, payload(dice)),
        lambda: FrameReceived(RADIO, payload(dice)),
        lambda: FrameReceived(RADIO, payload(dice), snr_db=dice.uniform(-20, 10)),
        lambda: FrameReceived(WIRE, stream_payload(dice)),
        lambda: FrameReceived(link, dice.randbytes(dice.randrange(40))),
        lambda: TransmitDone(link, dice.randrange(50), outcome, dice.randrange(90_000)),
        lambda: TransmitDone(done.link, done.token, outcome) if done else Tick(),
        lambda: ChannelUtilisation(link, dice.uniform(-10, 120)),
        lambda: Decoded(link, dice.randrange(50), dice.choice((None, [], [1, 2**32 - 1]))),
        lambda: Submitted(thing_of(dice)),
        Tick,
        lambda: WallClock(dice.choice(clocks), dice.random() < 0.3),
    )
    return dice.choice(choices)()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(-(10**7), 10**7))
def test_whatever_happens_it_does_not_raise_and_asks_for_a_later_tick(
    seed: int, begin_ms: int
) -> None:
    dice = Random(seed)
    script = Script(has_radio=dice.random() < 0.5, seed=seed, now_ms=begin_ms)
    for _ in range(150):
        script.now_ms += dice.choice((0, 1, 50, 3_000, 60_000, 4_000_000))
        effects = script(event_of(dice, script.sent[-5:]))
        has_sent = any(isinstance(effect, Transmit) for effect in effects)
        assert has_sent or script.engine.next_deadline_ms() > script.now_ms


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=250), st.booleans())
def test_any_bytes_from_a_link_are_at_most_a_counted_drop(data: bytes, is_wire: bool) -> None:
    script = Script()
    script(LinkUp(WIRE, Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=BERT.public)))
    script(FrameReceived(WIRE if is_wire else RADIO, data))
    assert script.held == {thing.id for thing in memberships(MEMBERS)}


def ticks_in(script: Script, ms: int, ticks_max: int) -> int:
    """Count the ticks that pass until then, answering frames as a radio would."""
    end_ms, ticks = script.now_ms + ms, 0
    while script.now_ms < end_ms and ticks < ticks_max:
        script.wait(max(1, min(script.engine.next_deadline_ms(), end_ms) - script.now_ms))
        ticks += 1
    return ticks


def test_ten_thousand_steps_of_anything_make_no_busy_loop() -> None:
    for seed in range(4):
        dice = Random(seed)
        script = Script(seed=seed)
        for outcome in (Outcome.SENT, Outcome.BUSY, Outcome.DUTY_LIMIT, Outcome.LOST):
            script.outcome = outcome
            for _ in range(40):
                script(event_of(dice, script.sent[-3:]))
            assert ticks_in(script, 3_600_000, 10_000) < TICKS_PER_HOUR_MAX


def test_an_idle_hour_takes_few_ticks() -> None:
    script = Script()
    script.wait(3_600_000)
    assert ticks_in(script, 3_600_000, 10_000) < 100
