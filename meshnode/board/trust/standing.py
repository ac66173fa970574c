"""Standing: who is who in the community. The values that `membership` computes, nothing else.

Source: docs/spec/trust.md.
"""

from dataclasses import dataclass, field
from typing import Final

from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.charter import CharterFields
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import Fingerprint, KeyId, PublicKey
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import ObjectId, SignedObject

UNLIMITED: Final = 1 << 40
"""Above every sequence number: a key that nothing cuts."""
FOREVER_MIN: Final = CREATED_MIN_MAX
"""Stewards belong as long as their charter stands."""

Cuts = dict[KeyId, int]
"""What stays of a revoked identity's acts: for each key the last sequence number that counts."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds. `cuts` is None unless the role was taken back."""

    role: Role
    created_min: int
    expires_min: int
    place: ObjectId | None
    cuts: Cuts | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who belongs, or belonged until a revocation.

    `is_full`: a steward, or certified by one; only the word of full members counts for others.
    `is_revoked`: only what its keys signed up to their cuts still counts.
    """

    fingerprint: Fingerprint
    public_key: PublicKey
    identity_class: IdentityClass
    name: str
    expires_min: int
    is_steward: bool
    is_full: bool
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs for an identity, up to and with the sequence number `last`."""

    public_key: PublicKey
    identity: Identity
    last: int
    is_device: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is who. Empty where no charter is known."""

    charter: CharterFields | None = None
    charters: tuple[SignedObject, ...] = ()
    complete_min: tuple[int, ...] = ()
    """For each of the charters the minute in which it had enough signatures."""
    stewards: dict[Fingerprint, bool] = field(default_factory=dict)
    """The stewards of the charter in force, in rank order; False: fallen."""
    identities: dict[Fingerprint, Identity] = field(default_factory=dict)
    signers: dict[KeyId, tuple[Signer, ...]] = field(default_factory=dict)
    keys: dict[KeyId, tuple[PublicKey, ...]] = field(default_factory=dict)
    """All keys that may have signed what is recognised, also those of former stewards."""
    governing: frozenset[PublicKey] = frozenset()
    """Those of them that sign, or signed, for a steward of any charter that led here."""
    grants: dict[Fingerprint, tuple[Grant, ...]] = field(default_factory=dict)
    vouched: dict[Fingerprint, frozenset[Fingerprint]] = field(default_factory=dict)
    """Who vouches for somebody, also where that is not enough yet."""
    recognised: frozenset[ObjectId] = frozenset()
    """The governance objects by somebody who may say such a thing; the others say nothing."""
