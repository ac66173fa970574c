"""What all object vectors share: the keys, the community, and how a vector is described."""

from dataclasses import fields, is_dataclass
from typing import Any, Final

from meshnode.board.trust.charter import CharterFields, community_of, encode_charter
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject, compose

CREATED_MIN: Final = 1_052_700
"""2026-01-01 01:00 UTC."""
KEYS: Final = {
    name: SigningKey(bytes([byte]) * 32)
    for name, byte in (
        ("steward", 1),
        ("node", 2),
        ("invitation", 3),
        ("guest", 4),
        ("second", 5),
        ("person", 6),
        ("device", 7),
    )
}
FOUNDED: Final = CharterFields(
    number=0,
    previous=None,
    threshold=2,
    stewards=(KEYS["steward"].public, KEYS["second"].public),
    kept=(),
    name="Nordstadt",
)
"""What the first charter of the vectors' community says."""
COMMUNITY: Final = community_of(encode_charter(FOUNDED))


def composed(
    signer: str,
    kind: Kind,
    body: bytes,
    *,
    sequence: int,
    lifetime_code: int = 4,
    codec: int = 0,
    parent: ShortId | None = None,
) -> SignedObject:
    """Return an object by the holder of one of `KEYS`."""
    return compose(
        key=KEYS[signer],
        community=COMMUNITY,
        kind=kind,
        body=body,
        sequence=sequence,
        created_min=CREATED_MIN,
        lifetime_code=lifetime_code,
        codec=codec,
        parent=parent,
    )


def described_key(key: SigningKey) -> dict[str, str]:
    """Return a key, its secret and its names as JSON has them."""
    seed = key.private.private_bytes_raw()
    return {
        "seed": seed.hex(),
        "public_key": key.public.hex(),
        "key_id": key.id.hex(),
        "fingerprint": fingerprint(key.public).hex(),
    }


def plain(value: Any) -> Any:
    """Return a body's fields as JSON has them: bytes as hex, choices as their numbers."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case bytes():
            return value.hex()
        case tuple():
            return [plain(one) for one in value]
        case bool() | str() | None:
            return value
        case int():
            return int(value)
    raise TypeError(f"{value!r} stands in no body")


def signed_message(key: SigningKey, content: bytes) -> bytes:
    """Return what a signature covers, put together here once more from the specification."""
    return b"meshnode object 1\0" + COMMUNITY + key.public + content
