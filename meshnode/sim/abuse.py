"""Members who do not keep to the rules: they lie about what they hold.

Not for: attacks from outside; who lacks the network key is not heard at all.
Invariants: the engine is the real one; a lie is a frame that the liar's radio sends beside it.
"""

from random import Random
from typing import Final

from meshnode.protocol.frames import SYNDROME_BYTES, Beacon, RadioCodec
from meshnode.protocol.keys import key_id
from meshnode.sim.node import Node

HOUR_MS: Final = 3_600_000
SYNDROMES: Final = 8
COUNT_MAX: Final = 500


class Liar:
    """Announces, beside what its node says, sets that nobody holds."""

    def __init__(self, node: Node, *, beacons_an_hour: float, dice: Random) -> None:
        self._node = node
        self._mean_ms = HOUR_MS / beacons_an_hour
        self._dice = dice
        self._codec = RadioCodec(node.world.network_key, key_id(node.key.public))
        self._again()

    def _again(self) -> None:
        delay_ms = self._dice.expovariate(1 / self._mean_ms)
        self._node.world.kernel.call_in(delay_ms, self._lie)

    def _lie(self) -> None:
        if self._node.engine is not None:
            frame = self._codec.seal(self._dice.randrange(256), self._beacon())
            self._node.radio.send(frame)
        self._again()

    def _beacon(self) -> Beacon:
        """Half of the lies say that we hold nothing, so that all would repeat all they have."""
        is_empty = self._dice.random() < 0.5
        size = SYNDROMES * SYNDROME_BYTES
        return Beacon(
            cutoff_hour=self._node.world.minute // 60,
            depth=0,
            bucket=0,
            count=0 if is_empty else self._dice.randrange(COUNT_MAX),
            check=0 if is_empty else self._dice.randrange(0x10000),
            partials=(),
            syndromes=bytes(size) if is_empty else self._dice.randbytes(size),
        )
