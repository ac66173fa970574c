"""The first objects of a community: its charter, and certificates by whoever holds a key.

Not for: what counts (`membership`).
Source: docs/spec/trust.md sections 1 and 2.
"""

from typing import Final

from meshnode.board.trust.certificate import CertificateFields, IdentityClass, encode_certificate
from meshnode.board.trust.charter import CharterFields, community_of, encode_charter
from meshnode.board.trust.role import RoleFields, encode_role
from meshnode.protocol.keys import CommunityId, PublicKey, SigningKey
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    Kind,
    ShortId,
    SignedObject,
    compose,
    lifetime_code_for,
)

YEAR_MINUTES: Final = LIFETIME_MINUTES[-1]
"""How long certificates, charters and invitations last."""
ROLE_MINUTES: Final = 91 * 1440
"""How long roles last: they end by themselves, also where a revocation does not arrive."""


def found(
    steward: SigningKey, name: str, *, minute: int, sequence: int = 1
) -> tuple[CommunityId, SignedObject]:
    """Return the id of a new community and its first charter, with one steward.

    Raises:
        LimitError: The name is outside its bounds.
    """
    body = encode_charter(CharterFields(0, None, 1, (steward.public,), (), name))
    community = community_of(body)
    charter = compose(
        key=steward,
        community=community,
        kind=Kind.CHARTER,
        body=body,
        sequence=sequence,
        created_min=minute,
        lifetime_code=lifetime_code_for(YEAR_MINUTES),
    )
    return community, charter


def grant(
    key: SigningKey,
    community: CommunityId,
    fields: RoleFields,
    *,
    minute: int,
    sequence: int,
    minutes: int = ROLE_MINUTES,
) -> SignedObject:
    """Return a role granted by `key`."""
    return compose(
        key=key,
        community=community,
        kind=Kind.ROLE,
        body=encode_role(fields),
        sequence=sequence,
        created_min=minute,
        lifetime_code=lifetime_code_for(minutes),
    )


def certify(
    key: SigningKey,
    community: CommunityId,
    subject: PublicKey,
    name: str,
    *,
    identity_class: IdentityClass,
    minute: int,
    sequence: int,
    minutes: int = YEAR_MINUTES,
    invitation: ShortId | None = None,
) -> SignedObject:
    """Return a certificate with which `key` vouches for `subject`.

    `invitation` names the invitation whose key this is.

    Raises:
        LimitError: The name is outside its bounds.
    """
    return compose(
        key=key,
        community=community,
        kind=Kind.CERTIFICATE,
        body=encode_certificate(CertificateFields(identity_class, subject, name)),
        sequence=sequence,
        created_min=minute,
        lifetime_code=lifetime_code_for(minutes),
        parent=invitation,
    )
