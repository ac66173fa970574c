"""Whom somebody compared fingerprints with, in person. Kept in the vault, told to nobody.

Not for: who belongs to the community; that the community says.
"""

from typing import Any, Final

from meshnode.board.names import encode_name
from meshnode.person.identity import Identity
from meshnode.protocol.keys import Fingerprint

_FIELD: Final = "contacts"


def verify(identity: Identity, subject: Fingerprint, name: str, *, minute: int) -> None:
    """Take note that `subject` is who goes by `name`; durable on return.

    Raises:
        LimitError: The name is outside its bounds.
        StoreError: The vault cannot be saved.
    """
    encode_name(name)
    contacts = identity.fields.setdefault(_FIELD, {})
    contacts[subject.hex()] = {**contacts.get(subject.hex(), {}), "name": name, "verified": minute}
    identity.save()


def verified_minute(identity: Identity, subject: Fingerprint) -> int | None:
    """Return when fingerprints were compared, in minutes since 2024-01-01; None: not yet."""
    contact: dict[str, Any] = identity.fields.get(_FIELD, {}).get(subject.hex(), {})
    return contact.get("verified")
