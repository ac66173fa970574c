"""Every way by which an object gets into a node, and what a node is, to see that it stays so."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from meshnode.board.trust.standing import Standing
from meshnode.protocol.batch import compose
from meshnode.protocol.effects import Drop, Effect, StoreObject
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import FrameReceived, LinkDown, LinkUp, Submitted
from meshnode.protocol.frames import Hello, Objects, Symbol, encode_stream
from meshnode.protocol.inventory import SYNDROMES_MAX, Digest
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX, WAITING_MS_MAX
from meshnode.protocol.medium import Medium
from meshnode.protocol.object import ObjectId, decode, object_id
from tests.community import MINUTE, Script, signing_key
from tests.everykind import KIOSK

WIRE: Final = "wire"
STRANGER: Final = signing_key("a stranger")
ONE_FRAME_BYTES: Final = 180
SETTLING_MS: Final = WAITING_MS_MAX + 61_000
"""After so long whatever waits for its ground was given up."""


class Door(StrEnum):
    """How it comes."""

    RADIO = "radio frame"
    BATCH = "symbols of a batch"
    STREAM = "stream of a member"
    HELLO = "greeting of a stranger"
    SUBMITTED = "somebody at the node"


@dataclass(frozen=True)
class State:
    """All of a node that objects may change."""

    held: frozenset[ObjectId]
    gone: frozenset[ObjectId]
    standing: Standing
    digest: Digest
    urgent: Digest


def state(script: Script) -> State:
    inventory = script.engine.common.inventory
    # One cutoff, however late it is meanwhile: digests of different ones differ.
    cutoff_hour = MINUTE // 60
    return State(
        held=frozenset(inventory.held),
        gone=frozenset(inventory.gone),
        standing=script.rules.standing,
        digest=inventory.digest(cutoff_hour, SYNDROMES_MAX),
        urgent=inventory.urgent_digest(cutoff_hour, SYNDROMES_MAX),
    )


def stream(peer: SigningKey) -> Medium:
    return Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=peer.public)


def connect(script: Script) -> None:
    """Let a member's stream come up."""
    script(LinkUp(WIRE, stream(KIOSK)))
    script(FrameReceived(WIRE, encode_stream(Hello(script.minute // 60, ()))))


def come(script: Script, door: Door, encoded: bytes) -> list[Effect]:
    """Let an object come through a door; what is no object is refused where it is read."""
    match door:
        case Door.RADIO if len(encoded) <= ONE_FRAME_BYTES:
            return script.hear(Objects((encoded,)))
        case Door.RADIO | Door.BATCH:
            batch = compose([encoded], ONE_FRAME_BYTES)
            return [
                effect
                for index, data in enumerate(batch.data)
                for effect in script.hear(
                    Symbol(batch.shape, index, len(batch.data) - 1 - index, data)
                )
            ]
        case Door.STREAM:
            return script(FrameReceived(WIRE, encode_stream(Objects((encoded,)))))
        case Door.HELLO:
            script(LinkUp("guest", stream(STRANGER)))
            greeting = Hello(script.minute // 60, (encoded,))
            effects = script(FrameReceived("guest", encode_stream(greeting)))
            # That nobody vouches for the stranger is no answer to what it brought.
            answer = [one for one in effects if not _is_about_stranger(one)]
            script(LinkDown("guest"))
            return answer
        case Door.SUBMITTED:
            try:
                return script(Submitted(decode(encoded)))
            except PeerError as error:
                return [Drop(error.reason, None, object_id(encoded).hex())]


def doors(dice: Random) -> Door:
    return dice.choice(list(Door))


@dataclass
class Watch:
    """Offers objects to a node and notes what became of each."""

    script: Script
    pending: dict[str, bytes]
    refused: dict[str, int]
    answered: set[str]
    """What was refused already: the symbols of a batch that is known are not read again."""

    @classmethod
    def over(cls, script: Script) -> "Watch":
        connect(script)
        return cls(script, {}, {}, set())

    def offer(self, door: Door, encoded: bytes) -> bool:
        """Return whether an object joined the set, at once."""
        name = object_id(encoded).hex()
        effects = come(self.script, door, encoded)
        self._note(effects)
        stored = {one.object.id.hex() for one in effects if isinstance(one, StoreObject)}
        if any(isinstance(one, Drop) for one in effects) or name in stored:
            self.answered.add(name)
        elif name not in self.answered:
            self.pending[name] = encoded
        return name in stored

    def settle(self) -> None:
        """Let what waits be given up; nothing may be left without an answer."""
        self._note(self.script.wait(SETTLING_MS))
        assert not self.pending, f"neither taken nor refused: {list(self.pending)}"

    def _note(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Drop):
                self.refused[effect.reason] = self.refused.get(effect.reason, 0) + 1
                if self.pending.pop(effect.detail, None) is not None:
                    self.answered.add(effect.detail)


def _is_about_stranger(effect: Effect) -> bool:
    return isinstance(effect, Drop) and "vouches" in effect.detail
