"""A circle of three, whose messages come in any order, twice, forged and changed.

Invariants: what is checked here is what has to hold; a message that should open opens once.
"""

from dataclasses import replace
from functools import cache

from meshnode.board.mail.circle import CircleId, CirclePolicy, EpochFields, Member, member_id
from meshnode.board.mail.epoch import Chain, EpochKeys, epoch_keys, open_circle, seal_circle
from meshnode.board.mail.message import decode_circle_payload, encode_circle_payload
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import CommunityId, SigningKey
from tests.fuzz.harness import Cuts, require

COMMUNITY = CommunityId(b"c" * 16)
WRITERS = tuple(SigningKey(bytes([number]) * 32) for number in (21, 22, 23))
PLACES = (0, 3, 254)
SEND, KEEP, AGAIN, FORGE, CHANGE, FAR_AHEAD = range(6)
_SKIPPED = (0, 1, 3, 70)
"""Messages that nobody hears; of 70 a reader keeps the keys of the last 64 only."""
_STEPS_MAX = 10
_PAYLOAD_BYTES_MAX = 60


@cache
def fresh_keys() -> EpochKeys:
    """Return what every member has when the epoch begins."""
    members = zip(PLACES, WRITERS, strict=True)
    fields = EpochFields(
        circle=CircleId(b"rund"),
        number=7,
        policy=CirclePolicy(is_open=False, has_history=False),
        name="Runde",
        members=tuple(Member(place, member_id(key.public)) for place, key in members),
        secret=bytes(range(16)),
    )
    return epoch_keys(fields, founder=WRITERS[0].public, community=COMMUNITY)


class _Talk:
    """What the three write, what one of them hears, and whether it is right so."""

    def __init__(self) -> None:
        self.writing = self.reading = fresh_keys()
        self.bodies: list[tuple[int, bytes, bytes]] = []
        self.opened: set[bytes] = set()
        self.has_read = False

    def write(self, who: int, payload: bytes) -> bytes:
        body, self.writing = seal_circle(
            payload, keys=self.writing, place=PLACES[who], signer=WRITERS[who]
        )
        self.bodies.append((who, payload, body))
        return body

    def hear(self, who: int, body: bytes) -> bytes | None:
        before = self.reading
        try:
            opened = open_circle(body, keys=before, sender=WRITERS[who].public)
        except PeerError:
            return None
        require(body not in self.opened, "a message that opens twice")
        require(opened.sender == WRITERS[who].public, "somebody else wrote it")
        self.opened.add(body)
        self.reading = opened.keys
        self.has_read = read_payload(opened.payload) or self.has_read
        return opened.payload

    def with_chain(self, who: int, **changed: object) -> EpochKeys:
        """Return the keys for writing with one chain that is not as it should be."""
        return replace(
            self.writing,
            chains=tuple(
                _changed(chain, changed) if chain.place == PLACES[who] else chain
                for chain in self.writing.chains
            ),
        )


def talk(cuts: Cuts) -> bool:
    """Each step: a byte for who, what and how many are missed, then what it needs."""
    said = _Talk()
    for _ in range(_STEPS_MAX):
        if not cuts.remaining:
            break
        first = cuts.byte()
        _step(said, (first & 3) % 3, (first >> 2 & 7) % 6, _SKIPPED[first >> 5 & 3], cuts)
    return said.has_read


def read_payload(payload: bytes) -> bool:
    """Return whether it is one for a circle; then it is written as it was, but for texts."""
    try:
        content = decode_circle_payload(payload)
    except PeerError:
        return False
    codec = payload[0] >> 1 & 0x07
    if codec == 0:
        try:
            require(len(encode_circle_payload(content)) <= len(payload), "a payload that grows")
        except LimitError as error:
            raise AssertionError("a payload that nobody could write") from error
    return True


def _step(said: _Talk, who: int, what: int, skipped: int, cuts: Cuts) -> None:
    match what:
        case 0 | 1:
            for _ in range(skipped):
                said.write(who, b"x")
            payload = cuts.block()[:_PAYLOAD_BYTES_MAX] or b"\0"
            body = said.write(who, payload)
            if what == SEND:
                require(said.hear(who, body) == payload, "a message that does not open")
        case 2 if said.bodies:
            author, payload, body = said.bodies[cuts.byte() % len(said.bodies)]
            require(said.hear(author, body) in (payload, None), "another text than was written")
        case 3:
            forger = (who + 1) % 3
            keys = said.with_chain(who, member=member_id(WRITERS[forger].public))
            body, _ = seal_circle(b"x", keys=keys, place=PLACES[who], signer=WRITERS[forger])
            heard = [said.hear(one, body) for one in range(3)]
            require(heard == [None] * 3, "a member writes as another")
        case 4 if said.bodies:
            author, _, body = said.bodies[cuts.byte() % len(said.bodies)]
            at, change = cuts.byte() % len(body), cuts.byte() or 1
            body = body[:at] + bytes([body[at] ^ change]) + body[at + 1 :]
            require(said.hear(author, body) is None, "a changed message opens")
        case 5:
            counter = int.from_bytes(cuts.take(2), "big")
            chain = said.writing.chain(PLACES[who])
            if chain is not None and counter != chain.counter:
                keys = said.with_chain(who, counter=counter)
                body, _ = seal_circle(b"x", keys=keys, place=PLACES[who], signer=WRITERS[who])
                require(said.hear(who, body) is None, "a message under another's number")


def _changed(chain: Chain, changed: dict[str, object]) -> Chain:
    return replace(chain, **changed)  # type: ignore[arg-type]
