"""Everybody who belongs, as clients see them: names, keys, roles, prekeys, and whose name misleads.

Not for: who belongs (`membership`). Invariants: made from the rules in one pass over the people;
names of those who are present never depend on those who were revoked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.likeness import is_wordless, look_alikes, with_digits
from meshnode.board.trust.standing import UNLIMITED, Grant, Identity, Signer
from meshnode.protocol.keys import Fingerprint, KeyId, PublicKey, fingerprint, key_id
from meshnode.protocol.object import Kind, SignedObject


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A key that signs for somebody.

    Shapes: `last` is the last sequence number that counts, None: all do.
    """

    public_key: PublicKey
    is_device: bool
    last: int | None

    @property
    def id(self) -> KeyId:
        """The four bytes by which objects name it."""
        return key_id(self.public_key)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs, or belonged until a revocation.

    `looks_like` are others whose name people could take for this one's.
    """

    identity: Identity
    name: str
    languages: tuple[str, ...]
    roles: tuple[Grant, ...]
    vouched_by: tuple[Fingerprint, ...]
    keys: tuple[MemberKey, ...]
    prekeys: tuple[SignedObject, ...]
    looks_like: tuple[Fingerprint, ...]

    @property
    def shown_name(self) -> str:
        """The name, with digits of the fingerprint where it alone would mislead."""
        is_misleading = bool(self.looks_like) or is_wordless(self.name)
        return with_digits(self.name, self.identity.fingerprint) if is_misleading else self.name


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for whom members speak, but not enough of them yet."""

    public_key: PublicKey
    name: str
    vouched_by: tuple[Fingerprint, ...]


def members(rules: NeighbourhoodRules) -> dict[Fingerprint, Member]:
    """Return everybody by fingerprint, the revoked ones too."""
    identities = rules.standing.identities
    names = {one: rules.name_of(identity) for one, identity in identities.items()}
    alike = _alike(identities, names)
    signers = _signers(rules)
    return {
        one: Member(
            identity=identity,
            name=names[one],
            languages=_languages(rules, identity),
            roles=tuple(each for each in rules.standing.grants.get(one, ()) if each.cuts is None),
            vouched_by=tuple(sorted(rules.standing.vouched.get(one, ()))),
            keys=tuple(_key(each) for each in signers.get(one, ())),
            prekeys=() if identity.is_revoked else tuple(rules.prekeys_of(identity)),
            looks_like=alike.get(one, ()),
        )
        for one, identity in sorted(identities.items())
    }


def candidates(rules: NeighbourhoodRules) -> list[Candidate]:
    """Return those for whom somebody speaks and who do not belong yet, by fingerprint."""
    waiting = rules.standing.vouched.keys() - rules.standing.identities.keys()
    newest: dict[Fingerprint, SignedObject] = {}
    for thing in rules.governance.values():
        if thing.kind == Kind.CERTIFICATE and thing.id in rules.standing.recognised:
            subject = fingerprint(decode_certificate(thing.codec, thing.body).public_key)
            known = newest.get(subject)
            if subject in waiting and (known is None or _age(thing) > _age(known)):
                newest[subject] = thing
    return [
        Candidate(fields.public_key, fields.name, tuple(sorted(rules.standing.vouched[subject])))
        for subject, thing in sorted(newest.items())
        for fields in (decode_certificate(thing.codec, thing.body),)
    ]


def _alike(
    identities: Mapping[Fingerprint, Identity], names: Mapping[Fingerprint, str]
) -> dict[Fingerprint, tuple[Fingerprint, ...]]:
    present = {one: names[one] for one, each in identities.items() if not each.is_revoked}
    absent = {one: names[one] for one, each in identities.items() if each.is_revoked}
    return look_alikes(present, absent)


def _signers(rules: NeighbourhoodRules) -> dict[Fingerprint, list[Signer]]:
    signers: dict[Fingerprint, list[Signer]] = {}
    everybody: Iterable[Signer] = (
        one for same_id in rules.standing.signers.values() for one in same_id
    )
    for one in sorted(everybody, key=lambda each: (each.is_device, each.public_key)):
        signers.setdefault(one.identity.fingerprint, []).append(one)
    return signers


def _key(signer: Signer) -> MemberKey:
    last = None if signer.last == UNLIMITED else signer.last
    return MemberKey(signer.public_key, signer.is_device, last)


def _languages(rules: NeighbourhoodRules, identity: Identity) -> tuple[str, ...]:
    profile = rules.profile_of(identity)
    return () if profile is None else profile.languages


def _age(thing: SignedObject) -> tuple[int, bytes]:
    return thing.created_min, thing.id


def in_order(found: Mapping[Fingerprint, Member]) -> Iterator[Member]:
    """Yield members as lists show them: by name, then fingerprint."""
    yield from sorted(
        found.values(), key=lambda one: (one.name.casefold(), one.identity.fingerprint)
    )
