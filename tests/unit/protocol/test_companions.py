"""A correction goes with what it corrects: as urgent, and never behind it."""

from itertools import permutations

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act
from meshnode.board.trust.role import Role
from meshnode.protocol.catalogue import PORTION_OBJECTS
from meshnode.protocol.effects import Effect
from meshnode.protocol.events import FrameReceived, LinkUp
from meshnode.protocol.frames import Beacon, Hello, Objects, Ranges, Scope, encode_stream
from meshnode.protocol.idset import IdSet
from meshnode.protocol.inventory import COMPANIONS_MAX, HOUR_MINUTES, SYNDROMES_MAX
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import FAIR_URGENT_HOUR
from meshnode.protocol.ranges import open_session, respond
from tests.community import (
    ANNA,
    BERT,
    CEM,
    DORA,
    HERE,
    MEMBERS,
    MINUTE,
    RADIO,
    RADIO_MEDIUM,
    Script,
    bulletin,
    certificate,
    made,
    notice,
    objects_of,
    role,
    stored,
    stream_frames,
    withdrawal,
)
from tests.unit.protocol.radio_script import quiet, said

WIRE = "wire"
HOUR = MINUTE // HOUR_MINUTES
ALERT = bulletin(ANNA, "Nicht trinken!", severity=Severity.SEVERE)
NEWS = bulletin(ANNA, "Suppe um sechs.")
RIGHT = notice(BERT, ALERT)


def rank(script: Script, thing: SignedObject) -> Priority:
    return script.engine.held[thing.id].rank


def before(things: list[bytes], first: SignedObject, second: SignedObject) -> bool:
    return things.index(first.encoded) < things.index(second.encoded)


def wired(peer: SigningKey = CEM, *, held: tuple[SignedObject, ...] = ()) -> Script:
    """A node with one stream, on which the peer has greeted."""
    script = Script(has_radio=False, held=held)
    script(LinkUp(WIRE, Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=peer.public)))
    script(FrameReceived(WIRE, encode_stream(Hello(HOUR, (certificate(peer).encoded,)))))
    script.wait(1_000)
    return script


def streamed(effects: list[Effect]) -> list[bytes]:
    frames = stream_frames(effects, WIRE)
    return [one for frame in frames if isinstance(frame, Objects) for one in frame.encoded]


@pytest.mark.parametrize("order", tuple(permutations((ALERT, RIGHT, notice(CEM, ALERT, Act.HIDE)))))
def test_a_notice_is_as_urgent_as_its_target_whatever_came_first(
    order: tuple[SignedObject, ...],
) -> None:
    script = Script()
    for thing in order:
        script.hear(Objects((thing.encoded,)))
    assert {rank(script, thing) for thing in order} == {Priority.URGENT}


@pytest.mark.parametrize("is_first", [True, False])
def test_a_notice_on_what_is_not_urgent_goes_before_it(is_first: bool) -> None:
    script, about = Script(), notice(BERT, NEWS)
    for thing in (about, NEWS) if is_first else (NEWS, about):
        script.submit(thing)
    assert rank(script, about) is Priority.AUTHORITY < rank(script, NEWS)


def test_a_notice_on_another_object_with_the_same_short_id_is_no_more_urgent() -> None:
    script = Script(held=[ALERT])
    other = notice(BERT, ALERT)
    body = other.body[:1] + bytes(12) + other.body[13:]
    strange = made(
        BERT, other.kind, body, sequence=7, minute=MINUTE, minutes=60, codec=other.codec,
        parent=ALERT.short_id,
    )  # fmt: skip
    script.submit(strange)
    assert rank(script, strange) is Priority.AUTHORITY


def test_after_a_restart_the_ranks_are_the_same() -> None:
    script = Script(held=[RIGHT, ALERT])
    assert rank(script, RIGHT) is Priority.URGENT


@pytest.mark.parametrize("target", [ALERT, NEWS])
def test_on_the_radio_a_notice_that_came_first_leaves_first(target: SignedObject) -> None:
    script, about = quiet(), notice(BERT, target)
    for thing in (about, target):
        script.submit(thing)
    script.wait(120_000)
    assert before(said(script), about, target)


def test_what_waits_to_be_said_becomes_urgent_with_its_target() -> None:
    """The notice came by wire and still waits for others to say it; then its target comes."""
    script = wired()
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script.wait(2 * 3_600_000)
    script.sent.clear()
    for thing in (RIGHT, ALERT):
        script(FrameReceived(WIRE, encode_stream(Objects((thing.encoded,)))))
    script.wait(60_000)
    assert before(said(script), RIGHT, ALERT)


def test_whoever_lacks_the_alerts_gets_what_corrects_them_in_front() -> None:
    others = [bulletin(CEM, f"{n}", sequence=n) for n in range(4)]
    script = quiet(held=[ALERT, RIGHT, *others])
    nothing = Beacon(
        cutoff_hour=HOUR, depth=0, bucket=0, count=0, check=0, partials=(), syndromes=bytes(8),
        scope=Scope.URGENT,
    )  # fmt: skip
    script.hear(nothing, sender=CEM)
    script.wait(60_000)
    assert set(said(script)) == {ALERT.encoded, RIGHT.encoded}
    assert before(said(script), RIGHT, ALERT)


def test_a_portion_brings_with_a_target_what_corrects_it() -> None:
    """The correction came first, then as many alerts as a portion has: it goes along."""
    alerts = [
        bulletin((BERT, CEM)[n % 2], f"Warnung {n}", severity=Severity.SEVERE, sequence=n)
        for n in range(PORTION_OBJECTS - 1)
    ]
    assert len(alerts) <= 2 * FAIR_URGENT_HOUR
    news = [bulletin(DORA, f"{n}", sequence=n) for n in range(SYNDROMES_MAX)]
    script = quiet(held=[RIGHT, *news, *alerts, ALERT])
    nothing = Beacon(
        cutoff_hour=HOUR, depth=0, bucket=0, count=0, check=0, partials=(), syndromes=bytes(8)
    )
    script.hear(nothing, sender=CEM)
    script.wait(600_000)
    heard = objects_of(script.bodies(script.sent))
    assert ALERT.encoded in heard
    assert before(heard, RIGHT, ALERT)


def test_on_a_stream_the_notice_leaves_first_though_it_joined_first() -> None:
    script = wired()
    effects = []
    for thing in (RIGHT, ALERT):
        effects += script.submit(thing)
    effects += script.wait(1_000)
    assert before(streamed(effects), RIGHT, ALERT)


def test_a_stream_that_is_full_lets_a_notice_overtake_with_its_target() -> None:
    script = wired()
    script.busy_ms = 1_000
    many = [bulletin(HERE, f"{n}", sequence=n) for n in range(20)]
    effects = [effect for thing in many for effect in script.submit(thing)]
    for thing in (NEWS, notice(BERT, NEWS)):
        effects += script.submit(thing)
    effects += script.wait(30_000)
    sent = streamed(effects)
    assert before(sent, notice(BERT, NEWS), NEWS)
    assert len(sent) == len(set(sent))


def test_a_comparison_that_finds_the_target_missing_brings_its_notices() -> None:
    """The peer says that it lacks the target, not whether it has the notice."""
    peer = next(key for key in MEMBERS if key.public < HERE.public)
    script = wired(peer, held=(ALERT, RIGHT))
    known = [thing for thing in script.held if thing != ALERT.id]
    message: bytes | None = open_session(IdSet(known))
    effects: list[Effect] = []
    while message is not None and not streamed(effects):
        told = script(FrameReceived(WIRE, encode_stream(Ranges(HOUR, message))))
        told += script.wait(1_000)
        answers = [one for one in stream_frames(told, WIRE) if isinstance(one, Ranges)]
        message = respond(IdSet(known), answers[0].message).message if answers else None
        effects += told
    assert streamed(effects) == [RIGHT.encoded, ALERT.encoded]


def test_only_a_few_notices_travel_with_one_target() -> None:
    some = [notice(BERT, ALERT, text=f"{n}", sequence=n, minute=MINUTE + n) for n in range(9)]
    script = quiet(held=[ALERT, *some])
    companions = script.engine.common.inventory.companions(ALERT.id)
    newest = [thing.id for thing in reversed(some[-COMPANIONS_MAX:])]
    assert [one.object.id for one in companions] == newest


def test_what_leaves_is_nobody_s_companion_any_more() -> None:
    script = Script(held=[ALERT, RIGHT])
    inventory = script.engine.common.inventory
    inventory.remove(RIGHT, reason="test", until_min=MINUTE)
    assert inventory.companions(ALERT.id) == []
    script.submit(withdrawal(ANNA, ALERT))
    assert ALERT.id not in script.held


def test_an_erasure_takes_the_target_and_keeps_it_out_in_any_order() -> None:
    erasure = notice(BERT, ALERT, Act.ERASE, minutes=3 * 1440)
    moderator = role(BERT, Role.MODERATOR, sequence=900)
    for order in permutations((ALERT, erasure, moderator)):
        script = Script()
        for thing in order:
            script.hear(Objects((thing.encoded,)))
        assert erasure.id in script.held
        assert ALERT.id not in script.held
        assert stored(script.hear(Objects((ALERT.encoded,)))) == []
