"""Who is who, and what the rules take: the same objects in any order come to the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from meshnode.board.bodies import check_body
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.standing import Standing
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, PublicKey
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.ports import Accepted
from tests.fuzz.acts import ACT_BYTES, HAS_PARENT, KINDS, acts, genesis
from tests.fuzz.harness import Cuts, Harness, require

_COMMUNITY_MASK, _JUDGED, _PINNED = 0x03, 0x04, 0x08
_ACTS_MAX = 16
_JUDGED_MAX = 10
"""The rules look at all signatures for each object: more takes longer than an input may."""
_ROUNDS_MAX = 8
_LOSSES_MAX = 16


def run(data: bytes) -> bool:
    """The first byte: which community, and whether the rules judge; then one act after another."""
    cuts = Cuts(data)
    first = cuts.byte()
    number = first & _COMMUNITY_MASK
    is_judged = bool(first & _JUDGED)
    things = [
        one for one in acts(cuts, number, _JUDGED_MAX if is_judged else _ACTS_MAX) if _is_sound(one)
    ]
    community, charter = genesis(number)
    pinned = (charter,) if first & _PINNED else ()
    standing = _evaluated(community, pinned, things)
    _check(standing)
    if is_judged:
        held = _arrived(community, pinned, things)
        again = _arrived(community, pinned, things[::-1])
        require(held == again, "what a node holds depends on the order of arrival")
    return len(standing.identities) > 1 or len(standing.charters) > 1


def seeds() -> Iterator[bytes]:
    """Members, people they vouch for, devices, roles, revocations, a charter that follows."""
    certified = _act(Kind.CERTIFICATE, 0, subject=3) + _act(Kind.CERTIFICATE, 0, 2, subject=4)
    vouched = _act(Kind.CERTIFICATE, 3, subject=5) + _act(Kind.CERTIFICATE, 4, subject=5)
    device = _act(Kind.DEVICE, 3, 9, subject=6)
    invited = _act(Kind.INVITATION, 3, 3, subject=7, extra=99, last=1) + _act(
        Kind.CERTIFICATE, 7, subject=5, target=1, flags=HAS_PARENT
    )
    roles = _act(Kind.ROLE, 0, 5, subject=3) + _act(Kind.ROLE, 0, 6, subject=6, value=1)
    itself = _act(Kind.INVITATION, 0, 3, subject=7, extra=99, last=1) + _act(
        Kind.CERTIFICATE, 7, subject=7, target=1, flags=HAS_PARENT
    )
    taken = _act(Kind.REVOCATION, 0, 7, subject=3, value=0x10)
    lost = _act(Kind.REVOCATION, 3, 8, subject=6, extra=0x40, last=3)
    left = _act(Kind.REVOCATION, 0, 9, subject=4, value=2, extra=0x10)
    quarrel = _act(Kind.REVOCATION, 0, subject=1) + _act(Kind.REVOCATION, 1, subject=0)
    follower = _act(Kind.CHARTER, 0, 3, subject=0, value=1 | 1 << 2, extra=0x0B, last=0x04)
    agreed = follower + _act(Kind.ENDORSEMENT, 1, target=1) + _act(Kind.ENDORSEMENT, 2, target=1)
    said = _act(Kind.PROFILE, 3, 4) + _act(Kind.PROFILE, 3, 5, value=1) + _act(Kind.BULLETIN, 6, 2)
    meant = _act(Kind.BULLETIN, 4, 2, value=2) + _act(Kind.NOTICE, 3, 5, value=4, target=3)
    back = _act(Kind.WITHDRAWAL, 4, 6, target=3)
    for first in (0, _JUDGED, _JUDGED | _PINNED | 2, 1, _JUDGED | 3):
        head = bytes([first])
        yield head + certified + vouched + device + lost
        yield head + invited + certified
        yield head + itself + _act(Kind.REVOCATION, 7, subject=7)
        yield head + certified + roles + taken + left
        yield head + quarrel + certified + agreed
        yield head + certified + meant + back + roles
        yield head + certified + device + said + vouched


def _act(
    kind: Kind,
    who: int,
    sequence: int = 1,
    *,
    subject: int = 0,
    value: int = 0,
    target: int = 0,
    extra: int = 0,
    last: int = 0,
    flags: int = 0,
) -> bytes:
    """Return one act as an input says it; it lives for a year, what people say for a day."""
    lifetime = 0 if kind in (Kind.BULLETIN, Kind.WITHDRAWAL, Kind.NOTICE) else 2
    lifetime = 1 if kind == Kind.ROLE else lifetime
    made = (flags | KINDS.index(kind), who | lifetime << 4, sequence, 60)
    encoded = bytes((*made, subject, value, target, extra, last))
    assert len(encoded) == ACT_BYTES
    return encoded


def _is_sound(thing: SignedObject) -> bool:
    try:
        check_body(thing)
    except PeerError:
        return False
    return True


@lru_cache(maxsize=20_000)
def _is_signed_by(thing: SignedObject, key: PublicKey, community: CommunityId) -> bool:
    return thing.is_signed_by(key, community)


def _evaluated(
    community: CommunityId, pinned: Sequence[SignedObject], things: Sequence[SignedObject]
) -> Standing:
    """Return the standing; whatever the order, and however often each comes, it is the same."""

    def is_signed_by(thing: SignedObject, key: PublicKey) -> bool:
        return _is_signed_by(thing, key, community)

    standing = evaluate(community, pinned, things, is_signed_by)
    middle = len(things) // 2
    for others in (things[::-1], [*things[middle:], *things, *things[:middle]]):
        again = evaluate(community, pinned, others, is_signed_by)
        require(again == standing, "who is who depends on the order")
        same_order = list(again.identities) == list(standing.identities)
        require(same_order and again.signers == standing.signers, "the order of people differs")
    useful = [one for one in things if one.id in standing.recognised]
    without = evaluate(community, pinned, useful, is_signed_by)
    require(_effects(without) == _effects(standing), "objects without effect have one")
    return standing


def _effects(standing: Standing) -> Standing:
    """Whoever takes back itself may do so as soon as anybody certified it, with effect or not."""
    return replace(standing, recognised=frozenset())


def _check(standing: Standing) -> None:
    identities = standing.identities
    for signers in standing.signers.values():
        for one in signers:
            require(identities[one.identity.fingerprint] == one.identity, "a signer for nobody")
    require(set(standing.grants) <= set(identities), "a role for nobody")
    require(set(standing.stewards) <= set(identities), "a steward who does not belong")
    for name, vouchers in standing.vouched.items():
        is_spoken_for = all(identities[one].is_full for one in vouchers)
        require((is_spoken_for and name in identities) or len(vouchers) < 2, "a word that is none")


def _arrived(
    community: CommunityId, pinned: Sequence[SignedObject], things: Sequence[SignedObject]
) -> set[ObjectId]:
    """Return what a node holds after all arrived, and came again until nothing changed."""
    rules = NeighbourhoodRules(community, pinned)
    held: dict[ObjectId, SignedObject] = {}
    for _ in range(_ROUNDS_MAX):
        absent = [thing for thing in things if thing.id not in held]
        is_settled = not [thing for thing in absent if _hear(rules, thing, held)]
        if is_settled:
            _look(rules, held)
            return set(held)
    raise AssertionError("a set that never settles")


def _hear(
    rules: NeighbourhoodRules, thing: SignedObject, held: dict[ObjectId, SignedObject]
) -> bool:
    """Return whether it was taken, even if it went again at once."""
    verdict = rules.judge(thing)
    if not isinstance(verdict, Accepted):
        return False
    for one in verdict.replaces:
        rules.forget(held.pop(one))
    held[thing.id] = thing
    rules.learn(thing)
    rules.allowance(thing)
    for _ in range(_LOSSES_MAX):
        lost = rules.shift(held.values()).lost
        if not lost:
            return True
        for one, _ in lost:
            rules.forget(held.pop(one.id))
    raise AssertionError("what loses its ground never ends")


def _look(rules: NeighbourhoodRules, held: dict[ObjectId, SignedObject]) -> None:
    """What is held has its ground, and can be asked about."""
    for member in rules.members():
        require(bool(rules.name_of(member)) and bool(rules.keys_of(member)), "a member of no name")
        rules.offices(member)
        rules.credentials(member.public_key)
    for thing in held.values():
        require(thing.kind in GOVERNANCE or rules.may_say(thing), "something held without ground")
        rules.author_of(thing)
        rules.rank(thing)


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(evaluate, NeighbourhoodRules.judge, NeighbourhoodRules.shift),
    bytes_max=1 + ACT_BYTES * _ACTS_MAX,
    mutations=700,
)
