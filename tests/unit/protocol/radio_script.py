"""One node with a radio, and its neighbours as far as a script needs them."""

from collections.abc import Callable, Iterable

from meshnode.protocol.batch import Batch, compose
from meshnode.protocol.effects import Effect
from meshnode.protocol.frames import Beacon, Partial, Symbol, symbol_room_bytes
from meshnode.protocol.inventory import HOUR_MINUTES, Inventory
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.neighbours import ACQUAINTED_MS
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.radio import RadioLink
from tests.community import (
    MEMBERS,
    MINUTE,
    RADIO,
    RADIO_MEDIUM,
    Script,
    bulletin,
    memberships,
    objects_of,
)

HOUR_MS = 3_600_000
FRAME_MS = RADIO_MEDIUM.airtime_ms(200)
Hears = dict[SigningKey, tuple[SigningKey, ...] | None]
"""Whom neighbours hear, by their own word."""
MEMBERSHIPS = memberships(MEMBERS)


def quiet(**options: object) -> Script:
    """A node that has nothing to say any more and has just been silent for a while."""
    script = Script(**options)  # type: ignore[arg-type]
    script.wait(2 * HOUR_MS)
    script.sent.clear()
    return script


def until(script: Script, condition: Callable[[], object], *, within_ms: int = 2 * HOUR_MS) -> int:
    """Let time pass until something is so; return how many milliseconds that took."""
    begin_ms = script.now_ms
    while not condition():
        assert script.now_ms - begin_ms < within_ms, "it does not come"
        script.wait(50)
    return script.now_ms - begin_ms


def meet(script: Script, hears: Hears, *things: SignedObject) -> None:
    """Let neighbours that hold what we hold speak, and say whom they hear once they know."""
    for heard_by in (dict.fromkeys(hears), hears):
        for key, heard in heard_by.items():
            beacon = beacon_of(*things, hour=hour_of(script), hears=heard)
            script.hear(beacon, sender=key)
        script.wait(ACQUAINTED_MS)


def link(script: Script) -> RadioLink:
    radio = script.engine.links[RADIO]
    assert isinstance(radio, RadioLink)
    return radio


def beacon_of(
    *objects: SignedObject,
    syndromes: int = 8,
    hour: int = MINUTE // HOUR_MINUTES,
    partials: tuple[Partial, ...] = (),
    hears: Iterable[SigningKey] | None = None,
) -> Beacon:
    """What a node says that holds what makes all of us members and these objects."""
    inventory = Inventory()
    for thing in (*MEMBERSHIPS, *objects):
        inventory.add(thing, Priority.ORDINARY)
    digest = inventory.digest(hour, syndromes)
    return Beacon(
        cutoff_hour=hour,
        depth=0,
        bucket=0,
        count=digest.count,
        check=digest.check,
        partials=partials,
        syndromes=digest.syndromes,
        hears=None if hears is None else tuple(key.id[:2] for key in hears),
    )


def hour_of(script: Script) -> int:
    return script.minute // HOUR_MINUTES


def said(script: Script) -> list[bytes]:
    """Every object that somebody has who heard all that was said."""
    return objects_of(script.bodies(script.sent))


def beacons(script: Script, effects: Iterable[Effect] | None = None) -> list[Beacon]:
    """The beacons among all that was sent, or among these effects."""
    bodies = script.bodies(script.sent if effects is None else list(effects))
    return [body for body in bodies if isinstance(body, Beacon)]


def symbols(script: Script) -> list[Symbol]:
    """The symbols that were said."""
    return [body for body in script.bodies(script.sent) if isinstance(body, Symbol)]


def long_lived(key: SigningKey, text: str, **options: object) -> SignedObject:
    return bulletin(key, text, minutes=7 * 1440, **options)  # type: ignore[arg-type]


def batch_of(*things: SignedObject) -> Batch:
    """The batch in which all nodes say these ordinary objects of one age."""
    ordered = sorted(things, key=lambda thing: (-thing.created_min, thing.id))
    return compose([thing.encoded for thing in ordered], symbol_room_bytes(200))


def symbol_of(batch: Batch, index: int, remaining: int) -> Symbol:
    return Symbol(batch.shape, index, remaining, batch.symbol(index))
