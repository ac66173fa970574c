"""Who else holds an object: a question to what neighbours have said, at no cost on the air.

Not for: gathering that (`evidence`). Invariants: asking changes nothing; a radio's sender ids are
claims by somebody who knows the network key, a stream's keys are proven.
Source: docs/spec/frames.md section 9.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.holdings import Holding, Peer, State
from meshnode.protocol.inventory import Held
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import ObjectId
from meshnode.protocol.transmitter import Contacts

PEERS_MAX: Final = 64
"""Stream peers remembered, the gone ones included; the one met first makes room."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whether a neighbour holds an object, by its own word.

    Shapes: `neighbour` is a sender id of 2 bytes on a radio, a whole public key on a stream.
    `known_ms` is when its word came, None if it is unknown; `last_contact_ms` when anything came.
    """

    neighbour: bytes
    link: str
    state: State
    known_ms: int | None
    last_contact_ms: int


def holders(
    held: Held, contacts: Mapping[str, Contacts], peers: Mapping[PublicKey, Peer], *, own: bytes
) -> list[Holder]:
    """Return every known neighbour but ourselves (`own`: our sender id) and its state."""
    found = []
    for link, neighbour, holding, last_ms in _neighbours(contacts, peers):
        if neighbour != own:
            known = holding.state(held)
            found.append(Holder(neighbour, link, known.state, known.since_ms, last_ms))
    return found


def object_left(
    thing: ObjectId, contacts: Mapping[str, Contacts], peers: Mapping[PublicKey, Peer]
) -> None:
    """Forget what was known of an object that left our set."""
    for _, _, holding, _ in _neighbours(contacts, peers):
        holding.left(thing)


def meet(peers: dict[PublicKey, Peer], key: PublicKey, peer: Peer) -> None:
    """Remember a peer that has just connected; it may have lost what it held before."""
    peers.pop(key, None)
    peers[key] = peer
    if len(peers) > PEERS_MAX:
        del peers[next(iter(peers))]


def _neighbours(
    contacts: Mapping[str, Contacts], peers: Mapping[PublicKey, Peer]
) -> Iterator[tuple[str, bytes, Holding, int]]:
    for link, one in contacts.items():
        for heard in one.neighbours.all():
            yield link, heard.sender, heard.holding, heard.last_heard_ms
    for key, peer in peers.items():
        yield peer.link, key, peer.holding, peer.last_heard_ms
